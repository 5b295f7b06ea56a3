//! Epochs: work is tallied, the emission minted, shares claimed, records closed.

use super::{Entry, Scene, Topic};
use crate::{
    cast::{self, ANYONE},
    random::Random,
    raw::Program,
    step::Unsent,
};
use assay_client::{
    instruction::{market, rewards},
    pda, Address,
};
use assay_market::state::{EpochWork, Params, Worker};
use assay_rewards::state::{claims_open, ClaimRecord, Emission, EpochRewards, Param};
use assay_shared::param::Votable as _;

fn market_params(scene: &Scene<'_>) -> Option<Params> {
    scene.world.decoded(&pda::market::params())
}

/// Returns the epoch that is due and the seconds until it can be finalized or skipped.
fn due(scene: &Scene<'_>) -> Option<(u64, u64)> {
    let (params, emission) = (market_params(scene)?, emission(scene)?);
    let current = params.epoch_at(scene.now).ok()?;
    let epoch = emission.due_epoch(current);
    let wait = scene.until(params.tally_end(epoch).ok()?)?;
    Some((epoch, wait))
}

fn emission(scene: &Scene<'_>) -> Option<Emission> {
    scene.world.decoded(&pda::rewards::emission())
}

/// Returns the tallied weight of an epoch.
fn weight(scene: &Scene<'_>, epoch: u64) -> u64 {
    let shard = |shard| {
        let at = pda::market::epoch_work(epoch, shard);
        let work: Option<EpochWork> = scene.world.decoded(&at);
        work.map_or(0, |work| work.weight.get())
    };
    (0..assay_market::state::SHARDS).map(shard).sum()
}

