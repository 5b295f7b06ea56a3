use assay_governance::{
    error::GovernanceError,
    event::VoteOpened,
    state::{Param, Proposal, ProposalDraft, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::{
        EXECUTION_WINDOW, FLOOR_WEIGHT, HOLD_UP, MAX_LOCK, MIN_LOCK, THRESHOLD, VOTING_TIME,
    },
    instruction::governance,
    pda::governance as at,
    Address, Signer, TestContext,
};
use assay_shared::param::Votable as _;

fn light() -> ProposedAction {
    ProposedAction::set_param(Target::Staking, 0, 400)
}

fn published(context: &mut TestContext) -> Address {
    let proposer = context.actor("proposer");
    context.publish(&proposer, &[light()])
}

#[test]
fn anyone_opens_a_vote_after_the_notice_and_takes_the_snapshot() {
    // Given a lock that was made during the notice
    let mut context = TestContext::governed();
    let address = published(&mut context);
    let alice = context.actor("alice");
    let lock = context.lock(&alice, 0, 5_001, MIN_LOCK);
    context.advance_to(context.account::<Proposal>(&address).opens_at.get());

    // When
    let result = context.try_open_vote(&address).unwrap();

    // Then
    let now = context.now();
    let proposal: Proposal = context.account(&address);
    assert_eq!(proposal.opening.get(), 0);
    assert_eq!(proposal.total_weight.get(), 5_001);
    assert_eq!(proposal.quorum.get(), 501, "rounded up");
    assert_eq!(proposal.threshold.get(), THRESHOLD);
    assert_eq!(proposal.opened_at.get(), now);
    let ends_at = now + VOTING_TIME as i64;
    assert_eq!(proposal.ends_at.get(), ends_at);
    assert_eq!(proposal.reveal_ends_at.get(), ends_at);
    let executable_at = ends_at + HOLD_UP as i64;
    assert_eq!(proposal.executable_at.get(), executable_at);
    let expires_at = executable_at + EXECUTION_WINDOW as i64;
    assert_eq!(proposal.expires_at.get(), expires_at);
    assert_eq!(context.governance_params().opening_count.get(), 1);

    let event = result.event::<VoteOpened>();
    assert_eq!((event.proposal, event.opening.get()), (address, 0));
    assert_eq!(event.total_weight.get(), 5_001);
    assert_eq!(event.quorum.get(), 501);
    assert_eq!(event.threshold.get(), THRESHOLD);
    assert_eq!(event.ends_at.get(), ends_at);
    assert_eq!(event.reveal_ends_at.get(), ends_at);
    assert_eq!(event.executable_at.get(), executable_at);
    assert_eq!(event.expires_at.get(), expires_at);

    context.vote(&alice, 0, &address, Side::No);
    assert!(context.exists(&at::vote(&address, &lock)));
}

#[test]
fn a_secret_vote_has_as_long_again_to_be_revealed() {
    let mut context = TestContext::governed();
    let proposer = context.actor("proposer");
    let address = context.propose_secretly(&proposer, &[light()]);
    let proposal: Proposal = context.account(&address);
    let ends_at = context.now() + VOTING_TIME as i64;
    assert_eq!(proposal.ends_at.get(), ends_at);
    assert_eq!(proposal.reveal_ends_at.get(), ends_at + VOTING_TIME as i64);
}

#[test]
fn a_heavy_proposal_has_twice_the_quorum() {
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    context.lock(&alice, 0, 5_001, MIN_LOCK);
    let own = ProposedAction::set_param(Target::Governance, Param::ProposalDeposit.number(), 400);
    let address = context.propose(&proposer, &[light(), own]);
    let proposal: Proposal = context.account(&address);
    assert_eq!((proposal.heavy, proposal.quorum.get()), (1, 1_002));
}

#[test]
fn the_least_yes_follows_the_supply_where_the_parameter_is_lower() {
    // Given a threshold below the floor
    let mut context = TestContext::governed();
    let lower = ProposedAction::set_param(Target::Governance, Param::Threshold.number(), 1_000);
    context.enact(&[lower]);

    // When
    let address = published(&mut context);
    context.open_vote(&address);

    // Then
    let proposal: Proposal = context.account(&address);
    assert_eq!(proposal.threshold.get(), FLOOR_WEIGHT);
}

#[test]
fn a_vote_opens_no_earlier_than_the_notice_ends_and_not_after_its_time() {
    let mut context = TestContext::governed();
    let address = published(&mut context);
    let proposal: Proposal = context.account(&address);
    context.advance_to(proposal.opens_at.get() - 1);
    let early = context.try_open_vote(&address);
    assert_fails(early, GovernanceError::NoticeRunning);
    context.advance_to(proposal.open_until.get());
    let late = context.try_open_vote(&address);
    assert_fails(late, GovernanceError::ProposalLapsed);
}

#[test]
fn a_vote_opens_in_the_last_second_too_and_once() {
    let mut context = TestContext::governed();
    let address = published(&mut context);
    context.advance_to(context.account::<Proposal>(&address).open_until.get() - 1);
    context.try_open_vote(&address).unwrap();
    let again = context.try_open_vote(&address);
    assert_fails(again, GovernanceError::AlreadyOpen);
}

#[test]
fn the_supply_of_another_mint_is_refused() {
    let mut context = TestContext::governed();
    let address = published(&mut context);
    context.advance_to(context.account::<Proposal>(&address).opens_at.get());
    let (anyone, other) = (context.actor("anyone"), context.mint("OTHER"));
    let result = context.send(&[governance::open_vote(address, other)], &[&anyone]);
    assert_fails(result, GovernanceError::WrongMint);
}

#[test]
fn votes_are_counted_in_the_order_of_their_opening() {
    // Given two proposals, of which the second opens first
    let mut context = TestContext::governed();
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let first = context.publish(&proposer, &[light()]);
    let draft = ProposalDraft {
        secret: 1,
        ..context.draft(&[light()])
    };
    context.try_publish(&proposer, draft).unwrap();
    let second = at::proposal(1);
    context.open_vote(&second);
    context.lock(&alice, 0, 5_000, MAX_LOCK);

    // When
    context.open_vote(&first);

    // Then the lock made between them votes in the first only
    context.vote(&alice, 0, &first, Side::No);
    let vote = governance::cast_vote(alice.pubkey(), 0, second, Side::No);
    let result = context.send(&[vote], &[&alice]);
    assert_fails(result, GovernanceError::LockTooNew);
}
