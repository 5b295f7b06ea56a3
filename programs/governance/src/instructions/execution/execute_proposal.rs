use crate::{
    addresses,
    cpi::Authority,
    error::{GovernanceError, RuleResult},
    event::{emit, GuardianOffered, ProposalExecuted},
    state::{Action, Kind, Params, Proposal},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

/// The accounts that single actions need follow as remaining accounts, in the order of the actions:
/// - a transfer: source, destination, token program;
/// - a grant: source, grant, its vault, mint, token program;
/// - allowing a mint: the record of the payment mint, the mint, the fee vault;
/// - setting a rate or an admission: the record of the payment mint.
///
/// Checked by each action.
#[derive(Accounts)]
pub struct ExecuteProposal {
    /// Whoever executes, who signs and pays the rent of grants and payment mints.
    #[account(mut)]
    pub executor: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any proposal. Checked by its program and its type.
    #[account(mut)]
    pub proposal: Box<Account<Proposal>>,
    /// Governance's authority, which signs calls of the other programs. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub authority: UncheckedAccount,
    /// The treasury, which signs token transfers. Checked by its seeds.
    #[account(seeds = [b"treasury"], bump)]
    pub treasury_authority: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID @ GovernanceError::WrongProgram)]
    pub staking_program: UncheckedAccount,
    /// Staking's parameters. Checked by their address.
    #[account(mut, address = addresses::STAKING_PARAMS @ GovernanceError::WrongAccounts)]
    pub staking_params: UncheckedAccount,
    /// The market program. Checked by its address.
    #[account(address = assay_market::ID @ GovernanceError::WrongProgram)]
    pub market_program: UncheckedAccount,
    /// The market's parameters. Checked by their address.
    #[account(mut, address = addresses::MARKET_PARAMS @ GovernanceError::WrongAccounts)]
    pub market_params: UncheckedAccount,
    /// The market's authority, which signs the market's call of staking. Checked by its address.
    #[account(address = addresses::MARKET_AUTHORITY @ GovernanceError::WrongAccounts)]
    pub market_authority: UncheckedAccount,
    /// The rewards program. Checked by its address.
    #[account(address = assay_rewards::ID @ GovernanceError::WrongProgram)]
    pub rewards_program: UncheckedAccount,
    /// The emission account, which holds the parameters of rewards. Checked by its address.
    #[account(mut, address = addresses::EMISSION @ GovernanceError::WrongAccounts)]
    pub emission: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

/// The remaining accounts that no action has taken yet.
pub(super) struct Rest<'a>(core::slice::Iter<'a, AccountView>);

impl<'a> Rest<'a> {
    /// Takes the next account.
    ///
    /// # Errors
    /// `WrongAccounts` if none is left.
    pub(super) fn take(&mut self) -> RuleResult<&'a AccountView> {
        self.0.next().ok_or(GovernanceError::WrongAccounts)
    }
}

impl ExecuteProposal {
    /// Executes all actions or none, in their order. An action that breaks a rule fails with the error of its program.
    ///
    /// # Specification
    /// - The programs given shall be those that actions name (`WrongProgram`).
    /// - The parameters given shall be theirs (`WrongAccounts`).
    /// - The vote shall have been opened (`VotingNotOpen`).
    /// - The vote shall have been opened in time (`ProposalLapsed`).
    /// - Nobody shall be able to vote or to reveal any more (`VotingOpen`).
    /// - The proposal shall have passed (`ProposalDefeated`).
    /// - The guardian shall not have vetoed it (`Vetoed`).
    /// - The proposal's hold-up shall be over (`HoldUpRunning`).
    /// - The proposal shall not have been executed before (`AlreadyExecuted`).
    /// - The proposal's execution window shall be open (`ProposalExpired`).
    /// - The proposal shall not be an upgrade (`WrongInstruction`).
    /// - No newer proposal that changed the same shall have been executed (`Superseded`).
    /// - No value shall lie below its floor (`BelowFloor`).
    /// - Spending shall not be paused (`Paused`).
    /// - No other proposal shall have spent in the last seven days (`SpentLately`).
    /// - All that the proposal takes of a mint shall stay within its share of what was there (`BeyondCap`).
    /// - Tokens shall move between the treasury's account and that of the wallet that the action names (`WrongTokenAccount`).
    /// - The accounts of the actions shall follow, in their order and no others (`WrongAccounts`).
    pub fn execute_proposal(ctx: &mut Context<Self>) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let remaining = ctx.remaining_accounts()?;
        let mut rest = Rest(remaining.iter());
        let accounts = &mut ctx.accounts;
        accounts.proposal.execute(now)?;
        let spends = |action: &Action| action.kind().is_ok_and(Kind::spends);
        if accounts.proposal.actions().iter().any(spends) {
            accounts.params.spend(now)?;
        }
        for place in 0..accounts.proposal.actions().len() {
            accounts.act(place, &mut rest, now)?;
        }
        if rest.0.next().is_some() {
            return Err(GovernanceError::WrongAccounts.into());
        }
        emit(ProposalExecuted {
            proposal: *accounts.proposal.address(),
            executed_at: accounts.proposal.executed_at,
        });
        Ok(())
    }

    /// Executes the action at `place`.
    #[inline(never)]
    fn act(&mut self, place: usize, rest: &mut Rest<'_>, now: i64) -> Result<()> {
        let action = self.proposal.actions().get(place).copied();
        let action = action.ok_or(GovernanceError::UnknownAction)?;
        self.params.mark(&action, self.proposal.index.get())?;
        match action.kind()? {
            Kind::SetParam => self.set_param(&action),
            Kind::Transfer => self.transfer(&action, place, rest),
            Kind::Grant => self.grant(&action, place, rest, now),
            Kind::AllowMint => self.allow_mint(&action, rest),
            Kind::SetRate | Kind::SetAdmits => self.set_mint(&action, rest),
            Kind::SetGuardian => {
                self.params.offer_guardian(action.address);
                emit(GuardianOffered { to: action.address });
                Ok(())
            }
            Kind::Upgrade => Err(GovernanceError::WrongInstruction.into()),
            Kind::Unpause => self.unpause(&action),
        }
    }

    pub(super) fn signs(&self) -> Authority<'_> {
        Authority {
            account: self.authority.account(),
            bump: self.params.authority_bump,
        }
    }
}
