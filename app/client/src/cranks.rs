//! Cranks: instructions that anyone may send to move a job or an epoch on.
//!
//! Decides which cranks are due, by trying the programs' own rules on copies of the accounts, and plans the transactions
//! that send them. Nodes and the command line use the same plans.

use crate::{
    account::{account_size, ata_size},
    instruction::{
        market::{self, JobAddresses, PenaltyParams, SeatPlace, TaskSeat},
        rewards,
        token::create_ata,
    },
    pda, Client, Error, JobView, ProgramError, Result, RoundView,
};
use anchor_lang::Address;
use assay_market::{
    error::MarketError,
    game::{seat::LateExpiry, task::Expiry, Phase, Seat, SeatState},
    state::{
        shard_of, EpochWork, Params as MarketParams, PaymentMint, Source, Worker, CHALLENGER,
        SHARDS,
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

/// Seats that one transaction pays at most: each takes four bytes of its 1,232.
pub const SEATS_PER_TX: usize = 100;
/// Seconds after which a seat that nobody draws gets another slot: well within the time in which the chain can tell the first.
const REDRAW_AFTER: u32 = 240;

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
                | MarketError::NotAdmitted
                | MarketError::SeatNotDrawn
                | MarketError::NothingToDraw
                | MarketError::DrawTooEarly
                | MarketError::NotClaimed
                | MarketError::NotAgreed
                | MarketError::CheckDue
                | MarketError::CheckNotDue
                | MarketError::DeadlinePassed
                | MarketError::NothingOverdue
                | MarketError::ClaimMissed
                | MarketError::TaskDecided
                | MarketError::TaskNotEnded
                | MarketError::NotSplit
                | MarketError::NotStanding
                | MarketError::NotDisputed
                | MarketError::RoundDecided
                | MarketError::RoundNotOver
                | MarketError::RoundNotDone
                | MarketError::MajorityMustOpen
                | MarketError::AlreadyCounted
                | MarketError::AlreadySettled
                | MarketError::DisputeNotCounted
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

/// Something that anyone may do for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crank {
    /// End what nobody took, opened or disputed in time.
    Expire {
        /// Index of the task in the job.
        task: u32,
    },
    /// Name another slot for a draw that nobody made.
    Redraw {
        /// The late seat; of a check or round any seat of its task.
        place: TaskSeat,
        /// The account of the check or round, if it is one.
        round: Option<Address>,
    },
    /// Charge a worker for a missed deadline or a lie.
    Penalize {
        /// The seat.
        place: SeatPlace,
        /// Its worker.
        worker: Address,
    },
    /// End a round that nobody can decide.
    GiveUp {
        /// The account of the round.
        round: Address,
        /// Index of the task in the job.
        task: u32,
    },
    /// Count who pays for a dispute and who is paid.
    Count {
        /// Index of the task in the job.
        task: u32,
    },
    /// Pay a seat out of the penalties of its task.
    Award {
        /// The seat.
        place: SeatPlace,
        /// Its worker.
        worker: Address,
    },
    /// Pay the seat of a check.
    CollectCheck {
        /// Index of the task in the job.
        task: u32,
        /// The worker of the check.
        worker: Address,
    },
    /// Close the account of a check or round.
    CloseRound {
        /// Index of the task in the job.
        task: u32,
        /// Which account.
        source: Source,
        /// Paid its rent and gets it back.
        payer: Address,
    },
}

/// Returns what anyone may do for a job at `now` (Unix time), apart from paying its seats ([`payable_seats`]), by trying the
/// program's own transitions on copies. `rounds` are the accounts of the job's checks and rounds.
pub fn due_cranks(job: &JobView, rounds: &[RoundView], now: i64) -> Vec<Crank> {
    (0..job.header.task_count.get())
        .flat_map(|task| due_task_cranks(job, rounds, task, now))
        .collect()
}

/// Returns those of [`due_cranks`] that belong to one task.
pub fn due_task_cranks(job: &JobView, rounds: &[RoundView], task: u32, now: i64) -> Vec<Crank> {
    TaskCranks::new(job, rounds, task, now).due()
}

/// One task with the accounts that belong to it.
struct TaskCranks<'a> {
    job: &'a JobView,
    task: u32,
    check: Option<&'a RoundView>,
    dispute: Option<&'a RoundView>,
    appeal: Option<&'a RoundView>,
    phase: Phase,
    now: i64,
}

