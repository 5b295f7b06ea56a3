//! Attacks on votes: weight that comes late, goes early or counts twice, decisions that come back, and secret ballots.

use assay_governance::{
    error::GovernanceError,
    state::{
        commitment, Lock, Param, Params, Proposal, ProposalDraft, ProposedAction, Side, Target,
        LAPSE_MIN,
    },
};
use assay_harness::{
    assert_fails,
    ballot::Ballot,
    governance::{DEPOSIT, FLOOR_WEIGHT, MAJORITY, MAX_LOCK, MIN_LOCK, THRESHOLD},
    instruction::governance::{self, LockTerms},
    pda::governance as at,
    replace_account, Address, Keypair, Signer, TestContext, TransactionFailure, TransactionResult,
    DAY, HOUR,
};
use assay_shared::param::Votable as _;
use assay_staking::{error::StakingError, state::Param as StakingParam};

const SALT: [u8; 32] = [5; 32];

fn own(param: Param, value: u64) -> ProposedAction {
    ProposedAction::set_param(Target::Governance, param.number(), value)
}

fn staking(param: StakingParam, value: u64) -> ProposedAction {
    ProposedAction::set_param(Target::Staking, param.number(), value)
}

fn light() -> ProposedAction {
    staking(StakingParam::MinSelfStake, 77)
}

fn min_self_stake(context: &TestContext) -> u64 {
    context.staking_params().min_self_stake.get()
}

fn tally(context: &TestContext, proposal: &Address) -> [u64; 3] {
    let tally = context.account::<Proposal>(proposal).tally;
    [tally.yes, tally.no, tally.abstain].map(|side| side.get())
}

fn begin_unlock(
    context: &mut TestContext,
    owner: &Keypair,
) -> Result<TransactionResult, TransactionFailure> {
    let unlock = governance::begin_unlock(owner.pubkey(), 0);
    context.send(&[unlock], &[owner])
}

/// Casts a secret vote of the owner's lock 0.
fn commit(context: &mut TestContext, owner: &Keypair, proposal: &Address, hidden: [u8; 32]) {
    let vote = governance::cast_secret_vote(owner.pubkey(), 0, *proposal, hidden);
    context.send(&[vote], &[owner]).expect("a lock commits");
}

fn hidden(owner: &Keypair, proposal: &Address, side: Side) -> [u8; 32] {
    let key = owner.pubkey();
    commitment(proposal, &at::lock(&key, 0), &key, side, &SALT)
}

fn reveal(
    context: &mut TestContext,
    owner: &Keypair,
    proposal: &Address,
    side: Side,
) -> Result<TransactionResult, TransactionFailure> {
    let lock = at::lock(&owner.pubkey(), 0);
    context.crank(governance::reveal_vote(*proposal, lock, side, SALT))
}

fn end_voting(context: &mut TestContext, proposal: &Address) {
    context.advance_to(context.account::<Proposal>(proposal).ends_at.get());
}

/// Mallory is the only one who has locked, four years long, and writes rules that suit her.
#[test]
fn captures_governance_while_little_is_locked() {
    // Loss if it worked: all rules, for less than the share of the supply that the cluster asks for.
    let mut context = TestContext::governed();
    context.edit_account::<Params>(&at::params(), |params| params.threshold = 1_000.into());
    let mallory = context.actor("mallory");
    context.lock(&mallory, 0, FLOOR_WEIGHT / 4 - 1, MAX_LOCK);
    let proposal = context.propose(&mallory, &[own(Param::QuorumBps, 1)]);
    context.vote(&mallory, 0, &proposal, Side::Yes);
    context.await_execution(&proposal);

    let result = context.execute(&proposal);

    assert_fails(result, GovernanceError::ProposalDefeated);
}

