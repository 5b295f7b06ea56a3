//! Attacks on challenges, which contradict what stands.

use assay_harness::{
    account_exists, assert_fails, five, forty_five,
    instruction::market::{self, JobAddresses, TaskSeat},
    keypairs::{node_of, worker_of},
    market::{checked_terms, terms, BOND, LIE, MISSED, OPEN_WINDOW, PRICE, VALUE},
    pda, replace_account, seat_of, TestContext, MEMBERS,
};
use assay_market::{
    error::MarketError,
    event::{Awarded, Collected, Penalized},
    game::{
        money::{BOUNTY_PART, BOUNTY_PRICES},
        round::RoundKind,
        Phase, SeatState,
    },
    state::{JobTerms, Source, CHALLENGER},
};

/// What a lie costs, base units of the stake mint.
const PENALTY: u64 = BOND + LIE;
/// What a challenger of a verdict binds, base units of the stake mint: the pay of all members.
const APPEAL_BOND: u64 = 45 * VALUE;

/// Returns a job of alice with one task, in which bob's lie stands and ivan has contributed "42" to the requester's check.
fn with_contradicting_check() -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(1));
    context.fill_seats(&job, 0, &[("bob", "lie")]);
    context.advance(1);
    context.open(&job, 0, "lie").unwrap();
    context.open_check("alice", &job, 0).unwrap();
    let check = seat_of(Source::Check, 0);
    context.claim_round("ivan", &job, check).unwrap();
    context.contribute_round("ivan", &job, check, "42").unwrap();
    (context, job)
}

/// Returns the state of the challenger of a round of task 0.
fn challenger(context: &TestContext, job: &JobAddresses, source: Source) -> SeatState {
    let round = context.round_view(job, 0, source);
    round.header.round.challenger.state()
}

/// Returns what a seat of task 0 is awarded, base units of the stake mint.
fn awarded(
    context: &mut TestContext,
    name: &str,
    job: &JobAddresses,
    source: Source,
    seat: u8,
) -> u64 {
    let result = context.award(name, job, seat_of(source, seat));
    result.unwrap().event::<Awarded>().amount.get()
}

/// Returns what a seat of task 0 pays, base units of the stake mint.
fn paid(
    context: &mut TestContext,
    name: &str,
    job: &JobAddresses,
    source: Source,
    seat: u8,
) -> u64 {
    let result = context.penalize(name, job, seat_of(source, seat));
    result.unwrap().event::<Penalized>().taken.get()
}

/// Returns the balance of the actor's ATA of the stake mint, base units.
fn stake_of(context: &mut TestContext, name: &str) -> u64 {
    let (mint, owner) = (context.stake_mint(), context.address_of(name));
    let ata = context.ata(&mint, &owner);
    context.balance(&ata)
}

#[test]
fn agrees_as_challenger() {
    // Loss if it worked: a challenge without a loser; nobody pays the round.
    let (mut context, job) = TestContext::with_standing("42");
    let before = context.data(&job.address);

    let result = context.challenge("carol", &job, 0, RoundKind::Dispute, "42");

    assert_fails(result, MarketError::NotContradicting);
    assert_eq!(context.data(&job.address), before);
    assert_eq!(context.worker_account("carol").locked.get(), 0);
}

#[test]
fn challenges_after_the_hold() {
    // Loss if it worked: pay never is final.
    let (mut context, job) = TestContext::with_standing("lie");
    let until = context.seat(&job, 0).until.get();
    let end = context.job(&job).0.unix_time(until);
    context.advance_to(end - 1);
    let mut in_time = context.clone();

    context.advance(1);
    let result = context.challenge("carol", &job, 0, RoundKind::Dispute, "42");

    assert_fails(result, MarketError::NotStanding);
    in_time
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
}

