//! Attacks on the question who gets a seat.

use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, TaskSeat},
    market::{checked_terms, terms, BOND, COLLATERAL, LIE, MISSED, VALUE},
    replace_account,
    work::seat_opens_at,
    Signer, TestContext, DAY, WORKERS,
};
use assay_market::{
    error::MarketError,
    game::{rank, round::RoundKind, Phase, SeatState},
    instructions::WorkerSettings,
    state::JobTerms,
};
use assay_staking::error::StakingError;

/// Seconds after which a seat is open to everybody: 32 steps.
const OPEN_TO_ALL: u64 = 32 * 8;
const PENALTY: u64 = BOND + LIE;
const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
const LATE: TaskSeat = TaskSeat { task: 0, seat: 1 };

/// Returns the first seat of another task.
const fn first_of(task: u32) -> TaskSeat {
    TaskSeat { task, seat: 0 }
}

/// Returns a job with one late seat, which was drawn one second after bob had delivered the first.
fn late_seat_drawn(terms: JobTerms) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms);
    context.fill_seats(&job, 0, &[("bob", "42")]);
    draw_late_seat(&mut context, &job);
    (context, job)
}

/// Draws the late seat of the first task one second later.
fn draw_late_seat(context: &mut TestContext, job: &JobAddresses) {
    context.advance(1);
    let draw = market::draw_seat(job.address, LATE, None);
    context.crank(draw).unwrap();
}

/// Stakes `amount` base units more and allocates them to the actor's worker.
fn add_collateral(context: &mut TestContext, name: &str, amount: u64) {
    let owner = context.actor(name);
    context.stake(&owner, amount);
    let add = market::add_collateral(owner.pubkey(), amount);
    context.send(&[add], &[&owner]).unwrap();
}

/// Sets what the actor allows its node to risk: the bond of a seat, the collateral bound at a time, misses of a day.
fn set_limits(context: &mut TestContext, name: &str, (seat_bond, locked, daily_misses): Limits) {
    let settings = WorkerSettings {
        seat_bond,
        locked,
        daily_misses,
        encryption_key: [0; 32],
        read_url: [0; 96],
    };
    let owner = context.actor(name);
    let update = market::update_worker(owner.pubkey(), settings);
    context.send(&[update], &[&owner]).unwrap();
}

type Limits = (u64, u64, u32);

/// Asserts that a claim was refused and changed neither the seats nor the collateral of the worker.
#[track_caller]
fn assert_claim_refused(
    context: &mut TestContext,
    name: &str,
    (job, place): (&JobAddresses, TaskSeat),
    error: MarketError,
) {
    let worker = context.worker_of(name);
    let before = (context.data(&job.address), context.data(&worker));
    let result = context.claim_now(name, job, place);
    assert_fails(result, error);
    let after = (context.data(&job.address), context.data(&worker));
    assert!(before == after, "a refused claim changes nothing");
}

/// Loss if it worked: sybils are paid for a whole task within one transaction.
#[test]
fn captures_a_task_in_one_transaction() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(20_000));
    context.advance(OPEN_TO_ALL);
    let first = context.claim_instruction("bob", &job, FIRST);
    let work = context.contribute_instruction("bob", &job, FIRST, "42");
    let late = context.claim_instruction("carol", &job, LATE);
    let (bob, carol) = (context.node("bob"), context.node("carol"));

    // When: the late seat is drawn in the transaction that delivers the first, or claimed
    let draw = market::draw_seat(job.address, LATE, None);
    let drawn = context.send(&[first.clone(), work.clone(), draw], &[&bob]);
    let claimed = context.send(&[first.clone(), work.clone(), late], &[&bob, &carol]);

    // Then: without the late seat all was in order.
    assert_fails(drawn, MarketError::DrawTooEarly);
    assert_fails(claimed, MarketError::DrawTooEarly);
    context.send(&[first, work], &[&bob]).unwrap();
}

