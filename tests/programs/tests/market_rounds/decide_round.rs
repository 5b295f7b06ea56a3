use super::fixtures::{
    another_job, appealed, challenged, checked, checking, decided, disputed_split, given_up,
    member, overturned, rechecked, rechecking, two_checks, CHECK,
};
use assay_harness::{
    assert_fails, contributed,
    instruction::market::{self, JobAddresses},
    keypairs::worker_of,
    market::{terms, COLLATERAL, OPEN_WINDOW},
    pda::market as at,
    work::{contribution, digest_of},
    Signer, TestContext, TransactionFailure, TransactionResult, HOUR, WORKERS,
};
use assay_market::{
    error::MarketError,
    event::RoundDecided,
    game::{round::RoundKind, task::flag, Phase, SeatState},
    instructions::Opening,
    state::Source,
};

/// Opens an answer in the round of five about the first task.
fn open(
    context: &mut TestContext,
    job: &JobAddresses,
    answer: &str,
) -> Result<TransactionResult, TransactionFailure> {
    let opening = context.opening_of(job, 0, Source::Dispute, answer);
    context.decide(job, 0, Source::Dispute, Some(opening))
}

fn give_up(
    context: &mut TestContext,
    job: &JobAddresses,
) -> Result<TransactionResult, TransactionFailure> {
    context.decide(job, 0, Source::Dispute, None)
}

fn states(context: &TestContext, job: &JobAddresses, source: Source) -> Vec<SeatState> {
    let round = context.round_view(job, 0, source);
    round.seats.iter().map(|seat| seat.state()).collect()
}

fn challenger(context: &TestContext, job: &JobAddresses) -> SeatState {
    let round = context.round_view(job, 0, Source::Dispute);
    round.header.round.challenger.state()
}

/// Lets others than bob and carol give these answers in the round of five.
fn convene(context: &mut TestContext, job: &JobAddresses, answers: &[&str]) {
    context.convene(job, 0, Source::Dispute, answers, &["bob", "carol"]);
}

#[test]
fn a_majority_replaces_the_result_which_stands_for_another_hold() {
    // Given
    let (mut context, job) = challenged();
    convene(&mut context, &job, &["42"; 5]);

    // When
    let result = open(&mut context, &job, "42").unwrap();

    // Then
    let (header, seats) = context.job(&job);
    let digest = digest_of(&header.seed, "42");
    assert_eq!(
        (seats[0].state(), seats[0].hash),
        (SeatState::Rejected, digest)
    );
    assert_eq!(seats[0].winners, 0);
    assert_eq!(seats[0].flags, flag::OPEN | flag::CHECKED);
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, context.now() + 2 * HOUR as i64);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
    let round = context.round_view(&job, 0, Source::Dispute);
    let members = states(&context, &job, Source::Dispute);
    assert_eq!(members, [SeatState::Accepted; 5]);
    assert_eq!(challenger(&context, &job), SeatState::Accepted);
    let state = &round.header.round;
    assert_eq!((state.verdict, state.digest), (1, digest));
    let event = result.event::<RoundDecided>();
    assert_eq!((event.round, event.verdict), (round.address, 1));
    assert_eq!(event.phase, Phase::Standing as u8);
}

#[test]
fn a_majority_confirms_the_result_against_a_challenge() {
    let (mut context, job) = challenged();
    convene(&mut context, &job, &["lie", "42", "lie", "42", "lie"]);
    open(&mut context, &job, "lie").unwrap();
    let first = context.seat(&job, 0);
    assert_eq!((first.state(), first.winners), (SeatState::Accepted, 1));
    assert_eq!(challenger(&context, &job), SeatState::Rejected);
    use SeatState::{Accepted, Rejected};
    let members = states(&context, &job, Source::Dispute);
    assert_eq!(members, [Accepted, Rejected, Accepted, Rejected, Accepted]);
}