/// Borrowed tokens are locked, and the vote is opened before anybody has seen the proposal.
#[test]
fn locks_and_opens_in_one_transaction() {
    // Loss if it worked: a decision that nobody else could vote on.
    let mut context = TestContext::governed();
    let (mallory, mint) = (context.actor("mallory"), context.vote_mint());
    let owner = mallory.pubkey();
    let source = context.mint_tokens(&mint, &owner, MAJORITY + DEPOSIT);
    let terms = LockTerms {
        nonce: 0,
        amount: MAJORITY,
        duration: MIN_LOCK,
    };
    let draft = context.draft(&[light()]);
    let proposal = at::proposal(0);
    let steps = [
        governance::lock_tokens(owner, mint, source, terms),
        governance::propose(owner, 0, mint, source, draft),
        governance::open_vote(proposal, mint),
        governance::cast_vote(owner, 0, proposal, Side::Yes),
    ];

    let result = context.send(&steps, &[&mallory]);

    assert_fails(result, GovernanceError::NoticeRunning);
}

/// Who sees a proposal locks during its notice; the proposer is outvoted.
#[test]
fn outruns_those_who_would_say_no() {
    // Loss if it worked: a decision against a majority that was awake.
    let mut context = TestContext::governed();
    let (mallory, alice) = (context.actor("mallory"), context.actor("alice"));
    context.lock(&mallory, 0, MAJORITY, MIN_LOCK);
    let proposal = context.publish(&mallory, &[light()]);
    context.lock(&alice, 0, 2 * MAJORITY, MIN_LOCK);
    context.open_vote(&proposal);
    context.vote(&mallory, 0, &proposal, Side::Yes);
    context.vote(&alice, 0, &proposal, Side::No);
    context.await_execution(&proposal);

    let result = context.execute(&proposal);

    assert_fails(result, GovernanceError::ProposalDefeated);
}

#[test]
fn votes_with_a_lock_made_after_the_opening() {
    // Loss if it worked: a vote decided by weight that is not in the snapshot.
    let mut context = TestContext::governed();
    let (mallory, proposer) = (context.actor("mallory"), context.actor("proposer"));
    let proposal = context.propose(&proposer, &[light()]);
    context.lock(&mallory, 0, MAJORITY, MIN_LOCK);

    let vote = governance::cast_vote(mallory.pubkey(), 0, proposal, Side::Yes);
    let result = context.send(&[vote], &[&mallory]);

    assert_fails(result, GovernanceError::LockTooNew);
}

/// A proposal that everybody has forgotten is opened a year later, while others have unlocked.
#[test]
fn opens_an_old_proposal_in_a_lull() {
    // Loss if it worked: a snapshot of the second that suits the proposer.
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    let proposal = context.publish(&mallory, &[light()]);
    context.advance(365 * DAY);

    let result = context.try_open_vote(&proposal);

    assert_fails(result, GovernanceError::ProposalLapsed);
}

/// The correction is executed at once, the mistake in the last second of its window.
#[test]
fn executes_a_stale_decision_last() {
    // Loss if it worked: a decision that was revised comes back.
    let mut context = TestContext::governed();
    let mistake = context.supported_proposal(&[light()]);
    let correction = context.supported_proposal(&[staking(StakingParam::MinSelfStake, 99)]);
    context.await_execution(&correction);
    context.execute(&correction).unwrap();

    let result = context.execute(&mistake);

    assert_fails(result, GovernanceError::Superseded);
    assert_eq!(min_self_stake(&context), 99);
}

/// Mallory has a harmless change of another parameter executed first.
#[test]
fn cancels_others_with_a_trivial_newer_vote() {
    // Loss if it worked: any decision is void after a newer one about something else.
    let mut context = TestContext::governed();
    let decision = context.supported_proposal(&[light()]);
    let trivial = context.supported_proposal(&[staking(StakingParam::UnbondingPeriod, 30 * DAY)]);
    context.await_execution(&trivial);
    context.execute(&trivial).unwrap();

    context.execute(&decision).unwrap();

    assert_eq!(min_self_stake(&context), 77);
}

