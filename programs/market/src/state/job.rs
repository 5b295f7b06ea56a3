use super::{Collateral, JobTerms, Params, Quote, Seat, Segment, SEGMENTS};
use crate::error::{MarketError, RuleResult};
use anchor_lang::{accounts::Slab, prelude::*};
use assay_shared::math::mul_div_floor;

/// The policy under which a committee checks results by commit and reveal.
pub const POLICY_REPLICATED: u8 = 0;

/// Offset at which `Slab` keeps its length: behind the discriminator and the header.
pub(super) const SEAT_COUNT_OFFSET: usize = 8 + core::mem::size_of::<Job>();

/// A job's account: the header, then one `Seat` for each replica and spare of every task.
pub type JobAccount = Slab<Job, Seat>;

/// Header of a job's account. The requester creates it at the address `with_seed(requester, seed of the nonce, market)`.
#[account]
pub struct Job {
    /// Wallet that ordered the job and receives what is left of its money.
    pub requester: Address,
    /// Mint that the job is paid in.
    pub mint: Address,
    /// Token account with the job's money.
    pub escrow: Address,
    /// SHA-256 of the WebAssembly module.
    pub module: [u8; 32],
    /// Seed of the sortition: `sha256(newest slot hash ‖ job ‖ header)`, where this field of the header is zero. Also names
    /// the posting, because an address can be used again once its job is closed.
    pub seed: [u8; 32],
    /// Base URI of module, manifests and inputs, UTF-8, padded with zeros. Only a hint, never trusted.
    pub store: [u8; 64],
    /// The manifests and the tasks that each of them names.
    pub segments: [Segment; SEGMENTS],
    /// Remaining money of the job in escrow, base units of the payment mint.
    pub funds: PodU64,
    /// Fees of accepted tasks, due at closing, base units of the payment mint.
    pub fees_due: PodU64,
    /// Pay of an accepted replica, base units of the payment mint.
    pub price: PodU64,
    /// Protocol fee of an accepted task, base units of the payment mint.
    pub fee: PodU64,
    /// Emission weight of an accepted task, base units of the stake mint.
    pub weight: PodU64,
    /// Collateral behind a seat, base units of the stake mint.
    pub bond: PodU64,
    /// Part of the bond slashed for a rejected result, base units of the stake mint.
    pub reject_cut: PodU64,
    /// Part of the bond paid to the requester for a missed deadline, base units of the stake mint.
    pub missed_cut: PodU64,
    /// Largest amount of Wasmtime fuel a task may use.
    pub fuel: PodU64,
    /// Largest linear memory of a task, bytes.
    pub memory_bytes: PodU64,
    /// Largest output of a task, bytes.
    pub output_bytes: PodU64,
    /// Number chosen by the requester; the job's address follows from it.
    pub nonce: PodU64,
    /// Unix time of the posting, seconds.
    pub posted_at: PodI64,
    /// Unix time from which nothing can be claimed, seconds.
    pub claim_until: PodI64,
    /// Time from a claim to its commitment, seconds.
    pub run_window: PodU64,
    /// Time from the last commitment of a task to its reveals, seconds.
    pub reveal_window: PodU64,
    /// Sortition: time until every worker is drawn, seconds.
    pub ramp: PodU64,
    /// Sortition: free collateral that is drawn at once, base units of the stake mint.
    pub sortition_unit: PodU64,
    /// Number of tasks.
    pub task_count: PodU32,
    /// Number of tasks without a verdict.
    pub open_tasks: PodU32,
    /// Number of tasks with an accepted result.
    pub accepted_tasks: PodU32,
    /// Number of tasks that ended without an accepted result.
    pub refunded_tasks: PodU32,
    /// Number of final seats whose worker was not paid, released or penalized yet.
    pub uncollected: PodU32,
    /// Number of workers that run each task.
    pub replicas: u8,
    /// Number of equal digests that accept a result.
    pub quorum: u8,
    /// Number of further seats of each task that may open.
    pub spares: u8,
    /// How results are checked; `POLICY_REPLICATED`.
    pub policy: u8,
    /// Bump of the escrow authority's address.
    pub escrow_bump: u8,
}

