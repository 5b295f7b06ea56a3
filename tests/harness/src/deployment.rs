//! The bytecode under test, deployed the way a cluster deploys it.

use crate::{actor, Address, Signer};
use anchor_lang::wincode;
use assay_client::pda;
use litesvm::LiteSVM;
use solana_loader_v3_interface::state::UpgradeableLoaderState;
use std::{fs, path::Path, sync::OnceLock};

/// The actor that holds the upgrade authority of every program.
pub const DEPLOYER: &str = "deployer";

const PROGRAMS: &[(&str, Address)] = &[
    ("assay_governance", assay_governance::ID),
    ("assay_market", assay_market::ID),
    ("assay_rewards", assay_rewards::ID),
    ("assay_staking", assay_staking::ID),
];

/// A VM with the programs deployed. They are read and verified once in a process; every context copies that one.
pub(crate) fn deployed() -> LiteSVM {
    static TEMPLATE: OnceLock<LiteSVM> = OnceLock::new();
    TEMPLATE.get_or_init(deploy_all).clone()
}

fn deploy_all() -> LiteSVM {
    // No history: sending the same transaction twice is the test's business. No log limit: events must not be cut off.
    let mut svm = LiteSVM::new()
        .with_transaction_history(0)
        .with_log_bytes_limit(None);
    for (name, id) in PROGRAMS {
        let bytecode = read(name);
        svm.add_program(*id, &bytecode)
            .unwrap_or_else(|error| panic!("{name} is not loadable: {error}"));
        name_upgrade_authority(&mut svm, id);
    }
    svm
}

fn read(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/deploy")
        .join(name)
        .with_extension("so");
    fs::read(file).unwrap_or_else(|error| {
        panic!("target/deploy/{name}.so: {error}; run `cargo xtask build` first")
    })
}

/// LiteSVM deploys programs as final; `initialize` of ours asks for the upgrade authority.
fn name_upgrade_authority(svm: &mut LiteSVM, program: &Address) {
    let program_data = pda::program_data(program);
    let mut account = svm
        .get_account(&program_data)
        .expect("the loader made ProgramData");
    let state = UpgradeableLoaderState::ProgramData {
        slot: 0,
        upgrade_authority_address: Some(actor::keypair(DEPLOYER).pubkey()),
    };
    let header = &mut account.data[..UpgradeableLoaderState::size_of_programdata_metadata()];
    wincode::serialize_into(header, &state).expect("the header has room for an authority");
    svm.set_account(program_data, account)
        .expect("ProgramData is not executable");
}