/// Of two decisions that break a law together, whoever executes chooses the one that comes true. One that breaks it today is not
/// voted on; two that belong together stand in one proposal.
#[test]
fn executes_one_of_two_to_void_the_other() {
    // Loss if it worked: a decision that no execution can make true.
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    let runs = ProposedAction::set_param(
        Target::Market,
        assay_market::state::Param::MaxRunWindow.number(),
        7 * DAY,
    );
    let draft = context.draft(&[runs]);

    let alone = context.try_publish(&mallory, draft);

    let refused = (assay_governance::ID, StakingError::UnbondingTooShort);
    assert_fails(alone, refused);
    context.enact(&[staking(StakingParam::UnbondingPeriod, 180 * DAY), runs]);
    assert_eq!(context.market_params().max_run_window.get(), 7 * DAY);
}

/// The tokens are back, and sold, before the decision takes effect.
#[test]
fn votes_and_runs() {
    // Loss if it worked: who decides does not bear the outcome.
    let mut context = TestContext::governed();
    let (mallory, proposer) = (context.actor("mallory"), context.actor("proposer"));
    context.lock(&mallory, 0, MAJORITY, MIN_LOCK);
    let proposal = context.propose(&proposer, &[light()]);
    context.vote(&mallory, 0, &proposal, Side::Yes);
    end_voting(&mut context, &proposal);

    let result = begin_unlock(&mut context, &mallory);

    assert_fails(result, GovernanceError::LockVoting);
    let expires_at = context.account::<Proposal>(&proposal).expires_at.get();
    assert!(context
        .account::<Lock>(&at::lock(&mallory.pubkey(), 0))
        .is_bound(expires_at - 1));
}

/// A yes is sold, and then changed.
#[test]
fn sells_a_vote_and_takes_it_back() {
    // Loss if it worked: a bought yes costs its seller nothing.
    let mut context = TestContext::governed();
    let (mallory, proposer) = (context.actor("mallory"), context.actor("proposer"));
    context.lock(&mallory, 0, MAJORITY, MIN_LOCK);
    let proposal = context.propose(&proposer, &[light()]);
    context.vote(&mallory, 0, &proposal, Side::Yes);
    context.vote(&mallory, 0, &proposal, Side::No);
    end_voting(&mut context, &proposal);

    let result = begin_unlock(&mut context, &mallory);

    assert_fails(result, GovernanceError::LockVoting);
}

/// Nine tenths of the weight lie under keys that are lost.
#[test]
fn keeps_a_dead_quorum() {
    // Loss if it worked: governance is dead for ever.
    let mut context = TestContext::governed();
    let (dead, alice) = (context.actor("dead"), context.actor("alice"));
    context.enact(&[own(Param::QuorumBps, 2_500)]);
    let lost = context.lock(&dead, 0, 90 * MAJORITY, MIN_LOCK);
    context.advance(LAPSE_MIN);

    context.crank(governance::lapse_lock(lost)).unwrap();

    context.lock(&alice, 0, 3 * MAJORITY, MIN_LOCK);
    let proposal = context.propose(&alice, &[light()]);
    context.vote(&alice, 0, &proposal, Side::Yes);
    context.await_execution(&proposal);
    context.execute(&proposal).unwrap();
}

/// Alice's lock lasts a week. Nine days after her last vote, in the notice of a proposal, mallory strikes it.
#[test]
fn lapses_an_opponents_lock_in_the_notice() {
    // Loss if it worked: short locks have no vote against whoever proposes.
    let mut context = TestContext::governed();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let lock = context.lock(&alice, 0, MAJORITY, MIN_LOCK);
    context.advance(9 * DAY);
    let proposal = context.publish(&mallory, &[light()]);

    let result = context.crank(governance::lapse_lock(lock));

    assert_fails(result, GovernanceError::NotLapsed);
    context.open_vote(&proposal);
    context.vote(&alice, 0, &proposal, Side::No);
}

/// The weight leaves the snapshot, and comes back to vote.
#[test]
fn recycles_weight_by_unlocking_and_renewing() {
    // Loss if it worked: weight that counts in no quorum decides.
    let mut context = TestContext::governed();
    let (mallory, proposer) = (context.actor("mallory"), context.actor("proposer"));
    context.lock(&mallory, 0, MAJORITY, MIN_LOCK);
    begin_unlock(&mut context, &mallory).unwrap();
    let proposal = context.propose(&proposer, &[light()]);
    let renew = governance::renew_lock(mallory.pubkey(), 0);
    context.send(&[renew], &[&mallory]).unwrap();

    let vote = governance::cast_vote(mallory.pubkey(), 0, proposal, Side::Yes);
    let result = context.send(&[vote], &[&mallory]);

    assert_fails(result, GovernanceError::LockTooNew);
}

