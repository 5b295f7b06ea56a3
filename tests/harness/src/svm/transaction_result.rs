//! What an accepted transaction reported.

use crate::Address;
use assay_client::events::{decode_logs, Event};
use litesvm::types::TransactionMetadata;
use std::any::type_name;

/// A call of a program by another.
#[derive(Clone, Debug)]
pub struct Call {
    /// The program that was called.
    pub program: Address,
    /// The accounts that it was given, in order.
    pub accounts: Vec<Address>,
}

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
    /// What the last instruction returned that returned anything.
    pub return_data: Vec<u8>,
    /// The calls of programs by others, in order.
    pub calls: Vec<Call>,
}

impl TransactionResult {
    /// `keys` are the accounts that the transaction names, in its order.
    pub(super) fn new(executed: TransactionMetadata, keys: &[Address]) -> Self {
        let calls = executed.inner_instructions.iter().flatten();
        let calls = calls.map(|inner| Call {
            program: keys[usize::from(inner.instruction.program_id_index)],
            accounts: inner
                .instruction
                .accounts
                .iter()
                .map(|index| keys[usize::from(*index)])
                .collect(),
        });
        Self {
            calls: calls.collect(),
            compute_units: executed.compute_units_consumed,
            instruction_units: instruction_units(&executed.logs),
            fee: executed.fee,
            logs: executed.logs,
            return_data: executed.return_data.data,
        }
    }

    /// Returns the events of type `E` that its program emitted, in order.
    pub fn events<E: TryFrom<Event>>(&self) -> Vec<E> {
        let events = decode_logs(&self.logs).into_iter();
        events.filter_map(|event| E::try_from(event).ok()).collect()
    }

    /// Returns the one event of type `E`.
    ///
    /// # Panics
    /// If there is none or more than one.
    #[track_caller]
    pub fn event<E: TryFrom<Event> + Copy>(&self) -> E {
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
