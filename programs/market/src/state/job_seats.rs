//! The seats behind a job's header: finding and counting them.

use super::{job::SEAT_COUNT_OFFSET, Job, JobAccount};
use crate::{
    error::{MarketError, RuleResult},
    game::{Seat, Task},
};
use anchor_lang::prelude::Result;
use pinocchio::account::AccountView;

/// Returns the index in the account of a task's seat.
///
/// # Errors
/// `NoSuchTask`, `NoSuchSeat`.
#[inline(never)]
pub fn seat_index(job: &Job, task: u32, seat: u8) -> RuleResult<u32> {
    if task >= job.task_count.get() {
        return Err(MarketError::NoSuchTask);
    }
    if seat >= job.width() {
        return Err(MarketError::NoSuchSeat);
    }
    task.checked_mul(u32::from(job.width()))
        .and_then(|first| first.checked_add(u32::from(seat)))
        .ok_or(MarketError::NoSuchSeat)
}

/// Returns the seats of one task.
///
/// # Errors
/// `NoSuchTask`.
#[inline(never)]
pub fn task_of(job: &mut JobAccount, task: u32) -> RuleResult<Task<'_>> {
    Ok(task_parts(job, task)?.1)
}

/// Returns the header of a job and the seats of one task at once.
///
/// # Errors
/// `NoSuchTask`.
#[inline(always)]
pub fn task_parts(job: &mut JobAccount, task: u32) -> RuleResult<(&mut Job, Task<'_>)> {
    let seats: *mut [Seat] = job.as_mut_slice();
    // SAFETY: `job` is borrowed for as long as both parts. They lie in the data of the account, one behind the other, and
    // not in `job` itself, so that neither overlaps the other or anything that is borrowed.
    let (header, seats) = (&mut **job, unsafe { &mut *seats });
    if task >= header.task_count.get() {
        return Err(MarketError::NoSuchTask);
    }
    // Products and sums of 32-bit numbers, in 64 bits.
    let width = usize::from(header.late_seats).wrapping_add(1);
    let first = (task as usize).wrapping_mul(width);
    let own = seats.get_mut(first..first.wrapping_add(width));
    let seats = own.ok_or(MarketError::NoSuchTask)?;
    Ok((header, Task { seats }))
}

/// Sets the number of seats of a job whose tail is zeroed, at no cost per seat: zero is a seat's first state.
///
/// # Errors
/// `WrongJobSize` unless the account holds exactly that many, `Overflow`.
pub fn set_seat_count(job: &mut JobAccount, seats: u32) -> RuleResult<()> {
    let exact = JobAccount::try_space_for(seats).map_err(|_| MarketError::Overflow)?;
    if job.current_space() != exact {
        return Err(MarketError::WrongJobSize);
    }
    let mut view = *job.view();
    // SAFETY: the caller borrows `job` mutably and nobody else holds its bytes. The length field lies behind the
    // discriminator and the header, inside the size checked above.
    let data = unsafe { view.borrow_unchecked_mut() };
    data.get_mut(SEAT_COUNT_OFFSET..SEAT_COUNT_OFFSET + 4)
        .ok_or(MarketError::WrongJobSize)?
        .copy_from_slice(&seats.to_le_bytes());
    Ok(())
}

/// Cuts the seats of a finished job off and sends the rent that they needed to `rent_to`.
///
/// # Errors
/// An error of the account's size, which its type rules out.
pub fn cut_seats(job: &mut JobAccount, mut rent_to: AccountView) -> Result<()> {
    job.resize_to_capacity(0)?;
    job.refund(&mut rent_to)?;
    Ok(())
}
