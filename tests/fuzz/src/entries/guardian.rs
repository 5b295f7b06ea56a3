//! The guardian, grants, and what is handed over to governance.

use super::{Entry, Scene, Topic};
use crate::{
    cast::{self, target, ANYONE, GUARDIAN},
    raw::Program,
    step::Unsent,
};
use assay_client::{
    instruction::governance,
    pda::{self, governance as at},
    Address,
};
use assay_governance::state::{Grant, Params, Proposal, Status};

/// Returns the guardian; who was it at first, if nobody is.
pub fn guardian(scene: &Scene<'_>) -> u64 {
    let params: Option<Params> = scene.world.decoded(&at::params());
    params
        .and_then(|params| cast::number_of(&params.guardian))
        .unwrap_or(GUARDIAN)
}

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
                    return Some((0, vec![guardian(scene), record.u64("index")]));
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
        propose: |scene, random| {
            let seconds = random.of(&[60, 3_600, 7 * 86_400, 7 * 86_400 + 1]);
            let (target, bits) = (random.below(3), random.below(8));
            Some((0, vec![guardian(scene), target, bits, seconds]))
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
        propose: |scene, random| Some((0, vec![guardian(scene), random.below(3)])),
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
        propose: |scene, random| Some((0, vec![guardian(scene), random.below(cast::MINTS)])),
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
        weight: 4,
        propose: |scene, random| {
            let params: assay_market::state::Params = scene.world.decoded(&pda::market::params())?;
            let is_offered = params.offered == at::authority();
            (is_offered || random.percent(5)).then(|| (0, vec![random.below(cast::ACTORS)]))
        },
        build: |_, with| {
            let sender = cast::actor(with.at(0));
            Some(Unsent::one(sender, governance::accept_market()))
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
