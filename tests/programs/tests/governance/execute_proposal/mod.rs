use assay_governance::{
    error::GovernanceError,
    event::{ParamSet, ProposalExecuted},
    state::{Param, Params, Proposal, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::{CONFIG, MIN_LOCK, THRESHOLD},
    instruction::governance,
    pda::{self, governance as at, staking as staking_at},
    replace_account,
    staking::MIN_SELF_STAKE,
    Address, ErrorCode, ProgramError, Signer, TestContext, TransactionFailure, TransactionResult,
    DAY,
};
use assay_market::instructions::MarketConfig;
use assay_rewards::{instructions::RewardsConfig, state::Emission};
use assay_staking::{error::StakingError, instructions::StakingConfig};

mod account_substitution;

const QUORUM: u8 = Param::QuorumBps as u8;

fn set_quorum(bps: u64) -> ProposedAction {
    ProposedAction::set_param(Target::Governance, QUORUM, bps)
}

fn set_staking(param: assay_staking::state::Param, value: u64) -> ProposedAction {
    ProposedAction::set_param(Target::Staking, param as u8, value)
}

/// Initializes governance, and staking under its authority.
fn staking_under_governance(context: &mut TestContext) {
    context.init_governance();
    let config = StakingConfig {
        authority: at::authority(),
        ..context.staking_config()
    };
    context.init_staking_with(config);
}

/// Executes the proposal as an actor who takes no other part.
fn execute(
    context: &mut TestContext,
    proposal: Address,
) -> Result<TransactionResult, TransactionFailure> {
    let passer_by = context.actor("carol");
    context.send(&[governance::execute_proposal(proposal)], &[&passer_by])
}

fn quorum(context: &TestContext) -> u64 {
    context
        .account::<Params>(&at::params())
        .get(Param::QuorumBps)
}

fn min_self_stake(context: &TestContext) -> u64 {
    let params: assay_staking::state::Params = context.account(&staking_at::params());
    params.min_self_stake.get()
}

#[test]
fn anyone_executes_a_passed_proposal_in_every_program_it_names() {
    // Given
    let mut context = TestContext::new();
    staking_under_governance(&mut context);
    let actions = [
        set_quorum(400),
        set_staking(assay_staking::state::Param::MinSelfStake, 77),
        set_staking(assay_staking::state::Param::UnbondingPeriod, 30 * DAY),
    ];
    let proposal = context.passed_proposal(&actions);

    // When
    let result = execute(&mut context, proposal).unwrap();

    // Then
    assert_eq!(quorum(&context), 400);
    assert_eq!(min_self_stake(&context), 77);
    let staking: assay_staking::state::Params = context.account(&staking_at::params());
    assert_eq!(staking.unbonding_period.get(), 30 * DAY);
    assert_eq!(
        context.account::<Proposal>(&proposal).executed_at.get(),
        context.now()
    );

    let event = result.event::<ProposalExecuted>();
    assert_eq!(event.proposal, proposal);
    assert_eq!(event.executed_at.get(), context.now());
    let own = result.events::<ParamSet>()[0];
    assert_eq!((own.param, own.value.get()), (QUORUM, 400));
}

#[test]
fn a_vote_reaches_every_program() {
    let mut context = TestContext::new();
    everything_under_governance(&mut context);

    // When
    let proposal = context.passed_proposal(&one_change_each());
    execute(&mut context, proposal).unwrap();

    // Then
    assert_eq!(quorum(&context), 400);
    assert_eq!(min_self_stake(&context), 77);
    let market: assay_market::state::Params = context.account(&pda::market::params());
    assert_eq!(market.fee_bps.get(), 321);
    let emission: Emission = context.account(&pda::rewards::emission());
    assert_eq!(emission.workers_bps.get(), 9_000);
}

fn everything_under_governance(context: &mut TestContext) {
    context.init_governance();
    let authority = at::authority();
    let staking = StakingConfig {
        authority,
        market_authority: pda::market::authority(),
        ..context.staking_config()
    };
    context.init_staking_with(staking);
    let market = MarketConfig {
        authority,
        ..context.market_config()
    };
    context.init_market_with(market);
    let rewards = RewardsConfig {
        authority,
        ..context.rewards_config()
    };
    context.init_rewards_with(rewards);
}

/// Returns one action for each program: a new value for its first parameter.
fn one_change_each() -> [ProposedAction; 4] {
    let change = |target, value| ProposedAction::set_param(target, 0, value);
    [
        change(Target::Governance, 400),
        change(Target::Staking, 77),
        change(Target::Market, 321),
        change(Target::Rewards, 9_000),
    ]
}

#[test]
fn all_changes_are_made_or_none() {
    // Given a second change that breaks a rule of the staking program
    let mut context = TestContext::new();
    staking_under_governance(&mut context);
    let market = context.actor("market");
    let expose = assay_harness::instruction::staking::set_exposure(market.pubkey(), 4 * DAY);
    context.send(&[expose], &[&market]).unwrap();
    let actions = [
        set_quorum(400),
        set_staking(assay_staking::state::Param::UnbondingPeriod, 2 * DAY),
    ];
    let proposal = context.passed_proposal(&actions);

    // When
    let result = execute(&mut context, proposal);

    // Then
    assert_fails(result, StakingError::UnbondingTooShort);
    assert_eq!(quorum(&context), CONFIG.quorum_bps);
    assert_eq!(context.account::<Proposal>(&proposal).executed_at.get(), 0);
}

#[test]
fn a_proposal_cannot_be_executed_while_it_is_voted_on() {
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 100_000, MIN_LOCK);
    let proposal = context.propose(&proposer, &[set_quorum(400)]);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get() - 1);
    let result = execute(&mut context, proposal);
    assert_fails(result, GovernanceError::VotingOpen);
}

