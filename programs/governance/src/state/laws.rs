//! The laws between parameters, tried on copies before anybody votes.

use super::{
    kind::{Kind, Target},
    Action, Params,
};
use anchor_lang::prelude::*;
use assay_market::state::Params as MarketParams;
use assay_rewards::state::Emission;
use assay_staking::state::Params as StakingParams;

/// The parameters of the other programs, as they are now.
pub struct Laws<'a> {
    /// Staking's parameters.
    pub staking: &'a StakingParams,
    /// The market's parameters.
    pub market: &'a MarketParams,
    /// The parameters of rewards.
    pub emission: &'a Emission,
}

impl Laws<'_> {
    /// Sets every parameter that `actions` set, in their order, and checks after each what its program would check. At the
    /// execution the programs check again, because other votes may have changed other parameters.
    ///
    /// # Errors
    /// `BelowFloor`, and the error of the program that would refuse.
    #[inline(never)]
    pub fn check(&self, actions: &[Action], governance: &Params) -> Result<()> {
        let (mut staking, mut market, mut emission) = (*self.staking, *self.market, *self.emission);
        for action in actions.iter().filter(|action| action.is(Kind::SetParam)) {
            let (param, value) = (action.param, action.value.get());
            match action.target()? {
                Target::Governance => {
                    governance.check_floor(Params::parse(param, value)?, value)?;
                }
                Target::Staking => {
                    staking.put(StakingParams::parse(param, value)?, value);
                    staking.invariant()?;
                }
                Target::Market => {
                    market.put(MarketParams::parse(param, value)?, value);
                    market.invariant()?;
                    staking.exposure = market.exposure()?.into();
                    staking.invariant()?;
                }
                Target::Rewards => {
                    emission.put(Emission::parse(param, value)?, value);
                    emission.invariant()?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "laws_tests.rs"]
mod tests;
