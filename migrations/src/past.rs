//! What may have happened on chain before a migration began.

use crate::Result;
use assay_client::{
    pda::{governance, market},
    Client,
};
use assay_governance::state::Params as GovernanceParams;
use assay_market::state::Params as MarketParams;

/// What the chain said before the first step of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Past {
    /// Whether the market belonged to governance. Before it does, no vote allows or changes a payment mint, no guardian closes one,
    /// and governance must not get it without the founders' locks.
    pub governed: bool,
    /// Whether anybody had published a proposal.
    pub proposed: bool,
}

impl Past {
    /// Reads the chain. Nothing has happened where nothing is initialized.
    pub fn read(client: &Client) -> Result<Self> {
        let market = client.try_fetch::<MarketParams>(&market::params())?;
        let votes = client.try_fetch::<GovernanceParams>(&governance::params())?;
        Ok(Self {
            governed: market.is_some_and(|params| params.authority == governance::authority()),
            proposed: votes.is_some_and(|params| params.proposal_count.get() > 0),
        })
    }

    /// Returns whether the deployment was set up and voted on. From then on payment mints may have been allowed, and founders may
    /// have withdrawn their locks. A proposal that was published earlier changes nothing about that.
    pub fn has_votes(self) -> bool {
        self.governed && self.proposed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_alone_decides_nothing() {
        for (governed, proposed) in [(false, false), (true, false), (false, true)] {
            assert!(!Past { governed, proposed }.has_votes());
        }
        let (governed, proposed) = (true, true);
        assert!(Past { governed, proposed }.has_votes());
    }
}
