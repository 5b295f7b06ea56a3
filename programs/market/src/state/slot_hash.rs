//! The hash of the first slot after a given one, from the SlotHashes sysvar.
//!
//! The sysvar lists the last 512 slots that have a block, newest first. Slots without a block are not listed, so the place
//! of a slot can only be guessed; it is never closer to the front than the guess.

use crate::error::MarketError;
use pinocchio::sysvars::slot_hashes::{raw, ENTRY_SIZE, NUM_ENTRIES_SIZE};

/// Entries that one read takes: enough for a draw within five seconds, and about as cheap as one entry.
const WINDOW: usize = 12;
const WINDOW_BYTES: usize = WINDOW * ENTRY_SIZE;

/// What the chain says about the first slot after a given one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is none yet.
    TooEarly,
    /// Its hash.
    Hash([u8; 32]),
    /// It cannot be told any more: the list does not reach back so far.
    Forgotten,
}

/// A slot and its hash.
type Entry = (u64, [u8; 32]);

/// Entries `first..first + WINDOW` of the list, newest first, and how many the list has.
trait List {
    fn read(&mut self, first: usize) -> Result<(usize, [u8; WINDOW_BYTES]), MarketError>;
}

struct Sysvar {
    count: usize,
}

impl List for Sysvar {
    fn read(&mut self, first: usize) -> Result<(usize, [u8; WINDOW_BYTES]), MarketError> {
        let mut window = [0u8; WINDOW_BYTES];
        if first > 0 {
            let offset = first
                .saturating_mul(ENTRY_SIZE)
                .saturating_add(NUM_ENTRIES_SIZE);
            raw::fetch_into(&mut window, offset).map_err(|_| MarketError::NoSlotHash)?;
            return Ok((self.count, window));
        }
        let mut head = [0u8; NUM_ENTRIES_SIZE + WINDOW_BYTES];
        self.count = match raw::fetch_into(&mut head, 0) {
            Ok(count) => count,
            // A chain so young that its list is shorter than the window: only the newest entry is read.
            Err(_) => raw::fetch_into(&mut head[..NUM_ENTRIES_SIZE + ENTRY_SIZE], 0)
                .map_err(|_| MarketError::NoSlotHash)?
                .min(1),
        };
        window.copy_from_slice(head.split_at(NUM_ENTRIES_SIZE).1);
        Ok((self.count, window))
    }
}

/// Returns the hash of the newest slot.
///
/// # Errors
/// `NoSlotHash` on a chain without one.
#[inline(never)]
pub fn newest() -> Result<[u8; 32], MarketError> {
    let (count, window) = Sysvar { count: 0 }.read(0)?;
    let newest = entry(&window, 0).filter(|_| count > 0);
    newest.map(|(_, hash)| hash).ok_or(MarketError::NoSlotHash)
}

/// Returns the hash of the first slot after `slot` that has a block.
///
/// # Errors
/// `NoSlotHash` when the sysvar cannot be read.
#[inline(never)]
pub fn next_after(slot: u64) -> Result<Next, MarketError> {
    find(slot, &mut Sysvar { count: 0 })
}

fn find(slot: u64, list: &mut impl List) -> Result<Next, MarketError> {
    let (count, mut window) = list.read(0)?;
    let newest = entry(&window, 0).filter(|_| count > 0);
    let Some((newest, _)) = newest.filter(|(newest, _)| *newest > slot) else {
        return Ok(Next::TooEarly);
    };
    let oldest = count.saturating_sub(1);
    // Without empty slots the wanted entry lies here; with some it lies closer to the front.
    let distance = newest.saturating_sub(slot).saturating_sub(1);
    let mut place = usize::try_from(distance).unwrap_or(oldest).min(oldest);
    let mut first = 0usize;
    let mut saw_older = false;
    loop {
        let is_outside = place < first || place >= first.saturating_add(WINDOW);
        if is_outside {
            first = place.saturating_sub(WINDOW.saturating_sub(1));
            (_, window) = list.read(first)?;
        }
        let (found, hash) =
            entry(&window, place.saturating_sub(first)).ok_or(MarketError::NoSlotHash)?;
        if found > slot {
            // At the end of the list there may have been an earlier one that has left it.
            let is_first = saw_older || found.saturating_sub(slot) == 1;
            return Ok(if is_first {
                Next::Hash(hash)
            } else {
                Next::Forgotten
            });
        }
        saw_older = true;
        // `newest > slot`, so the front of the list ends the search.
        place = place.checked_sub(1).ok_or(MarketError::NoSlotHash)?;
    }
}

