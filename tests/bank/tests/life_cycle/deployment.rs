//! The bytecode under test, deployed as upgradeable programs that name their upgrade authority.

use anchor_lang::{wincode, Address};
use assay_client::pda::program_data;
use solana_account::Account;
use solana_loader_v3_interface::state::UpgradeableLoaderState;
use solana_program_test::ProgramTest;
use std::{fs, path::Path};

const LOADER: Address = assay_shared::deployer::UPGRADEABLE_LOADER;
const LAMPORTS: u64 = 10_000_000_000;

const PROGRAMS: &[(&str, Address)] = &[
    ("assay_governance", assay_governance::ID),
    ("assay_market", assay_market::ID),
    ("assay_rewards", assay_rewards::ID),
    ("assay_staking", assay_staking::ID),
];

/// Puts the four programs under `upgrade_authority`.
pub fn deploy(genesis: &mut ProgramTest, upgrade_authority: Address) {
    for (name, program) in PROGRAMS {
        let programdata_address = program_data(program);
        let program_state = UpgradeableLoaderState::Program {
            programdata_address,
        };
        let data_state = UpgradeableLoaderState::ProgramData {
            slot: 0,
            upgrade_authority_address: Some(upgrade_authority),
        };
        let header = UpgradeableLoaderState::size_of_programdata_metadata();
        let mut data = record(&data_state, header);
        data.extend(bytecode(name));
        let length = UpgradeableLoaderState::size_of_program();
        genesis.add_account(*program, owned(record(&program_state, length), true));
        genesis.add_account(programdata_address, owned(data, false));
    }
}

fn record(state: &UpgradeableLoaderState, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    wincode::serialize_into(&mut bytes[..], state).expect("the loader's own sizes");
    bytes
}

fn owned(data: Vec<u8>, executable: bool) -> Account {
    Account {
        lamports: LAMPORTS,
        data,
        owner: LOADER,
        executable,
        rent_epoch: u64::MAX,
    }
}

fn bytecode(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/deploy")
        .join(name)
        .with_extension("so");
    fs::read(file).unwrap_or_else(|error| {
        panic!("target/deploy/{name}.so: {error}; run `cargo xtask build` first")
    })
}
