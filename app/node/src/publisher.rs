//! Brings results to the blob stores, so that the node's loop only asks whether they are there.

use crate::{
    crew::Crew,
    error::NodeError,
    outputs::Outputs,
    result::{publish_result, TaskResult},
    slot_id::SlotId,
};
use assay_runner::{ContentStore, RunnerError};
use std::{collections::HashSet, time::Duration};

/// Results uploaded at the same time.
const UPLOADS: usize = 2;

pub struct Publisher {
    crew: Crew<SlotId, (SlotId, u32), Result<(), NodeError>>,
    under_way: HashSet<SlotId>,
}

impl Publisher {
    /// Uploads `outputs`, each to all of `stores`.
    pub fn start(outputs: Outputs, stores: Vec<ContentStore>) -> Self {
        let upload = move |(slot, exit_code): (SlotId, u32)| {
            let Some(output) = outputs.read(&slot)? else {
                return Ok(());
            };
            let result = TaskResult { exit_code, output };
            for store in &stores {
                publish_result(store, &result)?;
            }
            Ok(())
        };
        Self {
            crew: Crew::start(UPLOADS, upload),
            under_way: HashSet::new(),
        }
    }

    /// Begins to upload a slot's result, unless that is under way.
    pub fn publish(&mut self, slot: SlotId, exit_code: u32) -> Result<(), NodeError> {
        match self.under_way.insert(slot) {
            true => self.crew.give(slot, (slot, exit_code)),
            false => Ok(()),
        }
    }

    /// Uploads that have ended since the last question.
    pub fn ended(&mut self) -> Result<Vec<(SlotId, Result<(), NodeError>)>, NodeError> {
        let mut ended = Vec::new();
        while let Some((slot, uploaded)) = self.crew.take(Duration::ZERO)? {
            self.under_way.remove(&slot);
            let crashed = || Err(RunnerError::Host("the upload crashed".into()).into());
            ended.push((slot, uploaded.unwrap_or_else(crashed)));
        }
        Ok(ended)
    }
}
