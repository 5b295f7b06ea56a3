//! The accounts of the market program and what they count. The rules of verification are in [`crate::game`].

mod attestation;
mod draws;
mod epoch_work;
mod job;
mod job_books;
mod job_seats;
mod params;
mod payment_mint;
mod requirements;
mod round;
mod round_seats;
mod segment;
pub mod slot_hash;
mod terms;
mod totals;
mod work;
mod worker;

pub use attestation::{
    check_signatures, Attestation, ATTEST_PREFIX, ED25519, INSTRUCTIONS, MESSAGE_LEN,
    SIGNED_HEADER, SIGNED_LEN,
};
pub use draws::{draw_job_seat, draw_round};
pub use epoch_work::{shard_of, EpochWork, SHARDS, WORK_SEED};
pub use job::{Job, JobAccount, POLICY_ATTESTED, POLICY_CHECKED, SEEDED_LEN};
pub use job_seats::{cut_seats, seat_index, set_seat_count, task_of, task_parts};
pub use params::{pause, Param, Params, EXPOSED_LATE_SEATS, HOLD_RUNS};
pub use payment_mint::{MintChange, PaymentMint, RATE_PAUSE, RATE_UNIT};
pub use round::{Census, NewRound, RoundAccount, RoundHeader, Source, CHALLENGER, ROUND_SEED};
pub use round_seats::{check_own_round, check_pot, check_seat, round_parts, round_seat};
pub use segment::{Segment, SEGMENTS};
pub use terms::{
    JobTerms, GATE_EVERY_SEAT, GATE_FIRST_SEAT, LIE_PRICES, MAX_CHECKS_BPS, MAX_ROYALTY_BPS,
    MIN_RUN_WINDOW,
};
pub use totals::Totals;
pub use work::{Work, RING};
pub use worker::{Limits, Worker};
