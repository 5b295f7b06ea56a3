//! The staking program on its built bytecode, one file per instruction.

mod allocate;
mod begin_unbond;
mod cancel_unbond;
mod deallocate;
mod identity;
mod initialize;
mod register_provider;
mod sequences;
mod set_exposure;
mod set_params;
mod slash;
mod stake;
mod update_provider;
mod withdraw;
