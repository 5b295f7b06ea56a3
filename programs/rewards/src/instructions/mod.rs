//! One instruction, one file: accounts, `validate`, verb.

mod claim_epoch;
mod close_claim_record;
mod close_epoch;
mod finalize_epoch;
mod initialize;
mod set_params;
mod skip_epoch;

pub use claim_epoch::*;
pub use close_claim_record::*;
pub use close_epoch::*;
pub use finalize_epoch::*;
pub use initialize::*;
pub use set_params::*;
pub use skip_epoch::*;
