use assay_governance::{
    error::GovernanceError,
    event::ProposalPublished,
    state::{
        Kind, Param, Proposal, ProposalDraft, ProposedAction, Status, Target, MAX_ACTIONS,
        MAX_VESTING,
    },
};
use assay_harness::{
    account_exists, assert_fails,
    governance::{DEPOSIT, FLOORS, NOTICE, VOTING_TIME},
    instruction::governance,
    pda::{self, governance as at},
    replace_account, Address, ErrorCode, Signer, TestContext, TransactionFailure,
    TransactionResult,
};
use assay_shared::param::Votable as _;
use spl_token_interface::error::TokenError;

mod laws;

fn light() -> ProposedAction {
    ProposedAction::set_param(Target::Staking, 0, 400)
}

fn one(byte: u8) -> Address {
    Address::new_from_array([byte; 32])
}

fn pay() -> ProposedAction {
    ProposedAction::transfer(one(1), 254, 5, one(2), 253)
}

/// Proposes as alice, who owns the deposit.
fn propose(
    context: &mut TestContext,
    actions: &[ProposedAction],
) -> Result<TransactionResult, TransactionFailure> {
    let (alice, draft) = (context.actor("alice"), context.draft(actions));
    context.try_publish(&alice, draft)
}

#[test]
fn a_proposal_is_published_with_a_deposit_and_waits_for_its_vote() {
    // Given
    let mut context = TestContext::governed();
    let actions = [light(), pay()];
    let draft = ProposalDraft {
        secret: 1,
        ..context.draft(&actions)
    };
    let alice = context.actor("alice");

    // When
    let result = context.try_publish(&alice, draft.clone()).unwrap();

    // Then
    let (address, now) = (at::proposal(0), context.now());
    let proposal: Proposal = context.account(&address);
    let opens_at = now + NOTICE as i64;
    let open_until = opens_at + VOTING_TIME as i64;
    assert_eq!(proposal.version, 1);
    assert_eq!(proposal.proposer, alice.pubkey());
    assert_eq!(proposal.title, draft.title);
    assert_eq!(proposal.description, draft.description);
    assert_eq!((proposal.secret, proposal.heavy), (1, 1));
    assert_eq!(proposal.index.get(), 0);
    assert_eq!(proposal.published_at.get(), now);
    assert_eq!(proposal.opens_at.get(), opens_at);
    assert_eq!(proposal.open_until.get(), open_until);
    assert_eq!(proposal.deposit.get(), DEPOSIT);
    assert_eq!(proposal.status(now), Status::Notice);
    let kept: Vec<_> = actions.iter().map(|a| a.checked().unwrap()).collect();
    assert_eq!(proposal.actions(), kept);
    assert_eq!(context.balance(&at::deposit_vault(&address)), DEPOSIT);
    assert_eq!(context.next_proposal(), 1);

    let event = result.event::<ProposalPublished>();
    assert_eq!((event.proposal, event.proposer), (address, alice.pubkey()));
    assert_eq!(event.index.get(), 0);
    assert_eq!(event.opens_at.get(), opens_at);
    assert_eq!(event.open_until.get(), open_until);
    assert_eq!(event.deposit.get(), DEPOSIT);
    assert_eq!((event.secret, event.heavy), (1, 1));
}

#[test]
fn a_proposal_holds_one_to_eight_actions() {
    let mut context = TestContext::governed();
    let result = propose(&mut context, &[]);
    assert_fails(result, GovernanceError::NoActions);
    let result = propose(&mut context, &[pay(); MAX_ACTIONS + 1]);
    assert_fails(result, GovernanceError::TooManyActions);
}

/// Each takes over 100 bytes, so eight transfers do not fit a transaction; eight parameters do.
#[test]
fn eight_parameters_fit_a_transaction() {
    let mut context = TestContext::governed();
    let actions: Vec<_> = assay_market::state::Param::ALL
        .iter()
        .take(MAX_ACTIONS)
        .map(|param| {
            let value = context.market_params().get(*param);
            ProposedAction::set_param(Target::Market, param.number(), value)
        })
        .collect();
    assert_eq!(actions.len(), MAX_ACTIONS);
    propose(&mut context, &actions).unwrap();
}

