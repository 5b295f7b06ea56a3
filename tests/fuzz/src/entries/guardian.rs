//! The guardian, grants, upgrades, and what is handed over to governance.

use super::{governance::target, Entry, Topic};
use crate::{
    cast::{self, ANYONE, DEPLOYER, GUARDIAN},
    raw::Program,
    step::Unsent,
};
use assay_client::{instruction::governance, pda::governance as at, Address};
use assay_governance::state::{Grant, Params, Proposal, Status};

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "governance.veto_proposal",
        topic: Topic::Vote,
        weight: 2,
        propose: |scene, random| {
            let all = scene.world.mirror.records(Program::Governance, "Proposal");
            for (address, record) in all {
                let proposal: Proposal = scene.world.decoded(address)?;
                // Rarely: else nothing is ever executed.
                if proposal.status(scene.now) == Status::HoldUp && random.percent(30) {
                    return Some((0, vec![GUARDIAN, record.u64("index")]));
                }
            }
            None
        },
        build: |_, with| {
            let guardian = cast::actor(with.at(0));
            let veto = governance::veto_proposal(guardian, at::proposal(with.at(1)));
            Some(Unsent::one(guardian, veto))
        },
    },
    Entry {
        name: "governance.pause_operation",
        topic: Topic::Vote,
        weight: 1,
        propose: |_, random| {
            let seconds = random.of(&[60, 3_600, 7 * 86_400, 7 * 86_400 + 1]);
            let (target, bits) = (random.below(3), random.below(8));
            Some((0, vec![GUARDIAN, target, bits, seconds]))
        },
        build: |_, with| {
            let guardian = cast::actor(with.at(0));
            let target = target(with.at(1));
            let pause = governance::pause_operation(guardian, target, with.at(2), with.at(3));
            Some(Unsent::one(guardian, pause))
        },
    },
    Entry {
        name: "governance.lift_pause",
        topic: Topic::Vote,
        weight: 2,
        propose: |_, random| Some((0, vec![GUARDIAN, random.below(3)])),
        build: |_, with| {
            let guardian = cast::actor(with.at(0));
            let lift = governance::lift_pause(guardian, target(with.at(1)));
            Some(Unsent::one(guardian, lift))
        },
    },
    Entry {
        name: "governance.close_mint",
        topic: Topic::Vote,
        weight: 1,
        propose: |_, random| Some((0, vec![GUARDIAN, random.below(cast::MINTS)])),
        build: |_, with| {
            let guardian = cast::actor(with.at(0));
            let close = governance::close_mint(guardian, &cast::mint(with.at(1)));
            Some(Unsent::one(guardian, close))
        },
    },
    Entry {
        name: "governance.accept_guardian",
        topic: Topic::Vote,
        weight: 2,
        propose: |scene, _| {
            let params: Params = scene.world.decoded(&at::params())?;
            Some((0, vec![cast::number_of(&params.offered_guardian)?]))
        },
        build: |_, with| {
            let guardian = cast::actor(with.at(0));
            Some(Unsent::one(guardian, governance::accept_guardian(guardian)))
        },
    },
    Entry {
        name: "governance.accept_market",
        topic: Topic::Vote,
        weight: 1,
        propose: |_, random| Some((0, vec![random.below(cast::ACTORS)])),
        build: |_, with| {
            let sender = cast::actor(with.at(0));
            Some(Unsent::one(sender, governance::accept_market()))
        },
    },
    Entry {
        name: "governance.accept_program",
        topic: Topic::Vote,
        weight: 1,
        propose: |_, random| {
            let holder = random.of(&[DEPLOYER, cast::MALLORY]);
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
        weight: 1,
        // No buffer is ever uploaded here: this is for whoever names another account as one.
        propose: |scene, random| {
            let all = scene.world.mirror.records(Program::Governance, "Proposal");
            let indices: Vec<u64> = all.map(|(_, record)| record.u64("index")).collect();
            let index = random.pick(&indices)?;
            Some((0, vec![*index, random.below(4), random.below(8)]))
        },
        build: |_, with| {
            let (buffer, spill) = (cast::fake(with.at(2)), cast::actor(ANYONE));
            let target = target(with.at(1));
            let proposal = at::proposal(with.at(0));
            let upgrade = governance::execute_upgrade(proposal, target, buffer, spill);
            Some(Unsent::one(spill, upgrade))
        },
    },
    Entry {
        name: "governance.return_buffer",
        topic: Topic::Vote,
        weight: 1,
        propose: |scene, random| {
            let all = scene.world.mirror.records(Program::Governance, "Proposal");
            let indices: Vec<u64> = all.map(|(_, record)| record.u64("index")).collect();
            let index = random.pick(&indices)?;
            Some((0, vec![*index, random.below(8)]))
        },
        build: |_, with| {
            let (buffer, wallet) = (cast::fake(with.at(1)), cast::actor(ANYONE));
            let back = governance::return_buffer(at::proposal(with.at(0)), buffer, wallet);
            Some(Unsent::one(wallet, back))
        },
    },
    Entry {
        name: "governance.claim_grant",
        topic: Topic::Vote,
        weight: 8,
        propose: |scene, _| {
            let mut grants = scene.world.mirror.records(Program::Governance, "Grant");
            grants.find_map(|(address, record)| {
                let grant: Grant = scene.world.decoded(address)?;
                let is_due = grant.vested(scene.now) > grant.paid.get();
                let end = if is_due { 0 } else { record.i64("ends_at") };
                let is_open = grant.paid.get() < grant.amount.get();
                let wait = scene.until(end)?;
                is_open.then(|| (wait, vec![super::name_of(address)]))
            })
        },
        build: |world, with| {
            let mut grants = world.mirror.records(Program::Governance, "Grant");
            let (address, _) = grants.find(|(at, _)| super::name_of(at) == with.at(0))?;
            let grant: Grant = world.decoded(address)?;
            let claim = governance::claim_grant(*address, &grant);
            Some(Unsent::one(cast::actor(ANYONE), claim))
        },
    },
    Entry {
        name: "governance.close_grant",
        topic: Topic::Vote,
        weight: 8,
        propose: |scene, _| {
            let mut grants = scene.world.mirror.records(Program::Governance, "Grant");
            grants.find_map(|(address, record)| {
                let is_paid = record.u64("paid") == record.u64("amount");
                let over = record.i64("ends_at").saturating_add(365 * 86_400);
                let wait = scene.until(if is_paid { 0 } else { over })?;
                Some((wait, vec![super::name_of(address)]))
            })
        },
        build: |world, with| {
            let params: Params = world.decoded(&at::params())?;
            let mut grants = world.mirror.records(Program::Governance, "Grant");
            let (address, _): (&Address, _) =
                grants.find(|(at, _)| super::name_of(at) == with.at(0))?;
            let grant: Grant = world.decoded(address)?;
            let close = governance::close_grant(*address, &grant, &(&params).into());
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
    Entry {
        name: "governance.version",
        topic: Topic::Vote,
        weight: 1,
        propose: |_, random| Some((0, vec![random.below(cast::ACTORS)])),
        build: |_, with| Some(Unsent::one(cast::actor(with.at(0)), governance::version())),
    },
];
