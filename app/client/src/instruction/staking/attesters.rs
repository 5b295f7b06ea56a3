//! Attester sets and their credentials.

use crate::pda::staking as at;
use anchor_lang::{system_program, Address};
use assay_staking::{accounts, instruction};
use solana_instruction::Instruction;

/// Opens the attester set `id` of `authority`, who signs, as does `payer`, who pays the rent. `keys` increase strictly.
pub fn open_attester_set(
    authority: Address,
    payer: Address,
    id: u32,
    keys: Vec<[u8; 32]>,
) -> Instruction {
    let args = instruction::OpenAttesterSet { id, keys };
    args.to_instruction(accounts::OpenAttesterSet {
        authority,
        payer,
        set: at::attester_set(&authority, id),
        system_program: system_program::ID,
    })
}

/// Closes an attester set and returns its rent to `payer`, who paid it. `authority` signs.
pub fn close_attester_set(authority: Address, payer: Address, set: Address) -> Instruction {
    instruction::CloseAttesterSet {}.to_instruction(accounts::CloseAttesterSet {
        authority,
        payer,
        set,
    })
}

/// Vouches for a provider until `expires_at` (Unix time). The set's `authority` signs, as does `payer`, who pays the rent.
pub fn issue_credential(
    authority: Address,
    payer: Address,
    set: Address,
    provider: Address,
    region: u16,
    expires_at: i64,
) -> Instruction {
    let args = instruction::IssueCredential { region, expires_at };
    args.to_instruction(accounts::IssueCredential {
        authority,
        payer,
        set,
        provider,
        credential: at::credential(&set, &provider),
        system_program: system_program::ID,
    })
}

/// Ends a credential and returns its rent to `payer`, who paid it. Its authority signs; anyone does once it is expired.
pub fn revoke_credential(signer: Address, payer: Address, credential: Address) -> Instruction {
    instruction::RevokeCredential {}.to_instruction(accounts::RevokeCredential {
        signer,
        payer,
        credential,
    })
}
