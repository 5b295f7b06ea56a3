//! What a claim needs where the job requires something of its workers.

use crate::fixtures::{FIRST, LATE};
use assay_harness::{
    assert_fails,
    instruction::{
        market::{self, JobAddresses},
        staking,
    },
    market::{attested_terms, checked_terms, terms, COLLATERAL},
    pda::staking as staking_at,
    Address, Signer, TestContext, ATTESTERS,
};
use assay_market::{
    error::MarketError,
    game::SeatState,
    state::{JobTerms, GATE_FIRST_SEAT},
};
use assay_staking::state::ProviderProfile;

const NOT_MET: MarketError = MarketError::RequirementNotMet;

fn posted(terms: JobTerms) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms);
    (context, job)
}

/// As [`posted`], with the set of the actor "auditor", whose credential the job requires.
fn gated(terms: JobTerms) -> (TestContext, JobAddresses, Address) {
    let mut context = TestContext::with_workers();
    let set = context.open_set("auditor", 0, &["lab 1"]);
    let terms = JobTerms {
        credential_set: set,
        ..terms
    };
    let job = context.post("alice", terms);
    (context, job, set)
}

#[test]
fn an_attested_job_is_not_claimed() {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let job = context.post_attested("alice", attested_terms(1), set);
    assert_fails(context.claim("bob", &job, FIRST), MarketError::WrongPolicy);
}

#[test]
fn a_worker_has_the_collateral_that_is_asked_for() {
    let least = |least_collateral| JobTerms {
        least_collateral,
        ..terms()
    };
    let (mut context, job) = posted(least(COLLATERAL + 1));
    assert_fails(context.claim("bob", &job, FIRST), NOT_MET);
    let (mut context, job) = posted(least(COLLATERAL));
    context.claim("bob", &job, FIRST).unwrap();
}

/// What is bound in other seats counts.
#[test]
fn bound_collateral_counts() {
    let (mut context, other) = posted(terms());
    context.claim("bob", &other, FIRST).unwrap();
    let job = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            least_collateral: COLLATERAL,
            ..terms()
        },
    );
    context.claim("bob", &job, FIRST).unwrap();
}

/// The region that the owner declares at staking, once it is copied.
#[test]
fn a_worker_is_in_the_region_that_is_asked_for() {
    let (mut context, job) = posted(JobTerms {
        region: 276,
        ..terms()
    });
    assert_fails(context.claim("bob", &job, FIRST), NOT_MET);
    let (bob, anyone) = (context.actor("bob"), context.actor("anyone"));
    let profile = ProviderProfile {
        region: 276,
        ..context.profile("bob")
    };
    let update = staking::update_provider(bob.pubkey(), profile);
    context.send(&[update], &[&bob]).unwrap();
    assert_fails(context.claim("bob", &job, FIRST), NOT_MET);

    let sync = market::sync_worker(staking_at::provider(&bob.pubkey()));
    context.send(&[sync], &[&anyone]).unwrap();

    context.claim("bob", &job, FIRST).unwrap();
}

#[test]
fn a_worker_shows_the_credential_that_is_asked_for() {
    let (mut context, job, set) = gated(terms());
    let own = context.issue_credential("auditor", set, "bob", 0, i64::MAX);
    let carols = context.issue_credential("auditor", set, "carol", 0, i64::MAX);
    let other = context.open_set("auditor", 1, &["lab 1"]);
    let others = context.issue_credential("auditor", other, "bob", 0, i64::MAX);

    for shown in [None, Some(carols), Some(others)] {
        let result = context.claim_with("bob", &job, FIRST, shown);
        assert_fails(result, NOT_MET);
    }

    context.claim_with("bob", &job, FIRST, Some(own)).unwrap();
}

#[test]
fn a_credential_counts_until_it_expires() {
    let (mut context, job, set) = gated(terms());
    context.wait_for_turn("bob", &job, FIRST);
    let expires_at = context.now() + 60;
    let own = context.issue_credential("auditor", set, "bob", 0, expires_at);
    context.advance(59);
    let mut late = context.clone();
    late.advance(1);

    let result = late.claim_with("bob", &job, FIRST, Some(own));

    assert_fails(result, NOT_MET);
    context.claim_with("bob", &job, FIRST, Some(own)).unwrap();
}

/// The set of a credential may be closed: whoever signs for it can still revoke what it issued.
#[test]
fn a_credential_counts_after_its_set_is_closed() {
    let (mut context, job, set) = gated(terms());
    let own = context.issue_credential("auditor", set, "bob", 0, i64::MAX);
    let auditor = context.actor("auditor");
    let close = staking::close_attester_set(auditor.pubkey(), auditor.pubkey(), set);
    context.send(&[close], &[&auditor]).unwrap();

    context.claim_with("bob", &job, FIRST, Some(own)).unwrap();
}

#[test]
fn the_region_is_that_of_the_credential() {
    for (vouched, admits) in [(276, true), (756, false), (0, false)] {
        let (mut context, job, set) = gated(JobTerms {
            region: 276,
            ..terms()
        });
        let own = context.issue_credential("auditor", set, "bob", vouched, i64::MAX);
        let result = context.claim_with("bob", &job, FIRST, Some(own));
        if admits {
            result.unwrap();
        } else {
            assert_fails(result, NOT_MET);
        }
    }
}

#[test]
fn requirements_bind_late_seats_unless_they_bind_the_first_only() {
    let abroad = JobTerms {
        region: 276,
        ..checked_terms(10_000)
    };
    for gate in [0, GATE_FIRST_SEAT] {
        let (mut context, job, set) = gated(JobTerms { gate, ..abroad });
        let own = context.issue_credential("auditor", set, "bob", 276, i64::MAX);
        context.claim_with("bob", &job, FIRST, Some(own)).unwrap();
        context.contribute("bob", &job, FIRST, "42").unwrap();
        let without = context.clone().claim("carol", &job, LATE);
        if gate == GATE_FIRST_SEAT {
            without.unwrap();
            continue;
        }
        assert_fails(without, NOT_MET);
        let carols = context.issue_credential("auditor", set, "carol", 276, i64::MAX);
        context
            .claim_with("carol", &job, LATE, Some(carols))
            .unwrap();
        assert_eq!(context.seat(&job, 1).state(), SeatState::Claimed);
    }
}

/// A credential that nobody asks for is not read.
#[test]
fn a_job_without_requirements_asks_for_nothing() {
    let (mut context, job) = posted(terms());
    let set = context.open_set("auditor", 0, &["lab 1"]);
    let carols = context.issue_credential("auditor", set, "carol", 0, i64::MAX);
    context
        .claim_with("bob", &job, FIRST, Some(carols))
        .unwrap();
}
