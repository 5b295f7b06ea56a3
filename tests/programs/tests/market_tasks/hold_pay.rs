use super::fixtures::{
    another_job, ended, many_tasks, never_opened, posted, CHECK, DUE, FIRST, LATE, ONE_LATE,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    keypairs::worker_of,
    market::{BOND, COLLATERAL, EPOCH_LENGTH, OPEN_WINDOW, PRICE, TALLY_WINDOW},
    pda, replace_account, Address, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::{CheckCollected, Collected, PayHeld},
    state::{Params, Source},
};
use assay_shared::token::TOKEN_2022;
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;

/// Freezes the account that the actor is paid into. Returns it.
fn freeze_owner(context: &mut TestContext, name: &str, job: &JobAddresses) -> Address {
    let owner = context.address_of(name);
    let ata = context.ata(&job.payment.mint, &owner);
    context.freeze(&ata);
    ata
}

/// Returns the base units that an actor's worker itself holds.
fn held_by(context: &mut TestContext, name: &str, job: &JobAddresses) -> u64 {
    let held = context.held_account(name, &job.payment.mint);
    context.balance(&held)
}

/// Returns a job whose first task bob has ended with the check of carol.
fn checked() -> (TestContext, JobAddresses) {
    let (mut context, job) = posted(DUE);
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    (context, job)
}

#[test]
fn pay_that_the_owners_account_refuses_lies_with_its_worker() {
    // Given
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    let before = context.job(&job).0;
    let ata = freeze_owner(&mut context, "bob", &job);
    assert_fails(
        context.collect("bob", &job, &[0]),
        TokenError::AccountFrozen,
    );

    // When
    let result = context.hold("bob", &job, &[0], None).unwrap();

    // Then
    assert_eq!(held_by(&mut context, "bob", &job), PRICE);
    assert_eq!(context.balance(&ata), 0);
    let (header, seats) = context.job(&job);
    assert!(seats[0].is_settled() && !seats[0].is_owed());
    assert_eq!(header.unsettled.get(), 1);
    assert_eq!(header.funds.get(), before.funds.get() - PRICE);
    assert_eq!(context.balance(&job.escrow), header.funds.get());
    let worker = context.worker_account("bob");
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    assert_eq!(worker.accepted.get(), 1);
    let weight = header.weight.get() / 2;
    assert_eq!(worker.work(0).unwrap().weight.get(), weight);
    let event = result.event::<PayHeld>();
    assert_eq!((event.job, event.worker), (job.address, worker_of("bob")));
    assert_eq!((event.pay.get(), event.weight.get()), (PRICE, weight));
    assert_eq!((event.bonds.get(), event.stays), (1, 0));

    // The job ends without bob.
    context.collect("carol", &job, &[1]).unwrap();
    context.close("alice", &job).unwrap();
}

#[test]
fn a_frozen_escrow_keeps_the_pay_and_neither_bond_nor_weight() {
    // Given
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    let before = context.job(&job).0;
    context.freeze(&job.escrow);

    // When
    let result = context.hold("bob", &job, &[0], None).unwrap();

    // Then
    let (header, seats) = context.job(&job);
    assert!(seats[0].is_settled() && seats[0].is_owed());
    assert_eq!(header.unsettled, before.unsettled);
    assert_eq!(header.funds, before.funds);
    let worker = context.worker_account("bob");
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    assert_eq!(worker.accepted.get(), 0);
    let weight = header.weight.get() / 2;
    assert_eq!(worker.work(0).unwrap().weight.get(), weight);
    let event = result.event::<PayHeld>();
    assert_eq!((event.pay.get(), event.weight.get()), (PRICE, weight));
    assert_eq!((event.bonds.get(), event.stays), (1, 1));
    assert_eq!(held_by(&mut context, "bob", &job), 0);
}

#[test]
fn a_released_seat_is_paid_later_without_bond_and_weight() {
    // Given
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    context.freeze(&job.escrow);
    context.hold("bob", &job, &[0], None).unwrap();
    let (worker, before) = (context.worker_account("bob"), context.job(&job).0);
    context.thaw(&job.escrow);

    // When
    let result = context.collect("bob", &job, &[0]).unwrap();

    // Then
    let (usd, bob) = (job.payment.mint, context.address_of("bob"));
    assert_eq!(context.balance(&pda::ata(&bob, &usd)), PRICE);
    let (header, seats) = context.job(&job);
    assert!(seats[0].is_settled() && !seats[0].is_owed());
    assert_eq!(header.unsettled.get(), before.unsettled.get() - 1);
    assert_eq!(header.funds.get(), before.funds.get() - PRICE);
    let paid = context.worker_account("bob");
    assert_eq!((paid.free, paid.locked), (worker.free, worker.locked));
    assert_eq!(paid.work(0), worker.work(0));
    assert_eq!(paid.accepted.get(), 1);
    let event = result.event::<Collected>();
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, 0));
    context.collect("carol", &job, &[1]).unwrap();
    context.close("alice", &job).unwrap();
}

