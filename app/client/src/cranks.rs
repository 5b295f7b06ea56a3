//! Cranks: instructions that anyone may send to move a job or an epoch on.
//!
//! Decides which cranks are due, by trying the programs' own rules on copies of the accounts, and plans the transactions
//! that send them. Nodes and the command line use the same plans.

use crate::{
    account::{account_size, ata_size},
    instruction::{
        market::{self, JobAddresses},
        rewards,
        token::create_ata,
    },
    pda, Client, Error, JobView, ProgramError, Result,
};
use anchor_lang::Address;
use assay_market::{
    error::MarketError,
    state::{
        shard_of, EpochWork, Params as MarketParams, PaymentMint, SeatState, Task, Worker, SHARDS,
    },
};
use assay_rewards::{
    error::RewardsError,
    state::{ClaimRecord, Emission, EpochRewards},
};
use assay_shared::token::{ACCOUNT_LEN, TOKEN};
use assay_staking::state::Params as StakingParams;
use solana_instruction::Instruction;
use std::collections::BTreeMap;

/// Tasks that one transaction settles or expires at most: the compute units of one transaction are limited.
pub const TASKS_PER_TX: usize = 8;
/// Seats that one transaction pays or penalizes at most: each takes four bytes of its 1,232.
pub const SEATS_PER_TX: usize = 100;

/// A transaction that is planned but not signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TxPlan {
    /// The instructions, in order.
    pub instructions: Vec<Instruction>,
    /// Lamports that the payer pays for the accounts that the transaction creates.
    pub rent: u64,
}

impl TxPlan {
    /// Returns a transaction that creates no account.
    fn without_rent(instructions: Vec<Instruction>) -> Self {
        Self {
            instructions,
            rent: 0,
        }
    }

    /// Appends an instruction.
    fn then(mut self, instruction: Instruction) -> Self {
        self.instructions.push(instruction);
        self
    }
}

/// Returns true if the transaction was rejected because somebody else took the same step first, or because the step is due
/// a little later. Nothing is wrong then: read the chain again.
pub fn is_lost_race(error: &Error) -> bool {
    match error.program_error() {
        Some(ProgramError::Market(rule)) => matches!(
            rule,
            MarketError::SeatNotFree
                | MarketError::AlreadyInTask
                | MarketError::ClaimingOver
                | MarketError::NotDrawn
                | MarketError::NotClaimed
                | MarketError::NotCommitted
                | MarketError::RevealNotOpen
                | MarketError::DeadlinePassed
                | MarketError::TaskStillRunning
                | MarketError::NothingOverdue
                | MarketError::TaskDecided
                | MarketError::NothingToCollect
                | MarketError::NothingToPenalize
                | MarketError::NothingToTally
                | MarketError::OutsideTallyWindow
                | MarketError::JobNotFinished
        ),
        Some(ProgramError::Rewards(rule)) => matches!(
            rule,
            RewardsError::NotDue
                | RewardsError::TallyOpen
                | RewardsError::NoWork
                | RewardsError::WorkTallied
                | RewardsError::AlreadyClaimed
        ),
        _ => false,
    }
}

/// A crank of one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskCrank {
    /// Decide the task: its results are in.
    Settle,
    /// End its overdue claims and commitments.
    Expire,
}

impl TaskCrank {
    /// Returns the instruction for a task of `job`.
    pub fn instruction(self, job: Address, task: u32) -> Instruction {
        match self {
            Self::Settle => market::settle_task(job, task),
            Self::Expire => market::expire_task(job, task),
        }
    }
}

/// Returns the crank that is due for a task at `now` (Unix time), if there is one.
pub fn due_task_crank(job: &JobView, task: u32, now: i64) -> Option<TaskCrank> {
    let claiming = job.header.is_claiming(now);
    if try_on_copy(job, task, |copy| copy.settle(now, claiming).is_ok()) {
        return Some(TaskCrank::Settle);
    }
    let expires = |copy: &mut Task| !copy.is_decided() && copy.expire(now, claiming).is_ok();
    try_on_copy(job, task, expires).then_some(TaskCrank::Expire)
}

