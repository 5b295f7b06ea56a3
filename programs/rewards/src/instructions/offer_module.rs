use crate::{
    error::RewardsError,
    event::{emit, ModuleOffered},
    state::Module,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct OfferModule {
    /// The module's author, who signs. Checked by its address.
    #[account(address = module_record.author @ RewardsError::NotAuthor)]
    pub author: Signer,
    /// Any module's record. Checked by its program and its type.
    #[account(mut)]
    pub module_record: Account<Module>,
}

impl OfferModule {
    /// Two steps, so that no authorship goes to an address that nobody signs for. A later offer replaces an earlier one.
    ///
    /// # Specification
    /// - The signer shall be the module's author (`NotAuthor`).
    ///
    /// # Arguments
    /// - `to` - the wallet that may accept; zero takes the offer back.
    pub fn offer_module(ctx: &mut Context<Self>, to: Address) -> Result<()> {
        let record = &mut ctx.accounts.module_record;
        record.offered_to = to;
        emit(ModuleOffered {
            hash: record.hash,
            to,
        });
        Ok(())
    }
}
