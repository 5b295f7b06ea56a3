//! Attested jobs: runs their tasks without a claim, gathers the signatures of attesters, and submits both in one transaction.
//!
//! Any node may run any task, and the first that submits is paid. So each node begins elsewhere in the job, and looks at the
//! chain before every step. Who comes second has lost its run and no fee: the network refuses the transaction before it is
//! executed.

use super::Node;
use crate::{
    action::Action,
    attested::{AttesterList, Gathered, Gathering, KnownSet, Order, LIFETIME},
    error::NodeError,
    event::NodeEvent,
    executor::{Goal, Run},
    journal::{Step, StoredResult},
    policy::ScheduledRun,
    posting::Posting,
    retry::RetryKey,
    seat_id::{JobId, SeatId, TaskId},
};
use assay_client::{
    instruction::market::{self, SeatPlace, MAX_SIGNATURES},
    pda, Address, Client, JobView,
};
use assay_content::ContentHash;
use assay_market::state::{Attestation, Params, Source, POLICY_ATTESTED};
use assay_shared::hash::sha256v;
use assay_staking::state::AttesterSet;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

/// Signatures that expire sooner are not sent any more, seconds.
const SEND_TIME: i64 = 5;

/// What the node knows of attested jobs.
pub(super) struct Attesting {
    /// The cluster's genesis hash, as the market's parameters have it.
    genesis_hash: [u8; 32],
    sets: Vec<Arc<KnownSet>>,
    gathering: Gathering,
    /// Results with enough signatures, until they are submitted or expire.
    ready: HashMap<TaskId, Gathered>,
    /// Runs that were started, and how long each may take.
    started: HashMap<TaskId, Duration>,
    /// What was reported as missing last.
    missing: HashMap<TaskId, Vec<String>>,
    /// Jobs that were reported as skipped.
    skipped: HashSet<JobId>,
    /// Tasks that were reported as lost.
    lost: HashSet<TaskId>,
}

impl Attesting {
    /// Reads the attester sets that the operator lists.
    ///
    /// # Errors
    /// [`NodeError::Chain`] if there is no such set.
    pub fn start(client: &Client, lists: &[AttesterList]) -> Result<Self, NodeError> {
        let params: Params = client.fetch(&pda::market::params())?;
        let mut sets = Vec::new();
        for list in lists {
            let account: AttesterSet = client.fetch(&list.set)?;
            sets.push(Arc::new(KnownSet {
                set: list.set,
                identity: account.identity,
                keys: account.keys().to_vec(),
                urls: list.urls.clone(),
            }));
        }
        Ok(Self {
            genesis_hash: params.genesis_hash,
            sets,
            gathering: Gathering::start(),
            ready: HashMap::new(),
            started: HashMap::new(),
            missing: HashMap::new(),
            skipped: HashSet::new(),
            lost: HashSet::new(),
        })
    }

    /// Returns the set of an attested job, if the operator lists it.
    fn set_of(&self, job: &JobView) -> Option<Arc<KnownSet>> {
        let header = &job.header;
        let is_named = |set: &&Arc<KnownSet>| set.identity == header.attesters;
        let set = self.sets.iter().find(is_named);
        set.filter(|_| header.policy == POLICY_ATTESTED).cloned()
    }

    /// Forgets the tasks of jobs for which `is_live` returns false.
    pub fn forget_jobs(&mut self, is_live: impl Fn(&JobId) -> bool) {
        self.gathering.forget_jobs(&is_live);
        self.ready.retain(|task, _| is_live(&task.job));
        self.started.retain(|task, _| is_live(&task.job));
        self.missing.retain(|task, _| is_live(&task.job));
        self.skipped.retain(&is_live);
        self.lost.retain(|task| is_live(&task.job));
    }
}

