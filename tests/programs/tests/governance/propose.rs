use assay_governance::{
    error::GovernanceError,
    event::ProposalOpened,
    state::{Kind, Param, Params, Proposal, ProposedAction, Target, MAX_ACTIONS},
};
use assay_harness::{
    account_exists, assert_fails,
    governance::{DEPOSIT, EXECUTION_WINDOW, HOLD_UP, MIN_LOCK, THRESHOLD, VOTING_TIME},
    instruction::governance,
    pda::governance as at,
    replace_account, ErrorCode, Signer, TestContext, TransactionFailure, TransactionResult,
};
use spl_token_interface::error::TokenError;

fn set_quorum() -> ProposedAction {
    ProposedAction::set_param(Target::Governance, Param::QuorumBps as u8, 400)
}

/// Proposes as alice, who owns the deposit.
fn propose(
    context: &mut TestContext,
    actions: &[ProposedAction],
) -> Result<TransactionResult, TransactionFailure> {
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT);
    let draft = context.draft(actions);
    let index = context.next_proposal();
    let propose = governance::propose(alice.pubkey(), index, mint, ata, draft);
    context.send(&[propose], &[&alice])
}

#[test]
fn a_proposal_opens_with_a_deposit_and_a_snapshot_of_the_rules() {
    // Given
    let mut context = TestContext::new();
    context.init_governance();
    let bob = context.actor("bob");
    context.lock(&bob, 0, 12_345, MIN_LOCK);
    let actions = [
        set_quorum(),
        ProposedAction::set_param(Target::Staking, 0, 77),
    ];

    // When
    let result = propose(&mut context, &actions).unwrap();

    // Then
    let address = at::proposal(0);
    let proposal: Proposal = context.account(&address);
    let draft = context.draft(&actions);
    let ends_at = context.now() + VOTING_TIME as i64;
    assert_eq!(proposal.proposer, context.address_of("alice"));
    assert_eq!(proposal.title, draft.title);
    assert_eq!(proposal.description, draft.description);
    assert_eq!(proposal.index.get(), 0);
    assert_eq!(proposal.total_weight.get(), 12_345);
    assert_eq!(proposal.quorum.get(), 1_235, "a tenth, rounded up");
    assert_eq!(proposal.threshold.get(), THRESHOLD);
    assert_eq!(proposal.ends_at.get(), ends_at);
    assert_eq!(proposal.executable_at.get(), ends_at + HOLD_UP as i64);
    assert_eq!(
        proposal.expires_at.get(),
        ends_at + (HOLD_UP + EXECUTION_WINDOW) as i64
    );
    assert_eq!(proposal.actions(), actions.map(|a| a.checked().unwrap()));
    assert_eq!(context.balance(&at::deposit_vault(&address)), DEPOSIT);
    assert_eq!(
        context
            .account::<Params>(&at::params())
            .proposal_count
            .get(),
        1
    );

    let event = result.event::<ProposalOpened>();
    assert_eq!(event.proposal, address);
    assert_eq!(event.proposer, proposal.proposer);
    assert_eq!(event.opened_at.get(), context.now());
    assert_eq!(event.ends_at.get(), ends_at);
    assert_eq!(event.quorum.get(), 1_235);
    assert_eq!(event.deposit.get(), DEPOSIT);
    assert_eq!(event.action_count, 2);
}

#[test]
fn later_locks_and_rules_do_not_touch_the_snapshot() {
    let mut context = TestContext::new();
    context.init_governance();
    let bob = context.actor("bob");
    context.lock(&bob, 0, 12_345, MIN_LOCK);
    propose(&mut context, &[set_quorum()]).unwrap();
    context.lock(&bob, 1, 1_000_000, MIN_LOCK);
    let proposal: Proposal = context.account(&at::proposal(0));
    assert_eq!(proposal.total_weight.get(), 12_345);
    assert_eq!(proposal.quorum.get(), 1_235);
}