/// The seat that was released is only paid, the other one settled too.
#[test]
fn a_released_seat_is_paid_with_others() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", many_tasks(2));
    for task in 0..2 {
        context.complete_task(&job, task, &["bob"], "42");
    }
    context.end_hold(&job);
    context.freeze(&job.escrow);
    context.hold("bob", &job, &[1], None).unwrap();
    assert_eq!(context.worker_account("bob").locked.get(), BOND);
    context.thaw(&job.escrow);
    let result = context.collect("bob", &job, &[1, 0]).unwrap();
    let event = result.event::<Collected>();
    assert_eq!((event.paid.get(), event.seats.get()), (2 * PRICE, 2));
    let worker = context.worker_account("bob");
    assert_eq!((worker.locked.get(), worker.accepted.get()), (0, 2));
    let weight = context.job(&job).0.weight.get();
    assert_eq!(worker.work(0).unwrap().weight.get(), 2 * weight);
    context.close("alice", &job).unwrap();
}

/// The escrow thaws, and now the owner's account is frozen: the released seat is paid into the worker's own account.
#[test]
fn a_released_seat_can_be_held_later() {
    let (mut context, job) = ended(0, &["bob"]);
    context.freeze(&job.escrow);
    context.hold("bob", &job, &[0], None).unwrap();
    context.thaw(&job.escrow);
    freeze_owner(&mut context, "bob", &job);
    let result = context.hold("bob", &job, &[0], None).unwrap();
    let event = result.event::<PayHeld>();
    assert_eq!((event.bonds.get(), event.weight.get()), (0, 0));
    assert_eq!((event.pay.get(), event.stays), (PRICE, 0));
    assert_eq!(held_by(&mut context, "bob", &job), PRICE);
    context.close("alice", &job).unwrap();
}

#[test]
fn where_the_workers_own_account_is_frozen_too_the_pay_stays() {
    let (mut context, job) = ended(0, &["bob"]);
    freeze_owner(&mut context, "bob", &job);
    let held = context.held_account("bob", &job.payment.mint);
    context.freeze(&held);
    let result = context.hold("bob", &job, &[0], None).unwrap();
    assert_eq!(result.event::<PayHeld>().stays, 1);
    assert_eq!(context.worker_account("bob").locked.get(), 0);
    context.thaw(&held);
    context.hold("bob", &job, &[0], None).unwrap();
    assert_eq!(held_by(&mut context, "bob", &job), PRICE);
    context.close("alice", &job).unwrap();
}

#[test]
fn the_seat_of_a_check_is_held_and_released_likewise() {
    for frozen_escrow in [false, true] {
        // Given
        let (mut context, job) = checked();
        let ata = freeze_owner(&mut context, "carol", &job);
        if frozen_escrow {
            context.thaw(&ata);
            context.freeze(&job.escrow);
        }

        // When
        let result = context.hold("carol", &job, &[], Some(0)).unwrap();

        // Then
        let event = result.event::<PayHeld>();
        assert_eq!((event.pay.get(), event.bonds.get()), (PRICE, 1));
        assert_eq!(event.stays, u8::from(frozen_escrow));
        let weight = context.job(&job).0.weight.get() / 2;
        let worker = context.worker_account("carol");
        assert_eq!(worker.work(0).unwrap().weight.get(), weight);
        assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
        let check = context.round_view(&job, 0, Source::Check);
        assert_eq!(check.seats[0].is_owed(), frozen_escrow);
        assert_eq!(check.header.unsettled.get(), u32::from(frozen_escrow));
        if frozen_escrow {
            let early = context.close_round(&job, 0, Source::Check);
            assert_fails(early, MarketError::RoundNotDone);
            context.thaw(&job.escrow);
            let paid = context.collect_check("carol", &job, 0).unwrap();
            let event = paid.event::<CheckCollected>();
            assert_eq!((event.paid.get(), event.weight.get()), (PRICE, 0));
            let worker = context.worker_account("carol");
            assert_eq!(worker.work(0).unwrap().weight.get(), weight);
            assert_eq!(worker.locked.get(), 0);
            let again = context.collect_check("carol", &job, 0);
            assert_fails(again, MarketError::AlreadySettled);
        } else {
            assert_eq!(held_by(&mut context, "carol", &job), PRICE);
        }
        context.collect("bob", &job, &[0]).unwrap();
        context.close_round(&job, 0, Source::Check).unwrap();
        context.close("alice", &job).unwrap();
    }
}

