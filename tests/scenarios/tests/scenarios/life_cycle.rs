//! One batch from posting to closing, through staking and the market, with the final place of every token.

use super::{ata_balance, STAKE};
use assay_harness::{
    instruction::market,
    keypairs::provider_of,
    market::{checked_terms, terms, PRICE},
    pda::staking as at,
    Signer, TestContext, DAY,
};
use assay_market::state::{JobTerms, Worker};
use assay_staking::state::Provider;

const TEAM: [&str; 3] = ["bob", "carol", "dave"];

#[test]
fn a_batch_is_posted_worked_paid_and_closed_and_the_stake_withdrawn() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    for name in TEAM {
        context.worker(name, STAKE);
    }
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 4,
            ..checked_terms(20_000)
        },
    );
    let (header, _) = context.job(&job);
    let paid_in = header.funds.get();

    // When: three tasks are done by all, nobody takes the fourth.
    for task in 0..3 {
        context.complete_task(&job, task, &TEAM, "42");
    }
    context.advance(u64::from(terms().claim_window));
    context.expire(&job, 3).unwrap();
    for (seat, name) in (0..).zip(TEAM) {
        let seats: Vec<u32> = (0..3).map(|task| task * 3 + seat).collect();
        context.collect(name, &job, &seats).unwrap();
    }
    context.close("alice", &job).unwrap();

    // Then
    let usd = job.payment.mint;
    let earned: u64 = TEAM
        .iter()
        .map(|name| ata_balance(&mut context, &usd, name))
        .sum();
    let fees = context.balance(&job.payment.fee_vault);
    let returned = ata_balance(&mut context, &usd, "alice");
    assert_eq!(earned, 9 * PRICE);
    assert_eq!(fees, 3 * header.fee.get());
    assert_eq!(returned, 3 * PRICE + header.fee.get(), "the fourth task");
    assert_eq!(earned + fees + returned, paid_in);
    for name in TEAM {
        leave(&mut context, name);
    }
}

/// Withdraws the whole stake of a worker that has no claims.
fn leave(context: &mut TestContext, name: &str) {
    let (owner, worker) = (context.actor(name), context.worker_of(name));
    let state: Worker = context.account(&worker);
    assert_eq!((state.free.get(), state.locked.get()), (STAKE, 0));
    assert_eq!(state.accepted.get(), 3);
    let remove = market::remove_collateral(owner.pubkey(), STAKE);
    context.send(&[remove], &[&owner]).unwrap();
    context.begin_unbond(&owner, STAKE);
    context.advance(30 * DAY);
    let mint = context.stake_mint();
    let ata = context.ata(&mint, &owner.pubkey());
    context.withdraw_own(&owner).unwrap();
    assert_eq!(context.balance(&ata), STAKE);
    let provider = provider_of(name);
    assert_eq!(context.balance(&at::stake_vault(&provider)), 0);
    let state: Provider = context.account(&provider);
    assert_eq!((state.own.active.get(), state.allocated.get()), (0, 0));
}
