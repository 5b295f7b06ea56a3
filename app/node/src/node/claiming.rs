//! Selects and claims seats, and prefetches the content of tasks that could be claimed.

use super::Node;
use crate::{
    error::NodeError,
    event::NodeEvent,
    lifecycle,
    policy::{
        claims_covered_by, is_bond_acceptable, max_runtime, pending_transactions, plan_claims,
        ClaimBudget, Estimate, Load, ScheduledRun,
    },
    prefetch::plan_prefetches,
    retry::RetryKey,
    seat_id::{JobId, SeatId},
    task_spec::TaskSpec,
};
use assay_client::JobView;
use assay_market::state::SeatState;
use std::time::{Duration, Instant};

/// Claims in one transaction, so that it stays well below the size limit.
const CLAIMS_PER_TX: usize = 6;

impl Node<'_> {
    /// Claims the seats that can be run and delivered, then prefetches content for further claims. Only tasks with their
    /// content in the cache are claimed: an input that nobody can fetch would cost the penalty for a missed deadline.
    pub(super) fn claim(&mut self, jobs: &[JobView]) -> Result<(), NodeError> {
        self.poll_prefetches()?;
        let load = self.current_load(jobs);
        let budget = ClaimBudget {
            worker: self.sender.worker,
            collateral: self.worker.collateral(),
            now: self.now,
            free_claims: self.config.max_claims.saturating_sub(load.runs.len()),
        };
        if budget.free_claims == 0 {
            return Ok(());
        }
        let estimate = |job: &JobView, task: u32| {
            let id = JobId::of(job);
            let in_backoff = self.retries.in_backoff(RetryKey::Claim(id), Instant::now());
            let is_ready = !in_backoff && self.executor.is_ready((id, task));
            self.estimate(job).filter(|_| is_ready)
        };
        let planned = plan_claims(jobs, &budget, load.clone(), estimate, random_below);
        let planned = self.cap_by_balance(jobs, planned)?;
        for seats in planned.chunk_by(|one, other| one.job == other.job) {
            for seats in seats.chunks(CLAIMS_PER_TX) {
                let claimed = lifecycle::claim(&mut self.sender, seats);
                if let Some(first) = seats.first() {
                    self.record_attempt(RetryKey::Claim(first.job), claimed)?;
                }
            }
        }
        self.start_prefetches(jobs, budget, &load)
    }

    /// Returns the runs of seats that are claimed and have no commitment yet.
    fn current_load(&self, jobs: &[JobView]) -> Load {
        let mut runs = Vec::new();
        for job in jobs {
            let max_runtime = self.estimate(job).map(|estimate| estimate.max_runtime);
            for (index, on_chain) in (0u32..).zip(&job.seats) {
                let is_ours = on_chain.worker == self.sender.worker;
                let commit_by = on_chain.deadline.get();
                if !is_ours || on_chain.state() != SeatState::Claimed || commit_by < self.now {
                    continue;
                }
                let width = u32::from(job.header.width());
                let task = index.checked_div(width).unwrap_or(0);
                let replica = index.checked_rem(width).unwrap_or(0);
                let seat = JobId::of(job).seat(task, u8::try_from(replica).unwrap_or(u8::MAX));
                let elapsed = self.executor.running_for(&seat);
                let left = |whole: Duration| whole.saturating_sub(elapsed.unwrap_or_default());
                let max_runtime = match self.sender.journal.state().result(&seat) {
                    Some(_) => Duration::ZERO,
                    // A run that exceeds its estimate may go on until the wall limit or the deadline stops it.
                    None => max_runtime
                        .map(left)
                        .filter(|left| !left.is_zero())
                        .unwrap_or(left(self.config.wall_limit))
                        .min(self.time_until(commit_by)),
                };
                runs.push(ScheduledRun {
                    max_runtime,
                    commit_by,
                    has_started: elapsed.is_some(),
                });
            }
        }
        Load {
            parallelism: self.config.concurrency,
            now: self.now,
            margin: self.config.margin,
            runs,
        }
    }

    /// Returns what running a task of a job may cost, or `None` if the configuration excludes the job.
    pub(super) fn estimate(&self, job: &JobView) -> Option<Estimate> {
        let (header, config) = (&job.header, &self.config);
        let modules = &config.modules;
        let is_allowed = header.memory_bytes.get() <= config.max_memory_bytes
            && header.output_bytes.get() <= config.max_output_bytes
            && is_bond_acceptable(
                header.bond.get(),
                self.worker.total_collateral(),
                config.max_bond_percent,
            )
            && (modules.is_empty() || modules.contains(&header.module.into()));
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
        jobs: &[JobView],
        mut planned: Vec<SeatId>,
    ) -> Result<Vec<SeatId>, NodeError> {
        if planned.is_empty() {
            return Ok(planned);
        }
        let node = self.sender.node_key();
        let lamports = self.sender.client.lamports(&node)?;
        let pending = pending_transactions(jobs, &self.sender.worker);
        let covered = claims_covered_by(lamports, self.config.rent_exempt_minimum, pending);
        if covered == 0 && !self.cannot_claim {
            self.sender.emit(NodeEvent::InsufficientSol { node });
        }
        self.cannot_claim = covered == 0;
        planned.truncate(covered);
        planned.retain(|seat| {
            let job = jobs.iter().find(|job| JobId::of(job) == seat.job);
            let spec = job.and_then(|job| TaskSpec::of(job, seat.task));
            let task = (seat.job, seat.task);
            spec.is_some_and(|spec| self.executor.is_cached(task, &spec))
        });
        Ok(planned)
    }

    /// Starts to fetch the content of tasks that could be claimed. Each job is planned as if it were the only one: old jobs
    /// that nobody can fetch then keep no thread from the others.
    fn start_prefetches(
        &mut self,
        jobs: &[JobView],
        mut budget: ClaimBudget,
        load: &Load,
    ) -> Result<(), NodeError> {
        let idle = self.executor.idle_prefetchers();
        budget.free_claims = idle;
        let estimate = |job: &JobView, task: u32| {
            let is_open = self.executor.may_prefetch((JobId::of(job), task));
            let estimate = self.estimate(job).filter(|_| is_open)?;
            // A prefetch binds nothing, so a job without history gets as many as any other.
            Some(Estimate {
                has_history: true,
                ..estimate
            })
        };
        let candidates = jobs.iter().filter_map(|job| {
            let one = std::slice::from_ref(job);
            let seats = plan_claims(one, &budget, load.clone(), estimate, random_below);
            let tasks: Vec<u32> = seats.iter().map(|seat| seat.task).collect();
            (!tasks.is_empty()).then(|| self.executor.prefetch_candidate(JobId::of(job), tasks))
        });
        let candidates = candidates.collect();
        for (id, task) in plan_prefetches(candidates, idle) {
            let job = jobs.iter().find(|job| JobId::of(job) == id);
            if let Some(spec) = job.and_then(|job| TaskSpec::of(job, task)) {
                self.executor.prefetch((id, task), spec)?;
            }
        }
        Ok(())
    }

    /// Records the prefetches that finished, and reports those that failed.
    fn poll_prefetches(&mut self) -> Result<(), NodeError> {
        for ((job, task), error) in self.executor.finished_prefetches()? {
            self.sender.emit(NodeEvent::TaskSkipped {
                job: job.address,
                task,
                reason: error.to_string(),
            });
        }
        Ok(())
    }
}

/// Returns a random number below `n`, or 0 if the system gives no random numbers.
fn random_below(n: usize) -> usize {
    let number = getrandom::u32().unwrap_or(0);
    usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_rem(n))
        .unwrap_or(0)
}
