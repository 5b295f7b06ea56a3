//! One instruction, one file: accounts, `validate`, verb.

mod accept_module;
mod claim_epochs;
mod close_claim_record;
mod close_epoch;
mod close_receipt;
mod finalize_epoch;
mod initialize;
mod offer_module;
mod open_claim_record;
mod register_module;
mod retire_module;
mod set_params;
mod skip_epoch;
mod version;
mod write_receipt;

pub use accept_module::*;
pub use claim_epochs::*;
pub use close_claim_record::*;
pub use close_epoch::*;
pub use close_receipt::*;
pub use finalize_epoch::*;
pub use initialize::*;
pub use offer_module::*;
pub use open_claim_record::*;
pub use register_module::*;
pub use retire_module::*;
pub use set_params::*;
pub use skip_epoch::*;
pub use version::*;
pub use write_receipt::*;
