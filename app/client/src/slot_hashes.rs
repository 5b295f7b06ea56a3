//! The hashes of recent slots, and the seeds that they draw, as the market program computes them.

use crate::{Client, Error, JobView, Result};
use anchor_lang::Address;
use assay_market::{
    game::{
        draw::{draw_seed, is_due, Purpose},
        task::Draw,
    },
    state::slot_hash::Next,
};

/// Address of the SlotHashes sysvar.
const ADDRESS: Address = Address::from_str_const("SysvarS1otHashes111111111111111111111111111");

/// Slots that have a block, with their hashes, newest first; the chain keeps the last 512.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotHashes(Vec<(u64, [u8; 32])>);

impl SlotHashes {
    /// Returns the list of these slots and hashes, newest first.
    pub fn new(newest_first: Vec<(u64, [u8; 32])>) -> Self {
        Self(newest_first)
    }

    /// Reads the data of the sysvar. Returns `None` if it is something else.
    pub fn read(data: &[u8]) -> Option<Self> {
        let (count, entries) = data.split_first_chunk::<8>()?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
        let entry = |bytes: &[u8]| {
            let (slot, hash) = bytes.split_first_chunk::<8>()?;
            Some((u64::from_le_bytes(*slot), hash.try_into().ok()?))
        };
        let list: Option<Vec<_>> = entries.chunks_exact(40).take(count).map(entry).collect();
        list.filter(|list| list.len() == count).map(Self)
    }

    /// Returns what the chain says about the first slot with a block after `slot`.
    pub fn next_after(&self, slot: u64) -> Next {
        let later = self.0.partition_point(|(listed, _)| *listed > slot);
        let Some((found, hash)) = later.checked_sub(1).and_then(|last| self.0.get(last)) else {
            return Next::TooEarly;
        };
        // At the end of the list there may have been an earlier one that has left it.
        let saw_older = later < self.0.len();
        if saw_older || found.saturating_sub(slot) == 1 {
            Next::Hash(*hash)
        } else {
            Next::Forgotten
        }
    }
}

impl Client {
    /// Returns the hashes of recent slots.
    pub fn slot_hashes(&self) -> Result<SlotHashes> {
        let account = self.account(&ADDRESS)?.ok_or(Error::NotFound {
            name: "slot hashes",
            address: ADDRESS,
        })?;
        SlotHashes::read(&account.data)
            .ok_or_else(|| Error::UnexpectedReply("the slot hashes do not decode".into()))
    }
}

impl JobView {
    /// Returns the seed that the first slot after `slot` (as the job counts it) draws.
    pub fn seed_after(
        &self,
        hashes: &SlotHashes,
        slot: u32,
        task: u32,
        purpose: Purpose,
        seat: u8,
    ) -> Next {
        match hashes.next_after(self.header.chain_slot(slot)) {
            Next::Hash(hash) => {
                Next::Hash(draw_seed(&hash, &self.header.seed, task, purpose, seat))
            }
            other => other,
        }
    }

    /// Returns what the slot after a task's last contribution says about one more check. Means something only while the task
    /// waits for that draw.
    pub fn check_draw(&self, hashes: &SlotHashes, task: u32) -> Draw {
        let slot = self.task(task).first().map_or(0, |first| first.slot.get());
        let place = self.header.width();
        match self.seed_after(hashes, slot, task, Purpose::LateSeat, place) {
            Next::TooEarly => Draw::TooEarly,
            Next::Forgotten => Draw::Lapsed,
            Next::Hash(seed) if is_due(&seed, self.header.check_bps.get()) => Draw::Due(seed),
            Next::Hash(_) => Draw::NotDue,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(slots: &[u64]) -> SlotHashes {
        SlotHashes(
            slots
                .iter()
                .map(|slot| (*slot, [*slot as u8; 32]))
                .collect(),
        )
    }

    #[test]
    fn the_first_slot_after_a_given_one_is_found_across_empty_slots() {
        let hashes = list(&[20, 18, 15, 10]);
        assert_eq!(hashes.next_after(20), Next::TooEarly);
        assert_eq!(hashes.next_after(18), Next::Hash([20; 32]));
        assert_eq!(hashes.next_after(16), Next::Hash([18; 32]));
        assert_eq!(hashes.next_after(10), Next::Hash([15; 32]));
        assert_eq!(SlotHashes::default().next_after(3), Next::TooEarly);
    }

    #[test]
    fn before_the_end_of_the_list_only_the_very_next_slot_is_known() {
        let hashes = list(&[20, 18, 15, 10]);
        assert_eq!(hashes.next_after(9), Next::Hash([10; 32]));
        assert_eq!(hashes.next_after(8), Next::Forgotten);
    }

    #[test]
    fn the_sysvar_reads_back() {
        let mut data = 2u64.to_le_bytes().to_vec();
        for slot in [9u64, 7] {
            data.extend_from_slice(&slot.to_le_bytes());
            data.extend_from_slice(&[slot as u8; 32]);
        }
        // The account has room for 512 entries.
        data.resize(8 + 512 * 40, 0);
        assert_eq!(SlotHashes::read(&data), Some(list(&[9, 7])));
        assert_eq!(SlotHashes::read(&data[..50]), None);
        assert_eq!(SlotHashes::read(&[]), None);
    }
}
