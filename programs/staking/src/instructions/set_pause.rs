use crate::{
    error::StakingError,
    event::{emit, PauseSet},
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetPause {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ StakingError::NotAuthority)]
    pub authority: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
}

impl SetPause {
    /// A pause ends by itself. It stops what brings stake in or binds it; nothing that leaves, pays or is judged.
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    /// - Every bit shall be one of `pause` (`ParamOutOfBounds`).
    ///
    /// # Arguments
    /// - `bits` - operations to pause, bits of `pause`; 0 lifts the pause.
    /// - `until` - Unix time at which the pause ends, seconds.
    pub fn set_pause(ctx: &mut Context<Self>, bits: u64, until: i64) -> Result<()> {
        ctx.accounts.params.set_pause(bits, until)?;
        emit(&PauseSet {
            bits: bits.into(),
            until: until.into(),
        });
        Ok(())
    }
}
