//! A seat's way: `Claimed → Executed → Committed → Revealed → Collected`. Each type consumes the one before, and only a
//! seat that the chain and the journal agree on becomes one.

mod claim;
mod collect;
mod commit;
mod execute;
mod reveal;

pub use claim::claim;
pub use collect::collect;

use crate::{
    journal::{Book, Sealed},
    seat_id::{JobId, SeatId},
};
use assay_client::{Address, JobView};
use assay_market::{
    bytes::commitment,
    state::{Seat, SeatState},
};

/// A seat that waits for its result.
#[derive(Debug)]
pub struct Claimed {
    seat: SeatId,
}

/// A seat whose one result is in the journal.
#[derive(Debug)]
pub struct Executed {
    seat: SeatId,
    sealed: Sealed,
}

/// A seat whose result is bound by a commitment on chain.
#[derive(Debug)]
pub struct Committed {
    seat: SeatId,
    sealed: Sealed,
}

/// A seat whose result is known, or whose task was refunded.
#[derive(Debug)]
pub struct Revealed {
    seat: SeatId,
    /// The seat's number in the job.
    index: u32,
    state: SeatState,
}

/// How far a seat of ours got.
#[derive(Debug)]
pub enum Stage {
    Claimed(Claimed),
    Executed(Executed),
    Committed(Committed),
    Revealed(Revealed),
    /// Paid, or its bond returned.
    Collected {
        seat: SeatId,
        accepted: bool,
    },
    /// Rejected or missed: penalized, by anyone.
    Forfeited(SeatId),
    /// On chain is a commitment that this journal cannot open.
    Lost(SeatId),
}

impl Stage {
    /// Where the seat `index` of a job stands; `None` when it is not a seat of `worker`.
    pub fn of(job: &JobView, index: u32, worker: &Address, book: &Book) -> Option<Self> {
        let on_chain = job.seats.get(index as usize)?;
        if on_chain.worker != *worker {
            return None;
        }
        let width = u32::from(job.header.width());
        let replica = u8::try_from(index.checked_rem(width)?).ok()?;
        let seat = JobId::of(job).seat(index.checked_div(width)?, replica);
        let state = on_chain.state();
        Some(match (state, book.result(&seat)) {
            (SeatState::Claimed, None) => Self::Claimed(Claimed { seat }),
            (SeatState::Claimed, Some(sealed)) => Self::Executed(Executed { seat, sealed }),
            (SeatState::Committed, Some(sealed)) if opens(on_chain, &seat, worker, &sealed) => {
                Self::Committed(Committed { seat, sealed })
            }
            (SeatState::Committed, _) => Self::Lost(seat),
            (SeatState::Accepted | SeatState::Void, _) if on_chain.collected != 0 => {
                let accepted = state == SeatState::Accepted;
                Self::Collected { seat, accepted }
            }
            (SeatState::Revealed | SeatState::Accepted | SeatState::Void, _) => {
                Self::Revealed(Revealed { seat, index, state })
            }
            (SeatState::Rejected | SeatState::Missed, _) => Self::Forfeited(seat),
            (SeatState::Untouched | SeatState::Free | SeatState::Vacant, _) => return None,
        })
    }
}

fn opens(on_chain: &Seat, seat: &SeatId, worker: &Address, sealed: &Sealed) -> bool {
    let SeatId { job, task, .. } = seat;
    on_chain.value == commitment(&job.address, *task, worker, &sealed.digest, &sealed.salt)
}

impl Claimed {
    pub fn seat(&self) -> SeatId {
        self.seat
    }
}

impl Executed {
    pub fn seat(&self) -> SeatId {
        self.seat
    }
}

impl Committed {
    pub fn seat(&self) -> SeatId {
        self.seat
    }
}

impl Revealed {
    pub fn seat(&self) -> SeatId {
        self.seat
    }

    /// Whether the task's verdict is this seat's result.
    pub fn is_accepted(&self) -> bool {
        self.state == SeatState::Accepted
    }

    /// Whether the verdict is there and the seat has something to collect.
    pub fn is_final(&self) -> bool {
        matches!(self.state, SeatState::Accepted | SeatState::Void)
    }
}

#[cfg(test)]
mod tests;
