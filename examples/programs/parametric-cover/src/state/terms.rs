use crate::error::{CoverError, RuleResult};
use anchor_lang::prelude::*;

/// What a cover pays, on what, and how sure of it the insurer wants to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct CoverTerms {
    /// Number chosen by the insurer; the cover's address follows from it.
    pub nonce: u64,
    /// Sum insured, base units of the mint.
    pub amount: u64,
    /// Unix time from which the money returns to the insurer, seconds.
    pub expires_at: i64,
    /// Wallet that the cover pays.
    pub insured: Address,
    /// SHA-256 of the WebAssembly module that computes the figure.
    pub module: [u8; 32],
    /// SHA-256 of the input that the module is run on.
    pub input: [u8; 32],
    /// Least figure that the cover pays on. The figure is the first eight bytes of the output, the least byte first.
    pub threshold: u64,
    /// Mint that the job must have been paid in.
    pub job_mint: Address,
    /// Identity of the attester set that must have signed the result; zero for a result that workers checked.
    pub attesters: [u8; 32],
    /// Least collateral that a lie about the result cost each seat, base units of the stake mint; 0 if attesters sign.
    pub least_stake: u64,
    /// Most collateral that a lie may have cost each seat, base units of the stake mint. A price can be so high that nobody but
    /// the requester's own workers is able to take a seat, or to contradict them.
    pub most_stake: u64,
    /// Attester set whose credential the job may have asked of every worker; zero if anyone must have been let in.
    pub credential_set: Address,
    /// Limits of the run that every machine of an ordinary worker can keep.
    pub limits: RunLimits,
    /// Least number of results that agree, or of attesters that signed.
    pub least_agreed: u8,
    /// True if the cover pays only on a result that nobody disputed.
    pub undisputed: bool,
}

/// What the job may have asked of a machine. A runtime that nobody has, or limits that no machine can keep, close the seats
/// for all but the requester's own workers. Not looked at if attesters sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct RunLimits {
    /// Names the runtime that workers must have had.
    pub runtime_id: [u8; 8],
    /// Most fuel that the task may have been allowed.
    pub most_fuel: u64,
    /// Most linear memory that the task may have been allowed, bytes.
    pub most_memory: u64,
    /// Most output that the task may have been allowed, bytes.
    pub most_output: u64,
    /// Shortest time from a claim to its contribution, seconds.
    pub least_run_window: u32,
}

impl CoverTerms {
    /// Returns whether attesters must have signed the result.
    pub fn is_attested(&self) -> bool {
        self.attesters != [0; 32]
    }

    /// Checks that there is a receipt that the terms accept.
    ///
    /// # Errors
    /// `ZeroAmount`, `DeadlinePassed`, `BadTerms`.
    pub fn validate(&self, now: i64) -> RuleResult<()> {
        if self.amount == 0 {
            return Err(CoverError::ZeroAmount);
        }
        if self.expires_at <= now {
            return Err(CoverError::DeadlinePassed);
        }
        // Attesters bind no stake, and whoever ran the task is not trusted.
        let asks_workers = self.least_stake > 0 || self.credential_set != Address::default();
        let is_empty = self.least_agreed == 0 || self.least_stake > self.most_stake;
        if is_empty || (self.is_attested() && asks_workers) {
            return Err(CoverError::BadTerms);
        }
        Ok(())
    }
}
