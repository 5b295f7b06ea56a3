//! The transactions that send cranks.

use super::{
    payable_seats, unclaimed_epochs, Crank, EpochEnd, TxPlan, HELD_SEATS_PER_TX, SEATS_PER_TX,
};
use crate::{
    account::{account_size, ata_size},
    instruction::{
        market::{self, JobAddresses, Payee, PenaltyParams},
        rewards, staking,
        token::create_ata,
    },
    pda, Client, JobView, Result,
};
use anchor_lang::Address;
use assay_market::state::{shard_of, EpochWork, PaymentMint, Source, Worker, SHARDS};
use assay_rewards::state::{ClaimRecord, Claims, EpochRewards};
use assay_shared::token::TOKEN;
use assay_staking::state::{Params as StakingParams, Provider};

/// Where the pay of a worker can go.
enum PayRoute {
    /// To the beneficiary's ATA.
    Beneficiary,
    /// To the ATA of the worker's account: that of the beneficiary is frozen.
    Worker,
    /// Nowhere: the escrow is frozen, or both ATAs are.
    None,
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

    fn payee(&self, worker: &Address) -> Result<Payee> {
        let worker: Worker = self.fetch(worker)?;
        Ok((&worker).into())
    }

    /// Plans the creation of the ATA of `owner`; the plan is empty if the account exists.
    fn plan_ata(
        &self,
        payer: &Address,
        owner: &Address,
        mint: &Address,
        token_program: &Address,
    ) -> Result<TxPlan> {
        let ata = pda::ata_with_program(owner, mint, token_program);
        let rent = self.rent_if_missing(&ata, ata_size(token_program))?;
        let mut plan = TxPlan {
            rent,
            ..TxPlan::default()
        };
        if rent > 0 {
            plan = plan.then(create_ata(payer, owner, mint, token_program));
        }
        Ok(plan)
    }

    /// Returns how a worker can be paid out of the escrow of a job at present.
    fn pay_route(&self, job: &JobAddresses, payee: &Payee) -> Result<PayRoute> {
        let payment = &job.payment;
        let refuses = |of: &Address| {
            let ata = pda::ata_with_program(of, &payment.mint, &payment.token_program);
            self.refuses_transfers(&ata)
        };
        if self.refuses_transfers(&job.escrow)? {
            return Ok(PayRoute::None);
        }
        if !refuses(&payee.beneficiary)? {
            return Ok(PayRoute::Beneficiary);
        }
        Ok(if refuses(&payee.worker)? {
            PayRoute::None
        } else {
            PayRoute::Worker
        })
    }

    /// Plans the payment of seats of a worker, at most [`SEATS_PER_TX`], to the beneficiary's ATA.
    ///
    /// If that is frozen, the pay goes to the ATA of the worker's account. If the escrow is frozen, too, the seats are released
    /// and stay unpaid; then the plan is empty if all of them are released already.
    pub fn plan_collect(
        &self,
        payer: &Address,
        job: &JobView,
        addresses: &JobAddresses,
        payee: impl Into<Payee>,
        seats: &[u32],
    ) -> Result<TxPlan> {
        let (payment, payee) = (&addresses.payment, payee.into());
        let (mint, token_program) = (&payment.mint, &payment.token_program);
        let is_owed = |index: &u32| {
            let seat = job.seats.get(*index as usize);
            seat.is_some_and(|seat| seat.is_owed())
        };
        let held = |plan: TxPlan, seats: Vec<u32>| {
            if seats.is_empty() {
                return TxPlan::default();
            }
            plan.then(market::hold_pay(addresses, payee, seats, None))
        };
        let some = seats.iter().copied().take(HELD_SEATS_PER_TX);
        match self.pay_route(addresses, &payee)? {
            PayRoute::Beneficiary => {
                let plan = self.plan_ata(payer, &payee.beneficiary, mint, token_program)?;
                Ok(plan.then(market::collect_pay(addresses, payee, seats.to_vec())))
            }
            PayRoute::Worker => {
                let plan = self.plan_ata(payer, &payee.worker, mint, token_program)?;
                Ok(held(plan, some.collect()))
            }
            PayRoute::None => {
                let unreleased = seats.iter().copied().filter(|index| !is_owed(index));
                let seats = unreleased.take(HELD_SEATS_PER_TX).collect();
                Ok(held(TxPlan::default(), seats))
            }
        }
    }

    /// Plans the payment of the seat of a task's check to its worker; as [`Self::plan_collect`].
    fn plan_collect_check(
        &self,
        payer: &Address,
        job: &JobView,
        payee: Payee,
        task: u32,
    ) -> Result<TxPlan> {
        let addresses = self.job_addresses(job)?;
        let payment = &addresses.payment;
        let (mint, token_program) = (&payment.mint, &payment.token_program);
        let hold = || market::hold_pay(&addresses, payee, Vec::new(), Some(task));
        match self.pay_route(&addresses, &payee)? {
            PayRoute::Beneficiary => {
                let plan = self.plan_ata(payer, &payee.beneficiary, mint, token_program)?;
                Ok(plan.then(market::collect_check(&addresses, payee, task)))
            }
            PayRoute::Worker => {
                let plan = self.plan_ata(payer, &payee.worker, mint, token_program)?;
                Ok(plan.then(hold()))
            }
            PayRoute::None => {
                let rounds = self.fetch_rounds(&job.address)?;
                let check = rounds
                    .iter()
                    .find(|round| round.task() == task && round.source() == Source::Check);
                let seat = check.and_then(|check| check.seats.first());
                if seat.is_none_or(|seat| seat.is_owed()) {
                    return Ok(TxPlan::default());
                }
                Ok(TxPlan::default().then(hold()))
            }
        }
    }

