//! What a job costs, what a lie costs, and who is paid from it. Integer amounts; the name or the doc says the rounding.

use crate::state::RATE_UNIT;
use assay_shared::math::{mul_div_ceil, mul_div_floor, product, BPS};

/// What a job asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Pay of one seat, base units of the payment mint.
    pub price: u64,
    /// Late seats a task has on average, basis points: 1,500 is one with 15 %, 20,000 is always two.
    pub checks_bps: u32,
    /// What a lie costs beside the bond, in prices.
    pub lie_prices: u64,
    /// Royalty of the module's author as a share of the price of all seats that a task has on average, basis points.
    pub royalty_bps: u64,
}

/// What the market's parameters and the payment mint add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Protocol fee as a share of the price of all seats that a task has on average, basis points.
    pub fee_bps: u64,
    /// Bond of a seat as a share of its price, basis points.
    pub bond_bps: u64,
    /// Penalty for a missed deadline as a share of the price, basis points.
    pub missed_bps: u64,
    /// Stake base units that `RATE_UNIT` base units of the payment mint are worth.
    pub stake_rate: u64,
}

/// The amounts that a posting freezes for each of its tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Protocol fee of a proven task, base units of the payment mint, rounded up.
    pub fee: u64,
    /// Royalty of a proven task, base units of the payment mint, rounded up.
    pub royalty: u64,
    /// Escrow of one task: the price of every seat that it can have, the fee and the royalty.
    pub escrow: u64,
    /// Emission weight of a proven task, stake base units, rounded down: what its fee is worth.
    pub weight: u64,
    /// What one price is worth in stake base units, rounded up.
    pub value: u64,
    /// Collateral that a seat binds, stake base units, rounded up.
    pub bond: u64,
    /// What a lie costs beside the bond, stake base units.
    pub lie: u64,
    /// What a missed deadline costs, stake base units, rounded up; never more than the bond.
    pub missed: u64,
}

/// Seats that a task can have: the first, the guaranteed late ones, and one more where a chance is left.
pub fn most_seats(checks_bps: u32) -> u64 {
    u64::from(checks_bps.div_ceil(10_000)).saturating_add(1)
}

impl Quote {
    /// Computes the amounts of one task. `None` when one does not fit 64 bits.
    pub fn new(order: &Order, tariff: &Tariff) -> Option<Self> {
        let average = BPS.checked_add(u64::from(order.checks_bps))?;
        let expected = mul_div_ceil(order.price, average, BPS)?;
        let fee = mul_div_ceil(expected, tariff.fee_bps, BPS)?;
        let royalty = mul_div_ceil(expected, order.royalty_bps, BPS)?;
        let seats = product(order.price, most_seats(order.checks_bps))?;
        let value = mul_div_ceil(order.price, tariff.stake_rate, RATE_UNIT)?;
        let bond = mul_div_ceil(value, tariff.bond_bps, BPS)?;
        Some(Self {
            fee,
            royalty,
            escrow: seats.checked_add(fee)?.checked_add(royalty)?,
            weight: mul_div_floor(fee, tariff.stake_rate, RATE_UNIT)?,
            value,
            bond,
            lie: product(value, order.lie_prices)?,
            missed: mul_div_ceil(value, tariff.missed_bps, BPS)?.min(bond),
        })
    }

    /// The whole penalty of a lie, bond and fixed part.
    pub fn penalty(&self) -> Option<u64> {
        self.bond.checked_add(self.lie)
    }

    /// As [`challenge_bond`].
    pub fn challenge(&self, seats: usize) -> Option<(u64, u64)> {
        challenge_bond(self.value, self.bond, self.penalty()?, seats)
    }
}

/// What whoever asks for a round with so many seats binds, and what its lie costs beside that: together the `penalty` of a
/// lie, but of that at least the pay of all members, `value` each, is bound. So a challenger in many rounds at once has that much
/// for the members of each. What delegators lend of it is burned: members are paid as far as the challenger's own stake goes.
pub fn challenge_bond(value: u64, bond: u64, penalty: u64, seats: usize) -> Option<(u64, u64)> {
    let seats = u64::try_from(seats).ok()?;
    let bound = value.checked_mul(seats)?.max(bond);
    Some((bound, penalty.saturating_sub(bound)))
}

