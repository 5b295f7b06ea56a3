//! Jobs for tests, as the chain would show them.

use crate::seat_id::{JobId, SeatId};
use assay_client::{Address, JobView};
use assay_market::state::{Job, Seat, SeatState};
use bytemuck::Zeroable;

/// The address whose bytes are all `byte`.
pub fn someone(byte: u8) -> Address {
    Address::new_from_array([byte; 32])
}

/// A job of `tasks` tasks for two of three workers and one spare, posted at 0 and claimable until 1,000; everyone is
/// drawn from 100 on, or with 1,000 of collateral. A seat's bond is 10.
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
    let address = someone(200);
    JobView {
        address,
        header,
        seats,
    }
}

/// Sets a seat of a job of four seats a task: its holder, state, value and deadline.
pub fn set(job: &mut JobView, index: usize, worker: Address, state: SeatState, value: [u8; 32]) {
    let seat = &mut job.seats[index];
    seat.worker = worker;
    seat.value = value;
    seat.deadline = 500.into();
    seat.set_state(state);
}

/// The name of a seat of `job`.
pub fn seat(task: u32, replica: u8) -> SeatId {
    JobId::of(&job(1)).seat(task, replica)
}