/// Returns one account of a type, at random.
fn any(scene: &Scene<'_>, random: &mut Random, program: Program, name: &str) -> Option<Address> {
    let all: Vec<Address> = scene
        .world
        .mirror
        .records(program, name)
        .map(|(address, _)| *address)
        .collect();
    random.pick(&all).copied()
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "market.tally_work",
        topic: Topic::Epoch,
        weight: 12,
        propose: |scene, random| {
            let params = market_params(scene)?;
            for (owner, worker) in scene.workers(random) {
                for work in &worker.ring {
                    let epoch = work.epoch.get();
                    if work.weight.get() == 0 || work.tallied != 0 {
                        continue;
                    }
                    let (end, over) =
                        (params.epoch_end(epoch).ok()?, params.tally_end(epoch).ok()?);
                    if scene.now < over {
                        if let Some(wait) = scene.until(end) {
                            return Some((wait, vec![owner, epoch, random.below(cast::ACTORS)]));
                        }
                    }
                }
            }
            None
        },
        build: |_, with| {
            let payer = cast::actor(with.at(2));
            let tally = market::tally_work(payer, cast::worker(with.at(0)), with.at(1));
            Some(Unsent::one(payer, tally))
        },
    },
    Entry {
        name: "market.close_work",
        topic: Topic::Epoch,
        weight: 6,
        propose: |scene, random| {
            let at = any(scene, random, Program::Market, "EpochWork")?;
            let work: EpochWork = scene.world.decoded(&at)?;
            let params = market_params(scene)?;
            let last = work.epoch.get() + assay_market::state::RING as u64;
            let wait = scene.until(params.epoch_end(last).ok()?)?;
            Some((wait, vec![work.epoch.get(), u64::from(work.shard)]))
        },
        build: |world, with| {
            let (epoch, shard) = (with.at(0), with.u8(1));
            let work: EpochWork = world.decoded(&pda::market::epoch_work(epoch, shard))?;
            let close = market::close_work(work.payer, epoch, shard);
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
    Entry {
        name: "rewards.finalize_epoch",
        topic: Topic::Epoch,
        weight: 20,
        propose: |scene, random| {
            let (epoch, wait) = due(scene)?;
            let worked = weight(scene, epoch) > 0;
            worked.then(|| (wait, vec![epoch, random.below(cast::ACTORS)]))
        },
        build: |_, with| {
            let payer = cast::actor(with.at(1));
            Some(Unsent::one(
                payer,
                rewards::finalize_epoch(payer, with.at(0)),
            ))
        },
    },
    Entry {
        name: "rewards.skip_epoch",
        topic: Topic::Epoch,
        weight: 4,
        propose: |scene, _| {
            let (epoch, wait) = due(scene)?;
            (weight(scene, epoch) == 0).then(|| (wait, vec![epoch]))
        },
        build: |_, with| {
            let skip = rewards::skip_epoch(with.at(0));
            Some(Unsent::one(cast::actor(ANYONE), skip))
        },
    },
    Entry {
        name: "rewards.open_claim_record",
        topic: Topic::Epoch,
        weight: 6,
        propose: |scene, random| {
            for (owner, worker) in scene.workers(random) {
                let at = pda::rewards::claim_record(&cast::provider(owner));
                let is_missing = scene.world.decoded::<ClaimRecord>(&at).is_none();
                if is_missing && !claimable(scene, &worker).is_empty() {
                    return Some((0, vec![owner, random.below(cast::ACTORS)]));
                }
            }
            None
        },
        build: |_, with| {
            let payer = cast::actor(with.at(1));
            let open = rewards::open_claim_record(payer, &cast::provider(with.at(0)));
            Some(Unsent::one(payer, open))
        },
    },
    Entry {
        name: "rewards.claim_epochs",
        topic: Topic::Epoch,
        weight: 30,
        // The oldest epoch, and which of the seven after it are claimed, too, one bit each.
        propose: |scene, random| {
            for (owner, worker) in scene.workers(random) {
                let epochs = claimable(scene, &worker);
                let taken = |epoch: &u64| is_claimed(scene, owner, *epoch);
                let again = random.percent(10);
                let Some(oldest) = epochs.iter().find(|epoch| again || !taken(epoch)) else {
                    continue;
                };
                let bits = epochs
                    .iter()
                    .filter_map(|epoch| epoch.checked_sub(*oldest))
                    .filter(|ahead| (1..8).contains(ahead))
                    .fold(random.below(8), |bits, ahead| bits | 1 << ahead);
                return Some((0, vec![owner, *oldest, bits]));
            }
            None
        },
        build: |_, with| {
            let oldest = with.at(1);
            let epochs: Vec<u64> = (0..8)
                .filter(|ahead| *ahead == 0 || with.at(2) >> ahead & 1 == 1)
                .map(|ahead| oldest.saturating_add(ahead))
                .collect();
            let claim = rewards::claim_epochs(&cast::provider(with.at(0)), &epochs);
            Some(Unsent::one(cast::actor(ANYONE), claim))
        },
    },
    Entry {
        name: "rewards.close_epoch",
        topic: Topic::Epoch,
        weight: 6,
        propose: |scene, random| {
            let at = any(scene, random, Program::Rewards, "EpochRewards")?;
            let rewards: EpochRewards = scene.world.decoded(&at)?;
            let last = rewards.epoch.get() + assay_market::state::RING as u64;
            let wait = scene.until(market_params(scene)?.epoch_end(last).ok()?)?;
            Some((wait, vec![rewards.epoch.get()]))
        },
        build: |world, with| {
            let of: EpochRewards = world.decoded(&pda::rewards::epoch(with.at(0)))?;
            let close = rewards::close_epoch(of.payer, with.at(0));
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
    Entry {
        name: "rewards.close_claim_record",
        topic: Topic::Epoch,
        weight: 4,
        propose: |scene, random| {
            let at = any(scene, random, Program::Rewards, "ClaimRecord")?;
            let record: ClaimRecord = scene.world.decoded(&at)?;
            let own = |owner: &u64| cast::provider(*owner) == record.provider;
            let owner = (0..cast::OWNERS).find(own)?;
            let last = record.newest.get() + assay_market::state::RING as u64;
            let wait = scene.until(market_params(scene)?.epoch_end(last).ok()?)?;
            Some((wait, vec![owner]))
        },
        build: |world, with| {
            let provider = cast::provider(with.at(0));
            let at = pda::rewards::claim_record(&provider);
            let record: ClaimRecord = world.decoded(&at)?;
            let close = rewards::close_claim_record(record.payer, &provider);
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
    Entry {
        name: "rewards.version",
        topic: Topic::Epoch,
        weight: 1,
        propose: |_, random| Some((0, vec![random.below(cast::ACTORS)])),
        build: |_, with| Some(Unsent::one(cast::actor(with.at(0)), rewards::version())),
    },
    Entry {
        name: "rewards.set_params",
        topic: Topic::Epoch,
        weight: 1,
        // Only a vote can; this is for whoever tries without.
        propose: |_, random| {
            Some((
                0,
                vec![
                    random.below(cast::ACTORS),
                    random.between(0, 12_000),
                    random.below(3),
                ],
            ))
        },
        build: |_, with| {
            let signer = cast::actor(with.at(0));
            let param = Param::ALL[usize::from(with.u8(2) % 3)];
            let set = rewards::set_params(signer, param, with.at(1));
            Some(Unsent::one(signer, set))
        },
    },
];

/// Returns the epochs whose rewards are open to claims and for which a worker was tallied, the oldest first.
fn claimable(scene: &Scene<'_>, worker: &Worker) -> Vec<u64> {
    // Rewards go to the provider's vault. One that has retired has none.
    if !scene.world.exists(&worker.provider) {
        return Vec::new();
    }
    let params = market_params(scene);
    let current = params.and_then(|params| params.epoch_at(scene.now).ok());
    let is_open = |epoch: &u64| {
        let at = pda::rewards::epoch(*epoch);
        let is_there = scene.world.decoded::<EpochRewards>(&at).is_some();
        is_there && current.is_some_and(|current| claims_open(*epoch, current))
    };
    let tallied = worker.ring.iter().filter(|work| work.tallied != 0);
    let mut epochs: Vec<u64> = tallied
        .map(|work| work.epoch.get())
        .filter(is_open)
        .collect();
    epochs.sort_unstable();
    epochs
}

/// Returns the most epochs that one worker can claim and was not paid for.
pub(super) fn most_unclaimed(scene: &Scene<'_>, random: &mut Random) -> usize {
    let unclaimed = |(owner, worker): (u64, Worker)| {
        let epochs = claimable(scene, &worker);
        let owed = |epoch: &&u64| !is_claimed(scene, owner, **epoch);
        epochs.iter().filter(owed).count()
    };
    scene
        .workers(random)
        .into_iter()
        .map(unclaimed)
        .max()
        .unwrap_or(0)
}

/// Returns whether an owner's provider was paid for an epoch.
fn is_claimed(scene: &Scene<'_>, owner: u64, epoch: u64) -> bool {
    let at = pda::rewards::claim_record(&cast::provider(owner));
    let record: Option<ClaimRecord> = scene.world.decoded(&at);
    record.is_some_and(|record| {
        let age = record.newest.get().checked_sub(epoch);
        age.is_some_and(|age| age < 64 && record.bitmap.get() >> age & 1 == 1)
    })
}
