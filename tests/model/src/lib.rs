//! A model checker for the rules of verification: every state that a task can come to, by the program's own functions.

pub mod action;
pub mod answer;
pub mod explore;
pub mod key;
pub mod property;
pub mod report;
pub mod round;
pub mod world;
