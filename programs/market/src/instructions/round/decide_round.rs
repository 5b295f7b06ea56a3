use crate::{
    error::{MarketError, RuleResult},
    event::{emit, RoundDecided},
    game::{round::RoundKind, Moment, Rules},
    state::{check_seat, round_parts, task_of, task_parts, JobAccount, RoundAccount},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

/// What a majority, or the check that a requester asked for, contributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Opening {
    /// Digest of the result's record.
    pub digest: [u8; 32],
    /// Hash of the memory of the stopped run; zero where contributions are not blinded.
    pub memory: [u8; 32],
}

#[derive(Accounts)]
pub struct DecideRound {
    /// The job of the round. Checked by its address.
    #[account(mut, address = round.job @ MarketError::WrongAccount)]
    pub job: Box<JobAccount>,
    /// A round, or the check that a requester asked for. Checked by its program and its type.
    #[account(mut)]
    pub round: Box<RoundAccount>,
    /// The task's check, where it has one and a round is decided. Checked by its program, its type and its task.
    #[account(mut)]
    pub check: Option<Box<RoundAccount>>,
}

impl DecideRound {
    /// Opens the check that the requester asked for: the same digest lets the hold go on, another splits the task.
    fn open_recheck(&mut self, opening: &Opening, now: Moment, rules: &Rules) -> RuleResult<()> {
        let (seed, task) = (self.job.seed, self.round.task.get());
        let seat = self.round.get_mut(0).ok_or(MarketError::NoSuchSeat)?;
        let mut seats = task_of(&mut self.job, task)?;
        seats.open_recheck(
            seat,
            &opening.digest,
            &opening.memory,
            &seed,
            task,
            now,
            rules,
        )
    }

    fn decide(
        &mut self,
        kind: RoundKind,
        opening: Option<&Opening>,
        now: Moment,
        rules: &Rules,
    ) -> RuleResult<()> {
        let account = &mut self.round;
        let task = account.task.get();
        let view = *self.job.view();
        let (job, mut seats) = task_parts(&mut self.job, task)?;
        let seed = &job.seed;
        let (header, members) = round_parts(account);
        let round = &mut header.round;
        let outcome = match opening {
            Some(Opening { digest, memory }) => {
                round.decide(members, digest, memory, seed, task, now, rules)?
            }
            None => round.give_up(members, seed, task, now, rules)?,
        };
        let check = check_seat(self.check.as_deref_mut(), view.address(), task, &seats)?;
        let before = seats.phase();
        let first_hash = &account.round.first_hash;
        seats.apply(&outcome, kind, first_hash, check, seed, task, now, rules)?;
        let (after, winners) = (seats.phase(), seats.first()?.winners);
        job.book_phase(before, after, winners)
    }

    /// Decides a round by opening what its majority contributed. Without an opening, ends a round in which no hash has a
    /// majority, or whose majority did not open its result in time and is rejected for it. Anyone may call it.
    ///
    /// # Specification
    /// - The job shall be the round's (`WrongAccount`).
    /// - The check shall be the task's (`WrongAccount`).
    /// - A task with a check shall not be decided without it (`CheckMissing`).
    /// - The round shall not be decided (`RoundDecided`).
    /// - The round's end shall have come, or every seat have contributed (`RoundNotOver`).
    /// - One hash shall have a majority of all seats (`NoMajority`).
    /// - The time for the opening shall not be over (`DeadlinePassed`).
    /// - The opening shall be what the majority contributed (`WrongOpening`).
    /// - Without an opening, no majority shall have time left for one (`MajorityMustOpen`).
    /// - A check shall be one of a standing result, delivered and opened (`NotStanding`).
    ///
    /// # Arguments
    /// - `opening` - what the majority contributed; nothing to give the round up.
    pub fn decide_round(ctx: &mut Context<Self>, opening: Option<Opening>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let now = accounts.job.moment(clock.unix_timestamp, clock.slot)?;
        let rules = accounts.job.rules();
        match accounts.round.round_kind() {
            Some(kind) => accounts.decide(kind, opening.as_ref(), now, &rules)?,
            None => {
                let opening = opening.ok_or(MarketError::NotStanding)?;
                accounts.open_recheck(&opening, now, &rules)?;
            }
        }
        let phase = task_of(&mut accounts.job, accounts.round.task.get())?.phase();
        emit(RoundDecided {
            round: *accounts.round.address(),
            verdict: accounts.round.round.verdict,
            phase: phase as u8,
        });
        Ok(())
    }
}
