//! Work on seats: results, and when a worker is admitted.

use crate::{keypairs::worker_of, Address};
use assay_client::{JobView, RoundView};
use assay_market::{
    bytes::ResultRecord,
    game::{contribution::Contribution, draw::Purpose},
    state::Worker,
};
use sha2::{Digest, Sha256};

/// Returns the record of a result whose output is `answer`, whose exit code is 0 and that used a thousand units of fuel.
/// The memory follows from posting and answer, as that of a run does.
pub fn record_of(seed: &[u8; 32], answer: &str) -> ResultRecord {
    ResultRecord {
        exit_code: 0,
        fuel_used: 1_000,
        output: Sha256::digest(answer).into(),
        memory: Sha256::new()
            .chain_update(seed)
            .chain_update(answer)
            .finalize()
            .into(),
    }
}

/// Returns the hash of a task's input in the manifests of tests.
pub fn input_of(task: u32) -> [u8; 32] {
    let input = Sha256::new().chain_update("input ");
    input.chain_update(task.to_le_bytes()).finalize().into()
}

/// Returns the input hashes of a manifest of so many tasks.
pub fn inputs(count: u32) -> Vec<[u8; 32]> {
    (0..count).map(input_of).collect()
}

/// Returns the digest of a result whose output is `answer`, in the posting with this seed.
pub fn digest_of(seed: &[u8; 32], answer: &str) -> [u8; 32] {
    record_of(seed, answer).digest()
}

/// Returns what stands for the memory hash `Q` of whoever ran a task with this answer and stopped in between.
pub fn stopped_memory(seed: &[u8; 32], answer: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update("stopped")
        .chain_update(seed)
        .chain_update(answer)
        .finalize()
        .into()
}

/// Returns what the actor's worker contributes for this digest.
pub fn contribution(name: &str, seed: &[u8; 32], task: u32, digest: &[u8; 32]) -> Contribution {
    Contribution::new(seed, task, &worker_of(name), digest)
}

/// Returns the Unix time from which a worker is admitted to a seat of a task; `None` if there is no such seat, it is not
/// drawn yet, or the worker is never admitted.
pub fn seat_opens_at(
    job: &JobView,
    task: u32,
    seat: u8,
    address: &Address,
    worker: &Worker,
) -> Option<i64> {
    let place = job.task(task).get(usize::from(seat))?;
    let admission = if seat == 0 {
        job.first_admission(task)?
    } else {
        let seed = (place.drawn != 0).then_some(place.hash)?;
        job.late_admission(place, seat, seed)
    };
    admission.admitted_at(job, address, worker)
}

/// Returns the Unix time from which a worker is admitted to a seat of a check or round; `None` as for [`seat_opens_at`].
pub fn round_seat_opens_at(
    job: &JobView,
    round: &RoundView,
    seat: u8,
    address: &Address,
    worker: &Worker,
) -> Option<i64> {
    let place = round.seats.get(usize::from(seat))?;
    let state = &round.header.round;
    let admission = if round.source().purpose() == Some(Purpose::LateSeat) {
        let seed = (place.drawn != 0).then_some(place.hash)?;
        job.late_admission(place, job.header.width(), seed)
    } else {
        let seed = state.is_drawn().then_some(state.seed)?;
        job.round_admission(state, seat, seed)
    };
    admission.admitted_at(job, address, worker)
}
