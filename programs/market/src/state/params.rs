use crate::{
    error::{MarketError, RuleResult},
    game::Rules,
};
use anchor_lang::prelude::*;
use assay_shared::{
    math::{product, BPS},
    param::Votable,
    pause::stops,
    votable_params,
};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Late seats that the exposure of the market is computed with. A job with more must have a shorter run window.
pub const EXPOSED_LATE_SEATS: u32 = 2;
/// A hold lasts at least this many run windows, so that whoever doubts a result can run it and challenge it.
pub const HOLD_RUNS: u64 = 2;

/// Bits of `Params::paused`. A pause never stops a delivery, verdict, payment, refund or withdrawal, nor the seats that a verdict
/// needs.
pub mod pause {
    /// `post_job`.
    pub const POST: u64 = 1;
    /// `extend_job`.
    pub const EXTEND: u64 = 2;
    /// `claim_task` of a first seat. A late seat is part of a verdict: without it an honest result would stay unproven.
    pub const CLAIM: u64 = 4;
    /// `add_collateral`.
    pub const COLLATERAL: u64 = 8;
    /// Every bit that means something.
    pub const ALL: u64 = 15;
}

/// The market's parameters. Seeds: `params`. No instruction that users send writes them.
#[account]
pub struct Params {
    /// Version of this layout: 1.
    pub version: u8,
    /// Signs what changes parameters and payment mints, what pauses, and what offers the authority: the governance program's
    /// authority PDA.
    pub authority: Address,
    /// May accept the authority; zero if it is offered to nobody.
    pub offered: Address,
    /// Hash of the cluster's genesis, which attesters sign, so that no signature counts on another cluster. Fixed for ever.
    pub genesis_hash: [u8; 32],
    /// Unix time at which epoch 0 began, seconds.
    pub genesis_time: PodI64,
    /// Length of an epoch, seconds. Fixed for ever, because epochs number the emission.
    pub epoch_length: PodU64,
    /// Protocol fee of a proven task as a share of the price of all seats that it has on average, basis points.
    pub fee_bps: PodU64,
    /// Bond of a seat as a share of its price in stake tokens, basis points.
    pub bond_bps: PodU64,
    /// Penalty for a missed deadline as a share of the price in stake tokens, basis points.
    pub missed_bps: PodU64,
    /// Part of its collateral that a worker may bind in seats: one in so many.
    pub reserve: PodU64,
    /// Time in which the admission to a seat doubles, seconds.
    pub step: PodU64,
    /// Shortest time from the opening of a result to its end, seconds.
    pub min_hold: PodU64,
    /// Time in which agreed results must be opened and a disagreement must get its round, seconds.
    pub open_window: PodU64,
    /// Longest claim window of a job, seconds.
    pub max_claim_window: PodU64,
    /// Longest run window of a job, seconds.
    pub max_run_window: PodU64,
    /// Time after an epoch's end in which its work is tallied, seconds, at most two epochs. Fixed for ever: a window that grew
    /// after an epoch was finalized would let late work take what others were promised. What an outage takes of it is lost, so
    /// it is longer than the longest outage that nobody shall lose an epoch by.
    pub tally_window: PodU64,
    /// Paused operations, bits of [`pause`].
    pub paused: PodU64,
    /// Unix time at which the pause ends, seconds.
    pub paused_until: PodI64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

votable_params! {
    /// The parameters that a vote can change. A job keeps the values it was posted under.
    pub enum Param of Params {
        /// Protocol fee. Never zero: work without a fee has no weight.
        FeeBps = 0 => fee_bps, 1, 2_000, "basis points";
        /// Bond against price.
        BondBps = 1 => bond_bps, BPS, 20 * BPS, "basis points";
        /// Penalty for a missed deadline against price.
        MissedBps = 2 => missed_bps, 100, BPS, "basis points";
        /// Part of the collateral that may be bound, one in so many.
        Reserve = 3 => reserve, 1, 100, "times";
        /// Admission step.
        Step = 4 => step, 1, 600, "seconds";
        /// Shortest hold.
        MinHold = 5 => min_hold, 10, 7 * DAY, "seconds";
        /// Opening window.
        OpenWindow = 6 => open_window, 10, DAY, "seconds";
        /// Longest claim window.
        MaxClaimWindow = 7 => max_claim_window, 60, 30 * DAY, "seconds";
        /// Longest run window.
        MaxRunWindow = 8 => max_run_window, 60, 7 * DAY, "seconds";
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

    /// Checks the rule between parameters: a job can be posted whose seats are open to all before its end.
    ///
    /// # Errors
    /// `AdmissionTooSlow`, `Overflow`.
    pub fn invariant(&self) -> RuleResult<()> {
        let open_to_all = u64::from(self.longest()?.steps_to_all());
        if open_to_all >= self.max_claim_window.get() {
            return Err(MarketError::AdmissionTooSlow);
        }
        Ok(())
    }

    /// Returns whether an operation is paused at the Unix time `now`.
    #[inline(always)]
    pub fn is_paused(&self, operation: u64, now: i64) -> bool {
        stops(self.paused.get(), self.paused_until.get(), operation, now)
    }

    /// Pauses the operations `bits` until the Unix time `until`; no bits end a pause.
    ///
    /// # Errors
    /// `ParamOutOfBounds` if a bit means nothing.
    pub fn set_pause(&mut self, bits: u64, until: i64) -> RuleResult<()> {
        if bits & !pause::ALL != 0 {
            return Err(MarketError::ParamOutOfBounds);
        }
        self.paused = bits.into();
        self.paused_until = until.into();
        Ok(())
    }

    /// Returns the hold of a job with this run window, seconds.
    pub fn hold(&self, run_window: u64) -> u64 {
        self.min_hold
            .get()
            .max(run_window.saturating_mul(HOLD_RUNS))
    }

    /// Returns the rules of a job with the longest windows that the parameters allow.
    fn longest(&self) -> RuleResult<Rules> {
        let run = self.max_run_window.get();
        Ok(Rules {
            late_seats: 0,
            check_bps: 0,
            run_window: seconds(run)?,
            hold: seconds(self.hold(run))?,
            open_window: seconds(self.open_window.get())?,
            step: seconds(self.step.get())?,
            claim_until: 0,
            total_collateral: 0,
        })
    }

    /// Returns the longest time in seconds from a claim to the verdict that can penalize it. Staking keeps unbonding stake
    /// slashable for longer than this.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn exposure(&self) -> RuleResult<u64> {
        Ok(self.longest()?.exposure(EXPOSED_LATE_SEATS))
    }

    /// Returns the epoch that the Unix time `now` lies in.
    ///
    /// # Errors
    /// `BeforeGenesis`.
    pub fn epoch_at(&self, now: i64) -> RuleResult<u64> {
        self.elapsed(now)
            .and_then(|elapsed| elapsed.checked_div(self.epoch_length.get()))
            .ok_or(MarketError::BeforeGenesis)
    }

    /// Returns the seconds from the genesis to `now`; `None` before it.
    fn elapsed(&self, now: i64) -> Option<u64> {
        let genesis = self.genesis_time.get();
        // The difference of two times in order fits 64 bits without a sign.
        (now >= genesis).then(|| now.wrapping_sub(genesis).cast_unsigned())
    }

    /// Returns the Unix time at which `epoch` ends and the next begins.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn epoch_end(&self, epoch: u64) -> RuleResult<i64> {
        epoch
            .checked_add(1)
            .and_then(|next| product(next, self.epoch_length.get()))
            .and_then(|elapsed| i64::try_from(elapsed).ok())
            .and_then(|elapsed| elapsed.checked_add(self.genesis_time.get()))
            .ok_or(MarketError::Overflow)
    }

