//! Seats in the account of a job: claimed, delivered, drawn, opened, expired.

use super::{scene, Entry, Live, Scene, Topic};
use crate::{cast, random::Random, step::Unsent, world::World};
use assay_client::{
    instruction::market::{self, AttesterSignature, TaskSeat},
    pda,
};
use assay_harness::{work::seat_opens_at, Signer as _};
use assay_market::{
    game::{contribution::Contribution, money::Backing, task::flag, Phase, Seat, SeatState},
    state::{Attestation, Job, Worker, POLICY_ATTESTED, POLICY_CHECKED},
};
use assay_staking::state::Credential;

/// Returns the credential that a job asks of an owner's worker.
fn credential_of(job: &Job, owner: u64) -> Option<assay_client::Address> {
    let is_asked = job.credential_set != Default::default();
    let at = || pda::staking::credential(&job.credential_set, &cast::provider(owner));
    is_asked.then(at)
}

/// Returns whether a worker probably meets the requirements of a job.
fn is_met(scene: &Scene<'_>, job: &Job, owner: u64, worker: &Worker) -> bool {
    let credential = credential_of(job, owner);
    let credential = credential.map(|at| scene.world.decoded::<Credential>(&at));
    let has = credential.is_none_or(|own| own.is_some_and(|own| !own.is_expired(scene.now)));
    let rich = worker.total_collateral() >= job.least_collateral.get();
    has && rich && (job.region.get() == 0 || worker.region.get() == job.region.get())
}

/// Returns a seat that can be claimed now: the first, or the late one whose turn it is.
fn claimable(live: &Live, task: u32, now: i64) -> Option<u8> {
    if live.view.header.policy != POLICY_CHECKED || live.phase(task, now) != Phase::Running {
        return None;
    }
    let (header, seats) = (&live.view.header, live.view.task(task));
    if seats[0].state() == SeatState::Free {
        let open = now < header.unix_time(header.claim_window.get());
        return open.then_some(0);
    }
    let turn = seats
        .iter()
        .skip(1)
        .position(|seat| seat.state() == SeatState::Free && seat.until.get() != 0)?;
    u8::try_from(turn + 1).ok()
}

/// Returns whether a worker's collateral covers a claim.
pub fn covers(job: &Job, worker: &Worker, is_first: bool) -> bool {
    let backing = Backing {
        free: worker.free.get(),
        locked: worker.locked.get(),
        accused: worker.accused.get(),
    };
    let (bond, lie) = (job.bond.get(), job.lie.get());
    if is_first {
        backing.covers(bond, lie, u64::from(job.reserve.get()))
    } else {
        backing.covers_later(bond, lie)
    }
}

/// Returns who could claim a seat, and when.
fn claimer(
    scene: &Scene<'_>,
    random: &mut Random,
    live: &Live,
    task: u32,
    seat: u8,
) -> Option<(u64, u64)> {
    let place = &live.view.task(task)[usize::from(seat)];
    let holds = |owner: u64| {
        let own = cast::worker(owner);
        let taken = |seat: &Seat| !matches!(seat.state(), SeatState::Free | SeatState::Closed);
        let seats = live.view.task(task).iter();
        seats
            .filter(|seat| taken(seat))
            .any(|seat| seat.worker == own)
    };
    for (owner, worker) in scene.workers(random) {
        let job = &live.view.header;
        if holds(owner) || !covers(job, &worker, seat == 0) || !is_met(scene, job, owner, &worker) {
            continue;
        }
        if seat > 0 && place.drawn == 0 {
            // Nobody knows the ranks yet.
            return Some((owner, random.between(1, 40)));
        }
        let opens = seat_opens_at(&live.view, task, seat, &cast::worker(owner), &worker);
        if let Some(wait) = opens.and_then(|opens| scene.until(opens)) {
            return Some((owner, wait));
        }
    }
    None
}

/// Returns the number of an answer as workers give it: mostly the right one; from `ANSWERS` on a hash that is copied.
pub fn any_answer(random: &mut Random) -> u64 {
    if random.percent(82) {
        0
    } else {
        random.below(2 * scene::ANSWERS)
    }
}

/// Returns what the worker of an owner contributes for the number of an answer.
pub fn contribution(
    seed: &[u8; 32],
    task: u32,
    worker: &assay_client::Address,
    answer: u64,
    blind: bool,
) -> Contribution {
    let value = scene::value_of(seed, answer, blind);
    let mut made = Contribution::new(seed, task, worker, &value);
    if answer >= scene::ANSWERS {
        made.seal = [0xBA; 32];
    }
    made
}

