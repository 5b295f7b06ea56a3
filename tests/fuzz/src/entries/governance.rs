//! Locks, proposals and votes.

use super::{Entry, Topic};
use crate::{
    cast::{self, ANYONE},
    random::Random,
    raw::Program,
    step::Unsent,
};
use assay_client::{
    instruction::governance::{self, LockTerms},
    pda::governance as at,
    Address,
};
use assay_governance::state::{
    Lock, Params, Proposal, ProposalDraft, ProposedAction, Side, Status,
};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Returns a parameter of the market and a value that goes on working.
pub fn market_change(random: &mut Random) -> (u64, u64) {
    let param = random.below(11);
    let value = match param {
        0 => random.of(&[1, 250, 500, 2_000]),
        1 => random.between(10_000, 200_000),
        2 => random.between(100, 10_000),
        3 => random.of(&[1, 2, 5]),
        4 => random.of(&[1, 2, 8]),
        5 | 6 => random.between(10, 300),
        7 => random.between(600, 2 * HOUR),
        8 => random.between(60, 1_200),
        // Paused now and then, and mostly not.
        9 if random.percent(30) => random.below(16),
        _ => 0,
    };
    (param, value)
}

/// Returns program, parameter and value of a change that a vote can make.
fn change(random: &mut Random) -> [u64; 3] {
    match random.below(4) {
        0 => {
            let param = random.below(8);
            let value = match param {
                0 => random.between(1, 5_000),
                1 => random.between(1, 10_000),
                2..=4 => random.of(&[HOUR, 2 * HOUR]),
                5 => random.between(1, 1_000),
                6 => random.of(&[HOUR, DAY]),
                _ => random.of(&[60 * DAY, 90 * DAY]),
            };
            [0, param, value]
        }
        1 => random.of(&[[1, 0, 1], [1, 0, 1_000], [1, 1, DAY], [1, 1, 2 * DAY]]),
        2 => {
            let (param, value) = market_change(random);
            [2, param.min(9), value]
        }
        _ => [3, 0, random.between(5_000, 10_000)],
    }
}

/// The wallets that hold locks.
const VOTERS: [u64; 4] = [cast::VOTER, cast::VOTER + 1, 0, 1];

