//! One instruction, one file: accounts, `validate`, verb.

mod begin_unlock;
mod cast_vote;
mod close_proposal;
mod close_vote;
mod execute_proposal;
mod initialize;
mod lock_tokens;
mod propose;
mod withdraw_lock;

pub use begin_unlock::*;
pub use cast_vote::*;
pub use close_proposal::*;
pub use close_vote::*;
pub use execute_proposal::*;
pub use initialize::*;
pub use lock_tokens::*;
pub use propose::*;
pub use withdraw_lock::*;
