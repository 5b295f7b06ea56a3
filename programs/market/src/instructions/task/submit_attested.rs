use crate::{
    error::{MarketError, RuleResult},
    event::{emit, TaskAttested},
    state::{
        check_signatures, task_parts, Attestation, JobAccount, Params, Worker, POLICY_ATTESTED,
    },
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_staking::state::{AttesterSet, Credential};

#[derive(Accounts)]
pub struct SubmitAttested {
    /// The worker's node key, which signs. Checked by its address.
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any worker. Checked by its program and its type.
    pub worker: Box<Account<Worker>>,
    /// An attested job. Checked by its program and its type, its policy by `validate`.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// The attester set that the job names. Checked by its program and its type, its identity by `validate`.
    pub attesters: Box<Account<AttesterSet>>,
    /// The worker's credential, if the job requires one. Checked by its program, its type and its content.
    pub credential: Option<Account<Credential>>,
    /// The instructions sysvar. Checked by its address.
    pub instructions: UncheckedAccount,
}

/// A result with the metering that attesters vouch for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct AttestedResult {
    /// Digest of the result's record.
    pub digest: [u8; 32],
    /// Fuel that the run used.
    pub fuel_used: u64,
    /// Energy that the run took, millijoules; 0 when not measured.
    pub energy_mj: u64,
    /// Unix time from which the attestation is worth nothing, seconds.
    pub expires_at: i64,
}

impl SubmitAttested {
    fn validate(&self, seed: &[u8; 32], result: &AttestedResult, now: i64) -> RuleResult<()> {
        let job = &self.job;
        if job.policy != POLICY_ATTESTED {
            return Err(MarketError::WrongPolicy);
        }
        if self.attesters.identity != job.attesters {
            return Err(MarketError::WrongAccount);
        }
        if job.seed != *seed {
            return Err(MarketError::OtherPosting);
        }
        if now >= result.expires_at {
            return Err(MarketError::AttestationExpired);
        }
        job.check_requirements(0, &self.worker, &self.credential, now)?;
        // Nothing is bound here: collateral could come for the submission and leave behind it.
        let asks_collateral = job.least_collateral.get() > 0;
        if asks_collateral && !self.worker.is_older_than(job.posted_at.get()) {
            return Err(MarketError::CollateralTooYoung);
        }
        Ok(())
    }

    /// Takes a result that enough attesters signed. It is final at once, and paid by `collect_pay`.
    ///
    /// One Ed25519 instruction for each signature stands directly before this one, in the order of the keys.
    ///
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall be attested (`WrongPolicy`).
    /// - The attester set shall be the one that the job names (`WrongAccount`).
    /// - The job shall be the posting that `seed` names (`OtherPosting`).
    /// - The attestation shall not have expired (`AttestationExpired`).
    /// - The worker shall meet the job's requirements (`RequirementNotMet`).
    /// - Where the job asks for collateral, the worker's shall be older than the posting (`CollateralTooYoung`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - The task shall not have ended (`TaskDecided`).
    /// - The time for results shall not be over (`ClaimingOver`).
    /// - As many attesters of the set as the job asks for shall have signed exactly this result (`BadAttestation`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `seed` - the job's seed, as the node read it.
    /// - `result` - digest and metering.
    pub fn submit_attested(
        ctx: &mut Context<Self>,
        task: u32,
        seed: [u8; 32],
        result: AttestedResult,
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        accounts.validate(&seed, &result, clock.unix_timestamp)?;
        let attestation = Attestation {
            genesis_hash: accounts.params.genesis_hash,
            job: *accounts.job.address(),
            job_seed: seed,
            task,
            worker: *accounts.worker.address(),
            set: *accounts.attesters.address(),
            digest: result.digest,
            fuel_used: result.fuel_used,
            energy_mj: result.energy_mj,
            expires_at: result.expires_at,
        };
        let (job, mut seats) = task_parts(&mut accounts.job, task)?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        seats.check_attested(now, job.claim_window.get())?;
        check_signatures(
            &accounts.instructions,
            accounts.attesters.keys(),
            job.attestations,
            &attestation.body_hash(),
        )?;
        seats.attest(&attestation.worker, &result.digest, now)?;
        job.book_contribution()?;
        job.book_attested()?;
        emit(TaskAttested {
            job: attestation.job,
            worker: attestation.worker,
            digest: result.digest,
            fuel_used: result.fuel_used.into(),
            energy_mj: result.energy_mj.into(),
            task: task.into(),
        });
        Ok(())
    }
}
