use super::Params;
use crate::error::MarketError;
use anchor_lang::prelude::*;

/// Most replicas of a task.
pub const MAX_REPLICAS: u8 = 16;
/// Most seats of a task, replicas and spares.
pub const MAX_WIDTH: u8 = 32;
/// Shortest run window, seconds: in less, not even a finished result is sure to be committed.
pub const MIN_RUN_WINDOW: u64 = 10;

/// What a requester asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct JobTerms {
    /// Tells jobs of one requester apart, and makes the job's address.
    pub nonce: u64,
    /// SHA-256 of the WebAssembly module.
    pub module: [u8; 32],
    /// SHA-256 of the manifest that names each task's input.
    pub manifest: [u8; 32],
    /// Where module, manifest and inputs may be found: a base URI, UTF-8, zero padded. Only a hint.
    pub store: [u8; 64],
    pub task_count: u32,
    /// Workers that run each task.
    pub replicas: u8,
    /// Equal digests that accept a result.
    pub quorum: u8,
    /// Further workers that may be called when a replica is missed or no quorum is found.
    pub spares: u8,
    /// Bump of the escrow authority, so that the program need not search it.
    pub escrow_bump: u8,
    /// Paid to each worker of the winning group, base units of the payment mint.
    pub price: u64,
    /// Wasmtime fuel a task may burn.
    pub fuel: u64,
    /// Linear memory a task may grow to, bytes.
    pub memory_bytes: u64,
    /// Bytes a task may write to standard output.
    pub output_bytes: u64,
    /// Seconds in which seats can be claimed.
    pub claim_window: u64,
    /// Seconds from a claim to its commitment.
    pub run_window: u64,
}

impl JobTerms {
    /// Seats of each task.
    pub fn width(&self) -> u8 {
        self.replicas.saturating_add(self.spares)
    }

    /// Errors: `NoTasks`, `BadCommittee`, `BadQuorum`, `ZeroPrice`, `BadLimits`, `BadWindow`.
    pub fn validate(&self, params: &Params) -> core::result::Result<(), MarketError> {
        if self.task_count == 0 {
            return Err(MarketError::NoTasks);
        }
        if self.replicas == 0 || self.replicas > MAX_REPLICAS || self.width() > MAX_WIDTH {
            return Err(MarketError::BadCommittee);
        }
        // A majority, so that no two groups can both reach the quorum.
        if self.quorum > self.replicas
            || u16::from(self.quorum).saturating_mul(2) <= u16::from(self.replicas)
        {
            return Err(MarketError::BadQuorum);
        }
        if self.price == 0 {
            return Err(MarketError::ZeroPrice);
        }
        if self.fuel == 0 || self.memory_bytes == 0 || self.output_bytes == 0 {
            return Err(MarketError::BadLimits);
        }
        let claim = 1..=params.max_claim_window.get();
        let run = MIN_RUN_WINDOW..=params.max_run_window.get();
        if !claim.contains(&self.claim_window) || !run.contains(&self.run_window) {
            return Err(MarketError::BadWindow);
        }
        Ok(())
    }
}