/// Loss if it worked: the fastest machine gets every seat.
#[test]
fn wins_the_race_without_rank() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    let view = context.job_view(&job);
    let opens_at = |context: &TestContext, name: &str| {
        let (address, worker) = (context.worker_of(name), context.worker_account(name));
        seat_opens_at(&view, 0, 0, &address, &worker).unwrap()
    };
    let mut later: Vec<(&str, i64)> = WORKERS
        .iter()
        .map(|name| (*name, opens_at(&context, name)))
        .filter(|(_, time)| *time > context.now())
        .collect();
    later.sort_by_key(|(_, time)| *time);
    assert!(later.len() > 1, "one worker in fifty has its turn at once");

    // When, Then
    for (name, _) in &later {
        assert_claim_refused(&mut context, name, (&job, FIRST), MarketError::NotAdmitted);
    }
    let (first, time) = later[0];
    context.advance_to(time - 1);
    assert_claim_refused(&mut context, first, (&job, FIRST), MarketError::NotAdmitted);
    context.advance(1);
    context.claim_now(first, &job, FIRST).unwrap();
}

/// Loss if it worked: capital is moved to the address that the seed favors.
#[test]
fn funds_a_worker_for_a_seed() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());

    // When: in the second of the posting, and in a later one
    add_collateral(&mut context, "carol", COLLATERAL);
    context.advance(1);
    add_collateral(&mut context, "bob", COLLATERAL);
    context.advance(OPEN_TO_ALL);

    // Then
    let young = MarketError::CollateralTooYoung;
    assert_claim_refused(&mut context, "carol", (&job, FIRST), young);
    assert_claim_refused(&mut context, "bob", (&job, FIRST), young);
    context.claim_now("dave", &job, FIRST).unwrap();
}

/// Loss if it worked: the liar's friend tops up after it is known who checks.
#[test]
fn funds_a_worker_for_a_late_seat() {
    // Given: dave adds before the contribution, when nobody can know its draw, carol in its very second
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(10_000));
    context.advance(OPEN_TO_ALL);
    context.claim_now("bob", &job, FIRST).unwrap();
    add_collateral(&mut context, "dave", COLLATERAL);
    context.advance(1);
    context.contribute("bob", &job, FIRST, "42").unwrap();
    add_collateral(&mut context, "carol", COLLATERAL);

    // When
    draw_late_seat(&mut context, &job);
    context.advance(OPEN_TO_ALL);

    // Then
    let young = MarketError::CollateralTooYoung;
    assert_claim_refused(&mut context, "carol", (&job, LATE), young);
    context.claim_now("dave", &job, LATE).unwrap();
}

/// Loss if it worked: the liar knows at the posting whose rank is first in the check.
#[test]
fn knows_the_checker_from_the_posting() {
    // Given
    let (mut context, job) = late_seat_drawn(checked_terms(10_000));
    let (header, seats) = context.job(&job);
    let total = header.total_collateral.get();
    let candidate = |elapsed: u32| {
        WORKERS.into_iter().filter(|n| *n != "bob").find(|name| {
            let worker = context.worker_of(name);
            let admits = |seed: &[u8; 32]| {
                let ticket = rank::ticket(seed, &worker, 1, 0);
                rank::is_admitted(ticket, COLLATERAL, total, elapsed, header.step.get())
            };
            admits(&header.seed) && !admits(&seats[1].hash)
        })
    };

    // When: somebody has its turn by the seed of the posting, and not by that of the draw
    let found = (2..OPEN_TO_ALL as u32).find_map(|t| candidate(t).map(|name| (t, name)));
    let (elapsed, name) = found.expect("the two orders differ");
    context.advance_to(header.unix_time(seats[1].free_since.get() + elapsed));

    // Then
    assert_claim_refused(&mut context, name, (&job, LATE), MarketError::NotAdmitted);
    context.claim(name, &job, LATE).unwrap();
}

