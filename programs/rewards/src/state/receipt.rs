use crate::error::{RewardsError, RuleResult};
use alloc::vec::Vec;
use anchor_lang::{accounts::Slab, prelude::*};
use assay_market::{
    bytes::ResultRecord,
    game::{task::flag, Moment, Phase, Seat},
    state::{seat_index, Job, JobAccount, POLICY_ATTESTED},
};
use assay_shared::{hash::sha256v, merkle};

/// Most bytes of the output that a receipt keeps.
pub const MAX_INLINE_OUTPUT: usize = 512;
/// Shortest time that a receipt stays, seconds: 7 days.
pub const MIN_LIFETIME: u32 = 7 * 86_400;
/// Longest time that a receipt stays, seconds: 10 years.
pub const MAX_LIFETIME: u32 = 3_650 * 86_400;

/// Offset at which `Slab` keeps the length of the output: behind the discriminator and the header.
const OUTPUT_LEN_OFFSET: usize = 8 + core::mem::size_of::<Receipt>();

/// A receipt's account: the header, then the output if the receipt keeps it.
pub type ReceiptAccount = Slab<Receipt, u8>;

/// Length of the seed of a receipt's address.
pub const RECEIPT_SEED_LEN: usize = 32;

/// Returns the seed, under the payer, of the receipt of a task of the posting with this seed: the posting's first twelve bytes
/// and the task, most significant byte first, in hexadecimal digits.
pub fn receipt_seed(job_seed: &[u8; 32], task: u32) -> [u8; RECEIPT_SEED_LEN] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut named = [0u8; RECEIPT_SEED_LEN / 2];
    let (posting, place) = named.split_at_mut(12);
    posting.copy_from_slice(job_seed.split_at(12).0);
    place.copy_from_slice(&task.to_be_bytes());
    let mut seed = [[0u8; 2]; RECEIPT_SEED_LEN / 2];
    for (digits, byte) in seed.iter_mut().zip(named) {
        *digits = [byte >> 4, byte & 15].map(|nibble| DIGITS[usize::from(nibble)]);
    }
    bytemuck::cast(seed)
}

/// Returns the address of a receipt, as the system program derives it: `sha256(payer ‖ seed ‖ rewards)`.
pub fn receipt_address(payer: &Address, job_seed: &[u8; 32], task: u32) -> Address {
    let seed = receipt_seed(job_seed, task);
    Address::new_from_array(sha256v(&[payer.as_ref(), &seed, crate::ID.as_ref()]))
}

