//! Attester sets and credentials.

use anchor_lang::prelude::*;

/// An attester set was opened.
#[event(bytemuck)]
#[repr(C)]
pub struct AttesterSetOpened {
    /// The set.
    pub set: Address,
    /// Wallet that issues its credentials and may close it.
    pub authority: Address,
    /// SHA-256 of the set's address and its keys.
    pub identity: [u8; 32],
    /// Number that the authority chose.
    pub id: PodU32,
    /// Number of keys.
    pub count: u8,
}

/// An attester set was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct AttesterSetClosed {
    /// The set.
    pub set: Address,
}

/// A credential was issued.
#[event(bytemuck)]
#[repr(C)]
pub struct CredentialIssued {
    /// The credential.
    pub credential: Address,
    /// The attester set that vouches.
    pub set: Address,
    /// The provider.
    pub provider: Address,
    /// Unix time from which the credential is worth nothing, seconds.
    pub expires_at: PodI64,
    /// Region that is vouched for, ISO 3166-1 numeric country code; 0 for none.
    pub region: PodU16,
}

/// A credential was revoked, or removed because it was expired.
#[event(bytemuck)]
#[repr(C)]
pub struct CredentialRevoked {
    /// The credential.
    pub credential: Address,
}