#[test]
fn collects_beside_a_challenge() {
    // Loss if it worked: pay leaves before the verdict.
    let (mut context, job) = TestContext::with_standing("lie");
    let until = context.seat(&job, 0).until.get();
    let end = context.job(&job).0.unix_time(until);
    context.advance_to(end - 1);
    let bob = context.address_of("bob");
    let ata = context.ata(&job.payment.mint, &bob);
    let params = context.challenge_params("carol", &job, 0, RoundKind::Dispute, "42");
    let challenge = market::open_round(&params);
    let collect = market::collect_pay(&job, &bob, vec![0]);
    let node = context.node("carol");

    let mut collect_last = challenge.clone();
    collect_last.push(collect.clone());
    let last = context.send(&collect_last, &[&node]);
    let mut collect_first = vec![collect.clone()];
    collect_first.extend(challenge.clone());
    let first = context.send(&collect_first, &[&node]);
    context.send(&challenge, &[&node]).unwrap();
    context.advance(1);
    let after = context.crank(collect);

    assert_fails(last, MarketError::TaskNotEnded);
    assert_fails(first, MarketError::TaskNotEnded);
    assert_fails(after, MarketError::TaskNotEnded);
    assert_eq!(context.balance(&ata), 0);
}

#[test]
fn challenges_on_credit() {
    // Loss if it worked: a griefer challenges with collateral that is bound elsewhere.
    let challenge_beside_a_seat = |collateral: u64| {
        let mut context = TestContext::with_workers();
        context.worker("mallory", collateral);
        let tasks = JobTerms {
            task_count: 2,
            ..terms()
        };
        let job = context.post("alice", tasks);
        context.complete_task(&job, 0, &["bob"], "42");
        let other = TaskSeat { task: 1, seat: 0 };
        context.claim("mallory", &job, other).unwrap();
        assert_eq!(context.phase(&job, 0), Phase::Standing);
        context.challenge("mallory", &job, 0, RoundKind::Dispute, "lie")
    };

    let bound_elsewhere = challenge_beside_a_seat(BOND + PENALTY - 1);

    assert_fails(bound_elsewhere, MarketError::NotEnoughCollateral);
    challenge_beside_a_seat(BOND + PENALTY).unwrap();
}

#[test]
fn appeals_on_the_cheap() {
    // Loss if it worked: 45 members work and nobody can pay them.
    let mut context = TestContext::with_workers();
    context.worker("mallory", APPEAL_BOND - 1);
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "lie");
    context.enrich(&MEMBERS);
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context
        .play_round(&job, 0, Source::Dispute, &five(["42"; 5]), "42")
        .unwrap();

    let result = context.challenge("mallory", &job, 0, RoundKind::Appeal, "lie");

    assert_fails(result, MarketError::NotEnoughCollateral);
    context.fund("mallory", 1);
    context
        .challenge("mallory", &job, 0, RoundKind::Appeal, "lie")
        .unwrap();
    let mallory = context.worker_account("mallory");
    assert_eq!(mallory.locked.get(), APPEAL_BOND);
    assert_eq!(mallory.free.get(), 0);
}

#[test]
fn copies_a_challenge() {
    // Loss if it worked: a front-runner takes the bounty of the watcher.
    let (mut context, job) = TestContext::with_standing("lie");
    let watcher = context.challenge_params("carol", &job, 0, RoundKind::Dispute, "42");
    let mut copy = watcher;
    copy.payer = context.address_of(&node_of("ivan"));
    copy.challenge = watcher
        .challenge
        .map(|(_, seed, contribution)| (worker_of("ivan"), seed, contribution));

    let (thief, node) = (context.node("ivan"), context.node("carol"));
    context.send(&market::open_round(&copy), &[&thief]).unwrap();
    let late = context.send(&market::open_round(&watcher), &[&node]);

    assert_fails(late, account_exists());
    context
        .play_round(&job, 0, Source::Dispute, &five(["42"; 5]), "42")
        .unwrap();
    let state = challenger(&context, &job, Source::Dispute);
    assert_eq!(state, SeatState::Rejected);
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    assert_eq!(paid(&mut context, "bob", &job, Source::Job, 0), PENALTY);
    let fine = paid(&mut context, "ivan", &job, Source::Dispute, CHALLENGER);
    assert_eq!(fine, PENALTY);
    let award = context.award("ivan", &job, seat_of(Source::Dispute, CHALLENGER));
    assert_fails(award, MarketError::AlreadySettled);
    assert_eq!(stake_of(&mut context, "ivan"), 0);
    context.close_everything(&job);
}

