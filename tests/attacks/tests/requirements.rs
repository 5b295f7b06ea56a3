//! Attacks on what a job asks of its workers.

use assay_harness::{
    assert_fails, five,
    instruction::{
        market::{self, JobAddresses, TaskSeat},
        staking,
    },
    keypairs::provider_of,
    market::{attested_terms, batch_terms, terms, COLLATERAL},
    Address, ProgramError, Signer, TestContext, TransactionFailure, TransactionResult, ATTESTERS,
    DAY, MEMBERS,
};
use assay_market::{
    error::MarketError,
    game::{round::RoundKind, Phase, SeatState},
    state::{JobTerms, Source, GATE_EVERY_SEAT, GATE_FIRST_SEAT},
};
use assay_staking::error::StakingError;

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
const LATE: TaskSeat = TaskSeat { task: 0, seat: 1 };
/// Germany and Switzerland. Every provider of the harness declares the latter.
const GERMANY: u16 = 276;
const SWITZERLAND: u16 = 756;

/// Returns a market with workers, the set of the actor "auditor", and a job of alice with these terms whose workers need its
/// credential.
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

/// Claims the first seat for bob's worker with a credential that should not count.
#[track_caller]
fn assert_refused(
    context: &mut TestContext,
    job: &JobAddresses,
    credential: Option<Address>,
    rule: MarketError,
) {
    let result = context.claim_with("bob", job, FIRST, credential);
    assert_fails(result, rule);
    assert_eq!(context.seat(job, 0).state(), SeatState::Free);
}

const NOT_MET: MarketError = MarketError::RequirementNotMet;

/// Loss if it worked: work that only vetted machines may see goes to anybody.
#[test]
fn claims_without_a_credential() {
    let (mut context, job, set) = gated(terms());
    assert_refused(&mut context, &job, None, NOT_MET);
    let own = context.issue_credential("auditor", set, "bob", 0, i64::MAX);
    context.claim_with("bob", &job, FIRST, Some(own)).unwrap();
}

/// Loss if it worked: who lost its license works on.
#[test]
fn claims_with_an_expired_credential() {
    let (mut context, job, set) = gated(terms());
    context.wait_for_turn("bob", &job, FIRST);
    let expires_at = context.now() + 60;
    let credential = context.issue_credential("auditor", set, "bob", 0, expires_at);
    context.advance_to(expires_at);

    assert_refused(&mut context, &job, Some(credential), NOT_MET);
}

/// Loss if it worked: one license serves every worker.
#[test]
fn claims_with_anothers_credential() {
    let (mut context, job, set) = gated(terms());
    let carols = context.issue_credential("auditor", set, "carol", 0, i64::MAX);

    assert_refused(&mut context, &job, Some(carols), NOT_MET);
}

/// Loss if it worked: everybody writes its own license.
#[test]
fn claims_with_a_credential_of_its_own_set() {
    let (mut context, job, _) = gated(terms());
    let own = context.open_set("bob", 0, &["bob"]);
    let credential = context.issue_credential("bob", own, "bob", 0, i64::MAX);

    assert_refused(&mut context, &job, Some(credential), NOT_MET);
}

/// Loss if it worked: an account that the attacker's program wrote is a license.
#[test]
fn claims_with_a_forged_credential() {
    let (mut context, job, set) = gated(terms());
    let real = context.issue_credential("auditor", set, "bob", 0, i64::MAX);
    let owner = context.address_of("mallory's program");
    let forged = context.clone_with_owner(&real, "a false credential", &owner);

    let result = context.claim_with("bob", &job, FIRST, Some(forged));

    assert_fails(result, (assay_market::ID, ProgramError::IllegalOwner));
}

/// Loss if it worked: whoever once had a license keeps it by a copy of the account's address.
#[test]
fn claims_with_a_revoked_credential() {
    let (mut context, job, set) = gated(terms());
    let credential = context.issue_credential("auditor", set, "bob", 0, i64::MAX);
    let auditor = context.actor("auditor");
    let revoke = staking::revoke_credential(auditor.pubkey(), auditor.pubkey(), credential);
    context.send(&[revoke], &[&auditor]).unwrap();

    let result = context.claim_with("bob", &job, FIRST, Some(credential));

    assert!(result.is_err());
    assert_eq!(context.seat(&job, 0).state(), SeatState::Free);
}

