use crate::{
    error::RewardsError,
    event::{emit, ModuleRetired},
    state::Module,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RetireModule {
    /// The module's author, who signs. Checked by its address.
    #[account(address = module_record.author @ RewardsError::NotAuthor)]
    pub author: Signer,
    /// Whoever paid the rent, and receives it; may be the author. Checked by its address.
    #[account(mut, unsafe(dup), address = module_record.payer @ RewardsError::WrongAccount)]
    pub payer: UncheckedAccount,
    /// Any module's record, closed here. Checked by its program and its type.
    #[account(mut, close = payer)]
    pub module_record: Account<Module>,
}

impl RetireModule {
    /// Jobs that were posted before still owe their royalties.
    ///
    /// # Specification
    /// - The signer shall be the module's author (`NotAuthor`).
    /// - The rent shall go to whoever paid it (`WrongAccount`).
    pub fn retire_module(ctx: &mut Context<Self>) -> Result<()> {
        emit(ModuleRetired {
            hash: ctx.accounts.module_record.hash,
        });
        Ok(())
    }
}
