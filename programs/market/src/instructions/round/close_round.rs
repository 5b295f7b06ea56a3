use crate::{
    error::{MarketError, RuleResult},
    event::RoundClosed,
    game::draw::Purpose,
    state::{check_pot, task_of, JobAccount, RoundAccount},
};
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
    pub job: JobAccount,
    /// A check or round whose seats are settled, closed here. Checked by its program and its type, its state by `validate`.
    #[account(mut, close = payer)]
    pub round: RoundAccount,
    /// The pot of a dispute, closed with it; any account for a check or an appeal. Checked by `validate`.
    #[account(mut, unsafe(dup))]
    pub pot: UncheckedAccount,
    /// Staking's parameters, which name the stake mint. Checked by their program and type.
    pub staking_params: Account<StakingParams>,
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
        if !task_of(&mut self.job, task)?.phase().is_end() {
            return Err(MarketError::TaskNotEnded);
        }
        if !self.round.is_done() {
            return Err(MarketError::RoundNotDone);
        }
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
    /// - The task shall have ended (`TaskNotEnded`).
    /// - Every seat shall be settled, and every award of a dispute paid (`RoundNotDone`).
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
        emit!(RoundClosed {
            round: *accounts.round.address(),
            burned: burned.into(),
        });
        Ok(())
    }
}
