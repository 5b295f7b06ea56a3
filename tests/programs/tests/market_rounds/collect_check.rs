use super::fixtures::{
    another_job, check_was_right, checked, checked_and_opened, checking, disputed_split, rechecked,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    keypairs::worker_of,
    market::{BOND, COLLATERAL, EPOCH_LENGTH, OPEN_WINDOW, PRICE, TALLY_WINDOW},
    pda::{self, market as at},
    replace_account, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::CheckCollected,
    game::{Phase, SeatState},
    state::{Params, Source},
};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;

/// Returns a job whose check of carol's agreed with bob; the task has ended.
fn ended() -> (TestContext, JobAddresses) {
    let (mut context, job) = checked_and_opened();
    context.end_hold(&job);
    (context, job)
}

#[test]
fn a_check_is_paid_what_every_seat_earns() {
    // Given
    let (mut context, job) = ended();
    let before = context.job(&job).0;
    let (usd, carol) = (context.payment_mint(), context.address_of("carol"));

    // When
    let result = context.collect_check("carol", &job, 0).unwrap();

    // Then
    assert_eq!(context.balance(&pda::ata(&carol, &usd)), PRICE);
    let (header, seats) = context.job(&job);
    assert_eq!(header.funds.get(), before.funds.get() - PRICE);
    assert_eq!(context.balance(&job.escrow), header.funds.get());
    assert_eq!(header.unsettled, before.unsettled);
    assert_eq!((header.open_tasks.get(), header.proven_tasks.get()), (0, 1));
    assert_eq!(seats[0].phase, Phase::Final as u8);
    let check = context.round_view(&job, 0, Source::Check);
    assert!(check.seats[0].is_settled());
    assert_eq!(check.header.unsettled.get(), 0);
    let worker = context.worker_account("carol");
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    assert_eq!(worker.accepted.get(), 1);
    let weight = header.weight.get() / 2;
    assert_eq!(worker.work(0).unwrap().weight.get(), weight);
    let event = result.event::<CheckCollected>();
    assert_eq!(
        (event.check, event.worker),
        (check.address, worker_of("carol"))
    );
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, weight));
}

#[test]
fn the_requesters_check_is_paid_when_it_agreed() {
    let (mut context, job) = rechecked("42");
    let opening = context.opening_of(&job, 0, Source::Check, "42");
    context
        .decide(&job, 0, Source::Check, Some(opening))
        .unwrap();
    context.end_hold(&job);
    let result = context.collect_check("carol", &job, 0).unwrap();
    assert_eq!(result.event::<CheckCollected>().paid.get(), PRICE);
}

#[test]
fn an_unproven_task_earns_its_check_no_weight() {
    // Given: the check contradicted, and nobody asked for a round.
    let (mut context, job) = checked("43");
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();

    // When
    let result = context.collect_check("carol", &job, 0).unwrap();

    // Then
    let event = result.event::<CheckCollected>();
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, 0));
}

#[test]
fn after_the_tally_a_check_earns_no_weight() {
    let (mut context, job) = ended();
    let params: Params = context.account(&at::params());
    let end = params.genesis_time.get() + (EPOCH_LENGTH + TALLY_WINDOW) as i64;
    context.advance_to(end);
    let result = context.collect_check("carol", &job, 0).unwrap();
    let event = result.event::<CheckCollected>();
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, 0));
}

#[test]
fn job_and_escrow_are_those_of_the_check() {
    let (mut context, job) = ended();
    let other = another_job(&mut context);
    let carol = context.address_of("carol");
    context.ata(&job.payment.mint, &carol);
    let collect = market::collect_check(&job, &carol, 0);
    for (real, fake) in [(job.address, other.address), (job.escrow, other.escrow)] {
        let forged = replace_account(collect.clone(), &real, &fake);
        assert_fails(context.crank(forged), MarketError::WrongAccount);
    }
    context.crank(collect).unwrap();
}

/// The program signs for the job's own authority only. The runtime rejects another authority that did not sign; the token
/// program rejects one that did.
#[test]
fn only_the_jobs_own_authority_pays() {
    let (mut context, job) = ended();
    let carol = context.address_of("carol");
    context.ata(&job.payment.mint, &carol);
    let mallory = context.actor("mallory");
    let collect = market::collect_check(&job, &carol, 0);
    let forged = replace_account(collect, &job.escrow_authority, &mallory.pubkey());
    let failure = context.crank(forged.clone()).unwrap_err();
    let escalation = InstructionError::PrivilegeEscalation;
    let expected = TransactionError::InstructionError(0, escalation);
    assert_eq!(failure.error, expected, "{failure:?}");
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, TokenError::OwnerMismatch);
}

#[test]
fn a_round_is_no_check() {
    let (mut context, job) = disputed_split();
    let carol = context.address_of("carol");
    context.ata(&job.payment.mint, &carol);
    let collect = market::collect_check(&job, &carol, 0);
    let [check, dispute] =
        [Source::Check, Source::Dispute].map(|source| at::round(&job.address, 0, source));
    let forged = replace_account(collect, &check, &dispute);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn pay_goes_to_the_owners_associated_account_in_the_jobs_mint() {
    let (mut context, job) = ended();
    let (usd, stake) = (context.payment_mint(), context.stake_mint());
    let (carol, mallory) = (context.address_of("carol"), context.address_of("mallory"));
    let right = context.ata(&usd, &carol);
    let collect = market::collect_check(&job, &carol, 0);
    for fake in [
        context.ata(&usd, &mallory),
        context.ata(&stake, &carol),
        carol,
    ] {
        let forged = replace_account(collect.clone(), &right, &fake);
        assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
    }
    context.crank(collect).unwrap();
}

#[test]
fn nothing_is_collected_before_the_end_of_the_task() {
    let (mut context, job) = checked("42");
    let result = context.collect_check("carol", &job, 0);
    assert_fails(result, MarketError::TaskNotEnded);
    context.open(&job, 0, "42").unwrap();
    let result = context.collect_check("carol", &job, 0);
    assert_fails(result, MarketError::TaskNotEnded);

    let (mut context, job, _) = check_was_right();
    let result = context.collect_check("carol", &job, 0);
    assert_fails(result, MarketError::TaskNotEnded);
}

#[test]
fn only_the_holder_of_the_check_collects() {
    let (mut context, job) = ended();
    for name in ["bob", "dave"] {
        let result = context.collect_check(name, &job, 0);
        assert_fails(result, MarketError::NotSeatHolder);
    }
}

#[test]
fn a_check_that_nobody_took_pays_nobody() {
    let (mut context, job) = checking();
    context.advance(3 * 3_600);
    context.expire(&job, 0).unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    let result = context.collect_check("carol", &job, 0);
    assert_fails(result, MarketError::NotSeatHolder);
}

#[test]
fn a_check_is_collected_once() {
    let (mut context, job) = ended();
    context.collect_check("carol", &job, 0).unwrap();
    context.advance(1);
    let result = context.collect_check("carol", &job, 0);
    assert_fails(result, MarketError::AlreadySettled);
}

#[test]
fn a_rejected_check_earns_nothing() {
    // Given: nobody opened what both contributed.
    let (mut context, job) = checked("42");
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Rejected);

    // When
    let result = context.collect_check("carol", &job, 0);

    // Then
    assert_fails(result, MarketError::NothingToCollect);
    assert_eq!(context.worker_account("carol").locked.get(), BOND);
}
