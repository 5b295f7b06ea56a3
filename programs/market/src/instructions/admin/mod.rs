//! What the authority does: parameters, payment mints and the guardian.

mod allow_mint;
mod initialize;
mod set_authority;
mod set_guardian;
mod set_mint;
mod set_params;

pub use allow_mint::*;
pub use initialize::*;
pub use set_authority::*;
pub use set_guardian::*;
pub use set_mint::*;
pub use set_params::*;
