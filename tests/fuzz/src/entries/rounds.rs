//! Checks, disputes and appeals: opened, claimed, delivered, decided.

use super::{scene, tasks, Entry, Live, Scene, Topic};
use crate::{cast, random::Random, step::Unsent};
use assay_client::{
    instruction::market::{self, OpenRoundParams},
    pda, RoundView,
};
use assay_harness::work::round_seat_opens_at;
use assay_market::{
    game::{round::RoundKind, Phase, Round, SeatState},
    instructions::Opening,
    state::Source,
};

const SOURCES: [u64; 3] = [1, 2, 3];

/// Returns the checks and rounds of a task that are there, with their numbers.
fn accounts(scene: &Scene<'_>, live: &Live, task: u32) -> Vec<(u64, RoundView)> {
    let found = |number| {
        let round = scene.world.round(live.slot, task, cast::source(number))?;
        Some((number, round))
    };
    SOURCES.into_iter().filter_map(found).collect()
}

/// Returns whether contributions to an account are blinded.
pub fn is_blind(live: &Live, task: u32, round: &RoundView) -> bool {
    match round.source() {
        Source::Check => tasks::is_open(live, task),
        _ => round.header.round.blind != 0,
    }
}

/// Returns whether an account still takes part in its task.
fn is_running(live: &Live, task: u32, round: &RoundView, now: i64) -> bool {
    let phase = live.phase(task, now);
    match round.source() {
        Source::Check => matches!(phase, Phase::Checking | Phase::Rechecking),
        _ => phase == Phase::Disputed && !round.header.round.is_decided(),
    }
}

fn proposal_of_round(
    scene: &Scene<'_>,
    random: &mut Random,
    mut of: impl FnMut(&Live, u32, u64, &RoundView, &mut Random) -> Option<(u64, Vec<u64>)>,
) -> Option<(u64, Vec<u64>)> {
    for (live, task) in scene.tasks(random) {
        for (number, round) in accounts(scene, live, task) {
            if let Some(found) = of(live, task, number, &round, random) {
                return Some(found);
            }
        }
    }
    None
}

