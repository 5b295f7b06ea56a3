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
    let folder = env::var_os(FOLDER).map_or_else(|| artifacts("deploy"), PathBuf::from);
    read_from(&folder, name)
}

/// Reads the bytecode of an example program.
///
/// # Panics
/// If the program is not built.
#[cfg(feature = "svm")]
pub(crate) fn read_example(name: &str) -> Vec<u8> {
    read_from(&artifacts("examples"), name)
}

/// Returns a folder that `cargo xtask build` puts bytecode into.
fn artifacts(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target")
        .join(kind)
}

fn read_from(folder: &Path, name: &str) -> Vec<u8> {
    let file = folder.join(name).with_extension("so");
    fs::read(&file).unwrap_or_else(|error| {
        panic!("{}: {error}; run `cargo xtask build` first", file.display())
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
