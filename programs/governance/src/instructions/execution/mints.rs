//! Actions that change payment mints.

use super::execute_proposal::{ExecuteProposal, Rest};
use crate::{
    addresses::derive,
    cpi::{self, MintAccounts},
    error::GovernanceError,
    payee::is_ata,
    state::{Action, Kind},
};
use anchor_lang::prelude::*;
use assay_market::state::MintChange;

impl ExecuteProposal {
    /// The fees go to the treasury, whoever executes: the fee vault is the associated token account of the treasury.
    #[inline(never)]
    pub(super) fn allow_mint(&mut self, action: &Action, rest: &mut Rest<'_>) -> Result<()> {
        let (payment_mint, mint, fee_vault) = (rest.take()?, rest.take()?, rest.take()?);
        if *mint.address() != action.address {
            return Err(GovernanceError::WrongAccounts.into());
        }
        let treasury = self.treasury_authority.address();
        if !is_ata(
            fee_vault,
            treasury,
            mint.address(),
            mint.owner(),
            action.bump,
        ) {
            return Err(GovernanceError::WrongTokenAccount.into());
        }
        let accounts = MintAccounts {
            payer: self.executor.account(),
            params: self.market_params.account(),
            payment_mint,
            mint,
            fee_vault,
            system_program: self.system_program.account(),
        };
        cpi::allow_mint(self.signs(), &accounts, action.value.get(), action.bump)
    }

    /// The record of the payment mint is checked by its address, which follows from the mint that the action names.
    #[inline(never)]
    pub(super) fn set_mint(&mut self, action: &Action, rest: &mut Rest<'_>) -> Result<()> {
        let payment_mint = rest.take()?;
        let seeds: [&[u8]; 2] = [b"payment_mint", action.address.as_ref()];
        let (expected, _) = derive(&seeds, &assay_market::ID);
        if *payment_mint.address() != expected {
            return Err(GovernanceError::WrongAccounts.into());
        }
        let change = if action.is(Kind::SetRate) {
            MintChange::Rate
        } else {
            MintChange::Admits
        };
        let market = (self.market_params.account(), self.market_program.account());
        cpi::set_mint(
            self.signs(),
            market,
            payment_mint,
            change,
            action.value.get(),
        )
    }
}
