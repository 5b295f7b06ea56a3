use crate::{
    addresses,
    cpi::{self, Authority},
    error::GovernanceError,
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_market::state::MintChange;

#[derive(Accounts)]
pub struct CloseMint {
    /// The guardian on record in `params`, who signs. Checked by `check_guardian`.
    pub guardian: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Governance's authority, which signs calls of the other programs. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub authority: UncheckedAccount,
    /// The market program. Checked by its address.
    #[account(address = assay_market::ID @ GovernanceError::WrongProgram)]
    pub market_program: UncheckedAccount,
    /// The market's parameters. Checked by their address.
    #[account(address = addresses::MARKET_PARAMS @ GovernanceError::WrongAccounts)]
    pub market_params: UncheckedAccount,
    /// The record of any payment mint. Checked by the market.
    #[account(mut)]
    pub payment_mint: UncheckedAccount,
}

impl CloseMint {
    /// Closes a payment mint to new jobs at once, when its token has lost its worth. A vote opens it again.
    ///
    /// # Specification
    /// - The signer shall be the guardian (`NotGuardian`).
    /// - The program shall be the market (`WrongProgram`).
    /// - The parameters shall be the market's (`WrongAccounts`).
    pub fn close_mint(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts
            .params
            .check_guardian(accounts.guardian.address())?;
        let authority = Authority {
            account: accounts.authority.account(),
            bump: accounts.params.authority_bump,
        };
        let market = (
            accounts.market_params.account(),
            accounts.market_program.account(),
        );
        let payment_mint = accounts.payment_mint.account();
        cpi::set_mint(authority, market, payment_mint, MintChange::Admits, 0)
    }
}
