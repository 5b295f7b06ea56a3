use super::FIRST;
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{checked_terms, terms, PRICE},
    replace_account, token_2022, without_signature, Address, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::JobClosed,
    state::{JobAccount, JobTerms, Source},
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
    // Behind the discriminator.
    close.data[8] ^= 1;
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

/// Returns the sum of the seats' rent: what the job's account holds above that of its header.
fn rent_of_seats(context: &TestContext, job: &JobAddresses) -> u64 {
    let header = JobAccount::space_for(0);
    context.lamports(&job.address) - context.rent(header)
}

#[test]
fn a_frozen_fee_vault_keeps_the_fees_and_nothing_else() {
    // Given
    let (mut context, handle) = finished();
    let (job, _) = context.job(&handle);
    let (fee, left) = (job.fee.get(), job.funds.get() - job.fees_due.get());
    let (seats, lamports) = (
        rent_of_seats(&context, &handle),
        context.lamports(&handle.requester),
    );
    context.freeze(&handle.payment.fee_vault);

    // When
    let result = context.close("anyone", &handle);
    assert_fails(result, MarketError::ReservedForRequester);
    let alice = context.actor("alice");
    let refund = context.ata(&handle.payment.mint, &handle.requester);
    let anyone = context.actor("anyone");
    let close = [market::close_job(&handle)];
    let mut signed = close.clone();
    signed[0].accounts[0].is_signer = true;
    let result = context.send(&signed, &[&anyone, &alice]).unwrap();

    // Then
    assert_eq!(context.balance(&refund), left);
    assert_eq!(context.balance(&handle.escrow), fee);
    let (header, seats_left) = context.job(&handle);
    assert!(header.is_cut() && seats_left.is_empty());
    assert_eq!((header.fees_due.get(), header.funds.get()), (fee, fee));
    let length = context.data(&handle.address).len();
    assert_eq!(length, JobAccount::space_for(0));
    assert_eq!(context.lamports(&handle.address), context.rent(length));
    assert_eq!(context.lamports(&handle.requester), lamports + seats);
    let event = result.event::<JobClosed>();
    assert_eq!((event.fees.get(), event.refunded.get()), (0, left));
    assert_eq!(event.owed.get(), fee);

    // When: again, and once more after the thaw, by anybody.
    context.advance(1);
    context.send(&close, &[&anyone]).unwrap();
    assert_eq!(context.balance(&handle.escrow), fee);
    context.thaw(&handle.payment.fee_vault);
    let rent = context.lamports(&handle.address) + context.lamports(&handle.escrow);
    context.send(&close, &[&anyone]).unwrap();

    // Then
    assert_eq!(context.balance(&handle.payment.fee_vault), fee);
    assert!(!context.exists(&handle.address) && !context.exists(&handle.escrow));
    assert_eq!(context.lamports(&handle.requester), lamports + seats + rent);
}

#[test]
fn a_frozen_refund_keeps_the_refund_and_nothing_else() {
    // Given
    let (mut context, handle) = finished_long_ago();
    let (job, _) = context.job(&handle);
    let (fee, left) = (job.fee.get(), job.funds.get() - job.fees_due.get());
    let refund = context.ata(&handle.payment.mint, &handle.requester);
    context.freeze(&refund);

    // When
    context.close("anyone", &handle).unwrap();

    // Then
    assert_eq!(context.balance(&handle.payment.fee_vault), fee);
    let header = context.job(&handle).0;
    assert_eq!((header.fees_due.get(), header.funds.get()), (0, left));

    // The requester names another account.
    let (alice, dave) = (context.actor("alice"), context.address_of("dave"));
    let chosen = context.ata(&handle.payment.mint, &dave);
    let close = market::close_job_to(&handle, chosen);
    context.send(&[close], &[&alice]).unwrap();
    assert_eq!(context.balance(&chosen), left);
    assert!(!context.exists(&handle.address));
}

#[test]
fn a_frozen_escrow_keeps_all_money_and_no_rent_of_seats() {
    // Given
    let (mut context, handle) = finished_long_ago();
    let held = context.balance(&handle.escrow);
    let (job, _) = context.job(&handle);
    let (seats, lamports) = (
        rent_of_seats(&context, &handle),
        context.lamports(&handle.requester),
    );
    context.freeze(&handle.escrow);

    // When
    let result = context.close("anyone", &handle).unwrap();

    // Then
    let event = result.event::<JobClosed>();
    assert_eq!((event.fees.get(), event.refunded.get()), (0, 0));
    assert_eq!(event.owed.get(), held);
    assert_eq!(context.lamports(&handle.requester), lamports + seats);
    assert_eq!(context.job(&handle).0.fees_due, job.fees_due);
    context.thaw(&handle.escrow);
    context.close("anyone", &handle).unwrap();
    assert_eq!(context.balance(&handle.payment.fee_vault), job.fee.get());
    assert!(!context.exists(&handle.address));
}

