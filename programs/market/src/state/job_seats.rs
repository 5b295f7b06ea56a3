//! The seats behind a job's header: finding, sizing and taking them.

use super::{job::SEAT_COUNT_OFFSET, Job, JobAccount, SeatState, Task};
use crate::error::MarketError;
use anchor_lang::prelude::*;

type Rule<T> = core::result::Result<T, MarketError>;

/// Index of a seat in the account.
///
/// Errors: `NoSuchTask`, `NoSuchSeat`.
pub fn seat_index(job: &Job, task: u32, replica: u8) -> Rule<u32> {
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

/// The seats of one task.
///
/// Errors: `NoSuchTask`.
pub fn task_of(job: &mut JobAccount, task: u32) -> Rule<Task<'_>> {
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

/// Makes a zeroed tail count as `seats` seats, at no cost per seat: zero is a seat's first state.
///
/// Errors: `WrongJobSize` unless the account holds exactly so many.
pub fn set_seat_count(job: &mut JobAccount, seats: u32) -> Rule<()> {
    let exact = JobAccount::try_space_for(seats).map_err(|_| MarketError::Overflow)?;
    if job.current_space() != exact {
        return Err(MarketError::WrongJobSize);
    }
    let mut view = *job.view();
    // SAFETY: `job` is borrowed mutably by the caller and nobody else holds its bytes; the length field lies behind
    // the discriminator and the header, inside the size checked above.
    let data = unsafe { view.borrow_unchecked_mut() };
    data.get_mut(SEAT_COUNT_OFFSET..SEAT_COUNT_OFFSET + 4)
        .ok_or(MarketError::WrongJobSize)?
        .copy_from_slice(&seats.to_le_bytes());
    Ok(())
}

/// Marks a final seat of `worker` as collected and answers its state, which decides what the worker gets or loses.
///
/// Errors: `NoSuchSeat`, `NotSeatHolder`, `AlreadyCollected`.
pub fn take_seat(job: &mut JobAccount, index: u32, worker: &Address) -> Rule<SeatState> {
    let seat = job.get_mut(index as usize).ok_or(MarketError::NoSuchSeat)?;
    seat.check_holder(worker)?;
    if seat.collected != 0 {
        return Err(MarketError::AlreadyCollected);
    }
    seat.collected = 1;
    Ok(seat.state())
}
