//! What a claim may cost: the share of the collateral behind one seat, and the SOL for its transactions.

use crate::posting::Posting;
use assay_client::{Address, LAMPORTS_PER_SIGNATURE};
use assay_market::game::SeatState;
use assay_runner::RUNTIME_ID;

/// Base fee of one transaction of the node, in lamports: only its own key signs.
pub const FEE: u64 = LAMPORTS_PER_SIGNATURE;
/// Transactions of one seat, when each is sent alone: claim, contribution, opening, collection.
const TXS_PER_SEAT: u64 = 4;
/// Those of them that may pay a priority fee: contribution and opening.
const PRIORITIZED_PER_SEAT: u64 = 2;

/// Returns true if this node has the runtime that a job names: zeros name the present one, and there is no other yet. With
/// another runtime the node could get another result, and would be judged a liar.
pub fn is_runtime_known(runtime_id: &[u8; 8]) -> bool {
    *runtime_id == RUNTIME_ID
}

/// Returns true if a seat's `bond` is at most `percent` of the `collateral`, free and locked.
///
/// The requester chooses the price, which decides the bond. Without this limit, a requester could post a module that runs slower than anything that was measured here, and one missed
/// deadline could cost the whole collateral.
pub fn is_bond_acceptable(bond: u64, collateral: u64, percent: u8) -> bool {
    u128::from(bond).saturating_mul(100)
        <= u128::from(collateral).saturating_mul(u128::from(percent))
}

/// Returns the fees, in lamports, of the transactions that the seats of `worker` still need, when each is sent alone and pays
/// the highest priority fee that it may.
pub fn pending_fees(postings: &[Posting], worker: &Address, max_priority_fee: u64) -> u64 {
    let rounds = postings.iter().flat_map(|posting| &posting.rounds);
    let rounds = rounds.flat_map(|round| &round.seats);
    let seats = postings.iter().flat_map(|posting| &posting.job.seats);
    let ours = seats
        .chain(rounds)
        .filter(|seat| seat.worker == *worker && !seat.is_settled());
    ours.map(|seat| match seat.state() {
        SeatState::Claimed => fees(3, PRIORITIZED_PER_SEAT, max_priority_fee),
        SeatState::Contributed => fees(2, 1, max_priority_fee),
        SeatState::Accepted | SeatState::Void => FEE,
        _ => 0,
    })
    .fold(0, u64::saturating_add)
}

/// Returns for how many more seats a balance of `lamports` pays every transaction, with the highest priority fees, beside
/// `pending` lamports of other fees. `rent_exempt_minimum`, in lamports, stays on the account, because the network takes no fee
/// from it.
pub fn claims_covered_by(
    lamports: u64,
    rent_exempt_minimum: u64,
    pending: u64,
    max_priority_fee: u64,
) -> usize {
    let reserved = rent_exempt_minimum.saturating_add(pending);
    let each = fees(TXS_PER_SEAT, PRIORITIZED_PER_SEAT, max_priority_fee);
    let seats = lamports.saturating_sub(reserved).checked_div(each);
    usize::try_from(seats.unwrap_or(0)).unwrap_or(usize::MAX)
}

/// Returns the fees of so many transactions, in lamports, of which `prioritized` pay the highest priority fee.
fn fees(transactions: u64, prioritized: u64, max_priority_fee: u64) -> u64 {
    let base = transactions.saturating_mul(FEE);
    base.saturating_add(prioritized.saturating_mul(max_priority_fee))
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
        let postings = [posting];
        let pending = |priority| pending_fees(&postings, &address(1), priority);
        assert_eq!(pending(0), 5 * FEE);
        assert_eq!(pending(50_000), 5 * FEE + 3 * 50_000);
        assert_eq!(pending(u64::MAX), u64::MAX);
    }

    #[test]
    fn the_rent_exempt_minimum_is_not_spent() {
        assert_eq!(claims_covered_by(890_880, 890_880, 0, 0), 0);
        assert_eq!(claims_covered_by(890_880 + 4 * FEE, 890_880, 0, 0), 1);
        assert_eq!(claims_covered_by(890_880 + 4 * FEE, 890_880, 1, 0), 0);
        assert_eq!(claims_covered_by(0, 890_880, 9, 0), 0);
    }

    #[test]
    fn the_priority_fees_of_a_seat_are_kept_for_it() {
        let seat = 4 * FEE + 2 * 50_000;
        assert_eq!(claims_covered_by(seat, 0, 0, 50_000), 1);
        assert_eq!(claims_covered_by(seat - 1, 0, 0, 50_000), 0);
        assert_eq!(claims_covered_by(3 * seat, 0, seat, 50_000), 2);
        assert_eq!(claims_covered_by(u64::MAX - 1, 0, 0, u64::MAX), 0);
    }
}
