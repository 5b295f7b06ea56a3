//! Attacks of a requester: on the money of its workers, and on who verifies their results.

use assay_harness::{
    assert_fails,
    instruction::market::{
        self, ExtendJobParams, JobAddresses, PostJobParams, SeatPlace, TaskSeat,
    },
    market::{checked_terms, terms, MAX_RUN_WINDOW, MISSED, OPEN_WINDOW, PRICE, STEP},
    replace_account,
    work::{contribution, digest_of},
    Signer, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_market::{
    error::MarketError,
    game::{round::RoundKind, rules::STEPS_TO_ALL, Phase, SeatState},
    state::{JobTerms, Param, Source, CHALLENGER, MIN_RUN_WINDOW},
};
use assay_staking::error::StakingError;

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
const LATE: TaskSeat = TaskSeat { task: 0, seat: 1 };
const DISPUTED_RESULT: SeatPlace = SeatPlace {
    task: 0,
    source: Source::Job,
    seat: 0,
};
const OF_CHALLENGER: SeatPlace = SeatPlace {
    task: 0,
    source: Source::Dispute,
    seat: CHALLENGER,
};

/// Returns the base units of the job's mint that the actor holds.
fn money_of(context: &mut TestContext, name: &str, job: &JobAddresses) -> u64 {
    let owner = context.address_of(name);
    let ata = context.ata(&job.payment.mint, &owner);
    context.balance(&ata)
}

/// Sends alice's order.
fn send_order(context: &mut TestContext, order: PostJobParams) -> Sent {
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    context.send(&posting, &[&alice])
}

/// Posts a job of alice with its full escrow.
fn try_post(terms: JobTerms) -> Sent {
    let mut context = TestContext::with_workers();
    let order = context.post_job_params("alice", terms);
    send_order(&mut context, order)
}

/// Changes a parameter of the market as its authority.
fn set(context: &mut TestContext, param: Param, value: u64) -> Sent {
    let governance = context.actor("governance");
    let set = market::set_params(governance.pubkey(), param, value);
    context.send(&[set], &[&governance])
}

#[test]
fn cancels_what_was_delivered() {
    // Loss if it worked: work for nothing.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.claim("bob", &job, FIRST).unwrap();
    let claimed = context.cancel("alice", &job, 0, 1);
    context.contribute("bob", &job, FIRST, "42").unwrap();
    let before = context.data(&job.address);

    let contributed = context.cancel("alice", &job, 0, 1);

    assert_fails(claimed, MarketError::NothingToCancel);
    assert_fails(contributed, MarketError::NothingToCancel);
    assert_eq!(context.data(&job.address), before);
}

#[test]
fn voids_by_a_friend() {
    // Loss if it worked: results for nothing, and honest work unpaid.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(10_000));
    let escrow = context.balance(&job.escrow);
    context.fill_seats(&job, 0, &[("bob", "42"), ("carol", "rubbish")]);

    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();

    assert_eq!(context.phase(&job, 0), Phase::Unproven);
    context.collect("bob", &job, &[0]).unwrap();
    context.collect("carol", &job, &[1]).unwrap();
    context.close("alice", &job).unwrap();
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
    assert_eq!(money_of(&mut context, "alice", &job), escrow - 2 * PRICE);
}

#[test]
fn voids_by_its_own_challenge() {
    // Loss if it worked: a result for nothing, at the price of a doubt that nobody confirms.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    let escrow = context.balance(&job.escrow);
    context.complete_task(&job, 0, &["bob"], "42");

    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "lie")
        .unwrap();
    context.end_round(&job, 0, Source::Dispute);
    context.decide(&job, 0, Source::Dispute, None).unwrap();

    assert_eq!(context.phase(&job, 0), Phase::Unproven);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Accepted);
    context.collect("bob", &job, &[0]).unwrap();
    context.count_dispute(&job, 0).unwrap();
    let supply = {
        let mint = context.stake_mint();
        context.supply(&mint)
    };
    context.penalize("carol", &job, OF_CHALLENGER).unwrap();
    context.award("bob", &job, DISPUTED_RESULT).unwrap();
    context.close_round(&job, 0, Source::Dispute).unwrap();
    context.close("alice", &job).unwrap();
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
    assert_eq!(money_of(&mut context, "alice", &job), escrow - PRICE);
    let mint = context.stake_mint();
    assert_eq!(context.supply(&mint), supply - MISSED);
}