#[test]
fn challenges_what_is_right() {
    // Loss if it worked: free denial of pay.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    context
        .play_round(&job, 0, Source::Dispute, &five(["42"; 5]), "42")
        .unwrap();
    context.end_hold(&job);

    context.count_dispute(&job, 0).unwrap();
    let fine = paid(&mut context, "carol", &job, Source::Dispute, CHALLENGER);

    assert_eq!(fine, PENALTY);
    for (seat, name) in (0..).zip(MEMBERS) {
        let pay = awarded(&mut context, name, &job, Source::Dispute, seat);
        assert_eq!(pay, VALUE);
        assert_eq!(stake_of(&mut context, name), VALUE);
    }
    let bounty = awarded(&mut context, "bob", &job, Source::Job, 0);
    assert_eq!(bounty, (BOUNTY_PRICES * VALUE).min(PENALTY / BOUNTY_PART));
    assert_eq!(stake_of(&mut context, "bob"), bounty);
    let collected = context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(collected.event::<Collected>().paid.get(), PRICE);
    context.close_everything(&job);
}

#[test]
fn challenges_when_nobody_is_awake() {
    // Loss if it worked: doubts cost nothing where no round comes about.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    context.end_round(&job, 0, Source::Dispute);

    context.decide(&job, 0, Source::Dispute, None).unwrap();

    let state = challenger(&context, &job, Source::Dispute);
    assert_eq!(state, SeatState::Missed);
    assert_eq!(context.phase(&job, 0), Phase::Unproven);
    let mint = context.stake_mint();
    let before = context.supply(&mint);
    let fine = paid(&mut context, "carol", &job, Source::Dispute, CHALLENGER);
    assert_eq!(fine, MISSED);
    assert_eq!(before - context.supply(&mint), MISSED);
    assert_eq!(context.worker_account("carol").locked.get(), 0);
    context.close_everything(&job);
}

