use super::{Record, Sealed, Step};
use crate::seat_id::SeatId;
use assay_client::Address;
use std::collections::HashMap;

/// What the journal's lines add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    worker: Option<Address>,
    entries: HashMap<SeatId, Entry>,
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

    /// The result to deliver for a seat.
    pub fn result(&self, seat: &SeatId) -> Option<Sealed> {
        let (sealed, _) = self.entries.get(seat)?.result?;
        Some(sealed)
    }

    /// Whether a seat got as far as `step`.
    pub fn has_reached(&self, seat: &SeatId, step: Step) -> bool {
        let reached = self.entries.get(seat).and_then(|entry| entry.reached);
        reached >= Some(step)
    }

    /// Whether every blob store was given the seat's result.
    pub fn is_published(&self, seat: &SeatId) -> bool {
        self.entries.get(seat).is_some_and(|entry| entry.published)
    }

    /// Seats whose output may still be needed.
    pub fn unpublished(&self) -> impl Iterator<Item = &SeatId> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.result.is_some() && !entry.published)
            .map(|(seat, _)| seat)
    }

    /// Seats with a result that was not collected.
    pub fn undelivered(&self) -> impl Iterator<Item = &SeatId> {
        self.entries
            .iter()
            .filter(|(_, entry)| entry.result.is_some() && entry.reached < Some(Step::Collected))
            .map(|(seat, _)| seat)
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
            Record::Sending { step, seats, .. } => seats
                .iter()
                .filter(|_| matches!(step, Step::Committed | Step::Revealed))
                .find(|seat| self.result(seat).is_none())
                .map_or(Ok(()), |seat| {
                    Err(format!("{seat} has no result to deliver"))
                }),
            Record::Result { seat, sealed, at } => {
                let entry = self.entries.entry(*seat).or_default();
                if entry.result.is_some_and(|(kept, _)| kept != *sealed) {
                    return Err(format!("a second result for {seat}"));
                }
                entry.result.get_or_insert((*sealed, *at));
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

    /// The fewest lines that add up to the same, without the seats that `keep` refuses. `keep` is given the seat and the
    /// time of its result.
    pub fn condensed(&self, keep: impl Fn(&SeatId, Option<i64>) -> bool) -> Vec<Record> {
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
            if let Some((sealed, at)) = entry.result {
                records.push(Record::Result { seat, sealed, at });
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
