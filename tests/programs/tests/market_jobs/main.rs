//! Tests of the market's instructions about parameters, workers, jobs and epochs, on its built bytecode, one file per
//! instruction. Account substitution is tested here for all instructions of the market.

mod accept_authority;
mod account_rules;
mod account_substitution;
mod account_table;
mod add_collateral;
mod allow_mint;
mod cancel_job;
mod close_job;
mod close_work;
mod extend_job;
mod fixtures;
mod initialize;
mod offer_authority;
mod open_worker;
mod post_job;
mod remove_collateral;
mod set_mint;
mod set_params;
mod set_pause;
mod sync_worker;
mod tally_work;
mod update_worker;
mod yield_collateral;

use assay_harness::{
    instruction::market::{self, TaskSeat},
    Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::state::Param;

/// The first seat of the first task.
const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };

/// Returns the first seat of a task.
fn first_of(task: u32) -> TaskSeat {
    TaskSeat { task, seat: 0 }
}

/// Changes a parameter as the market's authority.
fn set(
    context: &mut TestContext,
    param: Param,
    value: u64,
) -> Result<TransactionResult, TransactionFailure> {
    let governance = context.actor("governance");
    let set = market::set_params(governance.pubkey(), param, value);
    context.send(&[set], &[&governance])
}
