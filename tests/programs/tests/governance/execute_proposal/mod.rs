use assay_governance::{
    error::GovernanceError,
    event::{ParamSet, PauseLifted, ProposalExecuted},
    state::{Param, Proposal, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::{config, FLOOR_WEIGHT, MAJORITY, MAX_LOCK, MIN_LOCK, THRESHOLD},
    pda::{self, governance as at},
    replace_account,
    staking::MIN_SELF_STAKE,
    Address, ErrorCode, ProgramError, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_rewards::state::Emission;
use assay_shared::param::Votable as _;
use assay_staking::{error::StakingError, state::Param as StakingParam};

mod account_substitution;
mod mints;
mod order;
mod treasury;

const QUORUM: u8 = Param::QuorumBps as u8;

fn set_quorum(bps: u64) -> ProposedAction {
    ProposedAction::set_param(Target::Governance, QUORUM, bps)
}

fn set_staking(param: StakingParam, value: u64) -> ProposedAction {
    ProposedAction::set_param(Target::Staking, param.number(), value)
}

fn quorum(context: &TestContext) -> u64 {
    context.governance_params().get(Param::QuorumBps)
}

fn min_self_stake(context: &TestContext) -> u64 {
    context.staking_params().min_self_stake.get()
}

#[test]
fn anyone_executes_a_passed_proposal_in_every_program_it_names() {
    // Given
    let mut context = TestContext::governed();
    let proposal = context.passed_proposal(&one_change_each());

    // When
    let result = context.execute(&proposal).unwrap();

    // Then
    assert_eq!(quorum(&context), 400);
    assert_eq!(min_self_stake(&context), 77);
    assert_eq!(context.market_params().fee_bps.get(), 321);
    let emission: Emission = context.account(&pda::rewards::emission());
    assert_eq!(emission.workers_bps.get(), 5_000);
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

/// Returns one action for each program: a new value for its first parameter.
fn one_change_each() -> [ProposedAction; 4] {
    let change = |target, value| ProposedAction::set_param(target, 0, value);
    [
        change(Target::Governance, 400),
        change(Target::Staking, 77),
        change(Target::Market, 321),
        change(Target::Rewards, 5_000),
    ]
}

#[test]
fn all_changes_are_made_or_none() {
    // Given a second change that the staking program refuses by the time of the execution
    let mut context = TestContext::governed();
    let actions = [
        set_quorum(400),
        set_staking(StakingParam::UnbondingPeriod, 5 * DAY),
    ];
    let proposal = context.passed_proposal(&actions);
    context.edit_account::<assay_staking::state::Params>(&pda::staking::params(), |params| {
        params.exposure = (5 * DAY).into();
    });

    // When
    let result = context.execute(&proposal);

    // Then
    assert_fails(result, StakingError::UnbondingTooShort);
    assert_eq!(quorum(&context), config().quorum_bps);
    assert_eq!(context.account::<Proposal>(&proposal).executed_at.get(), 0);
}

#[test]
fn a_proposal_cannot_be_executed_while_it_is_voted_on_or_revealed() {
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, MAJORITY, MIN_LOCK);
    let address = context.propose_secretly(&proposer, &[set_quorum(400)]);
    context.vote(&alice, 0, &address, Side::Yes);
    let proposal: Proposal = context.account(&address);
    for time in [
        proposal.ends_at.get() - 1,
        proposal.reveal_ends_at.get() - 1,
    ] {
        context.advance_to(time);
        let result = context.execute(&address);
        assert_fails(result, GovernanceError::VotingOpen);
    }
}

#[test]
fn a_proposal_without_an_opened_vote_cannot_be_executed() {
    let mut context = TestContext::governed();
    let proposer = context.actor("proposer");
    let proposal = context.publish(&proposer, &[set_quorum(400)]);
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::VotingNotOpen);
    context.advance_to(context.account::<Proposal>(&proposal).open_until.get());
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::ProposalLapsed);
}

#[test]
fn a_proposal_waits_for_its_hold_up_to_the_second() {
    let mut context = TestContext::governed();
    let proposal = context.supported_proposal(&[set_quorum(400)]);
    context.advance_to(context.account::<Proposal>(&proposal).executable_at.get() - 1);
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::HoldUpRunning);
    context.advance(1);
    context.execute(&proposal).unwrap();
}

#[test]
fn a_proposal_expires_to_the_second() {
    let mut context = TestContext::governed();
    let proposal = context.passed_proposal(&[set_quorum(400)]);
    context.advance_to(context.account::<Proposal>(&proposal).expires_at.get());
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::ProposalExpired);
}

#[test]
fn a_proposal_is_executed_once() {
    let mut context = TestContext::governed();
    let proposal = context.passed_proposal(&[set_quorum(400)]);
    context.execute(&proposal).unwrap();
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::AlreadyExecuted);
}

