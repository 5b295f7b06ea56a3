//! Programs that a vote replaces, and the buffers that bring their bytes.
//!
//! The buffers are there from the beginning, as if somebody had uploaded them: what the loader does with them is its own.

use super::{Entry, Scene, Topic};
use crate::{
    cast::{self, target, ANYONE, DEPLOYER},
    random::Random,
    step::Unsent,
    world::World,
};
use assay_client::{
    instruction::governance,
    pda::{self, governance as at},
    Address,
};
use assay_governance::{
    addresses,
    state::{Kind, Proposal, Status, Target},
};
use assay_harness::{next_version, TestContext};
use assay_shared::hash::sha256v;
use solana_account::ReadableAccount;
use std::sync::OnceLock;

/// Bytes of a buffer, or of a ProgramData account, in which its authority lies.
const BUFFER_AUTHORITY: std::ops::Range<usize> = 5..37;
const PROGRAM_AUTHORITY: std::ops::Range<usize> = 13..45;

/// Compute units into which hashing a buffer fits.
const UNITS: usize = 1_000_000;

/// Bytes and their hash.
struct Content {
    bytes: Vec<u8>,
    hash: [u8; 32],
}

/// Returns the next version of a program, or of none of them: bytes that the loader refuses.
fn content(of: u64) -> &'static Content {
    static ALL: OnceLock<Vec<Content>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let programs = Target::ALL
            .iter()
            .map(|target| next_version(&addresses::program(*target)));
        let all = programs.chain([b"not a program".to_vec()]);
        all.map(|bytes| Content {
            hash: sha256v(&[&bytes]),
            bytes,
        })
        .collect()
    });
    &all[usize::try_from(of).unwrap_or(0).min(all.len() - 1)]
}

/// Returns what a buffer brings: three of five the next version of its program, a fourth the same under a stranger's authority,
/// the fifth no program.
fn brings(buffer: u64) -> &'static Content {
    let (target, copy) = (buffer % 4, buffer % cast::BUFFERS / 4);
    content(if copy == 4 { 4 } else { target })
}

/// Writes the buffers.
pub fn write_buffers(context: &mut TestContext) {
    for buffer in 0..cast::BUFFERS {
        let authority = if buffer / 4 == 3 {
            cast::actor(cast::MALLORY)
        } else {
            at::upgrade_authority()
        };
        let name = cast::buffer_name(buffer);
        context.buffer(&name, &authority, &brings(buffer).bytes);
    }
}

/// Returns the hash that an upgrade names: of the next version, of bytes that are no program, or of nothing that there is.
pub fn hash(target: u64, version: u64) -> [u8; 32] {
    match version {
        0 => content(target % 4).hash,
        1 => content(4).hash,
        _ => [u8::try_from(version & 255).unwrap_or(0); 32],
    }
}

/// Returns whether an account of the loader has the upgrader as its authority.
fn is_upgraders(world: &World, address: &Address, place: std::ops::Range<usize>) -> bool {
    let account = world.context.raw_account(address);
    account
        .is_some_and(|account| account.data().get(place) == Some(at::upgrade_authority().as_ref()))
}

/// Returns whether only a vote replaces the program.
pub fn is_handed_over(world: &World, number: u64) -> bool {
    let data = pda::program_data(&addresses::program(target(number)));
    is_upgraders(world, &data, PROGRAM_AUTHORITY)
}

/// Returns a buffer that brings what a proposal to upgrade names.
fn buffer_for(world: &World, proposal: &Proposal) -> Option<u64> {
    let action = proposal.actions().first()?;
    let mut buffers = 0..cast::BUFFERS;
    buffers.find(|buffer| {
        let named = brings(*buffer).hash == action.address.to_bytes();
        named && is_upgraders(world, &cast::buffer(*buffer), BUFFER_AUTHORITY)
    })
}

