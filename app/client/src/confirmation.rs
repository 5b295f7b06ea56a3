//! From sent to certain. A transaction is judged once the chain cannot change its mind at the wanted commitment, and
//! called void only when no block can take it any more: whoever is told so will send the payment again.

use crate::{transaction::SignedTransaction, Client, Error, Result};
use solana_rpc_client_api::client_error;
use solana_signature::Signature;
use solana_transaction_error::TransactionError;
use std::{
    thread,
    time::{Duration, Instant},
};

/// Pauses between questions grow from the first to the second: a local network decides at once, and within a slot of a
/// public one there is nothing new to hear.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);
/// How often the block height is asked for and the transaction handed in again.
const REMIND_EVERY: Duration = Duration::from_secs(2);
/// Without a newer slot for so long, the network counts as silent.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the cluster says of a transaction.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    /// In a block that a fork may still drop.
    Unsettled,
    /// In a block with the wanted commitment, with its error if it failed.
    Settled(Option<TransactionError>),
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Confirmed,
    Failed(TransactionError),
    Expired,
    Wait,
}

/// What to make of `found` when the block height with the wanted commitment was `height` before that was asked.
fn judge(found: Found, height: u64, last_valid_block_height: u64) -> Verdict {
    match found {
        Found::Settled(None) => Verdict::Confirmed,
        Found::Settled(Some(error)) => Verdict::Failed(error),
        Found::Nothing if height > last_valid_block_height => Verdict::Expired,
        Found::Nothing | Found::Unsettled => Verdict::Wait,
    }
}

/// The newest block with the wanted commitment.
#[derive(Clone, Copy, Default)]
struct Tip {
    slot: u64,
    height: u64,
}

/// How long the network has been listened to, and what it said.
struct Watch {
    begun: Instant,
    reminded: Instant,
    /// When the newest slot was heard of.
    heard: Instant,
    newest_slot: u64,
    tip: Tip,
}

impl Watch {
    fn begin() -> Self {
        let now = Instant::now();
        Self {
            begun: now,
            reminded: now,
            heard: now,
            newest_slot: 0,
            tip: Tip::default(),
        }
    }

    fn hear(&mut self, slot: u64) {
        if slot > self.newest_slot {
            self.newest_slot = slot;
            self.heard = Instant::now();
        }
    }

    /// The height that a server which was at `slot` knew of. Behind one URL there may be several: one that lags behind
    /// another has not seen the last block that could take the transaction.
    fn height_at(&self, slot: u64) -> u64 {
        match slot >= self.tip.slot {
            true => self.tip.height,
            false => 0,
        }
    }

    fn pause(&self) -> Duration {
        (self.begun.elapsed() / 4).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
    }
}

impl Client {
    /// Waits for the verdict on what was sent. No trouble on the way to the server ends the wait: the transaction is out.
    pub(crate) fn confirm(&self, sent: &SignedTransaction) -> Result<Signature> {
        let (signature, last) = (sent.signature(), sent.last_valid_block_height);
        let mut watch = Watch::begin();
        while watch.heard.elapsed() < PATIENCE {
            if watch.reminded.elapsed() >= REMIND_EVERY {
                self.remind(sent, &mut watch);
            }
            let is_over = watch.tip.height > last;
            if let Ok((slot, found)) = self.look_up(&signature, is_over) {
                watch.hear(slot);
                match judge(found, watch.height_at(slot), last) {
                    Verdict::Confirmed => return Ok(signature),
                    Verdict::Failed(error) => return Err(Error::rejection(error, Vec::new())),
                    Verdict::Expired => return Err(Error::Expired(signature)),
                    Verdict::Wait => {}
                }
            }
            thread::sleep(watch.pause());
        }
        Err(Error::Unconfirmed(signature))
    }

    /// Asks for the height, and hands the transaction in again while a block can take it: the first time it may have been
    /// lost. What the server says to that does not matter, for by now another may have taken it.
    fn remind(&self, sent: &SignedTransaction, watch: &mut Watch) {
        watch.reminded = Instant::now();
        let tip = self
            .rpc()
            .get_epoch_info_with_commitment(self.rpc().commitment());
        if let Ok(tip) = tip {
            watch.tip = Tip {
                slot: tip.absolute_slot,
                height: tip.block_height,
            };
        }
        if watch.tip.height <= sent.last_valid_block_height {
            let _ = self.send_raw(sent);
        }
    }

    /// What the server knows of a transaction, and the slot it was at. `in_history`: also of one that was decided long ago,
    /// as when this machine slept meanwhile; servers forget recent ones after a few minutes.
    fn look_up(
        &self,
        signature: &Signature,
        in_history: bool,
    ) -> client_error::Result<(u64, Found)> {
        let signatures = [*signature];
        let answer = match in_history {
            true => self.rpc().get_signature_statuses_with_history(&signatures),
            false => self.rpc().get_signature_statuses(&signatures),
        }?;
        let found = match answer.value.into_iter().next().flatten() {
            None => Found::Nothing,
            Some(status) if status.satisfies_commitment(self.rpc().commitment()) => {
                Found::Settled(status.err)
            }
            Some(_) => Found::Unsettled,
        };
        Ok((answer.context.slot, found))
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
            let verdict = judge(Found::Settled(None), height, LAST);
            assert_eq!(verdict, Verdict::Confirmed);
            let verdict = judge(Found::Settled(Some(failed.clone())), height, LAST);
            assert_eq!(verdict, Verdict::Failed(failed.clone()));
        }
    }

    #[test]
    fn what_a_fork_may_drop_is_waited_for_even_when_no_block_can_take_it_any_more() {
        for height in [0, LAST, LAST + 1] {
            assert_eq!(judge(Found::Unsettled, height, LAST), Verdict::Wait);
        }
    }

    #[test]
    fn what_is_nowhere_has_expired_once_the_last_block_that_could_take_it_is_past() {
        assert_eq!(judge(Found::Nothing, LAST, LAST), Verdict::Wait);
        assert_eq!(judge(Found::Nothing, LAST + 1, LAST), Verdict::Expired);
    }

    #[test]
    fn a_server_that_lags_behind_cannot_say_that_something_has_expired() {
        let mut watch = Watch::begin();
        watch.tip = Tip {
            slot: 1_000,
            height: LAST + 1,
        };
        let by = |slot| judge(Found::Nothing, watch.height_at(slot), LAST);
        assert_eq!(by(999), Verdict::Wait);
        assert_eq!(by(1_000), Verdict::Expired);
    }

    #[test]
    fn a_network_that_makes_no_blocks_counts_as_silent() {
        let mut watch = Watch::begin();
        watch.hear(7);
        let heard = watch.heard;
        watch.hear(7);
        assert_eq!(watch.heard, heard);
        watch.hear(8);
        assert!(watch.heard > heard);
    }
}