#[test]
fn a_vetoed_proposal_is_not_executed() {
    let mut context = TestContext::governed();
    let proposal = context.supported_proposal(&[set_quorum(400)]);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    context.veto(&proposal).unwrap();
    context.advance_to(context.account::<Proposal>(&proposal).executable_at.get());
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::Vetoed);
}

#[test]
fn an_upgrade_is_executed_by_its_own_instruction() {
    let mut context = TestContext::governed();
    let wallet = context.address_of("wallet");
    let upgrade = ProposedAction::upgrade(Target::Market, [7; 32], wallet);
    let proposal = context.passed_proposal(&[upgrade]);
    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::WrongInstruction);
}

#[test]
fn a_vote_ends_a_pause_and_nothing_else_of_it() {
    // Given
    let mut context = TestContext::governed();
    let proposal = context.supported_proposal(&[
        ProposedAction::unpause(Target::Governance),
        ProposedAction::unpause(Target::Staking),
        ProposedAction::unpause(Target::Market),
    ]);
    context.await_execution(&proposal);
    for (target, bits) in [
        (Target::Governance, 1),
        (Target::Staking, 1),
        (Target::Market, 1),
    ] {
        context.pause(target, bits, 7 * DAY).unwrap();
    }
    let until = context.now() + (7 * DAY) as i64;

    // When
    let result = context.execute(&proposal).unwrap();

    // Then
    assert_eq!(context.staking_params().paused.get(), 0);
    assert_eq!(context.market_params().paused.get(), 0);
    let params = context.governance_params();
    assert_eq!((params.paused.get(), params.paused_until.get()), (0, 0));
    assert_eq!(params.rest_from[0].get(), until, "the guardian must wait");
    let lifted = result.events::<PauseLifted>();
    assert_eq!(
        lifted.iter().map(|e| e.target).collect::<Vec<_>>(),
        [0, 1, 2]
    );
}

/// Executes a proposal after the hold-up. These weights, in millions, of 2,000 millions have voted.
fn outcome(
    action: ProposedAction,
    yes: u64,
    no: u64,
    abstain: u64,
) -> Result<TransactionResult, TransactionFailure> {
    const MILLION: u64 = 1_000_000;
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let votes = [(yes, Side::Yes), (no, Side::No), (abstain, Side::Abstain)];
    for (nonce, (weight, _)) in (0..).zip(votes) {
        if weight > 0 {
            context.lock(&alice, nonce, weight * MILLION, MIN_LOCK);
        }
    }
    let rest = 2_000 - yes - no - abstain;
    context.lock(&alice, 3, rest * MILLION, MIN_LOCK);
    let proposal = context.propose(&proposer, &[action]);
    for (nonce, (weight, side)) in (0..).zip(votes) {
        if weight > 0 {
            context.vote(&alice, nonce, &proposal, side);
        }
    }
    context.await_execution(&proposal);
    context.execute(&proposal)
}

#[test]
fn it_passes_with_threshold_majority_and_quorum_and_fails_without_one() {
    let least = THRESHOLD / 1_000_000;
    let light = set_staking(StakingParam::MinSelfStake, 77);
    let defeated = |yes, no, abstain| {
        assert_fails(
            outcome(light, yes, no, abstain),
            GovernanceError::ProposalDefeated,
        );
    };
    outcome(light, least, 0, 200 - least).unwrap();
    outcome(light, 101, 100, 0).unwrap();
    defeated(least - 1, 0, 200);
    defeated(100, 100, 0);
    defeated(199, 0, 0);
}

#[test]
fn a_heavy_proposal_needs_twice_the_quorum_and_twice_as_much_yes_as_no() {
    let heavy = set_quorum(400);
    let defeated = |yes, no, abstain| {
        assert_fails(
            outcome(heavy, yes, no, abstain),
            GovernanceError::ProposalDefeated,
        );
    };
    outcome(heavy, 400, 0, 0).unwrap();
    outcome(heavy, 400, 200, 0).unwrap();
    defeated(399, 0, 0);
    defeated(399, 200, 0);
}

#[test]
fn a_share_of_the_supply_must_say_yes_whatever_the_threshold() {
    // Given a threshold that a vote has made as low as it can be, and little locked
    let mut context = TestContext::governed();
    let lower = ProposedAction::set_param(Target::Governance, Param::Threshold.number(), 1_000);
    context.enact(&[lower]);
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.advance(30 * DAY);

    // When the yes lies one below the floor, and then at it
    for (nonce, weight) in [(0, FLOOR_WEIGHT / 4 - 1), (1, FLOOR_WEIGHT / 4)] {
        let mut context = context.clone();
        context.lock(&alice, nonce, weight, MAX_LOCK);
        let light = set_staking(StakingParam::MinSelfStake, 77);
        let proposal = context.propose(&proposer, &[light]);
        context.vote(&alice, nonce, &proposal, Side::Yes);
        context.await_execution(&proposal);
        let result = context.execute(&proposal);

        // Then
        if nonce == 0 {
            assert_fails(result, GovernanceError::ProposalDefeated);
        } else {
            result.unwrap();
        }
    }
}
