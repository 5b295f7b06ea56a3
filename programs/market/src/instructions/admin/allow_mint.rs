use crate::{
    error::{MarketError, RuleResult},
    event::{emit, MintAllowed},
    state::{Params, PaymentMint},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct AllowMint {
    /// The authority on record in `params`, who signs. Checked by its address.
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    /// Pays the rent of the record and signs; may be the authority itself.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The record of the payment mint, created here, so a mint is allowed only once.
    #[account(init, payer = payer, seeds = [b"payment_mint", mint.address().as_ref()], bump)]
    pub payment_mint: Account<PaymentMint>,
    /// A mint of either token program whose extensions only describe it. Checked by `validate`.
    pub mint: UncheckedAccount,
    /// An associated token account of that mint that only its holder can move or close. Receives fees. Checked by
    /// `set_fee_vault`.
    pub fee_vault: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl AllowMint {
    fn validate(&self, stake_rate: u64) -> RuleResult<()> {
        if stake_rate == 0 {
            return Err(MarketError::ZeroAmount);
        }
        // No transfer fee, hook, permanent delegate or pause may come between an escrow and a worker.
        if !token::is_plain_mint(self.mint.account()) {
            return Err(MarketError::UnsupportedMint);
        }
        Ok(())
    }

    /// The mint may have a freeze authority: whoever allows a mint trusts it (decision 0012).
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    /// - The rate shall be greater than zero (`ZeroAmount`).
    /// - The mint shall be one of a token program, with no extension but those that describe it (`UnsupportedMint`).
    /// - The fee vault shall be the associated token account of its authority for the mint, and its alone (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `stake_rate` - worth of `RATE_UNIT` (10^9) base units of the mint, base units of the stake mint.
    /// - `vault_bump` - bump of the fee vault's address.
    pub fn allow_mint(ctx: &mut Context<Self>, stake_rate: u64, vault_bump: u8) -> Result<()> {
        ctx.accounts.validate(stake_rate)?;
        let bump = ctx.bumps.payment_mint;
        let accounts = &mut ctx.accounts;
        let allowed = &mut accounts.payment_mint;
        allowed.version = 1;
        allowed.admits = 1;
        allowed.mint = *accounts.mint.address();
        allowed.token_program = *accounts.mint.account().owner();
        allowed.set_fee_vault(accounts.fee_vault.account(), vault_bump)?;
        allowed.stake_rate = stake_rate.into();
        allowed.rate_changed_at = Clock::get()?.unix_timestamp.into();
        allowed.bump = bump;
        emit(MintAllowed {
            mint: allowed.mint,
            fee_authority: allowed.fee_authority,
            stake_rate: allowed.stake_rate,
        });
        Ok(())
    }
}
