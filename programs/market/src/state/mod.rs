//! The accounts of the market program and their transitions.

mod epoch_work;
mod job;
mod job_slots;
mod params;
mod payment_mint;
mod quote;
mod segment;
mod slot;
mod slot_set;
mod sortition;
mod task;
mod terms;
mod wallet;
mod worker;

pub use epoch_work::{shard_of, EpochWork, SHARDS, WORK_SEED};
pub use job::{Job, JobAccount, POLICY_REPLICATED};
pub use job_slots::{set_slot_count, slot_index, take_slot, task_of};
pub use params::{Param, Params};
pub use payment_mint::{PaymentMint, RATE_UNIT};
pub use quote::Quote;
pub use segment::{Segment, SEGMENTS};
pub use slot::{Slot, SlotState};
pub use slot_set::SlotSet;
pub use sortition::{draw, is_drawn};
pub use task::{Decision, Expiry, Task, Verdict};
pub use terms::{JobTerms, MAX_REPLICAS, MAX_WIDTH, MIN_RUN_WINDOW};
pub use wallet::{parse_wallet, read_wallet};
pub use worker::{Collateral, Work, Worker, RING};

#[cfg(test)]
mod sequence_tests;
