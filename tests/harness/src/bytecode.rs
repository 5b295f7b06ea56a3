//! The bytecode under test.

use crate::{keypairs, Address};
use solana_loader_v3_interface::state::UpgradeableLoaderState;
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Every program: the name of its file in `target/deploy`, and its address.
pub(crate) const PROGRAMS: &[(&str, Address)] = &[
    ("assay_governance", assay_governance::ID),
    ("assay_market", assay_market::ID),
    ("assay_rewards", assay_rewards::ID),
    ("assay_staking", assay_staking::ID),
];

/// The variable that names another folder than `target/deploy`, for tests of mutants.
const FOLDER: &str = "ASSAY_BYTECODE";

/// Reads the bytecode of a program.
///
/// # Panics
/// If the program is not built.
pub(crate) fn read(name: &str) -> Vec<u8> {
    let deployed = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/deploy");
    let folder = env::var_os(FOLDER).map_or_else(deployed, PathBuf::from);
    fs::read(folder.join(name).with_extension("so")).unwrap_or_else(|error| {
        panic!("target/deploy/{name}.so: {error}; run `cargo xtask build` first")
    })
}

/// Returns the header of a program's data account. It names the deployer as upgrade authority, because `initialize` of
/// each program accepts nobody else.
pub(crate) fn program_data_header() -> UpgradeableLoaderState {
    UpgradeableLoaderState::ProgramData {
        slot: 0,
        upgrade_authority_address: Some(keypairs::address_of(keypairs::DEPLOYER)),
    }
}
