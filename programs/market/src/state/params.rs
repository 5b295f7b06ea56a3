use crate::error::MarketError;
use anchor_lang::prelude::*;
use assay_shared::{math::BPS, param::Votable, votable_params};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Seeds: `params`. Read-only on every user path.
#[account]
pub struct Params {
    /// Signs `set_params`, `allow_mint` and `set_authority`: the governance program's authority PDA.
    pub authority: Address,
    /// Unix time at which epoch 0 began.
    pub genesis_time: PodI64,
    /// Seconds; fixed for ever, because epochs number the emission.
    pub epoch_length: PodU64,
    /// Protocol fee of an accepted task as a share of the price of all its replicas, basis points.
    pub fee_bps: PodU64,
    /// Bond of a seat as a share of its price in stake tokens, basis points.
    pub bond_bps: PodU64,
    /// Share of the bond slashed for a rejected result, basis points.
    pub reject_bps: PodU64,
    /// Share of the bond paid to the requester for a missed deadline, basis points.
    pub missed_bps: PodU64,
    /// Seconds after which every worker may claim any seat.
    pub ramp: PodU64,
    /// Free collateral in base units that is drawn for every seat at once.
    pub sortition_unit: PodU64,
    /// Seconds in which a committed result must be revealed.
    pub reveal_window: PodU64,
    /// Longest claim window of a job, seconds.
    pub max_claim_window: PodU64,
    /// Longest run window of a job, seconds.
    pub max_run_window: PodU64,
    /// Seconds after an epoch's end in which its work is tallied; fixed for ever, because a window that grew after an
    /// epoch was finalized would let late work take what others were promised.
    pub tally_window: PodU64,
}

votable_params! {
    /// The parameters that a vote can change. Jobs keep the values they were posted under.
    pub enum Param of Params {
        /// Protocol fee.
        FeeBps = 0 => fee_bps, 0, 2_000, "basis points";
        /// Bond against price.
        BondBps = 1 => bond_bps, 1_000, 10 * BPS, "basis points";
        /// Slash for a rejected result.
        RejectBps = 2 => reject_bps, 1_000, BPS, "basis points";
        /// Penalty for a missed deadline.
        MissedBps = 3 => missed_bps, 100, BPS, "basis points";
        /// Sortition ramp.
        Ramp = 4 => ramp, 1, DAY, "seconds";
        /// Collateral that is drawn for every seat.
        SortitionUnit = 5 => sortition_unit, 1, 1 << 60, "base units";
        /// Reveal window.
        RevealWindow = 6 => reveal_window, 10, DAY, "seconds";
        /// Longest claim window.
        MaxClaimWindow = 7 => max_claim_window, 60, 30 * DAY, "seconds";
        /// Longest run window.
        MaxRunWindow = 8 => max_run_window, 60, 30 * DAY, "seconds";
    }
}

impl Params {
    /// Errors: `UnknownParam`, `ParamOutOfBounds`.
    pub fn parse(number: u8, value: u64) -> core::result::Result<Param, MarketError> {
        let param = Param::from_number(number).ok_or(MarketError::UnknownParam)?;
        if !param.admits(value) {
            return Err(MarketError::ParamOutOfBounds);
        }
        Ok(param)
    }

    /// Parameter laws: an outage never costs more than a lie, and a job can be posted that is open to all before its end.
    ///
    /// Errors: `MissedAboveReject`, `RampTooLong`.
    pub fn invariant(&self) -> core::result::Result<(), MarketError> {
        if self.missed_bps.get() > self.reject_bps.get() {
            return Err(MarketError::MissedAboveReject);
        }
        if self.ramp.get() >= self.max_claim_window.get() {
            return Err(MarketError::RampTooLong);
        }
        Ok(())
    }

    /// Longest time in seconds from a claim to the verdict on it: no claims after the claim window, then one run and
    /// one reveal. Staking keeps unbonding stake slashable for longer than this.
    ///
    /// Errors: `Overflow`.
    pub fn exposure(&self) -> core::result::Result<u64, MarketError> {
        self.max_claim_window
            .get()
            .checked_add(self.max_run_window.get())
            .and_then(|sum| sum.checked_add(self.reveal_window.get()))
            .ok_or(MarketError::Overflow)
    }

    /// The epoch that `now` lies in.
    ///
    /// Errors: `BeforeGenesis`.
    pub fn epoch_at(&self, now: i64) -> core::result::Result<u64, MarketError> {
        now.checked_sub(self.genesis_time.get())
            .and_then(|elapsed| u64::try_from(elapsed).ok())
            .and_then(|elapsed| elapsed.checked_div(self.epoch_length.get()))
            .ok_or(MarketError::BeforeGenesis)
    }

    /// Unix time at which `epoch` ends and the next begins.
    ///
    /// Errors: `Overflow`.
    pub fn epoch_end(&self, epoch: u64) -> core::result::Result<i64, MarketError> {
        epoch
            .checked_add(1)
            .and_then(|next| next.checked_mul(self.epoch_length.get()))
            .and_then(|elapsed| i64::try_from(elapsed).ok())
            .and_then(|elapsed| elapsed.checked_add(self.genesis_time.get()))
            .ok_or(MarketError::Overflow)
    }

    /// Unix time from which the tally of `epoch` is complete.
    ///
    /// Errors: `Overflow`.
    pub fn tally_end(&self, epoch: u64) -> core::result::Result<i64, MarketError> {
        let window = i64::try_from(self.tally_window.get()).map_err(|_| MarketError::Overflow)?;
        self.epoch_end(epoch)?
            .checked_add(window)
            .ok_or(MarketError::Overflow)
    }
}
