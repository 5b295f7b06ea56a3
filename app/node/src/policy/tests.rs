use super::*;
use crate::{
    sample::{job, set, someone},
    seat_id::SeatId,
};
use assay_client::{Address, JobView};
use assay_market::state::{seat_index, Collateral, SeatState::*};
use std::time::Duration;

const AFTER_RAMP: i64 = 100;

/// Added before any job was posted.
const FUNDS: Collateral = Collateral {
    free: 500,
    funded_at: -1,
};

fn bidder(worker: Address, now: i64) -> Bidder {
    Bidder {
        worker,
        collateral: FUNDS,
        now,
        room: 100,
    }
}

fn plan(job: &JobView, bidder: &Bidder) -> Vec<SeatId> {
    let jobs = std::slice::from_ref(job);
    plan_claims(jobs, bidder, idle(bidder), quick, |n| n - 1)
}

fn idle(bidder: &Bidder) -> Load {
    Load {
        lanes: 1,
        now: bidder.now,
        margin: Duration::ZERO,
        runs: Vec::new(),
    }
}

/// A millisecond of a known job.
fn quick(_: &JobView, _: u32) -> Option<Estimate> {
    taking(1, true)
}

fn taking(millis: u64, is_proven: bool) -> Option<Estimate> {
    let takes = Duration::from_millis(millis);
    Some(Estimate { takes, is_proven })
}

#[test]
fn of_a_job_that_is_new_here_one_seat_is_held_at_a_time() {
    let (mut job, bidder) = (job(5), bidder(someone(1), AFTER_RAMP));
    let plan = |job: &JobView| {
        let jobs = std::slice::from_ref(job);
        plan_claims(jobs, &bidder, idle(&bidder), |_, _| taking(1, false), |_| 0)
    };
    assert_eq!(plan(&job).len(), 1);
    set(&mut job, 4, someone(1), Claimed, [0; 32]);
    assert!(plan(&job).is_empty());
    set(&mut job, 4, someone(1), Committed, [0; 32]);
    assert_eq!(plan(&job).len(), 1);
}

#[test]
fn no_more_is_claimed_than_can_be_run_in_the_window() {
    let bidder = bidder(someone(1), AFTER_RAMP);
    let planned = |millis| {
        let estimate = |_: &JobView, _| taking(millis, true);
        plan_claims(&[job(12)], &bidder, idle(&bidder), estimate, |_| 0).len()
    };
    assert_eq!(planned(20_000), 3, "three times 20 s in a window of 60 s");
    assert_eq!(planned(60_001), 0);
}

#[test]
fn rent_for_others_is_paid_to_punish_a_lie_and_to_free_the_own_bond() {
    let mut job = job(2);
    set(&mut job, 0, someone(1), Missed, [0; 32]);
    set(&mut job, 4, someone(1), Rejected, [0; 32]);
    assert!(!should_fund_ata(&job, &[0], false));
    assert!(should_fund_ata(&job, &[0], true));
    assert!(should_fund_ata(&job, &[0, 4], false));
    assert!(!should_fund_ata(&job, &[99], false));
}

#[test]
fn one_replica_of_every_task_is_claimed_and_no_spare() {
    let mut tasks: Vec<u32> = Vec::new();
    for seat in plan(&job(5), &bidder(someone(1), AFTER_RAMP)) {
        assert_eq!(seat.replica, 2);
        tasks.push(seat.task);
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
        collateral: Collateral { free: 29, ..FUNDS },
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
    let wanted = |job: &JobView, task| quick(job, task).filter(|_| task != 2);
    let planned = plan_claims(&jobs, &bidder, idle(&bidder), wanted, |_| 0);
    assert_eq!(planned.iter().map(|s| s.task).collect::<Vec<_>>(), [0]);
}

#[test]
fn only_free_seats_are_claimed() {
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
    let mut collateral = bidder.collateral;
    let planned = plan(&job, &bidder);
    for seat in &planned {
        let index = seat_index(&job.header, seat.task, seat.replica).unwrap();
        assert!(job.header.draws(
            &bidder.worker,
            collateral,
            (seat.task, index),
            0,
            bidder.now
        ));
        collateral.free -= job.header.bond.get();
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
    let jobs = [young, old.clone()];
    let planned = plan_claims(&jobs, &bidder, idle(&bidder), quick, |_| 0);
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
        assert_eq!(due_task_crank(&job, 0, 400), None);
        set(&mut job, index, someone(index as u8 + 1), Revealed, [9; 32]);
    }
    assert_eq!(due_task_crank(&job, 0, 400), Some(TaskCrank::Settle));
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
    assert_eq!(due_task_crank(&job, 0, 500), None);
    assert_eq!(due_task_crank(&job, 0, 501), Some(TaskCrank::Settle));
    set(&mut job, 1, someone(2), Claimed, [0; 32]);
    assert_eq!(due_task_crank(&job, 0, 500), None);
    assert_eq!(due_task_crank(&job, 0, 501), Some(TaskCrank::Expire));
}

#[test]
fn a_decided_task_is_never_due() {
    let mut job = job(1);
    for index in 0..3 {
        set(&mut job, index, someone(index as u8 + 1), Accepted, [9; 32]);
    }
    assert_eq!(due_task_crank(&job, 0, 2_000), None);
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
    job.seats[5].collected = 1;
    let expected = [(someone(1), vec![0, 4])];
    assert_eq!(penalizable(&job), expected.into());
}

#[test]
fn holders_act_in_their_order_and_others_last() {
    let mut job = job(1);
    for (index, worker) in [(0, 3), (1, 1), (3, 3)] {
        set(&mut job, index, someone(worker), Claimed, [0; 32]);
    }
    let places = [3, 1, 9].map(|worker| turn_order(job.task(0), &someone(worker)));
    assert_eq!(places, [0, 1, 2]);
}