/// Returns true if the commitments of a task may be revealed.
pub fn is_sealed(job: &JobView, task: u32) -> bool {
    try_on_copy(job, task, |copy| copy.is_sealed())
}

/// Calls `check` on a copy of a task, so that the program's state transitions leave `job` as it is.
fn try_on_copy(job: &JobView, task: u32, check: impl FnOnce(&mut Task) -> bool) -> bool {
    let mut seats = job.task(task).to_vec();
    check(&mut Task {
        seats: &mut seats,
        replicas: usize::from(job.header.replicas),
        quorum: usize::from(job.header.quorum),
    })
}

/// Plans every task crank of a job that is due at `now` (Unix time).
pub fn plan_task_cranks(job: &JobView, now: i64) -> Vec<TxPlan> {
    let instructions: Vec<_> = (0..job.header.task_count.get())
        .filter_map(|task| Some(due_task_crank(job, task, now)?.instruction(job.address, task)))
        .collect();
    instructions
        .chunks(TASKS_PER_TX)
        .map(|chunk| TxPlan::without_rent(chunk.to_vec()))
        .collect()
}

/// The seats of one worker that are final and not paid or penalized yet, as indices in the job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FinalSeats {
    /// Accepted and void seats, for `collect_pay`.
    pub payable: Vec<u32>,
    /// Rejected seats, then missed ones, for `penalize_worker`.
    pub penalizable: Vec<u32>,
}

/// Returns the seats of a job that are final and not paid or penalized yet, by worker.
pub fn final_seats(job: &JobView) -> BTreeMap<Address, FinalSeats> {
    let mut workers = BTreeMap::<Address, FinalSeats>::new();
    let mut missed = Vec::new();
    for (index, seat) in (0u32..).zip(&job.seats) {
        if seat.collected != 0 {
            continue;
        }
        match seat.state() {
            SeatState::Accepted | SeatState::Void => {
                workers.entry(seat.worker).or_default().payable.push(index);
            }
            SeatState::Rejected => {
                let seats = workers.entry(seat.worker).or_default();
                seats.penalizable.push(index);
            }
            SeatState::Missed => missed.push((seat.worker, index)),
            _ => {}
        }
    }
    for (worker, index) in missed {
        workers.entry(worker).or_default().penalizable.push(index);
    }
    workers
}

/// How an epoch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochEnd {
    /// Its emission is minted.
    Finalized,
    /// Nobody worked, so that nothing is minted for it alone.
    Skipped,
}

/// Returns the epochs, oldest first, in which the worker has work that can be tallied at `now` (Unix time).
pub fn untallied_epochs(worker: &Worker, params: &MarketParams, now: i64) -> Vec<u64> {
    let is_open = |epoch: u64| {
        let window = (params.epoch_end(epoch), params.tally_end(epoch));
        matches!(window, (Ok(from), Ok(to)) if (from..to).contains(&now))
    };
    let mut epochs: Vec<u64> = worker
        .ring
        .iter()
        .filter(|work| work.weight.get() > 0 && work.tallied == 0)
        .map(|work| work.epoch.get())
        .filter(|epoch| is_open(*epoch))
        .collect();
    epochs.sort_unstable();
    epochs
}

/// Returns the epoch that can be finalized or skipped at `now` (Unix time), if there is one.
pub fn due_epoch(params: &MarketParams, emission: &Emission, now: i64) -> Option<u64> {
    let epoch = emission.due_epoch(params.epoch_at(now).ok()?);
    let is_tallied = params.tally_end(epoch).is_ok_and(|end| end <= now);
    is_tallied.then_some(epoch)
}

/// Plans of cranks. `payer` signs, pays the fee and the rent.
impl Client {
    /// Returns the addresses that belong to a job; reads the record of the mint that it is paid in.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the mint is not allowed as payment.
    pub fn job_addresses(&self, job: &JobView) -> Result<JobAddresses> {
        let allowed: PaymentMint = self.fetch(&pda::market::payment_mint(&job.header.mint))?;
        Ok(JobAddresses::from_account(
            job.address,
            &job.header,
            (&allowed).into(),
        ))
    }

