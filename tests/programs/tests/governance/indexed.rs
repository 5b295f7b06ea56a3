//! An indexer that follows locks, votes and tallies by the events of governance alone.

use assay_governance::state::{Ballot, Lock, Proposal, Vote};
use assay_harness::{
    events::{decode_logs, Event, GovernanceEvent},
    pda::governance as at,
    Address, TestContext,
};
use std::collections::BTreeMap;

/// What counts of a lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Weight {
    weight: u64,
    first_opening: u64,
    /// 0 while it is not unlocking.
    unlocks_at: i64,
}

/// What an indexer knows since the beginning.
#[derive(Default)]
pub struct Index {
    total: u64,
    locks: BTreeMap<Address, Weight>,
    /// Side and weight, by proposal and lock.
    votes: BTreeMap<(Address, Address), (Ballot, u64)>,
    /// Weight of all locks at the opening, and the end of the vote, by proposal.
    opened: BTreeMap<Address, (u64, i64)>,
}

impl Index {
    /// Follows an accepted transaction.
    pub fn follow(&mut self, logs: &[String]) {
        for event in decode_logs(logs) {
            if let Event::Governance(event) = event {
                self.apply(&event);
            }
        }
    }

    fn apply(&mut self, event: &GovernanceEvent) {
        match event {
            GovernanceEvent::Locked(e) => {
                let lock = Weight {
                    weight: e.weight.get(),
                    first_opening: e.first_opening.get(),
                    unlocks_at: 0,
                };
                self.locks.insert(e.lock, lock);
                self.total = e.total_weight.get();
            }
            GovernanceEvent::LockRenewed(e) => {
                let lock = Weight {
                    weight: e.weight.get(),
                    first_opening: e.first_opening.get(),
                    unlocks_at: 0,
                };
                self.locks.insert(e.lock, lock);
                self.total = e.total_weight.get();
            }
            GovernanceEvent::UnlockBegun(e) => {
                let lock = self.locks.get_mut(&e.lock).expect("a lock");
                assert_eq!(lock.weight, e.weight.get(), "the weight that ends");
                (lock.weight, lock.unlocks_at) = (0, e.unlocks_at.get());
                self.total = e.total_weight.get();
            }
            GovernanceEvent::LockWithdrawn(e) => {
                self.locks.remove(&e.lock);
            }
            GovernanceEvent::VoteOpened(e) => {
                assert_eq!(e.total_weight.get(), self.total);
                let end = e.ends_at.get();
                self.opened.insert(e.proposal, (self.total, end));
            }
            GovernanceEvent::Voted(e) => {
                let side = Ballot::from(e.side);
                self.votes
                    .insert((e.proposal, e.lock), (side, e.weight.get()));
            }
            GovernanceEvent::SecretVoteCast(e) => {
                let vote = (Ballot::Secret, e.weight.get());
                self.votes.insert((e.proposal, e.lock), vote);
            }
            GovernanceEvent::VoteRevealed(e) => {
                let side = Ballot::from(e.side);
                let vote = (side, e.weight.get());
                let hidden = self.votes.insert((e.proposal, e.lock), vote);
                assert_eq!(hidden, Some((Ballot::Secret, e.weight.get())));
            }
            GovernanceEvent::ProposalPublished(_) => {}
            other => panic!("nothing that a voter does: {}", other.name()),
        }
    }

    /// Asserts that every account is as the index says.
    pub fn check(&self, context: &TestContext) {
        assert_eq!(context.governance_params().total_weight.get(), self.total);
        for (address, expected) in &self.locks {
            let lock: Lock = context.account(address);
            let found = Weight {
                weight: lock.weight.get(),
                first_opening: lock.first_opening.get(),
                unlocks_at: lock.unlocks_at.get(),
            };
            assert_eq!(found, *expected);
        }
        for ((proposal, lock), expected) in &self.votes {
            let vote: Vote = context.account(&at::vote(proposal, lock));
            let side = vote.previous().expect("it was cast");
            assert_eq!((side, vote.weight.get()), *expected);
        }
        for (address, (total, ends_at)) in &self.opened {
            let proposal: Proposal = context.account(address);
            assert_eq!(proposal.total_weight.get(), *total);
            assert_eq!(proposal.ends_at.get(), *ends_at);
            let mut tally = [0u64; 3];
            let votes = self.votes.iter();
            for (_, (side, weight)) in votes.filter(|((of, _), _)| of == address) {
                tally[side.side() as usize] += weight;
            }
            let found = proposal.tally;
            let found = [found.yes, found.no, found.abstain].map(|side| side.get());
            assert_eq!(found, tally);
        }
    }
}