#[test]
fn closes_a_vote_to_vote_again() {
    // Loss if it worked: one lock counts as often as it likes.
    let mut context = TestContext::governed();
    let (mallory, proposer) = (context.actor("mallory"), context.actor("proposer"));
    let lock = context.lock(&mallory, 0, MAJORITY, MIN_LOCK);
    let proposal = context.propose(&proposer, &[light()]);
    context.vote(&mallory, 0, &proposal, Side::Yes);

    let close = governance::close_vote(mallory.pubkey(), at::vote(&proposal, &lock));
    let result = context.crank(close);

    assert_fails(result, GovernanceError::VotingOpen);
    context.advance(HOUR);
    context.vote(&mallory, 0, &proposal, Side::Yes);
    assert_eq!(tally(&context, &proposal), [MAJORITY, 0, 0]);
}

/// A majority makes the next vote so short that an outage, or a night, hides it.
#[test]
fn votes_windows_below_an_outage() {
    // Loss if it worked: the vote after this one is over before anybody sees it.
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    for param in [
        Param::Notice,
        Param::VotingTime,
        Param::HoldUp,
        Param::ExecutionWindow,
    ] {
        let draft = context.draft(&[own(param, HOUR)]);
        let result = context.try_publish(&mallory, draft);
        assert_fails(result, GovernanceError::BelowFloor);
    }
}

/// The share of the supply that must say yes, and the floors themselves, have no number that a vote could name.
#[test]
fn raises_nothing_but_cannot_lower_the_floor() {
    // Loss if it worked: the first capture makes the next one cheap.
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    for number in [10, 11, 15, 16, 255] {
        let action = ProposedAction::set_param(Target::Governance, number, 1);
        let draft = context.draft(&[action]);
        let result = context.try_publish(&mallory, draft);
        assert_fails(result, GovernanceError::UnknownParam);
    }
}

/// A tenth of the weight proposes what nobody else wants, again and again.
#[test]
fn spams_proposals_for_nothing() {
    // Loss if it worked: everybody's attention, and every vote that is overlooked.
    let mut context = TestContext::governed();
    let (mallory, alice) = (context.actor("mallory"), context.actor("alice"));
    context.lock(&mallory, 0, MAJORITY, MIN_LOCK);
    context.lock(&alice, 0, 2 * MAJORITY, MIN_LOCK);
    let proposal = context.propose(&mallory, &[light()]);
    context.vote(&mallory, 0, &proposal, Side::Yes);
    context.vote(&alice, 0, &proposal, Side::No);
    end_voting(&mut context, &proposal);
    let mint = context.vote_mint();
    let ata = context.ata(&mint, &mallory.pubkey());
    let supply = context.supply(&mint);

    let close = governance::close_proposal(mallory.pubkey(), proposal, &mint);
    context.crank(close).unwrap();

    assert_eq!(context.balance(&ata), 0);
    assert_eq!(context.supply(&mint), supply - DEPOSIT);
}

/// Returns alice and mallory with a lock each, and a secret proposal whose vote is open.
fn secret(context: &mut TestContext) -> (Keypair, Keypair, Address) {
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let proposer = context.actor("proposer");
    context.lock(&alice, 0, MAJORITY, MIN_LOCK);
    context.lock(&mallory, 0, MAJORITY, MIN_LOCK);
    let proposal = context.propose_secretly(&proposer, &[light()]);
    (alice, mallory, proposal)
}

