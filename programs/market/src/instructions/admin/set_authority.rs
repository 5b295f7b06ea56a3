use crate::{error::MarketError, event::AuthoritySet, state::Params};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetAuthority {
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Account<Params>,
}

impl SetAuthority {
    /// Nothing to check beyond the signer: a deployment passes the authority to governance once the first payment
    /// mint is allowed.
    pub fn set_authority(&mut self, authority: Address) -> Result<()> {
        self.params.authority = authority;
        emit!(AuthoritySet { authority });
        Ok(())
    }
}
