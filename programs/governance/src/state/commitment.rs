//! What a secret vote writes on the chain before it is revealed.

use super::Side;
use anchor_lang::prelude::Address;
use assay_shared::hash::sha256v;

const TAG: &[u8] = b"assay-secret-vote";

/// Returns the commitment to a side: `sha256("assay-secret-vote" ‖ proposal ‖ lock ‖ owner ‖ side ‖ salt)`.
///
/// It names proposal, lock and owner, so a copy of somebody else's commitment cannot be revealed; but who commits writes
/// any bytes, so it does not prove where the vote was cast. The salt has 32 bytes, so that
/// nobody finds the side by trying all three.
pub fn commitment(
    proposal: &Address,
    lock: &Address,
    owner: &Address,
    side: Side,
    salt: &[u8; 32],
) -> [u8; 32] {
    sha256v(&[
        TAG,
        proposal.as_ref(),
        lock.as_ref(),
        owner.as_ref(),
        &[side as u8],
        salt,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: [u8; 3], side: Side, salt: u8) -> [u8; 32] {
        let [proposal, lock, owner] = parts.map(|byte| Address::new_from_array([byte; 32]));
        commitment(&proposal, &lock, &owner, side, &[salt; 32])
    }

    #[test]
    fn every_part_changes_the_commitment() {
        let all = [
            of([1, 2, 3], Side::Yes, 4),
            of([9, 2, 3], Side::Yes, 4),
            of([1, 9, 3], Side::Yes, 4),
            of([1, 2, 9], Side::Yes, 4),
            of([1, 2, 3], Side::No, 4),
            of([1, 2, 3], Side::Abstain, 4),
            of([1, 2, 3], Side::Yes, 9),
        ];
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn the_bytes_are_those_of_the_definition() {
        let mut bytes = TAG.to_vec();
        for part in [[1u8; 32], [2; 32], [3; 32]] {
            bytes.extend(part);
        }
        bytes.push(1);
        bytes.extend([4u8; 32]);
        assert_eq!(of([1, 2, 3], Side::No, 4), sha256v(&[&bytes]));
    }
}
