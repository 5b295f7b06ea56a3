use super::payout::{check_destination, pay_out};
use crate::{
    error::{CoverError, RuleResult},
    event::CoverSettled,
    state::Cover,
};
use anchor_lang::prelude::*;
use assay_rewards::state::Receipt;
use assay_shared::token;

#[derive(Accounts)]
pub struct SettleCover {
    /// The cover's insurer, who receives the rent; need not sign. Checked by its address.
    #[account(mut, address = cover.insurer @ CoverError::WrongAccount)]
    pub insurer: UncheckedAccount,
    /// Any cover, closed here. Checked by its program and its type, its deadline by `validate`.
    #[account(mut, close = insurer)]
    pub cover: Account<Cover>,
    /// The cover's vault, closed here. Checked by its seeds.
    #[account(
        mut,
        seeds = [b"cover_vault", cover.address().as_ref()],
        bump = cover.vault_bump
    )]
    pub vault: UncheckedAccount,
    /// Any receipt of a result of the market. Its program, type and version are checked by `validate`, what it says by the cover.
    pub receipt: UncheckedAccount,
    /// The insured's associated token account. Receives the money. Checked by `validate`.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
}

impl SettleCover {
    /// Returns the figure that the cover pays on.
    fn validate(&self, bump: u8, now: i64) -> RuleResult<u64> {
        self.cover.check_running(now)?;
        check_destination(&self.destination, &self.cover.insured, &self.cover, bump)?;
        // Only the rewards program writes into its accounts, and it writes a receipt only of a result that the market proved. So
        // owner, type and version are all that must be checked; the address adds nothing.
        let receipt = self.receipt.account();
        if !receipt.owned_by(&assay_rewards::ID) {
            return Err(CoverError::NotReceipt);
        }
        let data = receipt.try_borrow().map_err(|_| CoverError::NotReceipt)?;
        let (receipt, output) = Receipt::read(&data).ok_or(CoverError::NotReceipt)?;
        self.cover.check_receipt(receipt, output)
    }

    /// One receipt may settle any number of covers: each has money of its own, and each pays once.
    ///
    /// # Specification
    /// - The rent shall go to the insurer (`WrongAccount`).
    /// - The deadline shall not be over (`CoverExpired`).
    /// - The money shall go to the associated token account of the insured (`WrongTokenAccount`).
    /// - The receipt shall be one of the rewards program, of a known version (`NotReceipt`).
    /// - The receipt shall be of the cover's module (`WrongModule`).
    /// - The receipt shall be of the cover's input (`WrongInput`).
    /// - The run shall have ended with exit code zero (`RunFailed`).
    /// - The job shall have been paid in the mint that the cover names (`WrongJobMint`).
    /// - Workers, or the attesters that the cover names, shall have verified the result (`WrongPolicy`).
    /// - Enough results or signatures shall agree (`TooFewAgreed`).
    /// - Enough stake shall have stood behind each result (`WeakBacking`).
    /// - No more stake shall have stood behind each result than the cover allows (`StakeOutOfReach`).
    /// - Requirements that the cover does not allow shall not have bound everybody who ran the task (`ClosedSeats`).
    /// - Nobody shall have disputed the result if the cover asks for that (`Disputed`).
    /// - The receipt shall keep the output, with the figure in it (`NoFigure`).
    /// - The figure shall reach the threshold (`BelowThreshold`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the insured's associated token account.
    pub fn settle_cover(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        let figure = accounts.validate(bump, Clock::get()?.unix_timestamp)?;
        let paid = pay_out(
            &accounts.cover,
            &accounts.vault,
            &accounts.destination,
            &accounts.insurer,
        )?;
        emit!(CoverSettled {
            cover: *accounts.cover.address(),
            receipt: *accounts.receipt.address(),
            figure: figure.into(),
            paid: paid.into(),
        });
        Ok(())
    }
}
