use crate::{
    error::MarketError,
    event::MintAllowed,
    state::{read_wallet, Params, PaymentMint},
};
use anchor_lang::prelude::*;
use assay_shared::token;

#[derive(Accounts)]
pub struct AllowMint {
    #[account(address = params.authority @ MarketError::NotAuthority)]
    pub authority: Signer,
    /// Often the authority itself.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    #[account(init, payer = payer, seeds = [b"payment_mint", mint.address().as_ref()], bump)]
    pub payment_mint: Account<PaymentMint>,
    pub mint: UncheckedAccount,
    pub fee_vault: UncheckedAccount,
    pub system_program: Program<System>,
}

impl AllowMint {
    /// A mint without extensions is exactly 82 bytes under either token program: no fee, hook, delegate or pause can
    /// come between the escrow and a worker. Its freeze authority can: whoever allows a mint trusts that (decision 0012).
    /// `fee_vault`: nobody but its holder can close it, or jobs could not be closed.
    ///
    /// Errors: `ZeroAmount`, `UnsupportedMint`, `WrongTokenAccount`.
    fn validate(&self, stake_rate: u64) -> core::result::Result<(), MarketError> {
        if stake_rate == 0 {
            return Err(MarketError::ZeroAmount);
        }
        let mint = self.mint.account();
        let program = *mint.owner();
        if !token::is_token_program(&program) || mint.data_len() != token::MINT_LEN {
            return Err(MarketError::UnsupportedMint);
        }
        let vault = read_wallet(self.fee_vault.account(), &program)
            .ok_or(MarketError::WrongTokenAccount)?;
        if &vault.mint != self.mint.address() || vault.shared_control || vault.frozen {
            return Err(MarketError::WrongTokenAccount);
        }
        Ok(())
    }

    pub fn allow_mint(ctx: &mut Context<Self>, stake_rate: u64) -> Result<()> {
        ctx.accounts.validate(stake_rate)?;
        let bump = ctx.bumps.payment_mint;
        let accounts = &mut ctx.accounts;
        let allowed = &mut accounts.payment_mint;
        allowed.mint = *accounts.mint.address();
        allowed.token_program = *accounts.mint.account().owner();
        allowed.fee_vault = *accounts.fee_vault.address();
        allowed.stake_rate = stake_rate.into();
        allowed.bump = bump;
        emit!(MintAllowed {
            mint: allowed.mint,
            fee_vault: allowed.fee_vault,
            stake_rate: allowed.stake_rate,
        });
        Ok(())
    }
}
