//! Attacks by the guardian: pauses that stop what must go on or never end, vetoes at the wrong time, and staying in office.

use assay_governance::{
    error::GovernanceError,
    state::{commitment, pause, Grant, Lock, Proposal, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::{MAJORITY, MIN_LOCK},
    instruction::{
        governance,
        market::{self, TaskSeat},
        staking,
    },
    keypairs::provider_of,
    market::{batch_terms, checked_terms, terms, COLLATERAL},
    pda::{governance as at, staking as staking_at},
    Address, Signer, TestContext, DAY,
};
use assay_market::{error::MarketError, state::JobTerms};
use assay_shared::pause::{MAX_PAUSE, PAUSE_REST};
use assay_staking::error::StakingError;

const WEEK: u64 = MAX_PAUSE as u64;

fn light() -> ProposedAction {
    ProposedAction::set_param(Target::Staking, 0, 77)
}

/// Pauses everything that a guardian can pause, for as long as it can.
fn pause_everything(context: &mut TestContext) {
    let (staking, market) = (
        assay_staking::state::pause::ALL,
        assay_market::state::pause::ALL,
    );
    for (target, bits) in [
        (Target::Governance, pause::ALL),
        (Target::Staking, staking),
        (Target::Market, market),
    ] {
        context.pause(target, bits, WEEK).expect("a pause begins");
    }
}

/// Work that was under way when the pause began: it is contributed, opened and paid, and stake begins to leave.
#[test]
fn pauses_an_exit_of_work_or_stake() {
    // Loss if it worked: honest workers miss deadlines, and nobody can leave.
    let mut context = TestContext::governed();
    context.worker("bob", COLLATERAL);
    let bob = context.actor("bob");
    context.stake(&bob, 10_000);
    let job = context.post("alice", terms());
    let seat = TaskSeat { task: 0, seat: 0 };
    context.claim("bob", &job, seat).unwrap();

    pause_everything(&mut context);

    context.contribute("bob", &job, seat, "42").unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();
    context.close("alice", &job).unwrap();
    let unbond = staking::begin_unbond(bob.pubkey(), 10_000);
    context.send(&[unbond], &[&bob]).unwrap();
    assert!(context.exists(&staking_at::provider(&bob.pubkey())));
}

/// Votes are cast, opened, revealed and executed, locks are paid, and grants are claimed while everything is paused.
#[test]
fn pauses_a_vote_or_a_grant() {
    // Loss if it worked: a guardian that outlasts its dismissal, and tokens that their owners cannot reach.
    let mut context = TestContext::governed();
    context.fill_treasury(1_000_000);
    let (alice, erin) = (context.actor("alice"), context.address_of("erin"));
    let mint = context.vote_mint();
    context.enact(&[ProposedAction::grant(erin, 1_000, 0, mint, 0)]);
    let grant = at::grant(0, 0);
    let lock = context.lock(&alice, 0, MAJORITY, MIN_LOCK);
    context.lock(&alice, 1, 1_000, MIN_LOCK);
    let proposer = context.actor("proposer");
    let proposal = context.propose_secretly(&proposer, &[light()]);
    let salt = [5; 32];
    let yes = commitment(&proposal, &lock, &alice.pubkey(), Side::Yes, &salt);
    let vote = governance::cast_secret_vote(alice.pubkey(), 0, proposal, yes);
    context.send(&[vote], &[&alice]).unwrap();
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());

    pause_everything(&mut context);

    let reveal = governance::reveal_vote(proposal, lock, Side::Yes, salt);
    context.crank(reveal).unwrap();
    context.ata(&mint, &erin);
    let record: Grant = context.account(&grant);
    context
        .crank(governance::claim_grant(grant, &record))
        .unwrap();
    let unlock = governance::begin_unlock(alice.pubkey(), 1);
    context.send(&[unlock], &[&alice]).unwrap();
    context.await_execution(&proposal);
    context.execute(&proposal).unwrap();
    let waiting: Lock = context.account(&at::lock(&alice.pubkey(), 1));
    context.advance_to(waiting.unlocks_at.get());
    context.ata(&mint, &alice.pubkey());
    let withdraw = governance::withdraw_lock(alice.pubkey(), 1, &mint);
    context.crank(withdraw).unwrap();
}

