use crate::{
    clock,
    error::StakingError,
    event::{emit, CredentialRevoked},
    state::Credential,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RevokeCredential {
    /// The authority that issued the credential, or anyone once it is expired; signs. Checked by the verb.
    pub signer: Signer,
    /// Whoever paid the rent, and receives it; may be the signer. Checked by its address.
    #[account(mut, unsafe(dup), address = credential.payer @ StakingError::WrongRecipient)]
    pub payer: UncheckedAccount,
    /// Any credential, closed here. Checked by its program and its type.
    #[account(mut, close = payer)]
    pub credential: Account<Credential>,
}

impl RevokeCredential {
    /// A claim that the credential admitted stays valid.
    ///
    /// # Specification
    /// - The rent shall go to whoever paid it (`WrongRecipient`).
    /// - The signer shall be the authority that issued the credential, until it expires (`NotAuthority`).
    pub fn revoke_credential(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let credential = &accounts.credential;
        let is_authority = *accounts.signer.address() == credential.authority;
        if !is_authority && !credential.is_expired(clock::now()?) {
            return Err(StakingError::NotAuthority.into());
        }
        emit(&CredentialRevoked {
            credential: *credential.address(),
        });
        Ok(())
    }
}
