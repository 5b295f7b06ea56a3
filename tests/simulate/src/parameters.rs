//! The default parameters of the market's game: the one place that holds them.
//!
//! Amounts are in *prices*: what one seat is paid. `migrations/clusters/mainnet.toml` holds the same numbers.

use assay_market::game::money::{Order, Quote, Tariff};
use assay_market::game::Rules;
use assay_market::state::RATE_UNIT;
use assay_rewards::state::Schedule;

/// Pay of one seat in every simulated job, base units of the payment mint.
pub const PRICE: u64 = 1_000_000;
/// Stake base units that `RATE_UNIT` base units of the payment mint are worth: one price is ten whole stake tokens.
pub const STAKE_RATE: u64 = 10_000 * RATE_UNIT;
/// What one price is worth in stake base units.
pub const VALUE: u64 = PRICE * 10_000;
/// From the posting of a job to its last first claim, seconds.
pub const CLAIM_WINDOW: u32 = 86_400;

/// The emission by the clock alone.
pub const SCHEDULE: Schedule = Schedule {
    cap: 1_000_000_000_000_000_000,
    genesis_supply: 200_000_000_000_000_000,
    initial_emission: 273_500_000_000_000,
    halving_epochs: 1_461,
};
/// Workers' share of what an epoch mints, basis points.
pub const WORKERS_BPS: u64 = 6_000;
/// Stakers' share of what an epoch mints, basis points.
pub const STAKERS_BPS: u64 = 3_000;

/// Everything that a vote or a job can choose in the game.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Late seats that a plain job has on average, basis points.
    pub checks_bps: u32,
    /// Bond of a seat, basis points of its price.
    pub bond_bps: u64,
    /// What a lie costs beside the bond, prices.
    pub lie_prices: u64,
    /// Penalty for a missed deadline, basis points of the price.
    pub missed_bps: u64,
    /// At most this part of a worker's collateral is bound in first seats.
    pub reserve: u64,
    /// Seconds in which the admission to a seat doubles.
    pub step: u32,
    /// Shortest hold, seconds.
    pub hold_floor: u32,
    /// The hold is at least this many run windows.
    pub hold_runs: u32,
    /// In which agreed results must be opened, seconds.
    pub open_window: u32,
    /// Bounty that the side which was right shares, prices.
    pub bounty_prices: u64,
    /// Protocol fee, basis points of the pay of all seats.
    pub fee_bps: u64,
    /// Emission a proven task earns at most, basis points of its fee.
    pub kappa_bps: u64,
}

/// The defaults.
pub const DEFAULTS: Parameters = Parameters {
    checks_bps: 1_500,
    bond_bps: 50_000,
    lie_prices: 100,
    missed_bps: 5_000,
    reserve: 5,
    step: 8,
    hold_floor: 900,
    hold_runs: 2,
    open_window: 900,
    bounty_prices: 10,
    fee_bps: 250,
    kappa_bps: 5_000,
};

impl Parameters {
    /// The rules of a job with these checks and this run window, in a market with this whole collateral.
    pub fn rules(&self, checks_bps: u32, run_window: u32, total_collateral: u64) -> Rules {
        Rules {
            late_seats: u8::try_from(checks_bps / 10_000).unwrap_or(u8::MAX),
            check_bps: u16::try_from(checks_bps % 10_000).unwrap_or(0),
            run_window,
            hold: self.hold_floor.max(self.hold_runs * run_window),
            open_window: self.open_window,
            step: self.step,
            claim_until: CLAIM_WINDOW,
            total_collateral,
        }
    }

    /// The amounts of a task with these checks.
    ///
    /// # Panics
    /// When an amount does not fit 64 bits, which no parameter that a vote can choose does.
    pub fn quote(&self, checks_bps: u32) -> Quote {
        self.quote_at(PRICE, checks_bps)
    }

    /// The amounts of a task with these checks whose seats are paid `price` base units of the payment mint.
    ///
    /// # Panics
    /// When an amount does not fit 64 bits.
    pub fn quote_at(&self, price: u64, checks_bps: u32) -> Quote {
        let order = Order {
            price,
            checks_bps,
            lie_prices: self.lie_prices,
            royalty_bps: 0,
        };
        let tariff = Tariff {
            fee_bps: self.fee_bps,
            bond_bps: self.bond_bps,
            missed_bps: self.missed_bps,
            stake_rate: STAKE_RATE,
        };
        Quote::new(&order, &tariff).expect("amounts of the simulated market fit 64 bits")
    }

    /// Bond of a seat, prices, rounded up.
    pub fn bond_prices(&self) -> u64 {
        self.bond_bps.div_ceil(10_000)
    }

    /// Penalty of one lie, prices, rounded up.
    pub fn penalty_prices(&self) -> u64 {
        self.bond_prices() + self.lie_prices
    }

    /// Collateral of the smallest worker that can hold as many first seats at once as the reserve allows a worker of its
    /// size, prices. Per seat nothing smaller is cheaper.
    pub fn least_size(&self) -> u64 {
        let bond = self.bond_prices();
        (1..)
            .map(|seats| bond * self.reserve * seats)
            .find(|size| size + bond >= self.penalty_prices() + size / self.reserve)
            .unwrap_or(self.penalty_prices())
    }

    /// Seats that a worker of this size can hold at once, its collateral and the result in prices.
    pub fn seats_of(&self, size: u64) -> u64 {
        size / (self.bond_prices() * self.reserve)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_price_is_worth_its_value() {
        let quote = DEFAULTS.quote(1_500);
        assert_eq!(quote.value, VALUE);
        assert_eq!(quote.bond, 5 * VALUE);
        assert_eq!(quote.lie, 100 * VALUE);
        assert_eq!(quote.missed, VALUE / 2);
    }

    #[test]
    fn checks_are_guaranteed_seats_and_a_chance() {
        let rules = DEFAULTS.rules(21_500, 600, 1);
        assert_eq!((rules.late_seats, rules.check_bps), (2, 1_500));
        assert_eq!(rules.hold, 1_200);
    }

    #[test]
    fn the_smallest_worker_with_all_its_seats_has_125_prices() {
        assert_eq!(DEFAULTS.least_size(), 125);
        assert_eq!(DEFAULTS.seats_of(125), 5);
    }
}