impl Node<'_> {
    /// Adds the runs and the submissions of attested jobs to `runs` and `actions`. Call it after the claimed seats have added
    /// theirs, which go first.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub(super) fn advance_attested(
        &mut self,
        postings: &[Posting],
        runs: &mut Vec<Run>,
        actions: &mut Vec<Action>,
    ) -> Result<(), NodeError> {
        self.poll_signatures()?;
        for posting in postings {
            if let Some(set) = self.attesting.set_of(&posting.job) {
                self.advance_attested_job(posting, &set, runs, actions)?;
            }
        }
        Ok(())
    }

    fn advance_attested_job(
        &mut self,
        posting: &Posting,
        set: &Arc<KnownSet>,
        runs: &mut Vec<Run>,
        actions: &mut Vec<Action>,
    ) -> Result<(), NodeError> {
        let (worker, job) = (self.sender.worker, &posting.job);
        let mut unsubmitted = 0usize;
        let mut to_run = Vec::new();
        for task in tasks_in_order(posting, &worker) {
            let id = posting.id().task(task);
            let result = self.sender.journal.state().result(&id);
            if job.phase(task, self.now).is_end() {
                self.note_end(job, id, result.is_some());
                continue;
            }
            match result {
                Some(result) => {
                    unsubmitted = unsubmitted.saturating_add(1);
                    self.advance_result(posting, id, &result, set, actions)?;
                }
                None => to_run.push(id),
            }
        }
        if to_run.is_empty() || !self.can_be_submitted(posting, set) {
            return Ok(());
        }
        // What attesters do not sign now need not be run now.
        let free = self.config.max_claims.saturating_sub(unsubmitted);
        let waits = |run: &&Run| {
            self.executor
                .running_for(run.seat.task_id(), run.goal)
                .is_none()
        };
        let waiting = runs.iter().filter(waits).count();
        let idle = self.executor.idle_runners().saturating_sub(waiting);
        let is_idle = |id: &TaskId| self.executor.running_for(*id, Goal::Result).is_none();
        let to_run: Vec<TaskId> = to_run.into_iter().filter(is_idle).collect();
        for id in to_run.into_iter().take(free.min(idle)) {
            if let Some(run) = self.attested_run(posting, id) {
                self.attesting.started.insert(id, run.max_runtime);
                runs.push(run);
            }
        }
        Ok(())
    }

    /// Returns the run of a task, if it can end in time and the configuration does not exclude its job.
    fn attested_run(&self, posting: &Posting, id: TaskId) -> Option<Run> {
        let end = end_of(&posting.job);
        let margin = i64::try_from(self.config.margin.as_secs()).unwrap_or(i64::MAX);
        let deadline = end.saturating_sub(margin);
        let estimate = self.estimate(&posting.job)?;
        if self.time_until(deadline) <= estimate.max_runtime {
            return None;
        }
        self.run_request(posting, seat_of(id), Goal::Result, deadline)
    }

    /// Returns the runs of attested tasks that are in progress, so that no claim counts on their threads.
    pub(super) fn attested_load(&self) -> Vec<ScheduledRun> {
        let started = self.attesting.started.iter();
        let running = started.filter_map(|(id, max_runtime)| {
            let elapsed = self.executor.running_for(*id, Goal::Result)?;
            Some(ScheduledRun {
                max_runtime: max_runtime.saturating_sub(elapsed),
                contribute_by: i64::MAX,
                has_started: true,
            })
        });
        running.collect()
    }

    /// Returns whether a result of a job could be submitted and pays enough, and reports once if not.
    fn can_be_submitted(&mut self, posting: &Posting, set: &KnownSet) -> bool {
        let (id, header) = (posting.id(), &posting.job.header);
        let needed = usize::from(header.attestations);
        let reason = if !self.meets_requirements(&posting.job) {
            let what = "this worker has not the collateral, region or credential that it requires";
            Some(what.to_owned())
        } else if set.urls.len() < needed {
            let listed = set.urls.len();
            Some(format!(
                "its results need {needed} signatures and this node lists {listed} attesters of the set"
            ))
        } else if header.attestations > MAX_SIGNATURES {
            Some(format!(
                "its results need {needed} signatures, which do not fit into one transaction"
            ))
        } else {
            self.too_cheap(&posting.job)
        };
        let Some(reason) = reason else {
            return self.prices.are_met_by(header);
        };
        if self.attesting.skipped.insert(id) {
            let job = id.address;
            self.sender.emit(NodeEvent::JobSkipped { job, reason });
        }
        false
    }

    /// Cleans up after a task that has ended, and reports once if somebody else was faster.
    fn note_end(&mut self, job: &JobView, id: TaskId, has_result: bool) {
        let attesting = &mut self.attesting;
        attesting.ready.remove(&id);
        attesting.started.remove(&id);
        attesting.missing.remove(&id);
        let first = job.task(id.task).first();
        let is_ours = first.is_some_and(|first| first.worker == self.sender.worker);
        if has_result && !is_ours && attesting.lost.insert(id) {
            if self.deleted_outputs.insert(id) {
                self.outputs.remove(&id);
            }
            self.sender.emit(NodeEvent::RaceLost { task: id });
        }
    }

    /// Submits a result that has its signatures, and else starts to gather them.
    fn advance_result(
        &mut self,
        posting: &Posting,
        id: TaskId,
        result: &StoredResult,
        set: &Arc<KnownSet>,
        actions: &mut Vec<Action>,
    ) -> Result<(), NodeError> {
        let earliest = self.now.saturating_add(SEND_TIME);
        let ready = self.attesting.ready.get(&id);
        if let Some(gathered) = ready.filter(|ready| ready.attestation.expires_at > earliest) {
            let action = self.submission(posting, id, gathered);
            if self.is_ready(action.key, Duration::ZERO) {
                actions.push(action);
            }
            return Ok(());
        }
        self.attesting.ready.remove(&id);
        let gathering = &self.attesting.gathering;
        let may_gather = gathering.idle_threads() > 0 && !gathering.is_in_progress(&id);
        let end = end_of(&posting.job);
        let time_left = end.saturating_sub(self.now);
        let has_time = time_left > SEND_TIME.saturating_mul(2);
        if !may_gather || !has_time || !self.can_be_submitted(posting, set) {
            return Ok(());
        }
        if !self.is_ready(RetryKey::Step(id), Duration::ZERO) {
            return Ok(());
        }
        let Some(output_hash) = self.output_hash(id)? else {
            return Ok(());
        };
        let record = result.record(output_hash);
        let lifetime = LIFETIME.min(time_left);
        let answers = Duration::from_secs(lifetime.saturating_sub(SEND_TIME).unsigned_abs());
        let until = self.read_at.checked_add(answers).unwrap_or(self.read_at);
        self.attesting.gathering.submit(Order {
            task: id,
            attestation: Attestation {
                genesis_hash: self.attesting.genesis_hash,
                job: id.job.address,
                job_seed: id.job.seed,
                task: id.task,
                worker: self.sender.worker,
                set: set.set,
                digest: result.digest,
                fuel_used: result.fuel_used,
                energy_mj: 0,
                expires_at: self.now.saturating_add(lifetime),
            },
            record,
            needed: usize::from(posting.job.header.attestations),
            set: set.clone(),
            outputs: self.outputs.clone(),
            until,
            ends_at: end,
        })
    }

    /// Returns the hash of a task's output. Reports once if the output is not on this disk any more.
    fn output_hash(&mut self, id: TaskId) -> Result<Option<[u8; 32]>, NodeError> {
        let output = self.outputs.read(&id)?;
        if output.is_none() && self.lost_outputs.insert(id) {
            let reason = "its output is not on this disk any more".to_owned();
            let (job, task) = (id.job.address, id.task);
            self.sender
                .emit(NodeEvent::TaskSkipped { job, task, reason });
        }
        Ok(output.map(|output| ContentHash::of(&output).bytes()))
    }

    /// Returns the transaction's part that submits a result.
    fn submission(&self, posting: &Posting, id: TaskId, gathered: &Gathered) -> Action {
        let (seat, header) = (seat_of(id), &posting.job.header);
        let instructions = market::submit_attested(
            self.sender.node_key(),
            &gathered.attestation,
            &gathered.signatures,
            self.credential_of(&header.credential_set),
        );
        let mut action = Action::new(RetryKey::Advance(seat), instructions);
        action.step = Some((seat, Step::Contributed));
        action.events = vec![NodeEvent::Attested {
            task: id,
            digest: gathered.attestation.digest,
            signatures: gathered.signatures.len(),
        }];
        action.time_left = Some(self.time_until(gathered.ends_at));
        let window = header.claim_window.get();
        action.window = Some(Duration::from_secs(u64::from(window)));
        action
    }

    /// Takes the signatures that came. Reports what is missing, once while it is the same.
    fn poll_signatures(&mut self) -> Result<(), NodeError> {
        for (task, gathered) in self.attesting.gathering.poll()? {
            let key = RetryKey::Step(task);
            if gathered.is_enough() {
                self.retries.clear(key);
                self.attesting.missing.remove(&task);
                self.attesting.ready.insert(task, gathered);
                continue;
            }
            let time_left = Some(self.time_until(gathered.ends_at));
            let now = std::time::Instant::now();
            self.retries.record_failure(key, time_left, now);
            let reasons = gathered.reasons;
            let before = self.attesting.missing.insert(task, reasons.clone());
            if before.as_ref() != Some(&reasons) {
                self.sender.emit(NodeEvent::AttestationsMissing {
                    task,
                    signatures: gathered.signatures.len(),
                    needed: gathered.needed,
                    reasons,
                });
            }
        }
        Ok(())
    }
}

