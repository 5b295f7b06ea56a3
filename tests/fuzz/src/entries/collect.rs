//! What ended tasks pay and cost: pay, penalties, awards, and the closing of checks and rounds.

use super::{tokens, Entry, Live, Scene, Topic};
use crate::{
    cast::{self, ANYONE},
    random::Random,
    step::Unsent,
    world::World,
};
use assay_client::{
    instruction::market::{self, PenaltyParams, SeatPlace},
    RoundView,
};
use assay_market::{
    game::{Phase, Seat, SeatState},
    state::{Source, CHALLENGER},
};

/// Returns whether a task has ended, or the seconds until its hold is over.
fn ends_in(scene: &Scene<'_>, live: &Live, task: u32) -> Option<u64> {
    match live.phase(task, scene.now) {
        phase if phase.is_end() => Some(0),
        Phase::Standing => {
            let hold = live.view.header.unix_time(live.first(task).until.get());
            scene.until(hold)
        }
        _ => None,
    }
}

/// Returns every seat about a task: the number of its account, its index, and the seat.
pub fn seats_of(
    live: &Live,
    task: u32,
    mut round: impl FnMut(Source) -> Option<RoundView>,
) -> Vec<(u64, u8, Seat)> {
    let mut seats: Vec<(u64, u8, Seat)> = Vec::new();
    seats.extend(
        (0u8..)
            .zip(live.view.task(task))
            .map(|(i, seat)| (0, i, *seat)),
    );
    for number in 1..4 {
        let Some(account) = round(cast::source(number)) else {
            continue;
        };
        if account.header.round.has_challenger() {
            seats.push((number, CHALLENGER, account.header.round.challenger));
        }
        seats.extend(
            (0u8..)
                .zip(account.seats)
                .map(|(i, seat)| (number, i, seat)),
        );
    }
    seats
}

fn shuffled_seats(
    scene: &Scene<'_>,
    random: &mut Random,
    live: &Live,
    task: u32,
) -> Vec<(u64, u8, Seat)> {
    let mut seats = seats_of(live, task, |source| {
        scene.world.round(live.slot, task, source)
    });
    random.shuffle(&mut seats);
    seats
}

fn is_counted(scene: &Scene<'_>, live: &Live, task: u32) -> Option<bool> {
    let dispute = scene.world.round(live.slot, task, Source::Dispute)?;
    Some(dispute.header.counted != 0)
}

