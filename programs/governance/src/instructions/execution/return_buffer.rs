use super::execute_upgrade::upgrade_of;
use crate::{
    error::{GovernanceError, RuleResult},
    event::{emit, BufferReturned},
    loader,
    state::{Params, Proposal},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::deployer::UPGRADEABLE_LOADER;

#[derive(Accounts)]
pub struct ReturnBuffer {
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// A finished proposal to upgrade. Checked by its program and its type, and by `validate`.
    pub proposal: Box<Account<Proposal>>,
    /// The upgrader, which signs calls of the loader. Checked by its seeds.
    #[account(seeds = [b"upgrade"], bump)]
    pub upgrade_authority: UncheckedAccount,
    /// A buffer with the bytes that were voted on. Checked by `check_buffer`.
    #[account(mut)]
    pub buffer: UncheckedAccount,
    /// The wallet that the action names, which gets the authority over the buffer. Checked by `validate`.
    pub wallet: UncheckedAccount,
    /// The upgradeable loader. Checked by its address.
    #[account(address = UPGRADEABLE_LOADER)]
    pub loader: UncheckedAccount,
}

impl ReturnBuffer {
    fn validate(&self, now: i64) -> RuleResult<()> {
        let proposal = &self.proposal;
        let action = upgrade_of(proposal)?;
        if !proposal.is_finished(now) {
            return Err(GovernanceError::ProposalLive);
        }
        if proposal.executed_at.get() != 0 {
            return Err(GovernanceError::AlreadyExecuted);
        }
        if !proposal.passes() {
            return Err(GovernanceError::ProposalDefeated);
        }
        if *self.wallet.address() != action.other {
            return Err(GovernanceError::WrongRecipient);
        }
        let authority = self.upgrade_authority.address();
        loader::check_buffer(self.buffer.account(), authority, &action.address)
    }

    /// Gives back the buffer of an upgrade that passed and was not executed, because it was vetoed or nobody sent it in time. Of
    /// proposals that did not pass nothing is given back: everybody can propose a hash, and would collect the buffers of others.
    /// So whoever uploads passes a buffer to the upgrader in the transaction of the upgrade, not before.
    ///
    /// # Specification
    /// - The proposal shall be an upgrade (`WrongInstruction`).
    /// - The proposal shall not be open to votes or to execution (`ProposalLive`).
    /// - The proposal shall not have been executed (`AlreadyExecuted`).
    /// - The vote shall have passed (`ProposalDefeated`).
    /// - The authority shall go to the wallet that the action names (`WrongRecipient`).
    /// - The buffer shall be the upgrader's, with the hash that was voted on (`WrongBuffer`).
    pub fn return_buffer(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.validate(Clock::get()?.unix_timestamp)?;
        loader::return_buffer(
            accounts.buffer.account(),
            accounts.upgrade_authority.account(),
            accounts.wallet.account(),
            accounts.params.upgrade_bump,
        );
        emit(BufferReturned {
            buffer: *accounts.buffer.address(),
            proposal: *accounts.proposal.address(),
            wallet: *accounts.wallet.address(),
        });
        Ok(())
    }
}
