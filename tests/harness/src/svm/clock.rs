//! Time travel.

use crate::TestContext;
use solana_clock::Clock;
use solana_slot_hashes::SlotHashes;

pub const MINUTE: u64 = 60;
pub const HOUR: u64 = 60 * MINUTE;
pub const DAY: u64 = 24 * HOUR;

/// 2026-01-01, midnight UTC.
const START: i64 = 1_767_225_600;
const START_SLOT: u64 = 1_000;
const SLOTS_PER_2_SECONDS: u64 = 5;

impl TestContext {
    /// The cluster's time, Unix seconds.
    pub fn now(&self) -> i64 {
        self.svm.get_sysvar::<Clock>().unix_timestamp
    }

    /// Lets `seconds` pass: later clock, later slot, new blockhash, new slot hash.
    pub fn advance(&mut self, seconds: u64) {
        let clock: Clock = self.svm.get_sysvar();
        let slots = (seconds * SLOTS_PER_2_SECONDS / 2).max(1);
        self.set_clock(Clock {
            slot: clock.slot + slots,
            unix_timestamp: clock.unix_timestamp + i64::try_from(seconds).expect("a sane time"),
            ..clock
        });
    }

    /// Lets time pass until the clock shows `time`, Unix seconds.
    pub fn advance_to(&mut self, time: i64) {
        let seconds = u64::try_from(time - self.now()).expect("time does not run backwards");
        self.advance(seconds);
    }

    pub(crate) fn start_clock(&mut self) {
        self.set_clock(Clock {
            slot: START_SLOT,
            unix_timestamp: START,
            ..Clock::default()
        });
    }

    fn set_clock(&mut self, clock: Clock) {
        self.svm.set_sysvar(&clock);
        self.svm.expire_blockhash();
        // As on a cluster: during a slot, the newest entry is that of the slot before.
        let mut hashes: SlotHashes = self.svm.get_sysvar();
        hashes.add(clock.slot - 1, self.svm.latest_blockhash());
        self.svm.set_sysvar(&hashes);
    }
}