#[test]
fn spends_a_strangers_collateral() {
    // Loss if it worked: anybody makes a victim challenge.
    let (mut context, job) = TestContext::with_standing("42");
    let mut params = context.challenge_params("carol", &job, 0, RoundKind::Dispute, "lie");
    params.payer = context.address_of("mallory");
    let mallory = context.actor("mallory");

    let result = context.send(&market::open_round(&params), &[&mallory]);

    assert_fails(result, MarketError::NotNode);
    assert_eq!(context.worker_account("carol").locked.get(), 0);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

#[test]
fn challenges_without_a_worker() {
    // Loss if it worked: a challenge without a bond.
    let (mut context, job) = TestContext::with_standing("42");
    let params = context.challenge_params("carol", &job, 0, RoundKind::Dispute, "lie");
    let mut open = market::open_round(&params);
    let last = open.pop().unwrap();
    open.push(replace_account(
        last,
        &worker_of("carol"),
        &assay_market::ID,
    ));
    let node = context.node("carol");

    let result = context.send(&open, &[&node]);

    assert_fails(result, MarketError::WorkerMissing);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

#[test]
fn challenges_another_posting() {
    // Loss if it worked: a challenge on its way lands on other terms.
    let (mut context, job) = TestContext::with_standing("lie");
    let right = context.challenge_params("carol", &job, 0, RoundKind::Dispute, "42");
    let mut params = right;
    params.challenge = right
        .challenge
        .map(|(worker, _, contribution)| (worker, [9; 32], contribution));
    let node = context.node("carol");

    let result = context.send(&market::open_round(&params), &[&node]);

    assert_fails(result, MarketError::OtherPosting);
    context.send(&market::open_round(&right), &[&node]).unwrap();
}

#[test]
fn accuses_somebody_else() {
    // Loss if it worked: the liar goes on, an innocent worker cannot claim.
    let (mut context, job) = TestContext::with_standing("lie");
    let right = context.challenge_params("carol", &job, 0, RoundKind::Dispute, "42");
    let node = context.node("carol");
    for accused in [worker_of("ivan"), assay_market::ID] {
        let mut params = right;
        params.first_worker = accused;

        let result = context.send(&market::open_round(&params), &[&node]);

        assert_fails(result, MarketError::WrongAccount);
        assert_eq!(context.worker_account("ivan").accused.get(), 0);
    }
    context.send(&market::open_round(&right), &[&node]).unwrap();
    assert_eq!(context.worker_account("bob").accused.get(), LIE);
}

#[test]
fn takes_the_pot_for_itself() {
    // Loss if it worked: penalties flow into a stranger's account.
    let (mut context, job) = TestContext::with_standing("lie");
    let params = context.challenge_params("carol", &job, 0, RoundKind::Dispute, "42");
    let (mint, mallory) = (context.stake_mint(), context.address_of("mallory"));
    let own = context.ata(&mint, &mallory);
    let round = pda::market::round(&job.address, 0, Source::Dispute);
    let mut open = market::open_round(&params);
    let last = open.pop().unwrap();
    open.push(replace_account(last, &pda::ata(&round, &mint), &own));
    let node = context.node("carol");

    let result = context.send(&open, &[&node]);

    assert_fails(result, MarketError::WrongTokenAccount);
    assert!(!context.exists(&round));
}

#[test]
fn captures_the_round_of_five() {
    // Loss if it worked: three bought members convict an honest worker for good.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    let bought = five(["lie", "lie", "lie", "42", "42"]);
    context
        .play_round(&job, 0, Source::Dispute, &bought, "lie")
        .unwrap();
    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);

    context
        .challenge("bob", &job, 0, RoundKind::Appeal, "42")
        .unwrap();
    context
        .play_round(&job, 0, Source::Appeal, &forty_five("42"), "42")
        .unwrap();
    context.count_dispute(&job, 0).unwrap();

    let dispute = context.round_view(&job, 0, Source::Dispute);
    let states: Vec<SeatState> = dispute.seats.iter().map(|seat| seat.state()).collect();
    let (open, wrong) = (SeatState::Void, SeatState::Rejected);
    assert_eq!(states, [wrong, wrong, wrong, open, open]);
    let state = challenger(&context, &job, Source::Dispute);
    assert_eq!(state, SeatState::Rejected);
    let state = challenger(&context, &job, Source::Appeal);
    assert_eq!(state, SeatState::Accepted);
    assert_eq!(context.phase(&job, 0), Phase::Final);
    let result = context.penalize("bob", &job, seat_of(Source::Job, 0));
    assert_fails(result, MarketError::NothingToPenalize);
    let collected = context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(collected.event::<Collected>().paid.get(), PRICE);
    assert_eq!(context.worker_account("bob").accused.get(), 0);
    for (seat, name) in [
        (0, "dave"),
        (1, "erin"),
        (2, "frank"),
        (CHALLENGER, "carol"),
    ] {
        let fine = paid(&mut context, name, &job, Source::Dispute, seat);
        assert_eq!(fine, PENALTY);
    }
    let bounty = awarded(&mut context, "bob", &job, Source::Appeal, CHALLENGER);
    assert!(bounty > 0);
    assert_eq!(context.worker_account("bob").locked.get(), 0);
    context.close_everything(&job);
}

#[test]
fn appeals_twice() {
    // Loss if it worked: no verdict is ever final.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    context
        .play_round(&job, 0, Source::Dispute, &five(["42"; 5]), "42")
        .unwrap();
    context
        .challenge("bob", &job, 0, RoundKind::Appeal, "lie")
        .unwrap();
    let members = forty_five("42");
    context
        .play_round(&job, 0, Source::Appeal, &members, "42")
        .unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Final);

    let while_it_lives = context.challenge("ivan", &job, 0, RoundKind::Appeal, "lie");
    context.count_dispute(&job, 0).unwrap();
    assert_eq!(paid(&mut context, "bob", &job, Source::Job, 0), PENALTY);
    let fine = paid(&mut context, "bob", &job, Source::Appeal, CHALLENGER);
    assert_eq!(fine, APPEAL_BOND);
    for (seat, (name, _)) in (0..).zip(members) {
        let pay = awarded(&mut context, name, &job, Source::Appeal, seat);
        assert_eq!(pay, VALUE);
    }
    context.close_round(&job, 0, Source::Appeal).unwrap();
    let afterwards = context.challenge("ivan", &job, 0, RoundKind::Appeal, "lie");

    assert_fails(while_it_lives, account_exists());
    assert_fails(afterwards, MarketError::NotStanding);
    context.close_everything(&job);
}

#[test]
fn closes_a_seat_by_asking_for_a_check() {
    // Loss if it worked: the requester delays by a check after a verdict.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(1));
    context.fill_seats(&job, 0, &[("bob", "lie")]);
    context.advance(1);
    context.open(&job, 0, "lie").unwrap();
    context.enrich(&MEMBERS);
    context.clone().open_check("alice", &job, 0).unwrap();
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context
        .play_round(&job, 0, Source::Dispute, &five(["42"; 5]), "42")
        .unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Standing);

    let result = context.open_check("alice", &job, 0);

    assert_fails(result, MarketError::NotStanding);
}

