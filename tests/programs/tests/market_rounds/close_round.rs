use super::fixtures::{
    another_job, appealed, check_was_right, checked_and_opened, divided, ended, given_up, member,
    overturned, undecided, CHALLENGER_PLACE, CHECK, FIRST_PLACE,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    keypairs::{address_of, node_of},
    market::{BOND, LIE, VALUE},
    pda::{self, market as at},
    replace_account, Instruction, TestContext,
};
use assay_market::{error::MarketError, event::RoundClosed, game::Phase, state::Source};

/// Returns what closes a round of five that a node of carol's opened.
fn close(context: &mut TestContext, job: &JobAddresses) -> Instruction {
    let payer = context.round_view(job, 0, Source::Dispute).header.payer;
    let mint = context.stake_mint();
    market::close_round(payer, job.address, 0, Source::Dispute, true, &mint)
}

fn award_all(context: &mut TestContext, job: &JobAddresses, members: &[&str]) {
    for (seat, name) in (0u8..).zip(members) {
        let place = member(Source::Dispute, seat);
        context.award(name, job, place).unwrap();
    }
    let round = context.round_view(job, 0, Source::Dispute);
    if round.header.round.has_challenger() {
        context.award("carol", job, CHALLENGER_PLACE).unwrap();
    }
}

/// Returns a dispute that has paid everything out.
fn awarded() -> (TestContext, JobAddresses) {
    let (mut context, job, members) = divided();
    award_all(&mut context, &job, &members);
    (context, job)
}

/// Returns a job of a check and a dispute, whose members are awarded and whose check, which was right, is paid.
fn checked_and_awarded() -> (TestContext, JobAddresses) {
    let (mut context, job, members) = check_was_right();
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    context.penalize("bob", &job, FIRST_PLACE).unwrap();
    award_all(&mut context, &job, &members);
    context.collect_check("carol", &job, 0).unwrap();
    (context, job)
}

#[test]
fn a_paid_out_dispute_is_closed_with_its_pot_and_the_rest_burned() {
    // Given
    let (mut context, job) = awarded();
    let mint = context.stake_mint();
    let round = at::round(&job.address, 0, Source::Dispute);
    let pot = pda::ata(&round, &mint);
    let payer = address_of(&node_of("carol"));
    let rent = context.lamports(&round) + context.lamports(&pot);
    let (had, supply) = (context.lamports(&payer), context.supply(&mint));

    // When
    let result = context.close_round(&job, 0, Source::Dispute).unwrap();

    // Then: five members have a price each, and carol a tenth of the penalty.
    let rest = (BOND + LIE) - 5 * VALUE - (BOND + LIE) / 10;
    assert!(!context.exists(&round) && !context.exists(&pot));
    assert_eq!(context.lamports(&payer), had + rent);
    assert_eq!(context.supply(&mint), supply - rest);
    assert_eq!(context.job(&job).0.open_rounds.get(), 0);
    let event = result.event::<RoundClosed>();
    assert_eq!((event.round, event.burned.get()), (round, rest));
    context.close("alice", &job).unwrap();
}

#[test]
fn the_check_of_a_task_without_a_round_is_closed_once_it_is_paid() {
    // Given
    let (mut context, job) = checked_and_opened();
    context.end_hold(&job);
    context.collect_check("carol", &job, 0).unwrap();
    let check = at::round(&job.address, 0, Source::Check);
    let (anyone, rent) = (context.address_of("anyone"), context.lamports(&check));
    let mint = context.stake_mint();

    // When: carol pays the fee, so that the rent alone changes what anyone has.
    let had = context.lamports(&anyone);
    let carol = context.actor("carol");
    let close = market::close_round(anyone, job.address, 0, Source::Check, false, &mint);
    let result = context.send(&[close], &[&carol]).unwrap();

    // Then
    assert!(!context.exists(&check));
    assert_eq!(context.lamports(&anyone), had + rent);
    assert_eq!(context.job(&job).0.open_rounds.get(), 0);
    let event = result.event::<RoundClosed>();
    assert_eq!((event.round, event.burned.get()), (check, 0));
}

#[test]
fn the_check_of_a_disputed_task_is_closed_before_its_dispute() {
    // Given
    let (mut context, job) = checked_and_awarded();
    context.award("carol", &job, CHECK).unwrap();

    // When
    context.close_round(&job, 0, Source::Check).unwrap();

    // Then
    let dispute = context.round_view(&job, 0, Source::Dispute);
    assert_eq!(dispute.header.siblings, 0);
    context.close_round(&job, 0, Source::Dispute).unwrap();
    assert_eq!(context.job(&job).0.open_rounds.get(), 0);
}

#[test]
fn the_rent_goes_to_who_paid_it() {
    let (mut context, job) = awarded();
    let mallory = context.address_of("mallory");
    let close = close(&mut context, &job);
    let forged = replace_account(close, &address_of(&node_of("carol")), &mallory);
    assert_fails(context.crank(forged), MarketError::NotOwner);
}

