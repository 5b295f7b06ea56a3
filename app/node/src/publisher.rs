//! Brings results to the blob stores, so that the node's loop only asks whether they are there.

use crate::{
    crew::Crew,
    error::NodeError,
    outputs::Outputs,
    result::{publish_result, TaskResult},
    slot_id::SlotId,
};
use assay_runner::{ContentStore, RunnerError};
use std::{collections::HashMap, time::Duration};

/// Results uploaded to one store at the same time.
const UPLOADS: usize = 2;

/// What became of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// Every store has it.
    Done,
    /// Its output is not on this disk any more.
    Gone,
}

type Answer = Result<Upload, NodeError>;

/// A result that is on its way.
struct Parcel {
    /// Stores that have not answered yet.
    awaited: usize,
    /// The worst answer so far.
    answer: Answer,
}

pub struct Publisher {
    /// One for each store: one that is down holds up no other.
    stores: Vec<Crew<SlotId, (SlotId, u32), Answer>>,
    under_way: HashMap<SlotId, Parcel>,
}

impl Publisher {
    /// Uploads `outputs`, each to all of `stores`.
    pub fn start(outputs: Outputs, stores: Vec<ContentStore>) -> Self {
        let crew = |store: ContentStore| {
            let outputs = outputs.clone();
            Crew::start(UPLOADS, move |(slot, exit_code): (SlotId, u32)| {
                let Some(output) = outputs.read(&slot)? else {
                    return Ok(Upload::Gone);
                };
                publish_result(&store, &TaskResult { exit_code, output })?;
                Ok(Upload::Done)
            })
        };
        Self {
            stores: stores.into_iter().map(crew).collect(),
            under_way: HashMap::new(),
        }
    }

    /// Begins to upload a slot's result, unless that is under way.
    pub fn publish(&mut self, slot: SlotId, exit_code: u32) -> Result<(), NodeError> {
        if self.under_way.contains_key(&slot) {
            return Ok(());
        }
        for store in &mut self.stores {
            store.give(slot, (slot, exit_code))?;
        }
        let (awaited, answer) = (self.stores.len(), Ok(Upload::Done));
        self.under_way.insert(slot, Parcel { awaited, answer });
        Ok(())
    }

    /// Uploads that have ended at every store since the last question.
    pub fn ended(&mut self) -> Result<Vec<(SlotId, Answer)>, NodeError> {
        let mut ended = Vec::new();
        for store in &mut self.stores {
            while let Some((slot, answer)) = store.take(Duration::ZERO)? {
                let Some(parcel) = self.under_way.get_mut(&slot) else {
                    continue;
                };
                let crashed = || Err(RunnerError::Host("the upload crashed".into()).into());
                match answer.unwrap_or_else(crashed) {
                    Ok(Upload::Done) => {}
                    worse => parcel.answer = worse,
                }
                parcel.awaited = parcel.awaited.saturating_sub(1);
                if parcel.awaited == 0 {
                    ended.extend(self.under_way.remove_entry(&slot));
                }
            }
        }
        let ended = ended.into_iter();
        Ok(ended.map(|(slot, parcel)| (slot, parcel.answer)).collect())
    }
}