#[test]
fn a_proposal_holds_one_to_eight_actions() {
    let mut context = TestContext::new();
    context.init_governance();
    let result = propose(&mut context, &[]);
    assert_fails(result, GovernanceError::NoActions);
    let result = propose(&mut context, &[set_quorum(); MAX_ACTIONS + 1]);
    assert_fails(result, GovernanceError::TooManyActions);
    propose(&mut context, &[set_quorum(); MAX_ACTIONS]).unwrap();
}

#[test]
fn an_action_that_could_never_be_executed_is_refused() {
    let mut context = TestContext::new();
    context.init_governance();
    let good = set_quorum();
    let cases = [
        (
            ProposedAction {
                kind: Kind::SetParam as u8 + 1,
                ..good
            },
            GovernanceError::UnknownAction,
        ),
        (
            ProposedAction {
                program: 200,
                ..good
            },
            GovernanceError::UnknownProgram,
        ),
        (
            ProposedAction { param: 200, ..good },
            GovernanceError::UnknownParam,
        ),
        (
            ProposedAction {
                value: 5_001,
                ..good
            },
            GovernanceError::ParamOutOfBounds,
        ),
    ];
    for (bad, error) in cases {
        // The bad action is the last of several, so each one is checked.
        let result = propose(&mut context, &[good, good, bad]);
        assert_fails(result, error);
    }
}

#[test]
fn every_program_has_its_own_bounds() {
    let mut context = TestContext::new();
    context.init_governance();
    for target in Target::ALL {
        let beyond = ProposedAction::set_param(*target, 0, u64::MAX);
        let result = propose(&mut context, &[beyond]);
        assert_fails(result, GovernanceError::ParamOutOfBounds);
    }
}

#[test]
fn a_proposal_without_the_deposit_is_refused_by_the_token_program() {
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT - 1);
    let draft = context.draft(&[set_quorum()]);
    let propose = governance::propose(alice.pubkey(), 0, mint, ata, draft);
    let result = context.send(&[propose], &[&alice]);
    assert_fails(result, TokenError::InsufficientFunds);
}

#[test]
fn a_deposit_in_another_token_is_refused() {
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, other) = (context.actor("alice"), context.mint("OTHER"));
    let ata = context.mint_tokens(&other, &alice.pubkey(), DEPOSIT);
    let draft = context.draft(&[set_quorum()]);
    let propose = governance::propose(alice.pubkey(), 0, other, ata, draft);
    let result = context.send(&[propose], &[&alice]);
    assert_fails(result, GovernanceError::WrongMint);
}

#[test]
fn no_index_is_skipped_or_used_twice() {
    let mut context = TestContext::new();
    context.init_governance();
    propose(&mut context, &[set_quorum()]).unwrap();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT);
    let draft = context.draft(&[set_quorum()]);
    let again = governance::propose(alice.pubkey(), 0, mint, ata, draft.clone());
    let result = context.send(&[again], &[&alice]);
    assert_fails(result, account_exists());
    let skipping = governance::propose(alice.pubkey(), 2, mint, ata, draft);
    let result = context.send(&[skipping], &[&alice]);
    assert_fails(result, GovernanceError::NotNextIndex);
}

#[test]
fn a_proposal_or_vault_at_another_address_is_refused() {
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT);
    let draft = context.draft(&[set_quorum()]);
    let propose = governance::propose(alice.pubkey(), 0, mint, ata, draft);
    let [right, wrong] = [0, 1].map(at::proposal);
    let vaults = [right, wrong].map(|proposal| at::deposit_vault(&proposal));
    for [right, wrong] in [[right, wrong], vaults] {
        let forged = replace_account(propose.clone(), &right, &wrong);
        let result = context.send(&[forged], &[&alice]);
        assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
    }
}

#[test]
fn lamports_sent_to_a_proposal_to_be_do_not_block_it() {
    let mut context = TestContext::new();
    context.init_governance();
    let proposal = at::proposal(0);
    for early in [proposal, at::deposit_vault(&proposal)] {
        context.send_lamports(&early, 1_000_000);
    }
    propose(&mut context, &[set_quorum()]).unwrap();
}
