//! A search for sequences of transactions that break what must always hold.
//!
//! Actors of chance send every instruction of the four programs to the real bytecode on LiteSVM, with the real token
//! programs, clock and slot hashes. A model of what is possible now proposes most steps ([`entries`]); the rest is hostile
//! ([`plan`]). After each step the invariants are checked over raw accounts and balances ([`invariants`]). A sequence that
//! breaks one is shrunk ([`shrink`]) and kept.

pub mod cast;
pub mod entries;
pub mod episode;
pub mod invariants;
pub mod plan;
pub mod random;
pub mod raw;
pub mod refusal;
pub mod report;
pub mod run;
pub mod shrink;
pub mod step;
pub mod windup;
pub mod world;
