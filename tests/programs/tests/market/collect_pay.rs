use super::{market_with_workers, COLLATERAL};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{terms, EPOCH_LENGTH, PRICE},
    replace_account, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::Collected,
    instructions::MarketConfig,
    state::{JobTerms, Worker},
};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;

/// Returns a settled job of `tasks` tasks, in which bob and carol agree and dave lies.
fn settled(tasks: u32) -> (TestContext, JobAddresses) {
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            task_count: tasks,
            ..terms()
        },
    );
    for task in 0..tasks {
        let answers = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
        context.complete_task(&handle, task, &answers);
        context.settle(&handle, task).unwrap();
    }
    (context, handle)
}

#[test]
fn a_worker_is_paid_and_its_bond_freed() {
    // Given
    let (mut context, handle) = settled(1);
    let before = context.job(&handle).0;
    let (usd, bob) = (context.payment_mint(), context.address_of("bob"));

    // When
    let result = context.collect("bob", &handle, &[0]).unwrap();

    // Then
    let ata = context.ata(&usd, &bob);
    assert_eq!(context.balance(&ata), PRICE);
    let (job, seats) = context.job(&handle);
    assert_eq!(seats[0].collected, 1);
    assert_eq!(job.uncollected.get(), 2);
    assert_eq!(job.funds.get(), before.funds.get() - PRICE);
    assert_eq!(context.balance(&handle.escrow), job.funds.get());
    let address = context.worker_of("bob");
    let worker: Worker = context.account(&address);
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    assert_eq!(worker.accepted.get(), 1);
    // Two winners share the weight of the task.
    let weight = job.weight.get() / 2;
    assert_eq!(worker.work(0).unwrap().weight.get(), weight);

    let event = result.event::<Collected>();
    assert_eq!((event.job, event.worker), (handle.address, address));
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, weight));
    assert_eq!((event.epoch.get(), event.seats.get()), (0, 1));
}

#[test]
fn many_seats_are_paid_in_one_transfer() {
    // Given
    let (mut context, handle) = settled(5);
    let (usd, carol) = (context.payment_mint(), context.address_of("carol"));

    // When
    let result = context
        .collect("carol", &handle, &[1, 5, 9, 13, 17])
        .unwrap();

    // Then
    let ata = context.ata(&usd, &carol);
    assert_eq!(context.balance(&ata), 5 * PRICE);
    let transfers = result
        .logs
        .iter()
        .filter(|line| line.starts_with("Program Tokenkeg") && line.ends_with("success"));
    assert_eq!(transfers.count(), 1);
    assert_eq!(result.event::<Collected>().seats.get(), 5);
    let address = context.worker_of("carol");
    let worker: Worker = context.account(&address);
    assert_eq!((worker.locked.get(), worker.accepted.get()), (0, 5));
}

#[test]
fn work_counts_in_the_epoch_of_the_collecting() {
    let (mut context, handle) = settled(1);
    context.advance(3 * EPOCH_LENGTH);
    context.collect("bob", &handle, &[0]).unwrap();
    let address = context.worker_of("bob");
    let worker: Worker = context.account(&address);
    assert!(worker.work(0).is_none());
    assert!(worker.work(3).is_some());
}

#[test]
fn a_void_seat_returns_the_bond_and_pays_nothing() {
    // Given
    let mut context = market_with_workers();
    let handle = context.post(
        "alice",
        JobTerms {
            spares: 0,
            ..terms()
        },
    );
    context.complete_task(
        &handle,
        0,
        &[("bob", "40"), ("carol", "41"), ("dave", "42")],
    );
    context.settle(&handle, 0).unwrap();

    // When
    let result = context.collect("bob", &handle, &[0]).unwrap();

    // Then
    assert_eq!(result.event::<Collected>().paid.get(), 0);
    let address = context.worker_of("bob");
    let worker: Worker = context.account(&address);
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    assert_eq!(worker.accepted.get(), 0);
    assert!(worker.work(0).is_none());
}

#[test]
fn nothing_is_collected_twice() {
    let (mut context, handle) = settled(1);
    context.collect("bob", &handle, &[0]).unwrap();
    context.advance(1);
    let result = context.collect("bob", &handle, &[0]);
    assert_fails(result, MarketError::AlreadyCollected);
    let result = context.collect("carol", &handle, &[1, 1]);
    assert_fails(result, MarketError::AlreadyCollected);
}

#[test]
fn a_list_without_seats_is_refused() {
    let (mut context, handle) = settled(1);
    let result = context.collect("bob", &handle, &[]);
    assert_fails(result, MarketError::BadSeatList);
}