impl<'a> TaskCranks<'a> {
    fn new(job: &'a JobView, rounds: &'a [RoundView], task: u32, now: i64) -> Self {
        let find = |source| {
            let found = |round: &&RoundView| round.task() == task && round.source() == source;
            rounds.iter().find(found)
        };
        Self {
            job,
            task,
            check: find(Source::Check),
            dispute: find(Source::Dispute),
            appeal: find(Source::Appeal),
            phase: job.phase(task, now),
            now,
        }
    }

    fn due(&self) -> Vec<Crank> {
        if self.phase.is_end() {
            return self.after_the_end();
        }
        let mut due: Vec<Crank> = self.missed().collect();
        if due.is_empty() && self.expires() {
            due.push(Crank::Expire { task: self.task });
        }
        due.extend(self.redraws());
        for round in [self.dispute, self.appeal].into_iter().flatten() {
            if self.phase == Phase::Disputed && round.is_hopeless(self.job, self.now) {
                due.push(Crank::GiveUp {
                    round: round.address,
                    task: self.task,
                });
            }
        }
        due
    }

    /// Claims that missed their deadlines.
    fn missed(&self) -> impl Iterator<Item = Crank> + '_ {
        let run_window = self.job.header.run_window.get();
        let time = self.job.moment(self.now).time;
        let is_missed = move |seat: &Seat| {
            seat.state() == SeatState::Claimed && time >= seat.deadline(run_window)
        };
        let taken = self.parties().filter(|(place, _)| {
            let in_task = place.source == Source::Job && self.phase == Phase::Running;
            let checks = matches!(self.phase, Phase::Checking | Phase::Rechecking);
            in_task || (place.source == Source::Check && checks)
        });
        taken
            .filter(move |(_, seat)| is_missed(seat))
            .map(|(place, seat)| Crank::Penalize {
                place,
                worker: seat.worker,
            })
    }

    /// Whether the program would end something that is overdue.
    fn expires(&self) -> bool {
        let rules = self.job.header.rules();
        let mut check = self.check.and_then(|check| check.seats.first().copied());
        self.job.with_task(self.task, self.now, |task, now| {
            let phase = task.phase();
            match check.as_mut() {
                Some(check)
                    if phase == Phase::Rechecking
                        || (phase == Phase::Checking && check.is_pending()) =>
                {
                    task.expire_check(check, now, &rules) == Ok(LateExpiry::Closed)
                }
                check => {
                    let expired = task.expire(check, now, &rules);
                    expired.is_ok_and(|expiry| !matches!(expiry, Expiry::Missed { .. }))
                }
            }
        })
    }

    fn redraws(&self) -> impl Iterator<Item = Crank> + '_ {
        let time = self.job.moment(self.now).time;
        let is_old = move |since: u32| time >= since.saturating_add(REDRAW_AFTER);
        let late = self.job.task(self.task).iter().zip(0u8..).skip(1);
        let late = late
            .filter(move |(seat, _)| seat.awaits_draw() && is_old(seat.free_since.get()))
            .map(|(_, seat)| (seat, None));
        let rounds = [self.check, self.dispute, self.appeal];
        let rounds = rounds.into_iter().flatten().filter(move |round| {
            if round.source() == Source::Check {
                let seat = round.seats.first();
                return seat.is_some_and(|s| s.awaits_draw() && is_old(s.free_since.get()));
            }
            let state = &round.header.round;
            !state.is_drawn() && !state.is_decided() && is_old(state.opened_at.get())
        });
        late.chain(rounds.map(|round| (0, Some(round.address))))
            .map(|(seat, round)| Crank::Redraw {
                place: TaskSeat {
                    task: self.task,
                    seat,
                },
                round,
            })
    }

    /// Every seat of the task, its check and its rounds, challengers included.
    fn parties(&self) -> impl Iterator<Item = (SeatPlace, &Seat)> {
        let at = |source, seat| SeatPlace {
            task: self.task,
            source,
            seat,
        };
        let own = self.job.task(self.task).iter().zip(0u8..);
        let own = own.map(move |(seat, index)| (at(Source::Job, index), seat));
        let rounds = [self.check, self.dispute, self.appeal];
        let members = rounds.into_iter().flatten().flat_map(move |round| {
            let source = round.source();
            let challenger = &round.header.round.challenger;
            let challenger = (at(source, CHALLENGER), challenger);
            let has_one = round.header.round.has_challenger();
            let seats = round.seats.iter().zip(0u8..);
            seats
                .map(move |(seat, index)| (at(source, index), seat))
                .chain(has_one.then_some(challenger))
        });
        own.chain(members)
    }

    fn after_the_end(&self) -> Vec<Crank> {
        let mut due = Vec::new();
        let disputed = self.job.rounds(self.task) > 0;
        let ledger = self.dispute.map(|dispute| dispute.header);
        let counted = ledger.is_some_and(|ledger| ledger.counted != 0);
        let divided = ledger.is_some_and(|ledger| ledger.is_divided());
        if disputed && self.dispute.is_some() && !counted {
            due.push(Crank::Count { task: self.task });
        }
        for (place, seat) in self.parties() {
            let worker = seat.worker;
            let is_member = matches!(place.source, Source::Dispute | Source::Appeal);
            match seat.state() {
                SeatState::Missed if !seat.is_settled() => {
                    due.push(Crank::Penalize { place, worker });
                }
                SeatState::Rejected if !seat.is_settled() && (counted || !disputed) => {
                    due.push(Crank::Penalize { place, worker });
                }
                SeatState::Accepted | SeatState::Void
                    if is_member && divided && !seat.is_settled() =>
                {
                    due.push(Crank::Award { place, worker });
                }
                SeatState::Accepted if !is_member && divided && seat.awaits_award() => {
                    due.push(Crank::Award { place, worker });
                }
                _ => {}
            }
            let is_check = place.source == Source::Check;
            if is_check && seat.state() == SeatState::Accepted && !seat.is_settled() {
                let task = self.task;
                due.push(Crank::CollectCheck { task, worker });
            }
        }
        // The dispute goes last: it pays the others.
        for round in [self.check, self.appeal, self.dispute]
            .into_iter()
            .flatten()
        {
            let is_check = round.source() == Source::Check;
            let awaits = round.seats.first().is_some_and(Seat::awaits_award);
            let is_ready = round.source() == Source::Dispute
                || !disputed
                || (counted && !(is_check && awaits));
            if is_ready && round.header.is_done() {
                due.push(Crank::CloseRound {
                    task: self.task,
                    source: round.source(),
                    payer: round.header.payer,
                });
            }
        }
        due
    }
}

