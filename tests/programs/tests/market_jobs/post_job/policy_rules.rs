//! Rules about policy, requirements and royalties.

use super::send;
use assay_harness::{
    assert_fails,
    keypairs::address_of,
    market::{attested_terms, terms, LIE_PRICES},
    pda::staking as staking_at,
    Address, TestContext, TransactionFailure, TransactionResult, ATTESTERS,
};
use assay_market::{
    error::MarketError,
    state::{JobTerms, GATE_EVERY_SEAT, GATE_FIRST_SEAT, MAX_ROYALTY_BPS},
};

/// Sends the posting of a job of alice that names the set of the actor "lab", or no set.
fn post(terms: JobTerms, names_set: bool) -> Result<TransactionResult, TransactionFailure> {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    assert_eq!(set, staking_at::attester_set(&address_of("lab"), 0));
    let mut order = context.post_job_params("alice", terms);
    order.attesters = names_set.then_some(set);
    send(&mut context, order)
}

#[track_caller]
fn assert_refused(terms: JobTerms, names_set: bool, rule: MarketError) {
    assert_fails(post(terms, names_set), rule);
}

const BAD: MarketError = MarketError::BadPolicy;

#[test]
fn a_policy_is_known() {
    let unknown = JobTerms {
        policy: 2,
        ..attested_terms(1)
    };
    assert_refused(unknown, true, BAD);
}

#[test]
fn an_attested_job_names_its_set_and_asks_for_one_to_all_of_its_keys() {
    let all = u8::try_from(ATTESTERS.len()).unwrap();
    assert_refused(attested_terms(1), false, BAD);
    for attestations in [0, all + 1, u8::MAX] {
        assert_refused(attested_terms(attestations), true, BAD);
    }
    for attestations in [1, all] {
        post(attested_terms(attestations), true).unwrap();
    }
}

#[test]
fn an_attested_job_has_neither_checks_nor_a_penalty() {
    let checked = JobTerms {
        checks_bps: 10_000,
        ..attested_terms(1)
    };
    let penalty = JobTerms {
        lie_prices: LIE_PRICES,
        ..attested_terms(1)
    };
    assert_refused(checked, true, BAD);
    assert_refused(penalty, true, BAD);
}

#[test]
fn a_checked_job_asks_for_no_signatures() {
    let signed = JobTerms {
        attestations: 1,
        ..terms()
    };
    assert_refused(signed, true, BAD);
    // A set that is named without need is not read.
    post(terms(), true).unwrap();
}

#[test]
fn requirements_bind_every_seat_or_the_first() {
    for gate in [GATE_EVERY_SEAT, GATE_FIRST_SEAT] {
        post(JobTerms { gate, ..terms() }, false).unwrap();
    }
    let unknown = JobTerms { gate: 2, ..terms() };
    assert_refused(unknown, false, MarketError::BadRequirement);
}

#[test]
fn what_a_job_requires_is_written_down() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    assert_eq!(context.job(&job).0.has_requirements, 0);
    let set = Address::new_from_array([5; 32]);
    for (nonce, required) in [
        JobTerms {
            credential_set: set,
            ..terms()
        },
        JobTerms {
            region: 276,
            ..terms()
        },
        JobTerms {
            least_collateral: 7,
            gate: GATE_FIRST_SEAT,
            ..terms()
        },
    ]
    .into_iter()
    .enumerate()
    {
        let nonce = nonce as u64 + 1;
        let job = context.post("alice", JobTerms { nonce, ..required });
        let header = context.job(&job).0;
        assert_eq!(header.has_requirements, 1);
        assert_eq!(header.credential_set, required.credential_set);
        assert_eq!(header.region.get(), required.region);
        assert_eq!(header.least_collateral.get(), required.least_collateral);
        assert_eq!(header.gate, required.gate);
    }
}

#[test]
fn a_royalty_has_an_author_and_a_limit() {
    let with = |author, royalty_bps| JobTerms {
        author,
        royalty_bps,
        ..terms()
    };
    let (author, nobody) = (address_of("author"), Address::default());
    for terms in [
        with(author, 0),
        with(nobody, 1),
        with(author, MAX_ROYALTY_BPS + 1),
    ] {
        assert_refused(terms, false, MarketError::WrongRoyalty);
    }
    post(with(author, MAX_ROYALTY_BPS), false).unwrap();
}
