//! What the emission gives: to a requester that works for itself, however it splits itself, and in ten years.
//!
//! The program's own functions mint and divide. What they may do is computed here once more, epoch by epoch and without their
//! formulas.

use crate::parameters::{DEFAULTS, SCHEDULE, STAKERS_BPS, STAKE_RATE, WORKERS_BPS};
use crate::random::Random;
use anchor_lang::bytemuck::Zeroable as _;
use assay_market::state::RATE_UNIT;
use assay_rewards::state::{Emission, EpochRewards, MAX_KAPPA_BPS};

/// The emission of a deployment before its first epoch.
fn emission() -> Emission {
    Emission {
        cap: SCHEDULE.cap.into(),
        genesis_supply: SCHEDULE.genesis_supply.into(),
        initial_emission: SCHEDULE.initial_emission.into(),
        halving_epochs: SCHEDULE.halving_epochs.into(),
        workers_bps: WORKERS_BPS.into(),
        stakers_bps: STAKERS_BPS.into(),
        kappa_bps: DEFAULTS.kappa_bps.into(),
        ..Emission::zeroed()
    }
}

/// How a requester that works for itself divides its work, and among whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Workers of its own.
    pub workers: u64,
    /// Work of others in the same epoch, for every hundred of its own.
    pub others: u64,
    /// Epochs before in which nobody worked.
    pub idle: u64,
    /// Base units of the payment mint that it pays for a seat.
    pub price: u64,
}

impl Split {
    /// Every split that is tried: alone or among others, after work or idle times, for dust and for fortunes.
    pub fn all() -> Vec<Self> {
        let mut splits = Vec::new();
        for workers in [1, 2, 3, 5, 17, 64] {
            for others in [0, 1, 100, 10_000] {
                for idle in [0, 1, 30, 2_000] {
                    for price in [1, 999, 1_000_000, 250_000_000_000] {
                        splits.push(Self {
                            workers,
                            others,
                            idle,
                            price,
                        });
                    }
                }
            }
        }
        splits
    }

    /// Returns what comes back of every fee that it pays, if a stake token is worth `worth_bps` of what the rate says. Every seat
    /// is its own, so that nothing else is lost.
    ///
    /// # Panics
    /// If an amount does not fit 64 bits.
    pub fn returned(&self, worth_bps: u64) -> f64 {
        let quote = DEFAULTS.quote_at(self.price, 0);
        // One task for each of its workers.
        let mine = quote.weight * self.workers;
        let others = mine / 100 * self.others;
        let mut emission = emission();
        let epoch = self.idle;
        if let Some(last) = epoch.checked_sub(1) {
            emission.advance_past(last).expect("a sane epoch");
        }
        let (minted, _) = emission
            .finalize(epoch, mine + others)
            .expect("amounts fit 64 bits");
        let mut pot = EpochRewards {
            amount: minted.pot().expect("a share").into(),
            stakers: minted.stakers.into(),
            total_weight: (mine + others).into(),
            ..EpochRewards::zeroed()
        };
        // The order of claims that rounds in its favor most: one of the others between any two of its own.
        let (each, mut earned) = (others / self.workers, 0);
        for _ in 0..self.workers {
            pot.claim(each).expect("a share");
            // It is owner and delegator, too, so that both parts are its own.
            let share = pot.claim(quote.weight).expect("a share");
            earned += share.work + share.stake;
        }
        let fees = quote.fee * self.workers;
        // What the payment mint's base unit is worth in stake base units, as the rate says.
        let rate = STAKE_RATE as f64 / RATE_UNIT as f64;
        earned as f64 / rate * worth_bps as f64 / 1e4 / fees as f64
    }
}

