//! Locks, proposals and votes.

use super::{upgrades, Entry, Scene, Topic};
use crate::{
    cast::{self, target, ANYONE},
    random::Random,
    raw::Program,
    step::Unsent,
    world::World,
};
use assay_client::{
    instruction::governance::{self, LockTerms},
    pda::{self, governance as at},
    Address,
};
use assay_governance::state::{
    commitment, Lock, Params, Proposal, ProposalDraft, ProposedAction, Side, Status,
};

/// The side of a vote that is not revealed.
pub const SECRET: u8 = 3;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Returns a parameter of the market and a value that goes on working.
pub fn market_change(random: &mut Random) -> (u64, u64) {
    let param = random.below(10);
    let value = match param {
        0 => random.of(&[1, 250, 500, 2_000]),
        1 => random.between(10_000, 200_000),
        2 => random.between(100, 10_000),
        3 => random.of(&[1, 2, 5]),
        4 => random.of(&[1, 2, 8]),
        5 | 6 => random.between(10, 300),
        7 => random.between(600, 2 * HOUR),
        8 => random.between(60, 1_200),
        _ => 0,
    };
    (param, value)
}

/// Returns an amount to spend: mostly within the share of the treasury that a vote may take.
fn amount(random: &mut Random) -> u64 {
    let some = random.between(1, 100);
    random.of(&[some, some, some, some, 1_000, 150_000])
}

/// Returns the code of an action that a vote can decide, and two numbers of it, as [`action`] reads them.
pub fn change(random: &mut Random) -> [u64; 3] {
    match random.below(12) {
        0 | 1 => {
            let param = random.below(10);
            let value = match param {
                0 => random.between(1, 3_000),
                1 => random.between(1, 10_000),
                2..=4 | 8 => random.of(&[HOUR, 2 * HOUR]),
                5 => random.between(1, 1_000),
                6 => random.of(&[HOUR, DAY]),
                7 => random.of(&[60 * DAY, 90 * DAY]),
                _ => random.of(&[1, 500, 1_000]),
            };
            [0, param, value]
        }
        2 | 3 => random.of(&[
            [1, 0, 1],
            [1, 0, 1_000],
            [1, 1, DAY],
            [1, 1, 2 * DAY],
            [1, 2, 1],
            [1, 2, 100],
            [1, 3, 2],
            [1, 3, 10],
        ]),
        4 => {
            let (param, value) = market_change(random);
            [2, param.min(8), value]
        }
        5 => [3, random.below(3), random.between(1_000, 8_000)],
        6 => [4, random.below(ANYONE), amount(random)],
        7 => grant(random),
        8 => [6, random.below(cast::MINTS), 1_000_000_000],
        9 => [7, random.below(cast::MINTS), random.below(2)],
        10 => [8, random.of(&[cast::GUARDIAN, cast::VOTER]), 0],
        _ => {
            let target = random.below(4);
            random.of(&[
                [9, target, 0],
                [10, target, 0],
                [10, target, 1],
                [10, target, 7],
            ])
        }
    }
}

/// Returns a grant, as [`action`] reads it.
pub fn grant(random: &mut Random) -> [u64; 3] {
    [5, random.below(ANYONE), amount(random)]
}

/// Returns the action that three numbers name.
fn action([code, what, value]: [u64; 3]) -> ProposedAction {
    let (mint, wallet) = (cast::stake_mint(), cast::actor(what));
    let param = u8::try_from(what & 255).unwrap_or(0);
    match code {
        0..=3 => ProposedAction::set_param(target(code), param, value),
        4 => {
            let (_, bump) = pda::ata_and_bump(&wallet, &mint, &crate::raw::TOKEN);
            ProposedAction::transfer(wallet, bump, value, mint, 0)
        }
        5 => {
            let vesting = match value % 4 {
                0 => 0,
                1 => HOUR,
                2 => DAY,
                _ => 30 * DAY,
            };
            ProposedAction::grant(wallet, value, vesting, mint, 0)
        }
        6 => ProposedAction::set_rate(cast::mint(what), value),
        7 => ProposedAction::set_admits(cast::mint(what), value != 0),
        8 => ProposedAction::set_guardian(wallet),
        9 => ProposedAction::unpause(target(what)),
        10 => {
            let hash = upgrades::hash(what, value);
            ProposedAction::upgrade(target(what), hash, cast::actor(ANYONE))
        }
        // Kinds without a meaning, too.
        _ => ProposedAction {
            kind: u8::try_from(code & 255).unwrap_or(0),
            param,
            value,
            ..ProposedAction::default()
        },
    }
}

/// Returns every proposal.
pub fn proposals(world: &World) -> Vec<Proposal> {
    let all = world.mirror.records(Program::Governance, "Proposal");
    all.filter_map(|(address, _)| world.decoded(address))
        .collect()
}

