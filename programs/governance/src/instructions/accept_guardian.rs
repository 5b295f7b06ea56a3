use crate::{
    event::{emit, GuardianAccepted},
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AcceptGuardian {
    /// The wallet that a vote offered the office to, who signs. Checked by `accept_guardian`.
    pub guardian: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
}

impl AcceptGuardian {
    /// # Specification
    /// - The signer shall be the wallet that a vote offered the office to (`NotGuardian`).
    pub fn accept_guardian(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let guardian = *accounts.guardian.address();
        accounts.params.accept_guardian(&guardian)?;
        emit(GuardianAccepted { guardian });
        Ok(())
    }
}
