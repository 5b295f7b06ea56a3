use crate::{
    error::GovernanceError,
    event::{ParamSet, ProposalExecuted},
    state::{Action, Kind, Params, Proposal, Target},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ExecuteProposal {
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// Any proposal. Checked by its program and its type.
    #[account(mut)]
    pub proposal: Account<Proposal>,
    /// Governance's authority, which signs the changes. Checked by its seeds.
    #[account(seeds = [b"authority"], bump = params.authority_bump)]
    pub authority: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID @ GovernanceError::WrongProgram)]
    pub staking_program: UncheckedAccount,
    /// Staking's parameters. Checked by staking.
    #[account(mut)]
    pub staking_params: UncheckedAccount,
    /// The market program. Checked by its address.
    #[account(address = assay_market::ID @ GovernanceError::WrongProgram)]
    pub market_program: UncheckedAccount,
    /// The market's parameters. Checked by the market.
    #[account(mut)]
    pub market_params: UncheckedAccount,
    /// The market's authority, which signs the market's call of staking. Checked by the market.
    pub market_authority: UncheckedAccount,
    /// The rewards program. Checked by its address.
    #[account(address = assay_rewards::ID @ GovernanceError::WrongProgram)]
    pub rewards_program: UncheckedAccount,
    /// The emission account, which holds the parameters of rewards. Checked by rewards.
    #[account(mut)]
    pub emission: UncheckedAccount,
}

impl ExecuteProposal {
    /// Makes all changes or none. A change that breaks a rule between parameters fails with the error of its program.
    ///
    /// # Specification
    /// - The programs given shall be those that actions name (`WrongProgram`).
    /// - The proposal's voting shall have ended (`VotingOpen`).
    /// - The proposal shall have passed (`ProposalDefeated`).
    /// - The proposal's hold-up shall be over (`HoldUpRunning`).
    /// - The proposal shall not have been executed before (`AlreadyExecuted`).
    /// - The proposal's execution window shall be open (`ProposalExpired`).
    pub fn execute_proposal(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &mut ctx.accounts;
        accounts.proposal.execute(Clock::get()?.unix_timestamp)?;
        let proposal = *accounts.proposal;
        for action in proposal.actions() {
            match action.kind()? {
                Kind::SetParam => accounts.set_param(action)?,
            }
        }
        emit!(ProposalExecuted {
            proposal: *accounts.proposal.address(),
            executed_at: proposal.executed_at,
        });
        Ok(())
    }

    fn set_param(&mut self, action: &Action) -> Result<()> {
        let (param, value) = (action.param, action.value.get());
        let bump = [self.params.authority_bump];
        let signer: &[&[&[u8]]] = &[&[b"authority", &bump]];
        match action.target()? {
            Target::Governance => self.set_own_param(param, value),
            Target::Staking => {
                let accounts = assay_staking::cpi::accounts::SetParams {
                    authority: self.authority.cpi_handle(),
                    params: self.staking_params.cpi_handle_mut(),
                };
                let program = self.staking_program.address();
                let cpi = CpiContext::new_with_signer(program, accounts, signer);
                assay_staking::cpi::set_params(cpi, param, value)
            }
            Target::Market => {
                let accounts = assay_market::cpi::accounts::SetParams {
                    authority: self.authority.cpi_handle(),
                    params: self.market_params.cpi_handle_mut(),
                    market_authority: self.market_authority.cpi_handle(),
                    staking_params: self.staking_params.cpi_handle_mut(),
                    staking_program: self.staking_program.cpi_handle(),
                };
                let program = self.market_program.address();
                let cpi = CpiContext::new_with_signer(program, accounts, signer);
                assay_market::cpi::set_params(cpi, param, value)
            }
            Target::Rewards => {
                let accounts = assay_rewards::cpi::accounts::SetParams {
                    authority: self.authority.cpi_handle(),
                    emission: self.emission.cpi_handle_mut(),
                };
                let program = self.rewards_program.address();
                let cpi = CpiContext::new_with_signer(program, accounts, signer);
                assay_rewards::cpi::set_params(cpi, param, value)
            }
        }
    }

    fn set_own_param(&mut self, param: u8, value: u64) -> Result<()> {
        let own = Params::parse(param, value)?;
        self.params.put(own, value);
        emit!(ParamSet {
            value: value.into(),
            param,
        });
        Ok(())
    }
}
