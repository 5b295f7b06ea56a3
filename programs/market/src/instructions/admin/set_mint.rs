use crate::{
    error::MarketError,
    event::{emit, MintSet},
    state::{MintChange, Params, PaymentMint},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetMint {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The record of a mint that the authority allowed. Checked by its program and its type.
    #[account(mut)]
    pub payment_mint: Box<Account<PaymentMint>>,
    /// The new fee vault, where the fee authority changes: the associated token account of that authority for the mint. Checked
    /// by `set_fee_vault`.
    pub fee_vault: Option<UncheckedAccount>,
}

impl SetMint {
    /// Jobs keep the amounts they were posted under; their fees go to the vault of the day on which they close.
    ///
    /// # Specification
    /// - The change shall exist (`UnknownParam`).
    /// - The signer shall be the authority on record (`NotAuthority`).
    /// - One change shall at most double or halve the rate (`RateChangeTooLarge`).
    /// - The rate shall be changed at most once a day (`RateChangedRecently`).
    /// - A mint shall be closed with 0 and opened with 1 (`ParamOutOfBounds`).
    /// - A new fee vault shall be the associated token account of its authority for the mint (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `change` - 0 for the rate, 1 for whether new jobs are admitted, 2 for the fee authority.
    /// - `value` - the new rate; 1 or 0; the bump of the fee vault's address.
    pub fn set_mint(ctx: &mut Context<Self>, change: u8, value: u64) -> Result<()> {
        let change = MintChange::parse(change)?;
        let accounts = &mut ctx.accounts;
        let mint = &mut accounts.payment_mint;
        match change {
            MintChange::Rate => mint.set_rate(value, Clock::get()?.unix_timestamp)?,
            MintChange::Admits => mint.set_admits(value)?,
            MintChange::FeeAuthority => {
                let vault = accounts.fee_vault.as_ref();
                let vault = vault.ok_or(MarketError::WrongTokenAccount)?;
                let bump = u8::try_from(value).map_err(|_| MarketError::WrongTokenAccount)?;
                mint.set_fee_vault(vault.account(), bump)?;
            }
        }
        emit(MintSet {
            mint: mint.mint,
            fee_authority: mint.fee_authority,
            stake_rate: mint.stake_rate,
            admits: mint.admits,
        });
        Ok(())
    }
}
