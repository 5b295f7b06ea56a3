//! Sends transactions: sign, send, and wait for the final status.
//!
//! The final status is success or failure once the transaction has the wanted commitment, and expiry only once the last
//! valid block height is past at that commitment. Callers send again after an expiry, so reporting one early could pay
//! twice.

use crate::{error::definitely_not_sent, Client, Error, Result};
use anchor_lang::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_rpc_client_api::{client_error, config::RpcSendTransactionConfig};
use solana_signature::Signature;
use solana_signer::Signer as _;
use solana_transaction::{Message, Transaction};
use solana_transaction_error::TransactionError;
use std::{
    thread,
    time::{Duration, Instant},
};

/// Solana's base fee for each signature of a transaction, lamports.
pub const LAMPORTS_PER_SIGNATURE: u64 = 5_000;
/// Largest transaction that the network transports, bytes.
pub const MAX_TRANSACTION_SIZE: usize = 1_232;

/// Returns the size in bytes of a transaction of these instructions that `payer` alone signs.
pub fn transaction_size(instructions: &[Instruction], payer: &Address) -> usize {
    // The number of signatures, and one of them.
    const SIGNATURES: usize = 1 + 64;
    let message = Message::new(instructions, Some(payer)).serialize();
    message.len().saturating_add(SIGNATURES)
}

/// Pause between two status requests: a quarter of the time waited so far, within these bounds. A local network decides
/// at once; a public one makes a block every 400 ms.
const MIN_PAUSE: Duration = Duration::from_millis(50);
const MAX_PAUSE: Duration = Duration::from_millis(400);
/// How often the transaction is sent again and the block height requested.
const RESEND_INTERVAL: Duration = Duration::from_secs(2);
/// How long to wait for a newer slot before the network counts as silent.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(90);

/// A signed transaction that was not sent yet. Only [`Client::sign`] makes one. Journal its signature before
/// [`Client::send_and_confirm`].
#[must_use]
pub struct SignedTransaction {
    transaction: Transaction,
    signature: Signature,
    /// Height of the last block that can contain the transaction. For later blocks its blockhash is too old.
    last_valid_block_height: u64,
}

impl SignedTransaction {
    /// Returns the signature by which the transaction is found on chain.
    pub fn signature(&self) -> Signature {
        self.signature
    }
}

impl Client {
    /// Signs `instructions` as one transaction. The first of `signers` pays the fee.
    ///
    /// # Errors
    /// [`Error::Sign`] if a signer is missing.
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

    /// Sends a transaction and waits for its final status.
    ///
    /// # Errors
    /// - [`Error::Rejected`] if the transaction failed, with the broken rule.
    /// - [`Error::Expired`] if no block took it in time.
    /// - [`Error::Unreachable`] or [`Error::UnexpectedReply`] if it was certainly not sent.
    /// - [`Error::Unconfirmed`] if the network fell silent before the status was known.
    pub fn send_and_confirm(&self, signed: SignedTransaction) -> Result<Signature> {
        match self.send_raw(&signed) {
            Err(error) if definitely_not_sent(&error) => Err(self.error(error)),
            // The reply may have been lost on its way back: only the chain knows.
            _ => self.confirm(&signed),
        }
    }

