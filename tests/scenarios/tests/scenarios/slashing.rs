//! Slashing takes exactly what the formulas say, from active and from unbonding stake alike.

use super::STAKE;
use assay_harness::{
    keypairs::provider_of,
    market::{terms, BOND_BPS, PRICE, REJECT_BPS, STAKE_RATE},
    pda::staking as at,
    TestContext,
};
use assay_market::state::{JobTerms, RATE_UNIT};
use assay_shared::math::{mul_div_ceil, BPS};
use assay_staking::state::Provider;

/// Returns the slash for a rejected result: `⌈⌈⌈price·rate/10⁹⌉·bond_bps/10⁴⌉·reject_bps/10⁴⌉`, base units of the stake
/// mint.
fn reject_cut() -> u64 {
    let price = mul_div_ceil(PRICE, STAKE_RATE, RATE_UNIT).unwrap();
    let bond = mul_div_ceil(price, BOND_BPS, BPS).unwrap();
    mul_div_ceil(bond, REJECT_BPS, BPS).unwrap()
}

#[test]
fn a_liar_is_slashed_by_the_formula_and_the_honest_are_not() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    for name in ["bob", "carol", "dave"] {
        context.worker(name, STAKE);
    }
    let tasks = 5;
    let job = context.post(
        "alice",
        JobTerms {
            task_count: tasks,
            ..terms()
        },
    );

    // When
    for task in 0..tasks {
        context.complete_task(
            &job,
            task,
            &[("bob", "42"), ("carol", "lie"), ("dave", "42")],
        );
        context.settle(&job, task).unwrap();
    }
    let lies: Vec<u32> = (0..tasks).map(|task| task * 4 + 1).collect();
    context.penalize("carol", &job, &lies).unwrap();

    // Then
    let slashed = u64::from(tasks) * reject_cut();
    let destination = context.slash_destination();
    assert_eq!(context.balance(&destination), slashed);
    for (name, expected) in [("bob", STAKE), ("carol", STAKE - slashed), ("dave", STAKE)] {
        let provider = provider_of(name);
        let state: Provider = context.account(&provider);
        assert_eq!(state.active_tokens.get(), expected, "{name}");
        assert_eq!(
            context.balance(&at::stake_vault(&provider)),
            expected,
            "{name}"
        );
    }
}

#[test]
fn unbonding_between_the_lie_and_the_verdict_saves_nothing() {
    // Given: as much unallocated stake as collateral.
    let mut context = TestContext::new();
    context.init_market();
    for name in ["bob", "carol", "dave"] {
        context.worker(name, STAKE);
    }
    let carol = context.actor("carol");
    context.stake(&carol, STAKE);
    let job = context.post("alice", terms());

    // When: carol claims, begins to unbond what is free, and lies.
    context.claim("carol", &job, (0, 1)).unwrap();
    context.begin_unbond(&carol, 0, STAKE);
    context.claim("bob", &job, (0, 0)).unwrap();
    context.claim("dave", &job, (0, 2)).unwrap();
    let answers = [("bob", 0, "42"), ("carol", 1, "lie"), ("dave", 2, "42")];
    for (name, replica, answer) in answers {
        context.commit(name, &job, (0, replica), answer).unwrap();
    }
    for (name, replica, answer) in answers {
        context.reveal(name, &job, (0, replica), answer).unwrap();
    }
    context.settle(&job, 0).unwrap();
    context.penalize("carol", &job, &[1]).unwrap();

    // Then: half of the slash came from the ticket's bucket.
    let provider: Provider = context.account(&provider_of("carol"));
    let unbonding: u64 = provider.buckets.iter().map(|b| b.tokens.get()).sum();
    let from_bucket = mul_div_ceil(reject_cut(), STAKE, 2 * STAKE).unwrap();
    assert_eq!(STAKE - unbonding, from_bucket);
    assert_eq!(
        STAKE - provider.active_tokens.get(),
        reject_cut() - from_bucket
    );
}