/// A job is under way when the guardian stops claiming. A check that is due must still be taken, or the result stays unproven.
#[test]
fn pauses_a_late_seat_to_unprove_results() {
    // Loss if it worked: receipts, and with them what they insure, at a guardian's will.
    let mut context = TestContext::governed();
    for name in ["bob", "carol", "dave"] {
        context.worker(name, COLLATERAL);
    }
    let job = context.post("alice", checked_terms(10_000));
    let other = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    let [first, late] = [0, 1].map(|seat| TaskSeat { task: 0, seat });
    context.claim("bob", &job, first).unwrap();
    context.contribute("bob", &job, first, "42").unwrap();

    context
        .pause(Target::Market, assay_market::state::pause::CLAIM, WEEK)
        .unwrap();

    context.claim("carol", &job, late).unwrap();
    let fresh = context.claim("dave", &other, first);
    assert_fails(fresh, MarketError::Paused);
}

/// A flaw of the market is being used, and the guardian has paused it. Mallory goes on with whatever the flaw needs.
#[test]
fn works_on_in_a_paused_market() {
    // Loss if it worked: what the flaw takes until the mended program is voted.
    let mut context = TestContext::governed();
    context.worker("bob", COLLATERAL);
    let (alice, bob) = (context.actor("alice"), context.actor("bob"));
    context.stake(&bob, 10_000);
    let job = context.post("alice", batch_terms(1));
    let extension = context.extension(&job, 1, [7; 32]);
    let next = JobTerms {
        nonce: 1,
        ..terms()
    };
    let order = context.post_job_params("alice", next);
    let posting = context.post_job_instructions(order);

    pause_everything(&mut context);

    let posted = context.send(&posting, &[&alice]);
    let extended = context.send(&market::extend_job(&job, extension), &[&alice]);
    let claimed = context.claim("bob", &job, TaskSeat { task: 0, seat: 0 });
    let add = market::add_collateral(bob.pubkey(), 10_000);
    let added = context.send(&[add], &[&bob]);
    for result in [posted, extended, claimed, added] {
        assert_fails(result, MarketError::Paused);
    }
}

/// As in the market. Mallory stakes, delegates, joins and binds more collateral.
#[test]
fn stakes_on_in_a_paused_staking() {
    // Loss if it worked: stake of newcomers, who go on putting it where the flaw takes it from.
    let mut context = TestContext::governed();
    context.worker("bob", COLLATERAL);
    let (bob, provider) = (context.actor("bob"), provider_of("bob"));
    context.stake(&bob, 10_000);
    context.delegate("carol", &provider, 10_000);
    context.await_joining("carol", &provider);
    let mint = context.stake_mint();
    let source = context.mint_tokens(&mint, &bob.pubkey(), 1);

    context
        .pause(Target::Staking, assay_staking::state::pause::ALL, WEEK)
        .unwrap();

    let deposit = staking::deposit_stake(bob.pubkey(), source, 1);
    let staked = context.send(&[deposit], &[&bob]);
    let delegated = context.try_delegate("dora", &provider, 10_000);
    let joined = context.activate("carol", &provider);
    let add = market::add_collateral(bob.pubkey(), 10_000);
    let added = context.send(&[add], &[&bob]);
    for result in [staked, delegated, joined, added] {
        assert_fails(result, StakingError::Paused);
    }
}

/// A payment that passed turns out to be a theft. The hold-up is over, and the guardian has paused the treasury.
#[test]
fn spends_out_of_a_paused_treasury() {
    // Loss if it worked: the payment, while a vote that supersedes it is still running.
    let mut context = TestContext::governed();
    context.fill_treasury(1_000_000);
    let mallory = context.address_of("mallory");
    let pay = context.pay_action(&mallory, 1_000);
    let proposal = context.passed_proposal(&[pay]);

    pause_everything(&mut context);

    let result = context.execute(&proposal);
    assert_fails(result, GovernanceError::Paused);
}

/// The guardian pauses again before the pause is over, and with other bits.
#[test]
fn pauses_for_ever() {
    // Loss if it worked: a guardian that can stop the market stops it for good.
    let mut context = TestContext::governed();
    context.pause(Target::Market, 1, WEEK).unwrap();
    let end = context.now() + MAX_PAUSE;
    for (time, bits) in [(end - 1, 1), (end, 2), (end + PAUSE_REST - 1, 4)] {
        context.advance_to(time);
        let result = context.pause(Target::Market, bits, 1);
        assert_fails(result, GovernanceError::PauseTooSoon);
    }
    let job = context.post("alice", terms());
    assert!(context.exists(&job.address));
}

