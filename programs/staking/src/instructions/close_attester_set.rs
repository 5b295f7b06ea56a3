use crate::{
    error::StakingError,
    event::{emit, AttesterSetClosed},
    state::AttesterSet,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CloseAttesterSet {
    /// The set's authority, who signs. Checked by its address.
    #[account(address = set.authority @ StakingError::NotAuthority)]
    pub authority: Signer,
    /// Whoever paid the rent, and receives it; may be the authority. Checked by its address.
    #[account(mut, unsafe(dup), address = set.payer @ StakingError::WrongRecipient)]
    pub payer: UncheckedAccount,
    /// Any attester set, closed here. Checked by its program and its type.
    #[account(mut, close = payer)]
    pub set: Account<AttesterSet>,
}

impl CloseAttesterSet {
    /// Jobs that wait for the set's signatures are refunded when their claim window ends. Its credentials stay until they
    /// expire or are revoked.
    ///
    /// # Specification
    /// - The signer shall be the set's authority (`NotAuthority`).
    /// - The rent shall go to whoever paid it (`WrongRecipient`).
    pub fn close_attester_set(ctx: &mut Context<Self>) -> Result<()> {
        emit(&AttesterSetClosed {
            set: *ctx.accounts.set.address(),
        });
        Ok(())
    }
}
