//! The rules of verification, free of accounts and of the chain.
//!
//! Everything here is a pure function or a transition of plain data: who may take a seat ([`rank`]), when a check is due
//! ([`draw`]), how a result is contributed without being shown ([`contribution`]), how a task and its rounds move from
//! seat to verdict ([`task`], [`round`]), and what each end costs or pays ([`money`]). The program, the node, the
//! simulator and the model checker all call these functions, so that what was attacked on paper is what runs on chain.
//!
//! Times are whole seconds and slots are counted, both from the posting of the job ([`Moment`]).

pub mod contribution;
pub mod draw;
#[cfg(test)]
mod fixtures;
pub mod money;
#[cfg(test)]
mod money_tests;
pub mod rank;
pub mod round;
pub mod rules;
pub mod seat;
mod seat_state;
#[cfg(test)]
mod seat_tests;
pub mod task;

pub use round::Round;
pub use rules::{Moment, Rules};
pub use seat::Seat;
pub use seat_state::SeatState;
pub use task::{Phase, Task};
