use anchor_lang::prelude::*;

/// What an attester set vouches for about a provider. Seeds: `credential`, set, provider.
#[account]
pub struct Credential {
    /// Version of this layout: 1.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Region that the provider's machines are in, ISO 3166-1 numeric country code; 0 when not vouched for.
    pub region: PodU16,
    /// The attester set.
    pub set: Address,
    /// The set's authority, which issued the credential and may revoke it.
    pub authority: Address,
    /// The provider.
    pub provider: Address,
    /// Wallet that paid the rent and gets it back.
    pub payer: Address,
    /// Unix time from which the credential is worth nothing, seconds.
    pub expires_at: PodI64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

impl Credential {
    /// Returns whether the credential is worth nothing any more at the Unix time `now`.
    pub fn is_expired(&self, now: i64) -> bool {
        now >= self.expires_at.get()
    }
}
