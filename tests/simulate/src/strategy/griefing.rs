//! Strategies that cost others something, and whoever plays them too.

use super::lie::{vote, vote_delay, Defence};
use super::{Answer, Contradiction, Scene, Strategy};
use crate::ledger::{covers, SeatKind};
use crate::market::{digest, Place, Side, TaskId, WorkerId, World};
use crate::rounds::challenge_stake;

/// Contradicts right results of others and votes for the contradiction.
pub struct Contradictor {
    /// What it does in the dispute.
    pub defence: Defence,
    /// What it does in the appeal.
    pub appeal: Defence,
    /// Whether it appeals against the dispute that it lost.
    pub appeals: bool,
}

impl Strategy for Contradictor {
    fn claims(&self, scene: &Scene) -> bool {
        match scene.place {
            Place::Round(0, _) => self.defence != Defence::GiveUp,
            Place::Round(..) => self.appeal != Defence::GiveUp,
            _ => false,
        }
    }

    fn answer(&self, scene: &Scene) -> Answer {
        match scene.place {
            Place::Round(0, _) => vote(scene, self.defence),
            _ => vote(scene, self.appeal),
        }
    }

    fn delay(&self, scene: &Scene, _run: u64) -> u64 {
        vote_delay(scene)
    }

    fn contradicts(&self, world: &World, task: TaskId) -> Option<Contradiction> {
        let run = &world.tasks[task];
        let right = digest(&world.job_of(task).seed, run.number, Answer::Right);
        let lost = run.rounds.len() == 1 && run.public_digest() == right;
        match run.rounds.len() {
            0 => last_second(world, task),
            _ if lost && self.appeals => last_second(world, task),
            _ => None,
        }
    }
}

/// A challenge in the last second of the hold, when nobody expects it any more, by whoever can afford it.
pub fn last_second(world: &World, task: TaskId) -> Option<Contradiction> {
    let round = world.tasks[task].rounds.len();
    if round > 1 {
        return None;
    }
    let (bond, lie) = challenge_stake(&world.job_of(task).quote, round);
    let able = |worker: &WorkerId| {
        let account = world.ledger.account(*worker);
        let parameters = &world.scenario.parameters;
        world.workers[*worker].side == Side::Coalition
            && covers(account, parameters, SeatKind::Challenge, bond, lie)
    };
    // One after the other, so that all of them are spent.
    let ours: Vec<WorkerId> = (0..world.workers.len()).filter(able).collect();
    let worker = *ours.get(task.checked_rem(ours.len())?)?;
    Some(Contradiction {
        worker,
        at: last_moment(world, task),
    })
}

/// Half a second before the hold of a standing result ends, ms.
pub fn last_moment(world: &World, task: TaskId) -> u64 {
    let hold = world.tasks[task].seats[0].until.get();
    world.second(world.job_of(task), hold) - 500
}

/// Runs the task, contributes, and never opens.
pub struct Withholder;

impl Strategy for Withholder {
    fn claims(&self, scene: &Scene) -> bool {
        scene.place == Place::Seat(0)
    }

    fn opens(&self, _scene: &Scene) -> bool {
        false
    }
}

/// Claims first seats, or late ones, and lets the deadlines pass.
pub struct Misser {
    /// Whether it holds up late seats instead of first ones.
    pub late: bool,
}

impl Strategy for Misser {
    fn claims(&self, scene: &Scene) -> bool {
        match scene.place {
            Place::Seat(0) => !self.late,
            Place::Seat(_) | Place::Check => self.late,
            _ => false,
        }
    }

    fn answer(&self, _scene: &Scene) -> Answer {
        Answer::Nothing
    }
}

/// Takes late seats and contributes something wrong, so that a round must decide.
pub struct FalseAlarm;

impl Strategy for FalseAlarm {
    fn claims(&self, scene: &Scene) -> bool {
        matches!(scene.place, Place::Seat(1..) | Place::Check)
    }

    fn answer(&self, _scene: &Scene) -> Answer {
        Answer::Wrong(0)
    }

    fn delay(&self, _scene: &Scene, _run: u64) -> u64 {
        400
    }
}
