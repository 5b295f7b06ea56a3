use super::{Params, PaymentMint, RATE_UNIT};
use assay_ledger::maths::{mul_div_ceil, mul_div_floor, BPS};

/// What one task of a job costs and puts at stake, fixed when the job is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Protocol fee of an accepted task, base units of the payment mint.
    pub fee: u64,
    /// Escrow that a task needs, `price·replicas + fee`, base units of the payment mint.
    pub escrow: u64,
    /// Emission weight of an accepted task: its fee in stake base units.
    pub weight: u64,
    /// Collateral behind one slot, base units of the stake mint.
    pub bond: u64,
    /// Part of the bond slashed for a rejected result.
    pub reject_cut: u64,
    /// Part of the bond paid to the requester for a missed deadline.
    pub missed_cut: u64,
}

impl Quote {
    /// Fee, bond and cuts are rounded up (in favour of the protocol and of who is harmed), the weight down (emission
    /// never exceeds what the fee paid for). `None` when an amount does not fit 64 bits.
    pub fn new(price: u64, replicas: u8, params: &Params, mint: &PaymentMint) -> Option<Self> {
        let work = price.checked_mul(u64::from(replicas))?;
        let fee = mul_div_ceil(work, params.fee_bps.get(), BPS)?;
        let rate = mint.stake_rate.get();
        let price_in_stake = mul_div_ceil(price, rate, RATE_UNIT)?;
        let bond = mul_div_ceil(price_in_stake, params.bond_bps.get(), BPS)?.max(1);
        Some(Self {
            fee,
            escrow: work.checked_add(fee)?,
            weight: mul_div_floor(fee, rate, RATE_UNIT)?,
            bond,
            reject_cut: mul_div_ceil(bond, params.reject_bps.get(), BPS)?,
            missed_cut: mul_div_ceil(bond, params.missed_bps.get(), BPS)?,
        })
    }
}