/// Returns one of them.
fn voter(random: &mut Random) -> u64 {
    random.of(&VOTERS)
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "governance.lock_tokens",
        topic: Topic::Vote,
        weight: 6,
        propose: |scene, random| {
            let owner = voter(random);
            let wallet = cast::actor(owner);
            let nonce = (0..cast::LOCKS).find(|n| !scene.world.exists(&at::lock(&wallet, *n)))?;
            let held = scene
                .world
                .balance(&cast::ata(&wallet, &cast::stake_mint()));
            let params: Params = scene.world.decoded(&at::params())?;
            let (low, high) = (params.min_lock.get(), params.max_lock.get());
            let duration = random.of(&[low, 2 * low, (low + high) / 2, high]);
            let amount = random.of(&[1, held / 4, held / 2]);
            (amount > 0).then(|| (0, vec![owner, nonce, amount, duration]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let mint = cast::stake_mint();
            let terms = LockTerms {
                nonce: with.at(1),
                amount: with.at(2),
                duration: with.at(3),
            };
            let source = cast::ata(&owner, &mint);
            let lock = governance::lock_tokens(owner, mint, source, terms);
            Some(Unsent::one(owner, lock))
        },
    },
    Entry {
        name: "governance.begin_unlock",
        topic: Topic::Vote,
        weight: 3,
        propose: |scene, random| {
            let (owner, nonce) = (voter(random), random.below(cast::LOCKS));
            let lock: Lock = scene.world.decoded(&at::lock(&cast::actor(owner), nonce))?;
            let wait = scene.until(lock.voting_until.get())?;
            (!lock.is_unlocking()).then(|| (wait, vec![owner, nonce]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            Some(Unsent::one(
                owner,
                governance::begin_unlock(owner, with.at(1)),
            ))
        },
    },
    Entry {
        name: "governance.withdraw_lock",
        topic: Topic::Vote,
        weight: 4,
        propose: |scene, random| {
            let mut locks: Vec<(Address, u64, i64)> = scene
                .world
                .mirror
                .records(Program::Governance, "Lock")
                .map(|(_, l)| (l.address("owner"), l.u64("nonce"), l.i64("unlocks_at")))
                .filter(|(_, _, unlocks)| *unlocks != 0)
                .collect();
            random.shuffle(&mut locks);
            locks.into_iter().find_map(|(owner, nonce, unlocks)| {
                let wait = scene.until(unlocks)?;
                Some((wait, vec![cast::number_of(&owner)?, nonce]))
            })
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let withdraw = governance::withdraw_lock(owner, with.at(1), &cast::stake_mint());
            Some(Unsent::one(cast::actor(ANYONE), withdraw))
        },
    },
    Entry {
        name: "governance.propose",
        topic: Topic::Vote,
        weight: 5,
        propose: |scene, random| {
            let params: Params = scene.world.decoded(&at::params())?;
            let live = scene
                .world
                .mirror
                .records(Program::Governance, "Proposal")
                .count();
            let mut with = vec![voter(random), params.proposal_count.get()];
            for _ in 0..random.between(1, 3) {
                with.extend(change(random));
            }
            (live < 4).then_some((0, with))
        },
        build: |_, with| {
            let proposer = cast::actor(with.at(0));
            let mint = cast::stake_mint();
            let actions = (2..with.count()).step_by(3).map(|place| ProposedAction {
                kind: u8::try_from(with.at(place) >> 8 & 255).unwrap_or(0),
                program: with.u8(place),
                param: with.u8(place + 1),
                value: with.at(place + 2),
            });
            let draft = ProposalDraft {
                title: [b't'; 64],
                description: [7; 32],
                actions: actions.collect(),
            };
            let source = cast::ata(&proposer, &mint);
            let propose = governance::propose(proposer, with.at(1), mint, source, draft);
            Some(Unsent::one(proposer, propose))
        },
    },
    Entry {
        name: "governance.cast_vote",
        topic: Topic::Vote,
        weight: 10,
        propose: |scene, random| {
            for (_, proposal) in scene.world.mirror.records(Program::Governance, "Proposal") {
                let index = proposal.u64("index");
                let (owner, nonce) = (voter(random), random.below(cast::LOCKS));
                let Some(lock) = scene
                    .world
                    .decoded::<Lock>(&at::lock(&cast::actor(owner), nonce))
                else {
                    continue;
                };
                let open = scene.now < proposal.i64("ends_at");
                if open && lock.check_votes_in(index).is_ok() {
                    let side = random.of(&[0, 0, 0, 1, 2]);
                    return Some((0, vec![owner, nonce, index, side]));
                }
            }
            None
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let side = match with.at(3) % 3 {
                0 => Side::Yes,
                1 => Side::No,
                _ => Side::Abstain,
            };
            let proposal = at::proposal(with.at(2));
            let vote = governance::cast_vote(owner, with.at(1), proposal, side);
            Some(Unsent::one(owner, vote))
        },
    },
    Entry {
        name: "governance.close_vote",
        topic: Topic::Vote,
        weight: 5,
        propose: |scene, random| {
            let votes: Vec<(Address, i64)> = scene
                .world
                .mirror
                .records(Program::Governance, "Vote")
                .map(|(address, vote)| (*address, vote.i64("ends_at")))
                .collect();
            let (vote, ends) = random.pick(&votes)?;
            Some((scene.until(*ends)?, vec![super::name_of(vote)]))
        },
        build: |world, with| {
            // A vote is named by its address: its lock may be gone.
            let mut votes = world.mirror.records(Program::Governance, "Vote");
            let (address, vote) = votes.find(|(at, _)| super::name_of(at) == with.at(0))?;
            let close = governance::close_vote(vote.address("owner"), *address);
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
    Entry {
        name: "governance.execute_proposal",
        topic: Topic::Vote,
        weight: 10,
        propose: |scene, _| {
            let proposals = scene.world.mirror.records(Program::Governance, "Proposal");
            for (address, record) in proposals {
                let proposal: Proposal = scene.world.decoded(address)?;
                let passes = proposal
                    .tally
                    .passes(proposal.threshold.get(), proposal.quorum.get());
                let is_live = matches!(
                    proposal.status(scene.now),
                    Status::Voting | Status::HoldUp | Status::Executable
                );
                if passes && is_live {
                    let wait = scene.until(record.i64("executable_at"))?;
                    return Some((wait, vec![record.u64("index")]));
                }
            }
            None
        },
        build: |_, with| {
            let execute = governance::execute_proposal(at::proposal(with.at(0)));
            Some(Unsent::one(cast::actor(ANYONE), execute))
        },
    },
    Entry {
        name: "governance.close_proposal",
        topic: Topic::Vote,
        weight: 5,
        propose: |scene, _| {
            let proposals = scene.world.mirror.records(Program::Governance, "Proposal");
            for (address, record) in proposals {
                let proposal: Proposal = scene.world.decoded(address)?;
                let end = match proposal.status(scene.now) {
                    Status::Executed | Status::Defeated | Status::Expired => scene.now,
                    Status::Voting => proposal.ends_at.get(),
                    _ => proposal.expires_at.get(),
                };
                if let Some(wait) = scene.until(end) {
                    return Some((wait, vec![record.u64("index")]));
                }
            }
            None
        },
        build: |world, with| {
            let address = at::proposal(with.at(0));
            let proposal: Proposal = world.decoded(&address)?;
            let mint = cast::stake_mint();
            let proposer = proposal.proposer;
            let close = if proposal.forfeits_deposit() {
                let treasury = cast::ata(&cast::actor(cast::TREASURY), &mint);
                governance::close_forfeited(proposer, address, treasury)
            } else {
                governance::close_proposal(proposer, address, &mint)
            };
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
];