#[test]
fn leaves_a_drawn_check_behind() {
    // Loss if it worked: a check that showed the lie is never paid, and the job never closes.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(9_999));
    context.fill_seats(&job, 0, &[("bob", "lie")]);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    let check = seat_of(Source::Check, 0);
    context.claim_round("carol", &job, check).unwrap();
    context
        .contribute_round("carol", &job, check, "42")
        .unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Split);
    context.enrich(&MEMBERS);
    context.open_split("anyone", &job, 0).unwrap();
    context.fill_round(&job, Source::Dispute, &five(["42"; 5]));
    let round = pda::market::round(&job.address, 0, Source::Dispute);
    let opening = context.opening_of(&job, 0, Source::Dispute, "42");

    let decide = market::decide_round(job.address, round, None, Some(opening));
    let undecided = context.crank(decide);
    context.decide_for(&job, Source::Dispute, "42").unwrap();
    context.end_hold(&job);
    let count = market::count_dispute(job.address, 0, false, false);
    let uncounted = context.crank(count);

    assert_fails(undecided, MarketError::CheckMissing);
    assert_fails(uncounted, MarketError::CheckMissing);
    let state = context.round_view(&job, 0, Source::Check).seats[0].state();
    assert_eq!(state, SeatState::Accepted);
    context.close_everything(&job);
    let owner = context.address_of("carol");
    let ata = context.ata(&job.payment.mint, &owner);
    assert_eq!(context.balance(&ata), PRICE);
    assert!(stake_of(&mut context, "carol") > 0);
}

#[test]
fn hides_an_unopened_check_behind_a_challenge() {
    // Loss if it worked: a check that kept silent about a lie gets its bond back because somebody else challenged it.
    let (mut context, job) = with_contradicting_check();
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Standing);
    context.enrich(&MEMBERS);
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context
        .play_round(&job, 0, Source::Dispute, &five(["42"; 5]), "42")
        .unwrap();
    context.end_hold(&job);

    context.count_dispute(&job, 0).unwrap();

    let state = context.round_view(&job, 0, Source::Check).seats[0].state();
    assert_eq!(state, SeatState::Rejected);
    let before = context.worker_account("ivan").total_collateral();
    context.close_everything(&job);
    let after = context.worker_account("ivan").total_collateral();
    assert_eq!(before - after, PENALTY);
}

#[test]
fn shows_a_lie_by_the_requesters_check() {
    // Loss if it worked: the requester's check finds a lie, and no round decides about it.
    let (mut context, job) = with_contradicting_check();
    context.decide_for(&job, Source::Check, "42").unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Split);
    context.enrich(&MEMBERS);

    context.open_split("anyone", &job, 0).unwrap();
    context
        .play_round(&job, 0, Source::Dispute, &five(["42"; 5]), "42")
        .unwrap();

    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);
    context.end_hold(&job);
    assert_eq!(context.phase(&job, 0), Phase::Final);
    context.close_everything(&job);
}

#[test]
fn is_not_judged_after_a_captured_private_round() {
    // Loss if it worked: an honest member of a captured round works for nothing, and another liar pays nothing.
    let (mut context, job) = TestContext::with_split();
    context.open_split("anyone", &job, 0).unwrap();
    let members = five(["lie", "lie", "lie", "42", "other"]);
    context
        .play_round(&job, 0, Source::Dispute, &members, "lie")
        .unwrap();
    context
        .challenge("carol", &job, 0, RoundKind::Appeal, "42")
        .unwrap();
    context
        .play_round(&job, 0, Source::Appeal, &forty_five("42"), "42")
        .unwrap();

    context.count_dispute(&job, 0).unwrap();

    let seats = context.round_view(&job, 0, Source::Dispute).seats;
    let states: Vec<SeatState> = seats.iter().map(|seat| seat.state()).collect();
    let (right, wrong) = (SeatState::Accepted, SeatState::Rejected);
    assert_eq!(states, [wrong, wrong, wrong, right, wrong]);
    context.end_hold(&job);
    context.close_everything(&job);
}
