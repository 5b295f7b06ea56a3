#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    clock,
    error::StakingError,
    event::{emit, Undelegated},
    settling::settle,
    state::{Delegation, Params, Provider, Ticket},
};
use alloc::boxed::Box;
use anchor_lang::{prelude::*, AccountClose};

#[derive(Accounts)]
#[instruction(shares: u64, matures_at: i64)]
pub struct Undelegate {
    /// The delegator, or anyone for shares that are asked back or shown out; signs and pays the rent. Checked by `check_leave`.
    #[account(mut)]
    pub payer: Signer,
    /// Staking's parameters. Checked by their seeds.
    #[account(seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The delegation's provider. Checked by its address.
    #[account(mut, address = delegation.provider)]
    pub provider: Box<Account<Provider>>,
    /// Any delegation. Checked by its program and its type.
    #[account(mut)]
    pub delegation: Box<Account<Delegation>>,
    /// The delegation's ticket for the bucket, created if needed. Checked by its seeds.
    #[account(
        init_if_needed,
        payer = payer,
        seeds = [b"ticket", delegation.address().as_ref(), &matures_at.to_le_bytes()],
        bump
    )]
    pub ticket: Box<Account<Ticket>>,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Undelegate {
    /// Shares that are worth nothing may leave, too, if they are all that the delegation has. They get no ticket.
    ///
    /// # Specification
    /// - The signer shall be the delegator, or the shares be asked back, or all after notice and stream ended (`NotOwner`).
    /// - The number of shares shall be greater than zero (`ZeroAmount`).
    /// - Slashing shall not have wiped the delegation out (`PositionWipedOut`).
    /// - The delegation shall hold that many shares (`NotEnoughShares`).
    /// - The shares shall be worth at least one base unit, unless they are all (`SharesWorthNothing`).
    /// - The shares shall be worth the least delegation, unless they are all or all that is asked back (`DelegationTooSmall`).
    /// - What remains shall be worth it too, unless the shares are all that is asked back (`DelegationTooSmall`).
    /// - The stake shall back no work, and leave what others asked back (`StakeAllocated`).
    /// - The time of maturity shall be that of the running span (`WrongBucket`).
    /// - A bucket shall be free, or be that of the span (`UnbondingQueueFull`).
    /// - Slashing shall not have diluted the bucket (`PoolDiluted`).
    ///
    /// # Arguments
    /// - `shares` - shares of the delegated stake that leave.
    /// - `matures_at` - Unix time at which the bucket of the running span matures, seconds.
    pub fn undelegate(ctx: &mut Context<Self>, shares: u64, matures_at: i64) -> Result<()> {
        let bump = ctx.bumps.ticket;
        let accounts = &mut ctx.accounts;
        let now = clock::now()?;
        let (provider, delegation) = (&mut accounts.provider, &mut accounts.delegation);
        let is_owner = *accounts.payer.address() == delegation.owner;
        provider.check_leave(delegation, shares, is_owner, now)?;
        if !delegation.is_alive(provider.generation.get()) {
            return Err(StakingError::PositionWipedOut.into());
        }
        settle(provider, now)?;
        provider.settle_position(delegation)?;
        let left = provider.undelegate(delegation, shares, matures_at, now, &accounts.params)?;
        let ticket = &mut accounts.ticket;
        if ticket.version == 0 {
            ticket.version = 1;
            ticket.bump = bump;
            ticket.provider = *provider.address();
            ticket.delegation = *delegation.address();
            ticket.owner = delegation.owner;
            ticket.payer = *accounts.payer.address();
            ticket.matures_at = matures_at.into();
        }
        let held = ticket.shares.get().checked_add(left.shares);
        ticket.shares = held.ok_or(StakingError::Overflow)?.into();
        if ticket.shares.get() == 0 {
            ticket.close(*accounts.payer.account())?;
        }
        emit(&Undelegated {
            provider: *provider.address(),
            delegation: *delegation.address(),
            shares: shares.into(),
            tokens: left.tokens.into(),
            bucket_shares: left.shares.into(),
            matures_at: matures_at.into(),
        });
        Ok(())
    }
}
