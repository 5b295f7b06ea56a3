#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    error::{MarketError, RuleResult},
    event::{emit, WorkTallied},
    state::{shard_of, EpochWork, Params, Worker, WORK_SEED},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(epoch: u64)]
pub struct TallyWork {
    /// Pays the rent of the record if it does not exist yet, and signs. Any wallet.
    #[account(mut)]
    pub payer: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any worker. Checked by its program and its type.
    #[account(mut)]
    pub worker: Box<Account<Worker>>,
    /// The record of the worker's shard in the epoch, created if needed. Checked by its seeds.
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [WORK_SEED, &epoch.to_le_bytes(), &[shard_of(worker.address())]],
        bump
    )]
    pub epoch_work: Box<Account<EpochWork>>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl TallyWork {
    /// Before the epoch's end its work is not complete. After the window the emission is divided by the sum, and a later
    /// tally would change the shares of others.
    fn validate(&self, epoch: u64, now: i64) -> RuleResult<()> {
        let over = self.params.epoch_end(epoch)? <= now;
        if !over || now >= self.params.tally_end(epoch)? {
            return Err(MarketError::OutsideTallyWindow);
        }
        Ok(())
    }

    /// # Specification
    /// - The time shall lie in the tally window that follows the epoch (`OutsideTallyWindow`).
    /// - The worker shall have untallied work in the epoch (`NothingToTally`).
    ///
    /// # Arguments
    /// - `epoch` - number of the epoch.
    pub fn tally_work(ctx: &mut Context<Self>, epoch: u64) -> Result<()> {
        let bump = ctx.bumps.epoch_work;
        let accounts = &mut ctx.accounts;
        accounts.validate(epoch, Clock::get()?.unix_timestamp)?;
        let weight = accounts.worker.tally(epoch)?;
        let work = &mut accounts.epoch_work;
        if work.payer == Address::default() {
            work.version = 1;
            work.payer = *accounts.payer.address();
            work.epoch = epoch.into();
            work.shard = shard_of(accounts.worker.address());
            work.bump = bump;
        }
        let sum = work.weight.get().checked_add(weight);
        work.weight = sum.ok_or(MarketError::Overflow)?.into();
        emit(WorkTallied {
            worker: *accounts.worker.address(),
            epoch: epoch.into(),
            weight: weight.into(),
            shard: work.shard,
        });
        Ok(())
    }
}