    /// Returns whether the tally of `epoch` is complete at the Unix time `now`: whether [`Params::tally_end`] has come.
    #[inline(always)]
    pub fn is_tallied(&self, epoch: u64, now: i64) -> bool {
        // `now ≥ (epoch + 1)·length + window`, without a sum or product that could be too large.
        let over = self.elapsed(now).unwrap_or(0);
        let over = over.saturating_sub(self.tally_window.get());
        let complete = over.checked_div(self.epoch_length.get());
        complete.unwrap_or(0) > epoch
    }

    /// Returns the Unix time from which the tally of `epoch` is complete.
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

/// Returns a time of 64 bits as the 32 bits that a job keeps it in.
///
/// # Errors
/// `Overflow`.
pub(super) fn seconds(time: u64) -> RuleResult<u32> {
    u32::try_from(time).map_err(|_| MarketError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anchor_lang::bytemuck::Zeroable;

    #[test]
    fn a_pause_ends_by_itself() {
        let mut params = Params::zeroed();
        params.set_pause(pause::POST | pause::CLAIM, 100).unwrap();
        assert!(params.is_paused(pause::CLAIM, 99) && !params.is_paused(pause::CLAIM, 100));
        assert!(!params.is_paused(pause::COLLATERAL, 0));
        assert_eq!(
            params.set_pause(16, 100),
            Err(MarketError::ParamOutOfBounds)
        );
        params.set_pause(0, 0).unwrap();
        assert!(!params.is_paused(pause::POST, 0));
    }

    #[test]
    fn an_epoch_is_tallied_from_its_tally_end_on() {
        let params = Params {
            genesis_time: 1_000.into(),
            epoch_length: 100.into(),
            tally_window: 30.into(),
            ..Params::zeroed()
        };
        for epoch in [0, 1, 7] {
            let end = params.tally_end(epoch).unwrap();
            for now in [i64::MIN, 0, 999, 1_000, 1_029, 1_030, end - 1, end, end + 1] {
                assert_eq!(params.is_tallied(epoch, now), now >= end, "{epoch} {now}");
            }
        }
        assert!(!params.is_tallied(u64::MAX, i64::MAX));
    }
}
