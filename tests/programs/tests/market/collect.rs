use super::{market as ready, COLLATERAL};
use assay_market::{
    error::MarketError,
    event::Collected,
    instructions::MarketConfig,
    state::{JobTerms, Worker},
};
use assay_world::{
    assert_fails,
    instruction::market::{self, JobHandle},
    market::{terms, EPOCH_LENGTH, PRICE},
    swapped, Signer, World,
};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;

/// A settled job of `tasks` tasks, in which bob and carol are right and dave lies.
fn settled(tasks: u32) -> (World, JobHandle) {
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            task_count: tasks,
            ..terms()
        },
    );
    for task in 0..tasks {
        let answers = [("bob", "42"), ("carol", "42"), ("dave", "lie")];
        world.deliver(&handle, task, &answers);
        world.settle(&handle, task).unwrap();
    }
    (world, handle)
}

#[test]
fn a_worker_is_paid_and_its_bond_freed() {
    // Given
    let (mut world, handle) = settled(1);
    let before = world.job(&handle).0;
    let (usd, bob) = (world.payment_mint(), world.address_of("bob"));

    // When
    let receipt = world.collect("bob", &handle, &[0]).unwrap();

    // Then
    let wallet = world.wallet(&usd, &bob);
    assert_eq!(world.balance(&wallet), PRICE);
    let (job, slots) = world.job(&handle);
    assert_eq!(slots[0].collected, 1);
    assert_eq!(job.uncollected.get(), 2);
    assert_eq!(job.funds.get(), before.funds.get() - PRICE);
    assert_eq!(world.balance(&handle.escrow), job.funds.get());
    let address = world.worker_of("bob");
    let worker: Worker = world.account(&address);
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    assert_eq!(worker.accepted.get(), 1);
    // Two winners share the weight of the task.
    let weight = job.weight.get() / 2;
    assert_eq!(worker.work(0).unwrap().weight.get(), weight);

    let event = receipt.event::<Collected>();
    assert_eq!((event.job, event.worker), (handle.address, address));
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, weight));
    assert_eq!((event.epoch.get(), event.slots.get()), (0, 1));
}

#[test]
fn many_slots_are_paid_in_one_transfer() {
    // Given
    let (mut world, handle) = settled(5);
    let (usd, carol) = (world.payment_mint(), world.address_of("carol"));

    // When
    let receipt = world.collect("carol", &handle, &[1, 5, 9, 13, 17]).unwrap();

    // Then
    let wallet = world.wallet(&usd, &carol);
    assert_eq!(world.balance(&wallet), 5 * PRICE);
    let transfers = receipt
        .logs
        .iter()
        .filter(|line| line.starts_with("Program Tokenkeg") && line.ends_with("success"));
    assert_eq!(transfers.count(), 1);
    assert_eq!(receipt.event::<Collected>().slots.get(), 5);
    let address = world.worker_of("carol");
    let worker: Worker = world.account(&address);
    assert_eq!((worker.locked.get(), worker.accepted.get()), (0, 5));
}

#[test]
fn work_counts_in_the_epoch_of_the_collecting() {
    let (mut world, handle) = settled(1);
    world.advance(3 * EPOCH_LENGTH);
    world.collect("bob", &handle, &[0]).unwrap();
    let address = world.worker_of("bob");
    let worker: Worker = world.account(&address);
    assert!(worker.work(0).is_none());
    assert!(worker.work(3).is_some());
}

#[test]
fn a_void_slot_returns_the_bond_and_pays_nothing() {
    // Given
    let mut world = ready();
    let handle = world.post(
        "alice",
        JobTerms {
            spares: 0,
            ..terms()
        },
    );
    world.deliver(
        &handle,
        0,
        &[("bob", "40"), ("carol", "41"), ("dave", "42")],
    );
    world.settle(&handle, 0).unwrap();

    // When
    let receipt = world.collect("bob", &handle, &[0]).unwrap();

    // Then
    assert_eq!(receipt.event::<Collected>().paid.get(), 0);
    let address = world.worker_of("bob");
    let worker: Worker = world.account(&address);
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    assert_eq!(worker.accepted.get(), 0);
    assert!(worker.work(0).is_none());
}

#[test]
fn nothing_is_collected_twice() {
    let (mut world, handle) = settled(1);
    world.collect("bob", &handle, &[0]).unwrap();
    world.advance(1);
    let result = world.collect("bob", &handle, &[0]);
    assert_fails(result, MarketError::AlreadyCollected);
    let result = world.collect("carol", &handle, &[1, 1]);
    assert_fails(result, MarketError::AlreadyCollected);
}

#[test]
fn a_list_without_slots_is_refused() {
    let (mut world, handle) = settled(1);
    let result = world.collect("bob", &handle, &[]);
    assert_fails(result, MarketError::BadSlotList);
}

