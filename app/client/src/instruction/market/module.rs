//! Modules that their authors registered, and receipts of verified results.

use crate::pda::market as at;
use anchor_lang::{system_program, Address};
use assay_market::{accounts, instruction, state::ReceiptArgs};
use solana_instruction::Instruction;

/// Registers the module with this hash. `author` signs and pays.
pub fn register_module(
    author: Address,
    hash: [u8; 32],
    royalty_bps: u16,
    uri: [u8; 96],
) -> Instruction {
    let args = instruction::RegisterModule {
        hash,
        royalty_bps,
        uri,
    };
    args.to_instruction(accounts::RegisterModule {
        author,
        module_record: at::module(&hash),
        system_program: system_program::ID,
    })
}

/// Offers the authorship of a module to `to`, zero to take an offer back. `author` signs.
pub fn offer_module(author: Address, hash: &[u8; 32], to: Address) -> Instruction {
    instruction::OfferModule { to }.to_instruction(accounts::OfferModule {
        author,
        module_record: at::module(hash),
    })
}

/// Takes over the authorship of a module. `author`, to whom it is offered, signs.
pub fn accept_module(author: Address, hash: &[u8; 32]) -> Instruction {
    instruction::AcceptModule {}.to_instruction(accounts::AcceptModule {
        author,
        module_record: at::module(hash),
    })
}

/// Closes the record of a module and returns its rent to `payer`, who paid it. `author` signs.
pub fn retire_module(author: Address, payer: Address, hash: &[u8; 32]) -> Instruction {
    instruction::RetireModule {}.to_instruction(accounts::RetireModule {
        author,
        payer,
        module_record: at::module(hash),
    })
}

/// Writes a receipt of a task of the posting that `seed` names. `payer` signs and pays the rent; each payer has its own.
pub fn write_receipt(
    payer: Address,
    job: Address,
    seed: &[u8; 32],
    task: u32,
    args: ReceiptArgs,
) -> Instruction {
    instruction::WriteReceipt { task, args }.to_instruction(accounts::WriteReceipt {
        payer,
        job,
        receipt: at::receipt(seed, task, &payer),
        system_program: system_program::ID,
    })
}

/// Closes a receipt whose lifetime is over and returns its rent to `payer`, who paid it. Anyone may send it.
pub fn close_receipt(payer: Address, receipt: Address) -> Instruction {
    instruction::CloseReceipt {}.to_instruction(accounts::CloseReceipt { payer, receipt })
}
