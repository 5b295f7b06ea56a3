// Anchor's derive binds the instruction's arguments in functions that do not use them.
#![allow(unused_variables)]

use crate::{
    error::MarketError,
    event::RoundOpened,
    game::{draw::Purpose, round::RoundKind, task::flag, Round, Seat},
    state::{task_of, JobAccount, NewRound, RoundAccount, POT_SEED, ROUND_SEED},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
#[instruction(task: u32)]
pub struct OpenRound {
    /// Pays the rent of round and pot, gets it back at their closing, and signs. Any wallet.
    #[account(mut)]
    pub payer: Signer,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
    /// The round of five, created here, so a task has only one.
    #[account(
        init,
        payer = payer,
        space = RoundAccount::space_for(5),
        seeds = [
            ROUND_SEED,
            job.address().as_ref(),
            &task.to_le_bytes(),
            &[Purpose::Dispute as u8]
        ],
        bump
    )]
    pub round: RoundAccount,
    /// Collects the penalties of the task, created here.
    #[account(
        init,
        payer = payer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [POT_SEED, job.address().as_ref(), &task.to_le_bytes()],
        bump
    )]
    pub pot: UncheckedAccount,
    /// Staking's parameters, which name the stake mint. Checked by their program and type.
    pub staking_params: Account<assay_staking::state::Params>,
    /// The stake mint. Checked by its address.
    #[account(address = staking_params.stake_mint @ MarketError::WrongAccount)]
    pub stake_mint: UncheckedAccount,
    /// The market's authority, which holds the pot. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl OpenRound {
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - The seats of the task shall disagree, or one of them have sealed wrongly (`NotSplit`).
    /// - The time to open a round shall not be over (`DeadlinePassed`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    pub fn open_round(ctx: &mut Context<Self>, task: u32) -> Result<()> {
        let (bump, pot_bump) = (ctx.bumps.round, ctx.bumps.pot);
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let job = &mut accounts.job;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let seed = job.seed;
        let mut seats = task_of(job, task)?;
        let blind = seats.has(flag::OPEN);
        let round = Round::open(seats.first_hash(&seed, task)?, blind, now);
        seats.open_round(now)?;
        job.book_round()?;
        token::initialize_account(
            &token::TOKEN,
            accounts.pot.account(),
            accounts.stake_mint.account(),
            accounts.market_authority.address(),
        )?;
        NewRound {
            purpose: Purpose::Dispute,
            job: *job.address(),
            task,
            payer: *accounts.payer.address(),
            round,
            bump,
            pot_bump,
        }
        .fill(
            &mut accounts.round,
            RoundKind::Dispute.seats(),
            Seat::default(),
        )?;
        emit!(RoundOpened {
            job: *job.address(),
            task: task.into(),
            kind: RoundKind::Dispute as u8,
        });
        Ok(())
    }
}
