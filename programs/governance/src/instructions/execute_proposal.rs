use crate::{
    error::GovernanceError,
    event::{ParamSet, ProposalExecuted},
    state::{Action, Kind, Params, Proposal, Target},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ExecuteProposal {
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(mut)]
    pub proposal: Account<Proposal>,
    /// Signs for the passed proposal.
    #[account(seeds = [b"authority"], bump = params.authority_bump)]
    pub authority: UncheckedAccount,
    #[account(address = assay_staking::ID @ GovernanceError::WrongProgram)]
    pub staking_program: UncheckedAccount,
    #[account(mut)]
    pub staking_params: UncheckedAccount,
    #[account(address = assay_market::ID @ GovernanceError::WrongProgram)]
    pub market_program: UncheckedAccount,
    #[account(mut)]
    pub market_params: UncheckedAccount,
    /// The market tells staking of longer windows under this signature.
    pub market_authority: UncheckedAccount,
    #[account(address = assay_rewards::ID @ GovernanceError::WrongProgram)]
    pub rewards_program: UncheckedAccount,
    /// Where the rewards program keeps its parameters.
    #[account(mut)]
    pub emission: UncheckedAccount,
}

impl ExecuteProposal {
    /// The other programs' accounts beside the program itself: each program knows its own. That it is time, and the
    /// first time: `Proposal::execute`.
    pub fn execute_proposal(&mut self) -> Result<()> {
        self.proposal.execute(Clock::get()?.unix_timestamp)?;
        let proposal = *self.proposal;
        for action in proposal.actions() {
            match action.kind()? {
                Kind::SetParam => self.set_param(action)?,
            }
        }
        emit!(ProposalExecuted {
            proposal: *self.proposal.address(),
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
