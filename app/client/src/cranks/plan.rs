//! The transactions that send cranks.

use super::{payable_seats, Crank, EpochEnd, TxPlan, SEATS_PER_TX};
use crate::{
    account::{account_size, ata_size},
    instruction::{
        market::{self, JobAddresses, PenaltyParams},
        rewards,
        token::create_ata,
    },
    pda, Client, JobView, Result,
};
use anchor_lang::Address;
use assay_market::state::{shard_of, EpochWork, PaymentMint, Source, Worker, SHARDS};
use assay_rewards::state::{ClaimRecord, EpochRewards};
use assay_shared::token::{ACCOUNT_LEN, TOKEN};
use assay_staking::state::Params as StakingParams;

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

    /// Plans the payment of seats of the worker of `owner`, at most [`SEATS_PER_TX`], to the owner's ATA.
    pub fn plan_collect(
        &self,
        payer: &Address,
        job: &JobAddresses,
        owner: &Address,
        seats: &[u32],
    ) -> Result<TxPlan> {
        let (mint, token_program) = (&job.payment.mint, &job.payment.token_program);
        let plan = self.plan_ata(payer, owner, mint, token_program)?;
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
                let plan = self.plan_ata(payer, &owner, &mint, &TOKEN)?;
                return Ok(plan.then(market::collect_award(job.address, &owner, place, &mint)));
            }
            Crank::CollectCheck { task, worker } => {
                let Worker { owner, .. } = self.fetch(&worker)?;
                let addresses = self.job_addresses(job)?;
                let payment = &addresses.payment;
                let plan = self.plan_ata(payer, &owner, &payment.mint, &payment.token_program)?;
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
        let mut plan = self.plan_ata(payer, owner, &mint, &TOKEN)?;
        let record = pda::rewards::claim_record(&provider);
        let record_rent = self.rent_if_missing(&record, account_size::<ClaimRecord>())?;
        plan.rent = plan.rent.saturating_add(record_rent);
        Ok(plan.then(rewards::claim_epoch(*payer, owner, epoch)))
    }
}