#[test]
fn the_job_is_that_of_the_round() {
    let (mut context, job) = awarded();
    let other = another_job(&mut context);
    let close = close(&mut context, &job);
    let forged = replace_account(close, &job.address, &other.address);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn the_check_of_a_disputed_task_names_its_dispute() {
    let (mut context, job) = checked_and_awarded();
    context.award("carol", &job, CHECK).unwrap();
    let (anyone, mint) = (context.address_of("anyone"), context.stake_mint());
    let close = market::close_round(anyone, job.address, 0, Source::Check, false, &mint);
    assert_fails(context.crank(close), MarketError::WrongAccount);
    context.close_round(&job, 0, Source::Check).unwrap();
}

#[test]
fn the_dispute_of_another_job_is_refused() {
    // Given: an unproven task of another job with a dispute.
    let (mut context, job) = checked_and_awarded();
    context.award("carol", &job, CHECK).unwrap();
    let other = another_job(&mut context);
    context.complete_task(&other, 0, &["bob"], "42");
    let kind = assay_market::game::round::RoundKind::Dispute;
    context.challenge("dave", &other, 0, kind, "43").unwrap();

    // When
    let (anyone, mint) = (context.address_of("anyone"), context.stake_mint());
    let close = market::close_round(anyone, job.address, 0, Source::Check, true, &mint);
    let [ours, theirs] =
        [job.address, other.address].map(|job| at::round(&job, 0, Source::Dispute));
    let forged = replace_account(close, &ours, &theirs);

    // Then
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn nothing_is_closed_before_the_end_of_the_task() {
    let (mut context, job, _) = overturned();
    let result = context.close_round(&job, 0, Source::Dispute);
    assert_fails(result, MarketError::TaskNotEnded);

    let (mut context, job) = checked_and_opened();
    let result = context.close_round(&job, 0, Source::Check);
    assert_fails(result, MarketError::TaskNotEnded);
}

#[test]
fn a_check_is_not_closed_before_it_is_paid() {
    let (mut context, job) = checked_and_opened();
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(context.seat(&job, 0).phase, Phase::Final as u8);
    let result = context.close_round(&job, 0, Source::Check);
    assert_fails(result, MarketError::RoundNotDone);
}

#[test]
fn a_dispute_is_not_closed_before_its_count() {
    let (mut context, job) = given_up();
    let result = context.close_round(&job, 0, Source::Dispute);
    assert_fails(result, MarketError::RoundNotDone);
    // Not even when nobody of it is left to be settled.
    context.penalize("carol", &job, CHALLENGER_PLACE).unwrap();
    let result = context.close_round(&job, 0, Source::Dispute);
    assert_fails(result, MarketError::RoundNotDone);
}

#[test]
fn a_dispute_is_not_closed_before_its_penalties() {
    let (mut context, job, _) = ended();
    context.count_dispute(&job, 0).unwrap();
    let result = context.close_round(&job, 0, Source::Dispute);
    assert_fails(result, MarketError::RoundNotDone);
}

#[test]
fn a_dispute_is_not_closed_before_its_last_award() {
    // Given
    let (mut context, job, members) = divided();
    for (seat, name) in (0u8..).zip(&members) {
        let place = member(Source::Dispute, seat);
        context.award(name, &job, place).unwrap();
    }

    // When
    let result = context.close_round(&job, 0, Source::Dispute);

    // Then
    assert_fails(result, MarketError::RoundNotDone);
    context.award("carol", &job, CHALLENGER_PLACE).unwrap();
    context.close_round(&job, 0, Source::Dispute).unwrap();
}

#[test]
fn a_check_of_a_disputed_task_is_not_closed_before_the_count() {
    let (mut context, job) = undecided();
    context.collect_check("carol", &job, 0).unwrap();
    let result = context.close_round(&job, 0, Source::Check);
    assert_fails(result, MarketError::RoundNotDone);
}

#[test]
fn a_check_that_was_right_is_not_closed_before_its_award() {
    let (mut context, job) = checked_and_awarded();
    let result = context.close_round(&job, 0, Source::Check);
    assert_fails(result, MarketError::RoundNotDone);
}

#[test]
fn a_dispute_is_not_closed_before_the_check_of_its_task() {
    let (mut context, job) = checked_and_awarded();
    context.award("carol", &job, CHECK).unwrap();
    let result = context.close_round(&job, 0, Source::Dispute);
    assert_fails(result, MarketError::RoundNotDone);
}

#[test]
fn an_appeal_is_not_closed_before_its_seats_are_settled() {
    let (mut context, job, _) = appealed();
    context.count_dispute(&job, 0).unwrap();
    let result = context.close_round(&job, 0, Source::Appeal);
    assert_fails(result, MarketError::RoundNotDone);
}

#[test]
fn the_mint_is_that_of_the_staked_token() {
    let (mut context, job) = awarded();
    let (mint, usd) = (context.stake_mint(), context.payment_mint());
    let close = close(&mut context, &job);
    let forged = replace_account(close, &mint, &usd);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn the_pot_is_that_of_the_dispute() {
    let (mut context, job) = awarded();
    let (mint, mallory) = (context.stake_mint(), context.address_of("mallory"));
    let own = context.ata(&mint, &mallory);
    let close = close(&mut context, &job);
    let pot = pda::ata(&at::round(&job.address, 0, Source::Dispute), &mint);
    let forged = replace_account(close, &pot, &own);
    assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
}

#[test]
fn an_award_is_paid_once_also_when_it_was_the_last() {
    let (mut context, job) = awarded();
    context.advance(1);
    let again = context.award("carol", &job, CHALLENGER_PLACE);
    assert_fails(again, MarketError::AlreadySettled);
}