/// Returns where the worker of an owner is paid.
pub fn payee(world: &World, owner: u64) -> Option<market::Payee> {
    Some(market::Payee::from(&world.worker(owner)?))
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "market.collect_pay",
        topic: Topic::Pay,
        weight: 16,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let wait = ends_in(scene, live, task)?;
                let width = u64::from(live.view.header.width());
                let index = |seat: usize| u64::from(task) * width + seat as u64;
                let ready = |seat: &Seat| {
                    matches!(seat.state(), SeatState::Accepted | SeatState::Void)
                        && (!seat.is_settled() || seat.is_owed())
                };
                let seats = live.view.task(task);
                let first = seats.iter().position(ready)?;
                let owner = cast::owner_of(&seats[first].worker)?;
                let mut with = vec![live.slot, owner, index(first)];
                // What else the worker has to collect here.
                for other in 0..live.view.header.task_count.get() {
                    let ended = live.phase(other, scene.now).is_end();
                    for (place, seat) in live.view.task(other).iter().enumerate() {
                        let own = seat.worker == cast::worker(owner);
                        if other != task && ended && own && ready(seat) && random.percent(70) {
                            with.push(u64::from(other) * width + place as u64);
                        }
                    }
                }
                Some((wait, with))
            })
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let payee = payee(world, with.at(1))?;
            let job = cast::job_of(with.at(0), &header);
            let seats: Vec<u32> = (2..with.count()).map(|place| with.u32(place)).collect();
            let sender = cast::actor(ANYONE);
            Some(Unsent {
                payer: sender,
                instructions: vec![
                    tokens::open(&sender, &payee.beneficiary, &header.mint),
                    market::collect_pay(&job, payee, seats),
                ],
            })
        },
    },
    Entry {
        name: "market.penalize_worker",
        topic: Topic::Pay,
        weight: 12,
        propose: |scene, random| {
            for (live, task) in scene.tasks(random) {
                let header = &live.view.header;
                let run = header.run_window.get();
                for (source, index, seat) in shuffled_seats(scene, random, live, task) {
                    let wait = match seat.state() {
                        SeatState::Claimed if source < 2 => {
                            let overdue = scene.until(header.unix_time(seat.deadline(run)));
                            overdue.filter(|wait| *wait == 0 || random.percent(20))
                        }
                        SeatState::Rejected | SeatState::Missed if !seat.is_settled() => {
                            let disputed = live.view.rounds(task) > 0;
                            let counted = is_counted(scene, live, task);
                            let ready = !disputed || counted == Some(true);
                            ends_in(scene, live, task).filter(|_| ready)
                        }
                        _ => None,
                    };
                    let owner = cast::owner_of(&seat.worker);
                    if let (Some(wait), Some(owner)) = (wait, owner) {
                        let with =
                            vec![live.slot, u64::from(task), source, u64::from(index), owner];
                        return Some((wait, with));
                    }
                }
            }
            None
        },
        build: |world, with| {
            let view = world.job(with.at(0))?;
            let params = PenaltyParams {
                job: view.address,
                provider: cast::provider(with.at(4)),
                place: SeatPlace {
                    task: with.u32(1),
                    source: cast::source(with.at(2)),
                    seat: with.u8(3),
                },
                disputed: view.rounds(with.u32(1)) > 0,
                stake_mint: cast::stake_mint(),
            };
            let penalize = market::penalize_worker(&params);
            Some(Unsent::one(cast::actor(ANYONE), penalize))
        },
    },
    Entry {
        name: "market.count_dispute",
        topic: Topic::Pay,
        weight: 10,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let counted = is_counted(scene, live, task)?;
                let wait = ends_in(scene, live, task)?;
                (!counted).then(|| (wait, vec![live.slot, u64::from(task)]))
            })
        },
        build: |world, with| {
            let (slot, task) = (with.at(0), with.u32(1));
            let exists = |source| world.round(slot, task, source).is_some();
            let job = cast::job_address(slot);
            let (appealed, checked) = (exists(Source::Appeal), exists(Source::Check));
            let count = market::count_dispute(job, task, appealed, checked);
            Some(Unsent::one(cast::actor(ANYONE), count))
        },
    },
    Entry {
        name: "market.collect_check",
        topic: Topic::Pay,
        weight: 8,
        propose: |scene, random| {
            scene.tasks(random).into_iter().find_map(|(live, task)| {
                let check = scene.world.round(live.slot, task, Source::Check)?;
                let seat = check.seats.first()?;
                let open = !seat.is_settled() || seat.is_owed();
                let ready = seat.state() == SeatState::Accepted && open;
                let wait = ends_in(scene, live, task)?;
                let owner = cast::owner_of(&seat.worker)?;
                ready.then(|| (wait, vec![live.slot, u64::from(task), owner]))
            })
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let payee = payee(world, with.at(2))?;
            let job = cast::job_of(with.at(0), &header);
            let sender = cast::actor(ANYONE);
            Some(Unsent {
                payer: sender,
                instructions: vec![
                    tokens::open(&sender, &payee.beneficiary, &header.mint),
                    market::collect_check(&job, payee, with.u32(1)),
                ],
            })
        },
    },
    Entry {
        name: "market.collect_award",
        topic: Topic::Pay,
        weight: 14,
        propose: |scene, random| {
            for (live, task) in scene.tasks(random) {
                let Some(dispute) = scene.world.round(live.slot, task, Source::Dispute) else {
                    continue;
                };
                if dispute.header.counted == 0 || dispute.header.to_penalize.get() > 0 {
                    continue;
                }
                for (source, index, seat) in shuffled_seats(scene, random, live, task) {
                    let is_member = source > 1;
                    let ready = match seat.state() {
                        SeatState::Accepted if is_member => !seat.is_settled(),
                        SeatState::Void if is_member => !seat.is_settled(),
                        SeatState::Accepted => seat.awaits_award(),
                        _ => false,
                    };
                    if let (true, Some(owner)) = (ready, cast::owner_of(&seat.worker)) {
                        let with =
                            vec![live.slot, u64::from(task), source, u64::from(index), owner];
                        return Some((0, with));
                    }
                }
            }
            None
        },
        build: |world, with| {
            let payee = payee(world, with.at(4))?;
            let place = SeatPlace {
                task: with.u32(1),
                source: cast::source(with.at(2)),
                seat: with.u8(3),
            };
            let (mint, sender) = (cast::stake_mint(), cast::actor(ANYONE));
            let job = cast::job_address(with.at(0));
            Some(Unsent {
                payer: sender,
                instructions: vec![
                    tokens::open(&sender, &payee.beneficiary, &mint),
                    market::collect_award(job, payee, place, &mint),
                ],
            })
        },
    },
    Entry {
        name: "market.close_round",
        topic: Topic::Pay,
        weight: 12,
        propose: |scene, random| {
            for (live, task) in scene.tasks(random) {
                if !live.first_has_ended(task) {
                    continue;
                }
                for number in [1, 3, 2] {
                    let round = scene.world.round(live.slot, task, cast::source(number));
                    if round.is_some_and(|round| round.header.is_done()) {
                        return Some((0, vec![live.slot, u64::from(task), number]));
                    }
                }
            }
            None
        },
        build: |world, with| {
            let view = world.job(with.at(0))?;
            let (task, source) = (with.u32(1), cast::round_source(with.at(2)));
            let payer = world.round(with.at(0), task, source)?.header.payer;
            let disputed = view.rounds(task) > 0;
            let mint = cast::stake_mint();
            let close = market::close_round(payer, view.address, task, source, disputed, &mint);
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
];

impl Live {
    /// Returns whether a task has ended, as its account says without looking at the clock.
    pub fn first_has_ended(&self, task: u32) -> bool {
        self.first(task).phase >= Phase::Final as u8
    }
}
