//! What the authority does: parameters and payment mints.

mod allow_mint;
mod initialize;
mod set_authority;
mod set_params;

pub use allow_mint::*;
pub use initialize::*;
pub use set_authority::*;
pub use set_params::*;
