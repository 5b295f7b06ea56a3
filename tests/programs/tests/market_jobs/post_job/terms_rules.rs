use super::send;
use assay_harness::{
    assert_fails,
    market::{checked_terms, terms, MAX_CLAIM_WINDOW, MAX_RUN_WINDOW},
    pda::market as at,
    TestContext,
};
use assay_market::{
    error::MarketError,
    instruction::PostJob,
    state::{JobTerms, Params, MAX_CHECKS_BPS, MIN_RUN_WINDOW},
};

/// Asserts that a job with these terms, for which the usual escrow is paid, is rejected, and that nothing is posted.
#[track_caller]
fn assert_refused(changed: JobTerms, rule: MarketError) {
    let mut context = TestContext::with_workers();
    let mut order = context.post_job_params("alice", terms());
    order.terms = changed;
    assert_fails(send(&mut context, order), rule);
    let job = at::job(&order.requester, changed.nonce);
    assert!(!context.exists(&job));
}

/// Posts a job with these terms and all the escrow that it needs.
#[track_caller]
fn assert_posted(terms: JobTerms) {
    let mut context = TestContext::with_workers();
    context.post("alice", terms);
}

#[test]
fn a_job_has_a_task() {
    let changed = JobTerms {
        task_count: 0,
        ..terms()
    };
    assert_refused(changed, MarketError::NoTasks);
}

#[test]
fn a_task_has_fifteen_late_seats_at_most() {
    let short = |checks_bps| JobTerms {
        run_window: MIN_RUN_WINDOW,
        ..checked_terms(checks_bps)
    };
    assert_eq!(MAX_CHECKS_BPS, 150_000);
    for checks_bps in [150_001, u32::MAX] {
        assert_refused(short(checks_bps), MarketError::TooManyChecks);
    }
    assert_posted(short(150_000));
}

#[test]
fn many_late_seats_have_a_run_short_enough_to_be_judged_while_stake_unbonds() {
    let mut context = TestContext::with_workers();
    let params: Params = context.account(&at::params());
    let exposure = params.exposure().unwrap();
    let with = |checks_bps, run_window| JobTerms {
        run_window,
        ..checked_terms(checks_bps)
    };
    // Given: the longest run with which three late seats are still judged in time, computed from the rules.
    let fits = |run_window| {
        let terms = with(30_000, run_window);
        let rules = terms.rules(&params, 0).unwrap();
        rules.exposure(3) <= exposure
    };
    let longest = u32::try_from(MAX_RUN_WINDOW).unwrap();
    let edge = (MIN_RUN_WINDOW..longest).rfind(|run| fits(*run)).unwrap();

    // When, then
    assert_refused(with(30_000, edge + 1), MarketError::TooManyChecks);
    assert_refused(with(20_001, edge + 1), MarketError::TooManyChecks);
    let job = context.post("alice", with(30_000, edge));
    assert_eq!(context.job(&job).0.late_seats, 3);
    assert_posted(with(20_001, edge));
    assert_posted(with(20_000, longest));
}

#[test]
fn a_lie_costs_from_twenty_to_five_hundred_prices() {
    let with = |lie_prices| JobTerms {
        lie_prices,
        ..terms()
    };
    for lie_prices in [0, 19, 501, u16::MAX] {
        assert_refused(with(lie_prices), MarketError::BadPenalty);
    }
    for lie_prices in [20, 500] {
        assert_posted(with(lie_prices));
    }
}

#[test]
fn work_has_a_price() {
    let changed = JobTerms {
        price: 0,
        ..terms()
    };
    assert_refused(changed, MarketError::ZeroPrice);
    assert_posted(JobTerms {
        price: 1,
        ..terms()
    });
}

#[test]
fn a_price_beyond_64_bits_overflows() {
    let changed = JobTerms {
        price: u64::MAX / 2,
        ..terms()
    };
    assert_refused(changed, MarketError::Overflow);
}

#[test]
fn every_limit_is_above_zero() {
    let changes = [
        JobTerms { fuel: 0, ..terms() },
        JobTerms {
            memory_bytes: 0,
            ..terms()
        },
        JobTerms {
            output_bytes: 0,
            ..terms()
        },
    ];
    for changed in changes {
        assert_refused(changed, MarketError::BadLimits);
    }
}

#[test]
fn windows_are_neither_zero_nor_longer_than_the_parameters_allow() {
    let (claim, run) = (
        u32::try_from(MAX_CLAIM_WINDOW).unwrap(),
        u32::try_from(MAX_RUN_WINDOW).unwrap(),
    );
    let with = |claim_window, run_window| JobTerms {
        claim_window,
        run_window,
        ..terms()
    };
    for (claim, run) in [(0, run), (claim + 1, run), (claim, 0), (claim, run + 1)] {
        assert_refused(with(claim, run), MarketError::BadWindow);
    }
    assert_posted(with(claim, run));
    assert_posted(with(1, run));
}

#[test]
fn running_takes_ten_seconds_at_least() {
    let lasting = |run_window| JobTerms {
        run_window,
        ..terms()
    };
    assert_eq!(MIN_RUN_WINDOW, 10);
    assert_refused(lasting(9), MarketError::BadWindow);
    assert_posted(lasting(10));
}

/// A lie of twenty prices fits 64 bits at this price, which is two forty-firsts of all of them; so does the escrow of one
/// task. The job is rejected only because it is not paid.
#[test]
fn an_escrow_beyond_64_bits_overflows() {
    let dear = |task_count| JobTerms {
        task_count,
        price: u64::MAX / 41,
        ..terms()
    };
    assert_refused(dear(1), MarketError::EscrowTooSmall);
    assert_refused(dear(40), MarketError::Overflow);
}

/// With one task less the number of seats fits 32 bits; the job is rejected only because the account has another size.
#[test]
fn more_seats_than_32_bits_count_overflow() {
    let two_seats = checked_terms(10_000);
    let one_too_many = 1 << 31;
    for (task_count, rule) in [
        (one_too_many, MarketError::Overflow),
        (one_too_many - 1, MarketError::WrongJobSize),
    ] {
        let mut context = TestContext::with_workers();
        let mut order = context.post_job_params("alice", two_seats);
        order.escrow *= u64::from(task_count);
        context.mint_tokens(&order.payment.mint, &order.requester, order.escrow);
        let mut posting = context.post_job_instructions(order);
        let job = at::job(&order.requester, order.terms.nonce);
        let terms = JobTerms {
            task_count,
            escrow_bump: at::escrow_authority(&job).1,
            ..order.terms
        };
        posting[4].data = anchor_lang::InstructionData::data(&PostJob { terms });
        let alice = context.actor("alice");
        assert_fails(context.send(&posting, &[&alice]), rule);
    }
}