#[test]
fn only_slots_that_exist_are_collected() {
    let (mut world, handle) = settled(1);
    let result = world.collect("bob", &handle, &[4]);
    assert_fails(result, MarketError::NoSuchSlot);
}

#[test]
fn a_worker_collects_its_own_slots_only() {
    let (mut world, handle) = settled(1);
    let result = world.collect("bob", &handle, &[0, 1]);
    assert_fails(result, MarketError::NotSlotHolder);
}

#[test]
fn a_rejected_or_undecided_slot_earns_nothing() {
    let (mut world, handle) = settled(1);
    let result = world.collect("dave", &handle, &[2]);
    assert_fails(result, MarketError::NothingToCollect);

    let other = world.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    world.claim("bob", &other, (0, 0)).unwrap();
    let result = world.collect("bob", &other, &[0]);
    assert_fails(result, MarketError::NothingToCollect);
}

#[test]
fn earnings_go_to_an_account_of_the_owner_in_the_jobs_mint() {
    let (mut world, handle) = settled(1);
    let (usd, stake_mint) = (world.payment_mint(), world.stake_mint());
    let (bob, anyone) = (world.address_of("bob"), world.actor("anyone"));
    let worker = world.worker_of("bob");
    let wrong = [
        world.wallet(&usd, &anyone.pubkey()),
        world.wallet(&stake_mint, &bob),
        bob,
    ];
    for destination in wrong {
        let collect = market::collect(&handle, worker, destination, vec![0]);
        let result = world.send(&[collect], &[&anyone]);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}

#[test]
fn no_job_pays_from_anothers_escrow() {
    let (mut world, handle) = settled(1);
    let other = world.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    let false_one = JobHandle {
        escrow: other.escrow,
        ..handle
    };
    let result = world.collect("bob", &false_one, &[0]);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn only_a_real_token_program_moves_the_money() {
    let (mut world, handle) = settled(1);
    let (usd, bob, anyone) = (
        world.payment_mint(),
        world.address_of("bob"),
        world.actor("anyone"),
    );
    let (wallet, worker) = (world.wallet(&usd, &bob), world.worker_of("bob"));
    let collect = market::collect(&handle, worker, wallet, vec![0]);
    let forged = swapped(collect, &handle.payment.token_program, &assay_market::ID);
    let result = world.send(&[forged], &[&anyone]);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn before_genesis_earnings_wait() {
    // Given: a market whose first epoch begins in an hour.
    let mut world = World::new();
    world.staking_for_market();
    let genesis_time = world.now() + 3_600;
    let config = MarketConfig {
        genesis_time,
        ..world.market_config()
    };
    world.initialize_market(config);
    let payment = world.payment();
    world.allow_mint(payment);
    world.worker("bob", COLLATERAL);
    let handle = world.post(
        "alice",
        JobTerms {
            replicas: 1,
            quorum: 1,
            ..terms()
        },
    );
    world.deliver(&handle, 0, &[("bob", "42")]);
    world.settle(&handle, 0).unwrap();

    // When
    let early = world.collect("bob", &handle, &[0]);

    // Then
    assert_fails(early, MarketError::BeforeGenesis);
    world.advance_to(genesis_time);
    world.collect("bob", &handle, &[0]).unwrap();
}

#[test]
fn a_missed_slot_earns_nothing() {
    let mut world = ready();
    let handle = world.post("alice", terms());
    world.claim("bob", &handle, (0, 0)).unwrap();
    world.advance(terms().run_window + 1);
    world.expire(&handle, 0).unwrap();
    let result = world.collect("bob", &handle, &[0]);
    assert_fails(result, MarketError::NothingToCollect);
}

/// The program signs for the job's own authority; the runtime refuses any other, the token program one that signed.
#[test]
fn only_the_jobs_own_authority_pays() {
    let (mut world, handle) = settled(1);
    let (usd, bob) = (world.payment_mint(), world.address_of("bob"));
    let (wallet, worker) = (world.wallet(&usd, &bob), world.worker_of("bob"));
    let (anyone, mallory) = (world.actor("anyone"), world.actor("mallory"));
    let forged = JobHandle {
        escrow_authority: mallory.pubkey(),
        ..handle
    };
    let collect = market::collect(&forged, worker, wallet, vec![0]);
    let failure = world
        .send(std::slice::from_ref(&collect), &[&anyone])
        .unwrap_err();
    let escalation = InstructionError::PrivilegeEscalation;
    let expected = TransactionError::InstructionError(0, escalation);
    assert_eq!(failure.error, expected, "{failure:?}");
    let result = world.send(&[collect], &[&mallory]);
    assert_fails(result, TokenError::OwnerMismatch);
}
