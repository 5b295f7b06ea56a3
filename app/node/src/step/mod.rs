//! A slot's way: `Claimed → Executed → Committed → Revealed → Collected`. Each type consumes the one before, and only a
//! slot that the chain and the journal agree on becomes one.

mod claim;
mod collect;
mod commit;
mod execute;
mod reveal;

pub use claim::claim;
pub use collect::collect;

use crate::{
    journal::{Book, Sealed},
    slot_id::{JobId, SlotId},
};
use assay_client::{Address, JobView};
use assay_market::{
    bytes::commitment,
    state::{Slot, SlotState},
};

/// A slot that waits for its result.
#[derive(Debug)]
pub struct Claimed {
    slot: SlotId,
}

/// A slot whose one result is in the journal.
#[derive(Debug)]
pub struct Executed {
    slot: SlotId,
    sealed: Sealed,
}

/// A slot whose result is bound by a commitment on chain.
#[derive(Debug)]
pub struct Committed {
    slot: SlotId,
    sealed: Sealed,
}

/// A slot whose result is known, or whose task was refunded.
#[derive(Debug)]
pub struct Revealed {
    slot: SlotId,
    /// The slot's number in the job.
    index: u32,
    state: SlotState,
}

/// How far a slot of ours got.
#[derive(Debug)]
pub enum Stage {
    Claimed(Claimed),
    Executed(Executed),
    Committed(Committed),
    Revealed(Revealed),
    /// Paid, or its bond returned.
    Collected {
        slot: SlotId,
        accepted: bool,
    },
    /// Rejected or missed: penalised, by anyone.
    Forfeited(SlotId),
    /// On chain is a commitment that this journal cannot open.
    Lost(SlotId),
}

impl Stage {
    /// Where the slot `index` of a job stands; `None` when it is not a slot of `worker`.
    pub fn of(job: &JobView, index: u32, worker: &Address, book: &Book) -> Option<Self> {
        let on_chain = job.slots.get(index as usize)?;
        if on_chain.worker != *worker {
            return None;
        }
        let width = u32::from(job.header.width());
        let replica = u8::try_from(index.checked_rem(width)?).ok()?;
        let slot = JobId::of(job).slot(index.checked_div(width)?, replica);
        let state = on_chain.state();
        Some(match (state, book.result(&slot)) {
            (SlotState::Claimed, None) => Self::Claimed(Claimed { slot }),
            (SlotState::Claimed, Some(sealed)) => Self::Executed(Executed { slot, sealed }),
            (SlotState::Committed, Some(sealed)) if opens(on_chain, &slot, worker, &sealed) => {
                Self::Committed(Committed { slot, sealed })
            }
            (SlotState::Committed, _) => Self::Lost(slot),
            (SlotState::Accepted | SlotState::Void, _) if on_chain.collected != 0 => {
                let accepted = state == SlotState::Accepted;
                Self::Collected { slot, accepted }
            }
            (SlotState::Revealed | SlotState::Accepted | SlotState::Void, _) => {
                Self::Revealed(Revealed { slot, index, state })
            }
            (SlotState::Rejected | SlotState::Missed, _) => Self::Forfeited(slot),
            (SlotState::Untouched | SlotState::Free | SlotState::Vacant, _) => return None,
        })
    }
}

fn opens(on_chain: &Slot, slot: &SlotId, worker: &Address, sealed: &Sealed) -> bool {
    let SlotId { job, task, .. } = slot;
    on_chain.value == commitment(&job.address, *task, worker, &sealed.digest, &sealed.salt)
}

impl Claimed {
    pub fn slot(&self) -> SlotId {
        self.slot
    }
}

impl Executed {
    pub fn slot(&self) -> SlotId {
        self.slot
    }
}

impl Committed {
    pub fn slot(&self) -> SlotId {
        self.slot
    }
}

impl Revealed {
    pub fn slot(&self) -> SlotId {
        self.slot
    }

    /// Whether the task's verdict is this slot's result.
    pub fn is_accepted(&self) -> bool {
        self.state == SlotState::Accepted
    }

    /// Whether the verdict is there and the slot has something to collect.
    pub fn is_final(&self) -> bool {
        matches!(self.state, SlotState::Accepted | SlotState::Void)
    }
}

#[cfg(test)]
mod tests;
