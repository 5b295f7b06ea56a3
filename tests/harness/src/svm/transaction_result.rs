//! What an accepted transaction reported.

use anchor_lang::Discriminator;
use base64::{prelude::BASE64_STANDARD, Engine};
use bytemuck::AnyBitPattern;
use litesvm::types::TransactionMetadata;
use std::any::type_name;

/// An accepted transaction.
#[derive(Clone, Debug)]
pub struct TransactionResult {
    /// Compute units of the whole transaction.
    pub compute_units: u64,
    /// Compute units of each top-level instruction whose program reports them. Precompiles report none.
    pub instruction_units: Vec<u64>,
    /// Lamports.
    pub fee: u64,
    pub logs: Vec<String>,
}

impl TransactionResult {
    pub(super) fn new(executed: TransactionMetadata) -> Self {
        Self {
            compute_units: executed.compute_units_consumed,
            instruction_units: instruction_units(&executed.logs),
            fee: executed.fee,
            logs: executed.logs,
        }
    }

    /// Returns every event of type `E` that was emitted, in order.
    pub fn events<E: Discriminator + AnyBitPattern>(&self) -> Vec<E> {
        self.logs
            .iter()
            .filter_map(|line| line.strip_prefix("Program data: "))
            .filter_map(|text| BASE64_STANDARD.decode(text).ok())
            .filter_map(|data| {
                let body = data.strip_prefix(E::DISCRIMINATOR)?;
                bytemuck::try_pod_read_unaligned(body).ok()
            })
            .collect()
    }

    /// Returns the one event of type `E`.
    ///
    /// # Panics
    /// If there is none or more than one.
    #[track_caller]
    pub fn event<E: Discriminator + AnyBitPattern>(&self) -> E {
        let events = self.events::<E>();
        match events.as_slice() {
            [event] => *event,
            _ => panic!(
                "expected one {}, found {}:\n{}",
                type_name::<E>(),
                events.len(),
                self.logs.join("\n")
            ),
        }
    }
}

/// Reads the compute units from the log lines `Program X consumed N of M compute units` at call depth one.
fn instruction_units(logs: &[String]) -> Vec<u64> {
    let mut depth = 0usize;
    let mut units = Vec::new();
    for line in logs {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["Program", _, "invoke", _] => depth += 1,
            ["Program", _, "success"] => depth = depth.saturating_sub(1),
            ["Program", _, "consumed", spent, "of", ..] if depth == 1 => {
                units.extend(spent.parse::<u64>().ok());
            }
            _ => {}
        }
    }
    units
}