#[test]
fn an_action_that_could_never_be_executed_is_refused() {
    let mut context = TestContext::governed();
    let good = light();
    let with = |change: fn(&mut ProposedAction)| {
        let mut action = good;
        change(&mut action);
        action
    };
    let cases = [
        (
            with(|a| a.kind = Kind::Unpause as u8 + 1),
            GovernanceError::UnknownAction,
        ),
        (with(|a| a.target = 200), GovernanceError::UnknownProgram),
        (
            ProposedAction::unpause(Target::Rewards),
            GovernanceError::UnknownProgram,
        ),
        (with(|a| a.param = 200), GovernanceError::UnknownParam),
        (
            with(|a| a.value = u64::MAX),
            GovernanceError::ParamOutOfBounds,
        ),
        (with(|a| a.bump = 1), GovernanceError::UnusedField),
        (
            ProposedAction::grant(one(1), 5, MAX_VESTING + 1, one(2), 0),
            GovernanceError::BadAction,
        ),
        (
            ProposedAction::set_guardian(one(1)),
            GovernanceError::MustStandAlone,
        ),
        (
            ProposedAction::upgrade(Target::Market, [1; 32], one(1)),
            GovernanceError::MustStandAlone,
        ),
        (good, GovernanceError::DuplicateAction),
    ];
    for (bad, error) in cases {
        // The bad action is the last of several, so each one is checked.
        let result = propose(&mut context, &[good, pay(), bad]);
        assert_fails(result, error);
    }
}

#[test]
fn every_program_has_its_own_bounds() {
    let mut context = TestContext::governed();
    for target in Target::ALL {
        let beyond = ProposedAction::set_param(*target, 0, u64::MAX);
        let result = propose(&mut context, &[beyond]);
        assert_fails(result, GovernanceError::ParamOutOfBounds);
    }
}

#[test]
fn no_vote_goes_below_a_floor() {
    let mut context = TestContext::governed();
    for (param, floor) in [
        (Param::Notice, FLOORS.notice),
        (Param::VotingTime, FLOORS.voting_time),
        (Param::HoldUp, FLOORS.hold_up),
        (Param::ExecutionWindow, FLOORS.execution_window),
        (Param::Threshold, FLOORS.threshold),
    ] {
        let set = |value| ProposedAction::set_param(Target::Governance, param.number(), value);
        let result = propose(&mut context, &[set(floor - 1)]);
        assert_fails(result, GovernanceError::BelowFloor);
        propose(&mut context, &[set(floor)]).unwrap();
    }
}

#[test]
fn a_proposal_without_the_deposit_is_refused_by_the_token_program() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT - 1);
    let draft = context.draft(&[light()]);
    let propose = governance::propose(alice.pubkey(), 0, mint, ata, draft);
    let result = context.send(&[propose], &[&alice]);
    assert_fails(result, TokenError::InsufficientFunds);
}

#[test]
fn a_deposit_in_another_token_is_refused() {
    let mut context = TestContext::governed();
    let (alice, other) = (context.actor("alice"), context.mint("OTHER"));
    let ata = context.mint_tokens(&other, &alice.pubkey(), DEPOSIT);
    let draft = context.draft(&[light()]);
    let propose = governance::propose(alice.pubkey(), 0, other, ata, draft);
    let result = context.send(&[propose], &[&alice]);
    assert_fails(result, GovernanceError::WrongMint);
}

#[test]
fn no_index_is_skipped_or_used_twice() {
    let mut context = TestContext::governed();
    propose(&mut context, &[light()]).unwrap();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT);
    let draft = context.draft(&[light()]);
    let again = governance::propose(alice.pubkey(), 0, mint, ata, draft.clone());
    let result = context.send(&[again], &[&alice]);
    assert_fails(result, account_exists());
    let skipping = governance::propose(alice.pubkey(), 2, mint, ata, draft);
    let result = context.send(&[skipping], &[&alice]);
    assert_fails(result, GovernanceError::NotNextIndex);
}

#[test]
fn a_proposal_or_vault_at_another_address_is_refused() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT);
    let draft = context.draft(&[light()]);
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
fn the_laws_are_read_from_the_programs_own_parameters() {
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT);
    let draft = context.draft(&[light()]);
    let propose = governance::propose(alice.pubkey(), 0, mint, ata, draft);
    for (real, program) in [
        (pda::staking::params(), assay_staking::ID),
        (pda::market::params(), assay_market::ID),
        (pda::rewards::emission(), assay_rewards::ID),
    ] {
        let fake = context.clone_with_owner(&real, "false parameters", &program);
        let forged = replace_account(propose.clone(), &real, &fake);
        let result = context.send(&[forged], &[&alice]);
        assert_fails(result, GovernanceError::WrongAccounts);
    }
}

#[test]
fn lamports_sent_to_a_proposal_to_be_do_not_block_it() {
    let mut context = TestContext::governed();
    let proposal = at::proposal(0);
    for early in [proposal, at::deposit_vault(&proposal)] {
        context.send_lamports(&early, 1_000_000);
    }
    propose(&mut context, &[light()]).unwrap();
}