    /// Plans to move what a worker holds of a mint, because the beneficiary's ATA was frozen, to that ATA. The plan is empty if
    /// the worker holds nothing, or the ATA is still frozen.
    pub fn plan_collect_held(
        &self,
        payer: &Address,
        payee: impl Into<Payee>,
        mint: &Address,
        token_program: &Address,
    ) -> Result<TxPlan> {
        let payee = payee.into();
        let ata = |of: &Address| pda::ata_with_program(of, mint, token_program);
        let held = ata(&payee.worker);
        let found = self.token_account(&held)?;
        let is_movable = found.is_some_and(|found| found.amount > 0 && !found.frozen);
        if !is_movable || self.refuses_transfers(&ata(&payee.beneficiary))? {
            return Ok(TxPlan::default());
        }
        let plan = self.plan_ata(payer, &payee.beneficiary, mint, token_program)?;
        Ok(plan.then(market::collect_held(payee, mint, token_program)))
    }

    /// Plans the payment of every seat in the account of a job that can be paid or released at `now` (Unix time), in as many
    /// transactions as it needs; as [`Self::plan_collect`].
    pub fn plan_payouts(&self, payer: &Address, job: &JobView, now: i64) -> Result<Vec<TxPlan>> {
        let mut plans = Vec::new();
        let seats = payable_seats(job, now);
        if seats.is_empty() {
            return Ok(plans);
        }
        let addresses = self.job_addresses(job)?;
        for (worker, seats) in seats {
            let payee = self.payee(&worker)?;
            for chunk in seats.chunks(SEATS_PER_TX) {
                let plan = self.plan_collect(payer, job, &addresses, payee, chunk)?;
                if !plan.is_empty() {
                    plans.push(plan);
                }
            }
        }
        Ok(plans)
    }

    /// Plans a crank of a job. The plan is empty if frozen accounts keep a check from being paid.
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
                let payee = self.payee(&worker)?;
                let mint = self.stake_mint()?;
                let plan = self.plan_ata(payer, &payee.beneficiary, &mint, &TOKEN)?;
                return Ok(plan.then(market::collect_award(job.address, payee, place, &mint)));
            }
            Crank::CollectCheck { task, worker } => {
                let payee = self.payee(&worker)?;
                return self.plan_collect_check(payer, job, payee, task);
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

    /// Plans the end of a job: royalties that are due go to the ATA of the module's author, and what is left of its money to
    /// that of its requester. The plan creates both where they are missing.
    pub fn plan_close_job(&self, payer: &Address, job: &JobAddresses) -> Result<TxPlan> {
        let (mint, token_program) = (&job.payment.mint, &job.payment.token_program);
        let mut plan = self.plan_ata(payer, &job.requester, mint, token_program)?;
        if job.author != Address::default() && job.author != job.requester {
            let author = self.plan_ata(payer, &job.author, mint, token_program)?;
            plan.instructions.extend(author.instructions);
            plan.rent = plan.rent.saturating_add(author.rent);
        }
        Ok(plan.then(market::close_job(job)))
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
        let finalize = TxPlan {
            instructions: vec![rewards::finalize_epoch(*payer, epoch)],
            rent: self.minimum_balance(account_size::<EpochRewards>())?,
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

    /// Returns the rewards of the epochs, oldest first, of which a provider can claim a share while the epoch `current` runs.
    pub fn claimable_epochs(&self, worker: &Worker, current: u64) -> Result<Vec<EpochRewards>> {
        let record = self.claim_record(&worker.provider)?;
        let claims = record.map_or_else(Claims::default, |record| record.claims());
        let epochs = unclaimed_epochs(worker, claims, current);
        let addresses: Vec<_> = epochs
            .iter()
            .map(|epoch| pda::rewards::epoch(*epoch))
            .collect();
        self.fetch_existing(&addresses)
    }

    fn claim_record(&self, provider: &Address) -> Result<Option<ClaimRecord>> {
        self.try_fetch(&pda::rewards::claim_record(provider))
    }

    /// Plans the claim of a provider's shares of these epochs, at most [`EPOCHS_PER_TX`], into its reward vault.
    pub fn plan_claim_epochs(
        &self,
        payer: &Address,
        provider: &Address,
        epochs: &[u64],
    ) -> Result<TxPlan> {
        let mut plan = TxPlan::default();
        if self.claim_record(provider)?.is_none() {
            plan = plan.then(rewards::open_claim_record(*payer, provider));
            plan.rent = self.minimum_balance(account_size::<ClaimRecord>())?;
        }
        Ok(plan.then(rewards::claim_epochs(provider, epochs)))
    }

    /// Plans to pay what the owner of a provider has earned so far to the ATA of its beneficiary.
    pub fn plan_owner_rewards(&self, payer: &Address, provider: &Provider) -> Result<TxPlan> {
        let (mint, to) = (pda::rewards::mint(), &provider.beneficiary);
        let plan = self.plan_ata(payer, to, &mint, &TOKEN)?;
        Ok(plan.then(staking::claim_owner_rewards(&provider.owner, to, &mint)))
    }

    /// Plans to pay what the delegation of `owner` to a provider has earned so far to the owner's ATA.
    pub fn plan_delegator_rewards(
        &self,
        payer: &Address,
        owner: &Address,
        provider: &Address,
    ) -> Result<TxPlan> {
        let mint = pda::rewards::mint();
        let plan = self.plan_ata(payer, owner, &mint, &TOKEN)?;
        Ok(plan.then(staking::claim_rewards(owner, provider, &mint)))
    }
}
