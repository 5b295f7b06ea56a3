//! The seats of checks and rounds, and the accounts that belong to a task.

use super::{RoundAccount, RoundHeader, Source, CHALLENGER};
use crate::{
    error::{MarketError, RuleResult},
    game::{
        draw::Purpose,
        task::{flag, Task},
        Seat,
    },
};
use anchor_lang::prelude::*;
use assay_shared::token::{is_associated_account, TOKEN};

/// Returns a seat of the account, or its challenger for [`CHALLENGER`].
///
/// # Errors
/// `NoSuchSeat`.
#[inline(never)]
pub fn round_seat(account: &mut RoundAccount, seat: u8) -> RuleResult<&mut Seat> {
    if seat == CHALLENGER {
        if !account.round.has_challenger() {
            return Err(MarketError::NoSuchSeat);
        }
        return Ok(&mut account.round.challenger);
    }
    account
        .get_mut(usize::from(seat))
        .ok_or(MarketError::NoSuchSeat)
}

/// Checks that `round` is the account of the check or appeal that `source` names, and that there is none for the other
/// sources.
///
/// # Errors
/// `WrongAccount`.
#[inline(never)]
pub fn check_own_round(
    round: Option<&RoundAccount>,
    source: Source,
    job: &Address,
    task: u32,
) -> RuleResult<()> {
    let own = match source {
        Source::Job | Source::Dispute => None,
        Source::Check | Source::Appeal => source.purpose(),
    };
    match (round, own) {
        (None, None) => Ok(()),
        (Some(round), Some(purpose)) if round.is_of(job, task, purpose) => Ok(()),
        _ => Err(MarketError::WrongAccount),
    }
}

/// Returns header and seats of the account at once.
pub fn round_parts(account: &mut RoundAccount) -> (&mut RoundHeader, &mut [Seat]) {
    let seats: *mut [Seat] = account.as_mut_slice();
    // SAFETY: `account` is borrowed for as long as both parts. They lie in the data of the account, one behind the other,
    // and not in `account` itself, so that neither overlaps the other or anything that is borrowed.
    (&mut *account, unsafe { &mut *seats })
}

/// Returns the seat of a task's check, where the task has one.
///
/// # Errors
/// `WrongAccount` if the account is another task's or no check; `CheckMissing` if the task has a check and none is given.
pub fn check_seat<'a>(
    check: Option<&'a mut RoundAccount>,
    job: &Address,
    task: u32,
    seats: &Task<'_>,
) -> RuleResult<Option<&'a mut Seat>> {
    match check {
        None if seats.has(flag::CHECK_SPENT) => Err(MarketError::CheckMissing),
        None => Ok(None),
        Some(check) => own_check_seat(check, job, task).map(Some),
    }
}

#[inline(never)]
fn own_check_seat<'a>(
    check: &'a mut RoundAccount,
    job: &Address,
    task: u32,
) -> RuleResult<&'a mut Seat> {
    if !check.is_of(job, task, Purpose::LateSeat) {
        return Err(MarketError::WrongAccount);
    }
    check.get_mut(0).ok_or(MarketError::NoSuchSeat)
}

/// Checks that `pot` is the token account that collects the penalties of a round of five: the associated token account of
/// the round's own account, which signs for it.
///
/// # Errors
/// `WrongTokenAccount`.
#[inline(never)]
pub fn check_pot(
    pot: &UncheckedAccount,
    round: &Address,
    stake_mint: &Address,
    bump: u8,
) -> RuleResult<()> {
    let is_pot = is_associated_account(pot.address(), round, stake_mint, &TOKEN, bump);
    if !is_pot || !pot.account().owned_by(&TOKEN) {
        return Err(MarketError::WrongTokenAccount);
    }
    Ok(())
}
