use crate::{
    error::{MarketError, RuleResult},
    event::{emit, MintAllowed},
    state::{Params, PaymentMint},
};
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};

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
    pub params: Account<Params>,
    /// The record of the payment mint, created here, so a mint is allowed only once.
    #[account(init, payer = payer, seeds = [b"payment_mint", mint.address().as_ref()], bump)]
    pub payment_mint: Account<PaymentMint>,
    /// A mint without extensions, of either token program. Checked by `validate`.
    pub mint: UncheckedAccount,
    /// A token account of that mint that only its holder can move or close. Receives fees. Checked by `validate`.
    pub fee_vault: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl AllowMint {
    fn validate(&self, stake_rate: u64) -> RuleResult<()> {
        if stake_rate == 0 {
            return Err(MarketError::ZeroAmount);
        }
        let mint = self.mint.account();
        let program = *mint.owner();
        // Under either token program a mint without extensions is exactly this long: no transfer fee, hook, permanent
        // delegate or pause can come between an escrow and a worker.
        if !token::is_token_program(&program) || mint.data_len() != token::MINT_LEN {
            return Err(MarketError::UnsupportedMint);
        }
        let vault = TokenAccount::read_with_extensions(self.fee_vault.account(), &program)
            .ok_or(MarketError::WrongTokenAccount)?;
        // If somebody could close or freeze the vault, jobs that owe a fee could not be closed.
        if &vault.mint != self.mint.address() || !vault.is_isolated() {
            return Err(MarketError::WrongTokenAccount);
        }
        Ok(())
    }

    /// The mint may have a freeze authority: whoever allows a mint trusts it (decision 0012).
    ///
    /// # Specification
    /// - The signer shall be the authority on record (`NotAuthority`).
    /// - The rate shall be greater than zero (`ZeroAmount`).
    /// - The mint shall be one of a token program, without extensions (`UnsupportedMint`).
    /// - The fee vault shall be a token account of the mint, and its holder's alone (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `stake_rate` - worth of `RATE_UNIT` (10^9) base units of the mint, base units of the stake mint.
    pub fn allow_mint(ctx: &mut Context<Self>, stake_rate: u64) -> Result<()> {
        ctx.accounts.validate(stake_rate)?;
        let bump = ctx.bumps.payment_mint;
        let accounts = &mut ctx.accounts;
        let allowed = &mut accounts.payment_mint;
        allowed.version = 1;
        allowed.mint = *accounts.mint.address();
        allowed.token_program = *accounts.mint.account().owner();
        allowed.fee_vault = *accounts.fee_vault.address();
        allowed.stake_rate = stake_rate.into();
        allowed.bump = bump;
        emit(MintAllowed {
            mint: allowed.mint,
            fee_vault: allowed.fee_vault,
            stake_rate: allowed.stake_rate,
        });
        Ok(())
    }
}
