use assay_client::{
    cranks::{finished, Finished},
    Address, JobView,
};
use assay_market::state::{Seat, SeatState};
use std::collections::BTreeMap;

/// Rejected and missed seats that were not penalized yet, by worker.
pub fn penalties(job: &JobView) -> BTreeMap<Address, Vec<u32>> {
    let lost = |(worker, Finished { lost, .. }): (Address, Finished)| {
        (!lost.is_empty()).then_some((worker, lost))
    };
    finished(job).into_iter().filter_map(lost).collect()
}

/// Whether to pay, out of our own pocket, for the account that a penalty may need: the requester's, who can close it and
/// keep the rent. For a lie it is worth it, because the liar loses far more than that; for a missed deadline it is left to
/// the requester, who is compensated, or else to the worker itself, whose bond it frees.
pub fn may_pay_rent(job: &JobView, seats: &[u32], is_ours: bool) -> bool {
    let mut states = seats.iter().filter_map(|index| {
        let seat = job.seats.get(usize::try_from(*index).ok()?)?;
        Some(seat.state())
    });
    is_ours || states.any(|state| state == SeatState::Rejected)
}

/// How many others should act on these seats before `worker`: its place among their holders, at most 15. Ranks keep all
/// nodes from sending the same crank at once; who has rank 1 acts when rank 0 did not.
pub fn rank(seats: &[Seat], worker: &Address) -> u32 {
    let mut holders = Vec::<Address>::new();
    for seat in seats {
        if seat.worker != Address::default() && !holders.contains(&seat.worker) {
            holders.push(seat.worker);
        }
    }
    let place = holders.iter().position(|holder| holder == worker);
    u32::try_from(place.unwrap_or(holders.len())).map_or(15, |rank| rank.min(15))
}
