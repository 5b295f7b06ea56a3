use crate::{
    event::{emit, ProposalVetoed},
    state::{Params, Proposal},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct VetoProposal {
    /// The guardian on record in `params`, who signs. Checked by `check_guardian`.
    pub guardian: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any proposal. Checked by its program and its type.
    #[account(mut)]
    pub proposal: Box<Account<Proposal>>,
}

impl VetoProposal {
    /// The deposit returns, for the proposal had passed.
    ///
    /// # Specification
    /// - The signer shall be the guardian (`NotGuardian`).
    /// - The proposal shall have passed and be in its hold-up (`NotInHoldUp`).
    /// - The proposal shall not change the guardian (`CannotVeto`).
    pub fn veto_proposal(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let guardian = *accounts.guardian.address();
        accounts.params.check_guardian(&guardian)?;
        accounts.proposal.veto(Clock::get()?.unix_timestamp)?;
        emit(ProposalVetoed {
            proposal: *accounts.proposal.address(),
            guardian,
        });
        Ok(())
    }
}
