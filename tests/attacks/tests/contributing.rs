//! Attacks on the two hashes that a worker contributes, and on their opening.

use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, SeatPlace, TaskSeat},
    market::{checked_terms, terms, BOND, COLLATERAL, LIE, OPEN_WINDOW, PRICE},
    work::{contribution, digest_of},
    Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{
    error::MarketError,
    game::{contribution::Contribution, Phase, SeatState},
    state::{JobTerms, Source},
};

const PENALTY: u64 = BOND + LIE;
const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
const LATE: TaskSeat = TaskSeat { task: 0, seat: 1 };

type Sent = Result<TransactionResult, TransactionFailure>;

/// Returns a job with these terms whose first seat bob has claimed.
fn claimed(terms: JobTerms) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms);
    context.claim("bob", &job, FIRST).unwrap();
    (context, job)
}

/// As [`claimed`], with bob's answer "42".
fn contributed(terms: JobTerms) -> (TestContext, JobAddresses) {
    let (mut context, job) = claimed(terms);
    context.contribute("bob", &job, FIRST, "42").unwrap();
    (context, job)
}

/// Contributes any two hashes of the actor's worker.
fn contribute_raw(
    context: &mut TestContext,
    name: &str,
    (job, place): (&JobAddresses, TaskSeat),
    hashes: &Contribution,
) -> Sent {
    let (node, worker) = (context.node(name), context.worker_of(name));
    let send = market::contribute(node.pubkey(), worker, job.address, place, hashes);
    context.send(&[send], &[&node])
}

/// Returns what bob contributed to the first seat.
fn bobs_hashes(context: &TestContext, job: &JobAddresses) -> Contribution {
    context.seat(job, 0).contribution()
}

fn in_job(seat: u8) -> SeatPlace {
    SeatPlace {
        task: 0,
        source: Source::Job,
        seat,
    }
}

/// Asserts that the actor's rejected seat pays the whole penalty, and that all of it is burned.
#[track_caller]
fn assert_pays_for_a_lie(context: &mut TestContext, name: &str, job: &JobAddresses, seat: u8) {
    let mint = context.stake_mint();
    let supply = context.supply(&mint);
    context.penalize(name, job, in_job(seat)).unwrap();
    assert_eq!(context.supply(&mint), supply - PENALTY);
    let worker = context.worker_account(name);
    assert_eq!(worker.free.get(), COLLATERAL - PENALTY);
    assert_eq!((worker.locked.get(), worker.rejected.get()), (0, 1));
}

/// Asserts that an opening finds out carol, who holds the late seat without having known the digest.
#[track_caller]
fn assert_copy_is_found_out(context: &mut TestContext, job: &JobAddresses) {
    assert_eq!(
        context.phase(job, 0),
        Phase::Running,
        "equal hashes seem to agree"
    );
    context.open(job, 0, "42").unwrap();
    assert_eq!(context.phase(job, 0), Phase::Split);
    assert_eq!(context.seat(job, 0).state(), SeatState::Accepted);
    assert_eq!(context.seat(job, 1).state(), SeatState::Rejected);

    context.advance(OPEN_WINDOW);
    context.expire(job, 0).unwrap();
    let result = context.collect("carol", job, &[1]);
    assert_fails(result, MarketError::NothingToCollect);
    assert_pays_for_a_lie(context, "carol", job, 1);
    context.collect("bob", job, &[0]).unwrap();
    let (usd, bob) = (context.payment_mint(), context.address_of("bob"));
    let ata = context.ata(&usd, &bob);
    assert_eq!(context.balance(&ata), PRICE);
}

/// Loss if it worked: a checker is paid for copying, and honest work is outvoted.
#[test]
fn copies_hash_and_seal() {
    // Given
    let (mut context, job) = contributed(checked_terms(10_000));
    let copied = bobs_hashes(&context, &job);

    // When
    context.claim("carol", &job, LATE).unwrap();
    contribute_raw(&mut context, "carol", (&job, LATE), &copied).unwrap();

    // Then
    assert_copy_is_found_out(&mut context, &job);
}

/// Loss if it worked: whoever copies a hash needs no seal at all.
#[test]
fn invents_a_seal() {
    // Given
    let (mut context, job) = contributed(checked_terms(10_000));
    let invented = Contribution {
        seal: [0; 32],
        ..bobs_hashes(&context, &job)
    };

    // When
    context.claim("carol", &job, LATE).unwrap();
    contribute_raw(&mut context, "carol", (&job, LATE), &invented).unwrap();

    // Then
    assert_copy_is_found_out(&mut context, &job);
}

