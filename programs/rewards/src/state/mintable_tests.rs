use super::super::schedule::tests::{epochs, schedules, LAST};
use super::*;
use assay_shared::math::BPS;
use proptest::prelude::*;

/// The four bounds by their definitions, in wide numbers.
fn bounds(
    schedule: &Schedule,
    epoch: u64,
    minted: u64,
    weight: u64,
    kappa_bps: u64,
) -> [(u128, Bound); 4] {
    let cumulative = schedule.cumulative(epoch + 1).unwrap();
    let emission = cumulative - schedule.cumulative(epoch).unwrap();
    let left = u128::from(schedule.cap - schedule.genesis_supply);
    [
        (
            cumulative.saturating_sub(u128::from(minted)),
            Bound::Schedule,
        ),
        (left.saturating_sub(u128::from(minted)), Bound::Cap),
        (
            u128::from(weight) * u128::from(kappa_bps) / u128::from(BPS),
            Bound::Fees,
        ),
        (2 * emission, Bound::Backlog),
    ]
}

/// Amounts of every size, not only large ones.
fn amounts() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64).prop_map(|(amount, shift)| amount >> shift)
}

proptest! {
    #[test]
    fn the_least_bound_decides_and_is_named(
        (schedule, epoch) in schedules().prop_flat_map(epochs),
        minted in amounts(),
        weight in amounts(),
        kappa_bps in 0..=MAX_KAPPA_BPS,
    ) {
        let mintable = schedule.mintable(epoch, minted, weight, kappa_bps).unwrap();
        let amount = u128::from(mintable.amount);
        for (bound, name) in bounds(&schedule, epoch, minted, weight, kappa_bps) {
            prop_assert!(amount <= bound);
            if name == mintable.bound {
                prop_assert_eq!(amount, bound);
            }
        }
    }

    #[test]
    fn at_most_half_of_the_fees_is_minted(
        schedule in schedules(), epoch in 0..=LAST, weight in amounts(), kappa_bps in 0..=MAX_KAPPA_BPS,
    ) {
        let mintable = schedule.mintable(epoch, 0, weight, kappa_bps).unwrap();
        prop_assert!(mintable.amount <= weight / 2);
    }

    #[test]
    fn no_sequence_of_epochs_mints_beyond_the_cap_or_the_schedule(
        schedule in schedules(),
        steps in prop::collection::vec((0.0f64..0.2, amounts(), 0..=MAX_KAPPA_BPS), 1..60),
    ) {
        let (mut minted, mut epoch) = (0u64, 0u64);
        for (step, weight, kappa_bps) in steps {
            epoch = epoch.saturating_add((schedule.halving_epochs as f64 * step) as u64).min(LAST);
            let mintable = schedule.mintable(epoch, minted, weight, kappa_bps).unwrap();
            minted += mintable.amount;
            prop_assert!(minted <= schedule.cap - schedule.genesis_supply);
            prop_assert!(u128::from(minted) <= schedule.cumulative(epoch + 1).unwrap());
        }
    }

    #[test]
    fn what_fees_hold_back_is_minted_later(
        schedule in schedules(), idle in 1u64..40, work in 40u64..120,
    ) {
        // Given an interval that lasts, idle epochs and then at least as many with fees for any emission
        let halving_epochs = schedule.halving_epochs.max(200);
        prop_assume!(schedule.cap - schedule.genesis_supply >= halving_epochs);
        let initial_emission = (schedule.cap - schedule.genesis_supply) / halving_epochs;
        let schedule = Schedule { halving_epochs, initial_emission, ..schedule };
        let mut minted = 0;
        for epoch in idle..idle + work {
            minted += schedule.mintable(epoch, minted, u64::MAX, MAX_KAPPA_BPS).unwrap().amount;
        }
        prop_assert_eq!(u128::from(minted), schedule.cumulative(idle + work).unwrap());
    }

    #[test]
    fn splitting_the_fees_among_workers_mints_no_more(
        schedule in schedules(), epoch in 0u64..10_000, parts in prop::collection::vec(1u64..1 << 50, 1..40),
    ) {
        // The parts are summed before the bound, and separately they would round down.
        let whole: u64 = parts.iter().sum();
        let together = schedule.mintable(epoch, 0, whole, MAX_KAPPA_BPS).unwrap();
        let apart: u64 = parts.iter().map(|part| part * MAX_KAPPA_BPS / BPS).sum();
        prop_assert!(together.amount <= apart + parts.len() as u64);
        prop_assert!(together.amount <= whole / 2);
    }
}

const EXAMPLE: Schedule = Schedule {
    cap: 1_000,
    genesis_supply: 200,
    initial_emission: 100,
    halving_epochs: 4,
};

#[test]
fn each_bound_decides_in_its_turn() {
    let cases = [
        // A task of dust, and enough fees.
        ((0, 0, 3, 5_000), (1, Bound::Fees)),
        ((0, 0, 1, 5_000), (0, Bound::Fees)),
        ((0, 0, 200, 5_000), (100, Bound::Schedule)),
        // After idle epochs: dust, and any fees.
        ((3, 0, 2, 5_000), (1, Bound::Fees)),
        ((3, 0, u64::MAX, 5_000), (200, Bound::Backlog)),
        // After the halving the backlog comes back in halves.
        ((4, 0, u64::MAX, 5_000), (100, Bound::Backlog)),
        // A vote lowers the share, or stops it.
        ((0, 0, 200, 1_000), (20, Bound::Fees)),
        ((0, 0, u64::MAX, 0), (0, Bound::Fees)),
        // Once everything is minted.
        ((7, 600, u64::MAX, 5_000), (0, Bound::Schedule)),
        ((28, 799, u64::MAX, 5_000), (0, Bound::Schedule)),
    ];
    for ((epoch, minted, weight, kappa_bps), (amount, bound)) in cases {
        let mintable = EXAMPLE.mintable(epoch, minted, weight, kappa_bps);
        assert_eq!(mintable, Ok(Mintable { amount, bound }), "epoch {epoch}");
    }
}

#[test]
fn the_cap_ends_the_emission() {
    let schedule = Schedule {
        cap: 750,
        ..EXAMPLE
    };
    // Four epochs of 100 and three of 50 make 550 and reach the cap exactly; the eighth finds nothing.
    let at = |epoch, minted| schedule.mintable(epoch, minted, u64::MAX, MAX_KAPPA_BPS);
    let is = |amount, bound| Ok(Mintable { amount, bound });
    assert_eq!(at(6, 500), is(50, Bound::Schedule));
    assert_eq!(at(6, 540), is(10, Bound::Schedule));
    assert_eq!(at(7, 540), is(10, Bound::Cap));
    assert_eq!(at(7, 550), is(0, Bound::Cap));
}
