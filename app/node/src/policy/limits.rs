use assay_client::{Address, JobView, LAMPORTS_PER_SIGNATURE};
use assay_market::state::SeatState;

/// What a transaction of a node costs, in lamports: nobody signs but its key.
pub const FEE: u64 = LAMPORTS_PER_SIGNATURE;
/// Transactions from claim to collection: claim, commit, reveal, collect.
const WHOLE_WAY: u64 = 4;

/// Transactions that the seats of `worker` still need, each in one of its own.
pub fn transactions_ahead(jobs: &[JobView], worker: &Address) -> u64 {
    let seats = jobs.iter().flat_map(|job| &job.seats);
    let ours = seats.filter(|seat| seat.worker == *worker && seat.collected == 0);
    ours.map(|seat| match seat.state() {
        SeatState::Claimed => 3,
        SeatState::Committed => 2,
        SeatState::Revealed | SeatState::Accepted | SeatState::Void => 1,
        _ => 0,
    })
    .sum()
}

/// How many more seats a key with so many lamports can bring to their end after the transactions `ahead`, without
/// falling below `floor`: the network takes no fee from what keeps an account rent-exempt.
pub fn affordable(lamports: u64, floor: u64, ahead: u64) -> usize {
    let reserved = floor.saturating_add(ahead.saturating_mul(FEE));
    let seats = lamports.saturating_sub(reserved) / (FEE * WHOLE_WAY);
    usize::try_from(seats).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{job, set, someone};
    use SeatState::*;

    #[test]
    fn every_seat_is_paid_to_its_end() {
        let mut job = job(3);
        for (index, state) in [(0, Claimed), (4, Committed), (5, Revealed), (8, Missed)] {
            set(&mut job, index, someone(1), state, [0; 32]);
        }
        set(&mut job, 9, someone(2), Claimed, [0; 32]);
        assert_eq!(transactions_ahead(&[job], &someone(1)), 6);
    }

    #[test]
    fn what_keeps_the_account_alive_is_not_spent() {
        assert_eq!(affordable(890_880, 890_880, 0), 0);
        assert_eq!(affordable(890_880 + 4 * FEE, 890_880, 0), 1);
        assert_eq!(affordable(890_880 + 4 * FEE, 890_880, 1), 0);
        assert_eq!(affordable(0, 890_880, 9), 0);
    }
}
