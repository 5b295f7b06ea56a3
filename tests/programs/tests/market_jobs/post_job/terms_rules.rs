use super::{market_with_workers, send};
use assay_harness::{
    assert_fails,
    market::{terms, MAX_CLAIM_WINDOW, MAX_RUN_WINDOW},
    pda::market as at,
};
use assay_market::{
    error::MarketError,
    instruction::PostJob,
    state::{JobTerms, MAX_REPLICAS, MAX_WIDTH, MIN_RUN_WINDOW},
};

/// Asserts that a job with these terms, for which the usual escrow is paid, is rejected.
#[track_caller]
fn assert_refused(changed: JobTerms, rule: MarketError) {
    let mut context = market_with_workers();
    let mut order = context.post_job_params("alice", terms());
    order.terms = changed;
    assert_fails(send(&mut context, order), rule);
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
fn a_task_has_one_to_sixteen_replicas() {
    for replicas in [0, MAX_REPLICAS + 1] {
        let changed = JobTerms {
            replicas,
            quorum: replicas,
            ..terms()
        };
        assert_refused(changed, MarketError::BadCommittee);
    }
}

#[test]
fn replicas_and_spares_are_thirty_two_at_most() {
    let changed = JobTerms {
        spares: MAX_WIDTH - 2,
        ..terms()
    };
    assert_refused(changed, MarketError::BadCommittee);
    let changed = JobTerms {
        spares: u8::MAX,
        ..terms()
    };
    assert_refused(changed, MarketError::BadCommittee);
}

#[test]
fn the_quorum_is_a_majority_and_not_more_than_all() {
    for (replicas, quorum) in [(3, 1), (4, 2), (3, 4), (1, 0)] {
        let changed = JobTerms {
            replicas,
            quorum,
            ..terms()
        };
        assert_refused(changed, MarketError::BadQuorum);
    }
}

#[test]
fn work_has_a_price() {
    let changed = JobTerms {
        price: 0,
        ..terms()
    };
    assert_refused(changed, MarketError::ZeroPrice);
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
    let changes = [
        JobTerms {
            claim_window: 0,
            ..terms()
        },
        JobTerms {
            claim_window: MAX_CLAIM_WINDOW + 1,
            ..terms()
        },
        JobTerms {
            run_window: 0,
            ..terms()
        },
        JobTerms {
            run_window: MAX_RUN_WINDOW + 1,
            ..terms()
        },
    ];
    for changed in changes {
        assert_refused(changed, MarketError::BadWindow);
    }
}

#[test]
fn the_extremes_are_accepted() {
    let mut context = market_with_workers();
    let changed = JobTerms {
        replicas: MAX_REPLICAS,
        quorum: MAX_REPLICAS,
        spares: MAX_WIDTH - MAX_REPLICAS,
        claim_window: MAX_CLAIM_WINDOW,
        run_window: MAX_RUN_WINDOW,
        ..terms()
    };
    let handle = context.post("alice", changed);
    assert_eq!(context.job(&handle).1.len(), usize::from(MAX_WIDTH));
}

#[test]
fn running_takes_ten_seconds_at_least() {
    let lasting = |run_window| JobTerms {
        run_window,
        ..terms()
    };
    assert_refused(lasting(MIN_RUN_WINDOW - 1), MarketError::BadWindow);
    let mut context = market_with_workers();
    let handle = context.post("alice", lasting(MIN_RUN_WINDOW));
    assert_eq!(context.job(&handle).0.run_window.get(), MIN_RUN_WINDOW);
}

/// The escrow of one task at this price fits 64 bits; the job is rejected only because it is not paid.
#[test]
fn an_escrow_beyond_64_bits_overflows() {
    let dear = |task_count| JobTerms {
        task_count,
        price: u64::MAX / 4,
        ..terms()
    };
    assert_refused(dear(1), MarketError::EscrowTooSmall);
    assert_refused(dear(2), MarketError::Overflow);
}

/// With one task less the number of seats fits 32 bits; the job is rejected only because the account has another size.
#[test]
fn more_seats_than_32_bits_count_overflow() {
    assert_eq!(terms().width(), 4);
    let one_too_many = 1 << 30;
    for (task_count, rule) in [
        (one_too_many, MarketError::Overflow),
        (one_too_many - 1, MarketError::WrongJobSize),
    ] {
        let mut context = market_with_workers();
        let mut order = context.post_job_params("alice", terms());
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
