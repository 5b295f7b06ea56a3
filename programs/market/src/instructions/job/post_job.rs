use crate::{
    bytes::{job_address, ESCROW_SEED},
    error::{MarketError, RuleResult},
    event::{emit, JobPosted},
    game::money::Quote,
    state::{
        pause, set_seat_count, slot_hash, Job, JobAccount, JobTerms, Params, PaymentMint, Totals,
        POLICY_ATTESTED, SEEDED_LEN,
    },
};
use anchor_lang::prelude::*;
use assay_shared::{hash::sha256v, math::product, token::TokenAccount};
use assay_staking::state::AttesterSet;

/// Earlier top-level instructions of the same transaction create job and escrow and fund the escrow. That saves three
/// CPIs and two address searches; everything that matters about the two accounts is checked here.
#[derive(Accounts)]
pub struct PostJob {
    /// The wallet that orders the job, who signs.
    pub requester: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The market's sums. Checked by their seeds.
    #[account(seeds = [b"totals"], bump)]
    pub totals: Account<Totals>,
    /// The record of a mint that the authority allowed. Checked by its program and its type.
    pub payment_mint: Account<PaymentMint>,
    /// The attester set whose keys sign the results of an attested job. Checked by its program and its type.
    pub attesters: Option<Account<AttesterSet>>,
    /// A zeroed account of this program, of the job's exact size, at the requester's address. Checked by `validate`.
    #[account(zeroed)]
    pub job: JobAccount,
    /// A funded token account of the payment mint, held by the job's escrow authority alone. Checked by `validate`.
    pub escrow: UncheckedAccount,
}

impl PostJob {
    fn validate(&self, terms: &JobTerms, needed: u64) -> RuleResult<()> {
        if !self.payment_mint.is_admitted() {
            return Err(MarketError::MintNotAdmitted);
        }
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

    /// Writes down whose signatures the job asks for.
    fn name_attesters(&mut self, terms: &JobTerms) -> RuleResult<()> {
        if terms.policy == POLICY_ATTESTED {
            let set = self.attesters.as_ref().ok_or(MarketError::BadPolicy)?;
            if terms.attestations == 0 || terms.attestations > set.count {
                return Err(MarketError::BadPolicy);
            }
            self.job.attesters = set.identity;
        }
        Ok(())
    }

    /// # Specification
    /// - Posting shall not be paused (`Paused`).
    /// - The job shall have at least one task (`NoTasks`).
    /// - The policy shall be known, and the terms fit it: signatures instead of checks and penalty (`BadPolicy`).
    /// - An attested job shall name its set, and ask for one to all of its keys (`BadPolicy`).
    /// - The late seats shall be few enough to be judged while stake unbonds (`TooManyChecks`).
    /// - The penalty of a lie shall lie within its limits (`BadPenalty`).
    /// - A royalty shall have an author, an author a royalty, of at most 20 % (`WrongRoyalty`).
    /// - The requirements shall bind every seat or the first (`BadRequirement`).
    /// - The price shall be greater than zero (`ZeroPrice`).
    /// - Fuel, memory and output limits shall be greater than zero (`BadLimits`).
    /// - Claim window and run window shall lie within their limits (`BadWindow`).
    /// - Fees, bonds and the escrow that the job needs shall fit 64 bits (`Overflow`).
    /// - The payment mint shall be open to new jobs (`MintNotAdmitted`).
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
        let params = &accounts.params;
        let clock = Clock::get()?;
        if params.is_paused(pause::POST, clock.unix_timestamp) {
            return Err(MarketError::Paused.into());
        }
        let rules = terms.rules(params, accounts.totals.collateral.get())?;
        terms.validate(params, &rules)?;
        let stake_rate = accounts.payment_mint.stake_rate.get();
        let tariff = terms.tariff(params, stake_rate);
        let quote = Quote::new(&terms.order(), &tariff).ok_or(MarketError::Overflow)?;
        let needed = product(quote.escrow, u64::from(terms.task_count));
        let needed = needed.ok_or(MarketError::Overflow)?;
        accounts.validate(&terms, needed)?;

        accounts.name_attesters(&terms)?;

        let job = &mut accounts.job;
        job.open(&terms, &rules, &quote, &accounts.params);
        job.posted_at = clock.unix_timestamp.into();
        job.posted_slot = clock.slot.into();
        job.segments[0].added_at = job.posted_at;
        job.requester = *accounts.requester.address();
        job.mint = accounts.payment_mint.mint;
        job.escrow = *accounts.escrow.address();
        job.funds = needed.into();
        let header = anchor_lang::bytemuck::bytes_of::<Job>(job);
        let header = header.get(..SEEDED_LEN).ok_or(MarketError::Overflow)?;
        let seed = sha256v(&[&slot_hash::newest()?, job.address().as_ref(), header]);
        job.seed = seed;
        let seats = job.seat_count()?;
        set_seat_count(job, seats)?;
        emit(JobPosted {
            job: *job.address(),
            requester: job.requester,
            mint: job.mint,
            seed: job.seed,
            posted_at: job.posted_at,
            funds: job.funds,
            fee: job.fee,
            weight: job.weight,
            value: job.value,
            tasks: job.task_count,
        });
        Ok(())
    }
}
