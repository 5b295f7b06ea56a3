//! Deterministic keypairs: each follows from a name, so that addresses and failures are the same in every run.

use crate::pda::{market as market_at, staking as staking_at};
use crate::{Address, Keypair, Signer};
use sha2::{Digest, Sha256};

/// The actor that holds the upgrade authority of every program.
pub const DEPLOYER: &str = "deployer";

/// Lamports that every actor starts with.
pub(crate) const LAMPORTS: u64 = 1_000_000_000_000;

/// Returns the keypair of the actor of this name.
pub fn keypair(name: &str) -> Keypair {
    let seed = Sha256::new()
        .chain_update("assay actor ")
        .chain_update(name);
    Keypair::new_from_array(seed.finalize().into())
}

/// Returns the address of the actor of this name.
pub fn address_of(name: &str) -> Address {
    keypair(name).pubkey()
}

/// Returns the name of the actor that is the node key of the provider of the actor `name`.
pub fn node_of(name: &str) -> String {
    format!("{name}'s node")
}

/// Returns the address of the actor's provider.
pub fn provider_of(name: &str) -> Address {
    staking_at::provider(&address_of(name))
}

/// Returns the address of the actor's worker.
pub fn worker_of(name: &str) -> Address {
    market_at::worker(&provider_of(name))
}
