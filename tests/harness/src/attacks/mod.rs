//! What attackers try: instructions that an honest client does not build, and accounts that an honest cluster does not have.

#[cfg(feature = "svm")]
mod accounts;
mod instructions;

pub use instructions::{replace_account, without_signature};
