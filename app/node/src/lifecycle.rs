//! The life of a seat: `Claimed → Executed → Committed → Revealed → Collected`.
//!
//! Each type consumes the one before, and [`SeatStage::of`] makes one only where chain and journal agree. So the node
//! delivers one result for a seat, and never reveals a result that it did not commit to.

use crate::{
    error::NodeError,
    event::NodeEvent,
    journal::{JournalState, Record, Step, StoredResult},
    output_store::OutputStore,
    retry::{classify, ErrorClass},
    seat_id::{JobId, SeatId},
    sender::TxSender,
};
use assay_client::{
    instruction::market::{self, JobAddresses},
    Address, JobView,
};
use assay_market::{
    bytes::{commitment, result_digest},
    state::{Seat, SeatState},
};
use assay_runner::RunOutput;
use std::time::Duration;

/// A claimed seat without a result.
#[derive(Debug)]
pub struct Claimed {
    seat: SeatId,
}

/// A claimed seat whose only result is in the journal.
#[derive(Debug)]
pub struct Executed {
    seat: SeatId,
    result: StoredResult,
}

/// A seat whose result is bound by a commitment on chain.
#[derive(Debug)]
pub struct Committed {
    seat: SeatId,
    result: StoredResult,
}

/// A seat whose result is revealed, or whose task was refunded.
#[derive(Debug)]
pub struct Revealed {
    seat: SeatId,
    /// The seat's number in the job.
    index: u32,
    state: SeatState,
}

/// How far a seat of ours is.
#[derive(Debug)]
pub enum SeatStage {
    Claimed(Claimed),
    Executed(Executed),
    Committed(Committed),
    Revealed(Revealed),
    /// Paid, or its bond returned.
    Collected {
        seat: SeatId,
        /// True if the result was accepted and paid.
        accepted: bool,
    },
    /// Rejected or missed. The bond is lost, and anyone may penalize the worker.
    Penalized(SeatId),
    /// The chain has a commitment to a result that this journal does not have, so the seat cannot be revealed.
    Unrecoverable(SeatId),
}

impl SeatStage {
    /// Returns how far the seat with number `index` in a job is, or `None` if it is not a seat of `worker`.
    pub fn of(job: &JobView, index: u32, worker: &Address, journal: &JournalState) -> Option<Self> {
        let on_chain = job.seats.get(index as usize)?;
        if on_chain.worker != *worker {
            return None;
        }
        let width = u32::from(job.header.width());
        let replica = u8::try_from(index.checked_rem(width)?).ok()?;
        let seat = JobId::of(job).seat(index.checked_div(width)?, replica);
        let state = on_chain.state();
        Some(match (state, journal.result(&seat)) {
            (SeatState::Claimed, None) => Self::Claimed(Claimed { seat }),
            (SeatState::Claimed, Some(result)) => Self::Executed(Executed { seat, result }),
            (SeatState::Committed, Some(result))
                if matches_commitment(on_chain, &seat, worker, &result) =>
            {
                Self::Committed(Committed { seat, result })
            }
            (SeatState::Committed, _) => Self::Unrecoverable(seat),
            (SeatState::Accepted | SeatState::Void, _) if on_chain.collected != 0 => {
                let accepted = state == SeatState::Accepted;
                Self::Collected { seat, accepted }
            }
            (SeatState::Revealed | SeatState::Accepted | SeatState::Void, _) => {
                Self::Revealed(Revealed { seat, index, state })
            }
            (SeatState::Rejected | SeatState::Missed, _) => Self::Penalized(seat),
            (SeatState::Untouched | SeatState::Free | SeatState::Vacant, _) => return None,
        })
    }
}

/// Returns true if the commitment on chain is one to `result`.
fn matches_commitment(
    on_chain: &Seat,
    seat: &SeatId,
    worker: &Address,
    result: &StoredResult,
) -> bool {
    let SeatId { job, task, .. } = seat;
    on_chain.value == commitment(&job.address, *task, worker, &result.digest, &result.salt)
}

/// Claims seats of one job in one transaction. If the network rejects it, claims each seat in a transaction of its own.
/// Returns how many seats were claimed.
///
/// # Errors
/// [`NodeError::Journal`]. [`NodeError::Chain`], but not for a lost race.
pub fn claim(sender: &mut TxSender, seats: &[SeatId]) -> Result<usize, NodeError> {
    let (node, worker) = (sender.node_key(), sender.worker);
    let instructions: Vec<_> = seats
        .iter()
        .map(|seat| {
            let position = (seat.task, seat.replica);
            market::claim_task(node, worker, seat.job.address, seat.job.seed, position)
        })
        .collect();
    match sender.send(Step::Claimed, seats, &instructions) {
        Ok(()) => {
            for seat in seats.iter().copied() {
                sender.record_step(seat, Step::Claimed, NodeEvent::Claimed { seat })?;
            }
            Ok(seats.len())
        }
        Err(error) if !error.is_rejected() => Err(error),
        Err(_) if seats.len() > 1 => claim_individually(sender, seats),
        Err(error) if classify(&error) == ErrorClass::LostRace => Ok(0),
        Err(error) => Err(error),
    }
}

