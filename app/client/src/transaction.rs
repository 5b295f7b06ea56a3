//! A transaction's way: instructions are signed, what is signed is sent, what is sent is confirmed or refused.

use crate::{error::definitely_not_sent, Client, Error, Result};
use anchor_lang::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_rpc_client_api::{client_error, config::RpcSendTransactionConfig};
use solana_signature::Signature;
use solana_signer::Signer as _;
use solana_transaction::Transaction;

/// What the network charges for each signature of a transaction, in lamports: Solana's base fee.
pub const LAMPORTS_PER_SIGNATURE: u64 = 5_000;

/// A signed transaction that was not sent yet. Only `Client::sign` makes one; journal it before `Client::send_and_confirm`.
#[must_use]
pub struct SignedTransaction {
    transaction: Transaction,
    signature: Signature,
    /// Height of the last block that can take it: its blockhash is too old for later ones.
    pub(crate) last_valid_block_height: u64,
}

impl SignedTransaction {
    pub fn signature(&self) -> Signature {
        self.signature
    }
}

impl Client {
    /// Signs `instructions`; the first of `signers` pays the fee.
    pub fn sign(
        &self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<SignedTransaction> {
        let payer: Address = signers
            .first()
            .map(|signer| signer.pubkey())
            .ok_or_else(|| Error::Sign("nobody pays".into()))?;
        let (blockhash, last_valid_block_height) = self
            .rpc()
            .get_latest_blockhash_with_commitment(self.rpc().commitment())
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
        Ok(SignedTransaction {
            transaction,
            signature,
            last_valid_block_height,
        })
    }

    /// Sends and waits until the chain has decided.
    ///
    /// Errors: `Rejected` with the broken rule, `Expired`; `Unreachable` or `UnexpectedReply` when nothing was sent;
    /// `Unconfirmed` when the network fell silent before it was known what became of it.
    pub fn send_and_confirm(&self, signed: SignedTransaction) -> Result<Signature> {
        match self.send_raw(&signed) {
            Err(error) if definitely_not_sent(&error) => Err(self.error(error)),
            // The answer may have been lost on its way back: only the chain knows.
            _ => self.confirm(&signed),
        }
    }

    /// Hands the signed bytes to the server. Doing it again is safe: the chain takes a signature only once.
    pub(crate) fn send_raw(&self, signed: &SignedTransaction) -> client_error::Result<Signature> {
        let config = RpcSendTransactionConfig {
            preflight_commitment: Some(self.rpc().commitment().commitment),
            ..RpcSendTransactionConfig::default()
        };
        self.rpc()
            .send_transaction_with_config(&signed.transaction, config)
    }

    /// Signs, sends and confirms; the first of `signers` pays the fee.
    pub fn sign_send_confirm(
        &self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Signature> {
        self.send_and_confirm(self.sign(instructions, signers)?)
    }
}
