#![allow(
    unused_variables,
    reason = "Anchor's derive binds arguments that it does not use"
)]

use crate::{
    error::{MarketError, RuleResult},
    event::{emit, RoundOpened},
    game::{contribution::Contribution, draw::Purpose, round::RoundKind, task::flag, Moment},
    state::{check_pot, task_of, JobAccount, NewRound, RoundAccount, Worker, ROUND_SEED},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

/// What a worker contradicts a standing result with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ChallengeArgs {
    /// The job's seed, as the node read it.
    pub seed: [u8; 32],
    /// Agreement hash of the result that the worker takes to be right.
    pub hash: [u8; 32],
    /// The worker's seal of that result.
    pub seal: [u8; 32],
}

#[derive(Accounts)]
#[instruction(task: u32, kind: u8)]
pub struct OpenRound {
    /// Pays the rent of the round, gets it back at its closing, and signs. Any wallet; a challenger's node key.
    #[account(mut)]
    pub payer: Signer,
    /// The worker that contradicts a standing result. Checked by its program and its type, its node key by `challenge`.
    #[account(mut)]
    pub worker: Option<Box<Account<Worker>>>,
    /// The worker of the task's first seat, for a round of five. Checked by its program and its type, its address by the verb.
    #[account(mut)]
    pub accused: Option<Box<Account<Worker>>>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// The round, created here, so a task has only one of each kind.
    #[account(
        init,
        payer = payer,
        space = RoundAccount::space_for(RoundKind::seats_of(kind)),
        seeds = [
            ROUND_SEED,
            job.address().as_ref(),
            &task.to_le_bytes(),
            &[kind]
        ],
        bump
    )]
    pub round: RoundAccount,
    /// The task's round of five, for an appeal. Checked by its program, its type and its task.
    pub dispute: Option<Box<RoundAccount>>,
    /// Collects the penalties of the task: the associated token account of its round of five for the stake mint, which an
    /// earlier instruction of the same transaction creates. Checked by the verb.
    pub pot: UncheckedAccount,
    /// Staking's parameters, which name the stake mint. Checked by their program and type.
    pub staking_params: Box<Account<assay_staking::state::Params>>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl OpenRound {
    /// Takes the challenge to a standing result. Returns the worker that makes it.
    fn challenge(
        &mut self,
        challenge: &ChallengeArgs,
        seats: usize,
        now: Moment,
        unix_time: i64,
    ) -> RuleResult<Address> {
        let worker = self.worker.as_mut().ok_or(MarketError::WorkerMissing)?;
        if self.payer.address() != &worker.node {
            return Err(MarketError::NotNode);
        }
        if self.job.seed != challenge.seed {
            return Err(MarketError::OtherPosting);
        }
        let contribution = Contribution {
            hash: challenge.hash,
            seal: challenge.seal,
        };
        let address = *worker.address();
        let round = &mut self.round;
        round.round.set_challenger(&address, &contribution, now);
        round.book_claim()?;
        let (bond, lie) = self.job.challenge_bond(seats)?;
        worker.lock_challenge(bond, lie, unix_time)?;
        Ok(address)
    }

    /// Opens a round on seats that disagree, which anyone may, or on a standing result that a worker contradicts. The
    /// challenger contributes what it takes to be right, without rank, under the bond and the penalty of every seat. The
    /// second round of a task is the appeal.
    ///
    /// # Specification
    /// - The job shall have the task (`NoSuchTask`).
    /// - The kind shall be that of a round (`NotStanding`).
    /// - Without a challenge, the seats of the task shall disagree, or one of them have sealed wrongly (`NotSplit`).
    /// - The time to open such a round shall not be over (`DeadlinePassed`).
    /// - With a challenge, the result shall stand, and its hold run (`NotStanding`).
    /// - A challenge shall contradict the result (`NotContradicting`).
    /// - The kind shall be that of the task's next round (`NotStanding`).
    /// - A round of five shall name the worker of the first seat, an appeal the task's round of five (`WrongAccount`).
    /// - The pot of a round of five shall be its associated token account for the stake mint (`WrongTokenAccount`).
    /// - A challenge shall name its worker (`WorkerMissing`).
    /// - It shall be signed by the worker's node key (`NotNode`).
    /// - The job shall be the posting that its seed names (`OtherPosting`).
    /// - The challenger's collateral shall cover the whole penalty (`NotEnoughCollateral`).
    /// - The challenge shall keep the limits of the worker's owner (`BeyondLimits`).
    ///
    /// # Arguments
    /// - `task` - index of the task in the job.
    /// - `kind` - 1 for a round of five, 2 for the appeal of forty-five.
    /// - `pot_bump` - bump of the pot's address; of an appeal any number.
    /// - `challenge` - what contradicts a standing result; nothing where seats disagree.
    pub fn open_round(
        ctx: &mut Context<Self>,
        task: u32,
        kind: u8,
        pot_bump: u8,
        challenge: Option<ChallengeArgs>,
    ) -> Result<()> {
        let bump = ctx.bumps.round;
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let job = &mut accounts.job;
        let address = *job.address();
        let seed = job.seed;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let kind = RoundKind::parse(kind).ok_or(MarketError::NotStanding)?;
        let mut seats = task_of(job, task)?;
        let first_hash = match (&accounts.dispute, kind) {
            (None, RoundKind::Dispute) => seats.first_hash(&seed, task)?,
            (Some(dispute), RoundKind::Appeal)
                if dispute.is_of(&address, task, Purpose::Dispute) =>
            {
                dispute.round.first_hash
            }
            _ => return Err(MarketError::WrongAccount.into()),
        };
        let public = seats.has(flag::OPEN);
        let next = match &challenge {
            None => seats.open_round(now)?,
            Some(challenge) => {
                let contribution = Contribution {
                    hash: challenge.hash,
                    seal: challenge.seal,
                };
                seats.challenge(&contribution, &seed, task, now)?
            }
        };
        if next != kind {
            return Err(MarketError::NotStanding.into());
        }
        let first = seats.first()?.worker;
        match (accounts.accused.as_mut(), kind) {
            (Some(accused), RoundKind::Dispute) if *accused.address() == first => {
                accused.accuse(job.lie.get());
            }
            (None, RoundKind::Appeal) => {}
            _ => return Err(MarketError::WrongAccount.into()),
        }
        job.book_round()?;
        NewRound {
            purpose: kind.purpose(),
            job: address,
            task,
            payer: *accounts.payer.address(),
            bump,
            pot_bump,
        }
        .fill(&mut accounts.round, kind.seats())?;
        accounts.round.round.begin(&first_hash, public, now);
        let challenger = match &challenge {
            Some(challenge) => {
                accounts.challenge(challenge, kind.seats(), now, clock.unix_timestamp)?
            }
            None => Address::default(),
        };
        if kind == RoundKind::Dispute {
            check_pot(
                &accounts.pot,
                accounts.round.address(),
                &accounts.staking_params.stake_mint,
                pot_bump,
            )?;
        }
        emit(RoundOpened {
            job: address,
            challenger,
            task: task.into(),
            kind: kind as u8,
        });
        Ok(())
    }
}
