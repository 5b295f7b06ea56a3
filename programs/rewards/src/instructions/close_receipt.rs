use crate::{
    error::RewardsError,
    event::{emit, ReceiptClosed},
    state::ReceiptAccount,
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct CloseReceipt {
    /// Whoever paid the rent, and receives it. Checked by its address.
    #[account(mut, address = receipt.payer @ RewardsError::WrongAccount)]
    pub payer: UncheckedAccount,
    /// Any receipt, closed here. Checked by its program and its type.
    #[account(mut, close = payer)]
    pub receipt: ReceiptAccount,
}

impl CloseReceipt {
    /// Not even the payer may close a receipt earlier, because others rely on it.
    ///
    /// # Specification
    /// - The rent shall go to whoever paid it (`WrongAccount`).
    /// - The receipt's lifetime shall be over (`ReceiptOpen`).
    pub fn close_receipt(ctx: &mut Context<Self>) -> Result<()> {
        let receipt = &ctx.accounts.receipt;
        if Clock::get()?.unix_timestamp < receipt.closes_at.get() {
            return Err(RewardsError::ReceiptOpen.into());
        }
        emit(ReceiptClosed {
            receipt: *receipt.address(),
        });
        Ok(())
    }
}
