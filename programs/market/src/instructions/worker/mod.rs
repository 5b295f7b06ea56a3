//! A provider's side of the market: its worker and the collateral behind it.

mod add_collateral;
mod open_worker;
mod remove_collateral;
mod sync_worker;
mod update_worker;
mod yield_collateral;

pub use add_collateral::*;
pub use open_worker::*;
pub use remove_collateral::*;
pub use sync_worker::*;
pub use update_worker::*;
pub use yield_collateral::*;