#[test]
fn a_frozen_account_that_is_owed_nothing_is_no_matter() {
    // Given: nobody took the task, so no fee is due.
    let mut context = TestContext::with_workers();
    let handle = context.post("alice", terms());
    context.cancel("alice", &handle, 0, 1).unwrap();
    context.freeze(&handle.payment.fee_vault);
    context.close("alice", &handle).unwrap();
    assert!(!context.exists(&handle.address));
}

/// Its seats would grow back empty, and its tasks could be claimed and paid again.
#[test]
fn a_job_that_owes_takes_no_new_tasks() {
    // Given
    let (mut context, handle) = finished();
    let extension = context.extension(&handle, 1, [9; 32]);
    context.freeze(&handle.payment.fee_vault);
    context.close("alice", &handle).unwrap();
    let alice = context.actor("alice");

    // When
    let extended = context.send(&market::extend_job(&handle, extension), &[&alice]);
    let cancelled = context.cancel("alice", &handle, 0, 1);
    let claimed = context.claim_now("bob", &handle, FIRST);

    // Then
    assert_fails(extended, MarketError::ClaimingOver);
    assert_fails(cancelled, MarketError::NoSuchTask);
    assert_fails(claimed, MarketError::NoSuchTask);
}

#[test]
fn while_something_is_owed_a_stranger_refunds_the_requesters_account_only() {
    let (mut context, handle) = finished();
    let refund = context.ata(&handle.payment.mint, &handle.requester);
    context.freeze(&refund);
    context.close("alice", &handle).unwrap();
    let mallory = context.actor("mallory");
    let mine = context.ata(&handle.payment.mint, &mallory.pubkey());
    let close = replace_account(market::close_job(&handle), &refund, &mine);
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, MarketError::WrongTokenAccount);
}

/// Of Token-2022. An owner can ask for a memo with each transfer to it, which a transfer by a program cannot have.
#[test]
fn a_fee_vault_that_asks_for_memos_is_left_out() {
    // Given
    let mut context = TestContext::with_workers();
    let mint = token_2022::plain_mint(&mut context);
    let payment = token_2022::allow(&mut context, mint);
    let handle = token_2022::post(&mut context, "alice", payment, terms());
    context.complete_task(&handle, 0, &["bob"], "42");
    context.end_hold(&handle);
    let (bob, alice) = (context.address_of("bob"), context.actor("alice"));
    let pay = token_2022::associated_account(&mut context, &mint, &bob);
    let collect = market::collect_pay(&handle, &bob, vec![0]);
    context.crank(collect).unwrap();
    let treasury = context.actor("treasury");
    token_2022::require_memos(&mut context, &payment.fee_vault, &treasury);

    // When
    token_2022::associated_account(&mut context, &mint, &alice.pubkey());
    let close = market::close_job(&handle);
    context.send(&[close], &[&alice]).unwrap();

    // Then
    let header = context.job(&handle).0;
    assert_eq!(header.fees_due, header.fee);
    let held = token_2022::balance(&context, &handle.escrow);
    assert_eq!(held, header.fee.get());
    assert_eq!(token_2022::balance(&context, &pay), PRICE);
}

/// Of the three receivers any two may be the same, or nobody but the requester could close the job.
#[test]
fn the_requester_may_be_the_author_and_the_fee_authority() {
    for with_author in [false, true] {
        // Given
        let mut context = TestContext::with_workers();
        let (governance, alice) = (context.actor("governance"), context.address_of("alice"));
        let (power, mint) = (governance.pubkey(), context.payment_mint());
        context.ata(&mint, &alice);
        let set = market::set_mint_fee_authority(power, &mint, &TOKEN, &alice);
        context.send(&[set], &[&governance]).unwrap();
        let terms = JobTerms {
            author: if with_author {
                alice
            } else {
                Address::default()
            },
            royalty_bps: if with_author { 1_000 } else { 0 },
            ..terms()
        };
        let job = context.post("alice", terms);
        context.complete_task(&job, 0, &["bob"], "42");
        context.end_hold(&job);
        context.collect("bob", &job, &[0]).unwrap();
        let mut payment = job.payment;
        payment.fee_vault = context.ata(&mint, &alice);
        let header = context.job(&job).0;
        let job = JobAddresses::from_account(job.address, &header, payment);
        context.advance_to(header.anyone_closes_from());

        // When
        let result = context.close("anyone", &job).unwrap();

        // Then
        let event = result.event::<JobClosed>();
        assert_eq!((event.fees, event.royalties), (header.fee, header.royalty));
        assert_eq!(event.royalties.get() > 0, with_author);
        let all = header.fee.get() + header.royalty.get() + event.refunded.get();
        assert_eq!(context.balance(&payment.fee_vault), all);
        assert!(!context.exists(&job.address));
    }
}
