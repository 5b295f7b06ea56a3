//! What an attester reports: one event for each request that it answered, as text for people and as JSON for programs.

use crate::{attested::RefusalCode, seat_id::TaskId, serde_ext};
use assay_client::Address;
use serde::Serialize;
use std::{fmt, net::IpAddr};

/// An event of an attester. In JSON, `event` is the name in snake case; amounts of 64 bits are strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AttesterEvent {
    /// The attester has read its journal and listens.
    AttesterStarted {
        /// The key that signs.
        #[serde(with = "serde_ext::address")]
        key: Address,
        /// The attester set.
        #[serde(with = "serde_ext::address")]
        set: Address,
        /// URL at which nodes reach it from this machine.
        url: String,
        /// Tasks for which the key has signed a digest so far.
        signed: usize,
        /// Fuel per second that a task is expected to burn; none if a command checks.
        #[serde(with = "serde_ext::optional_amount")]
        fuel_per_second: Option<u64>,
    },
    /// A result was run again, or checked.
    Verified {
        #[serde(flatten)]
        task: TaskId,
        /// Duration of the run or the check.
        milliseconds: u64,
    },
    /// A result was signed. Its digest is in the journal.
    Signed {
        #[serde(flatten)]
        task: TaskId,
        /// The worker that is to be paid.
        #[serde(with = "serde_ext::address")]
        worker: Address,
        /// Digest of the result's record.
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
    },
    /// A request was refused.
    Refused {
        /// Who asked.
        client: IpAddr,
        /// The task, if the request names one.
        #[serde(flatten)]
        task: Option<TaskId>,
        code: RefusalCode,
        reason: String,
    },
    /// The attester has stopped as requested.
    AttesterStopped,
}

impl fmt::Display for AttesterEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AttesterStarted {
                key,
                set,
                url,
                signed,
                fuel_per_second,
            } => {
                write!(
                    f,
                    "attester {key} of set {set} listens at {url}, {signed} tasks in its journal"
                )?;
                match fuel_per_second {
                    Some(rate) => write!(f, ", at least {rate} fuel a second"),
                    None => Ok(()),
                }
            }
            Self::Verified { task, milliseconds } => {
                write!(f, "verified {task} in {milliseconds} ms")
            }
            Self::Signed { task, worker, .. } => write!(f, "signed {task} for worker {worker}"),
            Self::Refused {
                client,
                task,
                reason,
                ..
            } => match task {
                Some(task) => write!(f, "refused {task} to {client}: {reason}"),
                None => write!(f, "refused {client}: {reason}"),
            },
            Self::AttesterStopped => f.write_str("stopped"),
        }
    }
}
