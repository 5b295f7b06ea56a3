//! What the authority does: parameters, pauses, payment mints, and the authority itself.

mod accept_authority;
mod allow_mint;
mod initialize;
mod offer_authority;
mod set_mint;
mod set_params;
mod set_pause;

pub use accept_authority::*;
pub use allow_mint::*;
pub use initialize::*;
pub use offer_authority::*;
pub use set_mint::*;
pub use set_params::*;
pub use set_pause::*;
