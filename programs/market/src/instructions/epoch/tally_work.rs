// Anchor's derive binds the instruction's arguments in functions that do not use them.
#![allow(unused_variables)]

use crate::{
    error::MarketError,
    event::WorkTallied,
    state::{shard_of, EpochWork, Params, Worker, WORK_SEED},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(epoch: u64)]
pub struct TallyWork {
    #[account(mut)]
    pub payer: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut)]
    pub worker: Account<Worker>,
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [WORK_SEED, &epoch.to_le_bytes(), &[shard_of(worker.address())]],
        bump
    )]
    pub epoch_work: Account<EpochWork>,
    pub system_program: Program<System>,
}

impl TallyWork {
    /// Only between the epoch's end, when its work is complete, and the end of the window, when the emission is
    /// divided: a later sum would change what others were promised.
    ///
    /// Errors: `OutsideTallyWindow`. That there is untallied work: `Worker::tally`.
    fn validate(&self, epoch: u64, now: i64) -> core::result::Result<(), MarketError> {
        let over = self.params.epoch_end(epoch)? <= now;
        if !over || now >= self.params.tally_end(epoch)? {
            return Err(MarketError::OutsideTallyWindow);
        }
        Ok(())
    }

    pub fn tally_work(ctx: &mut Context<Self>, epoch: u64) -> Result<()> {
        let bump = ctx.bumps.epoch_work;
        let accounts = &mut ctx.accounts;
        accounts.validate(epoch, Clock::get()?.unix_timestamp)?;
        let weight = accounts.worker.tally(epoch)?;
        let work = &mut accounts.epoch_work;
        if work.payer == Address::default() {
            work.payer = *accounts.payer.address();
            work.epoch = epoch.into();
            work.shard = shard_of(accounts.worker.address());
            work.bump = bump;
        }
        let sum = work.weight.get().checked_add(weight);
        work.weight = sum.ok_or(MarketError::Overflow)?.into();
        emit!(WorkTallied {
            worker: *accounts.worker.address(),
            epoch: epoch.into(),
            weight: weight.into(),
            shard: work.shard,
        });
        Ok(())
    }
}