/// Returns a lock of a voter that may vote in a proposal: owner and nonce.
pub fn elector(scene: &Scene<'_>, random: &mut Random, proposal: &Proposal) -> Option<(u64, u64)> {
    let nonces = |owner| (0..cast::LOCKS).map(move |nonce| (owner, nonce));
    let mut locks: Vec<(u64, u64)> = cast::VOTERS.into_iter().flat_map(nonces).collect();
    random.shuffle(&mut locks);
    locks.into_iter().find(|(owner, nonce)| {
        let address = at::lock(&cast::actor(*owner), *nonce);
        let lock: Option<Lock> = scene.world.decoded(&address);
        lock.is_some_and(|lock| {
            let is_old = lock.first_opening.get() <= proposal.opening.get();
            is_old && !lock.is_unlocking()
        })
    })
}

/// Returns the side of a number.
pub fn side(number: u64) -> Side {
    match number % 3 {
        0 => Side::Yes,
        1 => Side::No,
        _ => Side::Abstain,
    }
}

/// Returns the salt of a secret vote for a side.
pub fn salt(side: Side) -> [u8; 32] {
    [side as u8 + 1; 32]
}

/// Returns the side that a secret vote hides, if it commits to a vote of this lock and owner in this proposal.
pub fn hidden_side(
    vote: &crate::raw::Record<'_>,
    (proposal, lock, owner): (&Address, &Address, &Address),
) -> Option<Side> {
    let kept = vote.hash("commitment");
    let mut sides = [Side::Yes, Side::No, Side::Abstain].into_iter();
    sides.find(|side| commitment(proposal, lock, owner, *side, &salt(*side)) == kept)
}

/// Returns the wait and the numbers of the revelation of a secret vote in a proposal.
pub fn reveal_in(scene: &Scene<'_>, proposal: &Proposal) -> Option<super::Proposal> {
    if scene.now >= proposal.reveal_ends_at.get() {
        return None;
    }
    let own = at::proposal(proposal.index.get());
    let wait = scene.until(proposal.ends_at.get())?;
    let mut votes = scene.world.mirror.records(Program::Governance, "Vote");
    votes.find_map(|(address, vote)| {
        let is_hidden = vote.u8("side") == SECRET && vote.address("proposal") == own;
        let (lock, owner) = (vote.address("lock"), vote.address("owner"));
        let side = hidden_side(&vote, (&own, &lock, &owner)).filter(|_| is_hidden)?;
        Some((wait, vec![super::name_of(address), side as u64]))
    })
}

