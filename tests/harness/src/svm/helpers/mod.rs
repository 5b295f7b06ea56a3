//! Steps that many tests share, one file per program; staking has two.

mod delegation;
mod governance;
mod market;
mod rewards;
mod staking;

pub use market::{
    attester_keys, contributed, five, forty_five, seat_of, sign_attestation, sign_bytes, ATTESTERS,
    MEMBERS, WORKERS,
};
