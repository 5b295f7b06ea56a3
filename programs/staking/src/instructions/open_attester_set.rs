#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    event::{emit, AttesterSetOpened},
    state::AttesterSet,
};
use alloc::vec::Vec;
use anchor_lang::prelude::*;

#[derive(Accounts)]
#[instruction(id: u32)]
pub struct OpenAttesterSet {
    /// The wallet that will issue the set's credentials and may close it, who signs.
    pub authority: Signer,
    /// Pays the rent of the set, gets it back at its closing, and signs; may be the authority itself.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The set, created here.
    #[account(
        init,
        payer = payer,
        seeds = [b"attester_set", authority.address().as_ref(), &id.to_le_bytes()],
        bump
    )]
    pub set: Account<AttesterSet>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl OpenAttesterSet {
    /// # Specification
    /// - There shall be one to sixteen keys, none of them zero and each larger than the one before (`BadAttesterKeys`).
    ///
    /// # Arguments
    /// - `id` - number of the set, chosen by the authority.
    /// - `keys` - Ed25519 keys, strictly increasing as bytes.
    pub fn open_attester_set(ctx: &mut Context<Self>, id: u32, keys: Vec<[u8; 32]>) -> Result<()> {
        let bump = ctx.bumps.set;
        let accounts = &mut ctx.accounts;
        let address = *accounts.set.address();
        let set = &mut accounts.set;
        set.fill(&address, &keys)?;
        set.version = 1;
        set.bump = bump;
        set.id = id.into();
        set.authority = *accounts.authority.address();
        set.payer = *accounts.payer.address();
        emit(&AttesterSetOpened {
            set: address,
            authority: set.authority,
            identity: set.identity,
            id: set.id,
            count: set.count,
        });
        Ok(())
    }
}
