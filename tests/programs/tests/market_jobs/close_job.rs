use super::FIRST;
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{checked_terms, terms, PRICE},
    replace_account, without_signature, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::JobClosed,
    state::{JobTerms, Source},
};
use assay_shared::token::{TOKEN, TOKEN_2022};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;

/// Returns a job of two tasks: one is proven and paid, the other one cancelled.
fn finished() -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    context.complete_task(&handle, 0, &["bob"], "42");
    context.end_hold(&handle);
    context.collect("bob", &handle, &[0]).unwrap();
    context.cancel("alice", &handle, 1, 1).unwrap();
    (context, handle)
}

/// Returns the same job at the time from which anyone may close it.
fn finished_long_ago() -> (TestContext, JobAddresses) {
    let (mut context, handle) = finished();
    let (job, _) = context.job(&handle);
    // The last claim, its run, and two holds of two runs each.
    let windows = terms().claim_window + 5 * terms().run_window;
    context.advance_to(job.posted_at.get() + i64::from(windows));
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
    let left = 2 * (PRICE + job.fee.get()) - PRICE - job.fee.get();
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
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    let unclaimed = context.close("alice", &handle);
    context.claim("bob", &handle, FIRST).unwrap();
    let claimed = context.close("alice", &handle);
    context.contribute("bob", &handle, FIRST, "42").unwrap();
    context.open(&handle, 0, "42").unwrap();
    context.end_hold(&handle);
    let not_booked = context.close("alice", &handle);
    for result in [unclaimed, claimed, not_booked] {
        assert_fails(result, MarketError::JobNotFinished);
    }
}

#[test]
fn a_job_with_unsettled_seats_stays() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", checked_terms(10_000));
    context.complete_task(&handle, 0, &["bob", "carol"], "42");
    context.end_hold(&handle);
    context.collect("bob", &handle, &[0]).unwrap();
    let result = context.close("alice", &handle);
    assert_fails(result, MarketError::JobNotFinished);
    context.collect("carol", &handle, &[1]).unwrap();
    context.close("alice", &handle).unwrap();
}

/// A requester's check that nobody takes is closed without a worker; its account still lives.
#[test]
fn a_job_with_an_open_round_stays() {
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", checked_terms(1));
    context.claim("bob", &handle, FIRST).unwrap();
    context.contribute("bob", &handle, FIRST, "42").unwrap();
    context.advance(1);
    context.open(&handle, 0, "42").unwrap();
    context.open_check("alice", &handle, 0).unwrap();
    context.advance(256 + u64::from(terms().run_window));
    context.expire(&handle, 0).unwrap();
    context.end_hold(&handle);
    context.collect("bob", &handle, &[0]).unwrap();
    let result = context.close("alice", &handle);
    assert_fails(result, MarketError::JobNotFinished);
    context.close_round(&handle, 0, Source::Check).unwrap();
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
fn a_stranger_refunds_the_requesters_associated_account_only() {
    let (mut context, handle) = finished_long_ago();
    let (mallory, stake) = (context.actor("mallory"), context.stake_mint());
    let ata = context.ata(&handle.payment.mint, &handle.requester);
    let wrong = [
        context.clone_with_owner(&ata, "alice's other account", &TOKEN),
        context.ata(&handle.payment.mint, &mallory.pubkey()),
        context.ata(&stake, &handle.requester),
        context.address_of("bob"),
    ];
    for refund in wrong {
        let close = replace_account(market::close_job(&handle), &ata, &refund);
        let result = context.send(&[close], &[&mallory]);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}

#[test]
fn a_bump_that_is_not_the_associated_accounts_is_refused() {
    let (mut context, handle) = finished_long_ago();
    let mallory = context.actor("mallory");
    context.ata(&handle.payment.mint, &handle.requester);
    let mut close = market::close_job(&handle);
    *close.data.last_mut().unwrap() ^= 1;
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn the_requester_chooses_an_account_by_signing() {
    // Given
    let (mut context, handle) = finished_long_ago();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let dave = context.address_of("dave");
    let chosen = context.ata(&handle.payment.mint, &dave);
    let (job, _) = context.job(&handle);
    let left = job.funds.get() - job.fees_due.get();
    let close = market::close_job_to(&handle, chosen);

    // When
    let unsigned = without_signature(close.clone(), &handle.requester);
    let by_mallory = context.send(&[unsigned], &[&mallory]);
    context.send(&[close], &[&mallory, &alice]).unwrap();

    // Then
    assert_fails(by_mallory, MarketError::WrongTokenAccount);
    assert_eq!(context.balance(&chosen), left);
}

#[test]
fn the_requester_chooses_no_account_of_another_mint() {
    let (mut context, handle) = finished();
    let (alice, stake) = (context.actor("alice"), context.stake_mint());
    let chosen = context.ata(&stake, &handle.requester);
    let result = context.send(&[market::close_job_to(&handle, chosen)], &[&alice]);
    assert_fails(result, TokenError::MintMismatch);
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
    let (stake_mint, treasury) = (context.stake_mint(), context.address_of("treasury"));
    let stake_payment = market::PaymentMintInfo {
        mint: stake_mint,
        fee_vault: context.ata(&stake_mint, &treasury),
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
                token_program: TOKEN_2022,
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
        let result = context.send(&[market::close_job_to(&forged, refund)], &[&alice]);
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
    context.claim("bob", &again, FIRST).unwrap();
}

/// The program signs for the job's own authority only. The runtime rejects another authority that did not sign; the token
/// program rejects one that did.
#[test]
fn only_the_jobs_own_authority_empties_the_escrow() {
    let (mut context, handle) = finished_long_ago();
    let (anyone, mallory) = (context.actor("anyone"), context.actor("mallory"));
    context.ata(&handle.payment.mint, &handle.requester);
    let forged = JobAddresses {
        escrow_authority: mallory.pubkey(),
        ..handle
    };
    let close = market::close_job(&forged);
    let failure = context
        .send(std::slice::from_ref(&close), &[&anyone])
        .unwrap_err();
    let escalation = InstructionError::PrivilegeEscalation;
    let expected = TransactionError::InstructionError(0, escalation);
    assert_eq!(failure.error, expected, "{failure:?}");
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, TokenError::OwnerMismatch);
}
