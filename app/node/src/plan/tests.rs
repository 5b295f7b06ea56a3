use super::*;
use crate::{
    sample::{job, set, someone},
    slot_id::SlotId,
};
use assay_client::{Address, JobView};
use assay_market::state::{slot_index, SlotState::*};

const AFTER_RAMP: i64 = 100;

fn bidder(worker: Address, now: i64) -> Bidder {
    Bidder {
        worker,
        free: 500,
        now,
        room: 100,
    }
}

fn plan(job: &JobView, bidder: &Bidder) -> Vec<SlotId> {
    plan_claims(std::slice::from_ref(job), bidder, |_, _| true, |n| n - 1)
}

#[test]
fn one_replica_of_every_task_is_claimed_and_no_spare() {
    let mut tasks: Vec<u32> = Vec::new();
    for slot in plan(&job(5), &bidder(someone(1), AFTER_RAMP)) {
        assert_eq!(slot.replica, 2);
        tasks.push(slot.task);
    }
    tasks.sort_unstable();
    assert_eq!(tasks, [0, 1, 2, 3, 4]);
}

#[test]
fn bidders_begin_at_different_tasks() {
    let first = |byte| plan(&job(12), &bidder(someone(byte), AFTER_RAMP))[0].task;
    assert_ne!(first(1), first(2));
}

#[test]
fn no_more_is_claimed_than_there_is_room_for() {
    let few = Bidder {
        room: 3,
        ..bidder(someone(1), AFTER_RAMP)
    };
    assert_eq!(plan(&job(12), &few).len(), 3);
}

#[test]
fn no_more_is_claimed_than_the_collateral_covers() {
    let poor = Bidder {
        free: 29,
        ..bidder(someone(1), AFTER_RAMP)
    };
    assert_eq!(plan(&job(12), &poor).len(), 2);
}

#[test]
fn nothing_is_claimed_when_claiming_is_over() {
    assert!(plan(&job(3), &bidder(someone(1), 1_000)).is_empty());
}

#[test]
fn a_task_that_the_bidder_holds_or_does_not_want_is_left_alone() {
    let mut job = job(3);
    set(&mut job, 4, someone(1), Claimed, [0; 32]);
    let bidder = bidder(someone(1), AFTER_RAMP);
    let jobs = [job];
    let planned = plan_claims(&jobs, &bidder, |_, task| task != 2, |_| 0);
    assert_eq!(planned.iter().map(|s| s.task).collect::<Vec<_>>(), [0]);
}

#[test]
fn only_free_slots_are_claimed() {
    let mut job = job(1);
    set(&mut job, 0, someone(2), Claimed, [0; 32]);
    set(&mut job, 2, someone(3), Committed, [0; 32]);
    assert_eq!(plan(&job, &bidder(someone(1), AFTER_RAMP))[0].replica, 1);
    set(&mut job, 1, someone(4), Claimed, [0; 32]);
    assert!(plan(&job, &bidder(someone(1), AFTER_RAMP)).is_empty());
}

#[test]
fn before_the_ramp_ends_exactly_the_drawn_tasks_are_claimed() {
    let job = job(40);
    let bidder = bidder(someone(1), 10);
    let mut free = bidder.free;
    let planned = plan(&job, &bidder);
    for slot in &planned {
        let index = slot_index(&job.header, slot.task, slot.replica).unwrap();
        assert!(job.header.draws(&bidder.worker, free, index, 0, bidder.now));
        free -= job.header.bond.get();
    }
    assert!(
        !planned.is_empty() && planned.len() < 40,
        "{}",
        planned.len()
    );
}

#[test]
fn the_oldest_job_comes_first() {
    let (mut young, old) = (job(1), job(1));
    young.header.posted_at = 50.into();
    young.address = someone(100);
    let bidder = bidder(someone(1), 150);
    let planned = plan_claims(&[young, old.clone()], &bidder, |_, _| true, |_| 0);
    assert_eq!(planned[0].job.address, old.address);
    assert_eq!(planned.len(), 2);
}

#[test]
fn a_task_is_sealed_when_every_replica_has_committed_and_due_when_all_have_revealed() {
    let mut job = job(1);
    for index in 0..3 {
        assert!(!is_sealed(&job, 0));
        set(
            &mut job,
            index,
            someone(index as u8 + 1),
            Committed,
            [0; 32],
        );
    }
    assert!(is_sealed(&job, 0));
    for index in 0..3 {
        assert_eq!(due(&job, 0, 400), None);
        set(&mut job, index, someone(index as u8 + 1), Revealed, [9; 32]);
    }
    assert_eq!(due(&job, 0, 400), Some(TaskCrank::Settle));
}

#[test]
fn an_overdue_claim_is_expired_and_an_overdue_reveal_settled() {
    let mut job = job(1);
    for index in 0..3 {
        set(
            &mut job,
            index,
            someone(index as u8 + 1),
            Committed,
            [0; 32],
        );
    }
    assert_eq!(due(&job, 0, 500), None);
    assert_eq!(due(&job, 0, 501), Some(TaskCrank::Settle));
    set(&mut job, 1, someone(2), Claimed, [0; 32]);
    assert_eq!(due(&job, 0, 500), None);
    assert_eq!(due(&job, 0, 501), Some(TaskCrank::Expire));
}

#[test]
fn a_decided_task_is_never_due() {
    let mut job = job(1);
    for index in 0..3 {
        set(&mut job, index, someone(index as u8 + 1), Accepted, [9; 32]);
    }
    assert_eq!(due(&job, 0, 2_000), None);
}

#[test]
fn penalties_are_listed_once_by_worker() {
    let mut job = job(3);
    for (index, worker, state) in [
        (0, 1, Rejected),
        (4, 1, Missed),
        (5, 2, Missed),
        (8, 2, Void),
    ] {
        set(&mut job, index, someone(worker), state, [0; 32]);
    }
    job.slots[5].collected = 1;
    let expected = [(someone(1), vec![0, 4])];
    assert_eq!(penalties(&job), expected.into());
}

#[test]
fn holders_act_in_their_order_and_others_last() {
    let mut job = job(1);
    for (index, worker) in [(0, 3), (1, 1), (3, 3)] {
        set(&mut job, index, someone(worker), Claimed, [0; 32]);
    }
    let ranks = [3, 1, 9].map(|worker| rank(job.task(0), &someone(worker)));
    assert_eq!(ranks, [0, 1, 2]);
}
