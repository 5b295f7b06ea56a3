//! The clock, which moves only when a test moves it.

use super::TestContext;
use crate::time::START;
use sha2::{Digest, Sha256};
use solana_clock::Clock;
use solana_hash::Hash;
use solana_slot_hashes::{SlotHashes, MAX_ENTRIES};

/// The Solana slot that the clock starts at.
const START_SLOT: u64 = 1_000;
/// A cluster makes a slot in 0.4 seconds.
const SLOTS_PER_2_SECONDS: u64 = 5;

impl TestContext {
    /// Returns the cluster's time, Unix seconds.
    pub fn now(&self) -> i64 {
        self.svm.get_sysvar::<Clock>().unix_timestamp
    }

    /// Moves the clock forward by `seconds`. The cluster then has a later slot, a new blockhash and a new slot hash.
    pub fn advance(&mut self, seconds: u64) {
        let clock: Clock = self.svm.get_sysvar();
        let slots = (seconds * SLOTS_PER_2_SECONDS / 2).max(1);
        self.set_clock(Clock {
            slot: clock.slot + slots,
            unix_timestamp: clock.unix_timestamp + i64::try_from(seconds).expect("a sane time"),
            ..clock
        });
    }

    /// Moves the clock forward to `time`, Unix seconds.
    ///
    /// # Panics
    /// If `time` is past.
    pub fn advance_to(&mut self, time: i64) {
        let seconds = u64::try_from(time - self.now()).expect("time does not run backwards");
        self.advance(seconds);
    }

    pub(super) fn start_clock(&mut self) {
        self.svm.set_sysvar(&SlotHashes::new(&[]));
        self.set_clock(Clock {
            slot: START_SLOT,
            unix_timestamp: START,
            ..Clock::default()
        });
    }

    fn set_clock(&mut self, clock: Clock) {
        self.svm.set_sysvar(&clock);
        self.svm.expire_blockhash();
        // As on a cluster: during a slot, the newest entry is that of the slot before, and older ones leave the list.
        let past: SlotHashes = self.svm.get_sysvar();
        let known = past.first().map_or(0, |(slot, _)| *slot);
        let blockhash = self.svm.latest_blockhash();
        let new = (known.saturating_add(1)..clock.slot)
            .rev()
            .take(MAX_ENTRIES);
        let new = new.map(|slot| {
            let hash = Sha256::new()
                .chain_update(blockhash)
                .chain_update(slot.to_le_bytes());
            (slot, Hash::new_from_array(hash.finalize().into()))
        });
        let list: Vec<(u64, Hash)> = new.chain(past.iter().copied()).take(MAX_ENTRIES).collect();
        self.svm.set_sysvar(&SlotHashes::new(&list));
    }

    /// Returns the newest slot hash, which the seed of a job posted now follows from.
    pub fn newest_slot_hash(&self) -> [u8; 32] {
        let hashes: SlotHashes = self.svm.get_sysvar();
        let (_, hash) = hashes.first().expect("the clock has started");
        hash.to_bytes()
    }
}
