use crate::{
    error::MarketError,
    event::RoundDecided,
    game::Round,
    state::{check_seat, task_of, JobAccount, RoundAccount},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct DecideRound {
    /// The job of the round. Checked by its address.
    #[account(mut, address = round.job @ MarketError::WrongAccount)]
    pub job: JobAccount,
    /// A round of five or forty-five. Checked by its program and its type, its kind by the verb.
    #[account(mut)]
    pub round: RoundAccount,
    /// The task's check, where it has one. Checked by its program, its type and its task.
    #[account(mut)]
    pub check: Option<RoundAccount>,
}

impl DecideRound {
    /// Opens what the majority of a round contributed, which decides the task. Whoever knows digest and memory hash may.
    ///
    /// # Specification
    /// - The job shall be the round's (`WrongAccount`).
    /// - The account shall be that of a round (`WrongAccount`).
    /// - The check shall be the task's (`WrongAccount`).
    /// - A task with a check shall not be moved without it (`CheckMissing`).
    /// - The round shall not be decided (`RoundDecided`).
    /// - The round's end shall have come, or every seat have contributed (`RoundNotOver`).
    /// - One hash shall have a majority of all seats (`NoMajority`).
    /// - The time for the opening shall not be over (`DeadlinePassed`).
    /// - Digest and memory hash shall be what the majority contributed (`WrongOpening`).
    ///
    /// # Arguments
    /// - `digest` - digest of the result's record.
    /// - `memory` - hash of the memory of the stopped run; zero where the round is not blinded.
    pub fn decide_round(ctx: &mut Context<Self>, digest: [u8; 32], memory: [u8; 32]) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let clock = Clock::get()?;
        let (job, account) = (&mut accounts.job, &mut accounts.round);
        let kind = account.round_kind().ok_or(MarketError::WrongAccount)?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let (rules, seed, task) = (job.rules(), job.seed, account.task.get());
        let mut round: Round = account.round;
        let outcome = round.decide(
            account.as_mut_slice(),
            &digest,
            &memory,
            &seed,
            task,
            now,
            &rules,
        )?;
        account.round = round;
        let check = check_seat(&mut accounts.check, job, task)?;
        let mut seats = task_of(job, task)?;
        let before = seats.phase();
        seats.apply(
            &outcome,
            kind,
            &round.first_hash,
            check,
            &seed,
            task,
            now,
            &rules,
        )?;
        let (after, winners) = (seats.phase(), seats.first()?.winners);
        job.book_phase(before, after, winners)?;
        emit!(RoundDecided {
            round: *account.address(),
            verdict: round.verdict,
            phase: after as u8,
        });
        Ok(())
    }
}
