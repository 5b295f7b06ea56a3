//! A task, from the first claim to the pay.

mod claim_task;
mod collect_held;
mod collect_pay;
mod contribute;
mod draw_seat;
mod expire_task;
mod hold_pay;
mod open_task;
mod penalize_worker;
mod settlement;
mod submit_attested;

pub(super) use claim_task::Admission;
pub use claim_task::*;
pub use collect_held::*;
pub use collect_pay::*;
pub use contribute::*;
pub use draw_seat::*;
pub use expire_task::*;
pub use hold_pay::*;
pub use open_task::*;
pub use penalize_worker::*;
pub(super) use settlement::{check_destination, Settlement};
pub use submit_attested::*;
