use crate::{
    error::{MarketError, RuleResult},
    event::{emit, JobExtended},
    game::Moment,
    state::{pause, set_seat_count, JobAccount, Params, PaymentMint},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token::TokenAccount;

/// Earlier instructions of the same transaction fund the escrow and pay the rent of the larger job account.
#[derive(Accounts)]
pub struct ExtendJob {
    /// The job's requester, who signs. Checked by its address.
    #[account(address = job.requester @ MarketError::NotRequester)]
    pub requester: Signer,
    /// The market's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Any job. Checked by its program and its type.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// The record of the job's payment mint. Checked by its program, its type and its mint.
    #[account(constraint(payment_mint.mint == job.mint @ MarketError::WrongAccount))]
    pub payment_mint: Box<Account<PaymentMint>>,
    /// The job's escrow. Checked by its address, its content by `validate`.
    #[account(address = job.escrow @ MarketError::WrongAccount)]
    pub escrow: UncheckedAccount,
}

impl ExtendJob {
    fn validate(&self, funds: u64, now: Moment, unix_time: i64) -> RuleResult<()> {
        if self.params.is_paused(pause::EXTEND, unix_time) {
            return Err(MarketError::Paused);
        }
        if !self.payment_mint.is_admitted() {
            return Err(MarketError::MintNotAdmitted);
        }
        if !self.job.is_claiming(now) {
            return Err(MarketError::ClaimingOver);
        }
        let escrow = TokenAccount::read(self.escrow.account(), &self.payment_mint.token_program)
            .ok_or(MarketError::WrongTokenAccount)?;
        if escrow.amount < funds {
            return Err(MarketError::EscrowTooSmall);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall be the job's requester (`NotRequester`).
    /// - Payment mint and escrow shall be the job's (`WrongAccount`).
    /// - Extending shall not be paused (`Paused`).
    /// - The payment mint shall be open to new tasks (`MintNotAdmitted`).
    /// - The job's claim window shall be open (`ClaimingOver`).
    /// - The escrow shall hold what the job with the new tasks can cost (`EscrowTooSmall`).
    /// - At least one task shall be added (`NoTasks`).
    /// - The job shall have room for another manifest (`TooManySegments`).
    ///
    /// # Arguments
    /// - `tasks` - number of tasks to add.
    /// - `manifest` - SHA-256 of the manifest that names their inputs.
    /// - `inputs` - root of the Merkle tree over these inputs.
    pub fn extend_job(
        ctx: &mut Context<Self>,
        tasks: u32,
        manifest: [u8; 32],
        inputs: [u8; 32],
    ) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let funds = accounts
            .job
            .funds
            .get()
            .checked_add(accounts.job.escrow_for(tasks)?)
            .ok_or(MarketError::Overflow)?;
        let clock = Clock::get()?;
        let now = accounts.job.moment(clock.unix_timestamp, clock.slot)?;
        accounts.validate(funds, now, clock.unix_timestamp)?;
        let job = &mut accounts.job;
        let first_task = job.task_count;
        job.extend(tasks, manifest, inputs, clock.unix_timestamp)?;
        job.funds = funds.into();
        let seats = job.seat_count()?;
        job.resize_to_capacity(seats)?;
        set_seat_count(job, seats)?;
        emit(JobExtended {
            job: *job.address(),
            manifest,
            first_task,
            tasks: tasks.into(),
        });
        Ok(())
    }
}
