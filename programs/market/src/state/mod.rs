//! The accounts of the market program and their transitions.

mod epoch_work;
mod job;
mod job_seats;
mod params;
mod payment_mint;
mod quote;
mod seat;
mod seat_set;
mod segment;
mod sortition;
mod task;
mod terms;
mod worker;

pub use epoch_work::{shard_of, EpochWork, SHARDS, WORK_SEED};
pub use job::{Job, JobAccount, POLICY_REPLICATED};
pub use job_seats::{seat_index, set_seat_count, take_seat, task_of};
pub use params::{Param, Params};
pub use payment_mint::{PaymentMint, RATE_UNIT};
pub use quote::Quote;
pub use seat::{Seat, SeatState};
pub use seat_set::SeatSet;
pub use segment::{Segment, SEGMENTS};
pub use sortition::{draw, is_drawn};
pub use task::{Decision, Expiry, Task, Verdict};
pub use terms::{JobTerms, MAX_REPLICAS, MAX_WIDTH, MIN_RUN_WINDOW};
pub use worker::{Collateral, Work, Worker, RING};

#[cfg(test)]
mod sequence_tests;
