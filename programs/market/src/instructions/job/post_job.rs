use crate::{
    bytes::{job_address, ESCROW_SEED},
    error::MarketError,
    event::JobPosted,
    state::{set_seat_count, Job, JobAccount, JobTerms, Params, PaymentMint, Quote},
};
use anchor_lang::prelude::*;
use assay_shared::{hash::sha256v, token::TokenAccount};
use pinocchio::sysvars::slot_hashes;

/// Job and escrow are created, and the escrow funded, by top-level instructions of the same transaction: three CPIs
/// and two address searches cheaper, and everything that matters of them is checked here.
#[derive(Accounts)]
pub struct PostJob {
    pub requester: Signer,
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    pub payment_mint: Account<PaymentMint>,
    #[account(zeroed)]
    pub job: JobAccount,
    pub escrow: UncheckedAccount,
}

impl PostJob {
    /// `job`: program-owned, zeroed and of the exact size, at the address that only the requester can create. `payment_mint`: program-owned, so the authority allowed it.
    /// `escrow`: held by this job's authority alone, in the allowed mint, with enough inside; not the requester itself, or
    /// the job could never be closed.
    ///
    /// Errors: those of `JobTerms::validate`; `WrongJobAddress`, `WrongTokenAccount`, `EscrowNotIsolated`, `EscrowTooSmall`.
    fn validate(&self, terms: &JobTerms, needed: u64) -> core::result::Result<(), MarketError> {
        if *self.job.address() != job_address(self.requester.address(), terms.nonce) {
            return Err(MarketError::WrongJobAddress);
        }
        let escrow = TokenAccount::read(self.escrow.account(), &self.payment_mint.token_program)
            .ok_or(MarketError::WrongTokenAccount)?;
        if escrow.mint != self.payment_mint.mint {
            return Err(MarketError::WrongTokenAccount);
        }
        let is_requester = self.escrow.address() == self.requester.address();
        if escrow.shared_control || escrow.frozen || is_requester {
            return Err(MarketError::EscrowNotIsolated);
        }
        // The address must be one that the program can sign for, or honest workers could never be paid.
        anchor_lang::verify_program_address(
            &[
                ESCROW_SEED,
                self.job.address().as_ref(),
                &[terms.escrow_bump],
            ],
            &crate::ID,
            &escrow.authority,
        )
        .map_err(|_| MarketError::EscrowNotIsolated)?;
        if escrow.amount < needed {
            return Err(MarketError::EscrowTooSmall);
        }
        Ok(())
    }

    pub fn post_job(&mut self, terms: JobTerms) -> Result<()> {
        terms.validate(&self.params)?;
        let quote = Quote::new(
            terms.price,
            terms.replicas,
            &self.params,
            &self.payment_mint,
        )
        .ok_or(MarketError::Overflow)?;
        let needed = quote
            .escrow
            .checked_mul(u64::from(terms.task_count))
            .ok_or(MarketError::Overflow)?;
        self.validate(&terms, needed)?;

        let now = Clock::get()?.unix_timestamp;
        self.job.open(&terms, &quote, &self.params, now)?;
        self.job.requester = *self.requester.address();
        self.job.mint = self.payment_mint.mint;
        self.job.escrow = *self.escrow.address();
        self.job.funds = needed.into();
        let header = anchor_lang::bytemuck::bytes_of::<Job>(&self.job);
        let seed = sha256v(&[&newest_slot_hash()?, self.job.address().as_ref(), header]);
        self.job.seed = seed;
        let seats = self.job.seat_count()?;
        set_seat_count(&mut self.job, seats)?;
        emit!(JobPosted {
            job: *self.job.address(),
            requester: self.job.requester,
            seed: self.job.seed,
            posted_at: self.job.posted_at,
            funds: self.job.funds,
            fee: self.job.fee,
            weight: self.job.weight,
            bond: self.job.bond,
            reject_cut: self.job.reject_cut,
            missed_cut: self.job.missed_cut,
            tasks: self.job.task_count,
        });
        Ok(())
    }
}

/// The newest entry of the SlotHashes sysvar, the hash of the slot before: who posts can hardly know it when signing, though a
/// program that posts by CPI can look at the seed and undo what it does not like (see decision 0013).
fn newest_slot_hash() -> core::result::Result<[u8; 32], MarketError> {
    let mut start = [0u8; 48];
    let entries =
        slot_hashes::raw::fetch_into(&mut start, 0).map_err(|_| MarketError::NoSlotHash)?;
    if entries == 0 {
        return Err(MarketError::NoSlotHash);
    }
    start
        .get(16..)
        .and_then(|hash| hash.try_into().ok())
        .ok_or(MarketError::NoSlotHash)
}
