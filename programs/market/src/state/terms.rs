use super::Params;
use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;

/// Largest number of replicas of a task.
pub const MAX_REPLICAS: u8 = 16;
/// Largest number of seats of a task, replicas and spares.
pub const MAX_WIDTH: u8 = 32;
/// Shortest run window, seconds. In less time even a finished result may fail to be committed.
pub const MIN_RUN_WINDOW: u64 = 10;

/// What a requester asks for and pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct JobTerms {
    /// Number chosen by the requester; the job's address follows from it.
    pub nonce: u64,
    /// SHA-256 of the WebAssembly module.
    pub module: [u8; 32],
    /// SHA-256 of the manifest that names each task's input.
    pub manifest: [u8; 32],
    /// Base URI of module, manifest and inputs, UTF-8, padded with zeros. Only a hint, never trusted.
    pub store: [u8; 64],
    /// Number of tasks.
    pub task_count: u32,
    /// Number of workers that run each task.
    pub replicas: u8,
    /// Number of equal digests that accept a result.
    pub quorum: u8,
    /// Number of further workers that may be called if a replica is missed or no quorum is found.
    pub spares: u8,
    /// Bump of the escrow authority's address, so that the program need not search for it.
    pub escrow_bump: u8,
    /// Pay of each worker of the winning group, base units of the payment mint.
    pub price: u64,
    /// Largest amount of Wasmtime fuel a task may use.
    pub fuel: u64,
    /// Largest linear memory of a task, bytes.
    pub memory_bytes: u64,
    /// Largest output of a task, bytes written to standard output.
    pub output_bytes: u64,
    /// Time in which seats can be claimed, seconds.
    pub claim_window: u64,
    /// Time from a claim to its commitment, seconds.
    pub run_window: u64,
}

impl JobTerms {
    /// Returns the number of seats of each task.
    pub fn width(&self) -> u8 {
        self.replicas.saturating_add(self.spares)
    }

    /// Checks the terms against the limits of the market and its parameters.
    ///
    /// # Errors
    /// `NoTasks`, `BadCommittee`, `BadQuorum`, `ZeroPrice`, `BadLimits`, `BadWindow`.
    pub fn validate(&self, params: &Params) -> RuleResult<()> {
        if self.task_count == 0 {
            return Err(MarketError::NoTasks);
        }
        if self.replicas == 0 || self.replicas > MAX_REPLICAS || self.width() > MAX_WIDTH {
            return Err(MarketError::BadCommittee);
        }
        // With a majority, no two groups can both reach the quorum.
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
