//! What a claim may cost: the share of the collateral behind one seat, and the SOL for its transactions.

use crate::posting::Posting;
use assay_client::{Address, LAMPORTS_PER_SIGNATURE};
use assay_market::game::SeatState;

/// Fee of one transaction of the node, in lamports: only its own key signs.
pub const FEE: u64 = LAMPORTS_PER_SIGNATURE;
/// Transactions of one seat, when each is sent alone: claim, contribution, opening, collection.
const TXS_PER_SEAT: u64 = 4;

/// Returns true if this node has the runtime that a job names: zeros name the present one, and there is no other yet. With
/// another runtime the node could get another result, and would be judged a liar.
pub fn is_runtime_known(runtime_id: &[u8; 8]) -> bool {
    *runtime_id == [0; 8]
}

/// Returns true if a seat's `bond` is at most `percent` of the `collateral`, free and locked.
///
/// The requester chooses the price, which decides the bond. Without this limit, a requester could post a module that runs slower than anything that was measured here, and one missed
/// deadline could cost the whole collateral.
pub fn is_bond_acceptable(bond: u64, collateral: u64, percent: u8) -> bool {
    u128::from(bond).saturating_mul(100)
        <= u128::from(collateral).saturating_mul(u128::from(percent))
}

/// Returns how many transactions the seats of `worker` still need, when each is sent alone.
pub fn pending_transactions(postings: &[Posting], worker: &Address) -> u64 {
    let rounds = postings.iter().flat_map(|posting| &posting.rounds);
    let rounds = rounds.flat_map(|round| &round.seats);
    let seats = postings.iter().flat_map(|posting| &posting.job.seats);
    let ours = seats
        .chain(rounds)
        .filter(|seat| seat.worker == *worker && !seat.is_settled());
    ours.map(|seat| match seat.state() {
        SeatState::Claimed => 3,
        SeatState::Contributed => 2,
        SeatState::Accepted | SeatState::Void => 1,
        _ => 0,
    })
    .sum()
}

/// Returns for how many more seats a balance of `lamports` pays every transaction, after `pending` other transactions.
/// `rent_exempt_minimum`, in lamports, stays on the account, because the network takes no fee from it.
pub fn claims_covered_by(lamports: u64, rent_exempt_minimum: u64, pending: u64) -> usize {
    let reserved = rent_exempt_minimum.saturating_add(pending.saturating_mul(FEE));
    let seats = lamports.saturating_sub(reserved) / (FEE * TXS_PER_SEAT);
    usize::try_from(seats).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, posting, set_seat};
    use SeatState::*;

    #[test]
    fn a_job_of_another_runtime_is_left_to_others() {
        assert!(is_runtime_known(&[0; 8]));
        assert!(!is_runtime_known(&[0, 0, 0, 0, 0, 0, 0, 1]));
    }

    #[test]
    fn a_bond_is_acceptable_up_to_its_share_of_the_collateral() {
        assert!(is_bond_acceptable(25, 100, 25));
        assert!(!is_bond_acceptable(26, 100, 25));
        assert!(!is_bond_acceptable(1, 3, 33));
        assert!(is_bond_acceptable(u64::MAX, u64::MAX, 100));
    }

    #[test]
    fn every_seat_is_paid_to_its_end() {
        let mut posting = posting(3);
        for (index, state) in [(0, Claimed), (2, Contributed), (4, Rejected)] {
            set_seat(&mut posting.job, index, address(1), state);
        }
        set_seat(&mut posting.job, 5, address(2), Claimed);
        assert_eq!(pending_transactions(&[posting], &address(1)), 5);
    }

    #[test]
    fn the_rent_exempt_minimum_is_not_spent() {
        assert_eq!(claims_covered_by(890_880, 890_880, 0), 0);
        assert_eq!(claims_covered_by(890_880 + 4 * FEE, 890_880, 0), 1);
        assert_eq!(claims_covered_by(890_880 + 4 * FEE, 890_880, 1), 0);
        assert_eq!(claims_covered_by(0, 890_880, 9), 0);
    }
}