#[test]
fn a_majority_decides_between_seats_that_disagree() {
    let (mut context, job) = disputed_split();
    decided(&mut context, &job, Source::Dispute, &["43"; 5], "43");
    let (_, seats) = context.job(&job);
    assert_eq!(seats[0].state(), SeatState::Rejected);
    assert_eq!(seats[1].state(), SeatState::Accepted);
    assert_eq!(seats[0].winners, 1);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

#[test]
fn a_verdict_judges_the_check_as_well() {
    for (answer, state) in [("43", SeatState::Accepted), ("42", SeatState::Rejected)] {
        let (mut context, job) = checked("43");
        context.open_split("anyone", &job, 0).unwrap();
        decided(&mut context, &job, Source::Dispute, &[answer; 5], answer);
        assert_eq!(states(&context, &job, Source::Check), [state]);
        assert_eq!(context.seat(&job, 0).winners, 1);
    }
}

#[test]
fn a_third_answer_may_win() {
    let (mut context, job) = disputed_split();
    decided(&mut context, &job, Source::Dispute, &["44"; 5], "44");
    let (_, seats) = context.job(&job);
    assert!(seats.iter().all(|s| s.state() == SeatState::Rejected));
    assert_eq!(seats[0].winners, 0);
}

#[test]
fn three_of_five_decide_and_who_claimed_only_has_missed() {
    // Given: judy has nearly all of the collateral; she takes four seats and delivers three.
    let mut context = TestContext::with_workers();
    context.worker("judy", 100 * COLLATERAL);
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "lie");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    for seat in 0..4 {
        let place = member(Source::Dispute, seat);
        context.claim_round("judy", &job, place).unwrap();
        if seat < 3 {
            context.contribute_round("judy", &job, place, "42").unwrap();
        }
    }

    // When
    let early = open(&mut context, &job, "42");
    context.end_round(&job, 0, Source::Dispute);
    let result = open(&mut context, &job, "42").unwrap();

    // Then
    assert_fails(early, MarketError::RoundNotOver);
    assert_eq!(result.event::<RoundDecided>().verdict, 1);
    use SeatState::{Accepted, Free, Missed};
    let members = states(&context, &job, Source::Dispute);
    assert_eq!(members, [Accepted, Accepted, Accepted, Missed, Free]);
}

#[test]
fn wrong_seals_cost_the_majority_its_verdict() {
    // Given: three of five have the same hash, one of them with a seal of bob's.
    let (mut context, job) = challenged();
    let opening = context.opening_of(&job, 0, Source::Dispute, "42");
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    for (seat, answer) in [(0, "42"), (1, "42"), (3, "43"), (4, "43")] {
        let name = claim_by_first(&mut context, &job, seat);
        let place = member(Source::Dispute, seat);
        context.contribute_round(name, &job, place, answer).unwrap();
    }
    copy_to_third_seat(&mut context, &job, &opening);

    // When
    let result = context
        .decide(&job, 0, Source::Dispute, Some(opening))
        .unwrap();

    // Then: only who copied lied.
    assert_eq!(result.event::<RoundDecided>().verdict, 2);
    use SeatState::{Rejected, Void};
    let members = states(&context, &job, Source::Dispute);
    assert_eq!(members, [Void, Void, Rejected, Void, Void]);
    assert_eq!(challenger(&context, &job), SeatState::Missed);
    assert_eq!(context.phase(&job, 0), Phase::Unproven);
}

/// Lets whoever is admitted first claim a seat of the round of five. Returns its name.
fn claim_by_first(context: &mut TestContext, job: &JobAddresses, seat: u8) -> &'static str {
    let place = member(Source::Dispute, seat);
    loop {
        let names = WORKERS.iter().copied();
        let mut others = names.filter(|name| !["bob", "carol"].contains(name));
        if let Some(name) = others.find(|name| context.claim_round_now(name, job, place).is_ok()) {
            return name;
        }
        context.advance(1);
    }
}

/// Lets somebody contribute to the third seat what opens so, under a seal of bob's.
fn copy_to_third_seat(context: &mut TestContext, job: &JobAddresses, opening: &Opening) {
    let name = claim_by_first(context, job, 2);
    let given = contribution("bob", &context.job(job).0.seed, 0, &contributed(opening));
    let node = context.node(name);
    let key = node.pubkey();
    let round = at::round(&job.address, 0, Source::Dispute);
    let worker = worker_of(name);
    let copy = market::contribute_round(key, worker, job.address, round, 2, &given);
    context.send(&[copy], &[&node]).unwrap();
}

#[test]
fn a_challenge_that_nobody_decides_leaves_the_result_paid_and_unproven() {
    // Given
    let (mut context, job) = challenged();
    context.end_round(&job, 0, Source::Dispute);

    // When
    let result = give_up(&mut context, &job).unwrap();

    // Then
    let round = context.round_view(&job, 0, Source::Dispute);
    let event = result.event::<RoundDecided>();
    assert_eq!((event.round, event.verdict), (round.address, 2));
    assert_eq!(event.phase, Phase::Unproven as u8);
    assert_eq!(challenger(&context, &job), SeatState::Missed);
    let (header, seats) = context.job(&job);
    assert_eq!(seats[0].state(), SeatState::Accepted);
    assert_eq!(seats[0].hash, digest_of(&header.seed, "lie"));
    assert_eq!(
        (header.open_tasks.get(), header.unproven_tasks.get()),
        (0, 1)
    );
    assert_eq!(header.fees_due.get(), 0);
}

