use super::CoverTerms;
use crate::error::{CoverError, RuleResult};
use anchor_lang::prelude::*;
use assay_market::state::{GATE_FIRST_SEAT, POLICY_ATTESTED, POLICY_CHECKED};
use assay_rewards::state::Receipt;

/// Money that waits for a receipt. Seeds: `cover`, insurer, nonce. Signs for its vault (seeds: `cover_vault`, cover).
#[account]
pub struct Cover {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// Least number of results that agree, or of attesters that signed.
    pub least_agreed: u8,
    /// 1 if the cover pays only on a result that nobody disputed.
    pub undisputed: u8,
    /// Wallet that locked the money and paid the rent.
    pub insurer: Address,
    /// Wallet that the cover pays.
    pub insured: Address,
    /// Mint of the money.
    pub mint: Address,
    /// SHA-256 of the WebAssembly module that computes the figure.
    pub module: [u8; 32],
    /// SHA-256 of the input that the module is run on.
    pub input: [u8; 32],
    /// Mint that the job must have been paid in.
    pub job_mint: Address,
    /// Identity of the attester set that must have signed the result; zero for a result that workers checked.
    pub attesters: [u8; 32],
    /// Attester set whose credential the job may have asked of every worker; zero if anyone must have been let in.
    pub credential_set: Address,
    /// Least figure that the cover pays on.
    pub threshold: PodU64,
    /// Least collateral that a lie about the result cost each seat, base units of the stake mint.
    pub least_stake: PodU64,
    /// Most collateral that a lie may have cost each seat, base units of the stake mint.
    pub most_stake: PodU64,
    /// Sum insured, base units of the mint.
    pub amount: PodU64,
    /// Number chosen by the insurer; the address follows from it.
    pub nonce: PodU64,
    /// Unix time from which the money returns to the insurer, seconds.
    pub expires_at: PodI64,
    /// Names the runtime that workers must have had.
    pub runtime_id: [u8; 8],
    /// Most fuel that the task may have been allowed.
    pub most_fuel: PodU64,
    /// Most linear memory that the task may have been allowed, bytes.
    pub most_memory: PodU64,
    /// Most output that the task may have been allowed, bytes.
    pub most_output: PodU64,
    /// Shortest time from a claim to its contribution, seconds.
    pub least_run_window: PodU32,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl Cover {
    /// Fills what the terms say.
    pub fn open(&mut self, terms: &CoverTerms) {
        self.version = 1;
        self.least_agreed = terms.least_agreed;
        self.undisputed = u8::from(terms.undisputed);
        self.insured = terms.insured;
        self.module = terms.module;
        self.input = terms.input;
        self.job_mint = terms.job_mint;
        self.attesters = terms.attesters;
        self.credential_set = terms.credential_set;
        self.threshold = terms.threshold.into();
        self.least_stake = terms.least_stake.into();
        self.most_stake = terms.most_stake.into();
        self.amount = terms.amount.into();
        self.nonce = terms.nonce.into();
        self.expires_at = terms.expires_at.into();
        self.runtime_id = terms.limits.runtime_id;
        self.most_fuel = terms.limits.most_fuel.into();
        self.most_memory = terms.limits.most_memory.into();
        self.most_output = terms.limits.most_output.into();
        self.least_run_window = terms.limits.least_run_window.into();
    }

    /// Checks that a receipt is of the insured run, that enough stood behind it, and that the cover pays on its output.
    /// Returns the figure that the output begins with.
    ///
    /// Who ordered the job, when and why does not matter. A receipt that somebody wrote for another cover, or before this one
    /// was opened, says the same about the same run.
    ///
    /// # Errors
    /// `WrongModule`, `WrongInput`, `RunFailed`, `WrongJobMint`, `WrongPolicy`, `TooFewAgreed`, `WeakBacking`,
    /// `StakeOutOfReach`, `ClosedSeats`, `WrongRuntime`, `LimitsOutOfReach`, `Disputed`, `NoFigure`, `BelowThreshold`.
    pub fn check_receipt(&self, receipt: &Receipt, output: Option<&[u8]>) -> RuleResult<u64> {
        if receipt.module != self.module {
            return Err(CoverError::WrongModule);
        }
        if receipt.input != self.input {
            return Err(CoverError::WrongInput);
        }
        if receipt.exit_code.get() != 0 {
            return Err(CoverError::RunFailed);
        }
        self.check_backing(receipt)?;
        let figure = output.and_then(<[u8]>::first_chunk);
        let figure = u64::from_le_bytes(*figure.ok_or(CoverError::NoFigure)?);
        if figure < self.threshold.get() {
            return Err(CoverError::BelowThreshold);
        }
        Ok(figure)
    }

    fn check_backing(&self, receipt: &Receipt) -> RuleResult<()> {
        if receipt.mint != self.job_mint {
            return Err(CoverError::WrongJobMint);
        }
        let is_attested = self.attesters != [0; 32];
        let policy = if is_attested {
            POLICY_ATTESTED
        } else {
            POLICY_CHECKED
        };
        // The identity names the keys: another set under the same address has another one.
        if receipt.policy != policy || receipt.attesters != self.attesters {
            return Err(CoverError::WrongPolicy);
        }
        if receipt.agreed < self.least_agreed {
            return Err(CoverError::TooFewAgreed);
        }
        let stake = receipt.bond.get().saturating_add(receipt.lie.get());
        if stake < self.least_stake.get() {
            return Err(CoverError::WeakBacking);
        }
        if stake > self.most_stake.get() {
            return Err(CoverError::StakeOutOfReach);
        }
        // Attesters vouch for the result, whoever was let in to run it, and on whatever machine.
        if !is_attested {
            self.check_seats(receipt)?;
        }
        if self.undisputed != 0 && receipt.rounds != 0 {
            return Err(CoverError::Disputed);
        }
        Ok(())
    }

    /// Checks that the requester's own workers were not the only ones who could run the task.
    fn check_seats(&self, receipt: &Receipt) -> RuleResult<()> {
        if !self.admits_seats(receipt) {
            return Err(CoverError::ClosedSeats);
        }
        if receipt.runtime_id != self.runtime_id {
            return Err(CoverError::WrongRuntime);
        }
        let is_in_reach = receipt.fuel.get() <= self.most_fuel.get()
            && receipt.memory_bytes.get() <= self.most_memory.get()
            && receipt.output_bytes.get() <= self.most_output.get()
            && receipt.run_window.get() >= self.least_run_window.get();
        if !is_in_reach {
            return Err(CoverError::LimitsOutOfReach);
        }
        Ok(())
    }

    /// Returns whether somebody ran the task whom the requester did not choose.
    ///
    /// Results agree without being true when one person holds all seats. Requirements can bring that about: a region, a
    /// collateral or a credential that only the requester's own workers have. They do not matter where they bound the first
    /// seat only and another seat checked it.
    fn admits_seats(&self, receipt: &Receipt) -> bool {
        if receipt.gate == GATE_FIRST_SEAT && receipt.checked == 1 {
            return true;
        }
        let set = receipt.credential_set;
        let is_set_allowed = set == Address::default() || set == self.credential_set;
        is_set_allowed && receipt.region.get() == 0 && receipt.least_collateral.get() == 0
    }

    /// Checks that the deadline is not over at the Unix time `now`.
    ///
    /// # Errors
    /// `CoverExpired`.
    pub fn check_running(&self, now: i64) -> RuleResult<()> {
        if now >= self.expires_at.get() {
            return Err(CoverError::CoverExpired);
        }
        Ok(())
    }

    /// Checks that the deadline is over at the Unix time `now`.
    ///
    /// # Errors
    /// `CoverRunning`.
    pub fn check_expired(&self, now: i64) -> RuleResult<()> {
        if now < self.expires_at.get() {
            return Err(CoverError::CoverRunning);
        }
        Ok(())
    }
}
