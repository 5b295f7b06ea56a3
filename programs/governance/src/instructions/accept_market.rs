use crate::{
    addresses,
    cpi::{self, Authority},
    error::GovernanceError,
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct AcceptMarket {
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Governance's authority, which accepts. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub authority: UncheckedAccount,
    /// The market program. Checked by its address.
    #[account(address = assay_market::ID @ GovernanceError::WrongProgram)]
    pub market_program: UncheckedAccount,
    /// The market's parameters. Checked by their address.
    #[account(mut, address = addresses::MARKET_PARAMS @ GovernanceError::WrongAccounts)]
    pub market_params: UncheckedAccount,
}

impl AcceptMarket {
    /// Anyone may call it: an authority that was offered to governance is governance's.
    ///
    /// # Specification
    /// - The program shall be the market (`WrongProgram`).
    /// - The parameters shall be the market's (`WrongAccounts`).
    /// - The market's authority shall have been offered to governance (`MarketError::NotOffered`).
    pub fn accept_market(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let authority = Authority {
            account: accounts.authority.account(),
            bump: accounts.params.authority_bump,
        };
        cpi::accept_market(authority, accounts.market_params.account())
    }
}
