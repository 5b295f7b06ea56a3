#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    event::{emit, ModuleRegistered},
    state::Module,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(hash: [u8; 32])]
pub struct RegisterModule {
    /// The author, who signs, pays the rent and gets it back.
    #[account(mut)]
    pub author: Signer,
    /// The module's record, created here, so a module has only one.
    #[account(init, payer = author, seeds = [b"module", &hash], bump)]
    pub module_record: Account<Module>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl RegisterModule {
    /// # Specification
    /// - The royalty shall not be above the largest one (`RoyaltyTooHigh`).
    ///
    /// # Arguments
    /// - `hash` - SHA-256 of the WebAssembly module.
    /// - `royalty_bps` - royalty as a share of the price of all seats that a task has on average, basis points.
    /// - `uri` - where source and description are, UTF-8, padded with zeros.
    pub fn register_module(
        ctx: &mut Context<Self>,
        hash: [u8; 32],
        royalty_bps: u16,
        uri: [u8; 96],
    ) -> Result<()> {
        Module::check_royalty(royalty_bps)?;
        let bump = ctx.bumps.module_record;
        let accounts = &mut ctx.accounts;
        let record = &mut accounts.module_record;
        record.version = 1;
        record.bump = bump;
        record.royalty_bps = royalty_bps.into();
        record.hash = hash;
        record.author = *accounts.author.address();
        record.payer = record.author;
        record.uri = uri;
        emit(ModuleRegistered {
            hash,
            author: record.author,
            royalty_bps: record.royalty_bps,
        });
        Ok(())
    }
}
