//! The accounts of the rewards program and their transitions.

mod claim_record;
mod emission;
mod epoch_rewards;
mod funding;
mod mintable;
mod module;
mod receipt;
mod schedule;
mod work;

pub use claim_record::{claim_record_address, ClaimRecord, Claims, CLAIM_SEED};
pub use emission::{claims_open, Emission, Param, FUNDER_SEED};
pub use epoch_rewards::{EpochRewards, Share};
pub use funding::{split, Funding};
pub use mintable::{Bound, Mintable, MAX_EMISSIONS, MAX_KAPPA_BPS, MAX_PAID_BPS};
pub use module::Module;
pub use receipt::{
    proven_seat, receipt_address, receipt_seed, set_output, Receipt, ReceiptAccount, ReceiptArgs,
    MAX_INLINE_OUTPUT, MAX_LIFETIME, MIN_LIFETIME, RECEIPT_SEED_LEN,
};
pub use schedule::{Minted, Schedule, MAX_CAP};
pub use work::total_weight;
