//! What the lines of a journal say together.

use super::{Record, Step, StoredResult};
use crate::seat_id::{SeatAccount, SeatId, TaskId};
use assay_client::Address;
use std::collections::HashMap;

/// The state that replaying a journal gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalState {
    worker: Option<Address>,
    watch_key: Option<[u8; 32]>,
    tasks: HashMap<TaskId, TaskEntry>,
    seats: HashMap<SeatId, Step>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TaskEntry {
    /// The result, and its chain time in Unix seconds.
    result: Option<(StoredResult, i64)>,
    /// The memory hash `Q` for each check or round on a public result.
    memories: HashMap<SeatAccount, [u8; 32]>,
    published: bool,
    /// The open digest that the watcher found right last.
    checked: Option<[u8; 32]>,
}

impl JournalState {
    /// Returns the worker whose journal this is, or `None` before the first line.
    pub fn worker(&self) -> Option<Address> {
        self.worker
    }

    /// Returns what decides which results the watcher runs again, if it was chosen.
    pub fn watch_key(&self) -> Option<[u8; 32]> {
        self.watch_key
    }

    /// Returns the result to deliver for a task, if there is one.
    pub fn result(&self, task: &TaskId) -> Option<StoredResult> {
        let (result, _) = self.tasks.get(task)?.result?;
        Some(result)
    }

    /// Returns the memory hash `Q` for a check or round, if it is known.
    pub fn memory(&self, task: &TaskId, account: SeatAccount) -> Option<[u8; 32]> {
        self.tasks.get(task)?.memories.get(&account).copied()
    }

    /// Returns true if a seat has reached `step`.
    pub fn has_reached(&self, seat: &SeatId, step: Step) -> bool {
        self.seats.get(seat) >= Some(&step)
    }

    /// Returns true if every blob store has the task's result.
    pub fn is_published(&self, task: &TaskId) -> bool {
        self.tasks.get(task).is_some_and(|entry| entry.published)
    }

    /// Returns true if the watcher found this open digest of the task right.
    pub fn has_checked(&self, task: &TaskId, digest: &[u8; 32]) -> bool {
        self.tasks
            .get(task)
            .is_some_and(|entry| entry.checked == Some(*digest))
    }

    /// Returns the tasks with a result that is not published. Their outputs may still be needed.
    pub fn unpublished(&self) -> impl Iterator<Item = &TaskId> {
        self.tasks
            .iter()
            .filter(|(_, entry)| entry.result.is_some() && !entry.published)
            .map(|(task, _)| task)
    }

    /// Returns the seats with a result that were not collected, as far as the journal knows.
    pub fn undelivered(&self) -> impl Iterator<Item = &SeatId> {
        self.seats
            .iter()
            .filter(|(seat, step)| {
                **step < Step::Collected && self.result(&seat.task_id()).is_some()
            })
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
                .filter(|_| *step == Step::Contributed)
                .find(|seat| self.result(&seat.task_id()).is_none())
                .map_or(Ok(()), |seat| {
                    Err(format!("{seat} has no result to deliver"))
                }),
            Record::Result { task, result, at } => {
                let entry = self.tasks.entry(*task).or_default();
                if entry.result.is_some_and(|(first, _)| first != *result) {
                    return Err(format!("a second result for {task}"));
                }
                entry.result.get_or_insert((*result, *at));
                Ok(())
            }
            Record::Memory {
                task,
                account,
                memory,
            } => {
                let entry = self.tasks.entry(*task).or_default();
                let first = entry.memories.entry(*account).or_insert(*memory);
                if first != memory {
                    return Err(format!("a second memory hash for {task}"));
                }
                Ok(())
            }
            Record::Published { task } => {
                self.tasks.entry(*task).or_default().published = true;
                Ok(())
            }
            Record::Reached { seat, step } => {
                let reached = self.seats.entry(*seat).or_insert(*step);
                *reached = (*step).max(*reached);
                Ok(())
            }
            Record::WatchKey { key } => {
                self.watch_key = Some(*key);
                Ok(())
            }
            Record::Checked { task, digest } => {
                self.tasks.entry(*task).or_default().checked = Some(*digest);
                Ok(())
            }
        }
    }

    /// Returns the fewest lines that give the same state, without the tasks for which `keep` returns false. `keep` gets the
    /// task and the chain time of its result, in Unix seconds.
    pub fn to_records(&self, keep: impl Fn(&TaskId, Option<i64>) -> bool) -> Vec<Record> {
        let opened = self.worker.map(|worker| Record::Opened { worker });
        let key = self.watch_key.map(|key| Record::WatchKey { key });
        let mut records: Vec<Record> = opened.into_iter().chain(key).collect();
        let is_kept = |task: &TaskId| {
            let result = self.tasks.get(task).and_then(|entry| entry.result);
            keep(task, result.map(|(_, at)| at))
        };
        for (task, entry) in self.tasks.iter().filter(|(task, _)| is_kept(task)) {
            let task = *task;
            if let Some((result, at)) = entry.result {
                records.push(Record::Result { task, result, at });
            }
            for (account, memory) in &entry.memories {
                records.push(Record::Memory {
                    task,
                    account: *account,
                    memory: *memory,
                });
            }
            if entry.published {
                records.push(Record::Published { task });
            }
            if let Some(digest) = entry.checked {
                records.push(Record::Checked { task, digest });
            }
        }
        let seats = self.seats.iter();
        for (seat, step) in seats.filter(|(seat, _)| is_kept(&seat.task_id())) {
            records.push(Record::Reached {
                seat: *seat,
                step: *step,
            });
        }
        records
    }
}
