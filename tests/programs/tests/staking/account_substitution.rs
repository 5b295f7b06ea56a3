//! Attacks on every instruction: a missing signature, a wrong token program, parameters at another address.

use anchor_lang::Discriminator as _;
use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, replace_account,
    staking::MIN_DELEGATION, without_signature, Address, ErrorCode, ExpectedError, Instruction,
    Keypair, Signer, TestContext, ATTESTERS, DAY, DEPLOYER,
};
use assay_shared::token::{TOKEN, TOKEN_2022};
use assay_staking::{
    error::StakingError,
    instruction::WithdrawPending,
    state::{pause, Param},
};

/// Returns a context in which every instruction of [`instructions`] succeeds: bob's provider with collateral, matured and unbonding
/// stake, rewards and delegations in every state; and dan's, which has retired.
fn context() -> TestContext {
    let mut context = TestContext::new();
    context.init_staking();
    let provider = context.provider("bob", 10_000);
    context.provider("carol", 0);
    context.provider("dan", 0);
    let (bob, dan) = (context.actor("bob"), context.actor("dan"));
    let retire = staking::begin_retirement(dan.pubkey());
    context.send(&[retire], &[&dan]).unwrap();
    context.allocate(&bob, 1_000);
    context.begin_unbond(&bob, 2_000);
    context.join("alice", &provider, 6_000);
    context.join("erin", &provider, 500);
    context.undelegate("erin", &provider, 500).unwrap();
    context.advance(DAY);
    context.undelegate("alice", &provider, 1_000).unwrap();
    context.fund_stream(&provider, 300, 10_000);
    context.advance(40 * DAY);
    context.begin_unbond(&bob, 1_000);
    context.delegate("frank", &provider, 500);
    context.advance(DAY);
    context
        .ask_back("alice", &provider, MIN_DELEGATION)
        .unwrap();
    for name in ["alice", "bob", "erin", "frank"] {
        let (mint, owner) = (context.stake_mint(), context.address_of(name));
        context.ata(&mint, &owner);
    }
    context.claim_delegated("erin", &provider).unwrap();
    let set = context.open_set("lab", 0, &ATTESTERS);
    context.issue_credential("lab", set, "bob", 0, i64::MAX);
    context
}

/// Returns the Unix times at which the tickets of erin and alice have matured.
fn maturities(context: &TestContext) -> [i64; 2] {
    let buckets = context.provider_of("bob").buckets;
    [0, 1].map(|index: usize| buckets[index].matures_at.get())
}

