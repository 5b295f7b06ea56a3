//! The accounts of the governance program and their transitions.

mod action;
mod lock;
mod params;
mod proposal;
mod tally;
mod vote;
mod weight;

pub use action::{Action, Kind, ProposedAction, Target, MAX_ACTIONS};
pub use lock::Lock;
pub use params::{Param, Params};
pub use proposal::{Proposal, ProposalDraft, Status};
pub use tally::{PodSide, Side, Tally};
pub use vote::Vote;
pub use weight::{factor_bps, quorum_weight, weight, MAX_FACTOR_BPS};
