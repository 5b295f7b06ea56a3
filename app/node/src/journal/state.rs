//! What the lines of a journal say together.

use super::{Record, Step, StoredResult};
use crate::seat_id::SeatId;
use assay_client::Address;
use std::collections::HashMap;

/// The state that replaying a journal gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalState {
    worker: Option<Address>,
    entries: HashMap<SeatId, Entry>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Entry {
    /// The result, and its chain time in Unix seconds.
    result: Option<(StoredResult, i64)>,
    reached: Option<Step>,
    published: bool,
}

impl JournalState {
    /// Returns the worker whose journal this is, or `None` before the first line.
    pub fn worker(&self) -> Option<Address> {
        self.worker
    }

    /// Returns the result to deliver for a seat, if there is one.
    pub fn result(&self, seat: &SeatId) -> Option<StoredResult> {
        let (result, _) = self.entries.get(seat)?.result?;
        Some(result)
    }

    /// Returns true if a seat has reached `step`.
    pub fn has_reached(&self, seat: &SeatId, step: Step) -> bool {
        let reached = self.entries.get(seat).and_then(|entry| entry.reached);
        reached >= Some(step)
    }

    /// Returns true if every blob store has the seat's result.
    pub fn is_published(&self, seat: &SeatId) -> bool {
        self.entries.get(seat).is_some_and(|entry| entry.published)
    }

    /// Returns the seats with a result that is not published. Their outputs may still be needed.
    pub fn unpublished(&self) -> impl Iterator<Item = &SeatId> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.result.is_some() && !entry.published)
            .map(|(seat, _)| seat)
    }

    /// Returns the seats with a result that is not collected.
    pub fn undelivered(&self) -> impl Iterator<Item = &SeatId> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.result.is_some() && entry.reached < Some(Step::Collected))
            .map(|(seat, _)| seat)
    }

    /// Applies a line.
    ///
    /// # Errors
    /// The reason why the line conflicts with those before it.
    pub fn apply(&mut self, record: &Record) -> Result<(), String> {
        match record {
            Record::Opened { worker } => match self.worker.replace(*worker) {
                Some(other) if other != *worker => {
                    Err(format!("it belongs to worker {other}, not to {worker}"))
                }
                _ => Ok(()),
            },
            Record::Sending { step, seats, .. } => seats
                .iter()
                .filter(|_| matches!(step, Step::Committed | Step::Revealed))
                .find(|seat| self.result(seat).is_none())
                .map_or(Ok(()), |seat| {
                    Err(format!("{seat} has no result to deliver"))
                }),
            Record::Result { seat, result, at } => {
                let entry = self.entries.entry(*seat).or_default();
                if entry.result.is_some_and(|(first, _)| first != *result) {
                    return Err(format!("a second result for {seat}"));
                }
                entry.result.get_or_insert((*result, *at));
                entry.reached = entry.reached.max(Some(Step::Executed));
                Ok(())
            }
            Record::Published { seat } => {
                self.entries.entry(*seat).or_default().published = true;
                Ok(())
            }
            Record::Reached { seat, step } => {
                let entry = self.entries.entry(*seat).or_default();
                entry.reached = entry.reached.max(Some(*step));
                Ok(())
            }
        }
    }

    /// Returns the fewest lines that give the same state, without the seats for which `keep` returns false. `keep` gets the
    /// seat and the chain time of its result, in Unix seconds.
    pub fn to_records(&self, keep: impl Fn(&SeatId, Option<i64>) -> bool) -> Vec<Record> {
        let mut records: Vec<Record> = self
            .worker
            .iter()
            .map(|worker| Record::Opened { worker: *worker })
            .collect();
        for (seat, entry) in &self.entries {
            if !keep(seat, entry.result.map(|(_, at)| at)) {
                continue;
            }
            let seat = *seat;
            if let Some((result, at)) = entry.result {
                records.push(Record::Result { seat, result, at });
            }
            if entry.published {
                records.push(Record::Published { seat });
            }
            if let Some(step) = entry.reached {
                records.push(Record::Reached { seat, step });
            }
        }
        records
    }
}
