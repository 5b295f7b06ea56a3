use crate::{
    bytes::ESCROW_SEED,
    error::{MarketError, RuleResult},
    event::{emit, JobClosed},
    instructions::task::check_destination,
    state::{cut_seats, JobAccount, PaymentMint},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;
use assay_shared::token::{self, TokenAccount};
use pinocchio::cpi::{Seed, Signer as PdaSigner};

/// Vault, author's account and refund's account may be the same: otherwise nobody could close the job of a requester that is its
/// own author, or the treasury.
#[derive(Accounts)]
pub struct CloseJob {
    /// The job's requester. Receives the rent of job and escrow; signs unless the job is open for anyone to close.
    #[account(mut, address = job.requester @ MarketError::NotRequester)]
    pub requester: UncheckedAccount,
    /// A finished job, closed here if nothing stays owed. Checked by its program and its type, its state by `validate`.
    #[account(mut)]
    pub job: Box<JobAccount>,
    /// The record of the job's payment mint. Checked by its program, its type and its mint.
    #[account(constraint(payment_mint.mint == job.mint @ MarketError::WrongAccount))]
    pub payment_mint: Box<Account<PaymentMint>>,
    /// The job's escrow, closed with it. Checked by its address.
    #[account(mut, address = job.escrow @ MarketError::WrongAccount)]
    pub escrow: UncheckedAccount,
    /// The job's escrow authority. Checked by the runtime when the program signs for it.
    pub escrow_authority: UncheckedAccount,
    /// The fee vault of the payment mint. Receives the fees. Checked by its address.
    #[account(mut, unsafe(dup), address = payment_mint.fee_vault @ MarketError::WrongAccount)]
    pub fee_vault: UncheckedAccount,
    /// The associated token account of the module's author for the job's mint, where royalties are due. Receives them. Checked
    /// by `validate`.
    #[account(mut, unsafe(dup))]
    pub author_account: Option<UncheckedAccount>,
    /// The associated token account of the requester for the job's mint, or any if the requester signs. Receives what is
    /// left. Checked by `validate`; the mint by the transfer.
    #[account(mut, unsafe(dup))]
    pub refund: UncheckedAccount,
    /// The token program of the payment mint. Checked by its address.
    #[account(address = payment_mint.token_program @ MarketError::WrongAccount)]
    pub token_program: UncheckedAccount,
}

/// What a job owes, base units of the payment mint.
#[derive(Clone, Copy)]
struct Owed {
    /// To the fee vault.
    fees: u64,
    /// To the module's author.
    royalties: u64,
    /// To the requester.
    refund: u64,
}

impl CloseJob {
    /// Strangers may have sent tokens to the escrow. They go to the requester too, because an escrow that is not empty cannot be
    /// closed.
    fn validate(&self, bump: u8, author_bump: u8, now: i64) -> RuleResult<(Owed, bool)> {
        let (job, program) = (&self.job, &self.token_program);
        if !job.is_finished() {
            return Err(MarketError::JobNotFinished);
        }
        if !self.requester.account().is_signer() {
            if !job.is_cut() && now < job.anyone_closes_from() {
                return Err(MarketError::ReservedForRequester);
            }
            // A stranger must not choose an account that the requester never looks at.
            check_destination(&self.refund, program, &job.requester, &job.mint, bump)?;
        }
        let (fees, royalties) = (job.fees_due.get(), job.royalties_due.get());
        if royalties > 0 {
            let account = self.author_account.as_ref();
            let account = account.ok_or(MarketError::WrongTokenAccount)?;
            check_destination(account, program, &job.author, &job.mint, author_bump)?;
        }
        let escrow = TokenAccount::read(self.escrow.account(), program.address())
            .ok_or(MarketError::WrongTokenAccount)?;
        let rest = escrow.amount.checked_sub(fees);
        let rest = rest.and_then(|rest| rest.checked_sub(royalties));
        let refund = rest.ok_or(MarketError::Overflow)?;
        let owed = Owed {
            fees,
            royalties,
            refund,
        };
        Ok((owed, escrow.frozen))
    }

    /// Returns what of `amount` can be transferred: all, or nothing where the receiver refuses it.
    #[inline(never)]
    fn payable(&self, to: &UncheckedAccount, amount: u64) -> u64 {
        if amount > 0 && token::refuses_transfers(to.account(), self.token_program.address()) {
            return 0;
        }
        amount
    }

    /// Each of the three transfers stands alone: one whose source or target is frozen is left out and stays owed. While something
    /// is owed, the header of the job and the escrow stay, and anybody may call again.
    ///
    /// # Specification
    /// - `requester` shall be the job's requester (`NotRequester`).
    /// - Payment mint, escrow, fee vault and token program shall be the job's (`WrongAccount`).
    /// - Every task shall have ended, every seat be settled and every round closed (`JobNotFinished`).
    /// - The requester shall sign the first time, until the job's last deadlines are well over (`ReservedForRequester`).
    /// - The refund shall go to the requester's associated token account, unless it signs (`WrongTokenAccount`).
    /// - Royalties shall go to the associated token account of the module's author (`WrongTokenAccount`).
    ///
    /// # Arguments
    /// - `bump` - bump of the address of the requester's associated token account; not read if the requester signs.
    /// - `author_bump` - bump of the address of the author's associated token account; not read if no royalties are due.
    pub fn close_job(ctx: &mut Context<Self>, bump: u8, author_bump: u8) -> Result<()> {
        let accounts = &mut ctx.accounts;
        let now = Clock::get()?.unix_timestamp;
        let (owed, frozen) = accounts.validate(bump, author_bump, now)?;
        let author = accounts.author_account.as_ref();
        let author = author.unwrap_or(&accounts.refund);
        let parties = [
            (&accounts.fee_vault, owed.fees),
            (author, owed.royalties),
            (&accounts.refund, owed.refund),
        ];
        let payments = parties.map(|(to, amount)| {
            let payable = if frozen {
                0
            } else {
                accounts.payable(to, amount)
            };
            (to.account(), payable)
        });
        let [fees, royalties, refund] = payments.map(|(_, amount)| amount);
        let left = Owed {
            fees: owed.fees.saturating_sub(fees),
            royalties: owed.royalties.saturating_sub(royalties),
            refund: owed.refund.saturating_sub(refund),
        };
        let ends = left.fees == 0 && left.royalties == 0 && left.refund == 0;
        let requester = *accounts.requester.account();
        let address = *accounts.job.address();
        let bump = [accounts.job.escrow_bump];
        let seeds = [
            Seed::from(ESCROW_SEED),
            Seed::from(address.as_ref()),
            Seed::from(&bump),
        ];
        token::pay_out(
            accounts.token_program.address(),
            accounts.escrow.account(),
            accounts.escrow_authority.account(),
            &payments,
            ends.then_some(&requester),
            &[PdaSigner::from(&seeds)],
        )?;
        let owed = left
            .fees
            .saturating_add(left.royalties)
            .saturating_add(left.refund);
        if ends {
            accounts.job.close(requester)?;
        } else {
            cut_seats(&mut accounts.job, requester)?;
            accounts.job.book_owed(left.fees, left.royalties, owed);
        }
        emit(JobClosed {
            job: address,
            fees: fees.into(),
            royalties: royalties.into(),
            refunded: refund.into(),
            owed: owed.into(),
        });
        Ok(())
    }
}
