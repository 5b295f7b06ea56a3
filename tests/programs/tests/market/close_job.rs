use super::market as ready;
use assay_market::{error::MarketError, event::JobClosed, state::JobTerms};
use assay_world::{
    assert_fails,
    instruction::market::{self, JobHandle},
    market::{terms, PRICE, REVEAL_WINDOW},
    Signer, World,
};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;

/// A job of two tasks: one accepted and paid, one refunded.
fn finished() -> (World, JobHandle) {
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    world.deliver(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "lie")],
    );
    world.settle(&handle, 0).unwrap();
    world.collect("bob", &handle, &[0]).unwrap();
    world.collect("carol", &handle, &[1]).unwrap();
    world.penalise("dave", &handle, &[2]).unwrap();
    world.cancel("alice", &handle, 1, 1).unwrap();
    (world, handle)
}

/// The same when anyone may close it.
fn finished_long_ago() -> (World, JobHandle) {
    let (mut world, handle) = finished();
    let (job, _) = world.job(&handle);
    let windows = terms().run_window + 2 * REVEAL_WINDOW;
    world.advance_to(job.claim_until.get() + i64::try_from(windows).unwrap());
    (world, handle)
}

#[test]
fn closing_pays_the_fees_and_returns_the_rest_and_the_rent() {
    // Given
    let (mut world, handle) = finished_long_ago();
    let (job, _) = world.job(&handle);
    let rent = world.lamports(&handle.address) + world.lamports(&handle.escrow);
    let lamports = world.lamports(&handle.requester);

    // When
    let receipt = world.close("anyone", &handle).unwrap();

    // Then
    let left = 2 * (3 * PRICE + job.fee.get()) - 2 * PRICE - job.fee.get();
    let refund = world.wallet(&handle.payment.mint, &handle.requester);
    assert_eq!(world.balance(&refund), left);
    assert_eq!(world.balance(&handle.payment.fee_vault), job.fee.get());
    assert!(!world.exists(&handle.address));
    assert!(!world.exists(&handle.escrow));
    assert_eq!(world.lamports(&handle.requester), lamports + rent);
    let event = receipt.event::<JobClosed>();
    assert_eq!((event.job, event.fees), (handle.address, job.fee));
    assert_eq!(event.refunded.get(), left);
}

#[test]
fn tokens_that_strangers_sent_in_go_to_the_requester() {
    let (mut world, handle) = finished();
    let (job, _) = world.job(&handle);
    world.mint_into(&handle.payment.mint, &handle.escrow, 77);
    world.close("alice", &handle).unwrap();
    let refund = world.wallet(&handle.payment.mint, &handle.requester);
    let expected = job.funds.get() - job.fees_due.get() + 77;
    assert_eq!(world.balance(&refund), expected);
}

#[test]
fn a_job_with_open_tasks_stays() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    let result = world.close("alice", &handle);
    assert_fails(result, MarketError::JobNotFinished);
}

#[test]
fn a_job_with_uncollected_slots_stays() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.deliver(
        &handle,
        0,
        &[("bob", "42"), ("carol", "42"), ("dave", "lie")],
    );
    world.settle(&handle, 0).unwrap();
    world.collect("bob", &handle, &[0]).unwrap();
    world.penalise("dave", &handle, &[2]).unwrap();
    let result = world.close("alice", &handle);
    assert_fails(result, MarketError::JobNotFinished);
    world.collect("carol", &handle, &[1]).unwrap();
    world.close("alice", &handle).unwrap();
}

#[test]
fn others_close_a_job_only_when_its_deadlines_are_well_over() {
    let (mut world, handle) = finished();
    let from = finished_long_ago().0.now();
    let too_early = MarketError::ReservedForRequester;
    assert_fails(world.close("bob", &handle), too_early);
    world.advance_to(from - 1);
    assert_fails(world.close("bob", &handle), too_early);
    world.advance_to(from);
    world.close("bob", &handle).unwrap();
}

#[test]
fn the_refund_goes_to_an_account_of_the_requester_in_the_jobs_mint() {
    let (mut world, handle) = finished();
    let (alice, anyone) = (world.actor("alice"), world.actor("anyone"));
    let stake = world.stake_mint();
    let wrong = [
        world.wallet(&handle.payment.mint, &anyone.pubkey()),
        world.wallet(&stake, &handle.requester),
        world.address_of("bob"),
    ];
    for refund in wrong {
        let result = world.send(&[market::close_job(&handle, refund)], &[&alice]);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}

#[test]
fn the_rent_goes_to_the_requester() {
    let (mut world, handle) = finished();
    let false_one = JobHandle {
        requester: world.address_of("anyone"),
        ..handle
    };
    let result = world.close("anyone", &false_one);
    assert_fails(result, MarketError::NotRequester);
}

#[test]
fn fees_and_escrow_are_those_on_record() {
    let (mut world, handle) = finished();
    let other = world.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    let mallory = world.address_of("mallory");
    let mine = world.wallet(&handle.payment.mint, &mallory);
    let payment = handle.payment;
    let stake_payment = market::Payment {
        mint: world.stake_mint(),
        fee_vault: world.slash_destination(),
        ..payment
    };
    world.allow_mint(stake_payment);
    let forgeries = [
        JobHandle {
            escrow: other.escrow,
            ..handle
        },
        JobHandle {
            payment: market::Payment {
                fee_vault: mine,
                ..payment
            },
            ..handle
        },
        JobHandle {
            payment: market::Payment {
                token_program: assay_ledger::token::TOKEN_2022,
                ..payment
            },
            ..handle
        },
        JobHandle {
            payment: stake_payment,
            ..handle
        },
    ];
    for forged in forgeries {
        let alice = world.actor("alice");
        let refund = world.wallet(&payment.mint, &handle.requester);
        let result = world.send(&[market::close_job(&forged, refund)], &[&alice]);
        assert_fails(result, MarketError::WrongAccount);
    }
}

#[test]
fn a_nonce_can_be_used_again() {
    let (mut world, handle) = finished();
    world.close("alice", &handle).unwrap();
    world.advance(1);
    let again = world.post("alice", terms());
    assert_eq!(again.address, handle.address);
    world.claim("bob", &again, (0, 0)).unwrap();
}

/// The program signs for the job's own authority; the runtime refuses any other, the token program one that signed.
#[test]
fn only_the_jobs_own_authority_empties_the_escrow() {
    let (mut world, handle) = finished_long_ago();
    let (anyone, mallory) = (world.actor("anyone"), world.actor("mallory"));
    let refund = world.wallet(&handle.payment.mint, &handle.requester);
    let forged = JobHandle {
        escrow_authority: mallory.pubkey(),
        ..handle
    };
    let close = market::close_job(&forged, refund);
    let failure = world
        .send(std::slice::from_ref(&close), &[&anyone])
        .unwrap_err();
    let escalation = InstructionError::PrivilegeEscalation;
    let expected = TransactionError::InstructionError(0, escalation);
    assert_eq!(failure.error, expected, "{failure:?}");
    let result = world.send(&[close], &[&mallory]);
    assert_fails(result, TokenError::OwnerMismatch);
}
