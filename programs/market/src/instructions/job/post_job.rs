use crate::{
    bytes::{job_address, ESCROW_SEED},
    error::{MarketError, RuleResult},
    event::JobPosted,
    state::{set_seat_count, Job, JobAccount, JobTerms, Params, PaymentMint, Quote},
};
use anchor_lang::prelude::*;
use assay_shared::{hash::sha256v, token::TokenAccount};
use pinocchio::sysvars::slot_hashes;

/// Earlier top-level instructions of the same transaction create job and escrow and fund the escrow. That saves three
/// CPIs and two address searches; everything that matters about the two accounts is checked here.
#[derive(Accounts)]
pub struct PostJob {
    /// The wallet that orders the job, who signs.
    pub requester: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The record of a mint that the authority allowed. Checked by its program and its type.
    pub payment_mint: Account<PaymentMint>,
    /// A zeroed account of this program, of the job's exact size, at the requester's address. Checked by `validate`.
    #[account(zeroed)]
    pub job: JobAccount,
    /// A funded token account of the payment mint, held by the job's escrow authority alone. Checked by `validate`.
    pub escrow: UncheckedAccount,
}

impl PostJob {
    fn validate(&self, terms: &JobTerms, needed: u64) -> RuleResult<()> {
        // Only the requester can create an account at this address.
        if *self.job.address() != job_address(self.requester.address(), terms.nonce) {
            return Err(MarketError::WrongJobAddress);
        }
        let escrow = TokenAccount::read(self.escrow.account(), &self.payment_mint.token_program)
            .ok_or(MarketError::WrongTokenAccount)?;
        if escrow.mint != self.payment_mint.mint {
            return Err(MarketError::WrongTokenAccount);
        }
        // `close_job` gives the escrow's rent to the requester: it cannot if both are one account.
        let is_requester = self.escrow.address() == self.requester.address();
        if !escrow.is_isolated() || is_requester {
            return Err(MarketError::EscrowNotIsolated);
        }
        // The program must be able to sign for this address, or honest workers could never be paid.
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

    /// # Specification
    /// - The job shall have at least one task (`NoTasks`).
    /// - Replicas and spares of a task shall lie within the market's limits (`BadCommittee`).
    /// - The quorum shall be a majority of the replicas (`BadQuorum`).
    /// - The price shall be greater than zero (`ZeroPrice`).
    /// - Fuel, memory and output limits shall be greater than zero (`BadLimits`).
    /// - Claim window and run window shall lie within their limits (`BadWindow`).
    /// - Fees, bonds and the escrow that the job needs shall fit 64 bits (`Overflow`).
    /// - The job shall lie at the address that follows from requester and nonce (`WrongJobAddress`).
    /// - The escrow shall be a token account of the payment mint (`WrongTokenAccount`).
    /// - The escrow shall be held by the job's escrow authority alone (`EscrowNotIsolated`).
    /// - The escrow shall hold what the job can cost (`EscrowTooSmall`).
    /// - The job's account shall have the exact size of its seats (`WrongJobSize`).
    ///
    /// # Arguments
    /// - `terms` - what the requester asks for and pays.
    pub fn post_job(ctx: &mut Context<Self>, terms: JobTerms) -> Result<()> {
        let accounts = &mut ctx.accounts;
        terms.validate(&accounts.params)?;
        let quote = Quote::new(
            terms.price,
            terms.replicas,
            &accounts.params,
            &accounts.payment_mint,
        )
        .ok_or(MarketError::Overflow)?;
        let needed = quote
            .escrow
            .checked_mul(u64::from(terms.task_count))
            .ok_or(MarketError::Overflow)?;
        accounts.validate(&terms, needed)?;

        let now = Clock::get()?.unix_timestamp;
        let job = &mut accounts.job;
        job.open(&terms, &quote, &accounts.params, now)?;
        job.requester = *accounts.requester.address();
        job.mint = accounts.payment_mint.mint;
        job.escrow = *accounts.escrow.address();
        job.funds = needed.into();
        let header = anchor_lang::bytemuck::bytes_of::<Job>(job);
        let seed = sha256v(&[&newest_slot_hash()?, job.address().as_ref(), header]);
        job.seed = seed;
        let seats = job.seat_count()?;
        set_seat_count(job, seats)?;
        emit!(JobPosted {
            job: *job.address(),
            requester: job.requester,
            seed: job.seed,
            posted_at: job.posted_at,
            funds: job.funds,
            fee: job.fee,
            weight: job.weight,
            bond: job.bond,
            reject_cut: job.reject_cut,
            missed_cut: job.missed_cut,
            tasks: job.task_count,
        });
        Ok(())
    }
}

/// Returns the newest entry of the SlotHashes sysvar: the hash of the slot before this one.
///
/// A requester can hardly know it when signing. A program that posts by CPI can read the seed and revert a posting whose
/// seed it does not like (decision 0013).
fn newest_slot_hash() -> RuleResult<[u8; 32]> {
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
