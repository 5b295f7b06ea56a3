//! Attacks on every instruction: a missing signature, a wrong token program, parameters of another program.

use super::COLLATERAL;
use anchor_lang::Discriminator as _;
use assay_harness::{
    assert_fails,
    instruction::rewards,
    pda::{market as market_at, rewards as at, staking as staking_at},
    replace_account, without_signature, Address, ErrorCode, ExpectedError, Instruction,
    ProgramError, Signer, TestContext, DEPLOYER,
};
use assay_rewards::{instruction::ClaimEpochs, state::Param};
use assay_shared::token::{TOKEN, TOKEN_2022};

/// Returns a context in which bob has claimed epoch 0 and his work of epoch 1 is tallied.
fn context() -> TestContext {
    let mut context = TestContext::new();
    context.init_rewards();
    for name in ["bob", "idle"] {
        context.worker(name, COLLATERAL);
    }
    for _ in 0..2 {
        context.complete_job("bob", 10_000);
        context.end_epoch(&["bob"]);
    }
    context.finalize(0).unwrap();
    context.claim_reward("bob", 0).unwrap();
    let author = context.actor("author");
    let owner = author.pubkey();
    let register = rewards::register_module(owner, HASH, 0, [0; 96]);
    let offer = rewards::offer_module(owner, &HASH, context.address_of("heir"));
    context.send(&[register, offer], &[&author]).unwrap();
    context
}

/// Hash of a module that the actor "author" has registered and offered to the actor "heir".
const HASH: [u8; 32] = [1; 32];

/// Returns every instruction after `initialize`, with the actor that must sign it, if any. Receipts have a suite of their own.
fn instructions(context: &mut TestContext) -> Vec<(Instruction, Option<&'static str>)> {
    let [anyone, governance, author, heir] =
        ["anyone", "governance", "author", "heir"].map(|name| context.address_of(name));
    let owner = context.address_of("bob");
    let bob = staking_at::provider(&owner);
    let set = rewards::set_params(governance, Param::WorkersBps, 5_000);
    let idle = staking_at::provider(&context.address_of("idle"));
    vec![
        (set, Some("governance")),
        (rewards::finalize_epoch(anyone, 1), Some("anyone")),
        (rewards::skip_epoch(1), None),
        (rewards::open_claim_record(anyone, &idle), Some("anyone")),
        (rewards::claim_epochs(&bob, &[0]), None),
        (rewards::close_epoch(anyone, 0), None),
        (rewards::close_claim_record(anyone, &bob), None),
        (
            rewards::register_module(anyone, [2; 32], 0, [0; 96]),
            Some("anyone"),
        ),
        (rewards::offer_module(author, &HASH, anyone), Some("author")),
        (rewards::accept_module(heir, &HASH), Some("heir")),
        (
            rewards::retire_module(author, author, &HASH),
            Some("author"),
        ),
    ]
}

#[test]
fn every_signature_is_asked_for() {
    let mut context = context();
    let (stranger, config) = (context.actor("stranger"), context.rewards_config());
    let initialize = rewards::initialize(context.address_of(DEPLOYER), config);
    let mut cases = instructions(&mut context);
    cases.push((initialize, Some(DEPLOYER)));
    for (instruction, signer) in cases {
        let Some(signer) = signer else { continue };
        let forged = without_signature(instruction, &context.address_of(signer));
        let result = context.send(&[forged], &[&stranger]);
        assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSigner));
    }
}

/// Sends every instruction that names `real` with `fake` in its place. Each must be rejected with `rule`. Returns their
/// number.
fn assert_each_refuses(
    context: &mut TestContext,
    [real, fake]: [Address; 2],
    rule: impl Into<ExpectedError>,
) -> u32 {
    let cases = instructions(context);
    assert_refused(context, cases, [real, fake], &rule.into())
}

/// As [`assert_each_refuses`], for these instructions.
fn assert_refused(
    context: &mut TestContext,
    cases: Vec<(Instruction, Option<&'static str>)>,
    [real, fake]: [Address; 2],
    rule: &ExpectedError,
) -> u32 {
    let stranger = context.actor("stranger");
    let mut naming = 0;
    for (instruction, signer) in cases {
        if !instruction.accounts.iter().any(|m| m.pubkey == real) {
            continue;
        }
        naming += 1;
        let signer = signer.map(|name| context.actor(name));
        let mut senders = vec![&stranger];
        senders.extend(&signer);
        let result = context.send(&[replace_account(instruction, &real, &fake)], &senders);
        assert_fails(result, rule.clone());
    }
    naming
}

#[test]
fn tokens_are_moved_by_the_classic_token_program_only() {
    let rule = || ExpectedError::from((assay_rewards::ID, ErrorCode::ConstraintAddress));
    let tokens = [TOKEN, TOKEN_2022];
    assert_eq!(assert_each_refuses(&mut context(), tokens, rule()), 3);

    let mut context = TestContext::new();
    let (deployer, config) = (context.actor(DEPLOYER), context.rewards_config());
    let initialize = rewards::initialize(deployer.pubkey(), config);
    let forged = replace_account(initialize, &TOKEN, &TOKEN_2022);
    assert_fails(context.send(&[forged], &[&deployer]), rule());
}

#[test]
fn an_emission_elsewhere_is_refused() {
    // Given an emission that the program cannot make; claims rely on that
    let mut context = context();
    let fake = context.clone_with_owner(&at::emission(), "a false emission", &assay_rewards::ID);
    let rule = ExpectedError::from((assay_rewards::ID, ErrorCode::ConstraintSeeds));
    let cases = instructions(&mut context)
        .into_iter()
        .filter(|(instruction, _)| !instruction.data.starts_with(ClaimEpochs::DISCRIMINATOR));
    let emissions = [at::emission(), fake];
    let cases = cases.collect();
    assert_eq!(assert_refused(&mut context, cases, emissions, &rule), 4);
}

#[test]
fn a_market_of_ones_own_making_is_refused() {
    // Given parameters that look like the market's but belong to another program
    let mut context = context();
    let fake = context.clone_with_owner(&market_at::params(), "a false market", &assay_staking::ID);
    let rule = (assay_rewards::ID, ProgramError::IllegalOwner);
    let markets = [market_at::params(), fake];
    assert_eq!(assert_each_refuses(&mut context, markets, rule), 5);
}
