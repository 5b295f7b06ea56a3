use crate::{
    duty::*,
    executor::Goal,
    journal::StoredResult,
    posting::Posting,
    seat_id::SeatAccount,
    test_support::{address, posting, round, set_seat},
};
use assay_client::SlotHashes;
use assay_market::{
    game::{
        contribution::{blinded, Contribution},
        draw::stop_fuel,
        round::RoundKind,
        task::flag,
        Phase, SeatState,
    },
    state::Source,
};

const RESULT: StoredResult = StoredResult {
    digest: [1; 32],
    exit_code: 0,
    fuel_used: 500,
    memory_hash: [2; 32],
};
const MEMORY: [u8; 32] = [9; 32];
const ME: u8 = 1;

/// Returns what the seats of ours in task 0 need at `now`.
fn duties(
    posting: &Posting,
    now: i64,
    result: Option<&StoredResult>,
    memory: Option<[u8; 32]>,
) -> Vec<SeatDuty> {
    let held = posting.held_seats(0, &address(ME));
    held.iter()
        .map(|held| seat_duty(posting, held, now, result, memory))
        .collect()
}

fn plain(worker: u8, digest: &[u8; 32]) -> Contribution {
    Contribution::new(&[7; 32], 0, &address(worker), digest)
}

/// Returns a task whose first seat is claimed by us at 400.
fn claimed() -> Posting {
    let mut posting = posting(1);
    set_seat(&mut posting.job, 0, address(ME), SeatState::Claimed);
    posting
}

/// Returns a task whose first seat contributed our result, with its late seat closed, to be opened by 500.
fn complete(check_bps: u16) -> Posting {
    let mut posting = claimed();
    posting.job.header.check_bps = check_bps.into();
    let first = &mut posting.job.seats[0];
    let given = plain(ME, &RESULT.digest);
    (first.hash, first.seal) = (given.hash, given.seal);
    first.state = SeatState::Contributed as u8;
    (first.slot, first.until) = (90.into(), 500.into());
    posting.job.seats[1].state = SeatState::Closed as u8;
    posting
}

fn step(posting: &Posting, now: i64, hashes: &SlotHashes) -> Option<TaskStep> {
    let memory = |_| Some(MEMORY);
    task_step(posting, 0, &address(ME), now, hashes, Some(&RESULT), memory)
}

/// Returns a task in a round of five that began at 400, of which all seats are ours.
fn disputed(blind: bool) -> Posting {
    let mut posting = posting(1);
    set_seat(&mut posting.job, 0, address(5), SeatState::Accepted);
    let first = &mut posting.job.seats[0];
    (first.phase, first.rounds) = (Phase::Disputed as u8, 1);
    first.flags = if blind { flag::OPEN } else { 0 };
    let mut dispute = round(0, Source::Dispute, 400);
    dispute.header.round.blind = u8::from(blind);
    for seat in &mut dispute.seats {
        seat.worker = address(ME);
        seat.state = SeatState::Claimed as u8;
    }
    posting.rounds.push(dispute);
    posting
}

#[test]
fn a_claimed_seat_runs_then_contributes_until_its_deadline() {
    let posting = claimed();
    let run = SeatDuty::Run {
        goal: Goal::Result,
        deadline: 460,
    };
    assert_eq!(duties(&posting, 459, None, None), [run]);
    let contribute = SeatDuty::Contribute {
        contribution: plain(ME, &RESULT.digest),
        deadline: 460,
    };
    assert_eq!(duties(&posting, 459, Some(&RESULT), None), [contribute]);
    for result in [None, Some(&RESULT)] {
        assert_eq!(duties(&posting, 460, result, None), [SeatDuty::Nothing]);
    }
}

#[test]
fn a_lost_journal_heals_by_running_again_until_the_end() {
    let mut posting = complete(0);
    let healed = duties(&posting, 450, None, None);
    assert!(matches!(
        healed[..],
        [SeatDuty::Run {
            goal: Goal::Result,
            ..
        }]
    ));
    assert_eq!(
        duties(&posting, 450, Some(&RESULT), None),
        [SeatDuty::Nothing]
    );
    posting.job.seats[0].phase = Phase::Final as u8;
    assert_eq!(duties(&posting, 450, None, None), [SeatDuty::Nothing]);
}

#[test]
fn a_missed_seat_and_seats_of_others_are_none_of_our_business() {
    let mut posting = claimed();
    posting.job.seats[0].state = SeatState::Free as u8;
    assert!(posting.held_seats(0, &address(ME)).is_empty());
    assert!(posting.tasks_of(&address(ME)).is_empty());
    set_seat(&mut posting.job, 0, address(2), SeatState::Claimed);
    assert!(posting.held_seats(0, &address(ME)).is_empty());
    assert_eq!(posting.tasks_of(&address(2)), [0]);
}

