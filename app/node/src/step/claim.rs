use crate::{desk::Desk, error::NodeError, event::NodeEvent, journal::Step, seat_id::SeatId};
use assay_client::instruction::market;

/// Claims these seats in one transaction; when that is refused, each in one of its own. Answers
/// how many it got.
pub fn claim(desk: &mut Desk, seats: &[SeatId]) -> Result<usize, NodeError> {
    let (node, worker) = (desk.node(), desk.worker);
    let instructions: Vec<_> = seats
        .iter()
        .map(|seat| {
            let position = (seat.task, seat.replica);
            market::claim_task(node, worker, seat.job.address, seat.job.seed, position)
        })
        .collect();
    match desk.send(Step::Claimed, seats, &instructions) {
        Ok(()) => {
            for seat in seats.iter().copied() {
                desk.reach(seat, Step::Claimed, NodeEvent::Claimed { seat })?;
            }
            Ok(seats.len())
        }
        Err(error) if !error.is_rejected() => Err(error),
        Err(error) if seats.len() < 2 => match error.is_lost_race() {
            true => Ok(0),
            false => Err(error),
        },
        Err(_) => one_by_one(desk, seats),
    }
}

/// One seat that cannot be had, for whatever reason, must not cost the others.
fn one_by_one(desk: &mut Desk, seats: &[SeatId]) -> Result<usize, NodeError> {
    let mut won = 0usize;
    let mut refusal = None;
    for seat in seats {
        match claim(desk, std::slice::from_ref(seat)) {
            Ok(one) => won = won.saturating_add(one),
            Err(error) if error.is_rejected() => refusal = Some(error),
            Err(error) => return Err(error),
        }
    }
    match refusal {
        Some(error) if won == 0 => Err(error),
        _ => Ok(won),
    }
}
