//! Attester sets, credentials, modules and receipts.

use super::{jobs, scene, Entry, Topic};
use crate::{
    cast::{self, ANYONE, LAB},
    raw::Program,
    step::Unsent,
};
use assay_client::{
    instruction::{rewards, staking},
    pda,
};
use assay_harness::{work, Signer as _};
use assay_market::game::Phase;
use assay_rewards::state::{Module, ReceiptArgs, MAX_LIFETIME, MIN_LIFETIME};
use assay_shared::merkle;
use assay_staking::state::{AttesterSet, Credential};
use sha2::{Digest as _, Sha256};

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "staking.open_attester_set",
        topic: Topic::Stake,
        weight: 2,
        propose: |scene, random| {
            let set = (0..cast::SETS).find(|set| !scene.world.exists(&cast::set(*set)))?;
            Some((0, vec![set, random.between(1, cast::ATTESTERS)]))
        },
        build: |_, with| {
            let lab = cast::actor(LAB);
            let id = u32::try_from(with.at(0) % cast::SETS).ok()?;
            let count = usize::try_from(with.at(1)).ok()?;
            let keys = cast::attesters().iter().take(count);
            let keys = keys.map(|key| key.pubkey().to_bytes()).collect();
            Some(Unsent::one(
                lab,
                staking::open_attester_set(lab, lab, id, keys),
            ))
        },
    },
    Entry {
        name: "staking.close_attester_set",
        topic: Topic::Stake,
        weight: 1,
        propose: |_, random| {
            random
                .percent(20)
                .then(|| (0, vec![random.below(cast::SETS)]))
        },
        build: |world, with| {
            let at = cast::set(with.at(0));
            let set: AttesterSet = world.decoded(&at)?;
            let close = staking::close_attester_set(set.authority, set.payer, at);
            Some(Unsent::one(set.authority, close))
        },
    },
    Entry {
        name: "staking.issue_credential",
        topic: Topic::Stake,
        weight: 3,
        propose: |scene, random| {
            let (owner, set) = (random.below(cast::OWNERS), random.below(cast::SETS));
            let is_new = !scene.world.exists(&cast::credential(owner, set));
            let region = random.of(&[756, 756, 0, 276]);
            let life = random.of(&[60, 3_600, 86_400]);
            is_new.then(|| (0, vec![owner, set, region, life]))
        },
        build: |world, with| {
            let lab = cast::actor(LAB);
            let (set, provider) = (cast::set(with.at(1)), cast::provider(with.at(0)));
            let expires = world.now.saturating_add_unsigned(with.at(3) % (1 << 31));
            let region = with.u16(2);
            let issue = staking::issue_credential(lab, lab, set, provider, region, expires);
            Some(Unsent::one(lab, issue))
        },
    },
    Entry {
        name: "staking.revoke_credential",
        topic: Topic::Stake,
        weight: 2,
        propose: |scene, _| {
            let mut all = scene.world.mirror.records(Program::Staking, "Credential");
            let soonest = all
                .by_ref()
                .min_by_key(|(_, record)| record.i64("expires_at"))?;
            let (address, record) = soonest;
            let wait = scene.until(record.i64("expires_at"))?;
            let places = (0..cast::OWNERS).flat_map(|o| (0..cast::SETS).map(move |s| (o, s)));
            let mut places = places.filter(|(o, s)| cast::credential(*o, *s) == *address);
            let (owner, set) = places.next()?;
            Some((wait, vec![owner, set, ANYONE]))
        },
        build: |world, with| {
            let at = cast::credential(with.at(0), with.at(1));
            let credential: Credential = world.decoded(&at)?;
            let signer = cast::actor(with.at(2));
            let revoke = staking::revoke_credential(signer, credential.payer, at);
            Some(Unsent::one(signer, revoke))
        },
    },
    Entry {
        name: "rewards.register_module",
        topic: Topic::Admin,
        weight: 3,
        propose: |scene, random| {
            let module = (0..cast::MODULES).find(|module| {
                !scene
                    .world
                    .exists(&pda::rewards::module(&cast::module(*module)))
            })?;
            let royalty = random.of(&[0, 1, 500, 2_000]);
            Some((0, vec![random.below(cast::VOTER), module, royalty]))
        },
        build: |_, with| {
            let author = cast::actor(with.at(0));
            let hash = cast::module(with.at(1));
            let register = rewards::register_module(author, hash, with.u16(2), [0; 96]);
            Some(Unsent::one(author, register))
        },
    },
    Entry {
        name: "rewards.offer_module",
        topic: Topic::Admin,
        weight: 2,
        propose: |scene, random| {
            let (module, record) = module(scene, random)?;
            let author = cast::number_of(&record.author)?;
            Some((0, vec![author, module, random.below(cast::VOTER)]))
        },
        build: |_, with| {
            let author = cast::actor(with.at(0));
            let hash = cast::module(with.at(1));
            let offer = rewards::offer_module(author, &hash, cast::actor(with.at(2)));
            Some(Unsent::one(author, offer))
        },
    },
    Entry {
        name: "rewards.accept_module",
        topic: Topic::Admin,
        weight: 3,
        propose: |scene, random| {
            let (module, record) = module(scene, random)?;
            let to = cast::number_of(&record.offered_to)?;
            Some((0, vec![to, module]))
        },
        build: |_, with| {
            let author = cast::actor(with.at(0));
            let accept = rewards::accept_module(author, &cast::module(with.at(1)));
            Some(Unsent::one(author, accept))
        },
    },
    Entry {
        name: "rewards.retire_module",
        topic: Topic::Admin,
        weight: 1,
        propose: |scene, random| {
            let (module, record) = module(scene, random)?;
            let author = cast::number_of(&record.author)?;
            random.percent(40).then(|| (0, vec![author, module]))
        },
        build: |world, with| {
            let author = cast::actor(with.at(0));
            let hash = cast::module(with.at(1));
            let record: Module = world.decoded(&pda::rewards::module(&hash))?;
            let retire = rewards::retire_module(author, record.payer, &hash);
            Some(Unsent::one(author, retire))
        },
    },
    Entry {
        name: "rewards.write_receipt",
        topic: Topic::Pay,
        weight: 6,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let header = &live.view.header;
                let payer = random.below(cast::VOTER);
                let at = pda::rewards::receipt(&header.seed, task, &cast::actor(payer));
                let proven = live.phase(task, scene.now) == Phase::Final;
                let answer = live.answer_with(&live.view.digest(task)?)?;
                let life = random.of(&[MIN_LIFETIME, MIN_LIFETIME + 3_600, MAX_LIFETIME]);
                let life = if random.percent(80) {
                    MIN_LIFETIME
                } else {
                    life
                };
                (proven && !scene.world.exists(&at)).then(|| {
                    let keeps = random.below(2);
                    let with = vec![
                        live.slot,
                        u64::from(task),
                        answer,
                        u64::from(life),
                        keeps,
                        payer,
                    ];
                    (0, with)
                })
            })
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let task = with.u32(1);
            let output = (with.at(2) % scene::ANSWERS).to_string();
            let record = work::record_of(&header.seed, &output);
            let segment = header.segment_of(task);
            let (first, count) = (segment.first_task.get(), header.segment_tasks(task));
            let inputs = jobs::inputs(first, count.min(64));
            let line = usize::try_from(task.checked_sub(first)?).ok()?;
            let args = ReceiptArgs {
                exit_code: record.exit_code,
                fuel_used: record.fuel_used,
                output_hash: Sha256::digest(&output).into(),
                memory: record.memory,
                input: jobs::input_of(task),
                proof: merkle::proof(&inputs, line).unwrap_or_default(),
                output: (with.at(4) > 0).then(|| output.into_bytes()),
                lifetime: with.u32(3),
            };
            let payer = cast::actor(with.at(5));
            let job = cast::job_address(with.at(0));
            let rent = |space| world.context.rent(space);
            let instructions = rewards::write_receipt(payer, job, &header.seed, task, args, rent);
            Some(Unsent {
                payer,
                instructions,
            })
        },
    },
    Entry {
        name: "rewards.close_receipt",
        topic: Topic::Epoch,
        weight: 6,
        propose: |scene, _| {
            let all = scene.world.mirror.records(Program::Rewards, "Receipt");
            let by_time = all.map(|(address, record)| (record.i64("closes_at"), *address));
            let (closes, address) = by_time.min()?;
            let wait = scene.until(closes)?;
            Some((wait, vec![super::name_of(&address)]))
        },
        build: |world, with| {
            // A receipt is named by the beginning of its address: its job may be gone.
            let mut all = world.mirror.records(Program::Rewards, "Receipt");
            let (address, record) = all.find(|(at, _)| super::name_of(at) == with.at(0))?;
            let close = rewards::close_receipt(record.address("payer"), *address);
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
];

/// Returns a registered module.
fn module(scene: &super::Scene<'_>, random: &mut crate::random::Random) -> Option<(u64, Module)> {
    let module = random.below(cast::MODULES);
    let at = pda::rewards::module(&cast::module(module));
    Some((module, scene.world.decoded(&at)?))
}