#[test]
fn members_of_a_blind_round_stop_a_second_run_where_its_seed_says() {
    let posting = disputed(true);
    let deadline = 716;
    let first = duties(&posting, 450, None, None);
    assert_eq!(first.len(), 5);
    let run = |goal| SeatDuty::Run { goal, deadline };
    assert!(first.iter().all(|duty| *duty == run(Goal::Result)));
    let second = Goal::Memory {
        account: SeatAccount::Dispute,
        stop_fuel: stop_fuel(&[6; 32], RESULT.fuel_used),
    };
    let stopped = duties(&posting, 450, Some(&RESULT), None);
    assert!(stopped.iter().all(|duty| *duty == run(second)));
    let blind = SeatDuty::Contribute {
        contribution: plain(ME, &blinded(&RESULT.digest, &MEMORY)),
        deadline,
    };
    let given = duties(&posting, 450, Some(&RESULT), Some(MEMORY));
    assert!(given.iter().all(|duty| *duty == blind));
}

#[test]
fn members_of_an_open_round_contribute_the_plain_digest() {
    let plain = SeatDuty::Contribute {
        contribution: plain(ME, &RESULT.digest),
        deadline: 716,
    };
    let given = duties(&disputed(false), 450, Some(&RESULT), None);
    assert!(given.iter().all(|duty| *duty == plain));
}

#[test]
fn the_last_guaranteed_contribution_opens_at_once_unless_a_chance_decides() {
    let follow = |posting: &Posting| {
        let held = posting.held_seats(0, &address(ME));
        let given = plain(ME, &RESULT.digest);
        follow_up(posting, &held[0], 450, &given, &RESULT.digest)
    };
    let mut posting = claimed();
    assert_eq!(follow(&posting), Follow::Nothing, "a late seat is due");
    posting.job.header.late_seats = 0;
    posting.job.seats.truncate(1);
    assert_eq!(follow(&posting), Follow::Open);
    posting.job.header.check_bps = 1_500.into();
    assert_eq!(follow(&posting), Follow::Nothing, "a slot decides");
}

#[test]
fn a_late_seat_opens_only_what_it_agrees_with() {
    let follow = |digest: [u8; 32]| {
        let mut posting = complete(0);
        posting.job.seats[0].worker = address(2);
        set_seat(&mut posting.job, 1, address(ME), SeatState::Claimed);
        let held = posting.held_seats(0, &address(ME));
        follow_up(&posting, &held[0], 450, &plain(ME, &digest), &digest)
    };
    assert_eq!(follow(RESULT.digest), Follow::Open);
    assert_eq!(follow([8; 32]), Follow::Nothing);
}

#[test]
fn the_requesters_check_is_opened_with_its_contribution() {
    let mut posting = posting(1);
    set_seat(&mut posting.job, 0, address(5), SeatState::Accepted);
    let first = &mut posting.job.seats[0];
    first.phase = Phase::Rechecking as u8;
    first.flags = flag::OPEN | flag::CHECK_SPENT;
    let mut check = round(0, Source::Check, 0);
    let seat = &mut check.seats[0];
    (seat.worker, seat.state) = (address(ME), SeatState::Claimed as u8);
    (seat.claimed_at, seat.hash) = (400.into(), [3; 32]);
    posting.rounds.push(check);
    let stop = Goal::Memory {
        account: SeatAccount::Check,
        stop_fuel: stop_fuel(&[3; 32], RESULT.fuel_used),
    };
    let duty = duties(&posting, 450, Some(&RESULT), None);
    assert!(matches!(duty[..], [SeatDuty::Run { goal, .. }] if goal == stop));
    let held = posting.held_seats(0, &address(ME));
    let blind = plain(ME, &blinded(&RESULT.digest, &MEMORY));
    let follow = follow_up(&posting, &held[0], 450, &blind, &RESULT.digest);
    assert_eq!(follow, Follow::OpenCheck);

    let seat = &mut posting.rounds[0].seats[0];
    (seat.state, seat.until) = (SeatState::Contributed as u8, 500.into());
    let decide = step(&posting, 450, &SlotHashes::default());
    assert!(
        matches!(decide, Some(TaskStep::Decide { opening, until: 500, .. }) if opening.memory == MEMORY)
    );
    assert_eq!(step(&posting, 500, &SlotHashes::default()), None);
}

