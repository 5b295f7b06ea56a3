use super::market_with_workers;
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{terms, PRICE, REVEAL_WINDOW},
    Signer, TestContext,
};
use assay_market::{error::MarketError, event::JobClosed, state::JobTerms};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;

/// Returns a job of two tasks: one is accepted and paid, the other one refunded.
fn finished() -> (TestContext, JobAddresses) {
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    context.complete_task(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "lie")],
    );
    context.settle(&handle, 0).unwrap();
    context.collect("bob", &handle, &[0]).unwrap();
    context.collect("carol", &handle, &[1]).unwrap();
    context.penalize("dave", &handle, &[2]).unwrap();
    context.cancel("alice", &handle, 1, 1).unwrap();
    (context, handle)
}

/// Returns the same job at the time from which anyone may close it.
fn finished_long_ago() -> (TestContext, JobAddresses) {
    let (mut context, handle) = finished();
    let (job, _) = context.job(&handle);
    let windows = terms().run_window + 2 * REVEAL_WINDOW;
    context.advance_to(job.claim_until.get() + i64::try_from(windows).unwrap());
    (context, handle)
}

#[test]
fn closing_pays_the_fees_and_returns_the_rest_and_the_rent() {
    // Given
    let (mut context, handle) = finished_long_ago();
    let (job, _) = context.job(&handle);
    let rent = context.lamports(&handle.address) + context.lamports(&handle.escrow);
    let lamports = context.lamports(&handle.requester);

    // When
    let result = context.close("anyone", &handle).unwrap();

    // Then
    let left = 2 * (3 * PRICE + job.fee.get()) - 2 * PRICE - job.fee.get();
    let refund = context.ata(&handle.payment.mint, &handle.requester);
    assert_eq!(context.balance(&refund), left);
    assert_eq!(context.balance(&handle.payment.fee_vault), job.fee.get());
    assert!(!context.exists(&handle.address));
    assert!(!context.exists(&handle.escrow));
    assert_eq!(context.lamports(&handle.requester), lamports + rent);
    let event = result.event::<JobClosed>();
    assert_eq!((event.job, event.fees), (handle.address, job.fee));
    assert_eq!(event.refunded.get(), left);
}

#[test]
fn tokens_that_strangers_sent_in_go_to_the_requester() {
    let (mut context, handle) = finished();
    let (job, _) = context.job(&handle);
    context.mint_to_account(&handle.payment.mint, &handle.escrow, 77);
    context.close("alice", &handle).unwrap();
    let refund = context.ata(&handle.payment.mint, &handle.requester);
    let expected = job.funds.get() - job.fees_due.get() + 77;
    assert_eq!(context.balance(&refund), expected);
}

#[test]
fn a_job_with_open_tasks_stays() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    let result = context.close("alice", &handle);
    assert_fails(result, MarketError::JobNotFinished);
}

#[test]
fn a_job_with_uncollected_seats_stays() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.complete_task(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "lie")],
    );
    context.settle(&handle, 0).unwrap();
    context.collect("bob", &handle, &[0]).unwrap();
    context.penalize("dave", &handle, &[2]).unwrap();
    let result = context.close("alice", &handle);
    assert_fails(result, MarketError::JobNotFinished);
    context.collect("carol", &handle, &[1]).unwrap();
    context.close("alice", &handle).unwrap();
}

#[test]
fn others_close_a_job_only_when_its_deadlines_are_well_over() {
    let (mut context, handle) = finished();
    let from = finished_long_ago().0.now();
    let too_early = MarketError::ReservedForRequester;
    assert_fails(context.close("bob", &handle), too_early);
    context.advance_to(from - 1);
    assert_fails(context.close("bob", &handle), too_early);
    context.advance_to(from);
    context.close("bob", &handle).unwrap();
}

#[test]
fn the_refund_goes_to_an_account_of_the_requester_in_the_jobs_mint() {
    let (mut context, handle) = finished();
    let (alice, anyone) = (context.actor("alice"), context.actor("anyone"));
    let stake = context.stake_mint();
    let wrong = [
        context.ata(&handle.payment.mint, &anyone.pubkey()),
        context.ata(&stake, &handle.requester),
        context.address_of("bob"),
    ];
    for refund in wrong {
        let result = context.send(&[market::close_job(&handle, refund)], &[&alice]);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}

#[test]
fn the_rent_goes_to_the_requester() {
    let (mut context, handle) = finished();
    let false_one = JobAddresses {
        requester: context.address_of("anyone"),
        ..handle
    };
    let result = context.close("anyone", &false_one);
    assert_fails(result, MarketError::NotRequester);
}

#[test]
fn fees_and_escrow_are_those_on_record() {
    let (mut context, handle) = finished();
    let other = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    let mallory = context.address_of("mallory");
    let mine = context.ata(&handle.payment.mint, &mallory);
    let payment = handle.payment;
    let stake_payment = market::PaymentMintInfo {
        mint: context.stake_mint(),
        fee_vault: context.slash_destination(),
        ..payment
    };
    context.allow_mint(stake_payment);
    let forgeries = [
        JobAddresses {
            escrow: other.escrow,
            ..handle
        },
        JobAddresses {
            payment: market::PaymentMintInfo {
                fee_vault: mine,
                ..payment
            },
            ..handle
        },
        JobAddresses {
            payment: market::PaymentMintInfo {
                token_program: assay_shared::token::TOKEN_2022,
                ..payment
            },
            ..handle
        },
        JobAddresses {
            payment: stake_payment,
            ..handle
        },
    ];
    for forged in forgeries {
        let alice = context.actor("alice");
        let refund = context.ata(&payment.mint, &handle.requester);
        let result = context.send(&[market::close_job(&forged, refund)], &[&alice]);
        assert_fails(result, MarketError::WrongAccount);
    }
}

#[test]
fn a_nonce_can_be_used_again() {
    let (mut context, handle) = finished();
    context.close("alice", &handle).unwrap();
    context.advance(1);
    let again = context.post("alice", terms());
    assert_eq!(again.address, handle.address);
    context.claim("bob", &again, (0, 0)).unwrap();
}

/// The program signs for the job's own authority only. The runtime rejects another authority that did not sign; the token
/// program rejects one that did.
#[test]
fn only_the_jobs_own_authority_empties_the_escrow() {
    let (mut context, handle) = finished_long_ago();
    let (anyone, mallory) = (context.actor("anyone"), context.actor("mallory"));
    let refund = context.ata(&handle.payment.mint, &handle.requester);
    let forged = JobAddresses {
        escrow_authority: mallory.pubkey(),
        ..handle
    };
    let close = market::close_job(&forged, refund);
    let failure = context
        .send(std::slice::from_ref(&close), &[&anyone])
        .unwrap_err();
    let escalation = InstructionError::PrivilegeEscalation;
    let expected = TransactionError::InstructionError(0, escalation);
    assert_eq!(failure.error, expected, "{failure:?}");
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, TokenError::OwnerMismatch);
}
