//! The seats behind a job's header: finding and counting them.

use super::{job::SEAT_COUNT_OFFSET, Job, JobAccount};
use crate::{
    error::{MarketError, RuleResult},
    game::Task,
};

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
    let width = usize::from(job.width());
    let first = seat_index(job, task, 0)? as usize;
    let end = first.checked_add(width).ok_or(MarketError::NoSuchTask)?;
    let seats = job
        .as_mut_slice()
        .get_mut(first..end)
        .ok_or(MarketError::NoSuchTask)?;
    Ok(Task { seats })
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
