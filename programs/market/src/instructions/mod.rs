//! The instructions, grouped by the object that they change. One instruction is one file: accounts, `validate`, verb.

mod admin;
mod epoch;
mod job;
mod module;
mod receipt;
mod round;
mod task;
mod worker;

pub use admin::*;
pub use epoch::*;
pub use job::*;
pub use module::*;
pub use receipt::*;
pub use round::*;
pub use task::*;
pub use worker::*;
