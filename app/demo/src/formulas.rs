//! The formulas of the design a second time, in plain integers. They follow from the cluster file and from what the
//! demonstration asks for alone, so that the programs' figures are compared with figures that the programs did not compute.

use anyhow::{bail, Context, Result};
use assay_client::format::parse_amount;
use assay_migrations::{cluster::PaymentToken, ClusterConfig};
use std::{fs, path::Path};

/// Base units of one ASSAY, which has 9 decimals.
pub const ASSAY: u64 = 1_000_000_000;
/// The whole in basis points.
const WHOLE: u128 = 10_000;
/// Base units of a payment token that its stake rate is stated for.
const RATE_UNIT: u128 = 1_000_000_000;

pub struct Formulas {
    pub cluster: ClusterConfig,
    /// Decimal places of tUSD.
    decimals: u8,
    /// `⌊price_in_assay·10⁹/10^decimals⌋`: base units of ASSAY for 10⁹ base units of tUSD.
    rate: u128,
}

/// Prices that the side that was right shares in a disputed task, unless a tenth of a penalty is less.
const BOUNTY_PRICES: u64 = 10;
const BOUNTY_PART: u64 = 10;

/// What a requester asks for.
#[derive(Clone, Copy)]
pub struct Asked {
    /// Pay of each seat, base units of tUSD.
    pub price: u64,
    /// Late seats of every task.
    pub checks: u64,
    /// What a lie costs beside the bond, in prices; `None` where attesters sign and nothing is bound.
    pub lie_prices: Option<u64>,
    /// The share that the module's author gets, basis points of what all seats are paid.
    pub royalty_bps: u64,
}

/// What one task costs and puts at stake. Fee, value and bond are rounded up.
#[derive(Clone, Copy)]
pub struct Task {
    /// Paid for each accepted seat, base units of tUSD.
    pub price: u64,
    /// The first seat and the late ones.
    pub seats: u8,
    /// `⌈price·seats·fee_bps/10⁴⌉` base units of tUSD.
    pub fee: u64,
    /// `⌈price·seats·royalty_bps/10⁴⌉` base units of tUSD.
    pub royalty: u64,
    /// `price·seats + fee + royalty` base units of tUSD.
    pub escrow: u64,
    /// `⌊fee·rate/10⁹⌋`: the emission weight of the proven task.
    pub weight: u64,
    /// `⌈price·rate/10⁹⌉` base units of ASSAY: what one price is worth.
    pub value: u64,
    /// `⌈value·bond_bps/10⁴⌉` base units of ASSAY behind each seat.
    pub bond: u64,
    /// `value·lie_prices` base units of ASSAY, which a lie costs beside the bond.
    pub lie: u64,
}

impl Task {
    /// Returns what a lie costs, base units of ASSAY.
    pub fn penalty(&self) -> u64 {
        self.bond + self.lie
    }

    /// Divides the penalties of a disputed task, which `lies` seats have paid, among the `members` of its round that were
    /// right and the `right` others: first the members earn a price each, then the others share the bounty.
    pub fn division(&self, lies: u64, members: u64, right: u64) -> Division {
        let collected = lies * self.penalty();
        let member = (collected / members.max(1)).min(self.value);
        let left = collected - member * members;
        let most = (self.value * BOUNTY_PRICES).min(self.penalty() / BOUNTY_PART);
        let bounty = match right {
            1.. if member == self.value => left.min(most) / right,
            _ => 0,
        };
        Division {
            member,
            bounty,
            burned: left - bounty * right,
        }
    }
}

/// How the penalties of a disputed task are divided, base units of ASSAY.
pub struct Division {
    /// For each member of a round that was right.
    pub member: u64,
    /// For each seat of the task, and each challenger, that was right.
    pub bounty: u64,
    /// What nobody gets.
    pub burned: u64,
}

/// What the end of an epoch mints, base units of ASSAY.
pub struct Minted {
    pub total: u64,
    /// `⌊total·workers_bps/10⁴⌋`.
    pub workers: u64,
    /// `⌊total·stakers_bps/10⁴⌋`.
    pub stakers: u64,
    /// The rest.
    pub treasury: u64,
}

impl Formulas {
    /// Reads the parameters that the local network is migrated with.
    pub fn read(root: &Path) -> Result<Self> {
        let file = root.join("migrations/clusters/localnet.toml");
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let cluster = ClusterConfig::parse(&text)?;
        let [PaymentToken::Test {
            decimals,
            price_in_assay,
            ..
        }] = cluster.payment_mints[..]
        else {
            bail!("{} must name one test token and no other", file.display());
        };
        let whole = 10u128.pow(u32::from(decimals));
        let rate = u128::from(price_in_assay.0) * RATE_UNIT / whole;
        Ok(Self {
            cluster,
            decimals,
            rate,
        })
    }

