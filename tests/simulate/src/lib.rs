//! Agents play the market's game, over the programs' own rules, and what a wrong result costs is measured.
//!
//! Nothing here decides who may take a seat, when a check is due, what a round decides or what a lie costs: all that is
//! asked of `assay_market::game`. What the simulator adds is who is there ([`market`]), what they do ([`strategy`]), in
//! which order it happens ([`engine`]), and whose money it is ([`ledger`]). What attacks on stake, votes and supply bring is
//! computed apart ([`governance`]).

pub mod bars;
pub mod corruption;
pub mod emission;
pub mod engine;
pub mod figures;
pub mod find;
pub mod governance;
pub mod key;
pub mod ledger;
pub mod market;
pub mod outcome;
pub mod parameters;
pub mod print;
pub mod random;
pub mod report;
pub mod sample;
pub mod scenarios;
pub mod strategy;
pub mod worth;

mod progress;
mod rounds;
mod seats;
mod settle;
