//! The only code that builds, sends and confirms Assay transactions.

pub mod address;
pub mod instruction;

pub use anchor_lang::Address;
pub use solana_instruction::Instruction;
