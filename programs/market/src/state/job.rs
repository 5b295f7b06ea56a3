use super::{Collateral, JobTerms, Params, Quote, Seat, Segment, SEGMENTS};
use crate::error::MarketError;
use anchor_lang::{accounts::Slab, prelude::*};
use assay_shared::math::mul_div_floor;

/// Results are checked by a committee with commit and reveal.
pub const POLICY_REPLICATED: u8 = 0;

/// Where `Slab` keeps its length: behind the discriminator and the header.
pub(super) const SEAT_COUNT_OFFSET: usize = 8 + core::mem::size_of::<Job>();

/// A job's account: this header, then one `Seat` per replica and spare of every task.
pub type JobAccount = Slab<Job, Seat>;

/// Created by the requester at the address `with_seed(requester, seed of the nonce, market)`.
#[account]
pub struct Job {
    pub requester: Address,
    pub mint: Address,
    /// Token account with the job's money.
    pub escrow: Address,
    /// SHA-256 of the WebAssembly module.
    pub module: [u8; 32],
    /// Decides who is drawn for which seat: `sha256(newest slot hash ‖ job ‖ header)`, this field of the header being zero.
    /// Names the posting too, because an address can be used again once its job is closed.
    pub seed: [u8; 32],
    /// Base URI where module, manifests and inputs may be found; zero padded.
    pub store: [u8; 64],
    pub segments: [Segment; SEGMENTS],
    /// What is left of the money put into escrow, base units.
    pub funds: PodU64,
    /// Fees of accepted tasks, due at closing, base units.
    pub fees_due: PodU64,
    /// Per accepted replica, base units.
    pub price: PodU64,
    /// Protocol fee per accepted task, base units.
    pub fee: PodU64,
    /// Emission weight per accepted task, stake base units.
    pub weight: PodU64,
    /// Collateral per seat, stake base units.
    pub bond: PodU64,
    /// Part of the bond slashed for a rejected result.
    pub reject_cut: PodU64,
    /// Part of the bond paid to the requester for a missed deadline.
    pub missed_cut: PodU64,
    pub fuel: PodU64,
    pub memory_bytes: PodU64,
    pub output_bytes: PodU64,
    pub nonce: PodU64,
    /// Unix time of the posting.
    pub posted_at: PodI64,
    /// Unix time from which nothing can be claimed.
    pub claim_until: PodI64,
    /// Seconds from a claim to its commitment.
    pub run_window: PodU64,
    /// Seconds from the last commitment of a task to its reveals.
    pub reveal_window: PodU64,
    /// Sortition: seconds until everyone is drawn.
    pub ramp: PodU64,
    /// Sortition: collateral that is drawn at once.
    pub sortition_unit: PodU64,
    pub task_count: PodU32,
    /// Tasks without a verdict.
    pub open_tasks: PodU32,
    pub accepted_tasks: PodU32,
    pub refunded_tasks: PodU32,
    /// Final seats whose worker was not yet paid, released or penalized.
    pub uncollected: PodU32,
    pub replicas: u8,
    pub quorum: u8,
    pub spares: u8,
    pub policy: u8,
    pub escrow_bump: u8,
}

type Rule<T> = core::result::Result<T, MarketError>;

impl Job {
    /// Header and seats of an account's data, for readers off chain; `None` when it is not a job.
    pub fn read(data: &[u8]) -> Option<(&Job, &[Seat])> {
        let tail = SEAT_COUNT_OFFSET.checked_add(4)?;
        if data.get(..8)? != Self::DISCRIMINATOR {
            return None;
        }
        let header = bytemuck::from_bytes(data.get(8..SEAT_COUNT_OFFSET)?);
        let seats = data.get(tail..)?;
        let whole = seats.len().checked_rem(core::mem::size_of::<Seat>())?;
        if whole != 0 {
            return None;
        }
        Some((header, bytemuck::cast_slice(seats)))
    }

    /// Fills a zeroed header from the requester's terms and today's parameters.
    ///
    /// Errors: `Overflow`.
    pub fn open(&mut self, terms: &JobTerms, quote: &Quote, params: &Params, now: i64) -> Rule<()> {
        self.module = terms.module;
        self.store = terms.store;
        self.segments[0].manifest = terms.manifest;
        self.segments[0].added_at = now.into();
        self.price = terms.price.into();
        self.fee = quote.fee.into();
        self.weight = quote.weight.into();
        self.bond = quote.bond.into();
        self.reject_cut = quote.reject_cut.into();
        self.missed_cut = quote.missed_cut.into();
        self.fuel = terms.fuel.into();
        self.memory_bytes = terms.memory_bytes.into();
        self.output_bytes = terms.output_bytes.into();
        self.nonce = terms.nonce.into();
        self.posted_at = now.into();
        self.claim_until = later(now, terms.claim_window)?.into();
        self.run_window = terms.run_window.into();
        self.reveal_window = params.reveal_window;
        self.ramp = params.ramp;
        self.sortition_unit = params.sortition_unit;
        self.task_count = terms.task_count.into();
        self.open_tasks = terms.task_count.into();
        self.replicas = terms.replicas;
        self.quorum = terms.quorum;
        self.spares = terms.spares;
        self.policy = POLICY_REPLICATED;
        self.escrow_bump = terms.escrow_bump;
        Ok(())
    }

