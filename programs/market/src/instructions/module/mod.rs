//! Modules that their authors registered, and who the author is.

mod accept_module;
mod offer_module;
mod register_module;
mod retire_module;

pub use accept_module::*;
pub use offer_module::*;
pub use register_module::*;
pub use retire_module::*;
