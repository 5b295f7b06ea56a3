//! The bytecode under test, deployed as upgradeable programs.

use super::TestContext;
use crate::{
    bytecode::{self, PROGRAMS},
    pda, Address,
};
use anchor_lang::wincode;
use litesvm::LiteSVM;
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
