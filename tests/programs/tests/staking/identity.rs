//! What holds of the same account in every instruction: who signs, which token program, which parameters.

use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, swapped, unsigned, Address, ErrorCode,
    Instruction, Keypair, Rule, Signer, TestContext, DAY, DEPLOYER,
};
use assay_shared::token::{TOKEN, TOKEN_2022};
use assay_staking::state::Param;

/// Bob's provider with collateral and a ticket.
fn context() -> TestContext {
    let mut context = TestContext::new();
    context.staking_ready();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 1_000);
    context.begin_unbond(&bob, 0, 2_000);
    context
}

/// Every instruction after `initialize`, ready to succeed or to be forged, with all who sign it.
fn instructions(context: &mut TestContext) -> Vec<(Instruction, Vec<Keypair>)> {
    let [alice, bob, market, governance] =
        ["alice", "bob", "market", "governance"].map(|name| context.actor(name));
    let (mint, owner, power) = (context.stake_mint(), bob.pubkey(), market.pubkey());
    let (profile, provider) = (context.profile("bob"), at::provider(&owner));
    let (wallet, parties) = (
        context.give(&mint, &owner, 5_000),
        context.slash_parties(&provider),
    );
    let set = staking::set_params(governance.pubkey(), Param::MinSelfStake, 123);
    let register = staking::register_provider(alice.pubkey(), mint, profile);
    let signed = |instruction, signers: &[&Keypair]| {
        let keys = signers.iter().map(|key| key.insecure_clone()).collect();
        (instruction, keys)
    };
    vec![
        signed(register, &[&alice]),
        signed(staking::update_provider(owner, profile), &[&bob]),
        signed(staking::deposit_stake(owner, wallet, 5_000), &[&bob]),
        signed(staking::begin_unbond(owner, 1, 1_000), &[&bob]),
        signed(staking::cancel_unbond(owner, 0), &[&bob]),
        signed(staking::withdraw_stake(owner, 0, wallet), &[]),
        signed(staking::allocate_stake(power, owner, 500), &[&market, &bob]),
        signed(staking::deallocate_stake(power, provider, 500), &[&market]),
        signed(
            staking::slash_stake(parties, 500, 0, context.now()),
            &[&market],
        ),
        signed(staking::set_exposure(power, DAY), &[&market]),
        signed(set, &[&governance]),
    ]
}

#[test]
fn every_signature_is_asked_for() {
    let mut context = context();
    let (stranger, deployer) = (context.actor("stranger"), context.actor(DEPLOYER));
    let (mint, destination) = (context.stake_mint(), context.slash_destination());
    let config = context.staking_config();
    let initialize = staking::initialize(deployer.pubkey(), mint, destination, config);
    let mut cases = instructions(&mut context);
    cases.push((initialize, vec![deployer]));
    for (instruction, signers) in cases {
        for silent in &signers {
            let forged = unsigned(instruction.clone(), &silent.pubkey());
            let others = signers.iter().filter(|key| key.pubkey() != silent.pubkey());
            let senders: Vec<&Keypair> = [&stranger].into_iter().chain(others).collect();
            let result = context.send(&[forged], &senders);
            assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSigner));
        }
    }
}

/// Sends every instruction that names `real` with `fake` in its place; each must be refused by the rule. Answers how many.
fn assert_each_refuses(
    real: &Address,
    fake: &Address,
    rule: impl Into<Rule>,
    context: &TestContext,
) -> usize {
    let mut context = context.clone();
    let (stranger, rule) = (context.actor("stranger"), rule.into());
    let cases = instructions(&mut context);
    let naming: Vec<_> = cases
        .into_iter()
        .filter(|(instruction, _)| instruction.accounts.iter().any(|m| m.pubkey == *real))
        .collect();
    for (instruction, signers) in &naming {
        let forged = swapped(instruction.clone(), real, fake);
        let senders: Vec<&Keypair> = [&stranger].into_iter().chain(signers).collect();
        let result = context.send(&[forged], &senders);
        assert_fails(result, rule.clone());
    }
    naming.len()
}

#[test]
fn tokens_are_moved_by_the_classic_token_program_only() {
    let context = context();
    let rule = (assay_staking::ID, ErrorCode::ConstraintAddress);
    assert_eq!(assert_each_refuses(&TOKEN, &TOKEN_2022, rule, &context), 4);
}

#[test]
fn parameters_elsewhere_are_refused() {
    let mut context = context();
    let fake = context.copy_owned_by(&at::params(), "false parameters", &assay_staking::ID);
    let rule = (assay_staking::ID, ErrorCode::ConstraintSeeds);
    assert_eq!(
        assert_each_refuses(&at::params(), &fake, rule, &context),
        10
    );
}

#[test]
fn what_is_forged_here_succeeds_unforged() {
    let ready = context();
    for (instruction, signers) in instructions(&mut ready.clone()) {
        let mut context = ready.clone();
        let stranger = context.actor("stranger");
        let senders: Vec<&Keypair> = [&stranger].into_iter().chain(&signers).collect();
        // A ticket is withdrawn when it has matured; nothing else waits.
        if signers.is_empty() {
            context.advance(30 * DAY);
        }
        instructions(&mut context);
        context.send(&[instruction], &senders).unwrap();
    }
}