#[test]
fn seats_that_disagree_wait_for_the_appeal_when_nobody_decides() {
    let (mut context, job) = disputed_split();
    context.end_round(&job, 0, Source::Dispute);
    let result = give_up(&mut context, &job).unwrap();
    assert_eq!(result.event::<RoundDecided>().phase, Phase::Split as u8);
    let (header, seats) = context.job(&job);
    assert!(seats.iter().all(|s| s.state() == SeatState::Contributed));
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, context.now() + OPEN_WINDOW as i64);
}

#[test]
fn a_majority_that_does_not_open_is_rejected() {
    // Given
    let (mut context, job) = challenged();
    convene(&mut context, &job, &["42", "42", "42", "43", "43"]);
    context.end_round(&job, 0, Source::Dispute);
    context.advance(OPEN_WINDOW);

    // When
    give_up(&mut context, &job).unwrap();

    // Then
    use SeatState::{Rejected, Void};
    let members = states(&context, &job, Source::Dispute);
    assert_eq!(members, [Rejected, Rejected, Rejected, Void, Void]);
    assert_eq!(context.phase(&job, 0), Phase::Unproven);
}

#[test]
fn the_verdict_of_an_appeal_is_final() {
    let (context, job, members) = appealed();
    assert_eq!(members.len(), 23);
    let (header, seats) = context.job(&job);
    assert_eq!(seats[0].state(), SeatState::Accepted);
    assert_eq!(seats[0].hash, digest_of(&header.seed, "lie"));
    assert_eq!(seats[0].phase, Phase::Final as u8);
    assert_eq!(header.unix_time(seats[0].until.get()), context.now());
    assert_eq!((header.open_tasks.get(), header.proven_tasks.get()), (0, 1));
    assert_eq!(header.fees_due, header.fee);
    // Those of the dispute are judged when it is counted.
    let dispute = states(&context, &job, Source::Dispute);
    assert_eq!(dispute, [SeatState::Accepted; 5]);
}

#[test]
fn the_requesters_check_that_agrees_lets_the_hold_go_on() {
    // Given
    let (mut context, job) = rechecked("42");
    let left = context.seat(&job, 0).until.get();
    context.advance(60);

    // When
    let opening = context.opening_of(&job, 0, Source::Check, "42");
    let result = context
        .decide(&job, 0, Source::Check, Some(opening))
        .unwrap();

    // Then: it proves nothing, because it may have copied the public digest.
    let event = result.event::<RoundDecided>();
    let address = at::round(&job.address, 0, Source::Check);
    assert_eq!((event.round, event.verdict), (address, 0));
    assert_eq!(event.phase, Phase::Standing as u8);
    assert_eq!(states(&context, &job, Source::Check), [SeatState::Accepted]);
    let (header, seats) = context.job(&job);
    let until = header.unix_time(seats[0].until.get());
    assert_eq!(until, context.now() + i64::from(left));
    assert_eq!(seats[0].winners, 2);
    assert_eq!(seats[0].flags & flag::CHECKED, 0);
}

#[test]
fn the_requesters_check_that_contradicts_splits_the_task() {
    let (mut context, job) = rechecked("43");
    let opening = context.opening_of(&job, 0, Source::Check, "43");
    let result = context
        .decide(&job, 0, Source::Check, Some(opening))
        .unwrap();
    assert_eq!(result.event::<RoundDecided>().phase, Phase::Split as u8);
    // From now on it is compared by its plain hashes.
    let seed = context.job(&job).0.seed;
    let plain = contribution("carol", &seed, 0, &digest_of(&seed, "43"));
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].contribution(), plain);
    assert_eq!(check.seats[0].state(), SeatState::Contributed);
    context.open_split("anyone", &job, 0).unwrap();
}

#[test]
fn the_job_is_that_of_the_round() {
    let (mut context, job) = challenged();
    context.end_round(&job, 0, Source::Dispute);
    let other = another_job(&mut context);
    let round = at::round(&job.address, 0, Source::Dispute);
    let decide = market::decide_round(other.address, round, None, None);
    assert_fails(context.crank(decide), MarketError::WrongAccount);
}

#[test]
fn the_check_is_that_of_the_task() {
    let (mut context, job) = two_checks();
    let round = at::round(&job.address, 0, Source::Dispute);
    let theirs = at::round(&job.address, 1, Source::Check);
    let decide = market::decide_round(job.address, round, Some(theirs), None);
    assert_fails(context.crank(decide), MarketError::WrongAccount);
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
}

#[test]
fn the_check_of_a_task_is_not_left_out() {
    let (mut context, job) = two_checks();
    let round = at::round(&job.address, 0, Source::Dispute);
    let decide = market::decide_round(job.address, round, None, None);
    assert_fails(context.crank(decide), MarketError::CheckMissing);
    give_up(&mut context, &job).unwrap();
}

#[test]
fn a_round_is_decided_once() {
    let (mut context, job, _) = overturned();
    context.advance(1);
    let result = open(&mut context, &job, "42");
    assert_fails(result, MarketError::RoundDecided);
    let (mut context, job) = given_up();
    context.advance(1);
    assert_fails(give_up(&mut context, &job), MarketError::RoundDecided);
}

