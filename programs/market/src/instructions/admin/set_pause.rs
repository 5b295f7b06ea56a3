use crate::{
    error::MarketError,
    event::PauseSet,
    state::{pause, Params},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetPause {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
}

impl SetPause {
    /// A pause stops new work and new collateral. It never stops a delivery, a verdict, a payment or a refund.
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    /// - Every bit shall mean an operation (`ParamOutOfBounds`).
    ///
    /// # Arguments
    /// - `paused` - operations to pause: 1 posting, 2 extending, 4 claiming, 8 adding collateral.
    pub fn set_pause(ctx: &mut Context<Self>, paused: u64) -> Result<()> {
        if paused & !pause::ALL != 0 {
            return Err(MarketError::ParamOutOfBounds.into());
        }
        ctx.accounts.params.paused = paused.into();
        emit!(PauseSet {
            paused: paused.into(),
        });
        Ok(())
    }
}
