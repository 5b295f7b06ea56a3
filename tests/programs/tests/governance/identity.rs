//! What holds of the same account in every instruction: who signs, which token program, which parameters.

use assay_governance::state::{Param, ProposedAction, Side, Target};
use assay_ledger::token::{TOKEN, TOKEN_2022};
use assay_world::{
    address::governance as at,
    assert_fails,
    governance::{CONFIG, DEPOSIT, MIN_LOCK},
    instruction::governance::{self, LockTerms},
    swapped, unsigned, Address, ErrorCode, Instruction, Keypair, Rule, Signer, World, DEPLOYER,
};

/// Every instruction after `initialize`, over alice's lock 0 and a proposal, with who signs it besides a payer.
fn instructions(world: &mut World) -> Vec<(Instruction, Option<Keypair>)> {
    world.governance_ready();
    let (alice, mint) = (world.actor("alice"), world.vote_mint());
    let owner = alice.pubkey();
    world.lock(&alice, 0, 5_000, MIN_LOCK);
    let action = ProposedAction::set_param(Target::Governance, Param::QuorumBps as u8, 400);
    let proposal = world.propose(&alice, &[action]);
    let wallet = world.give(&mint, &owner, 5_000 + DEPOSIT);
    let vote = at::vote(&proposal, &at::lock(&owner, 0));
    world.vote(&alice, 0, &proposal, Side::No);
    let terms = LockTerms {
        nonce: 1,
        amount: 5_000,
        duration: MIN_LOCK,
    };
    let draft = world.draft(&[action]);
    let by_alice = |instruction| (instruction, Some(alice.insecure_clone()));
    vec![
        by_alice(governance::lock(owner, mint, wallet, terms)),
        by_alice(governance::begin_unlock(owner, 0)),
        by_alice(governance::propose(owner, 1, mint, wallet, draft)),
        by_alice(governance::vote(owner, 0, proposal, Side::Yes)),
        (governance::withdraw_lock(owner, 0, wallet), None),
        (governance::close_vote(owner, vote), None),
        (governance::execute(proposal), None),
        (governance::close_proposal(owner, proposal, wallet), None),
    ]
}

#[test]
fn every_signature_is_asked_for() {
    let mut world = World::new();
    let (stranger, deployer) = (world.actor("stranger"), world.actor(DEPLOYER));
    let (mint, treasury) = (world.vote_mint(), world.deposit_treasury());
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
    let mut cases = vec![(initialize, Some(deployer))];
    cases.extend(instructions(&mut world));
    for (instruction, signer) in cases {
        let Some(signer) = signer else { continue };
        let forged = unsigned(instruction, &signer.pubkey());
        let result = world.send(&[forged], &[&stranger]);
        assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSigner));
    }
}

/// Sends every instruction that names `real` with `fake` in its place; each must be refused by the rule. Answers how many.
fn assert_each_refuses(
    world: &mut World,
    cases: Vec<(Instruction, Option<Keypair>)>,
    [real, fake]: [Address; 2],
    rule: impl Into<Rule>,
) -> u32 {
    let (stranger, rule) = (world.actor("stranger"), rule.into());
    let mut naming = 0;
    for (instruction, signer) in cases {
        if !instruction.accounts.iter().any(|m| m.pubkey == real) {
            continue;
        }
        naming += 1;
        let forged = swapped(instruction, &real, &fake);
        let mut senders = vec![&stranger];
        senders.extend(&signer);
        let result = world.send(&[forged], &senders);
        assert_fails(result, rule.clone());
    }
    naming
}

#[test]
fn tokens_are_moved_by_the_classic_token_program_only() {
    let mut world = World::new();
    let cases = instructions(&mut world);
    let rule = (assay_governance::ID, ErrorCode::ConstraintAddress);
    let naming = assert_each_refuses(&mut world, cases, [TOKEN, TOKEN_2022], rule);
    assert_eq!(naming, 4);
}

#[test]
fn parameters_elsewhere_are_refused() {
    let mut world = World::new();
    let cases = instructions(&mut world);
    let fake = world.copy_owned_by(&at::params(), "false parameters", &assay_governance::ID);
    let rule = (assay_governance::ID, ErrorCode::ConstraintSeeds);
    let naming = assert_each_refuses(&mut world, cases, [at::params(), fake], rule);
    assert_eq!(naming, 6);
}
