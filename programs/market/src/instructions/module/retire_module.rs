use crate::{
    error::MarketError,
    event::{emit, ModuleRetired},
    state::Module,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RetireModule {
    /// The module's author, who signs. Checked by its address.
    #[account(address = module_record.author @ MarketError::NotAuthor)]
    pub author: Signer,
    /// Whoever paid the rent, and receives it. Checked by its address.
    #[account(mut, address = module_record.payer @ MarketError::WrongAccount)]
    pub payer: UncheckedAccount,
    /// Any module's record, closed here. Checked by its program and its type.
    #[account(mut, close = payer)]
    pub module_record: Box<Account<Module>>,
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
