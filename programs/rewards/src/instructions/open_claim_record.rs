use crate::{
    event::{emit, ClaimRecordOpened},
    state::{ClaimRecord, CLAIM_SEED},
};
use anchor_lang::prelude::*;
use assay_market::state::Worker;

#[derive(Accounts)]
pub struct OpenClaimRecord {
    /// Pays the rent, gets it back at the closing, and signs. Any wallet.
    #[account(mut)]
    pub payer: Signer,
    /// Any worker. Checked by its program and its type; the market makes one per provider.
    pub worker: Account<Worker>,
    /// The provider's claim record, created here, so a provider has only one.
    #[account(
        init,
        payer = payer,
        seeds = [CLAIM_SEED, worker.provider.as_ref()],
        bump
    )]
    pub claim_record: Account<ClaimRecord>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl OpenClaimRecord {
    /// Apart from the claim, which so needs neither the search of an address nor a wallet that pays a rent. An empty record can be
    /// closed once epoch 0 can no longer be claimed; whoever claims sends both instructions in one transaction.
    pub fn open_claim_record(ctx: &mut Context<Self>) -> Result<()> {
        let bump = ctx.bumps.claim_record;
        let accounts = &mut ctx.accounts;
        let record = &mut accounts.claim_record;
        record.version = 1;
        record.bump = bump;
        record.provider = accounts.worker.provider;
        record.payer = *accounts.payer.address();
        emit(ClaimRecordOpened {
            provider: record.provider,
            payer: record.payer,
        });
        Ok(())
    }
}
