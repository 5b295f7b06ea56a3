//! Attested jobs: attester sets, signatures, results.

use crate::{
    instruction::{
        market::{self, AttesterSignature, JobAddresses},
        staking,
    },
    keypairs::{keypair, provider_of, worker_of},
    pda::staking as staking_at,
    protocol::{market::GENESIS_HASH, work::digest_of},
    Address, Instruction, Signer, TestContext, TransactionFailure, TransactionResult, MINUTE,
};
use assay_market::state::{Attestation, JobTerms};

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

/// The attesters of the sets in tests.
pub const ATTESTERS: [&str; 5] = ["lab 1", "lab 2", "lab 3", "lab 4", "lab 5"];

/// Returns the keys of these attesters in the order of a set.
pub fn attester_keys(names: &[&str]) -> Vec<[u8; 32]> {
    let key = |name: &&str| keypair(name).pubkey().to_bytes();
    let mut keys: Vec<[u8; 32]> = names.iter().map(key).collect();
    keys.sort_unstable();
    keys
}

/// Returns the attester's signature over an attestation.
pub fn sign_attestation(name: &str, attestation: &Attestation) -> AttesterSignature {
    sign_bytes(name, &attestation.message())
}

/// Returns the attester's signature over any bytes.
pub fn sign_bytes(name: &str, message: &[u8]) -> AttesterSignature {
    let attester = keypair(name);
    AttesterSignature {
        key: attester.pubkey().to_bytes(),
        signature: attester.sign_message(message).into(),
    }
}

impl TestContext {
    /// Opens the set with this number of the actor, with the keys of these attesters. Returns its address.
    pub fn open_set(&mut self, authority: &str, id: u32, attesters: &[&str]) -> Address {
        let authority = self.actor(authority);
        let (owner, keys) = (authority.pubkey(), attester_keys(attesters));
        let open = staking::open_attester_set(owner, owner, id, keys);
        self.send(&[open], &[&authority]).expect("a set is opened");
        staking_at::attester_set(&owner, id)
    }

    /// Lets the actor, the authority of the set, vouch for the provider of the owner `name` until `expires_at`, Unix seconds.
    /// Returns the credential's address.
    pub fn issue_credential(
        &mut self,
        authority: &str,
        set: Address,
        name: &str,
        region: u16,
        expires_at: i64,
    ) -> Address {
        let (authority, provider) = (self.actor(authority), provider_of(name));
        let owner = authority.pubkey();
        let issue = staking::issue_credential(owner, owner, set, provider, region, expires_at);
        self.send(&[issue], &[&authority])
            .expect("a credential is issued");
        staking_at::credential(&set, &provider)
    }

    /// Posts a job of the actor whose results attesters of this set sign.
    pub fn post_attested(
        &mut self,
        requester: &str,
        terms: JobTerms,
        set: Address,
    ) -> JobAddresses {
        let mut order = self.post_job_params(requester, terms);
        order.attesters = Some(set);
        let posting = self.post_job_instructions(order);
        let signer = self.actor(requester);
        self.send(&posting, &[&signer]).expect("a job is posted");
        JobAddresses::new(order.requester, terms.nonce, order.payment)
    }

    /// Returns what attesters sign about an answer of the actor's worker. It is good for ten minutes.
    pub fn attestation(
        &self,
        name: &str,
        job: &JobAddresses,
        set: Address,
        task: u32,
        answer: &str,
    ) -> Attestation {
        let seed = self.job(job).0.seed;
        Attestation {
            genesis_hash: GENESIS_HASH,
            job: job.address,
            job_seed: seed,
            task,
            worker: worker_of(name),
            set,
            digest: digest_of(&seed, answer),
            fuel_used: 1_000,
            energy_mj: 0,
            expires_at: self.now() + 10 * MINUTE as i64,
        }
    }

    /// Returns the instructions with which the actor's node submits what these attesters have signed.
    pub fn submission(
        &mut self,
        name: &str,
        attestation: &Attestation,
        attesters: &[&str],
    ) -> Vec<Instruction> {
        let sign = |attester: &&str| sign_attestation(attester, attestation);
        let signatures: Vec<AttesterSignature> = attesters.iter().map(sign).collect();
        market::submit_attested(self.node(name).pubkey(), attestation, &signatures, None)
    }

    /// Submits what these attesters have signed, as the actor's node.
    pub fn submit(&mut self, name: &str, attestation: &Attestation, attesters: &[&str]) -> Sent {
        let steps = self.submission(name, attestation, attesters);
        let node = self.node(name);
        self.send(&steps, &[&node])
    }
}