    /// Returns the base units of an amount of tUSD as it is typed.
    pub fn tusd(&self, typed: &str) -> Result<u64> {
        Ok(parse_amount(typed, self.decimals)?)
    }

    /// Returns a task under a protocol fee of `fee_bps`.
    pub fn task(&self, asked: &Asked, fee_bps: u64) -> Result<Task> {
        let Asked {
            price,
            checks,
            lie_prices,
            royalty_bps,
        } = *asked;
        let seats = 1 + checks;
        let work = u128::from(price) * u128::from(seats);
        let fee = (work * u128::from(fee_bps)).div_ceil(WHOLE);
        let royalty = (work * u128::from(royalty_bps)).div_ceil(WHOLE);
        let value = (u128::from(price) * self.rate).div_ceil(RATE_UNIT);
        let bond_bps = match lie_prices {
            Some(_) => self.cluster.market.bond_bps,
            None => 0,
        };
        let bond = (value * u128::from(bond_bps)).div_ceil(WHOLE);
        Ok(Task {
            price,
            seats: u8::try_from(seats)?,
            fee: units(fee)?,
            royalty: units(royalty)?,
            escrow: units(work + fee + royalty)?,
            weight: units(self.worth(fee))?,
            value: units(value)?,
            bond: units(bond)?,
            lie: units(value * u128::from(lie_prices.unwrap_or(0)))?,
        })
    }

    /// Returns what base units of tUSD are worth in base units of ASSAY, rounded down.
    fn worth(&self, tusd: u128) -> u128 {
        tusd * self.rate / RATE_UNIT
    }

    /// Returns what was minted as a share of what the fees are worth that were paid for it, in base units of ASSAY and of tUSD.
    pub fn minted_over_fees(&self, minted: u64, fees: u64) -> f64 {
        minted as f64 / self.worth(u128::from(fees)) as f64
    }

    /// Returns the seconds of a hold as devnet has it after runs of at most `run_window` seconds: two of them, or devnet's
    /// shortest hold if that is longer.
    pub fn devnet_hold(&self, run_window: u64) -> Result<u64> {
        let devnet = ClusterConfig::named("devnet").context("there is no devnet file")??;
        Ok(devnet.market.min_hold.0.max(2 * run_window))
    }

    /// Returns what the end of `epoch` mints when earlier ones minted `before` base units and its fees are worth `weight`:
    /// `Σ_{k<64} min(H, max(n − kH, 0))·(E₀ >> k) − before` after `n = epoch + 1` epochs, as far as the cap allows, but at most
    /// `⌊weight·kappa_bps/10⁴⌋` and twice the emission of the epoch alone.
    pub fn minted(&self, epoch: u64, before: u64, weight: u64) -> Result<Minted> {
        let rewards = &self.cluster.rewards;
        let (first, interval) = (
            u128::from(rewards.initial_emission.0),
            u128::from(rewards.halving_epochs),
        );
        let epochs = u128::from(epoch) + 1;
        let scheduled: u128 = (0..64)
            .map(|k| epochs.saturating_sub(k * interval).min(interval) * (first >> k))
            .sum();
        let left = u128::from(rewards.cap.0 - rewards.genesis_supply.0 - before);
        let fees = u128::from(weight) * u128::from(rewards.kappa_bps) / WHOLE;
        let halvings = u32::try_from(u128::from(epoch) / interval)?;
        let twice = 2 * first.checked_shr(halvings).unwrap_or(0);
        let total = [scheduled - u128::from(before), left, fees, twice];
        let total = total.into_iter().min().unwrap_or(0);
        let workers = total * u128::from(rewards.workers_bps) / WHOLE;
        let stakers = total * u128::from(rewards.stakers_bps) / WHOLE;
        Ok(Minted {
            total: units(total)?,
            workers: units(workers)?,
            stakers: units(stakers)?,
            treasury: units(total - workers - stakers)?,
        })
    }

    /// Returns the votes of `amount` base units locked for `duration` seconds: `⌊amount·factor/10⁴⌋` with a factor of
    /// `10⁴ + ⌊3·10⁴·(duration − shortest)/(longest − shortest)⌋`.
    pub fn lock_weight(&self, amount: u64, duration: u64) -> Result<u64> {
        let governance = &self.cluster.governance;
        let (shortest, longest) = (governance.min_lock.0, governance.max_lock.0);
        let gain = 3 * WHOLE * u128::from(duration - shortest) / u128::from(longest - shortest);
        units(u128::from(amount) * (WHOLE + gain) / WHOLE)
    }

