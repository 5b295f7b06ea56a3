use crate::{
    error::{MarketError, RuleResult},
    event::{emit, RoundClosed},
    game::{draw::Purpose, Seat},
    state::{check_pot, task_of, JobAccount, RoundAccount},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};
use assay_staking::state::Params as StakingParams;
use pinocchio::cpi::Signer as PdaSigner;

#[derive(Accounts)]
pub struct CloseRound {
    /// The wallet that paid the rent and gets it back; need not sign. Checked by its address.
    #[account(mut, address = round.payer @ MarketError::NotOwner)]
    pub payer: UncheckedAccount,
    /// The job of the check or round. Checked by its address.
    #[account(mut, address = round.job @ MarketError::WrongAccount)]
    pub job: Box<JobAccount>,
    /// A check or round whose seats are settled, closed here. Checked by its program and its type, its state by `validate`.
    #[account(mut, close = payer)]
    pub round: Box<RoundAccount>,
    /// The task's dispute, where a check or appeal of a disputed task is closed. Checked by its program, its type and its task.
    #[account(mut)]
    pub dispute: Option<Box<RoundAccount>>,
    /// The pot of a dispute, closed with it; any account for a check or an appeal. Checked by `validate`.
    #[account(mut, unsafe(dup))]
    pub pot: UncheckedAccount,
    /// Staking's parameters, which name the stake mint. Checked by their program and type.
    pub staking_params: Box<Account<StakingParams>>,
    /// The stake mint, of which the rest of the pot is burned. Checked by its address.
    #[account(mut, address = staking_params.stake_mint @ MarketError::WrongAccount)]
    pub stake_mint: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl CloseRound {
    fn validate(&mut self) -> RuleResult<()> {
        let task = self.round.task.get();
        let seats = task_of(&mut self.job, task)?;
        if !seats.phase().is_end() {
            return Err(MarketError::TaskNotEnded);
        }
        let is_sibling = self.round.purpose() != Purpose::Dispute && seats.is_accused();
        if !self.round.is_done() {
            return Err(MarketError::RoundNotDone);
        }
        if !is_sibling {
            return Ok(());
        }
        // The dispute is counted with this account, and pays the award of a check by it.
        let job = self.job.address();
        let dispute = self.dispute.as_mut().ok_or(MarketError::WrongAccount)?;
        if !dispute.is_of(job, task, Purpose::Dispute) {
            return Err(MarketError::WrongAccount);
        }
        let is_check = self.round.purpose() == Purpose::LateSeat;
        let unpaid = self.round.get(0).is_some_and(Seat::awaits_award);
        if dispute.counted == 0 || (is_check && unpaid) {
            return Err(MarketError::RoundNotDone);
        }
        dispute.siblings = dispute.siblings.saturating_sub(1);
        Ok(())
    }

    /// Burns what is left in the pot of a dispute and closes it.
    fn close_pot(&self) -> Result<u64> {
        let (round, mint) = (&self.round, &self.staking_params.stake_mint);
        check_pot(&self.pot, round.address(), mint, round.pot_bump)?;
        let held = TokenAccount::read(self.pot.account(), &token::TOKEN)
            .ok_or(MarketError::WrongTokenAccount)?
            .amount;
        let (task, ends) = (round.task.get().to_le_bytes(), [[round.kind], [round.bump]]);
        let seeds = round.signer_seeds(&task, &ends);
        let signer = [PdaSigner::from(&seeds)];
        let (pot, authority) = (self.pot.account(), round.account());
        if held > 0 {
            let mint = self.stake_mint.account();
            token::burn(&token::TOKEN, pot, mint, authority, held, &signer)?;
        }
        token::close(&token::TOKEN, pot, self.payer.account(), authority, &signer)?;
        Ok(held)
    }

    /// # Specification
    /// - The rent shall go to the wallet that paid it (`NotOwner`).
    /// - The job shall be the round's (`WrongAccount`).
    /// - A check or appeal of a disputed task shall name the dispute (`WrongAccount`).
    /// - The task shall have ended (`TaskNotEnded`).
    /// - Every seat shall be settled and every award paid (`RoundNotDone`).
    /// - A dispute shall be counted, and closed after the task's other accounts (`RoundNotDone`).
    /// - The mint shall be the staked token's (`WrongAccount`).
    /// - The pot of a dispute shall be its own (`WrongTokenAccount`).
    pub fn close_round(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.validate()?;
        let burned = if accounts.round.purpose() == Purpose::Dispute {
            accounts.close_pot()?
        } else {
            0
        };
        accounts.job.book_round_closed()?;
        emit(RoundClosed {
            round: *accounts.round.address(),
            burned: burned.into(),
        });
        Ok(())
    }
}