/// Loss if it worked: one worker holds the seat of a task for ever, half a price at a time, without competition.
#[test]
fn keeps_a_seat_by_missing_it() {
    // Given: a task whose first seat is bob's at once, and is not once he has missed it
    let mut context = TestContext::with_workers();
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 400,
            run_window: 60,
            ..terms()
        },
    );
    let (header, bob) = (context.job(&job).0, context.worker_of("bob"));
    let admitted = |seat: u32, misses: u8, collateral: u64| {
        let ticket = rank::ticket(&header.seed, &bob, seat, misses);
        let total = header.total_collateral.get();
        rank::is_admitted(ticket, collateral, total, 0, header.step.get())
    };
    let task = (0..400)
        .find(|seat| admitted(*seat, 0, COLLATERAL - MISSED) && !admitted(*seat, 1, COLLATERAL))
        .expect("one in fifty");
    let seat = first_of(task);

    // When
    context.claim_now("bob", &job, seat).unwrap();
    context.advance(60);
    context.penalize_missed("bob", &job, seat).unwrap();

    // Then
    let state = context.seat(&job, task as usize).state();
    assert_eq!(state, SeatState::Free);
    assert_claim_refused(&mut context, "bob", (&job, seat), MarketError::NotAdmitted);
    context.claim("bob", &job, seat).unwrap();
}

/// Loss if it worked: tasks that are open to all at once when they are added.
#[test]
fn extends_a_job_for_a_friend() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.advance(OPEN_TO_ALL);

    // When
    let extension = context.extension(&job, 1, [9; 32]);
    let alice = context.actor("alice");
    context
        .send(&market::extend_job(&job, extension), &[&alice])
        .unwrap();

    // Then
    let view = context.job_view(&job);
    let waits = |name: &&str| {
        let (address, worker) = (context.worker_of(name), context.worker_account(name));
        seat_opens_at(&view, 1, 0, &address, &worker).unwrap() > context.now()
    };
    let friend = WORKERS.into_iter().find(waits).expect("nearly everybody");
    let added = (&job, first_of(1));
    assert_claim_refused(&mut context, friend, added, MarketError::NotAdmitted);
    context.claim_now(friend, &job, FIRST).unwrap();
    context.claim(friend, &job, first_of(1)).unwrap();
}

/// Loss if it worked: a worker checks itself.
#[test]
fn takes_the_late_seat_of_its_own_task() {
    let (mut context, job) = late_seat_drawn(checked_terms(10_000));
    context.advance(OPEN_TO_ALL);
    assert_claim_refused(
        &mut context,
        "bob",
        (&job, LATE),
        MarketError::AlreadyInTask,
    );
    context.claim_now("carol", &job, LATE).unwrap();
}

/// Loss if it worked: many addresses of least size lie, each with a bond only.
#[test]
fn lies_with_nothing_to_lose() {
    // Given: collateral that keeps the reserve, so that only the penalty is missing
    let mut context = TestContext::with_workers();
    let penalty = BOND + 100 * VALUE;
    context.worker("small", penalty - 1);
    context.worker("able", penalty);
    let expensive = JobTerms {
        lie_prices: 100,
        ..terms()
    };
    let job = context.post("alice", expensive);
    context.advance(OPEN_TO_ALL);

    // When, Then
    let poor = MarketError::NotEnoughCollateral;
    assert_claim_refused(&mut context, "small", (&job, FIRST), poor);
    context.claim_now("able", &job, FIRST).unwrap();
}

/// Loss if it worked: one collateral backs lies in more tasks than it can pay for.
#[test]
fn lies_everywhere_at_once() {
    // Given: a fifth of bob's collateral is four bonds
    let mut context = TestContext::with_workers();
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 10,
            ..terms()
        },
    );
    context.advance(OPEN_TO_ALL);
    for task in 0..4 {
        context.claim_now("bob", &job, first_of(task)).unwrap();
    }

    // When, Then: more than one penalty is free
    let free = context.worker_account("bob").free.get();
    assert_eq!(free, COLLATERAL - 4 * BOND);
    assert!(free >= PENALTY);
    let (fifth, poor) = ((&job, first_of(4)), MarketError::NotEnoughCollateral);
    assert_claim_refused(&mut context, "bob", fifth, poor);
    context.claim_now("carol", &job, first_of(4)).unwrap();
}