    /// Returns the ATA of `owner`, and a plan that creates it if it is missing and does nothing otherwise.
    fn plan_ata(
        &self,
        payer: &Address,
        owner: &Address,
        mint: &Address,
        token_program: &Address,
    ) -> Result<(Address, TxPlan)> {
        let ata = pda::ata_with_program(owner, mint, token_program);
        let rent = self.rent_if_missing(&ata, ata_size(token_program))?;
        let mut plan = TxPlan {
            rent,
            ..TxPlan::default()
        };
        if rent > 0 {
            plan = plan.then(create_ata(payer, owner, mint, token_program));
        }
        Ok((ata, plan))
    }

    /// Plans the payment of accepted and void seats of `worker`, at most [`SEATS_PER_TX`], to the ATA of its `owner`.
    pub fn plan_collect(
        &self,
        payer: &Address,
        job: &JobAddresses,
        worker: &Address,
        owner: &Address,
        seats: &[u32],
    ) -> Result<TxPlan> {
        let (mint, token_program) = (&job.payment.mint, &job.payment.token_program);
        let (destination, plan) = self.plan_ata(payer, owner, mint, token_program)?;
        let collect = market::collect_pay(job, *worker, destination, seats.to_vec());
        Ok(plan.then(collect))
    }

    /// Plans the penalty of rejected and missed seats, at most [`SEATS_PER_TX`], of the worker of `provider`. The
    /// compensation goes to the ATA of the job's requester.
    pub fn plan_penalize(
        &self,
        payer: &Address,
        job: &JobView,
        provider: &Address,
        seats: &[u32],
    ) -> Result<TxPlan> {
        let params: StakingParams = self.fetch(&pda::staking::params())?;
        let requester = &job.header.requester;
        let (compensation_account, plan) =
            self.plan_ata(payer, requester, &params.stake_mint, &TOKEN)?;
        let penalize = market::penalize_worker(
            job.address,
            *provider,
            params.slash_destination,
            compensation_account,
            seats.to_vec(),
        );
        Ok(plan.then(penalize))
    }

    /// Plans the payment and the penalty of every final seat of a job, in as many transactions as they need.
    pub fn plan_payouts(&self, payer: &Address, job: &JobView) -> Result<Vec<TxPlan>> {
        let mut plans = Vec::new();
        let seats = final_seats(job);
        if seats.is_empty() {
            return Ok(plans);
        }
        let addresses = self.job_addresses(job)?;
        for (worker, seats) in seats {
            let Worker {
                owner, provider, ..
            } = self.fetch(&worker)?;
            for chunk in seats.payable.chunks(SEATS_PER_TX) {
                plans.push(self.plan_collect(payer, &addresses, &worker, &owner, chunk)?);
            }
            for chunk in seats.penalizable.chunks(SEATS_PER_TX) {
                plans.push(self.plan_penalize(payer, job, &provider, chunk)?);
            }
        }
        Ok(plans)
    }

    /// Plans the end of a job; what is left of its money goes to the ATA of its requester.
    pub fn plan_close_job(&self, payer: &Address, job: &JobAddresses) -> Result<TxPlan> {
        let (mint, token_program) = (&job.payment.mint, &job.payment.token_program);
        let (refund, plan) = self.plan_ata(payer, &job.requester, mint, token_program)?;
        Ok(plan.then(market::close_job(job, refund)))
    }

    /// Plans the tally of a worker's work in `epoch`.
    pub fn plan_tally(&self, payer: &Address, worker: &Address, epoch: u64) -> Result<TxPlan> {
        let sum = pda::market::epoch_work(epoch, shard_of(worker));
        Ok(TxPlan {
            instructions: vec![market::tally_work(*payer, *worker, epoch)],
            rent: self.rent_if_missing(&sum, account_size::<EpochWork>())?,
        })
    }

