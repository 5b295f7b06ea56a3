use super::*;
use crate::error::{CoverError, RuleResult};
use anchor_lang::prelude::*;
use assay_market::state::{GATE_EVERY_SEAT, GATE_FIRST_SEAT, POLICY_ATTESTED};
use assay_rewards::state::Receipt;
use bytemuck::Zeroable;

const FIGURE: u64 = 90;
const SET: Address = Address::new_from_array([7; 32]);

fn terms() -> CoverTerms {
    CoverTerms {
        nonce: 0,
        amount: 1_000,
        expires_at: 100,
        insured: Address::new_from_array([1; 32]),
        module: [2; 32],
        input: [3; 32],
        threshold: FIGURE,
        job_mint: Address::new_from_array([4; 32]),
        attesters: [0; 32],
        least_stake: 50,
        most_stake: 60,
        credential_set: Address::default(),
        limits: RunLimits {
            runtime_id: [5; 8],
            most_fuel: 1_000,
            most_memory: 2_000,
            most_output: 3_000,
            least_run_window: 600,
        },
        least_agreed: 2,
        undisputed: true,
    }
}

/// A receipt that just satisfies the terms.
fn receipt() -> Receipt {
    Receipt {
        agreed: 2,
        checked: 1,
        module: [2; 32],
        input: [3; 32],
        mint: Address::new_from_array([4; 32]),
        bond: 20.into(),
        lie: 30.into(),
        runtime_id: [5; 8],
        fuel: 1_000.into(),
        memory_bytes: 2_000.into(),
        output_bytes: 3_000.into(),
        run_window: 600.into(),
        ..Receipt::zeroed()
    }
}

fn check(terms: &CoverTerms, receipt: &Receipt) -> RuleResult<u64> {
    let mut cover = Cover::zeroed();
    cover.open(terms);
    cover.check_receipt(receipt, Some(&FIGURE.to_le_bytes()))
}

#[test]
fn a_receipt_that_just_satisfies_the_terms_pays() {
    assert_eq!(check(&terms(), &receipt()), Ok(FIGURE));
}

#[test]
fn stake_counts_bond_and_penalty_together_and_does_not_overflow() {
    let weak = Receipt {
        lie: 29.into(),
        ..receipt()
    };
    assert_eq!(check(&terms(), &weak), Err(CoverError::WeakBacking));
    let reachable = Receipt {
        lie: 40.into(),
        ..receipt()
    };
    assert_eq!(check(&terms(), &reachable), Ok(FIGURE));
    for lie in [41, u64::MAX] {
        let huge = Receipt {
            lie: lie.into(),
            ..receipt()
        };
        assert_eq!(check(&terms(), &huge), Err(CoverError::StakeOutOfReach));
    }
}

#[test]
fn seats_are_closed_if_requirements_bound_everybody_who_ran_the_task() {
    let requirements: [fn(&mut Receipt); 3] = [
        |receipt| receipt.region = 276.into(),
        |receipt| receipt.least_collateral = 1.into(),
        |receipt| receipt.credential_set = SET,
    ];
    for (gate, checked, is_open) in [
        (GATE_EVERY_SEAT, 0, false),
        (GATE_EVERY_SEAT, 1, false),
        (GATE_FIRST_SEAT, 0, false),
        (GATE_FIRST_SEAT, 1, true),
    ] {
        for require in requirements {
            let mut receipt = receipt();
            (receipt.gate, receipt.checked) = (gate, checked);
            require(&mut receipt);
            let expected = if is_open {
                Ok(FIGURE)
            } else {
                Err(CoverError::ClosedSeats)
            };
            assert_eq!(check(&terms(), &receipt), expected);
        }
    }
}

#[test]
fn a_cover_that_names_a_credential_set_allows_that_set_and_nothing_beside_it() {
    let terms = CoverTerms {
        credential_set: SET,
        ..terms()
    };
    let of_set = Receipt {
        credential_set: SET,
        ..receipt()
    };
    assert_eq!(check(&terms, &of_set), Ok(FIGURE));
    assert_eq!(check(&terms, &receipt()), Ok(FIGURE));
    let closed = Err(CoverError::ClosedSeats);
    let of_other = Receipt {
        credential_set: Address::new_from_array([8; 32]),
        ..receipt()
    };
    assert_eq!(check(&terms, &of_other), closed);
    let narrower = Receipt {
        region: 276.into(),
        ..of_set
    };
    assert_eq!(check(&terms, &narrower), closed);
}

