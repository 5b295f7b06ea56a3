use crate::{
    addresses,
    error::GovernanceError,
    event::{emit, ProgramAccepted},
    loader,
    state::Params,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::deployer::UPGRADEABLE_LOADER;

#[derive(Accounts)]
pub struct AcceptProgram {
    /// The program's present upgrade authority, who signs. Checked by the loader.
    pub holder: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The upgrader, which becomes the upgrade authority. Checked by its seeds.
    #[account(seeds = [b"upgrade"], bump)]
    pub upgrade_authority: UncheckedAccount,
    /// The ProgramData account of one of the four programs. Checked by its address.
    #[account(mut)]
    pub program_data: UncheckedAccount,
    /// The upgradeable loader. Checked by its address.
    #[account(address = UPGRADEABLE_LOADER)]
    pub loader: UncheckedAccount,
}

impl AcceptProgram {
    /// From then on only a vote replaces the program's bytes.
    ///
    /// # Specification
    /// - The program shall be one of the four (`WrongProgram`).
    pub fn accept_program(ctx: &mut Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let target = addresses::target_of(accounts.program_data.address());
        let target = target.ok_or(GovernanceError::WrongProgram)?;
        loader::accept_program(
            accounts.program_data.account(),
            accounts.holder.account(),
            accounts.upgrade_authority.account(),
            accounts.params.upgrade_bump,
        );
        emit(ProgramAccepted {
            target: target as u8,
        });
        Ok(())
    }
}