    /// Plans the end of `epoch`: its emission is minted, or it is skipped if nobody worked in it.
    pub fn plan_epoch_end(&self, payer: &Address, epoch: u64) -> Result<(EpochEnd, TxPlan)> {
        if self.epoch_weight(epoch)? == 0 {
            let skip = TxPlan::without_rent(vec![rewards::skip_epoch(epoch)]);
            return Ok((EpochEnd::Skipped, skip));
        }
        let pot = self.minimum_balance(ACCOUNT_LEN)?;
        let record = self.minimum_balance(account_size::<EpochRewards>())?;
        let finalize = TxPlan {
            instructions: vec![rewards::finalize_epoch(*payer, epoch)],
            rent: pot.saturating_add(record),
        };
        Ok((EpochEnd::Finalized, finalize))
    }

    /// Returns the weight of everyone's tallied work in `epoch`, stake base units of protocol fee.
    pub fn epoch_weight(&self, epoch: u64) -> Result<u64> {
        let shards: Vec<_> = (0..SHARDS)
            .map(|shard| pda::market::epoch_work(epoch, shard))
            .collect();
        let sums: Vec<EpochWork> = self.fetch_existing(&shards)?;
        let weights = sums.iter().map(|sum| sum.weight.get());
        Ok(weights.fold(0, u64::saturating_add))
    }

