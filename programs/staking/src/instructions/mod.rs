//! One instruction, one file: accounts, `validate`, verb.

mod allocate;
mod begin_unbond;
mod cancel_unbond;
mod deallocate;
mod initialize;
mod register_provider;
mod set_exposure;
mod set_params;
mod slash;
mod stake;
mod update_provider;
mod vault;
mod withdraw;

pub use allocate::*;
pub use begin_unbond::*;
pub use cancel_unbond::*;
pub use deallocate::*;
pub use initialize::*;
pub use register_provider::*;
pub use set_exposure::*;
pub use set_params::*;
pub use slash::*;
pub use stake::*;
pub use update_provider::*;
pub use withdraw::*;