/// Loss if it worked: a liar that is found out lies on until its verdict.
#[test]
fn goes_on_lying_while_accused() {
    // Given: after its first bond the liar has 195 prices free, and a lie costs 105
    let mut context = TestContext::with_workers();
    context.worker("liar", 200 * VALUE);
    context.worker("watcher", 200 * VALUE);
    let job = context.post(
        "alice",
        JobTerms {
            lie_prices: 100,
            task_count: 2,
            ..terms()
        },
    );
    context.complete_task(&job, 0, &["liar"], "lie");
    context.advance(OPEN_TO_ALL);
    context
        .clone()
        .claim_now("liar", &job, first_of(1))
        .expect("nobody has accused it yet");

    // When
    context
        .challenge("watcher", &job, 0, RoundKind::Dispute, "42")
        .unwrap();

    // Then
    let worker = context.worker_account("liar");
    assert_eq!(worker.free.get(), 195 * VALUE);
    assert_eq!(worker.accused.get(), 100 * VALUE);
    let (second, poor) = ((&job, first_of(1)), MarketError::NotEnoughCollateral);
    assert_claim_refused(&mut context, "liar", second, poor);
}

/// Loss if it worked: late seats and rounds are taken with a bond only.
#[test]
fn checks_with_nothing_to_lose() {
    // Given
    let mut context = TestContext::with_workers();
    context.worker("small", PENALTY - 1);
    context.worker("able", PENALTY);
    let job = context.post("alice", checked_terms(10_000));
    context.fill_seats(&job, 0, &[("bob", "42")]);
    draw_late_seat(&mut context, &job);
    context.advance(OPEN_TO_ALL);

    // When, Then
    let poor = MarketError::NotEnoughCollateral;
    assert_claim_refused(&mut context, "small", (&job, LATE), poor);
    context.claim_now("able", &job, LATE).unwrap();
}

/// Loss if it worked: a thief of the hot key binds the whole collateral in a trap.
#[test]
fn stolen_key_binds_a_large_bond() {
    // Given
    let mut context = TestContext::with_workers();
    set_limits(&mut context, "bob", (BOND - 1, 0, 0));
    let job = context.post("alice", terms());
    context.advance(OPEN_TO_ALL);

    // When, Then
    assert_claim_refused(
        &mut context,
        "bob",
        (&job, FIRST),
        MarketError::BeyondLimits,
    );
    set_limits(&mut context, "bob", (BOND, 0, 0));
    context.advance(1);
    context.claim_now("bob", &job, FIRST).unwrap();
}

/// Loss if it worked: a thief of the hot key binds the whole collateral over many seats.
#[test]
fn stolen_key_binds_everything() {
    // Given
    let mut context = TestContext::with_workers();
    set_limits(&mut context, "bob", (0, BOND, 0));
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    context.advance(OPEN_TO_ALL);
    context.claim_now("bob", &job, FIRST).unwrap();

    // When, Then
    let second = (&job, first_of(1));
    assert_claim_refused(&mut context, "bob", second, MarketError::BeyondLimits);
    set_limits(&mut context, "bob", (0, 2 * BOND, 0));
    context.advance(1);
    context.claim_now("bob", &job, first_of(1)).unwrap();
}

/// Loss if it worked: jobs whose deadlines nobody keeps burn half a price a claim without end, once the hot key is stolen.
#[test]
fn stolen_key_misses_all_day() {
    // Given
    let mut context = TestContext::with_workers();
    set_limits(&mut context, "bob", (0, 0, 1));
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            claim_window: 2 * DAY as u32,
            run_window: 60,
            ..terms()
        },
    );
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(60);
    context.penalize_missed("bob", &job, FIRST).unwrap();
    context.advance(OPEN_TO_ALL);

    // When, Then: until the day of UTC is over
    let second = (&job, first_of(1));
    assert_claim_refused(&mut context, "bob", second, MarketError::BeyondLimits);
    let tomorrow = (context.now() / DAY as i64 + 1) * DAY as i64;
    context.advance_to(tomorrow - 1);
    assert_claim_refused(&mut context, "bob", second, MarketError::BeyondLimits);
    context.advance(1);
    context.claim_now("bob", &job, first_of(1)).unwrap();
}

/// Loss if it worked: anybody binds anybody's collateral.
#[test]
fn claims_for_a_stranger() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.advance(OPEN_TO_ALL);
    let (mallory, bob) = (context.actor("mallory"), context.worker_of("bob"));
    let seed = context.job(&job).0.seed;

    // When
    let claim = market::claim_task(mallory.pubkey(), bob, job.address, seed, FIRST, None);
    let result = context.send(&[claim], &[&mallory]);

    // Then: not even the owner's key may claim
    assert_fails(result, MarketError::NotNode);
    let owner = context.actor("bob");
    let claim = market::claim_task(owner.pubkey(), bob, job.address, seed, FIRST, None);
    assert_fails(context.send(&[claim], &[&owner]), MarketError::NotNode);
    assert_eq!(context.worker_account("bob").locked.get(), 0);
}