/// Says that a result was verified, and what stood behind it. Any program can read it. Its payer creates the account at the
/// address `with_seed(payer, receipt_seed, rewards)`.
#[account]
pub struct Receipt {
    /// Version of this layout: 1.
    pub version: u8,
    /// How the result was verified: `POLICY_CHECKED` or `POLICY_ATTESTED`.
    pub policy: u8,
    /// What the job's requirements bound: `GATE_EVERY_SEAT` or `GATE_FIRST_SEAT`.
    pub gate: u8,
    /// Results that agree: seats that ran the task, or the signatures of attesters.
    pub agreed: u8,
    /// Rounds that were opened about the result: 0 if nobody disputed it.
    pub rounds: u8,
    /// 1 if somebody who did not know the result ran the task again, or a round decided.
    pub checked: u8,
    /// 1 if the account keeps the output, which may be empty.
    pub has_output: u8,
    /// Region that workers had to be in, ISO 3166-1 numeric country code; 0 for any.
    pub region: PodU16,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Exit code of the run.
    pub exit_code: PodU32,
    /// The job, which may be closed.
    pub job: Address,
    /// Names the posting of the job.
    pub job_seed: [u8; 32],
    /// Wallet that ordered the job.
    pub requester: Address,
    /// SHA-256 of the WebAssembly module.
    pub module: [u8; 32],
    /// SHA-256 of the task's input.
    pub input: [u8; 32],
    /// Digest of the result's record.
    pub digest: [u8; 32],
    /// SHA-256 of the output.
    pub output: [u8; 32],
    /// Mint that the job was paid in.
    pub mint: Address,
    /// Attester set that workers needed a credential of; zero for none.
    pub credential_set: Address,
    /// Identity of the attester set whose keys signed; zero under the other policy.
    pub attesters: [u8; 32],
    /// Author of the module, whom the requester named and paid a royalty; zero for none.
    pub author: Address,
    /// Fuel that the run used.
    pub fuel_used: PodU64,
    /// Pay of a seat, base units of the mint.
    pub price: PodU64,
    /// Collateral that a seat bound, base units of the stake mint.
    pub bond: PodU64,
    /// What a lie would have cost beside the bond, base units of the stake mint.
    pub lie: PodU64,
    /// Least collateral that a worker had to have, base units of the stake mint; 0 for any.
    pub least_collateral: PodU64,
    /// Names the runtime that workers had to have.
    pub runtime_id: [u8; 8],
    /// Largest amount of fuel that the task might use.
    pub fuel: PodU64,
    /// Largest linear memory of the task, bytes.
    pub memory_bytes: PodU64,
    /// Largest output of the task, bytes.
    pub output_bytes: PodU64,
    /// Time from a claim to its contribution, seconds.
    pub run_window: PodU32,
    /// Unix time at which the result became final, seconds.
    pub finalized_at: PodI64,
    /// Unix time from which anyone may close the receipt, seconds.
    pub closes_at: PodI64,
    /// Wallet that paid the rent and gets it back.
    pub payer: Address,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// What a caller knows about a result, and what the chain cannot know without it.
#[derive(Clone, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ReceiptArgs {
    /// Exit code of the run.
    pub exit_code: u32,
    /// Fuel that the run used.
    pub fuel_used: u64,
    /// SHA-256 of the output.
    pub output_hash: [u8; 32],
    /// Keyed hash of the memory at the end, as the result's record has it.
    pub memory: [u8; 32],
    /// SHA-256 of the task's input.
    pub input: [u8; 32],
    /// Path from the input to the Merkle root of its manifest.
    pub proof: Vec<[u8; 32]>,
    /// The output, at most 512 bytes, if the receipt shall keep it.
    pub output: Option<Vec<u8>>,
    /// Time that the receipt stays, seconds.
    pub lifetime: u32,
}

impl ReceiptArgs {
    /// Returns the number of bytes of the output that the receipt keeps.
    pub fn inline_len(&self) -> u32 {
        let len = self.output.as_ref().map_or(0, Vec::len);
        u32::try_from(len).unwrap_or(u32::MAX)
    }

    /// Checks the arguments against what the job and the task hold.
    ///
    /// # Errors
    /// `BadLifetime`, `OutputTooLong`, `WrongRecord`, `WrongOutput`, `WrongInput`.
    pub fn validate(&self, job: &Job, task: u32, digest: &[u8; 32]) -> RuleResult<()> {
        if !(MIN_LIFETIME..=MAX_LIFETIME).contains(&self.lifetime) {
            return Err(RewardsError::BadLifetime);
        }
        if self
            .output
            .as_ref()
            .is_some_and(|output| output.len() > MAX_INLINE_OUTPUT)
        {
            return Err(RewardsError::OutputTooLong);
        }
        let record = ResultRecord {
            exit_code: self.exit_code,
            fuel_used: self.fuel_used,
            output: self.output_hash,
            memory: self.memory,
        };
        if *digest != record.digest() {
            return Err(RewardsError::WrongRecord);
        }
        let is_output = |output: &Vec<u8>| sha256v(&[output]) == self.output_hash;
        if !self.output.as_ref().is_none_or(is_output) {
            return Err(RewardsError::WrongOutput);
        }
        let segment = job.segment_of(task);
        let line = task.wrapping_sub(segment.first_task.get());
        let root = merkle::root_from(&self.input, line, job.segment_tasks(task), &self.proof);
        if root != Some(segment.inputs) {
            return Err(RewardsError::WrongInput);
        }
        Ok(())
    }
}

