//! The lines of the journal.

use crate::{seat_id::SeatId, serde_ext};
use assay_client::Address;
use serde::{Deserialize, Serialize};

/// A step of a seat, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Claimed,
    Executed,
    Committed,
    Revealed,
    Collected,
}

/// The result of a seat, as far as commitment and reveal need it. The output is in the output store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResult {
    #[serde(with = "serde_ext::hash")]
    pub digest: [u8; 32],
    /// Random bytes that keep others from guessing the digest from its commitment.
    #[serde(with = "serde_ext::hash")]
    pub salt: [u8; 32],
    pub exit_code: u32,
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// The first line: the worker whose journal this is.
    Opened {
        #[serde(with = "serde_ext::address")]
        worker: Address,
    },
    /// A transaction is about to be sent. The chain says whether it arrived; the signature helps people to find it.
    Sending {
        step: Step,
        seats: Vec<SeatId>,
        signature: String,
    },
    /// The only result that the node will ever deliver for the seat.
    Result {
        #[serde(flatten)]
        seat: SeatId,
        #[serde(flatten)]
        result: StoredResult,
        /// Chain time of the record, in Unix seconds. It decides when the record may be removed.
        at: i64,
    },
    /// Every blob store has the seat's result.
    Published {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The chain shows the seat at this step.
    Reached {
        #[serde(flatten)]
        seat: SeatId,
        step: Step,
    },
}
