use crate::{
    event::{emit, ModuleAccepted},
    state::Module,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AcceptModule {
    /// The wallet that the authorship is offered to, who signs. Checked by the verb.
    pub author: Signer,
    /// Any module's record. Checked by its program and its type.
    #[account(mut)]
    pub module_record: Account<Module>,
}

impl AcceptModule {
    /// Royalties of jobs that were posted before still go to the former author.
    ///
    /// # Specification
    /// - The authorship shall be offered to the signer (`NotOffered`).
    pub fn accept_module(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.module_record.accept(accounts.author.address())?;
        emit(ModuleAccepted {
            hash: accounts.module_record.hash,
            author: accounts.module_record.author,
        });
        Ok(())
    }
}
