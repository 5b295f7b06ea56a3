// Anchor's derive binds the instruction's arguments in functions that do not use them.
#![allow(unused_variables)]

use crate::{
    error::MarketError,
    event::ResultChallenged,
    game::{contribution::Contribution, draw::Purpose, round::RoundKind, Round, Seat},
    state::{task_of, JobAccount, NewRound, RoundAccount, Worker, POT_SEED, ROUND_SEED},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
#[instruction(task: u32)]
pub struct Challenge {
    /// The worker's node key, which signs, pays the rent of round and pot and gets it back at their closing. Checked by its
    /// address.
    #[account(mut, address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// The worker that contradicts the result. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
    /// The round of five, created here, so a task has only one.
    #[account(
        init,
        payer = node,
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
        payer = node,
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

impl Challenge {
    /// The challenger contributes what it takes to be right, without rank, under the bond and the penalty of every seat.
    ///
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall be the posting that `seed` names (`OtherPosting`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - The result shall stand, its hold run, and no round have decided about it (`NotStanding`).
    /// - The worker's collateral shall cover the whole penalty and the reserve (`NotEnoughCollateral`).
    /// - The challenge shall keep the limits of the worker's owner (`BeyondLimits`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `seed` - the job's seed, as the node read it.
    /// - `hash` - agreement hash of the result that the worker takes to be right.
    /// - `seal` - the worker's seal of that result.
    pub fn challenge(
        ctx: &mut Context<Self>,
        task: u32,
        seed: [u8; 32],
        hash: [u8; 32],
        seal: [u8; 32],
    ) -> Result<()> {
        let (bump, pot_bump) = (ctx.bumps.round, ctx.bumps.pot);
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let job = &mut accounts.job;
        if job.seed != seed {
            return Err(MarketError::OtherPosting.into());
        }
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let mut seats = task_of(job, task)?;
        let mut round = Round::open(seats.first_hash(&seed, task)?, true, now);
        if seats.challenge(now)? != RoundKind::Dispute {
            return Err(MarketError::NotStanding.into());
        }
        let challenger = *accounts.worker.address();
        round.set_challenger(&challenger, &Contribution { hash, seal }, now);
        accounts.worker.lock(
            job.bond.get(),
            job.lie.get(),
            job.reserve.get(),
            clock.unix_timestamp,
        )?;
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
            payer: *accounts.node.address(),
            round,
            bump,
            pot_bump,
        }
        .fill(
            &mut accounts.round,
            RoundKind::Dispute.seats(),
            Seat::default(),
        )?;
        emit!(ResultChallenged {
            job: *job.address(),
            challenger,
            task: task.into(),
            kind: RoundKind::Dispute as u8,
        });
        Ok(())
    }
}
