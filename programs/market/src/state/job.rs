use super::{JobTerms, Params, Segment, SEGMENTS};
use crate::{
    error::{MarketError, RuleResult},
    game::{money::Quote, Moment, Rules, Seat},
};
use anchor_lang::{accounts::Slab, prelude::*};
use assay_shared::math::product;

/// The policy under which results are checked by later seats and rounds.
pub const POLICY_CHECKED: u8 = 0;
/// The policy under which attesters sign results, and nobody runs them again.
pub const POLICY_ATTESTED: u8 = 1;

/// Offset at which `Slab` keeps its length: behind the discriminator and the header.
pub(super) const SEAT_COUNT_OFFSET: usize = 8 + core::mem::size_of::<Job>();
/// Bytes of the header that the seed is made from: up to its first segment and with it.
pub const SEEDED_LEN: usize =
    core::mem::offset_of!(Job, segments) + core::mem::size_of::<Segment>();

/// A job's account: the header, then for every task its first seat and its late seats.
pub type JobAccount = Slab<Job, Seat>;

/// Header of a job's account. The requester creates it at the address `with_seed(requester, seed of the nonce, market)`.
#[account]
pub struct Job {
    /// Version of this layout: 1.
    pub version: u8,
    /// How results are verified: `POLICY_CHECKED` or `POLICY_ATTESTED`.
    pub policy: u8,
    /// Bump of the escrow authority's address.
    pub escrow_bump: u8,
    /// Late seats of every task, in this account.
    pub late_seats: u8,
    /// Signatures that an attested result needs; 0 under the other policy.
    pub attestations: u8,
    /// 1 if the job requires anything of its workers, else 0.
    pub has_requirements: u8,
    /// What the requirements bind: `GATE_EVERY_SEAT` or `GATE_FIRST_SEAT`.
    pub gate: u8,
    /// Region that workers must be in, ISO 3166-1 numeric country code; 0 for any.
    pub region: PodU16,
    /// Wallet that ordered the job and receives what is left of its money.
    pub requester: Address,
    /// Mint that the job is paid in.
    pub mint: Address,
    /// Token account with the job's money.
    pub escrow: Address,
    /// SHA-256 of the WebAssembly module.
    pub module: [u8; 32],
    /// Decides who is admitted to first seats: `sha256(newest slot hash ‖ job ‖ first SEEDED_LEN bytes of the header)`, where
    /// this field of the header is zero. Also names the posting, because an address can be used again once its job is closed.
    pub seed: [u8; 32],
    /// Identity of the attester set whose keys must sign results; zero under the other policy.
    pub attesters: [u8; 32],
    /// Attester set that workers need a credential of; zero for none.
    pub credential_set: Address,
    /// Author of the module, who receives the royalties; zero if none are due.
    pub author: Address,
    /// Base URI of module, manifests and inputs, UTF-8, padded with zeros. Only a hint, never trusted.
    pub store: [u8; 64],
    /// Names the runtime that the module must be run by.
    pub runtime_id: [u8; 8],
    /// Least collateral of a worker, base units of the stake mint.
    pub least_collateral: PodU64,
    /// Pay of a seat, base units of the payment mint.
    pub price: PodU64,
    /// Protocol fee of a proven task, base units of the payment mint.
    pub fee: PodU64,
    /// Royalty of a proven task, base units of the payment mint.
    pub royalty: PodU64,
    /// Escrow that one task needs, base units of the payment mint.
    pub task_escrow: PodU64,
    /// Emission weight of a proven task, base units of the stake mint.
    pub weight: PodU64,
    /// What one price is worth, base units of the stake mint.
    pub value: PodU64,
    /// Collateral that a seat binds, base units of the stake mint.
    pub bond: PodU64,
    /// What a lie costs beside the bond, base units of the stake mint.
    pub lie: PodU64,
    /// What a missed deadline costs, base units of the stake mint.
    pub missed: PodU64,
    /// Largest amount of fuel a task may use.
    pub fuel: PodU64,
    /// Largest linear memory of a task, bytes.
    pub memory_bytes: PodU64,
    /// Largest output of a task, bytes.
    pub output_bytes: PodU64,
    /// Number chosen by the requester; the address follows from it.
    pub nonce: PodU64,
    /// The market's whole collateral at the posting, base units of the stake mint. Ranks are measured against it.
    pub total_collateral: PodU64,
    /// Unix time of the posting, seconds. Every other time of the job counts from here.
    pub posted_at: PodI64,
    /// Slot of the posting. Every other slot of the job counts from here.
    pub posted_slot: PodU64,
    /// Time from the posting in which first seats can be claimed, seconds.
    pub claim_window: PodU32,
    /// Time from a claim to its contribution, seconds.
    pub run_window: PodU32,
    /// Time from an opening or verdict to the end of a task, seconds.
    pub hold: PodU32,
    /// Time in which agreed results must be opened, and a disagreement must get its round, seconds.
    pub open_window: PodU32,
    /// Time in which the admission to a seat doubles, seconds.
    pub step: PodU32,
    /// Part of its collateral that a worker may bind, one in so many.
    pub reserve: PodU32,
    /// Number of tasks.
    pub task_count: PodU32,
    /// Chance of one more late seat, basis points.
    pub check_bps: PodU16,
    /// The manifests and the tasks that each of them names.
    pub segments: [Segment; SEGMENTS],
    /// Remaining money of the job in escrow, base units of the payment mint.
    pub funds: PodU64,
    /// Fees of proven tasks, due at closing, base units of the payment mint.
    pub fees_due: PodU64,
    /// Royalties of proven tasks, due at closing, base units of the payment mint.
    pub royalties_due: PodU64,
    /// Tasks that have not ended.
    pub open_tasks: PodU32,
    /// Tasks that ended with a proven result.
    pub proven_tasks: PodU32,
    /// Tasks that ended paid and not proven.
    pub unproven_tasks: PodU32,
    /// Contributed seats in this account that were not yet paid, released or penalized.
    pub unsettled: PodU32,
    /// Accounts of checks and rounds of this job that are not closed.
    pub open_rounds: PodU32,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl Job {
    /// Returns header and seats of an account's data, for readers off chain; `None` if the data is not a job's.
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

    /// Fills a zeroed header from the requester's terms, the rules and the amounts.
    pub fn open(&mut self, terms: &JobTerms, rules: &Rules, quote: &Quote, params: &Params) {
        self.version = 1;
        self.policy = terms.policy;
        self.escrow_bump = terms.escrow_bump;
        self.late_seats = rules.late_seats;
        self.attestations = terms.attestations;
        self.gate = terms.gate;
        self.has_requirements = u8::from(terms.has_requirements());
        self.region = terms.region.into();
        self.credential_set = terms.credential_set;
        self.author = terms.author;
        self.least_collateral = terms.least_collateral.into();
        self.module = terms.module;
        self.store = terms.store;
        self.runtime_id = terms.runtime_id;
        self.segments[0].manifest = terms.manifest;
        self.segments[0].inputs = terms.inputs;
        self.price = terms.price.into();
        self.fee = quote.fee.into();
        self.royalty = quote.royalty.into();
        self.task_escrow = quote.escrow.into();
        self.weight = quote.weight.into();
        self.value = quote.value.into();
        self.bond = quote.bond.into();
        self.lie = quote.lie.into();
        self.missed = quote.missed.into();
        self.fuel = terms.fuel.into();
        self.memory_bytes = terms.memory_bytes.into();
        self.output_bytes = terms.output_bytes.into();
        self.nonce = terms.nonce.into();
        self.total_collateral = rules.total_collateral.into();
        self.claim_window = rules.claim_until.into();
        self.run_window = rules.run_window.into();
        self.hold = rules.hold.into();
        self.open_window = rules.open_window.into();
        self.step = rules.step.into();
        self.reserve = u32::try_from(params.reserve.get())
            .unwrap_or(u32::MAX)
            .into();
        self.task_count = terms.task_count.into();
        self.open_tasks = terms.task_count.into();
        self.check_bps = rules.check_bps.into();
    }

    /// Returns the rules that the job was posted under.
    pub fn rules(&self) -> Rules {
        Rules {
            late_seats: self.late_seats,
            check_bps: self.check_bps.get(),
            run_window: self.run_window.get(),
            hold: self.hold.get(),
            open_window: self.open_window.get(),
            step: self.step.get(),
            claim_until: self.claim_window.get(),
            total_collateral: self.total_collateral.get(),
        }
    }

    /// Returns a point of time as the job counts it.
    ///
    /// # Errors
    /// `Overflow` before the posting, or more than 2³² seconds or slots after it.
    pub fn moment(&self, unix_time: i64, slot: u64) -> RuleResult<Moment> {
        // A negative difference is a large number without its sign.
        let time = unix_time.wrapping_sub(self.posted_at.get()).cast_unsigned();
        let slot = slot.wrapping_sub(self.posted_slot.get());
        let (time, slot) = (u32::try_from(time), u32::try_from(slot));
        match (time, slot) {
            (Ok(time), Ok(slot)) => Ok(Moment { time, slot }),
            _ => Err(MarketError::Overflow),
        }
    }

    /// Returns the Unix time of a time that the job counts.
    pub fn unix_time(&self, time: u32) -> i64 {
        self.posted_at.get().saturating_add(i64::from(time))
    }

    /// Returns the slot of the chain for a slot that the job counts.
    pub fn chain_slot(&self, slot: u32) -> u64 {
        self.posted_slot.get().saturating_add(u64::from(slot))
    }

    /// Returns the number of seats of each task in this account.
    pub fn width(&self) -> u8 {
        self.late_seats.saturating_add(1)
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

    /// Returns the escrow that `tasks` need, base units of the payment mint.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn escrow_for(&self, tasks: u32) -> RuleResult<u64> {
        product(self.task_escrow.get(), u64::from(tasks)).ok_or(MarketError::Overflow)
    }

    /// Returns whether first seats can still be claimed.
    pub fn is_claiming(&self, now: Moment) -> bool {
        now.time < self.claim_window.get()
    }

    /// Returns the Unix time from which anyone may close the job: when the last result that can be delivered in time has
    /// gone through its hold twice. Until then the account stays, unless the requester decides otherwise, because workers
    /// upload what it shows to be accepted.
    pub fn anyone_closes_from(&self) -> i64 {
        let windows = self
            .claim_window
            .get()
            .saturating_add(self.run_window.get())
            .saturating_add(self.hold.get().saturating_mul(2));
        self.unix_time(windows)
    }

    /// Returns the emission weight of one paid seat: an even share of its task's, rounded down.
    pub fn weight_share(&self, winners: u8) -> u64 {
        self.weight
            .get()
            .checked_div(u64::from(winners))
            .unwrap_or(0)
    }
}
