use crate::{
    clock,
    error::StakingError,
    event::{emit, CredentialIssued},
    state::{AttesterSet, Credential, Provider},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct IssueCredential {
    /// The set's authority, who signs. Checked by its address.
    #[account(address = set.authority @ StakingError::NotAuthority)]
    pub authority: Signer,
    /// Pays the rent of the credential, gets it back at its closing, and signs; may be the authority itself.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// Any attester set. Checked by its program and its type.
    pub set: Account<AttesterSet>,
    /// The provider that the set vouches for. Checked by its program and its type.
    pub provider: Account<Provider>,
    /// The credential, created here, so a set vouches for a provider only once at a time.
    #[account(
        init,
        payer = payer,
        seeds = [b"credential", set.address().as_ref(), provider.address().as_ref()],
        bump
    )]
    pub credential: Account<Credential>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl IssueCredential {
    /// # Specification
    /// - The signer shall be the set's authority (`NotAuthority`).
    /// - The credential shall not be expired when it is issued (`CredentialExpired`).
    ///
    /// # Arguments
    /// - `region` - where the provider's machines are, ISO 3166-1 numeric country code; 0 when not vouched for.
    /// - `expires_at` - Unix time from which the credential is worth nothing, seconds.
    pub fn issue_credential(ctx: &mut Context<Self>, region: u16, expires_at: i64) -> Result<()> {
        let bump = ctx.bumps.credential;
        let accounts = &mut ctx.accounts;
        let credential = &mut accounts.credential;
        credential.version = 1;
        credential.bump = bump;
        credential.region = region.into();
        credential.set = *accounts.set.address();
        credential.authority = *accounts.authority.address();
        credential.provider = *accounts.provider.address();
        credential.payer = *accounts.payer.address();
        credential.expires_at = expires_at.into();
        if credential.is_expired(clock::now()?) {
            return Err(StakingError::CredentialExpired.into());
        }
        emit(&CredentialIssued {
            credential: *credential.address(),
            set: credential.set,
            provider: credential.provider,
            expires_at: credential.expires_at,
            region: credential.region,
        });
        Ok(())
    }
}
