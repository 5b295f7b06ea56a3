//! The accounts of the governance program and their transitions.

mod action;
mod commitment;
mod draft;
mod floors;
mod grant;
mod guard;
mod kind;
mod laws;
mod lock;
mod params;
mod proposal;
mod slot;
mod tally;
mod vote;
mod weight;

pub use action::{Action, ProposedAction, MAX_ACTIONS, MAX_VESTING};
pub use commitment::commitment;
pub use draft::ProposalDraft;
pub use floors::Floors;
pub use grant::{grant_address, grant_vault_address, Grant, GRANT_REST};
pub use guard::SPEND_GAP_DAYS;
pub use kind::{Kind, Target};
pub use laws::Laws;
pub use lock::{Lock, LAPSE_MIN};
pub use params::{pause, Param, Params, MAX_FLOOR_BPS};
pub use proposal::{Proposal, Status};
pub use slot::{check_together, SLOTS};
pub use tally::{Ballot, PodBallot, Side, Tally};
pub use vote::{vote_address, Vote};
pub use weight::{factor_bps, floor_weight, quorum_weight, weight, MAX_FACTOR_BPS};
