use crate::{
    error::{RewardsError, RuleResult},
    event::EpochClaimed,
    state::{claims_open, ClaimRecord, EpochRewards, CLAIM_SEED},
};
use anchor_lang::prelude::*;
use assay_market::state::{Params as MarketParams, Worker};
use assay_shared::token;
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct ClaimEpoch {
    /// Pays the rent of the claim record if it does not exist yet, and signs. Any wallet; the worker's owner chooses a
    /// destination by paying itself.
    #[account(mut)]
    pub payer: Signer,
    /// The market's parameters, which date epochs. Checked by their program and type; the market makes only one.
    pub market_params: Account<MarketParams>,
    /// Any worker. Checked by its program and its type; the market makes one per provider.
    pub worker: Account<Worker>,
    /// The rewards of any finalized epoch. Checked by their program and type.
    #[account(mut)]
    pub epoch_rewards: Account<EpochRewards>,
    /// The epoch's pot. Checked by its address.
    #[account(mut, address = epoch_rewards.pot @ RewardsError::WrongAccount)]
    pub pot: UncheckedAccount,
    /// The provider's claim record, created if needed. Checked by its seeds.
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [CLAIM_SEED, worker.provider.as_ref()],
        bump
    )]
    pub claim_record: Account<ClaimRecord>,
    /// The associated token account of the worker's owner for the reward mint, or any if the owner is the payer. Receives
    /// the share. Checked by `validate`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl ClaimEpoch {
    /// Returns the weight of the worker's work in the epoch, base units of the stake mint.
    fn validate(&self, bump: u8, now: i64) -> Result<u64> {
        let epoch = self.epoch_rewards.epoch.get();
        // After this time a claim record can be closed, and a new record would allow a second claim.
        if !claims_open(epoch, self.market_params.epoch_at(now)?) {
            return Err(RewardsError::ClaimsClosed.into());
        }
        self.check_destination(bump)?;
        let tallied = self.worker.work(epoch).filter(|work| work.tallied != 0);
        let work = tallied.ok_or(RewardsError::NothingToClaim)?;
        Ok(work.weight.get())
    }

    /// Anyone may call. A stranger must not choose an account that the owner never looks at.
    fn check_destination(&self, bump: u8) -> RuleResult<()> {
        let owner = &self.worker.owner;
        if self.payer.address() == owner {
            return Ok(());
        }
        let pot = token::TokenAccount::read(self.pot.account(), &token::TOKEN)
            .ok_or(RewardsError::WrongTokenAccount)?;
        let address = self.destination.address();
        if !token::is_associated_account(address, owner, &pot.mint, &token::TOKEN, bump) {
            return Err(RewardsError::WrongTokenAccount);
        }
        Ok(())
    }

    /// The whole share goes to the owner, because all stake behind the worker is the owner's.
    ///
    /// # Specification
    /// - The pot shall be the epoch's (`WrongAccount`).
    /// - The time to claim from the epoch shall not be over (`ClaimsClosed`).
    /// - The share shall go to the owner's associated token account, unless the owner is the payer (`WrongTokenAccount`).
    /// - The worker shall have tallied work in the epoch (`NothingToClaim`).
    /// - The provider shall not have claimed from the epoch before (`AlreadyClaimed`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the owner's associated token account; not read if the owner is the payer.
    pub fn claim_epoch(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let record_bump = ctx.bumps.claim_record;
        let accounts = &mut ctx.accounts;
        let weight = accounts.validate(bump, Clock::get()?.unix_timestamp)?;
        let epoch = accounts.epoch_rewards.epoch;
        let record = &mut accounts.claim_record;
        if record.payer == Address::default() {
            record.payer = *accounts.payer.address();
            record.provider = accounts.worker.provider;
            record.bump = record_bump;
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
