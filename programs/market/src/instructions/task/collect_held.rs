use super::settlement::check_destination;
use crate::{
    error::{MarketError, RuleResult},
    event::{emit, HeldCollected},
    state::Worker,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

#[derive(Accounts)]
pub struct CollectHeld {
    /// The worker's owner. Receives the rent of `held`; signs to be paid into any account. Checked by its address.
    #[account(mut, address = worker.owner @ MarketError::NotOwner)]
    pub owner: UncheckedAccount,
    /// Any worker. Checked by its program and its type.
    pub worker: Box<Account<Worker>>,
    /// A token account of the worker's account, closed here. Checked by `validate`.
    #[account(mut)]
    pub held: UncheckedAccount,
    /// The associated token account of the beneficiary for the same mint, or any if the owner signs. Receives the tokens. Checked by
    /// `validate`; the mint by the transfer.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// The token program of the mint. Checked by the transfer.
    pub token_program: UncheckedAccount,
}

impl CollectHeld {
    /// Returns the balance in base units and the mint.
    fn validate(&self, bump: u8) -> RuleResult<(u64, Address)> {
        let program = &self.token_program;
        let held = TokenAccount::read_with_extensions(self.held.account(), program.address())
            .ok_or(MarketError::WrongTokenAccount)?;
        if held.authority != *self.worker.address() {
            return Err(MarketError::WrongTokenAccount);
        }
        if !self.owner.account().is_signer() {
            let (payee, mint) = (&self.worker.beneficiary, &held.mint);
            check_destination(&self.destination, program, payee, mint, bump)?;
        }
        if held.amount == 0 {
            return Err(MarketError::NothingToCollect);
        }
        Ok((held.amount, held.mint))
    }

    /// Moves what `hold_pay` left with the worker's account to its beneficiary, and closes the holding account.
    ///
    /// # Specification
    /// - `owner` shall be the worker's owner (`NotOwner`).
    /// - The holding account shall be a token account of the worker's account (`WrongTokenAccount`).
    /// - The tokens shall go to the beneficiary's associated token account, unless the owner signs (`WrongTokenAccount`).
    /// - The holding account shall not be empty (`NothingToCollect`).
    ///
    /// # Arguments
    /// - `bump` - bump of the destination's address; not read if the owner signs.
    pub fn collect_held(ctx: &mut Context<Self>, bump: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        let (amount, mint) = accounts.validate(bump)?;
        let (provider, own_bump) = (accounts.worker.provider, [accounts.worker.bump]);
        let seeds = [
            Seed::from(b"worker".as_slice()),
            Seed::from(provider.as_ref()),
            Seed::from(&own_bump),
        ];
        token::pay_out(
            accounts.token_program.address(),
            accounts.held.account(),
            accounts.worker.account(),
            &[(accounts.destination.account(), amount)],
            Some(accounts.owner.account()),
            &[PdaSigner::from(&seeds)],
        )?;
        emit(HeldCollected {
            worker: *accounts.worker.address(),
            mint,
            amount: amount.into(),
        });
        Ok(())
    }
}