#[test]
fn a_complete_task_is_opened_once_its_slot_says_that_no_check_is_due() {
    let none = SlotHashes::default();
    let open = Some(TaskStep::Open { until: 500 });
    assert_eq!(step(&complete(0), 450, &none), open);
    assert_eq!(step(&complete(0), 500, &none), None, "too late");
    assert_eq!(step(&complete(1), 450, &none), None, "too early");
    let hashes = SlotHashes::new(vec![(91, [3; 32]), (90, [2; 32])]);
    let due = Some(TaskStep::OpenCheck { until: 500 });
    let seeds = (1..=9_999u16).step_by(101);
    let steps: Vec<_> = seeds
        .map(|bps| step(&complete(bps), 450, &hashes))
        .collect();
    assert!(steps.contains(&open) && steps.contains(&due));
    assert!(steps.iter().all(|step| *step == open || *step == due));
    let old = SlotHashes::new(vec![(900, [3; 32])]);
    assert_eq!(step(&complete(1), 450, &old), due, "the slot is forgotten");
}

#[test]
fn nobody_opens_what_it_did_not_find() {
    let mut posting = complete(0);
    posting.job.seats[0].hash = [4; 32];
    assert_eq!(step(&posting, 450, &SlotHashes::default()), None);
    let unknown = task_step(
        &complete(0),
        0,
        &address(ME),
        450,
        &SlotHashes::default(),
        None,
        |_| None,
    );
    assert_eq!(unknown, None);
}

#[test]
fn a_disagreement_gets_its_round_and_then_its_appeal() {
    let mut posting = complete(0);
    posting.job.seats[0].phase = Phase::Split as u8;
    let round = |kind| Some(TaskStep::OpenRound { kind, until: 500 });
    let none = SlotHashes::default();
    assert_eq!(step(&posting, 450, &none), round(RoundKind::Dispute));
    posting.job.seats[0].rounds = 1;
    assert_eq!(step(&posting, 450, &none), round(RoundKind::Appeal));
    assert_eq!(step(&posting, 500, &none), None);
}

#[test]
fn a_round_is_decided_by_who_knows_what_its_majority_contributed() {
    for blind in [false, true] {
        let mut posting = disputed(blind);
        let value = if blind {
            blinded(&RESULT.digest, &MEMORY)
        } else {
            RESULT.digest
        };
        for seat in &mut posting.rounds[0].seats[..3] {
            seat.state = SeatState::Contributed as u8;
            seat.hash = plain(ME, &value).hash;
        }
        let none = SlotHashes::default();
        assert_eq!(step(&posting, 715, &none), None, "two may still contribute");
        let decide = step(&posting, 716, &none);
        assert!(
            matches!(decide, Some(TaskStep::Decide { opening, until: 786, .. }) if opening.digest == RESULT.digest)
        );
        assert_eq!(step(&posting, 786, &none), None, "the opening is over");
        for seat in &mut posting.rounds[0].seats {
            seat.hash = [5; 32];
            seat.state = SeatState::Contributed as u8;
        }
        assert_eq!(step(&posting, 716, &none), None, "another majority");
    }
}

#[test]
fn a_result_is_published_from_its_opening_on() {
    let mut posting = complete(0);
    let publishes = |posting: &Posting| {
        let held = posting.held_seats(0, &address(ME));
        must_publish(posting, 0, &held, &RESULT.digest)
    };
    assert!(!publishes(&posting), "nobody has paid for it yet");
    let first = &mut posting.job.seats[0];
    (first.phase, first.flags) = (Phase::Standing as u8, flag::OPEN);
    first.state = SeatState::Accepted as u8;
    posting.job.seats[0].hash = [8; 32];
    assert!(!publishes(&posting), "another result is open");
    posting.job.seats[0].hash = RESULT.digest;
    assert!(publishes(&posting));
}

#[test]
fn members_of_a_round_publish_only_what_nobody_else_has() {
    let mut posting = disputed(true);
    posting.job.seats[0].hash = RESULT.digest;
    let publishes = |posting: &Posting| {
        let held = posting.held_seats(0, &address(ME));
        must_publish(posting, 0, &held, &RESULT.digest)
    };
    assert!(!publishes(&posting));
    posting.job.seats[0].state = SeatState::Rejected as u8;
    assert!(publishes(&posting));
}

#[test]
fn slots_are_read_only_while_something_waits_for_one() {
    assert!(!needs_slot_hashes(&[posting(3), claimed(), complete(0)]));
    assert!(needs_slot_hashes(&[complete(1_500)]));
    let mut undrawn = disputed(true);
    assert!(!needs_slot_hashes(&[undrawn.clone()]));
    undrawn.rounds[0].header.round.drawn = 0;
    assert!(needs_slot_hashes(&[undrawn]));
    let mut late = complete(0);
    late.job.seats[1].state = SeatState::Free as u8;
    late.job.seats[1].until = 900.into();
    assert!(needs_slot_hashes(&[late]));
}
