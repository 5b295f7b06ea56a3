//! Actions that set a parameter or end a pause.

use super::ExecuteProposal;
use crate::{
    cpi::{self, MarketAccounts},
    error::GovernanceError,
    event::{emit, ParamSet, PauseLifted},
    state::{Action, Params, Target},
};
use anchor_lang::prelude::*;

impl ExecuteProposal {
    pub(super) fn set_param(&mut self, action: &Action) -> Result<()> {
        let (param, value) = (action.param, action.value.get());
        match action.target()? {
            Target::Governance => {
                let own = Params::parse(param, value)?;
                self.params.put(own, value);
                self.params.invariant()?;
                emit(ParamSet {
                    value: value.into(),
                    param,
                });
                Ok(())
            }
            Target::Staking => {
                let params = self.staking_params.account();
                cpi::set_staking_param(self.signs(), params, param, value)
            }
            Target::Market => {
                let accounts = MarketAccounts {
                    params: self.market_params.account(),
                    authority: self.market_authority.account(),
                    staking_params: self.staking_params.account(),
                    staking_program: self.staking_program.account(),
                };
                cpi::set_market_param(self.signs(), &accounts, param, value)
            }
            Target::Rewards => {
                let emission = self.emission.account();
                cpi::set_rewards_param(self.signs(), emission, param, value)
            }
        }
    }

    /// The guardian's next pause must wait as if the pause had not been ended: whom a vote overrules gains no time by it.
    pub(super) fn unpause(&mut self, action: &Action) -> Result<()> {
        match action.target()? {
            Target::Governance => self.params.set_pause(0, 0),
            Target::Staking => {
                cpi::pause_staking(self.signs(), self.staking_params.account(), 0, 0)?;
            }
            Target::Market => cpi::pause_market(self.signs(), self.market_params.account(), 0, 0)?,
            Target::Rewards => return Err(GovernanceError::UnknownProgram.into()),
        }
        emit(PauseLifted {
            target: action.target,
        });
        Ok(())
    }
}