#[test]
fn pauses_for_a_year() {
    // Loss if it worked: the same, with one signature.
    let mut context = TestContext::governed();
    let result = context.pause(Target::Market, 1, 365 * DAY);
    assert_fails(result, GovernanceError::PauseTooLong);
}

/// The guardian lifts its pause and begins another at once.
#[test]
fn lifts_a_pause_to_begin_the_next() {
    // Loss if it worked: pauses without a rest between them.
    let mut context = TestContext::governed();
    let guardian = context.guardian();
    context.pause(Target::Market, 1, WEEK).unwrap();
    context.advance(WEEK - 1);
    let lift = governance::lift_pause(guardian.pubkey(), Target::Market);
    context.send(&[lift], &[&guardian]).unwrap();

    let result = context.pause(Target::Market, 1, WEEK);

    assert_fails(result, GovernanceError::PauseTooSoon);
}

/// A theft stands beside the dismissal of the guardian, which cannot be vetoed.
#[test]
fn hides_behind_a_guardian_change() {
    // Loss if it worked: whatever stands beside it, without a veto.
    let mut context = TestContext::governed();
    context.fill_treasury(1_000_000);
    let mallory = context.actor("mallory");
    let pay = context.pay_action(&mallory.pubkey(), 1_000);
    let dismiss = ProposedAction::set_guardian(mallory.pubkey());
    for actions in [[pay, dismiss], [dismiss, pay]] {
        let draft = context.draft(&actions);
        let result = context.try_publish(&mallory, draft);
        assert_fails(result, GovernanceError::MustStandAlone);
    }
}

#[test]
fn vetoes_its_own_dismissal() {
    // Loss if it worked: a guardian stays for ever.
    let mut context = TestContext::governed();
    let nobody = ProposedAction::set_guardian(Address::default());
    let proposal = context.supported_proposal(&[nobody]);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());

    let result = context.veto(&proposal);

    assert_fails(result, GovernanceError::CannotVeto);
    context.await_execution(&proposal);
    context.execute(&proposal).unwrap();
    assert_eq!(context.governance_params().guardian, Address::default());
}

/// The guardian stops a vote while it runs, and a decision that may be executed already.
#[test]
fn vetoes_outside_the_hold_up() {
    // Loss if it worked: nobody can see in time that a decision is stopped, or by whom a vote was.
    let mut context = TestContext::governed();
    let proposal = context.supported_proposal(&[light()]);
    let during = context.veto(&proposal);
    assert_fails(during, GovernanceError::NotInHoldUp);
    context.await_execution(&proposal);
    let after = context.veto(&proposal);
    assert_fails(after, GovernanceError::NotInHoldUp);
    context.execute(&proposal).unwrap();
}

/// A vote names a wrong address. The dismissed guardian goes at once, and the wrong address can do nothing.
#[test]
fn guards_with_a_typing_error() {
    // Loss if it worked: a guardian that a vote dismissed, or one that nobody knows.
    let mut context = TestContext::governed();
    let wrong = context.actor("wrong");
    context.enact(&[ProposedAction::set_guardian(wrong.pubkey())]);

    let old = context.pause(Target::Market, 1, DAY);
    let early = governance::pause_operation(wrong.pubkey(), Target::Market, 1, DAY);
    let early = context.send(&[early], &[&wrong]);

    assert_fails(old, GovernanceError::NotGuardian);
    assert_fails(early, GovernanceError::NotGuardian);
}

#[test]
fn takes_an_office_that_was_offered_to_another() {
    // Loss if it worked: the guardian's powers, for a transaction fee.
    let mut context = TestContext::governed();
    let (mallory, successor) = (context.actor("mallory"), context.address_of("successor"));
    context.enact(&[ProposedAction::set_guardian(successor)]);

    let accept = governance::accept_guardian(mallory.pubkey());
    let result = context.send(&[accept], &[&mallory]);

    assert_fails(result, GovernanceError::NotGuardian);
}

/// The office is vacant, and its address is zero.
#[test]
fn guards_where_there_is_no_guardian() {
    // Loss if it worked: powers that nobody was given.
    let mut context = TestContext::governed();
    context.enact(&[ProposedAction::set_guardian(Address::default())]);
    let mallory = context.actor("mallory");
    let pause = governance::pause_operation(mallory.pubkey(), Target::Market, 1, DAY);
    let result = context.send(&[pause], &[&mallory]);
    assert_fails(result, GovernanceError::NotGuardian);
}
