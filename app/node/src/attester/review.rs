//! Whether a request can be signed by what the chain says. Nothing is run before.

use super::Refused;
use crate::{
    attested::{AttestRequest, RefusalCode, MAX_LIFETIME},
    posting::Posting,
};
use assay_client::{Address, Client, Error, JobView};
use assay_market::{
    game::Phase,
    state::{Attestation, Worker, POLICY_ATTESTED},
};

/// What an attester reads of the chain.
pub trait Chain: Send + Sync {
    /// Returns the job at an address, if there is one.
    fn job(&self, address: &Address) -> Result<Option<JobView>, Error>;
    /// Returns whether there is a worker at an address.
    fn is_worker(&self, address: &Address) -> Result<bool, Error>;
    /// Returns the cluster's time, Unix seconds.
    fn now(&self) -> Result<i64, Error>;
}

impl Chain for Client {
    fn job(&self, address: &Address) -> Result<Option<JobView>, Error> {
        match self.try_fetch_job(address) {
            Err(Error::WrongAccountType { .. }) => Ok(None),
            other => other,
        }
    }

    fn is_worker(&self, address: &Address) -> Result<bool, Error> {
        match self.try_fetch::<Worker>(address) {
            Err(Error::WrongAccountType { .. }) => Ok(false),
            other => other.map(|worker| worker.is_some()),
        }
    }

    fn now(&self) -> Result<i64, Error> {
        Self::now(self)
    }
}

/// What the attester signs for: a cluster and a set.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The cluster's genesis hash, as the market's parameters have it.
    pub genesis_hash: [u8; 32],
    /// The attester set's account.
    pub set: Address,
    /// The set's identity, which jobs name.
    pub identity: [u8; 32],
}

/// A request that the chain allows. Its result was not verified.
pub struct Reviewed {
    pub posting: Posting,
    pub attestation: Attestation,
}

/// Checks a request against the chain.
///
/// # Errors
/// Each rule has its own [`RefusalCode`].
pub fn review(
    request: &AttestRequest,
    scope: &Scope,
    chain: &dyn Chain,
) -> Result<Reviewed, Refused> {
    use RefusalCode::{
        BadExpiry, NotAttested, OtherPosting, OtherSet, TaskDecided, TooLate, UnknownJob,
        UnknownTask, UnknownWorker,
    };
    let job = chain.job(&request.job)?;
    let job = job.ok_or(Refused::new(UnknownJob, "there is no such job"))?;
    let header = &job.header;
    if header.policy != POLICY_ATTESTED {
        return Err(Refused::new(NotAttested, "the job is not attested"));
    }
    if header.attesters != scope.identity {
        return Err(Refused::new(OtherSet, "the job names another attester set"));
    }
    if header.seed != request.job_seed {
        let reason = "the job's address was used again, for another posting";
        return Err(Refused::new(OtherPosting, reason));
    }
    if request.task >= header.task_count.get() {
        return Err(Refused::new(UnknownTask, "the job has no such task"));
    }
    let now = chain.now()?;
    if job.phase(request.task, now) != Phase::Running {
        return Err(Refused::new(TaskDecided, "the task has ended"));
    }
    let end = header.unix_time(header.claim_window.get());
    if now >= end {
        return Err(Refused::new(TooLate, "the time for results is over"));
    }
    let latest = now.saturating_add(MAX_LIFETIME).min(end);
    if request.expires_at <= now || request.expires_at > latest {
        let reason = format!(
            "the expiry must lie after {now} and not after {latest}, in ten minutes or at the end of the time for results"
        );
        return Err(Refused::new(BadExpiry, reason));
    }
    if !chain.is_worker(&request.worker)? {
        return Err(Refused::new(UnknownWorker, "there is no such worker"));
    }
    let attestation = Attestation {
        genesis_hash: scope.genesis_hash,
        job: request.job,
        job_seed: request.job_seed,
        task: request.task,
        worker: request.worker,
        set: scope.set,
        digest: request.record.digest(),
        fuel_used: request.record.fuel_used,
        energy_mj: request.energy_mj,
        expires_at: request.expires_at,
    };
    let rounds = Vec::new();
    Ok(Reviewed {
        posting: Posting { job, rounds },
        attestation,
    })
}
