//! Secret votes that lie: the commitment names another vote than the one that it lies in.
//!
//! The voter writes the commitment, so nothing but the accounts says which vote is revealed. With a lie in a vote of one proposal,
//! somebody may try to move the weight of another.

use super::{
    governance::{elector, hidden_side, proposals, salt, side, SECRET},
    Entry, Proposal as Numbered, Scene, Topic,
};
use crate::{
    cast::{self, ANYONE},
    random::Random,
    raw::{Program, Record},
    step::Unsent,
};
use assay_client::{instruction::governance, pda::governance as at, Address};
use assay_governance::state::{commitment, Proposal, Side, Status};

/// What a lie names: the number of a proposal, and the owner and number of a lock.
type Named = [u64; 3];

fn addresses([proposal, owner, nonce]: Named) -> (Address, Address, Address) {
    let owner = cast::actor(owner);
    (at::proposal(proposal), at::lock(&owner, nonce), owner)
}

/// Returns whether votes of a proposal can still be cast or revealed, and are secret.
fn is_secret(scene: &Scene<'_>, proposal: &Proposal) -> bool {
    let status = proposal.status(scene.now);
    proposal.secret != 0 && matches!(status, Status::Voting | Status::Revealing)
}

/// Returns the numbers of a secret vote that names another proposal, or another lock in the same one.
pub fn lie_in(scene: &Scene<'_>, random: &mut Random, proposal: &Proposal) -> Option<Numbered> {
    let index = proposal.index.get();
    let (owner, nonce) = elector(scene, random, proposal)?;
    let others: Vec<u64> = proposals(scene.world)
        .iter()
        .filter(|other| other.index != proposal.index && is_secret(scene, other))
        .map(|other| other.index.get())
        .collect();
    let named = match random.pick(&others) {
        Some(other) => [*other, owner, nonce],
        None => {
            let (other_owner, other_nonce) = elector(scene, random, proposal)?;
            [index, other_owner, other_nonce]
        }
    };
    let mut with = vec![owner, nonce, index, random.below(3)];
    with.extend(named);
    Some((0, with))
}

/// Returns what a secret vote names, and its side, if that is another vote than itself, in the proposal with this index.
fn lie_about(index: u64, vote: &Record<'_>) -> Option<(Named, Side)> {
    let own = (vote.address("proposal"), vote.address("lock"));
    let locks = cast::VOTERS
        .into_iter()
        .flat_map(|owner| (0..cast::LOCKS).map(move |nonce| (owner, nonce)));
    let mut named = locks.map(|(owner, nonce)| [index, owner, nonce]);
    named.find_map(|named| {
        let (proposal, lock, owner) = addresses(named);
        let side = hidden_side(vote, (&proposal, &lock, &owner))?;
        ((proposal, lock) != own).then_some((named, side))
    })
}

/// Returns the wait and the numbers of the revelation of a vote that lies about a proposal.
pub fn reveal_in(scene: &Scene<'_>, proposal: &Proposal) -> Option<Numbered> {
    if !is_secret(scene, proposal) {
        return None;
    }
    let wait = scene.until(proposal.ends_at.get())?;
    let votes = scene.world.mirror.records(Program::Governance, "Vote");
    let mut secret = votes.filter(|(_, vote)| vote.u8("side") == SECRET);
    secret.find_map(|(address, vote)| {
        let (named, side) = lie_about(proposal.index.get(), &vote)?;
        let mut with = vec![super::name_of(address), side as u64];
        with.extend(named);
        Some((wait, with))
    })
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "governance.cast_secret_vote that lies",
        topic: Topic::Vote,
        weight: 2,
        propose: |scene, random| {
            let all = proposals(scene.world);
            let mut open = all.iter().filter(|proposal| {
                proposal.secret != 0 && proposal.status(scene.now) == Status::Voting
            });
            lie_in(scene, random, open.next()?)
        },
        build: |_, with| {
            let (owner, side) = (cast::actor(with.at(0)), side(with.at(3)));
            let (named, lock, voter) = addresses([with.at(4), with.at(5), with.at(6)]);
            let hidden = commitment(&named, &lock, &voter, side, &salt(side));
            let proposal = at::proposal(with.at(2));
            let vote = governance::cast_secret_vote(owner, with.at(1), proposal, hidden);
            Some(Unsent::one(owner, vote))
        },
    },
    Entry {
        name: "governance.reveal_vote that lies",
        topic: Topic::Vote,
        weight: 2,
        propose: |scene, _| {
            let mut all = proposals(scene.world).into_iter();
            all.find_map(|proposal| reveal_in(scene, &proposal))
        },
        build: |world, with| {
            let mut votes = world.mirror.records(Program::Governance, "Vote");
            let (vote, _) = votes.find(|(at, _)| super::name_of(at) == with.at(0))?;
            let side = side(with.at(1));
            let (proposal, lock, _) = addresses([with.at(2), with.at(3), with.at(4)]);
            let mut reveal = governance::reveal_vote(proposal, lock, side, salt(side));
            let named = at::vote(&proposal, &lock);
            for account in &mut reveal.accounts {
                if account.pubkey == named {
                    account.pubkey = *vote;
                }
            }
            Some(Unsent::one(cast::actor(ANYONE), reveal))
        },
    },
];
