//! Secret votes: the salt that hides a side, and how it comes back.
//!
//! The salt is the hash of a signature of the voter's wallet. Ed25519 signatures are deterministic, so the wallet makes the same salt
//! again, and a lost file loses no vote.

use anchor_lang::Address;
use assay_governance::state::{commitment, Side};
use assay_shared::hash::sha256v;

/// First line of the text that is signed. Wallets show it.
const TITLE: &str = "Assay secret ballot";

/// What a secret vote is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Hash of the cluster's genesis, so that a signature counts on one cluster only.
    pub genesis: [u8; 32],
    /// The proposal.
    pub proposal: Address,
    /// The lock that votes.
    pub lock: Address,
    /// The owner of the lock.
    pub owner: Address,
}

impl Ballot {
    /// Returns the text that the owner's wallet signs: a title and, in base58, one a line, the governance program, the genesis
    /// hash, the proposal and the lock.
    pub fn text(&self) -> String {
        let genesis = Address::new_from_array(self.genesis);
        format!(
            "{TITLE}\n{}\n{genesis}\n{}\n{}",
            assay_governance::ID,
            self.proposal,
            self.lock
        )
    }

    /// Returns the salt that follows from the owner's signature over [`Ballot::text`].
    pub fn salt(signature: &[u8; 64]) -> [u8; 32] {
        sha256v(&[signature])
    }

    /// Returns the commitment to `side`.
    pub fn commitment(&self, side: Side, salt: &[u8; 32]) -> [u8; 32] {
        commitment(&self.proposal, &self.lock, &self.owner, side, salt)
    }

    /// Returns the side that a commitment was made to with this salt. Whoever has the salt need not remember it.
    pub fn side_of(&self, committed: &[u8; 32], salt: &[u8; 32]) -> Option<Side> {
        [Side::Yes, Side::No, Side::Abstain]
            .into_iter()
            .find(|side| self.commitment(*side, salt) == *committed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ballot() -> Ballot {
        Ballot {
            genesis: [1; 32],
            proposal: Address::new_from_array([2; 32]),
            lock: Address::new_from_array([3; 32]),
            owner: Address::new_from_array([4; 32]),
        }
    }

    #[test]
    fn the_text_names_what_is_voted_on_one_a_line() {
        let text = ballot().text();
        let lines: Vec<&str> = text.lines().collect();
        let expected = [
            "Assay secret ballot",
            "piwwyEc6h6YQrVKG8Kjnm1Xx7zZS6pmjbTDriDioBC4",
            "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi",
            "8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR",
            "CktRuQ2mttgRGkXJtyksdKHjUdc2C4TgDzyB98oEzy8",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_side_is_found_with_its_salt_only() {
        let (ballot, salt) = (ballot(), Ballot::salt(&[9; 64]));
        for side in [Side::Yes, Side::No, Side::Abstain] {
            let committed = ballot.commitment(side, &salt);
            assert_eq!(ballot.side_of(&committed, &salt), Some(side));
            assert_eq!(ballot.side_of(&committed, &[0; 32]), None);
        }
    }

    #[test]
    fn every_part_of_the_ballot_changes_text_or_commitment() {
        let (one, salt) = (ballot(), [7; 32]);
        let of = |ballot: &Ballot| (ballot.text(), ballot.commitment(Side::Yes, &salt));
        let other = Address::new_from_array([9; 32]);
        for changed in [
            Ballot {
                genesis: [9; 32],
                ..one
            },
            Ballot {
                proposal: other,
                ..one
            },
            Ballot { lock: other, ..one },
            Ballot {
                owner: other,
                ..one
            },
        ] {
            assert_ne!(of(&one), of(&changed));
        }
    }
}
