//! Attacks on every instruction: a missing signature, a wrong token program, parameters at another address.

use assay_governance::state::{Param, ProposalDraft, ProposedAction, Side, Target};
use assay_harness::{
    assert_fails,
    governance::{config, DEPOSIT, MIN_LOCK},
    instruction::governance::{self, LockTerms, Treasury},
    pda::{governance as at, rewards as rewards_at},
    replace_account, without_signature, Address, ErrorCode, ExpectedError, Instruction, Keypair,
    Signer, TestContext, DEPLOYER,
};
use assay_shared::token::{TOKEN, TOKEN_2022};

/// Returns every instruction after `initialize` that has an account of somebody's choice, with its signer besides the payer. They
/// act on alice's lock 0, on a proposal and on a grant.
fn instructions(context: &mut TestContext) -> Vec<(Instruction, Option<Keypair>)> {
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let owner = alice.pubkey();
    context.fill_treasury(1_000_000);
    let granted = ProposedAction::grant(owner, 1_000, 0, mint, 0);
    context.enact(&[granted]);
    context.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, Param::QuorumBps as u8, 400);
    let proposal = context.propose_secretly(&alice, &[action]);
    let ata = context.mint_tokens(&mint, &owner, 5_000 + DEPOSIT);
    let lock = at::lock(&owner, 0);
    let vote = at::vote(&proposal, &lock);
    context.vote(&alice, 0, &proposal, Side::No);
    let terms = LockTerms {
        nonce: 1,
        amount: 5_000,
        duration: MIN_LOCK,
    };
    let draft: ProposalDraft = context.draft(&[action]);
    let (grant, guardian) = (at::grant(0, 0), context.guardian());
    let record = context.account(&grant);
    let treasury = Treasury::from(&context.governance_params());
    let usd = context.payment_mint();
    let execute = context.execute_instruction(&proposal);
    let (index, anyone) = (context.next_proposal(), context.actor("anyone"));
    let by_alice = |instruction| (instruction, Some(alice.insecure_clone()));
    let by_guardian = |instruction| (instruction, Some(guardian.insecure_clone()));
    let keeper = guardian.pubkey();
    vec![
        by_alice(governance::lock_tokens(owner, mint, ata, terms)),
        by_alice(governance::renew_lock(owner, 0)),
        by_alice(governance::begin_unlock(owner, 0)),
        by_alice(governance::propose(owner, index, mint, ata, draft)),
        by_alice(governance::cast_vote(owner, 0, proposal, Side::Yes)),
        by_alice(governance::cast_secret_vote(owner, 0, proposal, [1; 32])),
        by_guardian(governance::veto_proposal(keeper, proposal)),
        by_guardian(governance::pause_operation(keeper, Target::Market, 1, 1)),
        by_guardian(governance::lift_pause(keeper, Target::Market)),
        by_guardian(governance::close_mint(keeper, &usd)),
        by_guardian(governance::accept_guardian(keeper)),
        by_guardian(governance::accept_program(keeper, Target::Market)),
        (execute, Some(anyone)),
        (governance::open_vote(proposal, mint), None),
        (governance::lapse_lock(lock), None),
        (governance::withdraw_lock(owner, 0, &mint), None),
        (governance::close_vote(owner, vote), None),
        (governance::close_proposal(owner, proposal, &mint), None),
        (governance::claim_grant(grant, &record), None),
        (governance::close_grant(grant, &record, &treasury), None),
        (governance::accept_market(), None),
    ]
}

#[test]
fn every_signature_is_asked_for() {
    let mut context = TestContext::governed();
    let (stranger, deployer) = (context.actor("stranger"), context.actor(DEPLOYER));
    let (mint, treasury) = (context.vote_mint(), rewards_at::treasury());
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, config());
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

/// Returns whether the instruction has a rule of its own for the token program: grants may be of either.
fn is_of_a_grant(instruction: &Instruction) -> bool {
    let grant = at::grant(0, 0);
    instruction.accounts.iter().any(|meta| meta.pubkey == grant)
}

#[test]
fn tokens_are_moved_by_the_classic_token_program_only() {
    let mut context = TestContext::governed();
    let mut cases = instructions(&mut context);
    cases.retain(|(instruction, _)| !is_of_a_grant(instruction));
    let rule = (assay_governance::ID, ErrorCode::ConstraintAddress);
    let naming = assert_each_refuses(&mut context, cases, [TOKEN, TOKEN_2022], rule);
    assert_eq!(naming, 4);
}

#[test]
fn parameters_elsewhere_are_refused() {
    let mut context = TestContext::governed();
    let cases = instructions(&mut context);
    let fake = context.clone_with_owner(&at::params(), "false parameters", &assay_governance::ID);
    let rule = (assay_governance::ID, ErrorCode::ConstraintSeeds);
    let naming = assert_each_refuses(&mut context, cases, [at::params(), fake], rule);
    assert_eq!(naming, 17);
}
