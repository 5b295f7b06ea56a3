//! Attacks on every instruction: a missing signature, a wrong token program, parameters at another address.

use assay_governance::state::{Param, ProposedAction, Side, Target};
use assay_harness::{
    assert_fails,
    governance::{CONFIG, DEPOSIT, MIN_LOCK},
    instruction::governance::{self, LockTerms},
    pda::governance as at,
    replace_account, without_signature, Address, ErrorCode, ExpectedError, Instruction, Keypair,
    Signer, TestContext, DEPLOYER,
};
use assay_shared::token::{TOKEN, TOKEN_2022};

/// Returns every instruction after `initialize`, on alice's lock 0 and a proposal, with its signer besides the payer.
fn instructions(context: &mut TestContext) -> Vec<(Instruction, Option<Keypair>)> {
    context.init_governance();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let owner = alice.pubkey();
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, Param::QuorumBps as u8, 400);
    let proposal = context.propose(&alice, &[action]);
    let ata = context.mint_tokens(&mint, &owner, 5_000 + DEPOSIT);
    let vote = at::vote(&proposal, &at::lock(&owner, 0));
    context.vote(&alice, 0, &proposal, Side::No);
    let terms = LockTerms {
        nonce: 1,
        amount: 5_000,
        duration: MIN_LOCK,
    };
    let draft = context.draft(&[action]);
    let by_alice = |instruction| (instruction, Some(alice.insecure_clone()));
    vec![
        by_alice(governance::lock_tokens(owner, mint, ata, terms)),
        by_alice(governance::begin_unlock(owner, 0)),
        by_alice(governance::propose(owner, 1, mint, ata, draft)),
        by_alice(governance::cast_vote(owner, 0, proposal, Side::Yes)),
        (governance::withdraw_lock(owner, 0, &mint), None),
        (governance::close_vote(owner, vote), None),
        (governance::execute_proposal(proposal), None),
        (governance::close_proposal(owner, proposal, &mint), None),
    ]
}

#[test]
fn every_signature_is_asked_for() {
    let mut context = TestContext::new();
    let (stranger, deployer) = (context.actor("stranger"), context.actor(DEPLOYER));
    let (mint, treasury) = (context.vote_mint(), context.deposit_treasury());
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
    let mut cases = vec![(initialize, Some(deployer))];
    cases.extend(instructions(&mut context));
    for (instruction, signer) in cases {
        let Some(signer) = signer else { continue };
        let forged = without_signature(instruction, &signer.pubkey());
        let result = context.send(&[forged], &[&stranger]);
        assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSigner));
    }
}

/// Sends every instruction that names `real` with `fake` in its place. Each must be rejected with `rule`. Returns their
/// number.
fn assert_each_refuses(
    context: &mut TestContext,
    cases: Vec<(Instruction, Option<Keypair>)>,
    [real, fake]: [Address; 2],
    rule: impl Into<ExpectedError>,
) -> u32 {
    let (stranger, rule) = (context.actor("stranger"), rule.into());
    let mut naming = 0;
    for (instruction, signer) in cases {
        if !instruction.accounts.iter().any(|m| m.pubkey == real) {
            continue;
        }
        naming += 1;
        let forged = replace_account(instruction, &real, &fake);
        let mut senders = vec![&stranger];
        senders.extend(&signer);
        let result = context.send(&[forged], &senders);
        assert_fails(result, rule.clone());
    }
    naming
}

#[test]
fn tokens_are_moved_by_the_classic_token_program_only() {
    let mut context = TestContext::new();
    let cases = instructions(&mut context);
    let rule = (assay_governance::ID, ErrorCode::ConstraintAddress);
    let naming = assert_each_refuses(&mut context, cases, [TOKEN, TOKEN_2022], rule);
    assert_eq!(naming, 4);
}

#[test]
fn parameters_elsewhere_are_refused() {
    let mut context = TestContext::new();
    let cases = instructions(&mut context);
    let fake = context.clone_with_owner(&at::params(), "false parameters", &assay_governance::ID);
    let rule = (assay_governance::ID, ErrorCode::ConstraintSeeds);
    let naming = assert_each_refuses(&mut context, cases, [at::params(), fake], rule);
    assert_eq!(naming, 6);
}