/// Claims each seat in a transaction of its own, so that one seat that cannot be claimed does not cost the others.
fn claim_individually(sender: &mut TxSender, seats: &[SeatId]) -> Result<usize, NodeError> {
    let mut claimed = 0usize;
    let mut rejection = None;
    for seat in seats {
        match claim(sender, std::slice::from_ref(seat)) {
            Ok(count) => claimed = claimed.saturating_add(count),
            Err(error) if error.is_rejected() => rejection = Some(error),
            Err(error) => return Err(error),
        }
    }
    match rejection {
        Some(error) if claimed == 0 => Err(error),
        _ => Ok(claimed),
    }
}

impl Claimed {
    /// Returns the name of the seat.
    pub fn seat(&self) -> SeatId {
        self.seat
    }

    /// Makes `output` the seat's only result. Output and journal are on disk when this returns, so nothing of the result is
    /// sent before. `took` is the duration of the run, `now` the chain time in Unix seconds.
    ///
    /// # Errors
    /// [`NodeError::Disk`], [`NodeError::Journal`], [`NodeError::Random`].
    pub fn persist_result(
        self,
        output: &RunOutput,
        took: Duration,
        now: i64,
        outputs: &OutputStore,
        sender: &mut TxSender,
    ) -> Result<Executed, NodeError> {
        let Self { seat } = self;
        let exit_code = output.exit.code();
        let digest = result_digest(exit_code, &output.output);
        let result = StoredResult {
            digest,
            salt: random_salt()?,
            exit_code,
        };
        outputs.save(&seat, &output.output)?;
        let at = now;
        sender
            .journal
            .append(&Record::Result { seat, result, at })?;
        sender.emit(NodeEvent::Executed {
            seat,
            exit_code,
            digest,
            fuel_used: output.fuel_used,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
        Ok(Executed { seat, result })
    }
}

/// Returns 32 random bytes. Without them, anyone could find a digest that has few possible values by trying which one
/// gives the commitment.
fn random_salt() -> Result<[u8; 32], NodeError> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| NodeError::Random(error.to_string()))?;
    Ok(salt)
}

impl Executed {
    /// Returns the name of the seat.
    pub fn seat(&self) -> SeatId {
        self.seat
    }

    /// Commits to the result on chain without showing it.
    ///
    /// # Errors
    /// [`NodeError::Journal`], [`NodeError::Chain`].
    pub fn commit(self, sender: &mut TxSender) -> Result<Committed, NodeError> {
        let Self { seat, result } = self;
        let (node, worker, job) = (sender.node_key(), sender.worker, seat.job.address);
        let commitment = commitment(&job, seat.task, &worker, &result.digest, &result.salt);
        let position = (seat.task, seat.replica);
        let instruction = market::commit_result(node, worker, job, position, commitment);
        sender.send(Step::Committed, &[seat], &[instruction])?;
        sender.record_step(seat, Step::Committed, NodeEvent::Committed { seat })?;
        Ok(Committed { seat, result })
    }
}

impl Committed {
    /// Returns the name of the seat.
    pub fn seat(&self) -> SeatId {
        self.seat
    }

    /// Reveals the committed digest. `index` is the seat's number in the job.
    ///
    /// # Errors
    /// [`NodeError::Journal`], [`NodeError::Chain`].
    pub fn reveal(self, index: u32, sender: &mut TxSender) -> Result<Revealed, NodeError> {
        let Self { seat, result } = self;
        let (node, worker, job) = (sender.node_key(), sender.worker, seat.job.address);
        let position = (seat.task, seat.replica);
        let instruction =
            market::reveal_result(node, worker, job, position, result.digest, result.salt);
        sender.send(Step::Revealed, &[seat], &[instruction])?;
        sender.record_step(seat, Step::Revealed, NodeEvent::Revealed { seat })?;
        let state = SeatState::Revealed;
        Ok(Revealed { seat, index, state })
    }
}

impl Revealed {
    /// Returns the name of the seat.
    pub fn seat(&self) -> SeatId {
        self.seat
    }

    /// Returns true if the task was accepted with this seat's result.
    pub fn is_accepted(&self) -> bool {
        self.state == SeatState::Accepted
    }

    /// Returns true if the task is decided and the seat has pay or a bond to collect.
    pub fn is_final(&self) -> bool {
        matches!(self.state, SeatState::Accepted | SeatState::Void)
    }
}