    /// Seats of each task.
    pub fn width(&self) -> u8 {
        self.replicas.saturating_add(self.spares)
    }

    /// Seats of the whole job.
    ///
    /// Errors: `Overflow`.
    pub fn seat_count(&self) -> Rule<u32> {
        self.task_count
            .get()
            .checked_mul(u32::from(self.width()))
            .ok_or(MarketError::Overflow)
    }

    /// Escrow that `tasks` need, `tasks·(price·replicas + fee)`, base units.
    ///
    /// Errors: `Overflow`.
    pub fn escrow_for(&self, tasks: u32) -> Rule<u64> {
        self.price
            .get()
            .checked_mul(u64::from(self.replicas))
            .and_then(|work| work.checked_add(self.fee.get()))
            .and_then(|task| task.checked_mul(u64::from(tasks)))
            .ok_or(MarketError::Overflow)
    }

    /// Whether seats can still be claimed.
    pub fn is_claiming(&self, now: i64) -> bool {
        now < self.claim_until.get()
    }

    /// Unix time from which anyone may close the job: when the last possible reveal is a reveal window ago. Until then the
    /// account stays, unless the requester decides otherwise, because workers upload what it shows to be accepted.
    pub fn anyone_closes_from(&self) -> i64 {
        let windows = self
            .run_window
            .get()
            .saturating_add(self.reveal_window.get().saturating_mul(2));
        self.claim_until.get().saturating_add_unsigned(windows)
    }

    /// Unix time by which a task sealed at `now` must be revealed.
    ///
    /// Errors: `Overflow`.
    pub fn reveal_by(&self, now: i64) -> Rule<i64> {
        later(now, self.reveal_window.get())
    }

    /// Unix time by which a seat claimed at `now` must be committed.
    ///
    /// Errors: `Overflow`.
    pub fn commit_by(&self, now: i64) -> Rule<i64> {
        later(now, self.run_window.get())
    }

    /// Whether the worker at `address` is drawn for a seat of `task` that has been free since `free_since` (0: since the
    /// task was added).
    ///
    /// Collateral added after the posting waits for the end of the ramp: the seed is known by then, and it would go to
    /// whichever of many new workers was drawn.
    pub fn draws(
        &self,
        address: &Address,
        collateral: Collateral,
        (task, seat): (u32, u32),
        free_since: i64,
        now: i64,
    ) -> bool {
        let since = free_since.max(self.segment_of(task).added_at.get());
        let elapsed = u64::try_from(now.saturating_sub(since)).unwrap_or(0);
        if collateral.funded_at >= self.posted_at.get() {
            return elapsed >= self.ramp.get();
        }
        let draw = super::draw(&self.seed, address, seat);
        super::is_drawn(
            draw,
            collateral.free,
            self.sortition_unit.get(),
            elapsed,
            self.ramp.get(),
        )
    }

    /// Emission weight of one accepted replica: an even share of its task's fee, rounded down.
    pub fn weight_per_winner(&self, winners: u64) -> Option<u64> {
        mul_div_floor(self.weight.get(), 1, winners)
    }

    /// Books a task's verdict: the fee of accepted work becomes due.
    ///
    /// Errors: `Overflow`.
    pub fn book_verdict(&mut self, accepted: bool) -> Rule<()> {
        self.open_tasks = minus(self.open_tasks.get(), 1)?.into();
        if accepted {
            self.accepted_tasks = plus(self.accepted_tasks.get(), 1)?.into();
            let due = self.fees_due.get().checked_add(self.fee.get());
            self.fees_due = due.ok_or(MarketError::Overflow)?.into();
        } else {
            self.refunded_tasks = plus(self.refunded_tasks.get(), 1)?.into();
        }
        Ok(())
    }

    /// Errors: `Overflow`.
    pub fn book_finished(&mut self, seats: u32) -> Rule<()> {
        self.uncollected = plus(self.uncollected.get(), seats)?.into();
        Ok(())
    }

    /// Errors: `Overflow`.
    pub fn book_collected(&mut self, seats: u32, paid: u64) -> Rule<()> {
        self.uncollected = minus(self.uncollected.get(), seats)?.into();
        let funds = self.funds.get().checked_sub(paid);
        self.funds = funds.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Whether nothing is left to decide or to collect.
    pub fn is_finished(&self) -> bool {
        self.open_tasks.get() == 0 && self.uncollected.get() == 0
    }
}

fn later(now: i64, seconds: u64) -> Rule<i64> {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| now.checked_add(seconds))
        .ok_or(MarketError::Overflow)
}

pub(super) fn plus(a: u32, b: u32) -> Rule<u32> {
    a.checked_add(b).ok_or(MarketError::Overflow)
}

fn minus(a: u32, b: u32) -> Rule<u32> {
    a.checked_sub(b).ok_or(MarketError::Overflow)
}