/// Returns every instruction after `initialize`, each of which would succeed, with all its signers.
fn instructions(context: &mut TestContext) -> Vec<(Instruction, Vec<Keypair>)> {
    let [alice, bob, frank, grace, market, governance, rewards] = [
        "alice",
        "bob",
        "frank",
        "grace",
        "market",
        "governance",
        "rewards",
    ]
    .map(|name| context.actor(name));
    let (mint, owner, power) = (context.stake_mint(), bob.pubkey(), market.pubkey());
    let (profile, provider) = (context.profile("bob"), at::provider(&owner));
    let ata = context.mint_tokens(&mint, &owner, 5_000);
    let purse = context.mint_tokens(&mint, &grace.pubkey(), 5_000);
    let parties = context.slash_accounts(&provider);
    let (frank, dan) = (frank.pubkey(), context.address_of("dan"));
    let (erin, delegator) = (context.address_of("erin"), alice.pubkey());
    let [erins, alices] = maturities(context);
    let ticket = context.ticket_accounts("alice", &provider, alices);
    let due = context.delegated_maturity();
    let set_param = staking::set_params(governance.pubkey(), Param::MinSelfStake, 123);
    let set_pause = staking::set_pause(governance.pubkey(), pause::ALL, 1);
    let register = staking::register_provider(grace.pubkey(), mint, profile, 0);
    let (lab, payer) = (context.actor("lab"), market.pubkey());
    let (set, key) = (at::attester_set(&lab.pubkey(), 0), vec![[1; 32]]);
    let credential = at::credential(&set, &provider);
    let carol = context.actor("carol");
    let carols = at::provider(&carol.pubkey());
    let open = staking::open_attester_set(lab.pubkey(), payer, 1, key);
    let issue = staking::issue_credential(lab.pubkey(), payer, set, carols, 0, i64::MAX);
    let signed = |instruction, signers: &[&Keypair]| {
        let keys = signers.iter().map(|key| key.insecure_clone()).collect();
        (instruction, keys)
    };
    let (frank_key, franks) = (context.actor("frank"), context.ata(&mint, &frank));
    vec![
        signed(register, &[&grace]),
        signed(staking::update_provider(owner, profile), &[&bob]),
        signed(staking::set_beneficiary(owner, delegator), &[&bob]),
        signed(staking::set_commission(owner, 0), &[&bob]),
        signed(staking::deposit_stake(owner, ata, 5_000), &[&bob]),
        signed(staking::begin_unbond(owner, 1_000), &[&bob]),
        signed(staking::cancel_unbond(owner, 500), &[&bob]),
        signed(staking::withdraw_stake(owner, &mint), &[]),
        signed(
            staking::delegate(grace.pubkey(), &provider, purse, 5_000),
            &[&grace],
        ),
        signed(staking::activate_delegation(&frank, &provider), &[]),
        signed(
            staking::withdraw_pending_to(frank, &provider, franks),
            &[&frank_key],
        ),
        signed(
            staking::request_undelegation(delegator, &provider, 1_000),
            &[&alice],
        ),
        signed(
            staking::undelegate(delegator, &delegator, &provider, 1_000, due),
            &[&alice],
        ),
        signed(
            staking::mature_bucket(grace.pubkey(), &provider, erins),
            &[&grace],
        ),
        signed(staking::withdraw_ticket(ticket, &mint), &[]),
        signed(staking::claim_rewards(&delegator, &provider, &mint), &[]),
        signed(staking::claim_owner_rewards(&owner, &owner, &mint), &[]),
        signed(staking::close_delegation(erin, &provider), &[]),
        signed(
            staking::fund_rewards(rewards.pubkey(), &provider, 0, 0),
            &[&rewards],
        ),
        signed(staking::allocate_stake(power, owner, 500), &[&market, &bob]),
        signed(staking::deallocate_stake(power, provider, 500), &[&market]),
        signed(staking::yield_stake(power, provider, 500), &[&market]),
        signed(
            staking::slash_stake(parties, context.slash_amounts(500)),
            &[&market],
        ),
        signed(staking::begin_retirement(carol.pubkey()), &[&carol]),
        signed(staking::retire_provider(dan, mint), &[]),
        signed(staking::set_exposure(power, DAY), &[&market]),
        signed(set_param, &[&governance]),
        signed(set_pause, &[&governance]),
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
        // Anyone may send it once the provider retires, so that the program asks for the signature itself.
        let is_pending = instruction.data.starts_with(WithdrawPending::DISCRIMINATOR);
        let rule: ExpectedError = if is_pending {
            StakingError::NotOwner.into()
        } else {
            (assay_staking::ID, ErrorCode::ConstraintSigner).into()
        };
        for silent in &signers {
            let forged = without_signature(instruction.clone(), &silent.pubkey());
            let others = signers.iter().filter(|key| key.pubkey() != silent.pubkey());
            let senders: Vec<&Keypair> = [&stranger].into_iter().chain(others).collect();
            let result = context.send(&[forged], &senders);
            assert_fails(result, rule.clone());
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
    assert_eq!(assert_each_refuses(&TOKEN, &TOKEN_2022, rule, &context), 10);
}

#[test]
fn parameters_elsewhere_are_refused() {
    let mut context = context();
    let fake = context.clone_with_owner(&at::params(), "false parameters", &assay_staking::ID);
    let rule = (assay_staking::ID, ErrorCode::ConstraintSeeds);
    assert_eq!(
        assert_each_refuses(&at::params(), &fake, rule, &context),
        23
    );
}

#[test]
fn what_is_forged_here_succeeds_unforged() {
    let ready = context();
    for (instruction, signers) in instructions(&mut ready.clone()) {
        let mut context = ready.clone();
        let stranger = context.actor("stranger");
        let senders: Vec<&Keypair> = [&stranger].into_iter().chain(&signers).collect();
        instructions(&mut context);
        context.send(&[instruction], &senders).unwrap();
    }
}
