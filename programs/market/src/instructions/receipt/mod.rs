//! Receipts: what other programs read about a verified result.

mod close_receipt;
mod write_receipt;

pub use close_receipt::*;
pub use write_receipt::*;
