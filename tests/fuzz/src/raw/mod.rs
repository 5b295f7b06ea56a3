//! Accounts as bytes: what the invariants read.
//!
//! No function of the programs is called here. Where a field lies follows from the committed IDLs, and what a field means
//! from its documentation.

mod layout;
mod mirror;
mod record;
mod token;

pub use layout::{instruction_name, instruction_names, kind_of, Kind, Program};
pub use mirror::{Change, Mirror};
pub use record::{Item, Record};
pub use token::{is_token_program, Holding, Supply, TOKEN, TOKEN_2022};