impl Job {
    /// Reads header and seats from an account's data, for readers off chain. Returns `None` if it is not a job.
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

    /// Fills a zeroed header from the requester's terms and the current parameters.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn open(
        &mut self,
        terms: &JobTerms,
        quote: &Quote,
        params: &Params,
        now: i64,
    ) -> RuleResult<()> {
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
        self.claim_until = add_seconds(now, terms.claim_window)?.into();
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

    /// Returns the number of seats of each task.
    pub fn width(&self) -> u8 {
        self.replicas.saturating_add(self.spares)
    }

    /// Returns the number of seats of the whole job.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn seat_count(&self) -> RuleResult<u32> {
        self.task_count
            .get()
            .checked_mul(u32::from(self.width()))
            .ok_or(MarketError::Overflow)
    }

    /// Returns the escrow that `tasks` need, `tasks·(price·replicas + fee)`, base units of the payment mint.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn escrow_for(&self, tasks: u32) -> RuleResult<u64> {
        self.price
            .get()
            .checked_mul(u64::from(self.replicas))
            .and_then(|work| work.checked_add(self.fee.get()))
            .and_then(|task| task.checked_mul(u64::from(tasks)))
            .ok_or(MarketError::Overflow)
    }

    /// Returns whether seats can still be claimed.
    pub fn is_claiming(&self, now: i64) -> bool {
        now < self.claim_until.get()
    }

    /// Returns the Unix time in seconds from which anyone may close the job: one reveal window after the last possible
    /// reveal. Until then the account stays unless the requester closes it, because workers upload the results that it shows
    /// to be accepted.
    pub fn anyone_closes_from(&self) -> i64 {
        let windows = self
            .run_window
            .get()
            .saturating_add(self.reveal_window.get().saturating_mul(2));
        self.claim_until.get().saturating_add_unsigned(windows)
    }

    /// Returns the Unix time in seconds by which a task whose last commitment is made at `now` must be revealed.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn reveal_by(&self, now: i64) -> RuleResult<i64> {
        add_seconds(now, self.reveal_window.get())
    }

    /// Returns the Unix time in seconds by which a seat claimed at `now` must be committed.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn commit_by(&self, now: i64) -> RuleResult<i64> {
        add_seconds(now, self.run_window.get())
    }

    /// Returns whether the worker at `address` is drawn for a seat of `task` that has been free since the Unix time
    /// `free_since` (0: since the task was added).
    ///
    /// Collateral added after the posting waits for the end of the ramp. The seed is known by then, so an attacker could put
    /// collateral behind whichever of many new workers was drawn.
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

    /// Returns the emission weight of one accepted replica: an even share of its task's weight, rounded down. Returns `None`
    /// if there are no winners.
    pub fn weight_per_winner(&self, winners: u64) -> Option<u64> {
        mul_div_floor(self.weight.get(), 1, winners)
    }

    /// Counts a task's verdict. The fee of an accepted task becomes due.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn record_verdict(&mut self, accepted: bool) -> RuleResult<()> {
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

    /// Counts seats that reached a final state and concern a worker.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn record_final_seats(&mut self, seats: u32) -> RuleResult<()> {
        self.uncollected = plus(self.uncollected.get(), seats)?.into();
        Ok(())
    }

    /// Counts seats whose worker was paid, released or penalized, and takes `paid` base units off the funds.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn record_collected(&mut self, seats: u32, paid: u64) -> RuleResult<()> {
        self.uncollected = minus(self.uncollected.get(), seats)?.into();
        let funds = self.funds.get().checked_sub(paid);
        self.funds = funds.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Returns whether every task is decided and every final seat collected.
    pub fn is_finished(&self) -> bool {
        self.open_tasks.get() == 0 && self.uncollected.get() == 0
    }
}

fn add_seconds(now: i64, seconds: u64) -> RuleResult<i64> {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| now.checked_add(seconds))
        .ok_or(MarketError::Overflow)
}

pub(super) fn plus(a: u32, b: u32) -> RuleResult<u32> {
    a.checked_add(b).ok_or(MarketError::Overflow)
}

fn minus(a: u32, b: u32) -> RuleResult<u32> {
    a.checked_sub(b).ok_or(MarketError::Overflow)
}
