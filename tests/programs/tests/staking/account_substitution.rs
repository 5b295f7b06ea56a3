//! Attacks on every instruction: a missing signature, a wrong token program, parameters at another address.

use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account, without_signature,
    Address, ErrorCode, ExpectedError, Instruction, Keypair, Signer, TestContext, ATTESTERS, DAY,
    DEPLOYER,
};
use assay_shared::token::{TOKEN, TOKEN_2022};
use assay_staking::state::Param;

/// Returns a context with bob's provider, which has collateral and a ticket.
fn context() -> TestContext {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    context.provider("carol", 0);
    let bob = context.actor("bob");
    context.allocate(&bob, 1_000);
    context.begin_unbond(&bob, 0, 2_000);
    let set = context.open_set("lab", 0, &ATTESTERS);
    context.issue_credential("lab", set, "bob", 0, i64::MAX);
    context
}

/// Returns every instruction after `initialize`, each of which would succeed, with all its signers.
fn instructions(context: &mut TestContext) -> Vec<(Instruction, Vec<Keypair>)> {
    let [alice, bob, market, governance] =
        ["alice", "bob", "market", "governance"].map(|name| context.actor(name));
    let (mint, owner, power) = (context.stake_mint(), bob.pubkey(), market.pubkey());
    let (profile, provider) = (context.profile("bob"), at::provider(&owner));
    let (ata, parties) = (
        context.mint_tokens(&mint, &owner, 5_000),
        context.slash_accounts(&provider),
    );
    let set_param = staking::set_params(governance.pubkey(), Param::MinSelfStake, 123);
    let register = staking::register_provider(alice.pubkey(), mint, profile);
    let (lab, payer) = (context.actor("lab"), market.pubkey());
    let (set, key) = (at::attester_set(&lab.pubkey(), 0), vec![[1; 32]]);
    let credential = at::credential(&set, &provider);
    let carols = at::provider(&context.address_of("carol"));
    let open = staking::open_attester_set(lab.pubkey(), payer, 1, key);
    let issue = staking::issue_credential(lab.pubkey(), payer, set, carols, 0, i64::MAX);
    let signed = |instruction, signers: &[&Keypair]| {
        let keys = signers.iter().map(|key| key.insecure_clone()).collect();
        (instruction, keys)
    };
    vec![
        signed(register, &[&alice]),
        signed(staking::update_provider(owner, profile), &[&bob]),
        signed(staking::deposit_stake(owner, ata, 5_000), &[&bob]),
        signed(staking::begin_unbond(owner, 1, 1_000), &[&bob]),
        signed(staking::cancel_unbond(owner, 0), &[&bob]),
        signed(staking::withdraw_stake(owner, 0, &mint), &[]),
        signed(staking::allocate_stake(power, owner, 500), &[&market, &bob]),
        signed(staking::deallocate_stake(power, provider, 500), &[&market]),
        signed(
            staking::slash_stake(parties, context.slash_amounts(500)),
            &[&market],
        ),
        signed(staking::set_exposure(power, DAY), &[&market]),
        signed(set_param, &[&governance]),
        signed(open, &[&lab, &market]),
        signed(issue, &[&lab, &market]),
        signed(
            staking::revoke_credential(lab.pubkey(), lab.pubkey(), credential),
            &[&lab],
        ),
        signed(
            staking::close_attester_set(lab.pubkey(), lab.pubkey(), set),
            &[&lab],
        ),
    ]
}

#[test]
fn every_signature_is_asked_for() {
    let mut context = context();
    let (stranger, deployer) = (context.actor("stranger"), context.actor(DEPLOYER));
    let mint = context.stake_mint();
    let config = context.staking_config();
    let initialize = staking::initialize(deployer.pubkey(), mint, config);
    let mut cases = instructions(&mut context);
    cases.push((initialize, vec![deployer]));
    for (instruction, signers) in cases {
        for silent in &signers {
            let forged = without_signature(instruction.clone(), &silent.pubkey());
            let others = signers.iter().filter(|key| key.pubkey() != silent.pubkey());
            let senders: Vec<&Keypair> = [&stranger].into_iter().chain(others).collect();
            let result = context.send(&[forged], &senders);
            assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSigner));
        }
    }
}

/// Sends every instruction that names `real` with `fake` in its place. Each must be rejected with `rule`. Returns their
/// number.
fn assert_each_refuses(
    real: &Address,
    fake: &Address,
    rule: impl Into<ExpectedError>,
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
        let forged = replace_account(instruction.clone(), real, fake);
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
    let fake = context.clone_with_owner(&at::params(), "false parameters", &assay_staking::ID);
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
        // Only withdrawing a ticket has to wait, for its maturity.
        if signers.is_empty() {
            context.advance(30 * DAY);
        }
        instructions(&mut context);
        context.send(&[instruction], &senders).unwrap();
    }
}
