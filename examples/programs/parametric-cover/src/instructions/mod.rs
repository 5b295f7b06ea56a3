//! One instruction, one file: accounts, `validate`, verb.

mod expire_cover;
mod open_cover;
mod payout;
mod settle_cover;

pub use expire_cover::*;
pub use open_cover::*;
pub use settle_cover::*;
