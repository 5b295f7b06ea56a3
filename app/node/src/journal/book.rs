use super::{Record, Sealed, Step};
use crate::slot_id::SlotId;
use assay_client::Address;
use std::collections::HashMap;

/// What the journal's lines add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    worker: Option<Address>,
    entries: HashMap<SlotId, Entry>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Entry {
    result: Option<(Sealed, i64)>,
    reached: Option<Step>,
    published: bool,
}

impl Book {
    /// Whose journal it is, once it was opened.
    pub fn worker(&self) -> Option<Address> {
        self.worker
    }

    /// The result to deliver for a slot.
    pub fn result(&self, slot: &SlotId) -> Option<Sealed> {
        let (sealed, _) = self.entries.get(slot)?.result?;
        Some(sealed)
    }

    /// Whether a slot got as far as `step`.
    pub fn has_reached(&self, slot: &SlotId, step: Step) -> bool {
        let reached = self.entries.get(slot).and_then(|entry| entry.reached);
        reached >= Some(step)
    }

    /// Whether every blob store was given the slot's result.
    pub fn is_published(&self, slot: &SlotId) -> bool {
        self.entries.get(slot).is_some_and(|entry| entry.published)
    }

    /// Slots whose output may still be needed.
    pub fn unpublished(&self) -> impl Iterator<Item = &SlotId> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.result.is_some() && !entry.published)
            .map(|(slot, _)| slot)
    }

    /// Slots with a result that was not collected.
    pub fn undelivered(&self) -> impl Iterator<Item = &SlotId> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.result.is_some() && entry.reached < Some(Step::Collected))
            .map(|(slot, _)| slot)
    }

    /// Adds a line. Says why not when it contradicts the lines before.
    pub fn add(&mut self, record: &Record) -> Result<(), String> {
        match record {
            Record::Opened { worker } => match self.worker.replace(*worker) {
                Some(other) if other != *worker => {
                    Err(format!("it belongs to worker {other}, not to {worker}"))
                }
                _ => Ok(()),
            },
            Record::Sending { step, slots, .. } => slots
                .iter()
                .filter(|_| matches!(step, Step::Committed | Step::Revealed))
                .find(|slot| self.result(slot).is_none())
                .map_or(Ok(()), |slot| {
                    Err(format!("{slot} has no result to deliver"))
                }),
            Record::Result { slot, sealed, at } => {
                let entry = self.entries.entry(*slot).or_default();
                if entry.result.is_some_and(|(kept, _)| kept != *sealed) {
                    return Err(format!("a second result for {slot}"));
                }
                entry.result.get_or_insert((*sealed, *at));
                entry.reached = entry.reached.max(Some(Step::Executed));
                Ok(())
            }
            Record::Published { slot } => {
                self.entries.entry(*slot).or_default().published = true;
                Ok(())
            }
            Record::Reached { slot, step } => {
                let entry = self.entries.entry(*slot).or_default();
                entry.reached = entry.reached.max(Some(*step));
                Ok(())
            }
        }
    }

    /// The fewest lines that add up to the same, without the slots that `keep` refuses. `keep` is given the slot and the
    /// time of its result.
    pub fn condensed(&self, keep: impl Fn(&SlotId, Option<i64>) -> bool) -> Vec<Record> {
        let mut records: Vec<Record> = self
            .worker
            .iter()
            .map(|worker| Record::Opened { worker: *worker })
            .collect();
        for (slot, entry) in &self.entries {
            if !keep(slot, entry.result.map(|(_, at)| at)) {
                continue;
            }
            let slot = *slot;
            if let Some((sealed, at)) = entry.result {
                records.push(Record::Result { slot, sealed, at });
            }
            if entry.published {
                records.push(Record::Published { slot });
            }
            if let Some(step) = entry.reached {
                records.push(Record::Reached { slot, step });
            }
        }
        records
    }
}
