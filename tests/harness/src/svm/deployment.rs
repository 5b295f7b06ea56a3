//! The bytecode under test, deployed as upgradeable programs.

use super::TestContext;
use crate::{
    bytecode::{self, PROGRAMS},
    keypairs, pda, Address,
};
use anchor_lang::wincode;
use assay_shared::deployer::UPGRADEABLE_LOADER;
use litesvm::LiteSVM;
use solana_account::Account;
use solana_loader_v3_interface::state::UpgradeableLoaderState;
use std::sync::OnceLock;

/// Returns a VM with the programs deployed. A process reads and verifies them once; every context is a copy.
pub(super) fn deployed() -> LiteSVM {
    static TEMPLATE: OnceLock<LiteSVM> = OnceLock::new();
    TEMPLATE.get_or_init(deploy_all).clone()
}

impl TestContext {
    /// Deploys an example program, by the name of its bytecode's file.
    ///
    /// # Panics
    /// If the program is not built.
    pub fn deploy_example(&mut self, name: &str, id: Address) {
        self.svm
            .add_program(id, &bytecode::read_example(name))
            .unwrap_or_else(|error| panic!("{name} is not loadable: {error}"));
    }
}

/// Text in the bytecode of each program, whose last two digits are its version.
const VERSION_TEXT: &[u8] = b"assay-version:01";

/// Returns the bytecode of one of the four programs with the next version number.
///
/// # Panics
/// If the program is not built or has no version number.
pub fn next_version(program: &Address) -> Vec<u8> {
    let mut names = PROGRAMS.iter();
    let (name, _) = names
        .find(|(_, id)| id == program)
        .expect("one of the four programs");
    let mut bytes = bytecode::read(name);
    let at = bytes
        .windows(VERSION_TEXT.len())
        .position(|window| window == VERSION_TEXT)
        .expect("the bytecode names its version");
    bytes[at + VERSION_TEXT.len() - 1] = b'2';
    bytes
}

impl TestContext {
    /// Writes a buffer of the loader at the address of the actor `name`, which only `authority` can write from then on. Returns the
    /// address.
    pub fn buffer(&mut self, name: &str, authority: &Address, bytes: &[u8]) -> Address {
        let address = keypairs::address_of(name);
        let mut data = vec![1, 0, 0, 0, 1];
        data.extend(authority.as_ref());
        data.extend(bytes);
        let account = Account {
            lamports: self.svm.minimum_balance_for_rent_exemption(data.len()),
            data,
            owner: UPGRADEABLE_LOADER,
            executable: false,
            rent_epoch: u64::MAX,
        };
        self.svm
            .set_account(address, account)
            .expect("a buffer is not executable");
        address
    }
}

fn deploy_all() -> LiteSVM {
    // No history, so that a test may send the same transaction twice. No limit of the log, which would cut off events.
    let mut svm = LiteSVM::new()
        .with_transaction_history(0)
        .with_log_bytes_limit(None);
    for (name, id) in PROGRAMS {
        let bytecode = bytecode::read(name);
        svm.add_program(*id, &bytecode)
            .unwrap_or_else(|error| panic!("{name} is not loadable: {error}"));
        set_upgrade_authority(&mut svm, id);
    }
    svm
}

/// LiteSVM deploys programs as final. `initialize` of each program asks for the upgrade authority, so one is set.
fn set_upgrade_authority(svm: &mut LiteSVM, program: &Address) {
    let program_data = pda::program_data(program);
    let mut account = svm
        .get_account(&program_data)
        .expect("the loader made ProgramData");
    let header = &mut account.data[..UpgradeableLoaderState::size_of_programdata_metadata()];
    wincode::serialize_into(header, &bytecode::program_data_header())
        .expect("the header has room for an authority");
    svm.set_account(program_data, account)
        .expect("ProgramData is not executable");
}
