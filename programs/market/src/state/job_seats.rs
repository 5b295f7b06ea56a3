//! The seats behind a job's header: how to find, count and take them.

use super::{job::SEAT_COUNT_OFFSET, Job, JobAccount, SeatState, Task};
use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;

/// Returns the index of a seat in the account.
///
/// # Errors
/// `NoSuchTask`, `NoSuchSeat`.
pub fn seat_index(job: &Job, task: u32, replica: u8) -> RuleResult<u32> {
    if task >= job.task_count.get() {
        return Err(MarketError::NoSuchTask);
    }
    if replica >= job.width() {
        return Err(MarketError::NoSuchSeat);
    }
    task.checked_mul(u32::from(job.width()))
        .and_then(|first| first.checked_add(u32::from(replica)))
        .ok_or(MarketError::NoSuchSeat)
}

/// Returns the seats of one task.
///
/// # Errors
/// `NoSuchTask`.
pub fn task_of(job: &mut JobAccount, task: u32) -> RuleResult<Task<'_>> {
    let width = usize::from(job.width());
    let (replicas, quorum) = (usize::from(job.replicas), usize::from(job.quorum));
    let first = seat_index(job, task, 0)? as usize;
    let end = first.checked_add(width).ok_or(MarketError::NoSuchTask)?;
    let seats = job
        .as_mut_slice()
        .get_mut(first..end)
        .ok_or(MarketError::NoSuchTask)?;
    Ok(Task {
        seats,
        replicas,
        quorum,
    })
}

/// Makes the account's zeroed tail count as `seats` seats. Costs nothing per seat, because zero is a seat's first state.
///
/// # Errors
/// `WrongJobSize` unless the account has the exact size of that many seats.
pub fn set_seat_count(job: &mut JobAccount, seats: u32) -> RuleResult<()> {
    let exact = JobAccount::try_space_for(seats).map_err(|_| MarketError::Overflow)?;
    if job.current_space() != exact {
        return Err(MarketError::WrongJobSize);
    }
    let mut view = *job.view();
    // SAFETY: the caller borrows `job` mutably, so nobody else holds its bytes. The length field lies behind the discriminator
    // and the header, inside the size checked above.
    let data = unsafe { view.borrow_unchecked_mut() };
    data.get_mut(SEAT_COUNT_OFFSET..SEAT_COUNT_OFFSET + 4)
        .ok_or(MarketError::WrongJobSize)?
        .copy_from_slice(&seats.to_le_bytes());
    Ok(())
}

/// Marks a seat of `worker` as collected and returns its state, which decides what the worker gets or loses. The caller
/// refuses a state that is not final.
///
/// # Errors
/// `NoSuchSeat`, `NotSeatHolder`, `AlreadyCollected`.
pub fn take_seat(job: &mut JobAccount, index: u32, worker: &Address) -> RuleResult<SeatState> {
    let seat = job.get_mut(index as usize).ok_or(MarketError::NoSuchSeat)?;
    seat.check_holder(worker)?;
    if seat.collected != 0 {
        return Err(MarketError::AlreadyCollected);
    }
    seat.collected = 1;
    Ok(seat.state())
}