#[test]
fn a_proposal_waits_for_its_hold_up_to_the_second() {
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 100_000, MIN_LOCK);
    let proposal = context.propose(&proposer, &[set_quorum(400)]);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.advance_to(context.account::<Proposal>(&proposal).executable_at.get() - 1);
    let result = execute(&mut context, proposal);
    assert_fails(result, GovernanceError::HoldUpRunning);
    context.advance(1);
    execute(&mut context, proposal).unwrap();
}

#[test]
fn a_proposal_expires_to_the_second() {
    let mut context = TestContext::new();
    context.init_governance();
    let proposal = context.passed_proposal(&[set_quorum(400)]);
    context.advance_to(context.account::<Proposal>(&proposal).expires_at.get());
    let result = execute(&mut context, proposal);
    assert_fails(result, GovernanceError::ProposalExpired);
}

#[test]
fn a_proposal_is_executed_once() {
    let mut context = TestContext::new();
    context.init_governance();
    let proposal = context.passed_proposal(&[set_quorum(400)]);
    execute(&mut context, proposal).unwrap();
    let result = execute(&mut context, proposal);
    assert_fails(result, GovernanceError::AlreadyExecuted);
}

/// Executes a proposal after the hold-up. These weights out of 10,000 have voted.
fn outcome(yes: u64, no: u64, abstain: u64) -> Result<TransactionResult, TransactionFailure> {
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let votes = [(yes, Side::Yes), (no, Side::No), (abstain, Side::Abstain)];
    for (nonce, (weight, _)) in (0..).zip(votes) {
        if weight > 0 {
            context.lock(&alice, nonce, weight, MIN_LOCK);
        }
    }
    let rest = 10_000 - yes - no - abstain;
    context.lock(&alice, 3, rest, MIN_LOCK);
    let proposal = context.propose(&proposer, &[set_quorum(400)]);
    for (nonce, (weight, side)) in (0..).zip(votes) {
        if weight > 0 {
            context.vote(&alice, nonce, &proposal, side);
        }
    }
    context.advance_to(context.account::<Proposal>(&proposal).executable_at.get());
    execute(&mut context, proposal)
}

#[test]
fn it_passes_with_threshold_majority_and_quorum_and_fails_without_one() {
    outcome(THRESHOLD, 0, 0).unwrap();
    outcome(THRESHOLD + 1, THRESHOLD, 0).unwrap();
    let one_below_the_threshold = outcome(THRESHOLD - 1, 0, 500);
    assert_fails(one_below_the_threshold, GovernanceError::ProposalDefeated);
    let tie = outcome(THRESHOLD, THRESHOLD, 0);
    assert_fails(tie, GovernanceError::ProposalDefeated);
}

#[test]
fn too_small_a_turnout_defeats() {
    // Given a threshold far below the quorum of a tenth of 100,000
    let mut context = TestContext::new();
    context.init_governance();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 9_999, MIN_LOCK);
    context.lock(&alice, 1, 90_001, MIN_LOCK);
    let proposal = context.propose(&proposer, &[set_quorum(400)]);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.advance_to(context.account::<Proposal>(&proposal).executable_at.get());
    let result = execute(&mut context, proposal);
    assert_fails(result, GovernanceError::ProposalDefeated);
}
