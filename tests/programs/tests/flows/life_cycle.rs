//! One batch from posting to closing, through staking and market, and where every token went.

use super::{provider_of, wallet_balance, STAKE};
use assay_market::state::{JobTerms, Worker};
use assay_staking::state::Provider;
use assay_world::{
    address::staking as at,
    instruction::{market, staking},
    market::{terms, PRICE},
    Signer, World, DAY,
};

const TEAM: [&str; 3] = ["bob", "carol", "dave"];

#[test]
fn a_batch_is_posted_worked_paid_and_closed_and_the_stake_withdrawn() {
    // Given
    let mut world = World::new();
    world.market_ready();
    for name in TEAM {
        world.worker(name, STAKE);
    }
    let job = world.post(
        "alice",
        JobTerms {
            task_count: 4,
            ..terms()
        },
    );
    let (header, _) = world.job(&job);
    let paid_in = header.funds.get();

    // When: three tasks are done by all, nobody takes the fourth.
    for task in 0..3 {
        world.deliver(&job, task, &TEAM.map(|name| (name, "42")));
        world.settle(&job, task).unwrap();
    }
    world.advance(terms().claim_window);
    world.expire(&job, 3).unwrap();
    for (replica, name) in (0..).zip(TEAM) {
        let slots: Vec<u32> = (0..3).map(|task| task * 4 + replica).collect();
        world.collect(name, &job, &slots).unwrap();
    }
    world.close("alice", &job).unwrap();

    // Then
    let usd = job.payment.mint;
    let earned: u64 = TEAM
        .iter()
        .map(|name| wallet_balance(&mut world, &usd, name))
        .sum();
    let fees = world.balance(&job.payment.fee_vault);
    let returned = wallet_balance(&mut world, &usd, "alice");
    assert_eq!(earned, 9 * PRICE);
    assert_eq!(fees, 3 * header.fee.get());
    assert_eq!(returned, 3 * PRICE + header.fee.get(), "the fourth task");
    assert_eq!(earned + fees + returned, paid_in);
    for name in TEAM {
        leave(&mut world, name);
    }
}

/// Takes the whole stake of a worker without claims out of the protocol.
fn leave(world: &mut World, name: &str) {
    let (owner, worker) = (world.actor(name), world.worker_of(name));
    let state: Worker = world.account(&worker);
    assert_eq!((state.free.get(), state.locked.get()), (STAKE, 0));
    assert_eq!(state.accepted.get(), 3);
    let remove = market::remove_collateral(owner.pubkey(), STAKE);
    world.send(&[remove], &[&owner]).unwrap();
    world.begin_unbond(&owner, 0, STAKE);
    world.advance(30 * DAY);
    let mint = world.stake_mint();
    let wallet = world.wallet(&mint, &owner.pubkey());
    let withdraw = staking::withdraw(owner.pubkey(), 0, wallet);
    world.send(&[withdraw], &[&owner]).unwrap();
    assert_eq!(world.balance(&wallet), STAKE);
    let provider = provider_of(world, name);
    assert_eq!(world.balance(&at::stake_vault(&provider)), 0);
    let state: Provider = world.account(&provider);
    assert_eq!((state.active_tokens.get(), state.allocated.get()), (0, 0));
}
