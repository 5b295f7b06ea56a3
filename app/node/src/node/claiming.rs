//! Selects and claims seats, and prefetches the content of tasks that could be claimed.

use super::Node;
use crate::{
    action::Action,
    error::NodeError,
    event::NodeEvent,
    executor::Goal,
    journal::Step,
    policy::{
        claims_covered_by, is_bond_acceptable, is_runtime_known, max_runtime, pending_fees,
        plan_claims, ClaimBudget, Estimate, Load, PlannedClaim, ScheduledRun,
    },
    posting::Posting,
    prefetch::plan_prefetches,
    retry::RetryKey,
    seat_id::{JobId, SeatAccount, TaskId},
    task_spec::TaskSpec,
};
use assay_client::{
    instruction::market::{self, TaskSeat},
    JobView,
};
use assay_market::game::SeatState;
use std::time::{Duration, Instant};

/// How long nothing is claimed after an external command failed: each claim would cost the penalty for a missed deadline.
const COMMAND_PAUSE: Duration = Duration::from_secs(600);
/// How long before its rank admits it the node fetches the content of a seat, seconds.
const PREFETCH_AHEAD: i64 = 30;

impl Node<'_> {
    /// Adds the claims of the seats that can be run and delivered to `actions`, then prefetches content for further claims.
    /// Only tasks with their content in the cache are claimed: an input that nobody can fetch would cost the penalty for a
    /// missed deadline.
    pub(super) fn plan_claims(
        &mut self,
        postings: &[Posting],
        actions: &mut Vec<Action>,
    ) -> Result<(), NodeError> {
        self.poll_prefetches()?;
        let failed_at = self.command_failed_at;
        if failed_at.is_some_and(|at| at.elapsed() < COMMAND_PAUSE) {
            return Ok(());
        }
        let load = self.current_load(postings);
        let budget = ClaimBudget {
            worker: self.sender.worker,
            account: self.worker,
            now: self.now,
            horizon: self.now,
            free_claims: self.config.max_claims.saturating_sub(load.runs.len()),
            can_stop_runs: self.config.can_stop_runs,
        };
        if budget.free_claims == 0 {
            return Ok(());
        }
        // What it cannot give out after its contribution it had better not run.
        let can_give_out = !self.is_upload_of_inputs_failing();
        let estimate = |posting: &Posting, task: u32| {
            let id = posting.id();
            let in_backoff = self.retries.in_backoff(RetryKey::Claim(id), Instant::now());
            let is_ready = !in_backoff && can_give_out && self.is_ready_to_run(id.task(task));
            self.estimate_task(posting, task).filter(|_| is_ready)
        };
        let all = postings.iter();
        let meets = |posting: &Posting| self.meets_requirements(&posting.job);
        let (hashes, prices) = (&self.hashes, &self.prices);
        let planned = plan_claims(all, &budget, hashes, prices, load.clone(), meets, estimate);
        let planned = self.cap_by_balance(postings, planned)?;
        actions.extend(planned.iter().map(|claim| self.claim(claim)));
        self.start_prefetches(postings, budget, &load)
    }

    fn claim(&self, claim: &PlannedClaim) -> Action {
        let (node, worker, id) = (self.sender.node_key(), self.sender.worker, claim.seat);
        let (job, seed) = (id.job.address, id.job.seed);
        let (task, seat) = (id.task, id.seat);
        let instruction = match claim.round {
            None => {
                let credential = self.credential_of(&claim.credential_set);
                let place = TaskSeat { task, seat };
                market::claim_task(node, worker, job, seed, place, credential)
            }
            Some(round) => market::claim_round(node, worker, job, round, seat),
        };
        let mut action = Action::new(RetryKey::Claim(id.job), vec![instruction]);
        action.step = Some((id, Step::Claimed));
        action.time_left = Some(self.time_until(claim.claims_end));
        action
    }

    /// Keeps the compiled code of the modules that the node has to run, whatever else is compiled meanwhile.
    pub(super) fn keep_code(&self, postings: &[Posting]) {
        let worker = self.sender.worker;
        let must_run = |posting: &&Posting| {
            let tasks = posting.tasks_of(&worker).into_iter();
            let mut held = tasks.flat_map(|task| posting.held_seats(task, &worker));
            held.any(|held| held.seat.state() == SeatState::Claimed)
        };
        let modules = postings.iter().filter(must_run);
        let modules = modules.map(|posting| posting.job.header.module).collect();
        self.executor.keep_prepared(&modules);
    }

    /// Returns true if a module has ended its processes on this machine too often.
    fn is_struck(&self, module: &[u8; 32]) -> bool {
        let attempts = self.attempts.as_ref();
        attempts.is_some_and(|attempts| attempts.struck(module).is_some())
    }

    /// Returns whether a task can run here: its content is fetched, or its result is known from another seat.
    fn is_ready_to_run(&self, task: TaskId) -> bool {
        self.executor.is_ready(task) || self.sender.journal.state().result(&task).is_some()
    }

    /// Returns the runs of seats that are claimed and have no result yet.
    fn current_load(&self, postings: &[Posting]) -> Load {
        let mut runs = Vec::new();
        let worker = self.sender.worker;
        for posting in postings {
            let (job, rules) = (&posting.job, posting.job.header.rules());
            let max_runtime = self.estimate(job).map(|estimate| estimate.max_runtime);
            for task in posting.tasks_of(&worker) {
                for held in posting.held_seats(task, &worker) {
                    let contribute_by = match (held.id.account, held.round) {
                        (SeatAccount::Dispute | SeatAccount::Appeal, Some(round)) => {
                            round.header.round.ends_at(&rules)
                        }
                        _ => held.seat.deadline(rules.run_window),
                    };
                    let contribute_by = job.header.unix_time(contribute_by);
                    let is_claimed = held.seat.state() == SeatState::Claimed;
                    let id = held.id.task_id();
                    let has_result = self.sender.journal.state().result(&id).is_some();
                    if !is_claimed || has_result || contribute_by < self.now {
                        continue;
                    }
                    let elapsed = self.executor.running_for(id, Goal::Result);
                    let left = |whole: Duration| whole.saturating_sub(elapsed.unwrap_or_default());
                    // A run that exceeds its estimate may go on until the wall limit or the deadline stops it.
                    let max_runtime = max_runtime
                        .map(left)
                        .filter(|left| !left.is_zero())
                        .unwrap_or(left(self.config.wall_limit))
                        .min(self.time_until(contribute_by));
                    runs.push(ScheduledRun {
                        max_runtime,
                        contribute_by,
                        has_started: elapsed.is_some(),
                    });
                }
            }
        }
        runs.extend(self.attested_load());
        Load {
            parallelism: self.config.concurrency,
            now: self.now,
            margin: self.config.margin,
            runs,
        }
    }

    /// Returns what a seat of a task may cost: nothing more if its result is known.
    fn estimate_task(&self, posting: &Posting, task: u32) -> Option<Estimate> {
        let estimate = self.estimate(&posting.job)?;
        let known = self.sender.journal.state().result(&posting.id().task(task));
        Some(if known.is_some() {
            Estimate {
                max_runtime: Duration::ZERO,
                has_history: true,
            }
        } else {
            estimate
        })
    }

    /// Returns what running a task of a job may cost, or `None` if the configuration excludes the job.
    pub(super) fn estimate(&self, job: &JobView) -> Option<Estimate> {
        let (header, config) = (&job.header, &self.config);
        let modules = &config.modules;
        let is_allowed = is_runtime_known(&header.runtime_id)
            && header.memory_bytes.get() <= config.max_memory_bytes
            && header.output_bytes.get() <= config.max_output_bytes
            && is_bond_acceptable(
                header.bond.get(),
                self.worker.total_collateral(),
                config.max_bond_percent,
            )
            && (modules.is_empty() || modules.contains(&header.module.into()))
            && !self.is_struck(&header.module);
        let longest = self.executor.longest_run(&JobId::of(job));
        let (fuel, rate) = (header.fuel.get(), config.fuel_per_second);
        let max_runtime =
            max_runtime(fuel, rate, longest, config.wall_limit).filter(|_| is_allowed)?;
        Some(Estimate {
            max_runtime,
            has_history: longest.is_some(),
        })
    }

    /// Removes the planned claims whose transactions the balance of the node key does not cover, and those whose content is
    /// not in the cache any more.
    fn cap_by_balance(
        &mut self,
        postings: &[Posting],
        mut planned: Vec<PlannedClaim>,
    ) -> Result<Vec<PlannedClaim>, NodeError> {
        if planned.is_empty() {
            return Ok(planned);
        }
        let node = self.sender.node_key();
        let lamports = self.sender.client.lamports(&node)?;
        let (rent, priority) = (
            self.config.rent_exempt_minimum,
            self.config.max_priority_fee,
        );
        let pending = pending_fees(postings, &self.sender.worker, priority);
        let covered = claims_covered_by(lamports, rent, pending, priority);
        if covered == 0 && !self.cannot_claim {
            self.sender.emit(NodeEvent::InsufficientSol { node });
        }
        self.cannot_claim = covered == 0;
        planned.truncate(covered);
        let worker = self.sender.worker;
        planned.retain(|claim| {
            let task = claim.seat.task_id();
            if self.sender.journal.state().result(&task).is_some() {
                return true;
            }
            let posting = postings.iter().find(|posting| posting.id() == task.job);
            let spec = posting.and_then(|posting| TaskSpec::of(posting, task.task, &worker));
            spec.is_some_and(|spec| self.executor.is_cached(task, &spec))
        });
        Ok(planned)
    }

    /// Starts to fetch the content of tasks that could be claimed now or soon. Each job is planned as if it were the only
    /// one: old jobs that nobody can fetch then keep no thread from the others.
    fn start_prefetches(
        &mut self,
        postings: &[Posting],
        mut budget: ClaimBudget,
        load: &Load,
    ) -> Result<(), NodeError> {
        let (idle, worker) = (self.executor.idle_prefetchers(), self.sender.worker);
        budget.free_claims = idle;
        budget.horizon = self.now.saturating_add(PREFETCH_AHEAD);
        let estimate = |posting: &Posting, task: u32| {
            let has_holders = !posting.holders(task, &worker).is_empty();
            let id = posting.id().task(task);
            let is_open = self.executor.may_prefetch(id, has_holders);
            let estimate = self.estimate(&posting.job).filter(|_| is_open)?;
            // A prefetch binds nothing, so a job without history gets as many as any other.
            Some(Estimate {
                has_history: true,
                ..estimate
            })
        };
        let meets = |posting: &Posting| self.meets_requirements(&posting.job);
        let candidates = postings.iter().flat_map(|posting| {
            let one = std::iter::once(posting);
            let (hashes, prices) = (&self.hashes, &self.prices);
            let claims = plan_claims(one, &budget, hashes, prices, load.clone(), meets, estimate);
            let mut tasks: Vec<u32> = claims.iter().map(|claim| claim.seat.task).collect();
            tasks.dedup();
            let has_holders = |task: &u32| !posting.holders(*task, &worker).is_empty();
            let (later, first): (Vec<u32>, Vec<u32>) = tasks.into_iter().partition(has_holders);
            let candidate = |tasks| self.executor.prefetch_candidate(posting.id(), tasks);
            let candidates = [candidate(later).of_holders(), candidate(first)];
            candidates
                .into_iter()
                .filter(|candidate| !candidate.tasks.is_empty())
        });
        let candidates = candidates.collect();
        for (id, task) in plan_prefetches(candidates, idle) {
            let posting = postings.iter().find(|posting| posting.id() == id);
            if let Some(spec) = posting.and_then(|posting| TaskSpec::of(posting, task, &worker)) {
                self.executor.prefetch(id.task(task), spec)?;
            }
        }
        Ok(())
    }

    /// Records the prefetches that finished, and reports those that failed.
    fn poll_prefetches(&mut self) -> Result<(), NodeError> {
        for (task, error) in self.executor.finished_prefetches()? {
            self.sender.emit(NodeEvent::TaskSkipped {
                job: task.job.address,
                task: task.task,
                reason: error.to_string(),
            });
        }
        Ok(())
    }
}
