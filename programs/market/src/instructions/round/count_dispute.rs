use crate::{
    error::{MarketError, RuleResult},
    event::{emit, DisputeCounted},
    game::draw::Purpose,
    state::{check_seat, round_parts, task_of, task_parts, Census, JobAccount, RoundAccount},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CountDispute {
    /// The job of the dispute. Checked by its address.
    #[account(mut, address = dispute.job @ MarketError::WrongAccount)]
    pub job: Box<JobAccount>,
    /// A round of five. Checked by its program and its type, its kind by `validate`.
    #[account(mut)]
    pub dispute: Box<RoundAccount>,
    /// The task's round of forty-five, where it has one. Checked by its program, its type and its task.
    #[account(mut)]
    pub appeal: Option<Box<RoundAccount>>,
    /// The task's check, where it has one. Checked by its program, its type and its task.
    #[account(mut)]
    pub check: Option<Box<RoundAccount>>,
}

impl CountDispute {
    fn validate(&mut self) -> RuleResult<()> {
        let task = self.dispute.task.get();
        if self.dispute.purpose() != Purpose::Dispute {
            return Err(MarketError::WrongAccount);
        }
        if self.dispute.counted != 0 {
            return Err(MarketError::AlreadyCounted);
        }
        let appealed = task_of(&mut self.job, task)?.first()?.rounds > 1;
        match &self.appeal {
            None if appealed => Err(MarketError::AppealMissing),
            Some(appeal) if !appeal.is_of(self.job.address(), task, Purpose::Appeal) => {
                Err(MarketError::WrongAccount)
            }
            _ => Ok(()),
        }
    }

    /// Counts who pays for a dispute and who is paid, once its task has ended. Afterwards `penalize_worker` collects the
    /// penalties and `collect_award` pays them out.
    ///
    /// # Specification
    /// - The job shall be the dispute's (`WrongAccount`).
    /// - The account shall be that of a round of five (`WrongAccount`).
    /// - Appeal and check shall be the task's (`WrongAccount`).
    /// - A task with an appeal shall not be counted without it (`AppealMissing`).
    /// - A task with a check shall not be counted without it (`CheckMissing`).
    /// - The dispute shall not be counted (`AlreadyCounted`).
    /// - The task shall have ended (`TaskNotEnded`).
    pub fn count_dispute(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate()?;
        let clock = Clock::get()?;
        let dispute = &mut accounts.dispute;
        let task = dispute.task.get();
        let view = *accounts.job.view();
        let (job, mut seats) = task_parts(&mut accounts.job, task)?;
        let now = job.moment(clock.unix_timestamp, clock.slot)?;
        let before = seats.phase();
        let after = seats.finish(now)?;
        if !after.is_end() {
            return Err(MarketError::TaskNotEnded.into());
        }
        let winners = seats.first()?.winners;
        let mut census = Census::default();
        census.count_parties(seats.seats.iter());
        job.book_phase(before, after, winners)?;
        if let Some(appeal) = accounts.appeal.as_ref() {
            if appeal.round.verdict == 1 {
                let (header, members) = round_parts(dispute);
                let digest = &appeal.round.digest;
                header.round.overturn(members, digest, &job.seed, task);
            }
            census.count_parties([&appeal.round.challenger]);
            census.count_members(appeal.iter());
        }
        if let Some(check) =
            check_seat(accounts.check.as_deref_mut(), view.address(), task, &seats)?
        {
            census.count_parties([&*check]);
        }
        census.count_parties([&dispute.round.challenger]);
        census.count_members(dispute.iter());
        dispute.siblings =
            u8::from(accounts.appeal.is_some()).saturating_add(u8::from(accounts.check.is_some()));
        let penalty = job.penalty()?;
        dispute.count(&census, job.value.get(), penalty);
        emit(DisputeCounted {
            dispute: *dispute.address(),
            rejected: census.rejected.into(),
            members: census.members.into(),
            right: census.right.into(),
        });
        Ok(())
    }
}
