//! The tasks of a job: claims, results, verdicts and what follows for each worker.

mod claim_task;
mod collect_pay;
mod commit_result;
mod expire_task;
mod penalize_worker;
mod reveal_result;
mod settle_task;

pub use claim_task::*;
pub use collect_pay::*;
pub use commit_result::*;
pub use expire_task::*;
pub use penalize_worker::*;
pub use reveal_result::*;
pub use settle_task::*;
