use crate::{
    error::{MarketError, RuleResult},
    event::{emit, AuthoritySet},
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AcceptAuthority {
    /// To whom the authority was offered, who signs. Checked by `validate`.
    pub authority: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
}

impl AcceptAuthority {
    fn validate(&self) -> RuleResult<()> {
        let offered = &self.params.offered;
        if self.authority.address() != offered || *offered == Address::default() {
            return Err(MarketError::NotOffered);
        }
        Ok(())
    }

    /// # Specification
    /// - The authority shall be offered to the signer (`NotOffered`).
    pub fn accept_authority(ctx: &mut Context<Self>) -> Result<()> {
        ctx.accounts.validate()?;
        let params = &mut ctx.accounts.params;
        let authority = params.offered;
        params.authority = authority;
        params.offered = Address::default();
        emit(AuthoritySet { authority });
        Ok(())
    }
}