/// Returns the most that comes back of every fee, over all splits, if a stake token is worth `worth_bps` of what the rate says.
pub fn worst_split(worth_bps: u64) -> (Split, f64) {
    // Of equal ones the first, which is the simplest.
    Split::all()
        .into_iter()
        .rev()
        .map(|split| (split, split.returned(worth_bps)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .expect("there are splits")
}

/// Epochs of ten years.
pub const TEN_YEARS: u64 = 3_650;

/// What ten years minted, base units of the reward mint, and what they could have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decade {
    /// Epochs with work.
    pub worked: u64,
    /// Worth of all fees.
    pub fees: u128,
    /// Emissions of all epochs by the schedule.
    pub scheduled: u128,
    /// To workers and stakers.
    pub paid: u128,
    /// To the treasury.
    pub treasury: u128,
    /// Epochs in which each bound decided, by its number.
    pub bounds: [u64; 4],
}

impl Decade {
    /// Everything that was minted, base units of the reward mint.
    pub fn minted(&self) -> u128 {
        self.paid + self.treasury
    }
}

/// Fees of an epoch, stake base units: none in three epochs of ten. In the fourth and fifth year they have any size, down to
/// dust; otherwise up to sixteen first emissions, or a fortune.
fn fees_of(epoch: u64, random: &mut Random) -> u64 {
    if random.chance(3_000) {
        return 0;
    }
    if random.chance(100) {
        return random.between(0, u64::MAX >> 1);
    }
    let is_poor = (3..5).contains(&(epoch / 365));
    let smaller = if is_poor { random.between(0, 52) } else { 0 };
    random.between(0, (16 * SCHEDULE.initial_emission) >> smaller)
}

/// Plays ten years of random fees and votes through the program, and sums up beside it what it may mint.
///
/// # Panics
/// If an epoch mints anything else than the least bound, or the sum grows beyond fees, schedule or cap.
pub fn ten_years(seed: u64) -> Decade {
    let mut random = Random::new(seed, 1 << 60, 0);
    let (mut program, mut decade) = (emission(), Decade::default());
    let (mut own_emission, mut kappa) = (u128::from(SCHEDULE.initial_emission), DEFAULTS.kappa_bps);
    let cap = u128::from(SCHEDULE.cap - SCHEDULE.genesis_supply);
    let mut covered = 0u128;
    for epoch in 0..TEN_YEARS {
        if epoch > 0 && epoch.is_multiple_of(SCHEDULE.halving_epochs) {
            own_emission /= 2;
        }
        decade.scheduled += own_emission;
        if random.chance(50) {
            kappa = random.between(0, MAX_KAPPA_BPS);
            program.kappa_bps = kappa.into();
        }
        let fees = fees_of(epoch, &mut random);
        if fees == 0 {
            program.advance_past(epoch).expect("a sane epoch");
            continue;
        }
        let (minted, bound) = program.finalize(epoch, fees).expect("amounts fit 64 bits");
        let of_fees = u128::from(fees) * u128::from(kappa) / 10_000;
        let least = [
            decade.scheduled - decade.minted(),
            cap - decade.minted(),
            of_fees,
            2 * own_emission,
        ];
        let paid = u128::from(minted.pot().expect("amounts fit 64 bits"));
        let amount = paid + u128::from(minted.treasury);
        assert_eq!(Some(&amount), least.iter().min(), "epoch {epoch}");
        assert_eq!(amount, least[bound as usize], "epoch {epoch}: {bound:?}");
        decade.worked += 1;
        decade.fees += u128::from(fees);
        covered += of_fees;
        decade.paid += paid;
        decade.treasury += u128::from(minted.treasury);
        decade.bounds[bound as usize] += 1;
        assert!(decade.minted() <= covered && 2 * decade.minted() <= decade.fees);
        assert!(decade.minted() <= decade.scheduled && decade.minted() <= cap);
        assert_eq!(u128::from(program.minted.get()), decade.minted());
    }
    decade
}

/// How reports call the bounds, in the order of [`assay_rewards::state::Bound`].
pub const BOUNDS: [&str; 4] = ["schedule", "cap", "fees", "backlog"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_split_earns_its_fees_back_even_at_twice_the_rate() {
        for (worth_bps, least) in [(5_000, 0.22), (10_000, 0.44), (20_000, 0.89)] {
            let (split, most) = worst_split(worth_bps);
            assert!(
                (least..1.0).contains(&most),
                "{split:?} at {worth_bps}: {most}"
            );
        }
    }

    #[test]
    fn dust_after_idle_years_earns_dust() {
        let split = Split {
            workers: 1,
            others: 0,
            idle: 2_000,
            price: 1,
        };
        assert!(split.returned(10_000) <= 0.45);
    }

    #[test]
    fn ten_years_mint_what_an_independent_sum_allows() {
        for seed in 0..20 {
            let decade = ten_years(seed);
            assert!(decade.worked > 2_000, "{decade:?}");
            assert!(decade.minted() > 0 && decade.minted() < decade.scheduled);
            let [schedule, _, fees, backlog] = decade.bounds;
            assert!(schedule > 0 && fees > 0 && backlog > 0, "{decade:?}");
        }
    }
}
