//! Lies: who tells wrong results, how many at once, and what it does when a round decides about one.

use super::griefing::last_moment;
use super::{public, Answer, Contradiction, Scene, Strategy};
use crate::market::{Place, Posting, Side, TaskId, WorkerId, World};
use assay_market::game::SeatState;

/// How many lies are open at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// One in every worker.
    One,
    /// As many as the bonds allow, all contributed in the same second, and then no more.
    Wave,
    /// As many as the bonds allow at every time, until nothing is left to lose.
    Always,
}

/// What the coalition does in rounds about its lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defence {
    /// Takes no seats: the lie is given up.
    GiveUp,
    /// With a majority of the seats it lets the round end without a majority; without one it votes for the right result,
    /// which is paid.
    Stall,
    /// Takes seats and lets them pass, so that the verdict comes as late as possible.
    Drag,
    /// With a majority of the seats it votes for the lie; without one it votes for the right result.
    Capture,
}

/// Tells wrong results in first seats and supports them in late seats.
pub struct Liar {
    /// How many at once.
    pub pace: Pace,
    /// What it does in rounds.
    pub defence: Defence,
    /// Whether the requester posts anew until the coalition has the first seat.
    pub chosen: bool,
    /// Whether a worker that is found out, and so has nothing left to lose, appeals to put its verdict off.
    pub appeals: bool,
    /// Of that many workers the first ones only sit in rounds: every how many-th lies. 1: all lie.
    pub lying_every: usize,
}

/// When a wave is contributed, ms after its claims.
const WAVE_MS: u64 = 120_000;
/// When votes that wait for the others are cast: a second after the last claim of a round.
const AFTER_CLAIMS_MS: u64 = 1_000;

impl Liar {
    fn lies_with(&self, worker: WorkerId) -> bool {
        worker.is_multiple_of(self.lying_every)
    }

    fn has_room(&self, world: &World) -> bool {
        let parameters = &world.scenario.parameters;
        let quote = parameters.quote(world.scenario.demand.checks_bps);
        (0..world.workers.len()).any(|worker| {
            world.workers[worker].side == Side::Coalition
                && self.lies_with(worker)
                && world.has_room(worker, &quote)
        })
    }
}

/// What a worker of the coalition votes for in a round about its lie.
pub fn vote(scene: &Scene, defence: Defence) -> Answer {
    let Place::Round(_, seat) = scene.place else {
        return Answer::Wrong(0);
    };
    match defence {
        Defence::GiveUp | Defence::Drag => Answer::Nothing,
        _ if !scene.holds_majority() => Answer::Right,
        // Different answers: none of them has a majority, and nobody is penalized.
        Defence::Stall => Answer::Wrong(1 + seat as u8),
        Defence::Capture => Answer::Wrong(0),
    }
}

/// How long a worker of the coalition waits with its vote, ms.
pub fn vote_delay(scene: &Scene) -> u64 {
    let world = scene.world;
    let job = world.job_of(scene.task);
    let Some(round) = scene.run().rounds.last() else {
        return 1;
    };
    let end = round.round.opened_at.get() + job.rules.round_claims();
    world.second(job, end) + AFTER_CLAIMS_MS - world.now
}

impl Strategy for Liar {
    fn contradicts(&self, world: &World, task: TaskId) -> Option<Contradiction> {
        let run = &world.tasks[task];
        let worker = run.holding(Place::Seat(0))?.worker;
        let ours = world.workers[worker].side == Side::Coalition;
        if !self.appeals
            || run.rounds.len() != 1
            || !ours
            || run.seats[0].state() != SeatState::Rejected
        {
            return None;
        }
        Some(Contradiction {
            worker,
            at: last_moment(world, task),
        })
    }

    fn posts(&self, world: &World, _index: usize) -> Option<Posting> {
        let posting = Posting {
            chosen: self.chosen,
            ..public(world)
        };
        (!self.chosen || self.has_room(world)).then_some(posting)
    }

    fn claims(&self, scene: &Scene) -> bool {
        let account = scene.world.ledger.account(scene.worker);
        match scene.place {
            Place::Seat(0) if !self.lies_with(scene.worker) => false,
            Place::Seat(0) => match self.pace {
                Pace::One => account.locked == 0,
                Pace::Wave | Pace::Always => true,
            },
            Place::Seat(_) | Place::Check => scene.first_is_our_lie(),
            Place::Round(..) => self.defence != Defence::GiveUp && scene.first_is_our_lie(),
            Place::Challenger(_) => false,
        }
    }

    fn answer(&self, scene: &Scene) -> Answer {
        vote(scene, self.defence)
    }

    fn delay(&self, scene: &Scene, _run: u64) -> u64 {
        match scene.place {
            Place::Round(..) => vote_delay(scene),
            Place::Seat(0) if self.pace == Pace::Wave => WAVE_MS,
            _ => 400,
        }
    }
}

/// Lies in every seat it gets, in late seats of honest workers too, whatever the others do.
pub struct LiesAlways {
    /// What it does in rounds.
    pub defence: Defence,
}

impl Strategy for LiesAlways {
    fn claims(&self, scene: &Scene) -> bool {
        !scene.place.is_round() || self.defence != Defence::GiveUp
    }

    fn answer(&self, scene: &Scene) -> Answer {
        vote(scene, self.defence)
    }

    fn delay(&self, scene: &Scene, _run: u64) -> u64 {
        match scene.place {
            Place::Round(..) => vote_delay(scene),
            _ => 400,
        }
    }
}
