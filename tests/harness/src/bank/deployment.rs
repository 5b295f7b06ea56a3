//! The bytecode under test, deployed as upgradeable programs.

use crate::{
    bytecode::{self, program_data_header, PROGRAMS},
    pda::program_data,
    Address,
};
use anchor_lang::wincode;
use solana_account::Account;
use solana_loader_v3_interface::state::UpgradeableLoaderState;
use solana_program_test::ProgramTest;

const LOADER: Address = assay_shared::deployer::UPGRADEABLE_LOADER;
/// Enough to make any program rent-exempt.
const LAMPORTS: u64 = 10_000_000_000;

/// Adds the four programs to the genesis accounts.
pub(super) fn deploy(genesis: &mut ProgramTest) {
    for (name, program) in PROGRAMS {
        let programdata_address = program_data(program);
        let program_state = UpgradeableLoaderState::Program {
            programdata_address,
        };
        let header = UpgradeableLoaderState::size_of_programdata_metadata();
        let mut data = encode(&program_data_header(), header);
        data.extend(bytecode::read(name));
        let program_data = encode(&program_state, UpgradeableLoaderState::size_of_program());
        genesis.add_account(*program, of_loader(program_data, true));
        genesis.add_account(programdata_address, of_loader(data, false));
    }
}

fn encode(state: &UpgradeableLoaderState, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    wincode::serialize_into(&mut bytes[..], state).expect("the loader's own sizes");
    bytes
}

fn of_loader(data: Vec<u8>, executable: bool) -> Account {
    Account {
        lamports: LAMPORTS,
        data,
        owner: LOADER,
        executable,
        rent_epoch: u64::MAX,
    }
}
