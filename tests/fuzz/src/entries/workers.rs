//! Workers: opened, limited, brought up to date.

use super::{Entry, Topic};
use crate::{cast, step::Unsent};
use assay_client::instruction::market;
use assay_market::instructions::WorkerSettings;

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "market.open_worker",
        topic: Topic::Stake,
        weight: 1,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let is_new = !scene.world.exists(&cast::worker(owner));
            is_new.then(|| (0, vec![owner]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            Some(Unsent::one(owner, market::open_worker(owner)))
        },
    },
    Entry {
        name: "market.update_worker",
        topic: Topic::Stake,
        weight: 1,
        propose: |_, random| {
            let owner = random.below(cast::OWNERS);
            // Mostly no limit, so that most can go on working.
            let limit = |random: &mut crate::random::Random, most: u64| {
                if random.percent(80) {
                    0
                } else {
                    random.below(most)
                }
            };
            let (bond, locked) = (limit(random, 100_000), limit(random, 500_000));
            Some((0, vec![owner, bond, locked, limit(random, 4)]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let settings = WorkerSettings {
                seat_bond: with.at(1),
                locked: with.at(2),
                daily_misses: with.u32(3),
                encryption_key: [7; 32],
                read_url: [0; 96],
            };
            Some(Unsent::one(owner, market::update_worker(owner, settings)))
        },
    },
    Entry {
        name: "market.sync_worker",
        topic: Topic::Stake,
        weight: 1,
        propose: |_, random| {
            Some((
                0,
                vec![random.below(cast::OWNERS), random.below(cast::ACTORS)],
            ))
        },
        build: |_, with| {
            let sync = market::sync_worker(cast::provider(with.at(0)));
            Some(Unsent::one(cast::actor(with.at(1)), sync))
        },
    },
];