/// How many prices the side that was right shares beside its pay.
pub const BOUNTY_PRICES: u64 = 10;
/// The bounty is never more than this part of one penalty, so that convicting a friend does not take collateral out.
pub const BOUNTY_PART: u64 = 10;

/// How the penalties of a task that went through rounds are divided, stake base units. Everything is rounded down; what
/// is left is burned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payouts {
    /// For every accepted seat of a round.
    pub member: u64,
    /// For every accepted seat of the task and every challenger that was right.
    pub bounty: u64,
    /// What nobody gets.
    pub burned: u64,
}

impl Payouts {
    /// As [`Payouts::with_bounty`], with the bounty of the market.
    pub fn new(collected: u64, members: u32, right: u32, value: u64, penalty: u64) -> Self {
        Self::with_bounty(collected, members, right, value, penalty, BOUNTY_PRICES)
    }

    /// Divides `collected`: first every member of a round earns the price, then the side that was right shares the
    /// bounty. Too little is shared evenly.
    pub fn with_bounty(
        collected: u64,
        members: u32,
        right: u32,
        value: u64,
        penalty: u64,
        bounty_prices: u64,
    ) -> Self {
        let members = u64::from(members);
        let right = u64::from(right);
        let member = share(collected, members).min(value);
        let left = collected.saturating_sub(member.saturating_mul(members));
        let most = value.saturating_mul(bounty_prices);
        let cap = most.min(penalty.checked_div(BOUNTY_PART).unwrap_or(0));
        let bounty = if member == value {
            share(left.min(cap), right)
        } else {
            0
        };
        Self {
            member,
            bounty,
            burned: left.saturating_sub(bounty.saturating_mul(right)),
        }
    }
}

fn share(amount: u64, among: u64) -> u64 {
    amount.checked_div(among).unwrap_or(0)
}

/// What a claim asks of a worker's collateral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backing {
    /// Collateral that backs nothing yet, stake base units.
    pub free: u64,
    /// Collateral bound in seats, stake base units.
    pub locked: u64,
    /// Fixed penalties of the worker's first seats that rounds were opened about, until these seats are settled; part of
    /// `free`, stake base units.
    pub accused: u64,
}

impl Backing {
    /// Returns whether the claim of a first seat may bind `bond`: the whole penalty of a lie must be free, beside what
    /// open rounds may still cost, and after the claim at most `1 / reserve` of all collateral may be bound.
    ///
    /// The reserve makes a liar's collateral run out before its lies do. Without `accused` a liar that is found out would
    /// go on lying until its verdict is final, with nothing left to lose.
    pub fn covers(&self, bond: u64, lie: u64, reserve: u64) -> bool {
        // The whole collateral fits 64 bits; what does not fit them is more than anybody has.
        let whole = self.free.saturating_add(self.locked);
        let penalty = bond.checked_add(lie);
        let needed = penalty.and_then(|penalty| penalty.checked_add(self.accused));
        let bound = self.locked.checked_add(bond);
        let most = whole.checked_div(reserve).unwrap_or(u64::MAX);
        needed.is_some_and(|needed| self.free >= needed) && bound.is_some_and(|bound| bound <= most)
    }

    /// Returns whether a late seat, a check or a seat of a round may bind `bond`: that much must be free, and the whole
    /// collateral must cover the penalty of a lie.
    ///
    /// First seats may bind only a part of an honest worker's collateral, these all of it: who orders a lot of work, or
    /// lies in many tasks at once, does not leave the checks and rounds to its friends.
    pub fn covers_later(&self, bond: u64, lie: u64) -> bool {
        let whole = u128::from(self.free).saturating_add(u128::from(self.locked));
        self.free >= bond && whole >= u128::from(bond).saturating_add(u128::from(lie))
    }

    /// Returns whether a challenge may bind `bond`: the whole penalty of a lie must be free.
    pub fn covers_challenge(&self, bond: u64, lie: u64) -> bool {
        u128::from(self.free) >= u128::from(bond).saturating_add(u128::from(lie))
    }
}
