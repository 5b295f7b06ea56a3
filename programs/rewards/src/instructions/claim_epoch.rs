use crate::{
    error::RewardsError,
    event::EpochClaimed,
    state::{claims_open, ClaimRecord, EpochRewards, CLAIM_SEED},
};
use anchor_lang::prelude::*;
use assay_market::state::{Params as MarketParams, Worker};
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct ClaimEpoch {
    #[account(mut)]
    pub payer: Signer,
    /// The market program owns it and makes only one.
    pub market_params: Account<MarketParams>,
    /// The market program owns it and makes one per provider.
    pub worker: Account<Worker>,
    #[account(mut)]
    pub epoch_rewards: Account<EpochRewards>,
    #[account(mut, address = epoch_rewards.pot @ RewardsError::WrongAccount)]
    pub pot: UncheckedAccount,
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [CLAIM_SEED, worker.provider.as_ref()],
        bump
    )]
    pub claim_record: Account<ClaimRecord>,
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl ClaimEpoch {
    /// `destination`: any reward-mint account of the worker's owner, because anyone may call. Answers the weight of the
    /// worker's work.
    ///
    /// Errors: `ClaimsClosed`, `WrongTokenAccount`, `NothingToClaim`. That it is the first claim: `ClaimRecord::claim`.
    fn validate(&self, now: i64) -> Result<u64> {
        let epoch = self.epoch_rewards.epoch.get();
        // A claim record may be closed from then on, and would no longer say what was claimed.
        if !claims_open(epoch, self.market_params.epoch_at(now)?) {
            return Err(RewardsError::ClaimsClosed.into());
        }
        let read = |account: &UncheckedAccount| {
            token::TokenAccount::read(account.account(), &token::TOKEN)
                .ok_or(RewardsError::WrongTokenAccount)
        };
        let (pot, destination) = (read(&self.pot)?, read(&self.destination)?);
        if destination.authority != self.worker.owner || destination.mint != pot.mint {
            return Err(RewardsError::WrongTokenAccount.into());
        }
        let tallied = self.worker.work(epoch).filter(|work| work.tallied != 0);
        let work = tallied.ok_or(RewardsError::NothingToClaim)?;
        Ok(work.weight.get())
    }

    /// All of the share goes to the owner, who is the only one with stake behind the worker. What delegators will
    /// receive leaves the pot here too, before `amount` is paid.
    pub fn claim_epoch(ctx: &mut Context<Self>) -> Result<()> {
        let bump = ctx.bumps.claim_record;
        let accounts = &mut ctx.accounts;
        let weight = accounts.validate(Clock::get()?.unix_timestamp)?;
        let epoch = accounts.epoch_rewards.epoch;
        let record = &mut accounts.claim_record;
        if record.payer == Address::default() {
            record.payer = *accounts.payer.address();
            record.provider = accounts.worker.provider;
            record.bump = bump;
        }
        record.claim(epoch.get())?;
        let amount = accounts.epoch_rewards.claim(weight)?;
        accounts.pay(amount)?;
        emit!(EpochClaimed {
            provider: accounts.worker.provider,
            owner: accounts.worker.owner,
            epoch,
            weight: weight.into(),
            amount: amount.into(),
            record_payer: accounts.claim_record.payer,
        });
        Ok(())
    }

    fn pay(&self, amount: u64) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let epoch = self.epoch_rewards.epoch.get().to_le_bytes();
        let bump = [self.epoch_rewards.bump];
        let seeds = [Seed::from(b"epoch"), Seed::from(&epoch), Seed::from(&bump)];
        token::transfer(
            &token::TOKEN,
            self.pot.account(),
            self.destination.account(),
            self.epoch_rewards.account(),
            amount,
            &[PdaSigner::from(&seeds)],
        )?;
        Ok(())
    }
}