#[test]
fn keeps_the_digest_of_a_refunded_task() {
    // Loss if it worked: the requester reads the result of a task that it never pays for.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(10_000));
    context.claim("bob", &job, FIRST).unwrap();
    context.contribute("bob", &job, FIRST, "42").unwrap();

    // Carol is the requester's friend: she takes the late seat and never delivers.
    let mut claims = 0;
    let refused = loop {
        match context.claim("carol", &job, LATE) {
            Ok(_) => {
                claims += 1;
                context.advance(u64::from(terms().run_window));
                context.penalize_missed("carol", &job, LATE).unwrap();
            }
            Err(refused) => break refused,
        }
    };
    assert_fails(Err(refused), MarketError::ClaimingOver);
    assert!(claims > 0);
    context.expire(&job, 0).unwrap();

    let seed = context.job(&job).0.seed;
    let digest = digest_of(&seed, "42");
    let first = context.seat(&job, 0);
    assert_eq!(first.hash, contribution("bob", &seed, 0, &digest).hash);
    assert_ne!(first.hash, digest);
    assert_eq!(context.job_view(&job).digest(0), None);
    assert_eq!(context.seat(&job, 1).state(), SeatState::Closed);
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    assert_eq!(context.phase(&job, 0), Phase::Unproven);
    context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
}

#[test]
fn extends_without_money() {
    // Loss if it worked: the new tasks are paid by the escrow of the old ones.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    let alice = context.actor("alice");
    let honest = context.extension(&job, 1, [9; 32]);
    let before = context.data(&job.address);

    for escrow in [0, honest.escrow - 1] {
        let unfunded = ExtendJobParams { escrow, ..honest };
        let result = context.send(&market::extend_job(&job, unfunded), &[&alice]);
        assert_fails(result, MarketError::EscrowTooSmall);
    }

    assert_eq!(context.data(&job.address), before);
    context
        .send(&market::extend_job(&job, honest), &[&alice])
        .unwrap();
}

#[test]
fn stretches_the_verdict_beyond_unbonding() {
    // Loss if it worked: liars have taken their stake out before the verdict.
    let with = |checks_bps, run_window| JobTerms {
        run_window,
        ..checked_terms(checks_bps)
    };
    let longest = MAX_RUN_WINDOW as u32;

    for checks_bps in [20_001, 30_000, 150_000] {
        let result = try_post(with(checks_bps, longest));
        assert_fails(result, MarketError::TooManyChecks);
    }

    try_post(with(20_000, longest)).unwrap();
    try_post(with(150_000, MIN_RUN_WINDOW)).unwrap();
    let result = try_post(with(150_001, MIN_RUN_WINDOW));
    assert_fails(result, MarketError::TooManyChecks);
}

#[test]
fn lets_its_workers_lie_for_nothing() {
    // Loss if it worked: verified results with nothing at stake, or a trap that takes five hundred prices and more.
    let with = |lie_prices| JobTerms {
        lie_prices,
        ..terms()
    };

    for lie_prices in [0, 19, 501, u16::MAX] {
        let result = try_post(with(lie_prices));
        assert_fails(result, MarketError::BadPenalty);
    }

    for lie_prices in [20, 500] {
        try_post(with(lie_prices)).unwrap();
    }
}

#[test]
fn posts_a_deadline_that_nobody_keeps() {
    // Loss if it worked: every claim burns half a price of its worker.
    let with = |run_window| JobTerms {
        run_window,
        ..terms()
    };

    for run_window in [0, 9] {
        let result = try_post(with(run_window));
        assert_fails(result, MarketError::BadWindow);
    }

    try_post(with(10)).unwrap();
}

#[test]
fn votes_liars_out() {
    // Loss if it worked: stake is gone before the verdict that should take it.
    let mut context = TestContext::with_workers();
    let before = context.data(&assay_harness::pda::market::params());

    let result = set(&mut context, Param::MaxRunWindow, 7 * DAY);

    assert_fails(result, StakingError::UnbondingTooShort);
    assert_eq!(context.data(&assay_harness::pda::market::params()), before);
}

#[test]
fn votes_admission_away() {
    // Loss if it worked: seats that close before they are open to all, for whoever has the best rank.
    let mut context = TestContext::with_workers();
    let open_to_all = u64::from(STEPS_TO_ALL) * STEP;

    for window in [60, open_to_all] {
        let result = set(&mut context, Param::MaxClaimWindow, window);
        assert_fails(result, MarketError::AdmissionTooSlow);
    }
    set(&mut context, Param::MaxClaimWindow, open_to_all + 1).unwrap();
    let slower = set(&mut context, Param::Step, STEP + 1);

    assert_fails(slower, MarketError::AdmissionTooSlow);
}