/// Returns the tasks of a job in the order in which `worker` runs them. Each worker begins elsewhere, so that two run the same
/// task only when few are left.
fn tasks_in_order(posting: &Posting, worker: &Address) -> impl Iterator<Item = u32> {
    let count = posting.job.header.task_count.get();
    let hash = sha256v(&[worker.as_ref(), &posting.job.header.seed]);
    let [a, b, c, d, ..] = hash;
    let first = u32::from_le_bytes([a, b, c, d]).checked_rem(count);
    let first = first.unwrap_or(0);
    (first..count).chain(0..first)
}

/// Returns the Unix time at which the time for results ends.
fn end_of(job: &JobView) -> i64 {
    job.header.unix_time(job.header.claim_window.get())
}

/// Returns the only seat of an attested task.
fn seat_of(task: TaskId) -> SeatId {
    task.job.seat(SeatPlace {
        task: task.task,
        source: Source::Job,
        seat: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, posting};

    #[test]
    fn two_workers_begin_elsewhere_and_each_comes_to_every_task() {
        let posting = posting(100);
        let order = |byte| tasks_in_order(&posting, &address(byte)).collect::<Vec<u32>>();
        let (one, other) = (order(1), order(2));
        assert_ne!(one[0], other[0]);
        for mut tasks in [one, other] {
            tasks.sort_unstable();
            assert_eq!(tasks, (0..100).collect::<Vec<u32>>());
        }
    }
}
