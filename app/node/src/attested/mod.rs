//! Attested jobs: what a node asks attesters for, and how it gathers their signatures.

mod gather;
mod peers;
mod wire;

pub use gather::{Gathered, Gathering, Order};
pub use peers::{AttesterList, KnownSet, Peers};
pub use wire::{
    AttestReply, AttestRequest, Refusal, RefusalCode, ATTEST_PATH, HEALTH_PATH, LIFETIME,
    MAX_LIFETIME,
};
