// Anchor's derive binds the instruction's arguments in functions that do not use them.
#![allow(unused_variables)]

use crate::{
    error::MarketError,
    event::ResultChallenged,
    game::{contribution::Contribution, draw::Purpose, round::RoundKind, Round, Seat},
    state::{task_of, JobAccount, NewRound, RoundAccount, Worker, ROUND_SEED},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(task: u32)]
pub struct Appeal {
    /// The worker's node key, which signs, pays the rent of the round and gets it back at its closing. Checked by its
    /// address.
    #[account(mut, address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    /// The worker that contradicts the result. Checked by its program and its type.
    #[account(mut)]
    pub worker: Account<Worker>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: JobAccount,
    /// The round of forty-five, created here, so a task has only one.
    #[account(
        init,
        payer = node,
        space = RoundAccount::space_for(45),
        seeds = [
            ROUND_SEED,
            job.address().as_ref(),
            &task.to_le_bytes(),
            &[Purpose::Appeal as u8]
        ],
        bump
    )]
    pub round: RoundAccount,
    /// The task's round of five, which has decided. Checked by its program, its type and its task.
    pub dispute: RoundAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Appeal {
    /// Contradicts the verdict of a round of five, once. The appellant contributes what it takes to be right, under the bond
    /// and the penalty of every seat.
    ///
    /// # Specification
    /// - The signer shall be the worker's node key (`NotNode`).
    /// - The job shall be the posting that `seed` names (`OtherPosting`).
    /// - The job shall have the task (`NoSuchTask`).
    /// - `dispute` shall be the task's round of five (`WrongAccount`).
    /// - Its verdict shall stand, its hold run, and no appeal have decided about it (`NotStanding`).
    /// - The worker's collateral shall cover the whole penalty and the reserve (`NotEnoughCollateral`).
    /// - The challenge shall keep the limits of the worker's owner (`BeyondLimits`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `seed` - the job's seed, as the node read it.
    /// - `hash` - agreement hash of the result that the worker takes to be right.
    /// - `seal` - the worker's seal of that result.
    pub fn appeal(
        ctx: &mut Context<Self>,
        task: u32,
        seed: [u8; 32],
        hash: [u8; 32],
        seal: [u8; 32],
    ) -> Result<()> {
        let bump = ctx.bumps.round;
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let job = &mut accounts.job;
        if job.seed != seed {
            return Err(MarketError::OtherPosting.into());
        }
        if !accounts
            .dispute
            .is_of(job.address(), task, Purpose::Dispute)
        {
            return Err(MarketError::WrongAccount.into());
        }
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let mut seats = task_of(job, task)?;
        let mut round = Round::open(accounts.dispute.round.first_hash, true, now);
        if seats.challenge(now)? != RoundKind::Appeal {
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
        NewRound {
            purpose: Purpose::Appeal,
            job: *job.address(),
            task,
            payer: *accounts.node.address(),
            round,
            bump,
            pot_bump: 0,
        }
        .fill(
            &mut accounts.round,
            RoundKind::Appeal.seats(),
            Seat::default(),
        )?;
        emit!(ResultChallenged {
            job: *job.address(),
            challenger,
            task: task.into(),
            kind: RoundKind::Appeal as u8,
        });
        Ok(())
    }
}