/// Loss if it worked: a worker says that it stands where the job must run, although whoever vouches for it says otherwise.
#[test]
fn declares_a_region_that_its_credential_denies() {
    let (mut context, job, set) = gated(JobTerms {
        region: SWITZERLAND,
        ..terms()
    });
    let credential = context.issue_credential("auditor", set, "bob", GERMANY, i64::MAX);
    let declared = context.worker_account("bob").region.get();
    assert_eq!(declared, SWITZERLAND);

    assert_refused(&mut context, &job, Some(credential), NOT_MET);
}

/// Loss if it worked: data leaves the region that it must stay in.
#[test]
fn claims_from_another_region() {
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        region: GERMANY,
        ..terms()
    };
    let job = context.post("alice", terms);
    assert_refused(&mut context, &job, None, NOT_MET);
}

/// Stakes as much again for bob and allocates it to its worker.
fn top_up(context: &mut TestContext) {
    context.fund("bob", COLLATERAL);
}

/// Loss if it worked: collateral that comes for one claim and leaves behind it counts as standing.
#[test]
fn inflates_its_collateral_for_a_claim() {
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        least_collateral: 2 * COLLATERAL,
        ..terms()
    };
    let job = context.post("alice", terms);
    assert_refused(&mut context, &job, None, NOT_MET);
    top_up(&mut context);

    let young = MarketError::CollateralTooYoung;
    assert_refused(&mut context, &job, None, young);
    context.advance(600);
    assert_refused(&mut context, &job, None, young);
}

/// Loss if it worked: as before, where nothing is bound, so that the same stake serves any number of workers in turn.
#[test]
fn inflates_its_collateral_for_a_submission() {
    let mut context = TestContext::with_workers();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let terms = JobTerms {
        least_collateral: 2 * COLLATERAL,
        ..attested_terms(1)
    };
    let job = context.post_attested("alice", terms, set);
    let bob = context.actor("bob");
    top_up(&mut context);
    context.advance(60);
    let attestation = context.attestation("bob", &job, set, 0, "42");

    let result = context.submit("bob", &attestation, &["lab 1"]);

    assert_fails(result, MarketError::CollateralTooYoung);
    assert_eq!(context.phase(&job, 0), Phase::Running);
    let remove = market::remove_collateral(bob.pubkey(), COLLATERAL);
    context.send(&[remove], &[&bob]).unwrap();
}

/// Loss if it worked: only the first worker of a task is vetted, and its checker sees the data all the same.
#[test]
fn skips_the_requirements_in_a_late_seat() {
    let job = |gate| {
        gated(JobTerms {
            gate,
            checks_bps: 10_000,
            ..terms()
        })
    };
    for (gate, admits) in [(GATE_EVERY_SEAT, false), (GATE_FIRST_SEAT, true)] {
        let (mut context, job, set) = job(gate);
        let credential = context.issue_credential("auditor", set, "bob", 0, i64::MAX);
        context
            .claim_with("bob", &job, FIRST, Some(credential))
            .unwrap();
        context.contribute("bob", &job, FIRST, "42").unwrap();

        let result = context.claim("carol", &job, LATE);

        if admits {
            result.unwrap();
        } else {
            assert_fails(result, NOT_MET);
        }
    }
}

/// Loss if it worked: a requester that chooses who works keeps everybody from contradicting what its friends say.
#[test]
fn keeps_strangers_out_of_the_rounds() {
    let (mut context, job, set) = gated(batch_terms(1));
    let credential = context.issue_credential("auditor", set, "bob", 0, i64::MAX);
    context
        .claim_with("bob", &job, FIRST, Some(credential))
        .unwrap();
    context.contribute("bob", &job, FIRST, "lie").unwrap();
    context.open(&job, 0, "lie").unwrap();
    context.enrich(&MEMBERS);

    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context.fill_round(&job, Source::Dispute, &five(["42"; 5]));
    context.decide_for(&job, Source::Dispute, "42").unwrap();

    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);
}