/// Returns a wallet that votes.
fn voter(random: &mut Random) -> u64 {
    random.of(&cast::VOTERS)
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
            let amount = random.of(&[1, held / 4, held / 2, held / 2]);
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
            let secret = lock.unrevealed.get() > 0;
            let hidden_until = if secret {
                lock.unrevealed_until.get()
            } else {
                0
            };
            let wait = scene.until(lock.bound_until.get().max(hidden_until))?;
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
            let first = change(random);
            with.extend(first);
            // Another guardian and an upgrade stand alone.
            if first[0] != 8 && first[0] != 10 {
                for _ in 0..random.below(3) {
                    with.extend(change(random));
                }
            }
            (live < 4).then_some((0, with))
        },
        build: |_, with| {
            let proposer = cast::actor(with.at(0));
            let mint = cast::stake_mint();
            let numbers = |place| [with.at(place), with.at(place + 1), with.at(place + 2)];
            let places = (2..with.count()).step_by(3);
            let draft = ProposalDraft {
                title: [b't'; 64],
                description: [7; 32],
                // Two that follow each other are secret together.
                secret: u8::from(with.at(1) % 3 != 0),
                actions: places.map(|place| action(numbers(place))).collect(),
            };
            let source = cast::ata(&proposer, &mint);
            let propose = governance::propose(proposer, with.at(1), mint, source, draft);
            Some(Unsent::one(proposer, propose))
        },
    },
    Entry {
        name: "governance.renew_lock",
        topic: Topic::Vote,
        weight: 1,
        propose: |scene, random| {
            let (owner, nonce) = (voter(random), random.below(cast::LOCKS));
            let is_there = scene.world.exists(&at::lock(&cast::actor(owner), nonce));
            is_there.then(|| (0, vec![owner, nonce]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let renew = governance::renew_lock(owner, with.at(1));
            Some(Unsent::one(owner, renew))
        },
    },
    Entry {
        name: "governance.lapse_lock",
        topic: Topic::Vote,
        weight: 1,
        propose: |scene, random| {
            let locks = scene.world.mirror.records(Program::Governance, "Lock");
            let mut locks: Vec<Lock> = locks
                .filter_map(|(address, _)| scene.world.decoded(address))
                .filter(|lock: &Lock| !lock.is_unlocking())
                .collect();
            random.shuffle(&mut locks);
            locks.into_iter().find_map(|lock| {
                let wait = scene.until(lock.lapses_at());
                // It waits for half a year, so mostly it comes too early.
                let is_due = wait.is_some() || random.percent(5);
                let owner = cast::number_of(&lock.owner)?;
                is_due.then(|| (wait.unwrap_or(0), vec![owner, lock.nonce.get()]))
            })
        },
        build: |_, with| {
            let lock = at::lock(&cast::actor(with.at(0)), with.at(1));
            let lapse = governance::lapse_lock(lock);
            Some(Unsent::one(cast::actor(ANYONE), lapse))
        },
    },
    Entry {
        name: "governance.open_vote",
        topic: Topic::Vote,
        weight: 10,
        propose: |scene, _| {
            proposals(scene.world).iter().find_map(|proposal| {
                let wait = scene.until(proposal.opens_at.get())?;
                let is_closed = proposal.status(scene.now) == Status::Notice;
                is_closed.then(|| (wait, vec![proposal.index.get()]))
            })
        },
        build: |_, with| {
            let open = governance::open_vote(at::proposal(with.at(0)), cast::stake_mint());
            Some(Unsent::one(cast::actor(ANYONE), open))
        },
    },
    Entry {
        name: "governance.cast_vote",
        topic: Topic::Vote,
        weight: 20,
        propose: |scene, random| {
            for proposal in proposals(scene.world) {
                let is_open = proposal.status(scene.now) == Status::Voting;
                let elector = elector(scene, random, &proposal);
                if let Some((owner, nonce)) = elector.filter(|_| is_open) {
                    let side = random.of(&[0, 0, 0, 1, 2]);
                    return Some((0, vec![owner, nonce, proposal.index.get(), side]));
                }
            }
            None
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let proposal = at::proposal(with.at(2));
            let vote = governance::cast_vote(owner, with.at(1), proposal, side(with.at(3)));
            Some(Unsent::one(owner, vote))
        },
    },
    Entry {
        name: "governance.cast_secret_vote",
        topic: Topic::Vote,
        weight: 8,
        propose: |scene, random| {
            for proposal in proposals(scene.world) {
                let is_open = proposal.status(scene.now) == Status::Voting && proposal.secret != 0;
                let elector = elector(scene, random, &proposal);
                if let Some((owner, nonce)) = elector.filter(|_| is_open) {
                    let side = random.of(&[0, 0, 1, 2]);
                    return Some((0, vec![owner, nonce, proposal.index.get(), side]));
                }
            }
            None
        },
        build: |_, with| {
            let (owner, side) = (cast::actor(with.at(0)), side(with.at(3)));
            let (proposal, lock) = (at::proposal(with.at(2)), at::lock(&owner, with.at(1)));
            let hidden = commitment(&proposal, &lock, &owner, side, &salt(side));
            let vote = governance::cast_secret_vote(owner, with.at(1), proposal, hidden);
            Some(Unsent::one(owner, vote))
        },
    },
    Entry {
        name: "governance.reveal_vote",
        topic: Topic::Vote,
        weight: 10,
        propose: |scene, _| {
            let mut all = proposals(scene.world).into_iter();
            all.find_map(|proposal| reveal_in(scene, &proposal))
        },
        build: |world, with| {
            let mut votes = world.mirror.records(Program::Governance, "Vote");
            let (_, vote) = votes.find(|(at, _)| super::name_of(at) == with.at(0))?;
            let side = side(with.at(1));
            let (proposal, lock) = (vote.address("proposal"), vote.address("lock"));
            let reveal = governance::reveal_vote(proposal, lock, side, salt(side));
            Some(Unsent::one(cast::actor(ANYONE), reveal))
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
                .map(|(address, vote)| (*address, vote.i64("closes_at")))
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
            proposals(scene.world).iter().find_map(|proposal| {
                let is_live = matches!(
                    proposal.status(scene.now),
                    Status::Voting | Status::Revealing | Status::HoldUp | Status::Executable
                );
                let wait = scene.until(proposal.executable_at.get())?;
                (proposal.passes() && is_live).then(|| (wait, vec![proposal.index.get()]))
            })
        },
        build: |world, with| {
            let proposal: Proposal = world.decoded(&at::proposal(with.at(0)))?;
            let params: Params = world.decoded(&at::params())?;
            let decision = governance::Decision {
                index: with.at(0),
                actions: proposal.actions(),
            };
            let (executor, treasury) = (cast::actor(ANYONE), (&params).into());
            let execute =
                governance::execute_proposal(executor, decision, &treasury, cast::token_program);
            Some(Unsent::one(executor, execute))
        },
    },
    Entry {
        name: "governance.close_proposal",
        topic: Topic::Vote,
        weight: 5,
        propose: |scene, _| {
            proposals(scene.world).iter().find_map(|proposal| {
                let end = match proposal.status(scene.now) {
                    _ if proposal.is_finished(scene.now) => scene.now,
                    Status::Notice => proposal.open_until.get(),
                    Status::Voting | Status::Revealing if !proposal.passes() => {
                        proposal.reveal_ends_at.get()
                    }
                    _ => proposal.expires_at.get(),
                };
                Some((scene.until(end)?, vec![proposal.index.get()]))
            })
        },
        build: |world, with| {
            let address = at::proposal(with.at(0));
            let proposal: Proposal = world.decoded(&address)?;
            let mint = cast::stake_mint();
            let close = governance::close_proposal(proposal.proposer, address, &mint);
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
];