#[test]
fn a_run_that_no_ordinary_machine_could_do_does_not_pay() {
    type Change = fn(&mut Receipt);
    let beyond: [(Change, CoverError); 5] = [
        (|r| r.runtime_id = [6; 8], CoverError::WrongRuntime),
        (|r| r.fuel = 1_001.into(), CoverError::LimitsOutOfReach),
        (
            |r| r.memory_bytes = 2_001.into(),
            CoverError::LimitsOutOfReach,
        ),
        (
            |r| r.output_bytes = 3_001.into(),
            CoverError::LimitsOutOfReach,
        ),
        (|r| r.run_window = 599.into(), CoverError::LimitsOutOfReach),
    ];
    for (change, expected) in beyond {
        let mut receipt = receipt();
        change(&mut receipt);
        assert_eq!(check(&terms(), &receipt), Err(expected));
        let attested = CoverTerms {
            attesters: [9; 32],
            least_stake: 0,
            ..terms()
        };
        let signed = Receipt {
            policy: POLICY_ATTESTED,
            attesters: [9; 32],
            ..receipt
        };
        assert_eq!(check(&attested, &signed), Ok(FIGURE));
    }
}

#[test]
fn attesters_vouch_for_a_result_whoever_was_let_in() {
    let terms = CoverTerms {
        attesters: [9; 32],
        least_stake: 0,
        ..terms()
    };
    let attested = Receipt {
        policy: POLICY_ATTESTED,
        attesters: [9; 32],
        region: 276.into(),
        ..receipt()
    };
    assert_eq!(check(&terms, &attested), Ok(FIGURE));
    assert_eq!(check(&terms, &receipt()), Err(CoverError::WrongPolicy));
}

#[test]
fn the_figure_is_the_first_eight_bytes_of_the_output() {
    let mut cover = Cover::zeroed();
    cover.open(&terms());
    let pays = |output: Option<&[u8]>| cover.check_receipt(&receipt(), output);
    let longer = [FIGURE.to_le_bytes().as_slice(), b" millimeters"].concat();
    assert_eq!(pays(Some(&longer)), Ok(FIGURE));
    assert_eq!(pays(Some(&longer[..7])), Err(CoverError::NoFigure));
    assert_eq!(pays(None), Err(CoverError::NoFigure));
    let below = (FIGURE - 1).to_le_bytes();
    assert_eq!(pays(Some(&below)), Err(CoverError::BelowThreshold));
}

#[test]
fn the_deadline_belongs_to_the_insurer() {
    let mut cover = Cover::zeroed();
    cover.open(&terms());
    assert_eq!(cover.check_running(99), Ok(()));
    assert_eq!(cover.check_running(100), Err(CoverError::CoverExpired));
    assert_eq!(cover.check_expired(99), Err(CoverError::CoverRunning));
    assert_eq!(cover.check_expired(100), Ok(()));
}

#[test]
fn terms_that_no_receipt_satisfies_are_refused() {
    assert_eq!(terms().validate(99), Ok(()));
    let bad = Err(CoverError::BadTerms);
    let nobody_agrees = CoverTerms {
        least_agreed: 0,
        ..terms()
    };
    assert_eq!(nobody_agrees.validate(0), bad);
    let empty_range = CoverTerms {
        most_stake: 49,
        ..terms()
    };
    assert_eq!(empty_range.validate(0), bad);
    let attested = CoverTerms {
        attesters: [9; 32],
        least_stake: 0,
        ..terms()
    };
    assert_eq!(attested.validate(0), Ok(()));
    let with_stake = CoverTerms {
        least_stake: 1,
        ..attested
    };
    assert_eq!(with_stake.validate(0), bad);
    let with_credential = CoverTerms {
        credential_set: SET,
        ..attested
    };
    assert_eq!(with_credential.validate(0), bad);
}
