//! Actors: keys that follow from their names, so that a failure reads the same in every run.

use crate::{Address, Keypair, Signer, TestContext};
use sha2::{Digest, Sha256};

const LAMPORTS: u64 = 1_000_000_000_000;

/// The key of this name, in every context.
pub(crate) fn keypair(name: &str) -> Keypair {
    let seed = Sha256::new()
        .chain_update("assay actor ")
        .chain_update(name);
    Keypair::new_from_array(seed.finalize().into())
}

impl TestContext {
    /// The actor of this name, funded with SOL when first asked for.
    pub fn actor(&mut self, name: &str) -> Keypair {
        let actor = keypair(name);
        if self.svm.get_balance(&actor.pubkey()).is_none() {
            self.svm
                .airdrop(&actor.pubkey(), LAMPORTS)
                .expect("the faucet is full");
        }
        actor
    }

    /// Sends `lamports` to any address.
    pub fn send_lamports(&mut self, to: &Address, lamports: u64) {
        self.svm.airdrop(to, lamports).expect("the faucet is full");
    }

    /// The address of the actor of this name.
    pub fn address_of(&mut self, name: &str) -> Address {
        self.actor(name).pubkey()
    }
}