/// Loss if it worked: readers of a receipt take a result of chosen workers for one that anybody could have contradicted.
#[test]
fn hides_that_workers_were_chosen() {
    let (mut context, job, set) = gated(JobTerms {
        region: GERMANY,
        least_collateral: COLLATERAL,
        ..batch_terms(1)
    });
    let credential = context.issue_credential("auditor", set, "bob", GERMANY, i64::MAX);
    context
        .claim_with("bob", &job, FIRST, Some(credential))
        .unwrap();
    context.contribute("bob", &job, FIRST, "42").unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    let args = context.receipt_args(&job, 0, 1, "42");

    context.write_receipt("alice", &job, 0, args).unwrap();

    let address = context.receipt_of("alice", &job, 0);
    let receipt = context.receipt(&address).0;
    assert_eq!(
        (receipt.credential_set, receipt.gate),
        (set, GATE_EVERY_SEAT)
    );
    assert_eq!(receipt.region.get(), GERMANY);
    assert_eq!(receipt.least_collateral.get(), COLLATERAL);
}

/// Lets the actor issue a credential of the auditor's set for bob.
fn issue(context: &mut TestContext, name: &str, set: Address) -> Sent {
    let (signer, provider) = (context.actor(name), provider_of("bob"));
    let owner = signer.pubkey();
    let issue = staking::issue_credential(owner, owner, set, provider, 0, i64::MAX);
    context.send(&[issue], &[&signer])
}

/// Loss if it worked: anybody vouches in the name of any set.
#[test]
fn vouches_in_the_name_of_another() {
    let (mut context, _, set) = gated(terms());
    for name in ["mallory", "lab 1", "bob"] {
        let result = issue(&mut context, name, set);
        assert_fails(result, StakingError::NotAuthority);
    }
    issue(&mut context, "auditor", set).unwrap();
}

/// Loss if it worked: a competitor takes a worker's license away.
#[test]
fn revokes_the_license_of_a_competitor() {
    let (mut context, _, set) = gated(terms());
    let expires_at = context.now() + DAY as i64;
    let credential = context.issue_credential("auditor", set, "bob", 0, expires_at);
    let (carol, auditor) = (context.actor("carol"), context.address_of("auditor"));
    let revoke = staking::revoke_credential(carol.pubkey(), auditor, credential);

    let result = context.send(&[revoke], &[&carol]);

    assert_fails(result, StakingError::NotAuthority);
    assert!(context.exists(&credential));
}

/// Loss if it worked: anybody closes any set, and the jobs that wait for its signatures come to nothing.
#[test]
fn closes_the_set_of_another() {
    let (mut context, _, set) = gated(terms());
    let (mallory, auditor) = (context.actor("mallory"), context.address_of("auditor"));
    let close = staking::close_attester_set(mallory.pubkey(), auditor, set);

    let result = context.send(&[close], &[&mallory]);

    assert_fails(result, StakingError::NotAuthority);
    assert!(context.exists(&set));
}

/// Loss if it worked: whoever closes an account takes the rent that another paid.
#[test]
fn takes_the_rent_of_a_credential() {
    let (mut context, _, set) = gated(terms());
    let expires_at = context.now() + DAY as i64;
    let credential = context.issue_credential("auditor", set, "bob", 0, expires_at);
    context.advance(DAY);
    let mallory = context.actor("mallory");
    let revoke = staking::revoke_credential(mallory.pubkey(), mallory.pubkey(), credential);

    let result = context.send(&[revoke], &[&mallory]);

    assert_fails(result, StakingError::WrongRecipient);
}

/// Loss if it worked: a set with a key of nobody, or one key many times, needs fewer attesters than it shows.
#[test]
fn opens_a_set_that_shows_more_keys_than_it_has() {
    let mut context = TestContext::new();
    let mallory = context.actor("mallory");
    let owner = mallory.pubkey();
    let key = [9; 32];
    for keys in [vec![key, key], vec![[0; 32], key], vec![]] {
        let open = staking::open_attester_set(owner, owner, 0, keys);
        let result = context.send(&[open], &[&mallory]);
        assert_fails(result, StakingError::BadAttesterKeys);
    }
}
