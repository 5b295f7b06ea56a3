use crate::pda::market as at;
use anchor_lang::{system_program, Address};
use assay_market::{accounts, instruction, state::shard_of};
use solana_instruction::Instruction;

/// Adds the worker's weight of an ended epoch to the epoch's sum. `payer` signs and pays the rent of a new shard.
pub fn tally_work(payer: Address, worker: Address, epoch: u64) -> Instruction {
    instruction::TallyWork { epoch }.to_instruction(accounts::TallyWork {
        payer,
        params: at::params(),
        worker,
        epoch_work: at::epoch_work(epoch, shard_of(&worker)),
        system_program: system_program::ID,
    })
}

/// Returns the rent of an old sum to `payer`, who paid it. Nobody of the protocol signs.
pub fn close_work(payer: Address, epoch: u64, shard: u8) -> Instruction {
    instruction::CloseWork {}.to_instruction(accounts::CloseWork {
        payer,
        params: at::params(),
        epoch_work: at::epoch_work(epoch, shard),
    })
}
