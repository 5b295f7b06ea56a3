use super::*;
use proptest::prelude::*;

/// The formula by its definition, without the closed form.
fn by_definition(schedule: &Schedule, epochs: u64) -> u128 {
    let halving = u128::from(schedule.halving_epochs);
    (0..64u32)
        .map(|k| {
            let begun = u128::from(epochs).saturating_sub(u128::from(k) * halving);
            begun.min(halving) * u128::from(schedule.initial_emission >> k)
        })
        .sum()
}

prop_compose! {
    /// Any schedule that a deployment may choose.
    pub(in crate::state) fn schedules()(
        cap in 1u64..=MAX_CAP,
        genesis in 0.0f64..1.0,
        halving in 0.0f64..1.0,
        emission in 0.0f64..1.0,
    ) -> Schedule {
        let genesis_supply = ((cap - 1) as f64 * genesis) as u64;
        let left = cap.saturating_sub(genesis_supply).max(1);
        let halving_epochs = (left as f64).powf(halving) as u64;
        let halving_epochs = halving_epochs.clamp(1, left);
        let most = left / halving_epochs;
        let initial_emission = ((most as f64 * emission) as u64).clamp(1, most);
        Schedule { cap, genesis_supply, initial_emission, halving_epochs }
    }
}

/// The last epoch that has one after it.
pub(in crate::state) const LAST: u64 = u64::MAX - 1;

/// Epochs near the halvings, where the formulas change, and anywhere.
pub(in crate::state) fn epochs(schedule: Schedule) -> impl Strategy<Value = (Schedule, u64)> {
    let halving = schedule.halving_epochs;
    let at = move |(k, plus): (u64, u64)| halving.saturating_mul(k).saturating_add(plus).min(LAST);
    let near = (0u64..70, 0u64..3).prop_map(at);
    let within = (0u64..70, 0..halving).prop_map(at);
    (Just(schedule), prop_oneof![near, within, 0..=LAST])
}

proptest! {
    #[test]
    fn every_generated_schedule_is_one_a_deployment_may_choose(schedule in schedules()) {
        prop_assert!(schedule.invariant().is_ok());
    }

    #[test]
    fn the_closed_form_is_the_definition((schedule, epoch) in schedules().prop_flat_map(epochs)) {
        prop_assert_eq!(schedule.cumulative(epoch).unwrap(), by_definition(&schedule, epoch));
    }

    #[test]
    fn the_cumulative_emission_never_falls(
        (schedule, epoch) in schedules().prop_flat_map(epochs), more in 0u64..1 << 40,
    ) {
        let later = epoch.saturating_add(more);
        prop_assert!(schedule.cumulative(later).unwrap() >= schedule.cumulative(epoch).unwrap());
    }

    #[test]
    fn the_emission_of_an_epoch_is_the_step_of_the_sum((schedule, epoch) in schedules().prop_flat_map(epochs)) {
        let step = schedule.cumulative(epoch + 1).unwrap() - schedule.cumulative(epoch).unwrap();
        prop_assert_eq!(u128::from(schedule.emission_of(epoch)), step);
    }

    #[test]
    fn skipping_epochs_loses_nothing(
        schedule in schedules(), first in 0u64..200, taken in prop::collection::vec(any::<bool>(), 1..80),
    ) {
        let last = first + taken.len() as u64;
        let mut minted = schedule.scheduled(first, 0).unwrap();
        for (epoch, taken) in (first + 1..).zip(taken) {
            if taken {
                minted += schedule.scheduled(epoch, minted).unwrap();
            }
        }
        minted += schedule.scheduled(last, minted).unwrap();
        prop_assert_eq!(minted, schedule.scheduled(last, 0).unwrap());
    }

    #[test]
    fn the_division_is_exact_and_rounds_to_the_treasury(
        amount: u64, workers in 0..=BPS, stakers in 0..=BPS,
    ) {
        let stakers = stakers.min(BPS - workers);
        let minted = Minted::divide(amount, workers, stakers).unwrap();
        prop_assert_eq!(minted.pot().unwrap() + minted.treasury, amount);
        for (part, bps) in [(minted.workers, workers), (minted.stakers, stakers)] {
            let exact = u128::from(amount) * u128::from(bps);
            prop_assert!(u128::from(part) * u128::from(BPS) <= exact);
            prop_assert!((u128::from(part) + 1) * u128::from(BPS) > exact);
        }
    }

    #[test]
    fn more_than_the_whole_is_never_divided(amount in BPS.., workers in 0..=BPS, excess in 1..=BPS) {
        let stakers = BPS - workers + excess;
        prop_assert_eq!(Minted::divide(amount, workers, stakers), Err(RewardsError::Overflow));
    }
}

const EXAMPLE: Schedule = Schedule {
    cap: 1_000,
    genesis_supply: 200,
    initial_emission: 101,
    halving_epochs: 4,
};

#[test]
fn the_emission_halves_exactly_at_the_interval() {
    let per_epoch: Vec<u128> = (0..33)
        .map(|e| EXAMPLE.cumulative(e + 1).unwrap() - EXAMPLE.cumulative(e).unwrap())
        .collect();
    let expected = [101u128, 50, 25, 12, 6, 3, 1, 0].map(|e| [e; 4]).concat();
    assert_eq!(per_epoch[..32], expected);
    assert_eq!(per_epoch[32], 0);
}

#[test]
fn the_cap_leaves_what_neither_genesis_nor_emission_minted() {
    assert_eq!(EXAMPLE.left(0), 800);
    assert_eq!(EXAMPLE.left(799), 1);
    assert_eq!(EXAMPLE.left(801), 0);
}

#[test]
fn each_rule_of_a_deployment_is_refused_by_name() {
    let cases = [
        (MAX_CAP + 1, 0, 1, 1, RewardsError::CapTooLarge),
        (1_000, 1_001, 1, 1, RewardsError::GenesisAboveCap),
        (1_000, 0, 0, 1, RewardsError::EmptySchedule),
        (1_000, 0, 1, 0, RewardsError::EmptySchedule),
        (1_000, 200, 201, 4, RewardsError::ScheduleAboveCap),
        (1_000, 0, u64::MAX, 2, RewardsError::ScheduleAboveCap),
    ];
    for (cap, genesis_supply, initial_emission, halving_epochs, error) in cases {
        let schedule = Schedule {
            cap,
            genesis_supply,
            initial_emission,
            halving_epochs,
        };
        assert_eq!(schedule.invariant(), Err(error));
    }
    assert!(EXAMPLE.invariant().is_ok());
    let largest = Schedule {
        cap: MAX_CAP,
        genesis_supply: 0,
        initial_emission: 1,
        halving_epochs: 1,
    };
    assert!(largest.invariant().is_ok());
}
