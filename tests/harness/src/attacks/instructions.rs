//! Instructions that an honest client does not build.

use crate::{Address, Instruction};

/// Returns the instruction with the account `fake` wherever it names `real`.
///
/// # Panics
/// If the instruction does not name `real`.
#[track_caller]
pub fn replace_account(
    mut instruction: Instruction,
    real: &Address,
    fake: &Address,
) -> Instruction {
    let mut found = false;
    for meta in &mut instruction.accounts {
        if meta.pubkey == *real {
            meta.pubkey = *fake;
            found = true;
        }
    }
    assert!(found, "the instruction does not name {real}");
    instruction
}

/// Returns the instruction without the signature of `signer`.
///
/// # Panics
/// If the instruction does not ask for this signature.
#[track_caller]
pub fn without_signature(mut instruction: Instruction, signer: &Address) -> Instruction {
    let mut found = false;
    for meta in &mut instruction.accounts {
        if meta.pubkey == *signer && meta.is_signer {
            meta.is_signer = false;
            found = true;
        }
    }
    assert!(found, "the instruction is not signed by {signer}");
    instruction
}