#[test]
fn only_seats_that_exist_are_collected() {
    let (mut context, handle) = settled(1);
    let result = context.collect("bob", &handle, &[4]);
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn a_worker_collects_its_own_seats_only() {
    let (mut context, handle) = settled(1);
    let result = context.collect("bob", &handle, &[0, 1]);
    assert_fails(result, MarketError::NotSeatHolder);
}

#[test]
fn a_rejected_or_undecided_seat_earns_nothing() {
    let (mut context, handle) = settled(1);
    let result = context.collect("dave", &handle, &[2]);
    assert_fails(result, MarketError::NothingToCollect);

    let other = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    context.claim("bob", &other, (0, 0)).unwrap();
    let result = context.collect("bob", &other, &[0]);
    assert_fails(result, MarketError::NothingToCollect);
}

#[test]
fn earnings_go_to_an_account_of_the_owner_in_the_jobs_mint() {
    let (mut context, handle) = settled(1);
    let (usd, stake_mint) = (context.payment_mint(), context.stake_mint());
    let (bob, anyone) = (context.address_of("bob"), context.actor("anyone"));
    let worker = context.worker_of("bob");
    let wrong = [
        context.ata(&usd, &anyone.pubkey()),
        context.ata(&stake_mint, &bob),
        bob,
    ];
    for destination in wrong {
        let collect = market::collect_pay(&handle, worker, destination, vec![0]);
        let result = context.send(&[collect], &[&anyone]);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}

#[test]
fn no_job_pays_from_anothers_escrow() {
    let (mut context, handle) = settled(1);
    let other = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    let false_one = JobAddresses {
        escrow: other.escrow,
        ..handle
    };
    let result = context.collect("bob", &false_one, &[0]);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn only_a_real_token_program_moves_the_money() {
    let (mut context, handle) = settled(1);
    let (usd, bob, anyone) = (
        context.payment_mint(),
        context.address_of("bob"),
        context.actor("anyone"),
    );
    let (ata, worker) = (context.ata(&usd, &bob), context.worker_of("bob"));
    let collect = market::collect_pay(&handle, worker, ata, vec![0]);
    let forged = replace_account(collect, &handle.payment.token_program, &assay_market::ID);
    let result = context.send(&[forged], &[&anyone]);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn before_genesis_earnings_wait() {
    // Given: a market whose first epoch begins in an hour.
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let genesis_time = context.now() + 3_600;
    let config = MarketConfig {
        genesis_time,
        ..context.market_config()
    };
    context.init_market_with(config);
    let payment = context.payment();
    context.allow_mint(payment);
    context.worker("bob", COLLATERAL);
    let handle = context.post(
        "alice",
        JobTerms {
            replicas: 1,
            quorum: 1,
            ..terms()
        },
    );
    context.complete_task(&handle, 0, &[("bob", "42")]);
    context.settle(&handle, 0).unwrap();

    // When
    let early = context.collect("bob", &handle, &[0]);

    // Then
    assert_fails(early, MarketError::BeforeGenesis);
    context.advance_to(genesis_time);
    context.collect("bob", &handle, &[0]).unwrap();
}

#[test]
fn a_missed_seat_earns_nothing() {
    let mut context = market_with_workers();
    let handle = context.post("alice", terms());
    context.claim("bob", &handle, (0, 0)).unwrap();
    context.advance(terms().run_window + 1);
    context.expire(&handle, 0).unwrap();
    let result = context.collect("bob", &handle, &[0]);
    assert_fails(result, MarketError::NothingToCollect);
}

/// The program signs for the job's own authority only. The runtime rejects another authority that did not sign; the token
/// program rejects one that did.
#[test]
fn only_the_jobs_own_authority_pays() {
    let (mut context, handle) = settled(1);
    let (usd, bob) = (context.payment_mint(), context.address_of("bob"));
    let (ata, worker) = (context.ata(&usd, &bob), context.worker_of("bob"));
    let (anyone, mallory) = (context.actor("anyone"), context.actor("mallory"));
    let forged = JobAddresses {
        escrow_authority: mallory.pubkey(),
        ..handle
    };
    let collect = market::collect_pay(&forged, worker, ata, vec![0]);
    let failure = context
        .send(std::slice::from_ref(&collect), &[&anyone])
        .unwrap_err();
    let escalation = InstructionError::PrivilegeEscalation;
    let expected = TransactionError::InstructionError(0, escalation);
    assert_eq!(failure.error, expected, "{failure:?}");
    let result = context.send(&[collect], &[&mallory]);
    assert_fails(result, TokenError::OwnerMismatch);
}