/// Returns whether a proposal consists of an upgrade.
pub fn is_upgrade(proposal: &Proposal) -> bool {
    let actions = proposal.actions();
    actions
        .first()
        .is_some_and(|action| action.is(Kind::Upgrade))
}

/// Returns whether the loader takes what a proposal to upgrade names, and a vote can replace the program.
pub fn can_succeed(world: &World, proposal: &Proposal) -> bool {
    let action = proposal.actions().first();
    action.is_some_and(|action| {
        let number = u64::from(action.target);
        let is_next = hash(number, 0) == action.address.to_bytes();
        is_next && is_handed_over(world, number) && buffer_for(world, proposal).is_some()
    })
}

/// Returns the numbers of the upgrade that a proposal decides; now and then out of another buffer.
pub fn execution(world: &World, random: &mut Random, proposal: &Proposal) -> Option<Vec<u64>> {
    let action = proposal.actions().first()?;
    let mut buffer = buffer_for(world, proposal)?;
    if random.percent(25) {
        buffer = random.below(cast::BUFFERS);
    }
    Some(vec![proposal.index.get(), u64::from(action.target), buffer])
}

/// Returns the numbers of the return of a buffer that a proposal which is over does not need.
pub fn return_of(scene: &Scene<'_>, proposal: &Proposal) -> Option<Vec<u64>> {
    let is_over = proposal.is_finished(scene.now) && proposal.executed_at.get() == 0;
    let buffer = buffer_for(scene.world, proposal)?;
    (is_upgrade(proposal) && is_over).then(|| vec![proposal.index.get(), buffer])
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "governance.accept_program",
        topic: Topic::Vote,
        weight: 1,
        propose: |_, random| {
            let holder = random.of(&[DEPLOYER, DEPLOYER, cast::MALLORY]);
            Some((0, vec![holder, random.below(4)]))
        },
        build: |_, with| {
            let holder = cast::actor(with.at(0));
            let accept = governance::accept_program(holder, target(with.at(1)));
            Some(Unsent::one(holder, accept))
        },
    },
    Entry {
        name: "governance.execute_upgrade",
        topic: Topic::Vote,
        weight: 4,
        propose: |scene, random| {
            super::governance::proposals(scene.world)
                .iter()
                .filter(|proposal| is_upgrade(proposal))
                .find_map(|proposal| {
                    let is_live = matches!(
                        proposal.status(scene.now),
                        Status::Voting | Status::Revealing | Status::HoldUp | Status::Executable
                    );
                    let wait = scene.until(proposal.executable_at.get())?;
                    let with = execution(scene.world, random, proposal)?;
                    (proposal.passes() && is_live).then_some((wait, with))
                })
        },
        build: |_, with| {
            let (buffer, spill) = (cast::buffer(with.at(2)), cast::actor(ANYONE));
            let target = target(with.at(1));
            let proposal = at::proposal(with.at(0));
            let upgrade = governance::execute_upgrade(proposal, target, buffer, spill);
            Some(Unsent {
                payer: spill,
                instructions: vec![governance::compute_limit(UNITS), upgrade],
            })
        },
    },
    Entry {
        name: "governance.return_buffer",
        topic: Topic::Vote,
        weight: 2,
        propose: |scene, random| {
            let proposals = super::governance::proposals(scene.world);
            let mut over = proposals.iter();
            let due = over.find_map(|proposal| return_of(scene, proposal));
            // Of one that is not over, or no upgrade, too.
            let any = random.pick(&proposals).filter(|_| random.percent(5));
            let with = due.or_else(|| {
                let index = any?.index.get();
                Some(vec![index, random.below(cast::BUFFERS)])
            })?;
            Some((0, with))
        },
        build: |_, with| {
            let (buffer, wallet) = (cast::buffer(with.at(1)), cast::actor(ANYONE));
            let back = governance::return_buffer(at::proposal(with.at(0)), buffer, wallet);
            Some(Unsent::one(wallet, back))
        },
    },
];
