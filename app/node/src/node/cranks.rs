//! Cranks of jobs: settles and expires tasks, penalizes workers and closes jobs.

use super::Node;
use crate::{
    error::NodeError,
    event::NodeEvent,
    patience::Matter,
    plan::{due_task_crank, penalizable, should_fund_ata, turn_order, TaskCrank},
    seat_id::JobId,
};
use assay_client::{
    cranks::SEATS_PER_TX,
    instruction::market::{JobAddresses, PaymentMintInfo},
    pda, Address, JobView,
};
use assay_market::state::{PaymentMint, Worker};
use std::time::{Duration, Instant};

/// Time that each node before this one in the turn order is given to act.
const DELAY_PER_TURN: Duration = Duration::from_millis(700);

impl Node<'_> {
    /// Sends the cranks that are due in a job in which this node holds or held a seat.
    pub(super) fn crank_job(&mut self, job: &JobView) -> Result<(), NodeError> {
        let me = self.desk.worker;
        if !job.seats.iter().any(|seat| seat.worker == me) {
            return Ok(());
        }
        for task in 0..job.header.task_count.get() {
            self.crank_task(job, task)?;
        }
        let delay = DELAY_PER_TURN.saturating_mul(turn_order(&job.seats, &me));
        for (worker, seats) in penalizable(job) {
            let matter = Matter::Penalize(JobId::of(job), worker);
            if self.is_time(matter, delay) {
                let penalized = self.penalize(job, worker, seats);
                match penalized {
                    Ok(false) => self.patience.failed(matter, None, Instant::now()),
                    penalized => {
                        self.attempt(matter, penalized)?;
                    }
                }
            }
        }
        let matter = Matter::Close(JobId::of(job));
        let anyone_may_close = self.now >= job.header.anyone_closes_from();
        let is_due = self.config.close_jobs && job.header.is_finished() && anyone_may_close;
        if is_due && self.is_time(matter, delay) {
            let closed = self.close(job);
            self.attempt(matter, closed)?;
        }
        Ok(())
    }

    fn crank_task(&mut self, job: &JobView, task: u32) -> Result<(), NodeError> {
        let matter = Matter::Task(JobId::of(job), task);
        let Some(crank) = due_task_crank(job, task, self.now) else {
            self.patience.done(matter);
            return Ok(());
        };
        let turn = turn_order(job.task(task), &self.desk.worker);
        if !self.is_time(matter, DELAY_PER_TURN.saturating_mul(turn)) {
            return Ok(());
        }
        let job = job.address;
        let cranked = self.desk.crank(&[crank.instruction(job, task)]);
        if self.attempt(matter, cranked)?.is_some() {
            self.desk.tell(match crank {
                TaskCrank::Settle => NodeEvent::Settled { job, task },
                TaskCrank::Expire => NodeEvent::Expired { job, task },
            });
        }
        Ok(())
    }

    /// Penalizes seats of a worker. Returns false, without sending anything, if somebody else should pay for the token
    /// account of the requester first.
    fn penalize(
        &mut self,
        job: &JobView,
        worker: Address,
        mut seats: Vec<u32>,
    ) -> Result<bool, NodeError> {
        seats.truncate(SEATS_PER_TX);
        let (client, node) = (&self.desk.client, self.desk.node());
        let Worker { provider, .. } = client.fetch(&worker)?;
        let plan = client.plan_penalize(&node, job, &provider, &seats)?;
        let is_ours = worker == self.desk.worker;
        if plan.rent > 0 && !should_fund_ata(job, &seats, is_ours) {
            return Ok(false);
        }
        self.desk.crank(&plan.instructions)?;
        let job = job.address;
        self.desk.tell(NodeEvent::Penalized { job, worker, seats });
        Ok(true)
    }

    fn close(&mut self, job: &JobView) -> Result<(), NodeError> {
        let addresses = self.job_addresses(job)?;
        let node = self.desk.node();
        let plan = self.desk.client.plan_close_job(&node, &addresses)?;
        self.desk.crank(&plan.instructions)?;
        self.desk.tell(NodeEvent::Closed { job: job.address });
        Ok(())
    }

    /// Returns the addresses that belong to a job. What the market says about its payment mint is read once and cached.
    pub(super) fn job_addresses(&mut self, job: &JobView) -> Result<JobAddresses, NodeError> {
        let mint = &job.header.mint;
        let payment = match self.payments.get(mint) {
            Some(payment) => *payment,
            None => {
                let allowed: PaymentMint =
                    self.desk.client.fetch(&pda::market::payment_mint(mint))?;
                let payment = PaymentMintInfo::from(&allowed);
                self.payments.insert(*mint, payment);
                payment
            }
        };
        Ok(JobAddresses::from_account(
            job.address,
            &job.header,
            payment,
        ))
    }
}
