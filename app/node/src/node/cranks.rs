use super::Node;
use crate::{
    error::NodeError,
    event::NodeEvent,
    patience::Matter,
    plan::{due, may_pay_rent, penalties, rank, TaskCrank},
    seat_id::JobId,
};
use assay_client::{
    instruction::{
        market::{self, JobAddresses, PaymentMintInfo},
        token::create_ata,
    },
    pda::{ata_with_program, market as market_at, staking as staking_at},
    Address, Instruction, JobView,
};
use assay_market::state::{PaymentMint, SeatState, Worker};
use assay_shared::token::TOKEN;
use assay_staking::state::Params as StakingParams;
use std::time::{Duration, Instant};

/// How long each one who comes before is given to act.
const TURN: Duration = Duration::from_millis(700);
/// Seats that one penalty takes at most.
const PENALISE_AT_ONCE: usize = 24;

impl Node<'_> {
    /// Does what anyone may do for a job in which a seat is or was ours.
    pub(super) fn crank_job(&mut self, job: &JobView) -> Result<(), NodeError> {
        let me = self.desk.worker;
        if !job.seats.iter().any(|seat| seat.worker == me) {
            return Ok(());
        }
        for task in 0..job.header.task_count.get() {
            self.crank_task(job, task)?;
        }
        let turn = TURN.saturating_mul(rank(&job.seats, &self.desk.worker));
        for (worker, seats) in penalties(job) {
            let matter = Matter::Penalize(JobId::of(job), worker);
            if self.is_time(matter, turn) {
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
        let is_anyones = self.now >= job.header.anyone_closes_from();
        let is_closed_here = self.config.close_jobs && job.header.is_finished() && is_anyones;
        if is_closed_here && self.is_time(matter, turn) {
            let closed = self.close(job);
            self.attempt(matter, closed)?;
        }
        Ok(())
    }

    fn crank_task(&mut self, job: &JobView, task: u32) -> Result<(), NodeError> {
        let matter = Matter::Task(JobId::of(job), task);
        let Some(crank) = due(job, task, self.now) else {
            self.patience.done(matter);
            return Ok(());
        };
        let turn = TURN.saturating_mul(rank(job.task(task), &self.desk.worker));
        if !self.is_time(matter, turn) {
            return Ok(());
        }
        let job = job.address;
        let (instruction, event) = match crank {
            TaskCrank::Settle => {
                let event = NodeEvent::Settled { job, task };
                (market::settle_task(job, task), event)
            }
            TaskCrank::Expire => {
                let event = NodeEvent::Expired { job, task };
                (market::expire_task(job, task), event)
            }
        };
        let cranked = self.desk.crank(&[instruction]);
        if self.attempt(matter, cranked)?.is_some() {
            self.desk.tell(event);
        }
        Ok(())
    }

    /// Answers whether it did: not when others have to pay for an account first.
    fn penalize(
        &mut self,
        job: &JobView,
        worker: Address,
        mut seats: Vec<u32>,
    ) -> Result<bool, NodeError> {
        // Lies first: for them the account that a penalty may need is paid.
        let is_missed = |index: &u32| {
            let seat = job.seats.get(usize::try_from(*index).unwrap_or(usize::MAX));
            seat.is_some_and(|seat| seat.state() == SeatState::Missed)
        };
        seats.sort_by_key(is_missed);
        seats.truncate(PENALISE_AT_ONCE);
        let client = &self.desk.client;
        let Worker { provider, .. } = client.fetch("worker", &worker)?;
        let params: StakingParams = client.fetch("staking parameters", &staking_at::params())?;
        let requester = job.header.requester;
        let (harmed, mut instructions) = self.wallet(&requester, &params.stake_mint, &TOKEN)?;
        let is_ours = worker == self.desk.worker;
        if !instructions.is_empty() && !may_pay_rent(job, &seats, is_ours) {
            return Ok(false);
        }
        instructions.push(market::penalize_worker(
            job.address,
            provider,
            params.slash_destination,
            harmed,
            seats.clone(),
        ));
        self.desk.crank(&instructions)?;
        let job = job.address;
        self.desk.tell(NodeEvent::Penalized { job, worker, seats });
        Ok(true)
    }

    fn close(&mut self, job: &JobView) -> Result<(), NodeError> {
        let payment = self.payment(&job.header.mint)?;
        let requester = job.header.requester;
        let (mint, program) = (payment.mint, payment.token_program);
        let (refund, mut instructions) = self.wallet(&requester, &mint, &program)?;
        let handle = JobAddresses::from_account(job.address, &job.header, payment);
        instructions.push(market::close_job(&handle, refund));
        self.desk.crank(&instructions)?;
        self.desk.tell(NodeEvent::Closed { job: job.address });
        Ok(())
    }

    /// How a job in this mint is paid.
    pub(super) fn payment(&mut self, mint: &Address) -> Result<PaymentMintInfo, NodeError> {
        if let Some(payment) = self.payments.get(mint) {
            return Ok(*payment);
        }
        let address = market_at::payment_mint(mint);
        let allowed: PaymentMint = self.desk.client.fetch("payment mint", &address)?;
        let payment = PaymentMintInfo::from(&allowed);
        self.payments.insert(*mint, payment);
        Ok(payment)
    }

    /// The associated token account of `owner`, and the instruction that creates it where it is missing.
    pub(super) fn wallet(
        &self,
        owner: &Address,
        mint: &Address,
        program: &Address,
    ) -> Result<(Address, Vec<Instruction>), NodeError> {
        let wallet = ata_with_program(owner, mint, program);
        if self.desk.client.token_account(&wallet)?.is_some() {
            return Ok((wallet, Vec::new()));
        }
        let node = self.desk.node();
        let create = create_ata(&node, owner, mint, program);
        Ok((wallet, vec![create]))
    }
}
