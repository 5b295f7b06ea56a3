use crate::{
    addresses,
    error::{GovernanceError, RuleResult},
    event::{emit, ProgramUpgraded, ProposalExecuted},
    loader::{self, UpgradeAccounts},
    state::{Action, Kind, Params, Proposal},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::deployer::UPGRADEABLE_LOADER;

#[derive(Accounts)]
pub struct ExecuteUpgrade {
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any proposal. Checked by its program and its type.
    #[account(mut)]
    pub proposal: Box<Account<Proposal>>,
    /// The upgrader, which signs calls of the loader. Checked by its seeds.
    #[account(seeds = [b"upgrade"], bump)]
    pub upgrade_authority: UncheckedAccount,
    /// The program that the action names. Checked by `validate`.
    #[account(mut)]
    pub program: UncheckedAccount,
    /// The program's ProgramData account. Checked by `validate`.
    #[account(mut)]
    pub program_data: UncheckedAccount,
    /// A buffer with the bytes that were voted on, which only the upgrader can write. Checked by `check_buffer`.
    #[account(mut)]
    pub buffer: UncheckedAccount,
    /// The wallet that the action names, which receives the buffer's rent. Checked by `validate`.
    #[account(mut)]
    pub spill: UncheckedAccount,
    /// The sysvar `Rent`. Checked by its address.
    #[account(address = addresses::RENT)]
    pub rent: UncheckedAccount,
    /// The sysvar `Clock`. Checked by its address.
    #[account(address = addresses::CLOCK)]
    pub clock: UncheckedAccount,
    /// The upgradeable loader. Checked by its address.
    #[account(address = UPGRADEABLE_LOADER)]
    pub loader: UncheckedAccount,
}

/// Returns the upgrade that a proposal consists of.
///
/// # Errors
/// `WrongInstruction`.
pub(super) fn upgrade_of(proposal: &Proposal) -> RuleResult<&Action> {
    let action = proposal.actions().first();
    action
        .filter(|action| action.is(Kind::Upgrade))
        .ok_or(GovernanceError::WrongInstruction)
}

impl ExecuteUpgrade {
    fn validate(&self, action: &Action) -> RuleResult<()> {
        let target = action.target()?;
        let is_target = *self.program.address() == addresses::program(target)
            && *self.program_data.address() == addresses::program_data(target);
        if !is_target {
            return Err(GovernanceError::WrongProgram);
        }
        // The loader would pay the rent to any account that the executor names.
        if *self.spill.address() != action.other {
            return Err(GovernanceError::WrongRecipient);
        }
        let authority = self.upgrade_authority.address();
        loader::check_buffer(self.buffer.account(), authority, &action.address)
    }

    /// Hashing the buffer costs about half a compute unit a byte.
    ///
    /// # Specification
    /// - The proposal shall be an upgrade (`WrongInstruction`).
    /// - The vote shall have been opened (`VotingNotOpen`).
    /// - The vote shall have been opened in time (`ProposalLapsed`).
    /// - Nobody shall be able to vote or to reveal any more (`VotingOpen`).
    /// - The proposal shall have passed (`ProposalDefeated`).
    /// - The guardian shall not have vetoed it (`Vetoed`).
    /// - The proposal's hold-up shall be over (`HoldUpRunning`).
    /// - The proposal shall not have been executed before (`AlreadyExecuted`).
    /// - The proposal's execution window shall be open (`ProposalExpired`).
    /// - No newer upgrade of the same program shall have been executed (`Superseded`).
    /// - Program and ProgramData shall be those of the action's target (`WrongProgram`).
    /// - The buffer's rent shall go to the wallet that the action names (`WrongRecipient`).
    /// - Only the upgrader shall be able to write the buffer, whose bytes shall have the hash that was voted on (`WrongBuffer`).
    pub fn execute_upgrade(ctx: &mut Context<Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let action = *upgrade_of(&accounts.proposal)?;
        accounts.proposal.execute(now)?;
        let index = accounts.proposal.index.get();
        accounts.params.mark(&action, index)?;
        accounts.validate(&action)?;
        let named = UpgradeAccounts {
            program_data: accounts.program_data.account(),
            program: accounts.program.account(),
            buffer: accounts.buffer.account(),
            spill: accounts.spill.account(),
            rent: accounts.rent.account(),
            clock: accounts.clock.account(),
            upgrade_authority: accounts.upgrade_authority.account(),
        };
        loader::upgrade(&named, accounts.params.upgrade_bump);
        let proposal = *accounts.proposal.address();
        emit(ProgramUpgraded {
            proposal,
            hash: action.address,
            target: action.target,
        });
        emit(ProposalExecuted {
            proposal,
            executed_at: accounts.proposal.executed_at,
        });
        Ok(())
    }
}
