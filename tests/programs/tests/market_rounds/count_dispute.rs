use super::fixtures::{
    another_job, appealed, challenged, check_was_right, ended, given_up, overturned, undecided,
};
use assay_harness::{
    assert_fails, instruction::market, market::LIE, pda::market as at, replace_account,
};
use assay_market::{
    error::MarketError,
    event::DisputeCounted,
    game::{round::RoundKind, Phase, SeatState},
    state::Source,
};

#[test]
fn it_is_counted_who_pays_and_who_is_paid() {
    // Given
    let (mut context, job, _) = ended();

    // When
    let result = context.count_dispute(&job, 0).unwrap();

    // Then
    let dispute = context.round_view(&job, 0, Source::Dispute);
    let header = &dispute.header;
    assert_eq!((header.counted, header.siblings), (1, 0));
    assert_eq!((header.members.get(), header.right.get()), (5, 1));
    // Nothing is divided before the penalty is collected.
    assert_eq!((header.to_penalize.get(), header.to_award.get()), (1, 0));
    let (job_header, seats) = context.job(&job);
    assert_eq!(seats[0].phase, Phase::Final as u8);
    assert_eq!(job_header.open_tasks.get(), 0);
    // Nobody in the job's account was right, so no fee is due.
    assert_eq!(job_header.fees_due.get(), 0);
    let event = result.event::<DisputeCounted>();
    assert_eq!(event.dispute, dispute.address);
    let counts = (event.rejected.get(), event.members.get(), event.right.get());
    assert_eq!(counts, (1, 5, 1));
}

#[test]
fn without_a_lie_there_is_nothing_to_wait_for() {
    // Given: bob is paid, carol's challenge has missed its deadline.
    let (mut context, job) = given_up();

    // When
    let result = context.count_dispute(&job, 0).unwrap();

    // Then
    let header = context.round_view(&job, 0, Source::Dispute).header;
    assert!(header.is_divided());
    assert_eq!((header.to_award.get(), header.right.get()), (1, 1));
    assert_eq!((header.member_pay.get(), header.bounty.get()), (0, 0));
    let event = result.event::<DisputeCounted>();
    let counts = (event.rejected.get(), event.members.get(), event.right.get());
    assert_eq!(counts, (0, 0, 1));
}

#[test]
fn the_check_of_the_task_counts_as_a_party() {
    // Given
    let (mut context, job, _) = check_was_right();
    context.end_hold(&job);

    // When
    let result = context.count_dispute(&job, 0).unwrap();

    // Then
    let event = result.event::<DisputeCounted>();
    let counts = (event.rejected.get(), event.members.get(), event.right.get());
    assert_eq!(counts, (1, 5, 1));
    let dispute = context.round_view(&job, 0, Source::Dispute);
    assert_eq!(dispute.header.siblings, 1);
    let check = context.round_view(&job, 0, Source::Check);
    assert!(check.seats[0].awaits_award());
}

#[test]
fn an_appeal_that_decides_otherwise_turns_the_dispute_over() {
    // Given
    let (mut context, job, _) = appealed();

    // When
    let result = context.count_dispute(&job, 0).unwrap();

    // Then: the five members and carol lied, bob and dave were right.
    let event = result.event::<DisputeCounted>();
    let counts = (event.rejected.get(), event.members.get(), event.right.get());
    assert_eq!(counts, (6, 23, 2));
    let dispute = context.round_view(&job, 0, Source::Dispute);
    let members = dispute.seats.iter().map(|seat| seat.state());
    assert!(members.eq([SeatState::Rejected; 5]));
    let round = &dispute.header.round;
    assert_eq!(round.challenger.state(), SeatState::Rejected);
    assert_eq!((round.verdict, dispute.header.siblings), (3, 1));
    assert_eq!(dispute.header.to_penalize.get(), 6);
    assert_eq!(context.worker_account("bob").accused.get(), LIE);
}

#[test]
fn the_job_is_that_of_the_dispute() {
    let (mut context, job, _) = ended();
    let other = another_job(&mut context);
    let count = market::count_dispute(job.address, 0, false, false);
    let forged = replace_account(count, &job.address, &other.address);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn a_check_is_no_dispute() {
    let (mut context, job) = undecided();
    let count = market::count_dispute(job.address, 0, false, false);
    let [dispute, check] =
        [Source::Dispute, Source::Check].map(|source| at::round(&job.address, 0, source));
    let forged = replace_account(count, &dispute, &check);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn an_appeal_is_no_dispute() {
    let (mut context, job, _) = appealed();
    let count = market::count_dispute(job.address, 0, false, false);
    let [dispute, appeal] =
        [Source::Dispute, Source::Appeal].map(|source| at::round(&job.address, 0, source));
    let forged = replace_account(count, &dispute, &appeal);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn a_check_is_no_appeal() {
    let (mut context, job) = undecided();
    let count = market::count_dispute(job.address, 0, true, false);
    let [appeal, check] =
        [Source::Appeal, Source::Check].map(|source| at::round(&job.address, 0, source));
    let forged = replace_account(count, &appeal, &check);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn the_check_of_another_task_is_refused() {
    let (mut context, job) = undecided();
    let count = market::count_dispute(job.address, 0, false, true);
    let [ours, theirs] = [0, 1].map(|task| at::round(&job.address, task, Source::Check));
    let forged = replace_account(count, &ours, &theirs);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn an_appeal_is_not_left_out() {
    let (mut context, job, _) = appealed();
    let count = market::count_dispute(job.address, 0, false, false);
    assert_fails(context.crank(count), MarketError::AppealMissing);
}

#[test]
fn a_check_is_not_left_out() {
    let (mut context, job) = undecided();
    let count = market::count_dispute(job.address, 0, false, false);
    assert_fails(context.crank(count), MarketError::CheckMissing);
    context.count_dispute(&job, 0).unwrap();
}

#[test]
fn a_dispute_is_counted_once() {
    let (mut context, job, _) = ended();
    context.count_dispute(&job, 0).unwrap();
    context.advance(1);
    let before = context.data(&at::round(&job.address, 0, Source::Dispute));
    let result = context.count_dispute(&job, 0);
    assert_fails(result, MarketError::AlreadyCounted);
    let after = context.data(&at::round(&job.address, 0, Source::Dispute));
    assert_eq!(after, before);
}

#[test]
fn nothing_is_counted_before_the_end_of_the_task() {
    let (mut context, job) = challenged();
    let result = context.count_dispute(&job, 0);
    assert_fails(result, MarketError::TaskNotEnded);

    let (mut context, job, _) = overturned();
    let result = context.count_dispute(&job, 0);
    assert_fails(result, MarketError::TaskNotEnded);
    context
        .challenge("dave", &job, 0, RoundKind::Appeal, "lie")
        .unwrap();
    let result = context.count_dispute(&job, 0);
    assert_fails(result, MarketError::TaskNotEnded);
}