fn entry(window: &[u8; WINDOW_BYTES], place: usize) -> Option<Entry> {
    let start = place.checked_mul(ENTRY_SIZE)?;
    let bytes = window.get(start..start.checked_add(ENTRY_SIZE)?)?;
    let (slot, hash) = bytes.split_at(8);
    Some((
        u64::from_le_bytes(slot.try_into().ok()?),
        hash.try_into().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// A list of slots, newest first, whose hashes repeat the slot's number.
    struct Fake {
        slots: Vec<u64>,
        reads: usize,
    }

    fn hash_of(slot: u64) -> [u8; 32] {
        let mut hash = [7; 32];
        hash[..8].copy_from_slice(&slot.to_le_bytes());
        hash
    }

    impl List for Fake {
        fn read(&mut self, first: usize) -> Result<(usize, [u8; WINDOW_BYTES]), MarketError> {
            self.reads += 1;
            let mut window = [0u8; WINDOW_BYTES];
            for (entry, slot) in window
                .chunks_mut(ENTRY_SIZE)
                .zip(self.slots.iter().skip(first))
            {
                entry[..8].copy_from_slice(&slot.to_le_bytes());
                entry[8..].copy_from_slice(&hash_of(*slot));
            }
            Ok((self.slots.len(), window))
        }
    }

    /// 512 slots before `newest`, without those that `skip` names.
    fn list(newest: u64, skip: impl Fn(u64) -> bool) -> Fake {
        let slots = (0..=newest).rev().filter(|slot| !skip(*slot)).take(512);
        Fake {
            slots: slots.collect(),
            reads: 0,
        }
    }

    proptest! {
        #[test]
        fn the_first_later_slot_with_a_block_is_found(
            newest in 1_000u64..2_000, age in 0u64..600, salt: u64, rate in 1u64..20,
        ) {
            let skip = |slot: u64| slot != newest && (slot ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32 & 31 < rate;
            let mut fake = list(newest, skip);
            let slot = newest.saturating_sub(age);
            let expected = fake.slots.iter().rev().find(|entry| **entry > slot).copied();
            let oldest = *fake.slots.last().unwrap();
            let found = find(slot, &mut fake).unwrap();
            match expected {
                None => prop_assert_eq!(found, Next::TooEarly),
                Some(next) if next > oldest || next == slot + 1 => prop_assert_eq!(found, Next::Hash(hash_of(next))),
                Some(_) => prop_assert_eq!(found, Next::Forgotten),
            }
        }
    }

    #[test]
    fn a_prompt_draw_takes_one_read() {
        let mut fake = list(1_000, |_| false);
        assert_eq!(find(990, &mut fake).unwrap(), Next::Hash(hash_of(991)));
        assert_eq!(fake.reads, 1);
    }

    #[test]
    fn the_slot_itself_and_the_future_are_too_early() {
        for slot in [1_000, 1_001, u64::MAX] {
            assert_eq!(
                find(slot, &mut list(1_000, |_| false)).unwrap(),
                Next::TooEarly
            );
        }
    }

    #[test]
    fn what_left_the_list_is_forgotten_and_its_last_entry_is_not() {
        assert_eq!(
            find(487, &mut list(1_000, |_| false)).unwrap(),
            Next::Forgotten
        );
        assert_eq!(
            find(488, &mut list(1_000, |_| false)).unwrap(),
            Next::Hash(hash_of(489))
        );
    }

    #[test]
    fn an_empty_list_knows_nothing() {
        let mut fake = Fake {
            slots: Vec::new(),
            reads: 0,
        };
        assert_eq!(find(0, &mut fake).unwrap(), Next::TooEarly);
    }
}