    /// Plans the payment of the share that the provider of `owner` earned in `epoch`, to the owner's ATA.
    pub fn plan_claim_epoch(&self, payer: &Address, owner: &Address, epoch: u64) -> Result<TxPlan> {
        let provider = pda::staking::provider(owner);
        let mint = pda::rewards::mint();
        let (destination, mut plan) = self.plan_ata(payer, owner, &mint, &TOKEN)?;
        let record = pda::rewards::claim_record(&provider);
        let record_rent = self.rent_if_missing(&record, account_size::<ClaimRecord>())?;
        plan.rent = plan.rent.saturating_add(record_rent);
        Ok(plan.then(rewards::claim_epoch(*payer, &provider, epoch, destination)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::market::PaymentMintInfo;
    use anchor_lang::bytemuck::Zeroable as _;
    use assay_market::state::{Job, Seat, Work};
    use assay_staking::error::StakingError;
    use solana_transaction::Message;
    use solana_transaction_error::TransactionError;

    const HOUR: i64 = 3_600;
    /// Largest transaction that the network transports, bytes.
    const MAX_TX_SIZE: usize = 1_232;

    fn address(byte: u8) -> Address {
        Address::new_from_array([byte; 32])
    }

    fn rejection(rule: impl Into<ProgramError>) -> Error {
        let code = solana_instruction::error::InstructionError::Custom(rule.into().code());
        Error::rejection(TransactionError::InstructionError(0, code), Vec::new())
    }

    #[test]
    fn a_lost_race_is_no_other_rejection() {
        for rule in [MarketError::NothingToCollect, MarketError::SeatNotFree] {
            assert!(is_lost_race(&rejection(rule)), "{rule:?}");
        }
        assert!(is_lost_race(&rejection(RewardsError::NoWork)));
        assert!(!is_lost_race(&rejection(MarketError::NotNode)));
        assert!(!is_lost_race(&rejection(RewardsError::WrongAccount)));
        assert!(!is_lost_race(&rejection(StakingError::Overflow)));
        let other = Error::rejection(TransactionError::AccountNotFound, Vec::new());
        assert!(!is_lost_race(&other));
        assert!(!is_lost_race(&Error::Sign("no key".into())));
    }

    /// Returns a job of two tasks with one replica and one spare each, and these states of its seats.
    fn job(seats: [(u8, SeatState); 4]) -> JobView {
        let seat = |(worker, state): (u8, SeatState)| {
            let mut seat = Seat::zeroed();
            seat.worker = address(worker);
            seat.set_state(state);
            seat
        };
        JobView {
            address: address(1),
            header: Job {
                replicas: 1,
                spares: 1,
                quorum: 1,
                task_count: 2.into(),
                ..Job::zeroed()
            },
            seats: seats.map(seat).to_vec(),
        }
    }

    #[test]
    fn final_seats_are_grouped_by_worker_with_lies_before_missed_deadlines() {
        use SeatState::{Accepted, Missed, Rejected};
        let mut job = job([(7, Missed), (7, Rejected), (8, Accepted), (7, Accepted)]);
        let workers = final_seats(&job);
        assert_eq!(workers[&address(7)].penalizable, [1, 0]);
        assert_eq!(workers[&address(7)].payable, [3]);
        assert_eq!(workers[&address(8)].payable, [2]);

        for seat in &mut job.seats {
            seat.collected = 1;
        }
        assert!(final_seats(&job).is_empty(), "paid and penalized already");
    }

    /// Returns the size in bytes of a transaction that one key signs.
    fn size(instructions: &[Instruction], payer: &Address) -> usize {
        let signatures = 1 + 64;
        signatures + Message::new(instructions, Some(payer)).serialize().len()
    }

    #[test]
    fn the_most_seats_fit_into_one_transaction_with_a_new_token_account() {
        let seats: Vec<u32> = (0..SEATS_PER_TX as u32).collect();
        let (payer, owner, mint) = (address(1), address(2), address(3));
        let ata = create_ata(&payer, &owner, &mint, &TOKEN);
        let payment = PaymentMintInfo {
            mint,
            token_program: TOKEN,
            fee_vault: address(4),
        };
        let job = JobAddresses::new(owner, 0, payment);
        let to = pda::ata(&owner, &mint);
        let collect = market::collect_pay(&job, address(5), to, seats.clone());
        let penalize = market::penalize_worker(job.address, address(6), address(7), to, seats);
        assert!(size(&[ata.clone(), collect], &payer) <= MAX_TX_SIZE);
        assert!(size(&[ata, penalize], &payer) <= MAX_TX_SIZE);
    }

    #[test]
    fn the_most_tasks_fit_into_one_transaction() {
        let settle = |task| TaskCrank::Settle.instruction(address(1), task);
        let instructions: Vec<_> = (0..TASKS_PER_TX as u32).map(settle).collect();
        assert!(size(&instructions, &address(2)) <= MAX_TX_SIZE);
    }

    /// Returns parameters with epochs of an hour and ten minutes to tally.
    fn params() -> MarketParams {
        MarketParams {
            epoch_length: 3_600.into(),
            tally_window: 600.into(),
            ..MarketParams::zeroed()
        }
    }

    #[test]
    fn work_is_tallied_between_the_end_of_its_epoch_and_the_end_of_the_window() {
        let mut worker = Worker::zeroed();
        let work = |epoch: u64, weight: u64, tallied| Work {
            epoch: epoch.into(),
            weight: weight.into(),
            tallied,
        };
        worker.ring[5] = work(5, 9, 0);
        worker.ring[4] = work(4, 9, 0);
        let at = |worker: &Worker, now| untallied_epochs(worker, &params(), now);
        assert_eq!(at(&worker, 6 * HOUR - 1), Vec::<u64>::new());
        assert_eq!(at(&worker, 6 * HOUR), [5]);
        assert_eq!(at(&worker, 6 * HOUR + 599), [5]);
        assert_eq!(at(&worker, 6 * HOUR + 600), Vec::<u64>::new());

        for done in [work(5, 0, 0), work(5, 9, 1)] {
            worker.ring[5] = done;
            assert_eq!(at(&worker, 6 * HOUR), Vec::<u64>::new());
        }
    }

    #[test]
    fn an_epoch_ends_when_its_window_is_over() {
        let emission = Emission {
            next_epoch: 5.into(),
            ..Emission::zeroed()
        };
        let at = |now| due_epoch(&params(), &emission, now);
        assert_eq!(at(6 * HOUR + 599), None);
        assert_eq!(at(6 * HOUR + 600), Some(5));
        assert_eq!(at(-1), None, "before the first epoch");
    }
}