/// Mallory follows alice, whose vote she cannot read: she copies the commitment, and later the salt.
#[test]
fn copies_a_commitment() {
    // Loss if it worked: a secret vote guides those who copy it.
    let mut context = TestContext::governed();
    let (alice, mallory, proposal) = secret(&mut context);
    let hers = hidden(&alice, &proposal, Side::No);
    commit(&mut context, &alice, &proposal, hers);
    commit(&mut context, &mallory, &proposal, hers);
    end_voting(&mut context, &proposal);
    reveal(&mut context, &alice, &proposal, Side::No).unwrap();

    let result = reveal(&mut context, &mallory, &proposal, Side::No);

    assert_fails(result, GovernanceError::WrongCommitment);
    assert_eq!(tally(&context, &proposal), [0, MAJORITY, MAJORITY]);
}

/// Mallory commits, waits for the others, and then shows the side that suits her.
#[test]
fn reveals_another_side_than_it_committed_to() {
    // Loss if it worked: mallory votes after everybody else, knowing how they voted.
    let mut context = TestContext::governed();
    let (_, mallory, proposal) = secret(&mut context);
    let no = hidden(&mallory, &proposal, Side::No);
    commit(&mut context, &mallory, &proposal, no);
    end_voting(&mut context, &proposal);

    let result = reveal(&mut context, &mallory, &proposal, Side::Yes);

    assert_fails(result, GovernanceError::WrongCommitment);
}

/// Mallory writes the commitment of one proposal into her vote in another, a decoy of her own: that vote has moved no weight in
/// the first, but its weight can be revealed there. The weight that moves is that of others who have not revealed yet.
#[test]
fn reveals_a_ballot_of_another_proposal() {
    // Loss if it worked: all hidden weight, a decoy's deposit for each ballot; with it the treasury.
    let mut context = TestContext::governed();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    context.lock(&alice, 0, MAJORITY, MIN_LOCK);
    context.lock(&mallory, 0, MAJORITY, MIN_LOCK);
    let decoy = context.propose_secretly(&mallory, &[light()]);
    let target = at::proposal(context.next_proposal());
    let yes = hidden(&mallory, &target, Side::Yes);
    commit(&mut context, &mallory, &decoy, yes);
    let proposer = context.actor("proposer");
    assert_eq!(context.propose_secretly(&proposer, &[light()]), target);
    let no = hidden(&alice, &target, Side::No);
    commit(&mut context, &alice, &target, no);
    end_voting(&mut context, &target);

    let lock = at::lock(&mallory.pubkey(), 0);
    let honest = governance::reveal_vote(target, lock, Side::Yes, SALT);
    let (own, decoys) = (at::vote(&target, &lock), at::vote(&decoy, &lock));
    let result = context.crank(replace_account(honest, &own, &decoys));

    assert_fails(result, GovernanceError::WrongCommitment);
    assert_eq!(tally(&context, &target), [0, 0, MAJORITY]);
    reveal(&mut context, &alice, &target, Side::No).unwrap();
}

/// Mallory commits to a vote of alice's lock, and reveals it as one.
#[test]
fn binds_the_lock_of_another_by_a_reveal() {
    // Loss if it worked: the locks of others stay bound, again and again, for the dust of one lock.
    let mut context = TestContext::governed();
    let (alice, mallory, proposal) = secret(&mut context);
    let alices = hidden(&alice, &proposal, Side::Yes);
    commit(&mut context, &mallory, &proposal, alices);
    end_voting(&mut context, &proposal);

    let lock = at::lock(&alice.pubkey(), 0);
    let reveal = governance::reveal_vote(proposal, lock, Side::Yes, SALT);
    let vote = at::vote(&proposal, &lock);
    let mallorys = at::vote(&proposal, &at::lock(&mallory.pubkey(), 0));
    let result = context.crank(replace_account(reveal, &vote, &mallorys));

    assert_fails(result, GovernanceError::WrongCommitment);
    begin_unlock(&mut context, &alice).unwrap();
}

/// A commitment is an option: it is revealed where it wins, and forgotten where it loses.
#[test]
fn reveals_only_if_it_wins() {
    // Loss if it worked: an option on every vote, for free.
    let mut context = TestContext::governed();
    let (_, mallory, proposal) = secret(&mut context);
    let yes = hidden(&mallory, &proposal, Side::Yes);
    commit(&mut context, &mallory, &proposal, yes);
    let expires_at = context.account::<Proposal>(&proposal).expires_at.get();
    context.advance_to(expires_at);
    assert_eq!(tally(&context, &proposal), [0, 0, MAJORITY], "it abstained");

    let result = begin_unlock(&mut context, &mallory);

    assert_fails(result, GovernanceError::LockVoting);
}

