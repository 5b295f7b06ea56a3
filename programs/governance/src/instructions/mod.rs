//! One instruction, one file: accounts, `validate`, verb.

mod begin_unlock;
mod close_proposal;
mod close_vote;
mod execute;
mod initialize;
mod lock;
mod propose;
mod vote;
mod withdraw_lock;

pub use begin_unlock::*;
pub use close_proposal::*;
pub use close_vote::*;
pub use execute::*;
pub use initialize::*;
pub use lock::*;
pub use propose::*;
pub use vote::*;
pub use withdraw_lock::*;