/// Returns the seats in the account of a job that can be paid or released at `now` (Unix time), as indices in the job, by
/// worker.
pub fn payable_seats(job: &JobView, now: i64) -> BTreeMap<Address, Vec<u32>> {
    let mut workers = BTreeMap::<Address, Vec<u32>>::new();
    for task in 0..job.header.task_count.get() {
        if !job.phase(task, now).is_end() {
            continue;
        }
        for (seat, index) in job.task(task).iter().zip(0u8..) {
            let is_payable = matches!(seat.state(), SeatState::Accepted | SeatState::Void);
            if is_payable && !seat.is_settled() {
                let index = job.seat_index(task, index);
                workers.entry(seat.worker).or_default().push(index);
            }
        }
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

    /// Plans the payment of seats of the worker of `owner`, at most [`SEATS_PER_TX`], to the owner's ATA.
    pub fn plan_collect(
        &self,
        payer: &Address,
        job: &JobAddresses,
        owner: &Address,
        seats: &[u32],
    ) -> Result<TxPlan> {
        let (mint, token_program) = (&job.payment.mint, &job.payment.token_program);
        let (_, plan) = self.plan_ata(payer, owner, mint, token_program)?;
        Ok(plan.then(market::collect_pay(job, owner, seats.to_vec())))
    }

    /// Plans the payment of every seat in the account of a job that can be paid at `now` (Unix time), in as many
    /// transactions as it needs.
    pub fn plan_payouts(&self, payer: &Address, job: &JobView, now: i64) -> Result<Vec<TxPlan>> {
        let mut plans = Vec::new();
        let seats = payable_seats(job, now);
        if seats.is_empty() {
            return Ok(plans);
        }
        let addresses = self.job_addresses(job)?;
        for (worker, seats) in seats {
            let Worker { owner, .. } = self.fetch(&worker)?;
            for chunk in seats.chunks(SEATS_PER_TX) {
                plans.push(self.plan_collect(payer, &addresses, &owner, chunk)?);
            }
        }
        Ok(plans)
    }

    /// Plans a crank of a job.
    pub fn plan_crank(&self, payer: &Address, job: &JobView, crank: Crank) -> Result<TxPlan> {
        let check_of = |task: u32| {
            let address = pda::market::round(&job.address, task, Source::Check);
            job.has_check(task).then_some(address)
        };
        let instruction = match crank {
            Crank::Expire { task } => market::expire_task(job.address, task, check_of(task)),
            Crank::Redraw { place, round } => market::draw_seat(job.address, place, round),
            Crank::GiveUp { round, task } => {
                market::decide_round(job.address, round, check_of(task), None)
            }
            Crank::Count { task } => {
                let appealed = job.rounds(task) > 1;
                market::count_dispute(job.address, task, appealed, job.has_check(task))
            }
            Crank::Penalize { place, worker } => {
                let Worker { provider, .. } = self.fetch(&worker)?;
                market::penalize_worker(&PenaltyParams {
                    job: job.address,
                    provider,
                    place,
                    disputed: job.rounds(place.task) > 0,
                    stake_mint: self.stake_mint()?,
                })
            }
            Crank::Award { place, worker } => {
                let Worker { owner, .. } = self.fetch(&worker)?;
                let mint = self.stake_mint()?;
                let (_, plan) = self.plan_ata(payer, &owner, &mint, &TOKEN)?;
                return Ok(plan.then(market::collect_award(job.address, &owner, place, &mint)));
            }
            Crank::CollectCheck { task, worker } => {
                let Worker { owner, .. } = self.fetch(&worker)?;
                let addresses = self.job_addresses(job)?;
                let payment = &addresses.payment;
                let (_, plan) =
                    self.plan_ata(payer, &owner, &payment.mint, &payment.token_program)?;
                return Ok(plan.then(market::collect_check(&addresses, &owner, task)));
            }
            Crank::CloseRound {
                task,
                source,
                payer,
            } => {
                let disputed = job.rounds(task) > 0;
                let mint = self.stake_mint()?;
                market::close_round(payer, job.address, task, source, disputed, &mint)
            }
        };
        Ok(TxPlan::without_rent(vec![instruction]))
    }

    /// Returns the mint of the staked token.
    pub fn stake_mint(&self) -> Result<Address> {
        let params: StakingParams = self.fetch(&pda::staking::params())?;
        Ok(params.stake_mint)
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
    use crate::{instruction::market::PaymentMintInfo, transaction_size, MAX_TRANSACTION_SIZE};
    use anchor_lang::bytemuck::Zeroable as _;
    use assay_market::state::Work;
    use assay_staking::error::StakingError;
    use solana_transaction_error::TransactionError;

    const HOUR: i64 = 3_600;

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
        let collect = market::collect_pay(&job, &owner, seats);
        assert!(transaction_size(&[ata, collect], &payer) <= MAX_TRANSACTION_SIZE);
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
