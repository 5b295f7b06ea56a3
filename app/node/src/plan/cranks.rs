use assay_client::{cranks::final_seats, Address, JobView};
use assay_market::state::{Seat, SeatState};
use std::collections::BTreeMap;

/// Returns the seats that can be penalized, by worker: rejected seats first, then missed ones.
pub fn penalizable(job: &JobView) -> BTreeMap<Address, Vec<u32>> {
    final_seats(job)
        .into_iter()
        .filter(|(_, seats)| !seats.penalizable.is_empty())
        .map(|(worker, seats)| (worker, seats.penalizable))
        .collect()
}

/// Returns true if this node should create the requester's token account in order to penalize these seats.
///
/// The requester can close the account afterwards and keep the rent. So pay it only for a rejected result, for which the
/// worker loses far more than the rent, or to free the own bond (`is_ours`). A missed deadline alone is left to the
/// requester, who is compensated, or to the worker, whose bond it frees.
pub fn should_fund_ata(job: &JobView, seats: &[u32], is_ours: bool) -> bool {
    let mut states = seats.iter().filter_map(|index| {
        let seat = job.seats.get(usize::try_from(*index).ok()?)?;
        Some(seat.state())
    });
    is_ours || states.any(|state| state == SeatState::Rejected)
}

/// Returns how many others should act on these seats before `worker`: its place among their holders, at most 15. The order
/// keeps all nodes from sending the same crank at once; the second acts if the first did not.
pub fn turn_order(seats: &[Seat], worker: &Address) -> u32 {
    let mut holders = Vec::<Address>::new();
    for seat in seats {
        if seat.worker != Address::default() && !holders.contains(&seat.worker) {
            holders.push(seat.worker);
        }
    }
    let place = holders.iter().position(|holder| holder == worker);
    u32::try_from(place.unwrap_or(holders.len())).map_or(15, |place| place.min(15))
}
