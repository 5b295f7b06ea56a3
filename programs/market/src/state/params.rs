use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::{math::BPS, param::Votable, votable_params};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// The market's parameters. Seeds: `params`. No instruction that users send writes them.
#[account]
pub struct Params {
    /// Signs `set_params`, `allow_mint` and `set_authority`; the governance program's authority PDA once deployed.
    pub authority: Address,
    /// Unix time at which epoch 0 begins, seconds.
    pub genesis_time: PodI64,
    /// Length of an epoch, seconds. Never changes, because the emission is a function of the epoch's number.
    pub epoch_length: PodU64,
    /// Protocol fee of an accepted task, as a share of the price of all its replicas, basis points.
    pub fee_bps: PodU64,
    /// Bond of a seat, as a share of its price in stake tokens, basis points.
    pub bond_bps: PodU64,
    /// Share of the bond slashed for a rejected result, basis points.
    pub reject_bps: PodU64,
    /// Share of the bond paid to the requester for a missed deadline, basis points.
    pub missed_bps: PodU64,
    /// Sortition: time after which every worker may claim any seat, seconds.
    pub ramp: PodU64,
    /// Sortition: free collateral that is drawn for every seat at once, base units of the stake mint.
    pub sortition_unit: PodU64,
    /// Time in which a committed result must be revealed, seconds.
    pub reveal_window: PodU64,
    /// Longest claim window of a job, seconds.
    pub max_claim_window: PodU64,
    /// Longest run window of a job, seconds.
    pub max_run_window: PodU64,
    /// Time after an epoch's end in which its work is tallied, seconds. Never changes: if the window grew after an epoch was
    /// finalized, late work would take a share of what others were promised.
    pub tally_window: PodU64,
}

votable_params! {
    /// The parameters that a vote can change. A job keeps the values it was posted under.
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
    /// Returns the parameter with this number, if its bounds admit `value`.
    ///
    /// # Errors
    /// `UnknownParam`, `ParamOutOfBounds`.
    pub fn parse(number: u8, value: u64) -> RuleResult<Param> {
        let param = Param::from_number(number).ok_or(MarketError::UnknownParam)?;
        if !param.admits(value) {
            return Err(MarketError::ParamOutOfBounds);
        }
        Ok(param)
    }

    /// Checks the rules between parameters: an outage never costs more than a wrong result, and every job can be posted so
    /// that all workers may claim before its claim window ends.
    ///
    /// # Errors
    /// `MissedAboveReject`, `RampTooLong`.
    pub fn invariant(&self) -> RuleResult<()> {
        if self.missed_bps.get() > self.reject_bps.get() {
            return Err(MarketError::MissedAboveReject);
        }
        if self.ramp.get() >= self.max_claim_window.get() {
            return Err(MarketError::RampTooLong);
        }
        Ok(())
    }

    /// Returns the longest time in seconds from a claim to the verdict on it: the claim window, one run and one reveal.
    /// Staking keeps unbonding stake slashable for longer than this.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn exposure(&self) -> RuleResult<u64> {
        self.max_claim_window
            .get()
            .checked_add(self.max_run_window.get())
            .and_then(|sum| sum.checked_add(self.reveal_window.get()))
            .ok_or(MarketError::Overflow)
    }

    /// Returns the number of the epoch that `now` lies in.
    ///
    /// # Errors
    /// `BeforeGenesis`.
    pub fn epoch_at(&self, now: i64) -> RuleResult<u64> {
        now.checked_sub(self.genesis_time.get())
            .and_then(|elapsed| u64::try_from(elapsed).ok())
            .and_then(|elapsed| elapsed.checked_div(self.epoch_length.get()))
            .ok_or(MarketError::BeforeGenesis)
    }

    /// Returns the Unix time in seconds at which `epoch` ends and the next begins.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn epoch_end(&self, epoch: u64) -> RuleResult<i64> {
        epoch
            .checked_add(1)
            .and_then(|next| next.checked_mul(self.epoch_length.get()))
            .and_then(|elapsed| i64::try_from(elapsed).ok())
            .and_then(|elapsed| elapsed.checked_add(self.genesis_time.get()))
            .ok_or(MarketError::Overflow)
    }

    /// Returns the Unix time in seconds at which the tally window of `epoch` ends.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn tally_end(&self, epoch: u64) -> RuleResult<i64> {
        let window = i64::try_from(self.tally_window.get()).map_err(|_| MarketError::Overflow)?;
        self.epoch_end(epoch)?
            .checked_add(window)
            .ok_or(MarketError::Overflow)
    }
}
