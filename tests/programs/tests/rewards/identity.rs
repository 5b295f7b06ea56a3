//! What holds of the same account in every instruction: who signs, which token program, whose parameters.

use assay_ledger::token::{TOKEN, TOKEN_2022};
use assay_rewards::state::Param;
use assay_world::{
    address::{market as market_at, rewards as at, staking as staking_at},
    assert_fails,
    instruction::rewards,
    swapped, unsigned, Address, ErrorCode, Instruction, ProgramError, Rule, Signer, World,
    DEPLOYER,
};

/// Bob's claimed epoch 0 and his tallied epoch 1.
fn world() -> World {
    let mut world = World::new();
    world.rewards_ready();
    world.worker("bob", 100_000);
    for _ in 0..2 {
        world.earn("bob", 10_000);
        world.end_epoch(&["bob"]);
    }
    world.finalize(0).unwrap();
    world.claim_reward("bob", 0).unwrap();
    world
}

/// Every instruction after `initialize`, with the actor that signs it, if any must.
fn instructions(world: &mut World) -> Vec<(Instruction, Option<&'static str>)> {
    let [anyone, governance] = ["anyone", "governance"].map(|name| world.address_of(name));
    let bob = staking_at::provider(&world.address_of("bob"));
    let wallet = world.reward_wallet("bob");
    let set = rewards::set_params(governance, Param::WorkersBps, 6_000);
    let claim = rewards::claim_epoch(anyone, &bob, 0, wallet);
    vec![
        (set, Some("governance")),
        (rewards::finalize_epoch(anyone, 1), Some("anyone")),
        (rewards::skip_epoch(1), None),
        (claim, Some("anyone")),
        (rewards::close_epoch(anyone, 0), None),
        (rewards::close_claim_record(anyone, &bob), None),
    ]
}

#[test]
fn every_signature_is_asked_for() {
    let mut world = world();
    let (stranger, config) = (world.actor("stranger"), world.rewards_config());
    let initialize = rewards::initialize(world.address_of(DEPLOYER), config);
    let mut cases = instructions(&mut world);
    cases.push((initialize, Some(DEPLOYER)));
    for (instruction, signer) in cases {
        let Some(signer) = signer else { continue };
        let forged = unsigned(instruction, &world.address_of(signer));
        let result = world.send(&[forged], &[&stranger]);
        assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSigner));
    }
}

/// Sends every instruction that names `real` with `fake` in its place; each must be refused by the rule. Answers how
/// many.
fn assert_each_refuses(
    world: &mut World,
    [real, fake]: [Address; 2],
    rule: impl Into<Rule>,
) -> u32 {
    let (stranger, rule) = (world.actor("stranger"), rule.into());
    let mut naming = 0;
    for (instruction, signer) in instructions(world) {
        if !instruction.accounts.iter().any(|m| m.pubkey == real) {
            continue;
        }
        naming += 1;
        let signer = signer.map(|name| world.actor(name));
        let mut senders = vec![&stranger];
        senders.extend(&signer);
        let result = world.send(&[swapped(instruction, &real, &fake)], &senders);
        assert_fails(result, rule.clone());
    }
    naming
}

#[test]
fn tokens_are_moved_by_the_classic_token_program_only() {
    let rule = || Rule::from((assay_rewards::ID, ErrorCode::ConstraintAddress));
    let tokens = [TOKEN, TOKEN_2022];
    assert_eq!(assert_each_refuses(&mut world(), tokens, rule()), 3);

    let mut world = World::new();
    let (deployer, config) = (world.actor(DEPLOYER), world.rewards_config());
    let initialize = rewards::initialize(deployer.pubkey(), config);
    let forged = swapped(initialize, &TOKEN, &TOKEN_2022);
    assert_fails(world.send(&[forged], &[&deployer]), rule());
}

#[test]
fn an_emission_elsewhere_is_refused() {
    let mut world = world();
    let fake = world.copy_owned_by(&at::emission(), "a false emission", &assay_rewards::ID);
    let rule = (assay_rewards::ID, ErrorCode::ConstraintSeeds);
    let emissions = [at::emission(), fake];
    assert_eq!(assert_each_refuses(&mut world, emissions, rule), 4);
}

#[test]
fn a_market_of_ones_own_making_is_refused() {
    // Given parameters that look like the market's but belong to another program
    let mut world = world();
    let fake = world.copy_owned_by(&market_at::params(), "a false market", &assay_staking::ID);
    let rule = (assay_rewards::ID, ProgramError::IllegalOwner);
    let markets = [market_at::params(), fake];
    assert_eq!(assert_each_refuses(&mut world, markets, rule), 5);
}