/// Loss if it worked: the result of an identical posting is sold again without a run.
#[test]
fn replays_an_earlier_posting() {
    // Given: bob ran the first of two equal jobs
    let (mut context, earlier) = contributed(terms());
    let ran = bobs_hashes(&context, &earlier);
    let seed = context.job(&earlier).0.seed;
    let again = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );

    // When
    context.claim("bob", &again, FIRST).unwrap();
    contribute_raw(&mut context, "bob", (&again, FIRST), &ran).unwrap();
    context.advance(1);

    // Then: neither the old digest opens it nor the new one
    let old = market::open_task(again.address, 0, digest_of(&seed, "42"), None);
    assert_fails(context.crank(old), MarketError::WrongOpening);
    let result = context.open(&again, 0, "42");
    assert_fails(result, MarketError::WrongOpening);
}

/// Loss if it worked: one run is paid for every task.
#[test]
fn replays_another_task() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    let seed = context.job(&job).0.seed;
    let ran = contribution("bob", &seed, 0, &digest_of(&seed, "42"));

    // When: the digest is the same in both tasks, as it is where both have the same input
    for task in [0, 1] {
        let place = TaskSeat { task, seat: 0 };
        context.claim("bob", &job, place).unwrap();
        contribute_raw(&mut context, "bob", (&job, place), &ran).unwrap();
    }

    // Then
    context.open(&job, 0, "42").unwrap();
    let result = context.open(&job, 1, "42");
    assert_fails(result, MarketError::WrongOpening);
}

/// Loss if it worked: anybody spoils a claimed seat.
#[test]
fn contributes_for_another_worker() {
    let (mut context, job) = claimed(terms());
    let before = context.data(&job.address);
    let result = context.contribute("carol", &job, FIRST, "lie");
    assert_fails(result, MarketError::NotSeatHolder);
    assert!(context.data(&job.address) == before, "the seat stays bob's");
    context.contribute("bob", &job, FIRST, "42").unwrap();
}

/// Loss if it worked: anybody makes bob lie.
#[test]
fn contributes_with_a_strangers_key() {
    // Given
    let (mut context, job) = claimed(terms());
    let seed = context.job(&job).0.seed;
    let (worker, mallory) = (context.worker_of("bob"), context.actor("mallory"));
    let lie = contribution("bob", &seed, 0, &digest_of(&seed, "lie"));

    // When
    let send = market::contribute(mallory.pubkey(), worker, job.address, FIRST, &lie);
    let result = context.send(&[send], &[&mallory]);

    // Then
    assert_fails(result, MarketError::NotNode);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Claimed);
}

/// Loss if it worked: a worker keeps a seat as long as it likes.
#[test]
fn contributes_too_late() {
    // Given
    let (mut context, job) = claimed(terms());
    context.advance(u64::from(terms().run_window) - 1);
    context
        .clone()
        .contribute("bob", &job, FIRST, "42")
        .expect("the last second counts");

    // When
    context.advance(1);
    let result = context.contribute("bob", &job, FIRST, "42");

    // Then
    assert_fails(result, MarketError::DeadlinePassed);
    context.penalize_missed("bob", &job, FIRST).unwrap();
    assert_eq!(context.seat(&job, 0).state(), SeatState::Free);
}

/// Loss if it worked: whoever sees the late seat's hash changes to it.
#[test]
fn changes_its_mind() {
    // Given: bob has lied, and carol checks him
    let (mut context, job) = claimed(checked_terms(10_000));
    context.contribute("bob", &job, FIRST, "lie").unwrap();
    context.claim("carol", &job, LATE).unwrap();
    let before = context.seat(&job, 0);

    // When: before and after carol's hash is to be seen
    let result = context.contribute("bob", &job, FIRST, "42");
    assert_fails(result, MarketError::NotClaimed);
    context.contribute("carol", &job, LATE, "42").unwrap();
    context.advance(1);
    let result = context.contribute("bob", &job, FIRST, "42");

    // Then
    assert_fails(result, MarketError::NotClaimed);
    assert_eq!(context.seat(&job, 0).contribution(), before.contribution());
    assert_eq!(context.phase(&job, 0), Phase::Split);
}

