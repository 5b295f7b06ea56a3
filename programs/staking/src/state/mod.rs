//! The accounts of the staking program and their transitions.

mod attester_set;
mod bucket;
mod credential;
mod params;
mod pool;
mod position;
mod provider;
mod slashing;

pub use attester_set::{AttesterSet, MAX_ATTESTERS};
pub use bucket::{Bucket, BUCKETS, BUCKETS_PER_PERIOD};
pub use credential::Credential;
pub use params::{Param, Params, EXPOSURE_SLACK};
pub use pool::Pool;
pub use position::{Delegation, Ticket};
pub use provider::{Provider, ProviderProfile};
pub use slashing::{slash, SlashCuts};
