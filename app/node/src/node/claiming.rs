use super::Node;
use crate::{
    assignment::Assignment,
    error::NodeError,
    event::NodeEvent,
    patience::Matter,
    plan::{
        affordable, is_bearable, plan_claims, plan_scouts, transactions_ahead, worst_case, Bidder,
        Estimate, Load, Run,
    },
    seat_id::{JobId, SeatId},
    step,
};
use assay_client::JobView;
use assay_market::state::SeatState;
use std::time::{Duration, Instant};

/// Claims that fit into one transaction, with room to spare.
const CLAIM_AT_ONCE: usize = 6;

impl Node<'_> {
    /// Claims what can be run and delivered. A task is claimed only when its content is here: a seat whose input nobody
    /// can fetch would cost the penalty for a missed deadline.
    pub(super) fn claim(&mut self, jobs: &[JobView]) -> Result<(), NodeError> {
        self.hear_scouts()?;
        let load = self.load(jobs);
        let bidder = Bidder {
            worker: self.desk.worker,
            collateral: self.worker.collateral(),
            now: self.now,
            room: self.config.max_claims.saturating_sub(load.runs.len()),
        };
        if bidder.room == 0 {
            return Ok(());
        }
        let estimate = |job: &JobView, task: u32| {
            let id = JobId::of(job);
            let waits = self.patience.waits(Matter::Claim(id), Instant::now());
            let is_ready = !waits && self.workshop.is_ready((id, task));
            self.estimate(job).filter(|_| is_ready)
        };
        let planned = plan_claims(jobs, &bidder, load.clone(), estimate, any_of);
        let planned = self.within_means(jobs, planned)?;
        for planned in planned.chunk_by(|one, other| one.job == other.job) {
            for planned in planned.chunks(CLAIM_AT_ONCE) {
                let won = step::claim(&mut self.desk, planned);
                if let Some(first) = planned.first() {
                    self.attempt(Matter::Claim(first.job), won)?;
                }
            }
        }
        self.send_scouts(jobs, bidder, &load)
    }

    /// What is claimed and has to be run.
    fn load(&self, jobs: &[JobView]) -> Load {
        let mut runs = Vec::new();
        for job in jobs {
            let takes = self.estimate(job).map(|estimate| estimate.takes);
            for (index, on_chain) in (0u32..).zip(&job.seats) {
                let is_ours = on_chain.worker == self.desk.worker;
                let commit_by = on_chain.deadline.get();
                if !is_ours || on_chain.state() != SeatState::Claimed || commit_by < self.now {
                    continue;
                }
                let width = u32::from(job.header.width());
                let task = index.checked_div(width).unwrap_or(0);
                let replica = index.checked_rem(width).unwrap_or(0);
                let seat = JobId::of(job).seat(task, u8::try_from(replica).unwrap_or(u8::MAX));
                let elapsed = self.workshop.running_for(&seat);
                let left = |whole: Duration| whole.saturating_sub(elapsed.unwrap_or_default());
                let takes = match self.desk.journal.book().result(&seat) {
                    Some(_) => Duration::ZERO,
                    // What runs longer than foreseen may run on until it is stopped.
                    None => takes
                        .map(left)
                        .filter(|left| !left.is_zero())
                        .unwrap_or(left(self.config.wall_limit))
                        .min(self.left_until(commit_by)),
                };
                runs.push(Run {
                    takes,
                    commit_by,
                    has_begun: elapsed.is_some(),
                });
            }
        }
        Load {
            lanes: self.config.concurrency,
            now: self.now,
            margin: self.config.margin,
            runs,
        }
    }

    /// What a task of a job may cost this machine; `None` if the job does not suit it.
    pub(super) fn estimate(&self, job: &JobView) -> Option<Estimate> {
        let (header, config) = (&job.header, &self.config);
        let modules = &config.modules;
        let suits = header.memory_bytes.get() <= config.max_memory_bytes
            && header.output_bytes.get() <= config.max_output_bytes
            && is_bearable(
                header.bond.get(),
                self.worker.total_collateral(),
                config.max_bond_percent,
            )
            && (modules.is_empty() || modules.contains(&header.module.into()));
        let longest = self.workshop.longest(&JobId::of(job));
        let (fuel, rate) = (header.fuel.get(), config.fuel_per_second);
        let takes = worst_case(fuel, rate, longest, config.wall_limit).filter(|_| suits)?;
        Some(Estimate {
            takes,
            is_proven: longest.is_some(),
        })
    }

    /// Those of the planned claims that the hot key can pay to the end and whose content is still here.
    fn within_means(
        &mut self,
        jobs: &[JobView],
        mut planned: Vec<SeatId>,
    ) -> Result<Vec<SeatId>, NodeError> {
        if planned.is_empty() {
            return Ok(planned);
        }
        let node = self.desk.node();
        let lamports = self.desk.client.lamports(&node)?;
        let ahead = transactions_ahead(jobs, &self.desk.worker);
        let most = affordable(lamports, self.config.floor, ahead);
        if most == 0 && !self.is_poor {
            self.desk.tell(NodeEvent::NoSol { node });
        }
        self.is_poor = most == 0;
        planned.truncate(most);
        planned.retain(|seat| {
            let job = jobs.iter().find(|job| JobId::of(job) == seat.job);
            let assignment = job.and_then(|job| Assignment::of(job, seat.task));
            let task = (seat.job, seat.task);
            assignment.is_some_and(|assignment| self.workshop.is_stocked(task, &assignment))
        });
        Ok(planned)
    }

    /// Has content fetched of tasks that could be claimed. Every job is looked at as if it were the only one, so that old
    /// ones that nobody can fetch keep no scout from the others.
    fn send_scouts(
        &mut self,
        jobs: &[JobView],
        mut bidder: Bidder,
        load: &Load,
    ) -> Result<(), NodeError> {
        let idle = self.workshop.idle_scouts();
        bidder.room = idle;
        let estimate = |job: &JobView, task: u32| {
            let is_unknown = self.workshop.is_unknown((JobId::of(job), task));
            let estimate = self.estimate(job).filter(|_| is_unknown)?;
            // Fetching ahead binds nothing, even of jobs that are new here.
            Some(Estimate {
                is_proven: true,
                ..estimate
            })
        };
        let prospects = jobs.iter().filter_map(|job| {
            let one = std::slice::from_ref(job);
            let seats = plan_claims(one, &bidder, load.clone(), estimate, any_of);
            let tasks: Vec<u32> = seats.iter().map(|seat| seat.task).collect();
            (!tasks.is_empty()).then(|| self.workshop.prospect(JobId::of(job), tasks))
        });
        let prospects = prospects.collect();
        for (id, task) in plan_scouts(prospects, idle) {
            let job = jobs.iter().find(|job| JobId::of(job) == id);
            if let Some(assignment) = job.and_then(|job| Assignment::of(job, task)) {
                self.workshop.scout((id, task), assignment)?;
            }
        }
        Ok(())
    }

    fn hear_scouts(&mut self) -> Result<(), NodeError> {
        for ((job, task), error) in self.workshop.scouted()? {
            self.desk.tell(NodeEvent::Avoided {
                job: job.address,
                task,
                reason: error.to_string(),
            });
        }
        Ok(())
    }
}

/// A random number below `n`. Without randomness from the system the first will do.
fn any_of(n: usize) -> usize {
    let number = getrandom::u32().unwrap_or(0);
    usize::try_from(number)
        .ok()
        .and_then(|number| number.checked_rem(n))
        .unwrap_or(0)
}