/// Loss if it worked: a worker shows a digest that nobody committed to.
#[test]
fn opens_another_result() {
    let (mut context, job) = contributed(terms());
    let before = context.data(&job.address);
    let result = context.open(&job, 0, "lie");
    assert_fails(result, MarketError::WrongOpening);
    assert!(context.data(&job.address) == before, "nothing is open");
    context.open(&job, 0, "42").unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

/// Loss if it worked: whoever fears to be found out pays a small penalty, or none.
#[test]
fn hides_its_result() {
    // Given
    let (mut context, job) = contributed(terms());
    let escrow = context.quote(&terms()).escrow;
    let (usd, alice) = (context.payment_mint(), context.address_of("alice"));
    let wallet = context.ata(&usd, &alice);
    assert_eq!(context.balance(&wallet), 0);

    // When: nobody opens
    context.advance(OPEN_WINDOW - 1);
    let early = context.expire(&job, 0);
    assert_fails(early, MarketError::NothingOverdue);
    context.advance(1);
    context.expire(&job, 0).unwrap();

    // Then
    assert_eq!(context.phase(&job, 0), Phase::Refunded);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);
    assert_pays_for_a_lie(&mut context, "bob", &job, 0);
    context.close("alice", &job).unwrap();
    assert_eq!(context.balance(&wallet), escrow);
}

/// Loss if it worked: the opening is held back until nobody looks.
#[test]
fn opens_at_leisure() {
    // Given
    let (mut context, job) = contributed(terms());
    context.advance(OPEN_WINDOW - 1);
    context
        .clone()
        .open(&job, 0, "42")
        .expect("the last second counts");

    // When
    context.advance(1);
    let result = context.open(&job, 0, "42");

    // Then
    assert_fails(result, MarketError::DeadlinePassed);
    context.expire(&job, 0).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Refunded);
}

/// Loss if it worked: the check copies what is public.
#[test]
fn opens_before_the_late_seat() {
    // Given
    let (mut context, job) = contributed(checked_terms(10_000));

    // When, Then: before the late seat is claimed, and before it is delivered
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
    context.claim("carol", &job, LATE).unwrap();
    assert_fails(context.open(&job, 0, "42"), MarketError::NotAgreed);
    context.contribute("carol", &job, LATE, "42").unwrap();
    context.open(&job, 0, "42").unwrap();
}

/// Loss if it worked: the first seat overrules its check.
#[test]
fn opens_over_a_disagreement() {
    // Given
    let (mut context, job) = claimed(checked_terms(10_000));
    context.contribute("bob", &job, FIRST, "lie").unwrap();
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "42").unwrap();

    // When, Then: neither side opens over the other
    for answer in ["lie", "42"] {
        assert_fails(context.open(&job, 0, answer), MarketError::NotAgreed);
    }
    assert_eq!(context.phase(&job, 0), Phase::Split);
    assert_eq!(context.job_view(&job).digest(0), None);
}

/// Loss if it worked: a friend takes a later seat and tips the count.
#[test]
fn friend_joins_after_a_disagreement() {
    // Given
    let (mut context, job) = claimed(checked_terms(20_000));
    context.contribute("bob", &job, FIRST, "lie").unwrap();
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "42").unwrap();

    // When: whether or not the third seat can be drawn
    context.advance(1);
    let third = TaskSeat { task: 0, seat: 2 };
    let draw = market::draw_seat(job.address, third, None);
    assert_fails(context.crank(draw), MarketError::NothingToDraw);
    context.advance(32 * 8);
    let before = context.data(&job.address);
    let result = context.claim_now("dave", &job, third);

    // Then
    assert_fails(result, MarketError::TaskDecided);
    assert!(context.data(&job.address) == before, "nobody joined");
    assert_eq!(context.seat(&job, 2).state(), SeatState::Closed);
}

/// Loss if it worked: requester and worker get a public digest, unpaid and unpunished.
#[test]
fn buys_a_result_by_a_wrong_seal() {
    // Given
    let (mut context, job) = claimed(terms());
    let seed = context.job(&job).0.seed;
    let unsealed = Contribution {
        seal: [0; 32],
        ..contribution("bob", &seed, 0, &digest_of(&seed, "42"))
    };

    // When
    contribute_raw(&mut context, "bob", (&job, FIRST), &unsealed).unwrap();
    context.advance(1);
    context.open(&job, 0, "42").unwrap();

    // Then
    assert_eq!(context.phase(&job, 0), Phase::Refunded);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);
    let result = context.collect("bob", &job, &[0]);
    assert_fails(result, MarketError::NothingToCollect);
    assert_pays_for_a_lie(&mut context, "bob", &job, 0);
    assert_eq!(context.job_view(&job).final_digest(0, context.now()), None);
}