#[test]
fn the_verdict_of_a_dispute_does_not_end_the_appeal() {
    let (mut context, job, _) = overturned();
    context
        .challenge("dave", &job, 0, RoundKind::Appeal, "lie")
        .unwrap();
    let result = open(&mut context, &job, "42");
    assert_fails(result, MarketError::RoundDecided);
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
}

#[test]
fn a_round_waits_for_its_end_or_for_every_seat() {
    // Given
    let (mut context, job) = challenged();
    convene(&mut context, &job, &["42"; 4]);
    let (header, round) = (
        context.job(&job).0,
        context.round_view(&job, 0, Source::Dispute),
    );
    let end = header.unix_time(round.header.round.ends_at(&header.rules()));
    context.advance_to(end - 1);

    // When
    let early = [open(&mut context, &job, "42"), give_up(&mut context, &job)];

    // Then
    for result in early {
        assert_fails(result, MarketError::RoundNotOver);
    }
    context.advance(1);
    open(&mut context, &job, "42").unwrap();
}

#[test]
fn two_of_five_are_no_majority() {
    let (mut context, job) = challenged();
    convene(&mut context, &job, &["42"; 2]);
    context.end_round(&job, 0, Source::Dispute);
    let result = open(&mut context, &job, "42");
    assert_fails(result, MarketError::NoMajority);
    give_up(&mut context, &job).unwrap();
}

#[test]
fn a_majority_opens_in_time() {
    let (mut context, job) = challenged();
    convene(&mut context, &job, &["42"; 5]);
    context.end_round(&job, 0, Source::Dispute);
    context.advance(OPEN_WINDOW - 1);
    let mut in_time = context.clone();
    open(&mut in_time, &job, "42").unwrap();
    context.advance(1);
    let result = open(&mut context, &job, "42");
    assert_fails(result, MarketError::DeadlinePassed);
}

#[test]
fn an_opening_is_what_the_majority_contributed() {
    // Given
    let (mut context, job) = challenged();
    convene(&mut context, &job, &["42", "42", "42", "43", "43"]);
    let right = context.opening_of(&job, 0, Source::Dispute, "42");

    // When: the minority opens, and the digest comes with another memory.
    let minority = open(&mut context, &job, "43");
    let other = Opening {
        memory: [9; 32],
        ..right
    };
    let blind = context.decide(&job, 0, Source::Dispute, Some(other));

    // Then
    for result in [minority, blind] {
        assert_fails(result, MarketError::WrongOpening);
    }
    open(&mut context, &job, "42").unwrap();
}

#[test]
fn a_majority_has_time_to_open() {
    let (mut context, job) = challenged();
    convene(&mut context, &job, &["42"; 5]);
    context.end_round(&job, 0, Source::Dispute);
    context.advance(OPEN_WINDOW - 1);
    let result = give_up(&mut context, &job);
    assert_fails(result, MarketError::MajorityMustOpen);
    context.advance(1);
    give_up(&mut context, &job).unwrap();
}

#[test]
fn a_check_is_not_given_up() {
    let (mut context, job) = rechecked("42");
    let result = context.decide(&job, 0, Source::Check, None);
    assert_fails(result, MarketError::NotStanding);
}

#[test]
fn a_check_is_opened_once_it_has_contributed() {
    let (mut context, job) = rechecking();
    let opening = context.opening_of(&job, 0, Source::Check, "42");
    let result = context.decide(&job, 0, Source::Check, Some(opening));
    assert_fails(result, MarketError::NotStanding);
    context.claim_round("carol", &job, CHECK).unwrap();
    let result = context.decide(&job, 0, Source::Check, Some(opening));
    assert_fails(result, MarketError::NotStanding);
}

#[test]
fn a_drawn_check_is_opened_with_its_task() {
    for (mut context, job) in [checking(), checked("42")] {
        let opening = context.opening_of(&job, 0, Source::Check, "42");
        let result = context.decide(&job, 0, Source::Check, Some(opening));
        assert_fails(result, MarketError::NotStanding);
    }
}

#[test]
fn the_requesters_check_is_opened_in_time_and_as_contributed() {
    // Given
    let (mut context, job) = rechecked("42");
    let right = context.opening_of(&job, 0, Source::Check, "42");
    let copied = Opening {
        memory: [9; 32],
        ..right
    };

    // When
    let wrong = context.decide(&job, 0, Source::Check, Some(copied));
    context.advance(OPEN_WINDOW);
    let late = context.decide(&job, 0, Source::Check, Some(right));

    // Then
    assert_fails(wrong, MarketError::WrongOpening);
    assert_fails(late, MarketError::DeadlinePassed);
}