    /// Signs, sends and confirms. The first of `signers` pays the fee.
    ///
    /// # Errors
    /// Those of [`Client::sign`] and [`Client::send_and_confirm`].
    pub fn sign_send_confirm(
        &self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Signature> {
        self.send_and_confirm(self.sign(instructions, signers)?)
    }

    /// Sends the signed bytes to the server once. Repeating it is safe: the chain takes a signature only once.
    fn send_raw(&self, signed: &SignedTransaction) -> client_error::Result<Signature> {
        let config = RpcSendTransactionConfig {
            preflight_commitment: Some(self.rpc().commitment().commitment),
            ..RpcSendTransactionConfig::default()
        };
        self.rpc()
            .send_transaction_with_config(&signed.transaction, config)
    }

    /// Waits for the final status of a sent transaction. Errors of the server do not end the wait, because the transaction
    /// may be on its way.
    fn confirm(&self, sent: &SignedTransaction) -> Result<Signature> {
        let (signature, last_valid) = (sent.signature, sent.last_valid_block_height);
        let mut tracker = Tracker::start();
        while !tracker.is_silent() {
            if tracker.last_resend.elapsed() >= RESEND_INTERVAL {
                self.resend(sent, &mut tracker);
            }
            let is_over = tracker.tip.height > last_valid;
            if let Ok((slot, status)) = self.fetch_status(&signature, is_over) {
                tracker.note_slot(slot);
                match classify(status, tracker.height_for_slot(slot), last_valid) {
                    Confirmation::Confirmed => return Ok(signature),
                    Confirmation::Failed(error) => return Err(Error::rejection(error, Vec::new())),
                    Confirmation::Expired => return Err(Error::Expired(signature)),
                    Confirmation::Pending => {}
                }
            }
            thread::sleep(tracker.pause());
        }
        Err(Error::Unconfirmed(signature))
    }

    /// Requests the block height, and sends the transaction again while a block can take it: the first time it may have
    /// been lost. The reply does not matter, because a block may have taken the transaction by now.
    fn resend(&self, sent: &SignedTransaction, tracker: &mut Tracker) {
        tracker.last_resend = Instant::now();
        let tip = self
            .rpc()
            .get_epoch_info_with_commitment(self.rpc().commitment());
        if let Ok(tip) = tip {
            tracker.tip = ChainTip {
                slot: tip.absolute_slot,
                height: tip.block_height,
            };
        }
        if tracker.tip.height <= sent.last_valid_block_height {
            let _ = self.send_raw(sent);
        }
    }

    /// Returns the server's status of a transaction and the slot that the server was at. Servers forget recent transactions
    /// after a few minutes, as when this machine slept meanwhile; `in_history` also searches the ledger.
    fn fetch_status(
        &self,
        signature: &Signature,
        in_history: bool,
    ) -> client_error::Result<(u64, SignatureStatus)> {
        let signatures = [*signature];
        let reply = if in_history {
            self.rpc().get_signature_statuses_with_history(&signatures)
        } else {
            self.rpc().get_signature_statuses(&signatures)
        }?;
        let status = match reply.value.into_iter().next().flatten() {
            None => SignatureStatus::Unknown,
            Some(status) if status.satisfies_commitment(self.rpc().commitment()) => {
                SignatureStatus::Final(status.err)
            }
            Some(_) => SignatureStatus::Unsettled,
        };
        Ok((reply.context.slot, status))
    }
}

/// What the cluster says about a transaction.
#[derive(Debug, PartialEq, Eq)]
enum SignatureStatus {
    /// No block with this transaction is known.
    Unknown,
    /// In a block that a fork may still drop.
    Unsettled,
    /// In a block with the wanted commitment; with its error if the transaction failed.
    Final(Option<TransactionError>),
}

/// The outcome of one look at a transaction.
#[derive(Debug, PartialEq, Eq)]
enum Confirmation {
    Confirmed,
    Failed(TransactionError),
    Expired,
    Pending,
}

/// Decides the outcome from a status. `height` is the block height with the wanted commitment, read before the status.
fn classify(status: SignatureStatus, height: u64, last_valid_block_height: u64) -> Confirmation {
    match status {
        SignatureStatus::Final(None) => Confirmation::Confirmed,
        SignatureStatus::Final(Some(error)) => Confirmation::Failed(error),
        SignatureStatus::Unknown if height > last_valid_block_height => Confirmation::Expired,
        SignatureStatus::Unknown | SignatureStatus::Unsettled => Confirmation::Pending,
    }
}

/// The newest block with the wanted commitment.
#[derive(Clone, Copy, Default)]
struct ChainTip {
    slot: u64,
    height: u64,
}

/// How long a confirmation has taken, and how far the chain has come in the meantime.
struct Tracker {
    started: Instant,
    last_resend: Instant,
    /// When the newest slot was seen first.
    last_progress: Instant,
    newest_slot: u64,
    tip: ChainTip,
}

impl Tracker {
    fn start() -> Self {
        let now = Instant::now();
        Self {
            started: now,
            last_resend: now,
            last_progress: now,
            newest_slot: 0,
            tip: ChainTip::default(),
        }
    }

    /// Returns true if the chain has made no slot for [`SILENCE_TIMEOUT`].
    fn is_silent(&self) -> bool {
        self.last_progress.elapsed() >= SILENCE_TIMEOUT
    }

    /// Records the slot that a server was at.
    fn note_slot(&mut self, slot: u64) {
        if slot > self.newest_slot {
            self.newest_slot = slot;
            self.last_progress = Instant::now();
        }
    }

    /// Returns the block height that a server at `slot` knew of; 0 if the server lags behind the one that reported the
    /// height. Behind one URL there may be several servers, and a lagging one has not seen the last block that could take
    /// the transaction.
    fn height_for_slot(&self, slot: u64) -> u64 {
        if slot >= self.tip.slot {
            self.tip.height
        } else {
            0
        }
    }

    fn pause(&self) -> Duration {
        (self.started.elapsed() / 4).clamp(MIN_PAUSE, MAX_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: u64 = 150;

    #[test]
    fn what_is_settled_is_final_at_any_height() {
        let failed = TransactionError::AccountInUse;
        for height in [0, LAST, LAST + 1, u64::MAX] {
            let outcome = classify(SignatureStatus::Final(None), height, LAST);
            assert_eq!(outcome, Confirmation::Confirmed);
            let status = SignatureStatus::Final(Some(failed.clone()));
            let outcome = classify(status, height, LAST);
            assert_eq!(outcome, Confirmation::Failed(failed.clone()));
        }
    }

    #[test]
    fn what_a_fork_may_drop_is_waited_for_even_when_no_block_can_take_it_any_more() {
        for height in [0, LAST, LAST + 1] {
            let outcome = classify(SignatureStatus::Unsettled, height, LAST);
            assert_eq!(outcome, Confirmation::Pending);
        }
    }

    #[test]
    fn what_is_nowhere_has_expired_once_the_last_block_that_could_take_it_is_past() {
        let at = |height| classify(SignatureStatus::Unknown, height, LAST);
        assert_eq!(at(LAST), Confirmation::Pending);
        assert_eq!(at(LAST + 1), Confirmation::Expired);
    }

    #[test]
    fn a_server_that_lags_behind_cannot_say_that_something_has_expired() {
        let mut tracker = Tracker::start();
        tracker.tip = ChainTip {
            slot: 1_000,
            height: LAST + 1,
        };
        let by = |slot| {
            classify(
                SignatureStatus::Unknown,
                tracker.height_for_slot(slot),
                LAST,
            )
        };
        assert_eq!(by(999), Confirmation::Pending);
        assert_eq!(by(1_000), Confirmation::Expired);
    }

    #[test]
    fn a_network_that_makes_no_blocks_counts_as_silent() {
        let mut tracker = Tracker::start();
        tracker.note_slot(7);
        let seen = tracker.last_progress;
        tracker.note_slot(7);
        assert_eq!(tracker.last_progress, seen);
        tracker.note_slot(8);
        assert!(tracker.last_progress > seen);
    }
}
