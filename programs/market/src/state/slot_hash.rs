//! The hash of the first slot after a given one, from the SlotHashes sysvar.
//!
//! The sysvar lists the last 512 slots that have a block, newest first. Slots without a block are not listed, so the place
//! of a slot can only be guessed; it is never closer to the front than the guess.

use crate::error::MarketError;
use core::mem::{size_of, MaybeUninit};
use pinocchio::sysvars::{get_sysvar_unchecked, slot_hashes::SLOTHASHES_ID};

/// Entries that one read takes: enough for a draw within five seconds, and about as cheap as one entry.
const WINDOW: usize = 12;

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

/// A slot and its hash, as the sysvar lists them.
#[derive(Clone, Copy)]
#[repr(C)]
struct Entry {
    slot: [u8; 8],
    hash: [u8; 32],
}

impl Entry {
    fn slot(&self) -> u64 {
        u64::from_le_bytes(self.slot)
    }
}

type Window = [Entry; WINDOW];

/// The list of slots, newest first, of which a window is read at a time.
trait List {
    /// Reads the front of the list. Returns how many entries the list has.
    fn read_front(&mut self) -> Result<usize, MarketError>;
    /// Reads the entries from `first` on.
    fn read(&mut self, first: usize) -> Result<(), MarketError>;
    /// Returns an entry of the window that was read.
    fn entry(&self, place: usize) -> Option<&Entry>;
}

/// The front of the sysvar's data. Zeroing what a read fills, or passing it by value, would cost more than the read.
#[derive(Clone, Copy)]
#[repr(C)]
struct Front<const N: usize> {
    count: [u8; 8],
    entries: [Entry; N],
}

struct Sysvar {
    front: MaybeUninit<Front<WINDOW>>,
}

impl Sysvar {
    fn new() -> Self {
        Self {
            // Off chain nothing is read.
            front: if cfg!(target_os = "solana") {
                MaybeUninit::uninit()
            } else {
                MaybeUninit::zeroed()
            },
        }
    }
}

/// Offset of the first entry.
const ENTRIES: usize = size_of::<[u8; 8]>();

impl List for Sysvar {
    #[inline(always)]
    fn read_front(&mut self) -> Result<usize, MarketError> {
        let start = self.front.as_mut_ptr().cast();
        // SAFETY: `front` has room for as many bytes as are asked for.
        let read = |size| unsafe { get_sysvar_unchecked(start, &SLOTHASHES_ID, 0, size) };
        let is_short = read(size_of::<Front<WINDOW>>()).is_err();
        if is_short {
            // A chain so young that its list is shorter than the window: only the newest entry is read.
            self.front = MaybeUninit::zeroed();
            read(size_of::<Front<1>>()).map_err(|_| MarketError::NoSlotHash)?;
        }
        // SAFETY: the reads have written every byte of `front`, or the rest is zero; any bytes are a `Front`.
        let count = u64::from_le_bytes(unsafe { self.front.assume_init_ref() }.count);
        let most = if is_short { 1 } else { u64::MAX };
        usize::try_from(count.min(most)).map_err(|_| MarketError::NoSlotHash)
    }

    #[inline(always)]
    fn read(&mut self, first: usize) -> Result<(), MarketError> {
        // The list has 512 entries at most.
        let offset = first.saturating_mul(size_of::<Entry>());
        let offset = offset.saturating_add(ENTRIES);
        // SAFETY: the entries lie behind the count, inside `front`.
        let read = unsafe {
            let start = self.front.as_mut_ptr().cast::<u8>().add(ENTRIES);
            get_sysvar_unchecked(start, &SLOTHASHES_ID, offset, size_of::<Window>())
        };
        read.map_err(|_| MarketError::NoSlotHash)
    }

    #[inline(always)]
    fn entry(&self, place: usize) -> Option<&Entry> {
        // SAFETY: `find` reads the front first, which initializes every byte of `front`; any bytes are a `Front`.
        unsafe { self.front.assume_init_ref() }.entries.get(place)
    }
}

/// Returns the hash of the newest slot.
///
/// # Errors
/// `NoSlotHash` on a chain without one.
#[inline(never)]
pub fn newest() -> Result<[u8; 32], MarketError> {
    let mut front = MaybeUninit::<Front<1>>::zeroed();
    // SAFETY: there is room for as many bytes as are asked for.
    let read = unsafe {
        let start = front.as_mut_ptr().cast();
        get_sysvar_unchecked(start, &SLOTHASHES_ID, 0, size_of::<Front<1>>())
    };
    read.map_err(|_| MarketError::NoSlotHash)?;
    // SAFETY: every byte was zero before the read; any bytes are a `Front`.
    let front = unsafe { front.assume_init() };
    if u64::from_le_bytes(front.count) == 0 {
        return Err(MarketError::NoSlotHash);
    }
    Ok(front.entries[0].hash)
}

/// Returns the hash of the first slot after `slot` that has a block.
///
/// # Errors
/// `NoSlotHash` when the sysvar cannot be read.
#[inline(never)]
pub fn next_after(slot: u64) -> Result<Next, MarketError> {
    find(slot, &mut Sysvar::new())
}

#[inline(always)]
fn find(slot: u64, list: &mut impl List) -> Result<Next, MarketError> {
    let count = list.read_front()?;
    let newest = list.entry(0).map_or(0, Entry::slot);
    if count == 0 || newest <= slot {
        return Ok(Next::TooEarly);
    }
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
            list.read(first)?;
        }
        let entry = list.entry(place.saturating_sub(first));
        let entry = entry.ok_or(MarketError::NoSlotHash)?;
        if entry.slot() > slot {
            // At the end of the list there may have been an earlier one that has left it.
            let is_first = saw_older || entry.slot().saturating_sub(slot) == 1;
            return Ok(if is_first {
                Next::Hash(entry.hash)
            } else {
                Next::Forgotten
            });
        }
        saw_older = true;
        // `newest > slot`, so the front of the list ends the search.
        place = place.checked_sub(1).ok_or(MarketError::NoSlotHash)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// A list of slots, newest first, whose hashes repeat the slot's number.
    struct Fake {
        slots: Vec<u64>,
        window: Vec<Entry>,
        reads: usize,
    }

    impl Fake {
        fn new(slots: Vec<u64>) -> Self {
            Self {
                slots,
                window: Vec::new(),
                reads: 0,
            }
        }
    }

    fn hash_of(slot: u64) -> [u8; 32] {
        let mut hash = [7; 32];
        hash[..8].copy_from_slice(&slot.to_le_bytes());
        hash
    }

    impl List for Fake {
        fn read_front(&mut self) -> Result<usize, MarketError> {
            self.read(0)?;
            Ok(self.slots.len())
        }

        fn read(&mut self, first: usize) -> Result<(), MarketError> {
            self.reads += 1;
            let slots = self.slots.iter().skip(first).take(WINDOW);
            let entries = slots.map(|slot| Entry {
                slot: slot.to_le_bytes(),
                hash: hash_of(*slot),
            });
            self.window = entries.collect();
            Ok(())
        }

        fn entry(&self, place: usize) -> Option<&Entry> {
            self.window.get(place)
        }
    }

    /// 512 slots before `newest`, without those that `skip` names.
    fn list(newest: u64, skip: impl Fn(u64) -> bool) -> Fake {
        let slots = (0..=newest).rev().filter(|slot| !skip(*slot)).take(512);
        Fake::new(slots.collect())
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
        let mut fake = Fake::new(Vec::new());
        assert_eq!(find(0, &mut fake).unwrap(), Next::TooEarly);
    }
}
