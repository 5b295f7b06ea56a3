//! Forgeries: instructions that an honest client would not build.

use crate::{Address, Instruction};

/// The instruction with `false_one` wherever it names `honest`.
pub fn swapped(mut instruction: Instruction, honest: &Address, false_one: &Address) -> Instruction {
    let mut found = false;
    for meta in &mut instruction.accounts {
        if meta.pubkey == *honest {
            meta.pubkey = *false_one;
            found = true;
        }
    }
    assert!(found, "the instruction does not name {honest}");
    instruction
}

/// The instruction without the signature of `signer`.
pub fn unsigned(mut instruction: Instruction, signer: &Address) -> Instruction {
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