/// Its bond would stay bound as long as the escrow is frozen.
#[test]
fn a_void_seat_and_one_that_forgoes_its_pay_are_settled_and_not_owed() {
    // Given: bob let the draw of the check be forgotten, so that carol's check is paid with his pay.
    let (mut context, job) = posted(super::fixtures::NOT_DUE);
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(300);
    context.open_check("anyone", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    context.freeze(&job.escrow);

    // When
    let result = context.hold("bob", &job, &[0], None).unwrap();

    // Then
    let event = result.event::<PayHeld>();
    assert_eq!((event.pay.get(), event.bonds.get()), (0, 1));
    let (header, seats) = context.job(&job);
    assert!(seats[0].is_settled() && !seats[0].is_owed());
    assert_eq!(header.unsettled.get(), 0);
}

#[test]
fn pay_that_can_be_transferred_is_not_held() {
    let (mut context, job) = ended(0, &["bob"]);
    let result = context.hold("bob", &job, &[0], None);
    assert_fails(result, MarketError::NotFrozen);
    // Of accounts that do not matter here.
    let held = context.held_account("bob", &job.payment.mint);
    context.freeze(&held);
    context.freeze(&job.payment.fee_vault);
    let result = context.hold("bob", &job, &[0], None);
    assert_fails(result, MarketError::NotFrozen);
}

#[test]
fn an_owners_account_that_does_not_exist_is_not_frozen() {
    let (mut context, job) = ended(0, &["bob"]);
    let bob = context.address_of("bob");
    context.held_account("bob", &job.payment.mint);
    let hold = market::hold_pay(&job, &bob, vec![0], None);
    assert_fails(context.crank(hold), MarketError::NotFrozen);
}

#[test]
fn both_accounts_are_the_associated_ones() {
    let (mut context, job) = ended(0, &["bob"]);
    let ata = freeze_owner(&mut context, "bob", &job);
    let held = context.held_account("bob", &job.payment.mint);
    let (bob, mallory) = (context.address_of("bob"), context.address_of("mallory"));
    let mine = context.ata(&job.payment.mint, &mallory);
    context.freeze(&mine);
    let hold = market::hold_pay(&job, &bob, vec![0], None);
    for real in [ata, held] {
        let forged = replace_account(hold.clone(), &real, &mine);
        assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
    }
    let other = replace_account(hold.clone(), &job.payment.token_program, &TOKEN_2022);
    assert_fails(context.crank(other), MarketError::WrongTokenAccount);
    context.crank(hold).unwrap();
}

#[test]
fn a_list_without_seats_and_without_a_check_is_refused() {
    let (mut context, job) = ended(0, &["bob"]);
    freeze_owner(&mut context, "bob", &job);
    let result = context.hold("bob", &job, &[], None);
    assert_fails(result, MarketError::BadSeatList);
}

#[test]
fn a_check_is_one_of_the_job() {
    // Given: a check of another job, and a dispute.
    let (mut context, job) = checked();
    freeze_owner(&mut context, "carol", &job);
    let other = another_job(&mut context, DUE, 1);
    let carol = context.address_of("carol");
    let hold = market::hold_pay(&job, &carol, vec![], Some(0));
    let real = pda::market::round(&job.address, 0, Source::Check);
    context.fill_seats(&other, 0, &[("bob", "42")]);
    context.advance(1);
    context.open_check("anyone", &other, 0).unwrap();
    let others = pda::market::round(&other.address, 0, Source::Check);

    // When
    let result = context.crank(replace_account(hold, &real, &others));

    // Then
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn no_job_releases_what_another_owes() {
    let (mut context, job) = ended(0, &["bob"]);
    let other = another_job(&mut context, 0, 1);
    context.freeze(&other.escrow);
    let forged = JobAddresses {
        escrow: other.escrow,
        ..job
    };
    let result = context.hold("bob", &forged, &[0], None);
    assert_fails(result, MarketError::WrongAccount);
}

/// The program signs for the job's own authority only.
#[test]
fn only_the_jobs_own_authority_pays() {
    let (mut context, job) = ended(0, &["bob"]);
    freeze_owner(&mut context, "bob", &job);
    let mallory = context.actor("mallory");
    let forged = JobAddresses {
        escrow_authority: mallory.pubkey(),
        ..job
    };
    let failure = context.hold("bob", &forged, &[0], None).unwrap_err();
    let escalation = InstructionError::PrivilegeEscalation;
    let expected = TransactionError::InstructionError(0, escalation);
    assert_eq!(failure.error, expected, "{failure:?}");
}

#[test]
fn only_seats_that_exist_are_held() {
    let (mut context, job) = ended(0, &["bob"]);
    context.freeze(&job.escrow);
    let result = context.hold("bob", &job, &[1], None);
    assert_fails(result, MarketError::NoSuchTask);
}

#[test]
fn nothing_is_released_before_the_end_of_the_task() {
    let (mut context, job) = posted(0);
    context.complete_task(&job, 0, &["bob"], "42");
    context.freeze(&job.escrow);
    let result = context.hold("bob", &job, &[0], None);
    assert_fails(result, MarketError::TaskNotEnded);
    context.end_hold(&job);
    context.hold("bob", &job, &[0], None).unwrap();
}

#[test]
fn a_worker_is_released_from_its_own_seats_only() {
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    context.freeze(&job.escrow);
    let result = context.hold("bob", &job, &[0, 1], None);
    assert_fails(result, MarketError::NotSeatHolder);
    // Not even from the pay of one that was released.
    context.hold("bob", &job, &[0], None).unwrap();
    context.thaw(&job.escrow);
    let result = context.collect("carol", &job, &[0]);
    assert_fails(result, MarketError::NotSeatHolder);
}

#[test]
fn nothing_is_released_or_paid_twice() {
    // Given
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    context.freeze(&job.escrow);

    // When
    let at_once = context.hold("bob", &job, &[0, 0], None);
    context.hold("bob", &job, &[0], None).unwrap();
    context.advance(1);
    let again = context.hold("bob", &job, &[0], None);
    context.thaw(&job.escrow);
    let paid_at_once = context.collect("bob", &job, &[0, 0]);
    context.collect("bob", &job, &[0]).unwrap();
    context.advance(1);
    let paid_again = context.collect("bob", &job, &[0]);
    context.freeze(&job.escrow);
    let released_again = context.hold("bob", &job, &[0], None);

    // Then
    for result in [at_once, again, paid_at_once, paid_again, released_again] {
        assert_fails(result, MarketError::AlreadySettled);
    }
}

#[test]
fn a_seat_that_earns_nothing_is_not_held() {
    let (mut context, job) = never_opened();
    context.freeze(&job.escrow);
    let result = context.hold("bob", &job, &[0], None);
    assert_fails(result, MarketError::NothingToCollect);

    // The check contradicted bob's result and won no round: who contributed is paid; a check that nobody opened is not.
    let (mut context, job) = posted(super::fixtures::NOT_DUE);
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(1);
    context.open(&job, 0, "42").unwrap();
    context.open_check("alice", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    context.end_hold(&job);
    context.freeze(&job.escrow);
    let result = context.hold("carol", &job, &[], Some(0));
    assert_fails(result, MarketError::NothingToCollect);
}

/// A seat that is released in the tally window of its epoch has its weight, whenever it is paid.
#[test]
fn a_release_saves_the_weight_of_its_epoch() {
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    let params: Params = context.account(&pda::market::params());
    let end = params.genesis_time.get() + (EPOCH_LENGTH + TALLY_WINDOW) as i64;
    context.freeze(&job.escrow);
    context.advance_to(end - 1);
    context.hold("bob", &job, &[0], None).unwrap();
    context.advance(1);
    context.hold("carol", &job, &[1], None).unwrap();
    assert!(context.worker_account("bob").work(0).is_some());
    assert!(context.worker_account("carol").work(0).is_none());
    context.thaw(&job.escrow);
    context.collect("bob", &job, &[0]).unwrap();
    context.collect("carol", &job, &[1]).unwrap();
    context.close("alice", &job).unwrap();
}

/// A claim and a contribution, for which a collect is too early.
#[test]
fn a_running_seat_is_not_released() {
    let (mut context, job) = posted(ONE_LATE);
    context.freeze(&job.escrow);
    context.claim("bob", &job, FIRST).unwrap();
    let claimed = context.hold("bob", &job, &[0], None);
    assert_fails(claimed, MarketError::TaskNotEnded);
    context.contribute("bob", &job, FIRST, "42").unwrap();
    context.claim("carol", &job, LATE).unwrap();
    let contributed = context.hold("bob", &job, &[0], None);
    assert_fails(contributed, MarketError::TaskNotEnded);
}