/// Returns the account of a task's check, where it has one.
pub fn check_of(world: &World, slot: u64, task: u32) -> Option<assay_client::Address> {
    // Anybody may have sent lamports to the address.
    let check = world.round(slot, task, assay_market::state::Source::Check)?;
    Some(check.address)
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "market.claim_task",
        topic: Topic::Work,
        weight: 20,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let seat = claimable(live, task, scene.now)?;
                let (owner, wait) = claimer(scene, random, live, task, seat)?;
                Some((
                    wait,
                    vec![live.slot, u64::from(task), u64::from(seat), owner],
                ))
            })
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let worker = world.worker(with.at(3))?;
            let place = TaskSeat {
                task: with.u32(1),
                seat: with.u8(2),
            };
            let job = cast::job_address(with.at(0));
            let at = cast::worker(with.at(3));
            let credential = credential_of(&header, with.at(3));
            let claim = market::claim_task(worker.node, at, job, header.seed, place, credential);
            Some(Unsent::one(worker.node, claim))
        },
    },
    Entry {
        name: "market.contribute",
        topic: Topic::Work,
        weight: 20,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let seats = live.view.task(task);
                let run = live.view.header.run_window.get();
                let held = seats.iter().position(|seat| {
                    let due = live.view.header.unix_time(seat.deadline(run));
                    seat.state() == SeatState::Claimed && scene.now < due
                })?;
                let owner = cast::owner_of(&seats[held].worker)?;
                let with = vec![
                    live.slot,
                    u64::from(task),
                    held as u64,
                    owner,
                    any_answer(random),
                ];
                Some((random.below(3), with))
            })
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let worker = world.worker(with.at(3))?;
            let at = cast::worker(with.at(3));
            let place = TaskSeat {
                task: with.u32(1),
                seat: with.u8(2),
            };
            let made = contribution(&header.seed, place.task, &at, with.at(4), false);
            let job = cast::job_address(with.at(0));
            let contribute = market::contribute(worker.node, at, job, place, &made);
            Some(Unsent::one(worker.node, contribute))
        },
    },
    Entry {
        name: "market.draw_seat",
        topic: Topic::Work,
        weight: 4,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let seats = live.view.task(task);
                let waits = seats.iter().skip(1).position(Seat::awaits_draw)?;
                // Late enough now and then that the slot is forgotten.
                let wait = random.of(&[1, 1, 2, 300]);
                let with = vec![live.slot, u64::from(task), waits as u64 + 1, 0];
                (wait <= scene.patience).then_some((wait, with))
            })
        },
        build: |_, with| {
            let job = cast::job_address(with.at(0));
            let place = TaskSeat {
                task: with.u32(1),
                seat: with.u8(2),
            };
            let round = (with.at(3) > 0).then(|| {
                let source = cast::round_source(with.at(3));
                assay_client::pda::market::round(&job, place.task, source)
            });
            let draw = market::draw_seat(job, place, round);
            Some(Unsent::one(cast::actor(cast::ANYONE), draw))
        },
    },
    Entry {
        name: "market.open_task",
        topic: Topic::Work,
        weight: 16,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let first = live.first(task);
                let late = live.view.task(task).iter().skip(1);
                let is_ready = match live.phase(task, scene.now) {
                    Phase::Running => {
                        first.state() == SeatState::Contributed
                            && late.clone().all(|seat| !seat.is_pending())
                    }
                    Phase::Checking => {
                        let check = scene.world.round(
                            live.slot,
                            task,
                            assay_market::state::Source::Check,
                        )?;
                        !check.seats.first()?.is_pending()
                    }
                    _ => false,
                };
                let answer = live.answer_of(task, &first.hash, false)?;
                is_ready.then(|| (1, vec![live.slot, u64::from(task), answer]))
            })
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let job = cast::job_address(with.at(0));
            let digest = scene::digest_of(&header.seed, with.at(2));
            let check = check_of(world, with.at(0), with.u32(1));
            let open = market::open_task(job, with.u32(1), digest, check);
            Some(Unsent::one(cast::actor(cast::ANYONE), open))
        },
    },
    Entry {
        name: "market.expire_task",
        topic: Topic::Work,
        weight: 5,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let (header, first) = (&live.view.header, live.first(task));
                let rules = header.rules();
                let phase = live.phase(task, scene.now);
                let turn = live
                    .view
                    .task(task)
                    .iter()
                    .skip(1)
                    .find(|s| s.until.get() != 0 && s.is_pending());
                let due = match phase {
                    Phase::Running if first.state() == SeatState::Free => rules.claim_until,
                    Phase::Running => match turn {
                        Some(late) if late.state() == SeatState::Free => late
                            .until
                            .get()
                            .min(late.free_since.get().saturating_add(rules.late_idle())),
                        Some(_) => return None,
                        None if first.state() == SeatState::Contributed => first.until.get(),
                        None => return None,
                    },
                    Phase::Split => first.until.get(),
                    Phase::Checking | Phase::Rechecking => {
                        let check = scene.world.round(
                            live.slot,
                            task,
                            assay_market::state::Source::Check,
                        )?;
                        let seat = check.seats.first()?;
                        match seat.state() {
                            SeatState::Free => seat
                                .until
                                .get()
                                .min(seat.free_since.get().saturating_add(rules.late_idle())),
                            SeatState::Claimed => return None,
                            _ if phase == Phase::Rechecking => seat.until.get(),
                            _ => first.until.get(),
                        }
                    }
                    _ => return None,
                };
                let wait = scene.until(header.unix_time(due))?;
                Some((wait, vec![live.slot, u64::from(task)]))
            })
        },
        build: |world, with| {
            let job = cast::job_address(with.at(0));
            let check = check_of(world, with.at(0), with.u32(1));
            let expire = market::expire_task(job, with.u32(1), check);
            Some(Unsent::one(cast::actor(cast::ANYONE), expire))
        },
    },
    Entry {
        name: "market.submit_attested",
        topic: Topic::Work,
        weight: 10,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let header = &live.view.header;
                let runs = live.phase(task, scene.now) == Phase::Running;
                let open = scene.now < header.unix_time(header.claim_window.get());
                if header.policy != POLICY_ATTESTED || !runs || !open {
                    return None;
                }
                let workers = scene.workers(random);
                let fits = |(owner, worker): &&(u64, Worker)| is_met(scene, header, *owner, worker);
                let (owner, _) = workers.iter().find(fits)?;
                let count = u64::from(header.attestations);
                let all = (1 << cast::ATTESTERS) - 1;
                let first = (1 << count) - 1;
                let last = first << (cast::ATTESTERS - count.min(cast::ATTESTERS));
                // Mostly as many signatures as are asked for.
                let some = random.below(all + 1);
                let signers = random.of(&[first, last, last, some]);
                let set = random.below(cast::SETS);
                let own = (0..cast::SETS).find(|set| {
                    let at = cast::set(*set);
                    let set: Option<assay_staking::state::AttesterSet> = scene.world.decoded(&at);
                    set.is_some_and(|set| set.identity == header.attesters)
                });
                let with = vec![
                    live.slot,
                    u64::from(task),
                    *owner,
                    any_answer(random) % scene::ANSWERS,
                    signers,
                    own.unwrap_or(set),
                    random.of(&[1, 60, 3_600]),
                ];
                Some((0, with))
            })
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let worker = world.worker(with.at(2))?;
            let params: assay_market::state::Params = world.decoded(&pda::market::params())?;
            let attestation = Attestation {
                genesis_hash: params.genesis_hash,
                job: cast::job_address(with.at(0)),
                job_seed: header.seed,
                task: with.u32(1),
                worker: cast::worker(with.at(2)),
                set: cast::set(with.at(5)),
                digest: scene::digest_of(&header.seed, with.at(3)),
                fuel_used: 1_000,
                energy_mj: 0,
                expires_at: world.now.saturating_add_unsigned(with.at(6) % (1 << 40)),
            };
            let message = attestation.message();
            let signs = |place: &usize| with.at(4) >> place & 1 == 1;
            let keys = cast::attesters();
            let signatures: Vec<AttesterSignature> = (0..keys.len())
                .filter(signs)
                .map(|place| AttesterSignature {
                    key: keys[place].pubkey().to_bytes(),
                    signature: keys[place].sign_message(&message).into(),
                })
                .collect();
            let credential = credential_of(&header, with.at(2));
            let node = worker.node;
            Some(Unsent {
                payer: node,
                instructions: market::submit_attested(node, &attestation, &signatures, credential),
            })
        },
    },
];

/// Returns whether a result of the task is public.
pub fn is_open(live: &Live, task: u32) -> bool {
    live.first(task).flags & flag::OPEN != 0
}
