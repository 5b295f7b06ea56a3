//! Jobs and seats for unit tests, as the chain would show them.

use crate::seat_id::{JobId, SeatId};
use assay_client::{Address, JobView};
use assay_market::state::{Job, Seat, SeatState};
use bytemuck::Zeroable;

/// Returns the address whose bytes are all `byte`.
pub fn address(byte: u8) -> Address {
    Address::new_from_array([byte; 32])
}

/// Returns a job of `tasks` tasks, each with three replicas, a quorum of two and one spare. It was posted at time 0 and
/// can be claimed until 1,000. A worker is drawn for every seat from time 100 on, or with 1,000 of collateral. A bond is
/// 10.
pub fn job(tasks: u32) -> JobView {
    let mut header = Job::zeroed();
    header.seed = [7; 32];
    header.bond = 10.into();
    header.claim_until = 1_000.into();
    header.run_window = 60.into();
    header.reveal_window = 60.into();
    header.ramp = 100.into();
    header.sortition_unit = 1_000.into();
    header.task_count = tasks.into();
    header.open_tasks = tasks.into();
    (header.replicas, header.quorum, header.spares) = (3, 2, 1);
    let seats = vec![Seat::default(); tasks as usize * usize::from(header.width())];
    JobView {
        address: address(200),
        header,
        seats,
    }
}

/// Sets the holder, state and value of the seat `index` of a job. Its deadline becomes 500.
pub fn set_seat(
    job: &mut JobView,
    index: usize,
    worker: Address,
    state: SeatState,
    value: [u8; 32],
) {
    let seat = &mut job.seats[index];
    seat.worker = worker;
    seat.value = value;
    seat.deadline = 500.into();
    seat.set_state(state);
}

/// Returns the name of a seat of [`job`].
pub fn seat(task: u32, replica: u8) -> SeatId {
    JobId::of(&job(1)).seat(task, replica)
}