/// Loss if it worked: a claim on its way lands under a larger bond.
#[test]
fn swaps_the_terms_under_a_claim() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    let (claim, node) = (
        context.claim_instruction("bob", &job, FIRST),
        context.node("bob"),
    );

    // When
    context.cancel("alice", &job, 0, 1).unwrap();
    context.close("alice", &job).unwrap();
    let price = 2 * terms().price;
    let again = context.post("alice", JobTerms { price, ..terms() });
    context.advance(OPEN_TO_ALL);
    let result = context.send(&[claim], &[&node]);

    // Then
    assert_eq!(again, job);
    assert_fails(result, MarketError::OtherPosting);
    assert_eq!(context.worker_account("bob").locked.get(), 0);
    context.claim_now("bob", &job, FIRST).unwrap();
}

/// Loss if it worked: repeated misses keep a task, its pay and its bonds open for ever.
#[test]
fn holds_a_late_seat_hostage() {
    // Given
    let run_window = 600;
    let (mut context, job) = late_seat_drawn(JobTerms {
        run_window,
        ..checked_terms(10_000)
    });
    let (header, seats) = context.job(&job);
    let until = header.unix_time(seats[1].until.get());

    // When: a friend takes the seat in the last second and misses
    context.advance_to(until - 1);
    context.claim_now("carol", &job, LATE).unwrap();
    context.advance(u64::from(run_window));
    context.penalize_missed("carol", &job, LATE).unwrap();

    // Then: nobody can take it again, whatever its rank, and the task goes on without it
    context.advance(OPEN_TO_ALL);
    let over = MarketError::ClaimingOver;
    assert_claim_refused(&mut context, "carol", (&job, LATE), over);
    assert_claim_refused(&mut context, "dave", (&job, LATE), over);
    context.expire(&job, 0).unwrap();
    assert_eq!(context.seat(&job, 1).state(), SeatState::Closed);
    context.open(&job, 0, "42").unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

/// Loss if it worked: work begins that the requester counted as refunded.
#[test]
fn claims_when_the_job_is_over() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.advance(u64::from(terms().claim_window) - 1);
    context
        .clone()
        .claim_now("bob", &job, FIRST)
        .expect("the last second counts");

    // When, Then
    context.advance(1);
    assert_claim_refused(
        &mut context,
        "bob",
        (&job, FIRST),
        MarketError::ClaimingOver,
    );
    context.expire(&job, 0).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Refunded);
}

/// Loss if it worked: the hot key moves stake.
#[test]
fn stolen_key_takes_the_collateral() {
    // Given
    let mut context = TestContext::with_workers();
    let (owner, node) = (context.actor("bob"), context.node("bob"));

    // When
    let remove = market::remove_collateral(owner.pubkey(), COLLATERAL);
    let stolen = replace_account(remove.clone(), &owner.pubkey(), &node.pubkey());
    let result = context.send(&[stolen], &[&node]);

    // Then
    assert_fails(result, MarketError::NotOwner);
    assert_eq!(context.worker_account("bob").free.get(), COLLATERAL);
    context.send(&[remove], &[&owner]).unwrap();
    assert_eq!(context.worker_account("bob").free.get(), 0);
}

/// Loss if it worked: bonds without stake.
#[test]
fn backs_work_with_stake_that_is_not_there() {
    // Given
    let mut context = TestContext::with_workers();
    let owner = context.actor("bob");
    context.stake(&owner, VALUE);

    // When
    let add = market::add_collateral(owner.pubkey(), VALUE + 1);
    let result = context.send(&[add], &[&owner]);

    // Then
    assert_fails(result, StakingError::StakeAllocated);
    assert_eq!(context.worker_account("bob").free.get(), COLLATERAL);
    let add = market::add_collateral(owner.pubkey(), VALUE);
    context.send(&[add], &[&owner]).unwrap();
}
