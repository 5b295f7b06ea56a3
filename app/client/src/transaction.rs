//! A transaction's way: instructions are signed, what is signed is sent, what is sent is confirmed or refused.

use crate::{Client, Error, Result};
use anchor_lang::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_rpc_client_api::config::RpcSendTransactionConfig;
use solana_signature::Signature;
use solana_signer::Signer as _;
use solana_transaction::Transaction;
use std::{
    thread,
    time::{Duration, Instant},
};

/// How often a confirmation is asked for.
const POLL: Duration = Duration::from_millis(50);
/// A blockhash lives 150 slots: a minute on a public cluster, less on a fast local one.
const CONFIRM_WITHIN: Duration = Duration::from_secs(60);

/// A signed transaction that was not sent yet. Only `Client::sign` makes one; journal it before `Client::send`.
#[must_use]
pub struct Signed {
    transaction: Transaction,
    signature: Signature,
}

impl Signed {
    pub fn signature(&self) -> Signature {
        self.signature
    }
}

impl Client {
    /// Signs `instructions`; the first of `signers` pays the fee.
    pub fn sign(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Signed> {
        let payer: Address = signers
            .first()
            .map(|signer| signer.pubkey())
            .ok_or_else(|| Error::Sign("nobody pays".into()))?;
        let blockhash = self
            .rpc()
            .get_latest_blockhash()
            .map_err(|e| self.error(e))?;
        let mut transaction = Transaction::new_with_payer(instructions, Some(&payer));
        transaction
            .try_sign(signers, blockhash)
            .map_err(|e| Error::Sign(e.to_string()))?;
        let signature = transaction
            .signatures
            .first()
            .copied()
            .ok_or_else(|| Error::Sign("no signature".into()))?;
        Ok(Signed {
            transaction,
            signature,
        })
    }

    /// Sends and waits until the cluster has confirmed it.
    ///
    /// Errors: `Refused` with the broken rule, `Expired`, `Unreachable`.
    pub fn send(&self, signed: Signed) -> Result<Signature> {
        let config = RpcSendTransactionConfig {
            preflight_commitment: Some(self.rpc().commitment().commitment),
            ..RpcSendTransactionConfig::default()
        };
        self.rpc()
            .send_transaction_with_config(&signed.transaction, config)
            .map_err(|e| self.error(e))?;
        self.confirm(signed.signature)
    }

    fn confirm(&self, signature: Signature) -> Result<Signature> {
        let started = Instant::now();
        let commitment = self.rpc().commitment();
        while started.elapsed() < CONFIRM_WITHIN {
            let statuses = self.rpc().get_signature_statuses(&[signature]);
            let statuses = statuses.map_err(|e| self.error(e))?.value;
            if let Some(Some(status)) = statuses.into_iter().next() {
                if let Some(error) = &status.err {
                    return Err(Error::refusal(error.clone(), Vec::new()));
                }
                if status.satisfies_commitment(commitment) {
                    return Ok(signature);
                }
            }
            thread::sleep(POLL);
        }
        Err(Error::Expired(signature))
    }

    /// Signs, sends and confirms; the first of `signers` pays the fee.
    pub fn execute(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Signature> {
        self.send(self.sign(instructions, signers)?)
    }
}