/// Returns the first seat of a task whose result is proven.
///
/// # Errors
/// The market's `NoSuchTask`; `NotVerified`.
pub fn proven_seat(job: &JobAccount, task: u32, now: Moment) -> Result<Seat> {
    let index = seat_index(job, task, 0)?;
    let first = usize::try_from(index).ok().and_then(|index| job.get(index));
    let is_proven =
        |first: &&Seat| Phase::at(first, now) == Phase::Final && first.flags & flag::OPEN != 0;
    let first = first.filter(is_proven);
    Ok(*first.ok_or(RewardsError::NotVerified)?)
}

/// Writes the output behind the header of a new receipt, at no cost per byte.
///
/// # Errors
/// `WrongAccount` unless the account has room for exactly that much.
pub fn set_output(receipt: &mut ReceiptAccount, output: &[u8]) -> RuleResult<()> {
    let len = u32::try_from(output.len()).map_err(|_| RewardsError::WrongAccount)?;
    let mut view = *receipt.view();
    // SAFETY: the caller borrows `receipt` mutably and nobody else holds its bytes. Length and output lie behind the
    // discriminator and the header.
    let data = unsafe { view.borrow_unchecked_mut() };
    let tail = data.get_mut(OUTPUT_LEN_OFFSET..);
    let (length, kept) = tail
        .and_then(<[u8]>::split_first_chunk_mut)
        .ok_or(RewardsError::WrongAccount)?;
    if kept.len() != output.len() {
        return Err(RewardsError::WrongAccount);
    }
    *length = len.to_le_bytes();
    kept.copy_from_slice(output);
    Ok(())
}

impl Receipt {
    /// Fills what job, first seat and arguments say.
    pub fn fill(&mut self, job: &Job, first: &Seat, args: &ReceiptArgs) {
        self.version = 1;
        self.policy = job.policy;
        self.gate = job.gate;
        self.agreed = if job.policy == POLICY_ATTESTED {
            job.attestations
        } else {
            first.winners
        };
        self.rounds = first.rounds;
        self.checked = u8::from(first.flags & flag::CHECKED != 0);
        self.has_output = u8::from(args.output.is_some());
        self.region = job.region;
        self.exit_code = args.exit_code.into();
        self.job_seed = job.seed;
        self.requester = job.requester;
        self.module = job.module;
        self.input = args.input;
        self.digest = first.hash;
        self.output = args.output_hash;
        self.mint = job.mint;
        self.credential_set = job.credential_set;
        self.attesters = job.attesters;
        self.author = job.author;
        self.fuel_used = args.fuel_used.into();
        self.price = job.price;
        self.bond = job.bond;
        self.lie = job.lie;
        self.least_collateral = job.least_collateral;
        self.runtime_id = job.runtime_id;
        self.fuel = job.fuel;
        self.memory_bytes = job.memory_bytes;
        self.output_bytes = job.output_bytes;
        self.run_window = job.run_window;
        self.finalized_at = job.unix_time(first.until.get()).into();
    }

    /// Returns header and output of an account's data, for other programs and readers off chain; `None` if the data is not a
    /// receipt's, or of another version. The caller checks that the market owns the account.
    pub fn read(data: &[u8]) -> Option<(&Receipt, Option<&[u8]>)> {
        if data.get(..8)? != Self::DISCRIMINATOR {
            return None;
        }
        let header: &Receipt = bytemuck::from_bytes(data.get(8..OUTPUT_LEN_OFFSET)?);
        let tail = OUTPUT_LEN_OFFSET.checked_add(4)?;
        let len: [u8; 4] = data.get(OUTPUT_LEN_OFFSET..tail)?.try_into().ok()?;
        let len = usize::try_from(u32::from_le_bytes(len)).ok()?;
        let output = data.get(tail..tail.checked_add(len)?)?;
        (header.version == 1).then_some((header, (header.has_output == 1).then_some(output)))
    }
}

#[cfg(test)]
#[path = "receipt_tests.rs"]
mod tests;