#[test]
fn leaves_before_revealing() {
    // Loss if it worked: a secret yes is as free as no vote at all.
    let mut context = TestContext::governed();
    let (_, mallory, proposal) = secret(&mut context);
    let yes = hidden(&mallory, &proposal, Side::Yes);
    commit(&mut context, &mallory, &proposal, yes);

    let result = begin_unlock(&mut context, &mallory);

    assert_fails(result, GovernanceError::LockVoting);
}

/// Mallory commits to yes, votes yes openly, and reveals. Alice abstains, so that there is weight to move.
#[test]
fn counts_a_ballot_twice() {
    // Loss if it worked: the weight of those who abstain.
    let mut context = TestContext::governed();
    let (alice, mallory, proposal) = secret(&mut context);
    context.vote(&alice, 0, &proposal, Side::Abstain);
    let yes = hidden(&mallory, &proposal, Side::Yes);
    commit(&mut context, &mallory, &proposal, yes);
    context.vote(&mallory, 0, &proposal, Side::Yes);
    end_voting(&mut context, &proposal);

    let result = reveal(&mut context, &mallory, &proposal, Side::Yes);

    assert_fails(result, GovernanceError::WrongCommitment);
    assert_eq!(tally(&context, &proposal), [MAJORITY, 0, MAJORITY]);
}

/// There are three sides. The hash of a wallet's signature lies between them and whoever tries.
#[test]
fn guesses_a_ballot() {
    // Loss if it worked: votes can be bought or punished while the voting goes on.
    let mut context = TestContext::governed();
    let (alice, _, proposal) = secret(&mut context);
    let ballot = Ballot {
        genesis: assay_harness::market::GENESIS_HASH,
        proposal,
        lock: at::lock(&alice.pubkey(), 0),
        owner: alice.pubkey(),
    };
    let signature = alice.sign_message(ballot.text().as_bytes());
    let committed = ballot.commitment(Side::Yes, &Ballot::salt(signature.as_array()));
    commit(&mut context, &alice, &proposal, committed);

    // Everything that is public, and other signatures of hers.
    let public = [proposal, ballot.lock, alice.pubkey()].map(|address| address.to_bytes());
    let other = alice.sign_message(b"another text");
    let guesses = public
        .into_iter()
        .chain([[0; 32], Ballot::salt(other.as_array())]);
    for guess in guesses {
        assert_eq!(ballot.side_of(&committed, &guess), None);
    }
}

/// However often the lock moves its weight, it counts once.
#[test]
fn decides_alone_below_the_threshold() {
    // Loss if it worked: a lock below the threshold decides alone.
    let mut context = TestContext::governed();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    context.lock(&alice, 0, MAJORITY, MIN_LOCK);
    context.lock(&mallory, 0, THRESHOLD - 1, MIN_LOCK);
    let proposal = context.propose(&mallory, &[light()]);
    // Others reach the quorum for her.
    context.vote(&alice, 0, &proposal, Side::Abstain);
    for side in [Side::Yes, Side::No, Side::Yes, Side::Yes] {
        context.vote(&mallory, 0, &proposal, side);
    }
    context.await_execution(&proposal);

    let result = context.execute(&proposal);

    assert_fails(result, GovernanceError::ProposalDefeated);
    assert_eq!(tally(&context, &proposal), [THRESHOLD - 1, 0, MAJORITY]);
}

/// A proposal with the flag of a secret ballot that is neither set nor unset.
#[test]
fn hides_a_flag_that_means_nothing() {
    // Loss if it worked: a proposal that voters' tools read in another way than the program.
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    let draft = ProposalDraft {
        secret: 2,
        ..context.draft(&[light()])
    };
    let result = context.try_publish(&mallory, draft);
    assert_fails(result, GovernanceError::UnusedField);
}
