//! Tests of the staking program on its built bytecode, one file per instruction.

mod account_substitution;
mod allocate_stake;
mod begin_unbond;
mod cancel_unbond;
mod close_attester_set;
mod deallocate_stake;
mod deposit_stake;
mod initialize;
mod issue_credential;
mod open_attester_set;
mod random_operations;
mod register_provider;
mod revoke_credential;
mod set_exposure;
mod set_params;
mod slash_stake;
mod update_provider;
mod withdraw_stake;
