//! The instructions, grouped by the object that they change. One instruction is one file: accounts, `validate`, verb.

mod admin;
mod epoch;
mod job;
mod round;
mod task;
mod worker;

pub use admin::*;
pub use epoch::*;
pub use job::*;
pub use round::*;
pub use task::*;
pub use worker::*;
