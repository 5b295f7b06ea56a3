//! One instruction, one file: accounts, `validate`, verb.

mod allocate_stake;
mod begin_unbond;
mod cancel_unbond;
mod close_attester_set;
mod deallocate_stake;
mod deposit_stake;
mod initialize;
mod issue_credential;
mod open_attester_set;
mod register_provider;
mod revoke_credential;
mod set_exposure;
mod set_params;
mod slash_stake;
mod update_provider;
mod withdraw_stake;

pub use allocate_stake::*;
pub use begin_unbond::*;
pub use cancel_unbond::*;
pub use close_attester_set::*;
pub use deallocate_stake::*;
pub use deposit_stake::*;
pub use initialize::*;
pub use issue_credential::*;
pub use open_attester_set::*;
pub use register_provider::*;
pub use revoke_credential::*;
pub use set_exposure::*;
pub use set_params::*;
pub use slash_stake::*;
pub use update_provider::*;
pub use withdraw_stake::*;
