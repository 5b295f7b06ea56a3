//! The accounts of the staking program and their transitions.

mod accumulator;
mod attester_set;
mod bucket;
mod capacity;
mod commission;
mod credential;
mod own;
mod params;
mod pool;
mod position;
mod provider;
mod slashing;
mod span;
mod stream;

#[cfg(test)]
mod own_tests;

pub use accumulator::{earn, Accumulator};
pub use attester_set::{AttesterSet, MAX_ATTESTERS};
pub use bucket::{Bucket, BUCKETS};
pub use capacity::{capacity, excess};
pub use commission::{Commission, MAX_COMMISSION, MAX_RAISE};
pub use credential::Credential;
pub use own::{OwnBucket, OwnStake, OWN_BUCKETS};
pub use params::{pause, Param, Params, CLAIM_SPAN, EXPOSURE_SLACK, JOIN_SLACK, JOIN_WINDOW};
pub use pool::Pool;
pub use position::{Delegation, Matured, Ticket};
pub use provider::{Ended, Moved, Provider, ProviderProfile, Settled, SlashOutcome, YieldOutcome};
pub use slashing::{slash, Liable, SlashCuts};
pub use span::{span_end, DELEGATED_PARTS, OWN_PARTS};
pub use stream::Stream;