/// Collects final seats of one job in one transaction. The money goes to the ATA of `owner`.
///
/// # Errors
/// [`NodeError::Journal`], [`NodeError::Chain`].
pub fn collect(
    seats: Vec<Revealed>,
    job: &JobAddresses,
    owner: &Address,
    sender: &mut TxSender,
) -> Result<(), NodeError> {
    let names: Vec<_> = seats.iter().map(Revealed::seat).collect();
    let indices: Vec<u32> = seats.iter().map(|seat| seat.index).collect();
    let (node, worker) = (sender.node_key(), sender.worker);
    let plan = sender
        .client
        .plan_collect(&node, job, &worker, owner, &indices)?;
    sender.send(Step::Collected, &names, &plan.instructions)?;
    for Revealed { seat, state, .. } in seats {
        let accepted = state == SeatState::Accepted;
        let event = NodeEvent::Collected { seat, accepted };
        sender.record_step(seat, Step::Collected, event)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, job, seat, set_seat};

    const RESULT: StoredResult = StoredResult {
        digest: [1; 32],
        salt: [2; 32],
        exit_code: 0,
    };

    fn journal() -> JournalState {
        let mut journal = JournalState::default();
        let record = Record::Result {
            seat: seat(0, 1),
            result: RESULT,
            at: 0,
        };
        journal.apply(&record).unwrap();
        journal
    }

    fn stage(state: SeatState, value: [u8; 32], journal: &JournalState) -> Option<SeatStage> {
        let mut job = job(1);
        set_seat(&mut job, 1, address(1), state, value);
        SeatStage::of(&job, 1, &address(1), journal)
    }

    fn our_commitment() -> [u8; 32] {
        let (job, worker) = (job(1).address, address(1));
        commitment(&job, 0, &worker, &RESULT.digest, &RESULT.salt)
    }

    #[test]
    fn a_claim_without_a_result_is_run() {
        let stage = stage(SeatState::Claimed, [0; 32], &JournalState::default());
        assert!(matches!(stage, Some(SeatStage::Claimed(Claimed { seat: s })) if s == seat(0, 1)));
    }

    #[test]
    fn a_claim_with_a_result_is_never_run_again_but_committed() {
        let stage = stage(SeatState::Claimed, [0; 32], &journal());
        assert!(
            matches!(stage, Some(SeatStage::Executed(Executed { result, .. })) if result == RESULT)
        );
    }

    #[test]
    fn a_commitment_of_ours_is_revealed() {
        let stage = stage(SeatState::Committed, our_commitment(), &journal());
        assert!(
            matches!(stage, Some(SeatStage::Committed(Committed { result, .. })) if result == RESULT)
        );
    }

    #[test]
    fn a_commitment_that_the_journal_cannot_open_is_unrecoverable() {
        let foreign = stage(SeatState::Committed, [5; 32], &journal());
        assert!(matches!(foreign, Some(SeatStage::Unrecoverable(_))));
        let forgotten = stage(
            SeatState::Committed,
            our_commitment(),
            &JournalState::default(),
        );
        assert!(matches!(forgotten, Some(SeatStage::Unrecoverable(_))));
    }

    #[test]
    fn the_result_of_an_earlier_posting_is_not_delivered_to_a_later_one() {
        let mut later = job(1);
        later.header.seed = [8; 32];
        set_seat(&mut later, 1, address(1), SeatState::Claimed, [0; 32]);
        let stage = SeatStage::of(&later, 1, &address(1), &journal());
        assert!(matches!(stage, Some(SeatStage::Claimed(_))));
    }

    #[test]
    fn only_accepted_and_void_seats_are_collected() {
        for (state, is_final) in [
            (SeatState::Revealed, false),
            (SeatState::Accepted, true),
            (SeatState::Void, true),
        ] {
            let stage = stage(state, RESULT.digest, &journal());
            assert!(
                matches!(stage, Some(SeatStage::Revealed(seat)) if seat.is_final() == is_final)
            );
        }
        for state in [SeatState::Rejected, SeatState::Missed] {
            assert!(matches!(
                stage(state, [0; 32], &journal()),
                Some(SeatStage::Penalized(_))
            ));
        }
    }

    #[test]
    fn a_collected_seat_is_not_collected_again() {
        let mut job = job(1);
        set_seat(&mut job, 1, address(1), SeatState::Accepted, RESULT.digest);
        job.seats[1].collected = 1;
        let stage = SeatStage::of(&job, 1, &address(1), &journal());
        assert!(matches!(
            stage,
            Some(SeatStage::Collected { accepted: true, .. })
        ));
    }

    #[test]
    fn seats_of_others_are_none_of_our_business() {
        let mut job = job(1);
        set_seat(&mut job, 1, address(2), SeatState::Claimed, [0; 32]);
        assert!(SeatStage::of(&job, 1, &address(1), &journal()).is_none());
        assert!(SeatStage::of(&job, 99, &address(1), &journal()).is_none());
    }
}