#[test]
fn posts_at_a_strangers_address() {
    // Loss if it worked: two postings share one address, and a claim for one lands in the other.
    let mut context = TestContext::with_workers();
    let order = context.post_job_params("alice", terms());
    let mut posting = context.post_job_instructions(order);
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let post = posting.pop().unwrap();
    let stolen = replace_account(post, &alice.pubkey(), &mallory.pubkey());
    let other_nonce = {
        let terms = JobTerms {
            nonce: 1,
            ..order.terms
        };
        let posting = context.post_job_instructions(PostJobParams { terms, ..order });
        let own = JobAddresses::new(order.requester, 0, order.payment);
        let other = JobAddresses::new(order.requester, 1, order.payment);
        let moved = replace_account(posting[4].clone(), &other.address, &own.address);
        replace_account(moved, &other.escrow, &own.escrow)
    };

    let stranger = context.send(
        &[posting.clone(), vec![stolen]].concat(),
        &[&alice, &mallory],
    );
    let nonce = context.send(&[posting, vec![other_nonce]].concat(), &[&alice]);

    assert_fails(stranger, MarketError::WrongJobAddress);
    assert_fails(nonce, MarketError::WrongJobAddress);
}

#[test]
fn hangs_a_task_for_ever() {
    // Loss if it worked: the money of a task that nobody wants never returns.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    let escrow = context.balance(&job.escrow);
    let end = context.now() + i64::from(terms().claim_window);

    context.advance_to(end - 1);
    let too_early = context.expire(&job, 0);
    context.advance_to(end);
    context.expire(&job, 0).unwrap();

    assert_fails(too_early, MarketError::NothingOverdue);
    assert_eq!(context.phase(&job, 0), Phase::Refunded);
    context.close("alice", &job).unwrap();
    assert_eq!(money_of(&mut context, "alice", &job), escrow);
}

#[test]
fn stranger_cancels_a_job() {
    // Loss if it worked: anybody stops anybody's job.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());

    let result = context.cancel("mallory", &job, 0, 1);

    assert_fails(result, MarketError::NotRequester);
    context.claim("bob", &job, FIRST).unwrap();
}

#[test]
fn pauses_the_verdict() {
    // Loss if it worked: whoever may pause locks the money of everybody.
    let mut context = TestContext::with_workers();
    context.worker("judge", 50_000_000);
    let job = context.post(
        "alice",
        JobTerms {
            task_count: 2,
            ..terms()
        },
    );
    context.claim("bob", &job, FIRST).unwrap();
    let (governance, until) = (context.actor("governance"), context.now() + DAY as i64);
    let pause = market::set_pause(governance.pubkey(), 15, until);
    context.send(&[pause], &[&governance]).unwrap();

    let second = TaskSeat { task: 1, seat: 0 };
    let claim = context.claim("bob", &job, second);
    let carol = context.actor("carol");
    let add = market::add_collateral(carol.pubkey(), 1);
    let collateral = context.send(&[add], &[&carol]);
    assert_fails(claim, MarketError::Paused);
    assert_fails(collateral, MarketError::Paused);

    context.contribute("bob", &job, FIRST, "42").unwrap();
    context.open(&job, 0, "42").unwrap();
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "lie")
        .unwrap();
    context
        .play_round(&job, 0, Source::Dispute, &[("judge", "42"); 5], "42")
        .unwrap();
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    context.penalize("carol", &job, OF_CHALLENGER).unwrap();
    for seat in 0..5 {
        let member = SeatPlace {
            seat,
            ..OF_CHALLENGER
        };
        context.award("judge", &job, member).unwrap();
    }
    context.award("bob", &job, DISPUTED_RESULT).unwrap();
    context.collect("bob", &job, &[0]).unwrap();
    context.close_round(&job, 0, Source::Dispute).unwrap();
    context.cancel("alice", &job, 1, 1).unwrap();
    context.close("alice", &job).unwrap();
    let remove = market::remove_collateral(carol.pubkey(), 1);
    context.send(&[remove], &[&carol]).unwrap();
    assert_eq!(money_of(&mut context, "bob", &job), PRICE);
}
