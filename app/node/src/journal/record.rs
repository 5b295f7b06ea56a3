use crate::{seat_id::SeatId, text};
use assay_client::Address;
use serde::{Deserialize, Serialize};

/// How far a seat got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Claimed,
    Executed,
    Committed,
    Revealed,
    Collected,
}

/// What a seat's commitment is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    #[serde(with = "text::hash")]
    pub digest: [u8; 32],
    #[serde(with = "text::hash")]
    pub salt: [u8; 32],
    pub exit_code: u32,
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// The first line: whose journal it is.
    Opened {
        #[serde(with = "text::address")]
        worker: Address,
    },
    /// A transaction is about to be sent. The chain says whether it arrived; the signature is for whoever looks.
    Sending {
        step: Step,
        seats: Vec<SeatId>,
        signature: String,
    },
    /// The only result that will ever be delivered for the seat.
    Result {
        #[serde(flatten)]
        seat: SeatId,
        #[serde(flatten)]
        sealed: Sealed,
        /// Chain time, seconds: when this may be forgotten.
        at: i64,
    },
    /// Every blob store has the seat's result.
    Published {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The chain has confirmed a step.
    Reached {
        #[serde(flatten)]
        seat: SeatId,
        step: Step,
    },
}