fn claim_proposal(
    scene: &Scene<'_>,
    random: &mut Random,
    live: &Live,
    task: u32,
    number: u64,
    round: &RoundView,
) -> Option<(u64, Vec<u64>)> {
    if !is_running(live, task, round, scene.now) {
        return None;
    }
    let seat = round
        .seats
        .iter()
        .position(|seat| seat.state() == SeatState::Free)?;
    let seat = u8::try_from(seat).ok()?;
    let with = |owner| vec![live.slot, u64::from(task), number, u64::from(seat), owner];
    let is_drawn = match round.source() {
        Source::Check => round.seats.first()?.drawn != 0,
        _ => round.header.round.is_drawn(),
    };
    let mut best: Option<(u64, u64)> = None;
    for (owner, worker) in scene.workers(random) {
        let in_task = live
            .view
            .task(task)
            .iter()
            .any(|s| s.worker == cast::worker(owner));
        let is_check = round.source() == Source::Check;
        if !tasks::covers(&live.view.header, &worker, false) || (is_check && in_task) {
            continue;
        }
        if !is_drawn {
            return Some((random.between(1, 20), with(owner)));
        }
        let opens = round_seat_opens_at(&live.view, round, seat, &cast::worker(owner), &worker);
        let Some(wait) = opens.and_then(|opens| scene.until(opens)) else {
            continue;
        };
        if best.is_none_or(|(_, least)| wait < least) {
            best = Some((owner, wait));
        }
    }
    best.map(|(owner, wait)| (wait, with(owner)))
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "market.open_check",
        topic: Topic::Work,
        weight: 8,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let header = &live.view.header;
                if header.check_bps.get() == 0 || live.view.has_check(task) {
                    return None;
                }
                let requester = cast::OWNERS + live.slot / cast::NONCES;
                match live.phase(task, scene.now) {
                    Phase::Running => {
                        let seats = live.view.task(task);
                        let is_complete = seats[0].state() == SeatState::Contributed
                            && seats.iter().skip(1).all(|seat| !seat.is_pending());
                        let wait = random.of(&[1, 1, 1, 260]);
                        (is_complete && wait <= scene.patience)
                            .then(|| (wait, vec![live.slot, u64::from(task), cast::ANYONE]))
                    }
                    Phase::Standing if live.view.rounds(task) == 0 && random.percent(30) => {
                        Some((0, vec![live.slot, u64::from(task), requester]))
                    }
                    _ => None,
                }
            })
        },
        build: |_, with| {
            let payer = cast::actor(with.at(2));
            let open = market::open_check(payer, cast::job_address(with.at(0)), with.u32(1));
            Some(Unsent::one(payer, open))
        },
    },
    Entry {
        name: "market.open_round",
        topic: Topic::Work,
        weight: 8,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let kind = u64::from(live.view.rounds(task)) + 1;
                match live.phase(task, scene.now) {
                    Phase::Split if kind <= 2 => Some((
                        0,
                        vec![live.slot, u64::from(task), kind, cast::ANYONE, 0, 0],
                    )),
                    Phase::Standing if kind <= 2 && random.percent(25) => {
                        let stands = live.answer_with(&live.view.digest(task)?)?;
                        let other =
                            (stands + 1 + random.below(scene::ANSWERS - 1)) % scene::ANSWERS;
                        // Whoever contradicts a wrong result mostly gives the right one.
                        let answer = if stands != 0 && random.percent(80) {
                            0
                        } else {
                            other
                        };
                        let (owner, _) = *scene.workers(random).first()?;
                        Some((
                            0,
                            vec![live.slot, u64::from(task), kind, 0, 1 + owner, answer],
                        ))
                    }
                    _ => None,
                }
            })
        },
        build: |world, with| {
            let view = world.job(with.at(0))?;
            let task = with.u32(1);
            let kind = if with.at(2) == 2 {
                RoundKind::Appeal
            } else {
                RoundKind::Dispute
            };
            let first_worker = view.task(task).first()?.worker;
            let mut payer = cast::actor(with.at(3));
            let mut challenge = None;
            if let Some(owner) = with.at(4).checked_sub(1) {
                let worker = cast::worker(owner);
                payer = world.worker(owner)?.node;
                let seed = view.header.seed;
                let made = tasks::contribution(&seed, task, &worker, with.at(5), false);
                challenge = Some((worker, seed, made));
            }
            let params = OpenRoundParams {
                payer,
                job: view.address,
                task,
                kind,
                first_worker,
                stake_mint: cast::stake_mint(),
                challenge,
            };
            Some(Unsent {
                payer,
                instructions: market::open_round(&params),
            })
        },
    },
    Entry {
        name: "market.claim_round",
        topic: Topic::Work,
        weight: 40,
        propose: |scene, random| {
            proposal_of_round(scene, random, |live, task, number, round, random| {
                claim_proposal(scene, random, live, task, number, round)
            })
        },
        build: |world, with| {
            let worker = world.worker(with.at(4))?;
            let job = cast::job_address(with.at(0));
            let round = pda::market::round(&job, with.u32(1), cast::round_source(with.at(2)));
            let at = cast::worker(with.at(4));
            let claim = market::claim_round(worker.node, at, job, round, with.u8(3));
            Some(Unsent::one(worker.node, claim))
        },
    },
    Entry {
        name: "market.contribute_round",
        topic: Topic::Work,
        weight: 40,
        propose: |scene, random| {
            proposal_of_round(scene, random, |live, task, number, round, random| {
                if !is_running(live, task, round, scene.now) {
                    return None;
                }
                let held = round
                    .seats
                    .iter()
                    .position(|s| s.state() == SeatState::Claimed)?;
                let owner = cast::owner_of(&round.seats[held].worker)?;
                let answer = tasks::any_answer(random);
                let with = vec![
                    live.slot,
                    u64::from(task),
                    number,
                    held as u64,
                    owner,
                    answer,
                ];
                Some((0, with))
            })
        },
        build: |world, with| {
            let view = world.job(with.at(0))?;
            let source = cast::round_source(with.at(2));
            let task = with.u32(1);
            let live = Live {
                slot: with.at(0),
                view,
            };
            live.view.task(task).first()?;
            let worker = world.worker(with.at(4))?;
            let round = world.round(live.slot, task, source)?;
            let at = cast::worker(with.at(4));
            let blind = is_blind(&live, task, &round);
            let seed = &live.view.header.seed;
            let made = tasks::contribution(seed, task, &at, with.at(5), blind);
            let node = worker.node;
            let (job, seat) = (live.view.address, with.u8(3));
            let contribute = market::contribute_round(node, at, job, round.address, seat, &made);
            Some(Unsent::one(node, contribute))
        },
    },
    Entry {
        name: "market.draw_seat of a round",
        topic: Topic::Work,
        weight: 3,
        propose: |scene, random| {
            proposal_of_round(scene, random, |live, task, number, round, random| {
                let waits = match round.source() {
                    Source::Check => round.seats.first()?.awaits_draw(),
                    _ => !round.header.round.is_drawn() && !round.header.round.is_decided(),
                };
                let wait = random.of(&[1, 1, 2, 300]);
                let with = vec![live.slot, u64::from(task), 0, number];
                (waits && wait <= scene.patience).then_some((wait, with))
            })
        },
        build: |world, with| {
            let entry = super::all().iter().find(|e| e.name == "market.draw_seat")?;
            (entry.build)(world, with)
        },
    },
    Entry {
        name: "market.decide_round",
        topic: Topic::Work,
        weight: 12,
        propose: |scene, random| {
            proposal_of_round(scene, random, |live, task, number, round, _| {
                if !is_running(live, task, round, scene.now) {
                    return None;
                }
                let with = |answer| vec![live.slot, u64::from(task), number, answer];
                let blind = is_blind(live, task, round);
                if round.source() == Source::Check {
                    let seat = round.seats.first()?;
                    let is_due = live.phase(task, scene.now) == Phase::Rechecking
                        && seat.state() == SeatState::Contributed;
                    let answer = live.answer_of(task, &seat.hash, blind)?;
                    return is_due.then(|| (0, with(answer)));
                }
                let header = &live.view.header;
                let all = round
                    .seats
                    .iter()
                    .all(|s| s.state() == SeatState::Contributed);
                let ends = header.unix_time(round.header.round.ends_at(&header.rules()));
                let majority = Round::majority_hash(&round.seats);
                let wait = if all { 0 } else { scene.until(ends)? };
                let Some(hash) = majority else {
                    return Some((wait, with(scene::ANSWERS)));
                };
                let answer = live.answer_of(task, &hash, blind)?;
                Some((wait, with(answer)))
            })
        },
        build: |world, with| {
            let view = world.job(with.at(0))?;
            let task = with.u32(1);
            let source = cast::round_source(with.at(2));
            let live = Live {
                slot: with.at(0),
                view,
            };
            live.view.task(task).first()?;
            let round = world.round(live.slot, task, source)?;
            let seed = live.view.header.seed;
            let opening = (with.at(3) < scene::ANSWERS).then(|| Opening {
                digest: scene::digest_of(&seed, with.at(3)),
                memory: if is_blind(&live, task, &round) {
                    scene::memory_of(&seed, with.at(3))
                } else {
                    [0; 32]
                },
            });
            let check = tasks::check_of(world, live.slot, task).filter(|_| source != Source::Check);
            let decide = market::decide_round(live.view.address, round.address, check, opening);
            Some(Unsent::one(cast::actor(cast::ANYONE), decide))
        },
    },
    Entry {
        name: "market.decide_round without an opening",
        topic: Topic::Work,
        weight: 3,
        propose: |scene, random| {
            proposal_of_round(scene, random, |live, task, number, round, _| {
                let is_round = round.source() != Source::Check;
                if !is_round || !is_running(live, task, round, scene.now) {
                    return None;
                }
                let header = &live.view.header;
                let (rules, state) = (header.rules(), &round.header.round);
                let all = round
                    .seats
                    .iter()
                    .all(|s| s.state() == SeatState::Contributed);
                let wait = if Round::majority_hash(&round.seats).is_some() {
                    rules.open_window
                } else {
                    0
                };
                let ends = header.unix_time(state.ends_at(&rules).saturating_add(wait));
                let wait = if all && wait == 0 {
                    0
                } else {
                    scene.until(ends)?
                };
                Some((wait, vec![live.slot, u64::from(task), number]))
            })
        },
        build: |world, with| {
            let (slot, task) = (with.at(0), with.u32(1));
            let round = world.round(slot, task, cast::round_source(with.at(2)))?;
            let check = tasks::check_of(world, slot, task);
            let job = cast::job_address(slot);
            let decide = market::decide_round(job, round.address, check, None);
            Some(Unsent::one(cast::actor(cast::ANYONE), decide))
        },
    },
];
