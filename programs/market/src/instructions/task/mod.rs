//! A task, from the first claim to the pay.

mod claim_task;
mod collect_pay;
mod contribute;
mod draw_seat;
mod expire_task;
mod open_task;
mod penalize_worker;
mod submit_attested;

pub(super) use claim_task::Admission;
pub use claim_task::*;
pub use collect_pay::*;
pub(super) use collect_pay::{add_weight, check_destination, pay_from_escrow};
pub use contribute::*;
pub use draw_seat::*;
pub use expire_task::*;
pub use open_task::*;
pub use penalize_worker::*;
pub use submit_attested::*;