    /// Returns the least yes of a vote while so many base units exist: the parameter, or the share of the supply in the longest
    /// locks, `⌈4·supply·floor_bps/10⁴⌉`, if that is more.
    pub fn threshold(&self, supply: u64) -> Result<u64> {
        let governance = &self.cluster.governance;
        let floor = 4 * u128::from(supply) * u128::from(governance.floor_bps);
        Ok(governance.threshold.0.max(units(floor.div_ceil(WHOLE))?))
    }

    /// Returns the least turnout of a vote when all locks weigh `total`: `⌈total·quorum_bps/10⁴⌉`.
    pub fn quorum(&self, total: u64) -> Result<u64> {
        let quorum = u128::from(self.cluster.governance.quorum_bps);
        units((u128::from(total) * quorum).div_ceil(WHOLE))
    }
}

impl Minted {
    /// Returns what workers and stakers get together.
    pub fn paid(&self) -> u64 {
        self.workers + self.stakers
    }

    /// Returns what `delegated` stake earns of a provider's `share` beside the owner's own: of the stakers' part of the share,
    /// `s = ⌊share·stakers/paid⌋`, the owner keeps its commission, `⌊s·commission_bps/10⁴⌋`; the rest is divided by stake.
    pub fn delegated(
        &self,
        share: u64,
        commission_bps: u64,
        (own, delegated): (u64, u64),
    ) -> Result<u64> {
        let stakers = u128::from(share) * u128::from(self.stakers) / u128::from(self.paid());
        let commission = stakers * u128::from(commission_bps) / WHOLE;
        let whole = u128::from(own) + u128::from(delegated);
        units((stakers - commission) * u128::from(delegated) / whole)
    }
}

/// What a penalty takes, base units of ASSAY.
pub struct Loss {
    /// Of the owner's stake.
    pub own: u64,
    /// Of the delegators'.
    pub delegated: u64,
}

/// Divides a penalty: the owner's stake is taken first.
pub fn first_loss(penalty: u64, own: u64, delegated: u64) -> Loss {
    let of_owner = penalty.min(own);
    Loss {
        own: of_owner,
        delegated: (penalty - of_owner).min(delegated),
    }
}

/// Returns a worker's part of `pot` when work of weight `before` has claimed already: `⌊pot·(before + own)/all⌋ −
/// ⌊pot·before/all⌋`. The sum of all claims is exactly the pot.
pub fn share(pot: u64, before: u64, own: u64, all: u64) -> Result<u64> {
    let up_to = |weight: u64| u128::from(pot) * u128::from(weight) / u128::from(all);
    units(up_to(before + own) - up_to(before))
}

fn units(amount: u128) -> Result<u64> {
    u64::try_from(amount).context("an amount does not fit 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A task at a price of 1,000 that is worth as many base units of ASSAY.
    const TASK: Task = Task {
        price: 1_000,
        seats: 2,
        fee: 50,
        royalty: 0,
        escrow: 2_050,
        weight: 50,
        value: 1_000,
        bond: 5_000,
        lie: 100_000,
    };

    fn divide(lies: u64, members: u64, right: u64) -> [u64; 3] {
        let Division {
            member,
            bounty,
            burned,
        } = TASK.division(lies, members, right);
        [member, bounty, burned]
    }

    #[test]
    fn members_earn_a_price_each_and_the_others_that_were_right_share_ten() {
        assert_eq!(divide(1, 5, 1), [1_000, 10_000, 90_000]);
        assert_eq!(divide(2, 4, 3), [1_000, 3_333, 196_001]);
        assert_eq!(divide(1, 5, 0), [1_000, 0, 100_000]);
        assert_eq!(divide(0, 5, 1), [0, 0, 0]);
    }

    #[test]
    fn the_owner_loses_first() {
        let loss = |penalty| {
            let Loss { own, delegated } = first_loss(penalty, 100, 400);
            [own, delegated]
        };
        assert_eq!(loss(60), [60, 0]);
        assert_eq!(loss(105), [100, 5]);
        assert_eq!(loss(600), [100, 400]);
    }

    #[test]
    fn a_delegator_earns_by_stake_after_the_commission() {
        let minted = Minted {
            total: 1_000,
            workers: 600,
            stakers: 300,
            treasury: 100,
        };
        assert_eq!(minted.delegated(90, 500, (300, 100)).unwrap(), 7);
        assert_eq!(minted.delegated(900, 0, (0, 100)).unwrap(), 300);
    }

    #[test]
    fn a_hold_is_that_of_devnet() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let formulas = Formulas::read(&root).unwrap();
        assert_eq!(formulas.devnet_hold(600).unwrap(), 1_200);
        assert_eq!(formulas.devnet_hold(10).unwrap(), 300);
    }
}
