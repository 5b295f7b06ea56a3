//! The accounts of the rewards program and their transitions.

mod claim_record;
mod emission;
mod epoch_rewards;
mod mintable;
mod schedule;
mod work;

pub use claim_record::{claim_record_address, ClaimRecord, Claims, CLAIM_SEED};
pub use emission::{claims_open, Emission, Param};
pub use epoch_rewards::EpochRewards;
pub use mintable::{Bound, Mintable, MAX_EMISSIONS, MAX_KAPPA_BPS};
pub use schedule::{Minted, Schedule, MAX_CAP};
pub use work::total_weight;
