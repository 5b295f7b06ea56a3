//! What a job counts: tasks that are open, seats that are unsettled, money that is left.

use super::{Job, Source, CHALLENGER};
use crate::{
    error::{MarketError, RuleResult},
    game::{money::challenge_bond, round::RoundKind, Phase},
};

impl Job {
    /// Returns the whole penalty of a lie, bond and fixed part, base units of the stake mint.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn penalty(&self) -> RuleResult<u64> {
        let sum = self.bond.get().checked_add(self.lie.get());
        sum.ok_or(MarketError::Overflow)
    }

    /// Returns what the challenger binds that asks for a round with so many seats, and what its lie costs beside that, base
    /// units of the stake mint.
    ///
    /// # Errors
    /// `Overflow`.
    #[inline(never)]
    pub fn challenge_bond(&self, seats: usize) -> RuleResult<(u64, u64)> {
        challenge_bond(self.value.get(), self.bond.get(), self.penalty()?, seats)
            .ok_or(MarketError::Overflow)
    }

    /// Returns what a seat binds and what its lie costs beside that, base units of the stake mint.
    ///
    /// # Errors
    /// `Overflow`.
    #[inline(never)]
    pub fn bond_of(&self, source: Source, seat: u8) -> RuleResult<(u64, u64)> {
        match source {
            Source::Dispute if seat == CHALLENGER => {
                self.challenge_bond(RoundKind::Dispute.seats())
            }
            Source::Appeal if seat == CHALLENGER => self.challenge_bond(RoundKind::Appeal.seats()),
            _ => Ok((self.bond.get(), self.lie.get())),
        }
    }

    /// Books that a task went from one phase to another: its end, and fee and royalty of a proven result.
    ///
    /// # Errors
    /// `Overflow`.
    #[inline(always)]
    pub fn book_phase(&mut self, before: Phase, after: Phase, winners: u8) -> RuleResult<()> {
        if before.is_end() || !after.is_end() {
            return Ok(());
        }
        self.book_end(after, winners)
    }

    /// Books that a task ended with an attested result.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn book_attested(&mut self) -> RuleResult<()> {
        self.book_end(Phase::Final, 1)
    }

    #[inline(never)]
    fn book_end(&mut self, after: Phase, winners: u8) -> RuleResult<()> {
        self.open_tasks = minus(self.open_tasks.get(), 1)?.into();
        match after {
            Phase::Final => {
                self.proven_tasks = plus(self.proven_tasks.get(), 1)?.into();
                if winners > 0 {
                    let due = self.fees_due.get().checked_add(self.fee.get());
                    self.fees_due = due.ok_or(MarketError::Overflow)?.into();
                    let due = self.royalties_due.get().checked_add(self.royalty.get());
                    self.royalties_due = due.ok_or(MarketError::Overflow)?.into();
                }
            }
            Phase::Unproven => {
                self.unproven_tasks = plus(self.unproven_tasks.get(), 1)?.into();
            }
            _ => {}
        }
        Ok(())
    }

    /// Books contributions to seats of this account.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn book_contribution(&mut self) -> RuleResult<()> {
        self.unsettled = plus(self.unsettled.get(), 1)?.into();
        Ok(())
    }

    /// Books that `seats` of this account were settled and `paid` base units left the escrow.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn book_settled(&mut self, seats: u32, paid: u64) -> RuleResult<()> {
        self.unsettled = minus(self.unsettled.get(), seats)?.into();
        self.book_paid(paid)
    }

    /// Books that `paid` base units left the escrow.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn book_paid(&mut self, paid: u64) -> RuleResult<()> {
        let funds = self.funds.get().checked_sub(paid);
        self.funds = funds.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Books a new account of a check or a round.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn book_round(&mut self) -> RuleResult<()> {
        self.open_rounds = plus(self.open_rounds.get(), 1)?.into();
        Ok(())
    }

    /// Books that an account of a check or a round was closed.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn book_round_closed(&mut self) -> RuleResult<()> {
        self.open_rounds = minus(self.open_rounds.get(), 1)?.into();
        Ok(())
    }

    /// Books what a finished job still owes, `owed` in all, base units of the payment mint, after its seats were cut off. No task
    /// is left, and none can be added: seats that grew back would be empty.
    pub fn book_owed(&mut self, fees: u64, royalties: u64, owed: u64) {
        self.fees_due = fees.into();
        self.royalties_due = royalties.into();
        self.funds = owed.into();
        self.task_count = 0.into();
        self.claim_window = 0.into();
    }

    /// Returns whether the seats are cut off: the job is finished, and owes what could not be transferred.
    pub fn is_cut(&self) -> bool {
        self.task_count.get() == 0
    }

    /// Returns whether nothing is left to decide, to settle or to close.
    pub fn is_finished(&self) -> bool {
        self.open_tasks.get() == 0 && self.unsettled.get() == 0 && self.open_rounds.get() == 0
    }
}

pub(super) fn plus(a: u32, b: u32) -> RuleResult<u32> {
    a.checked_add(b).ok_or(MarketError::Overflow)
}

fn minus(a: u32, b: u32) -> RuleResult<u32> {
    a.checked_sub(b).ok_or(MarketError::Overflow)
}
