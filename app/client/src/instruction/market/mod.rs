//! Instructions of the market program.

mod epoch;
mod job;
mod params;
mod task;
mod worker;

pub use epoch::{close_work, tally_work};
pub use job::{
    cancel_job, close_job, extend_job, post_job, ExtendJobParams, JobAddresses, PaymentMintInfo,
    PostJobParams,
};
pub use params::{allow_mint, initialize, set_authority, set_params};
pub use task::{
    claim_task, collect_pay, commit_result, expire_task, penalize_worker, reveal_result,
    settle_task,
};
pub use worker::{add_collateral, open_worker, remove_collateral, sync_worker};
