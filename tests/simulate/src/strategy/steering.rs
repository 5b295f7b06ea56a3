//! Requesters that read from the seed of their job who comes first, and see to it that their own workers do.
//!
//! The seed is known once the job is posted. A task that nobody has claimed can be taken back for nothing, so all that is
//! against it is time: the first worker is admitted seconds after the posting, and who has claimed stays.

use super::lie::Liar;
use super::{public, Answer, Scene, Strategy};
use crate::market::{Posting, Side, TaskId, World};
use assay_market::game::SeatState;

/// How the requester gets the first seats for its own workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Takes the job back and posts it anew until its worker is first.
    Reposts,
    /// Posts many tasks and cancels those that strangers would take.
    Cancels,
    /// Adds so many tasks three times, when it knows the seed. Those that strangers would take it cancels in the same
    /// transaction, so nobody can claim them before.
    Extends(u32),
}

/// A requester that wants the first seats of its tasks for its own workers.
pub struct Steerer {
    /// How.
    pub way: Way,
    /// How its workers lie; `None` when they work as honest ones do.
    pub liar: Option<Liar>,
}

/// From the posting to the requester's next transaction, ms: one slot to read the seed, and one until it lands.
const REACTION_MS: u64 = 800;
/// How long it waits with another look at tasks that are still free, ms: its worker may have no room any more.
const LOOK_MS: u64 = 2_000;

impl Steerer {
    fn posting(world: &World) -> Posting {
        Posting {
            requester: Side::Coalition,
            ..public(world)
        }
    }

    /// Returns whether one of its workers has the collateral for another first seat.
    fn has_room(&self, world: &World) -> bool {
        let parameters = &world.scenario.parameters;
        let quote = parameters.quote(world.scenario.demand.checks_bps);
        (0..world.workers.len()).any(|worker| {
            world.workers[worker].side == Side::Coalition && world.has_room(worker, &quote)
        })
    }

    /// Cancels the free tasks that strangers would take. Returns how many it took back, and whether free ones are left.
    fn cancel(world: &mut World, job: usize) -> (usize, bool) {
        let (mut cancelled, mut left) = (0, false);
        for task in world.jobs[job].tasks.clone() {
            let run = &world.tasks[task];
            if run.settled || run.seats[0].state() != SeatState::Free {
                continue;
            }
            if world.first_rank_is_ours(&world.jobs[job], run.number) {
                left = true;
            } else if world.cancel(task) {
                cancelled += 1;
            }
        }
        (cancelled, left)
    }
}

impl Strategy for Steerer {
    fn posts(&self, world: &World, _index: usize) -> Option<Posting> {
        self.has_room(world).then(|| Self::posting(world))
    }

    fn has_posted(&self, world: &mut World, job: usize) {
        world.plan_steering(job, REACTION_MS);
    }

    fn steers(&self, world: &mut World, job: usize) {
        let (cancelled, mut left) = Self::cancel(world, job);
        match self.way {
            Way::Reposts if cancelled > 0 && self.has_room(world) => {
                world.post(Self::posting(world));
            }
            Way::Extends(tasks) => {
                let ours = |world: &World, task: TaskId| {
                    world.first_rank_is_ours(&world.jobs[job], world.tasks[task].number)
                };
                while self.has_room(world) && world.extend(job, tasks, ours) {
                    left = true;
                }
            }
            _ => {}
        }
        if left {
            world.plan_steering(job, LOOK_MS);
        }
    }

    fn claims(&self, scene: &Scene) -> bool {
        self.liar.as_ref().is_none_or(|liar| liar.claims(scene))
    }

    fn answer(&self, scene: &Scene) -> Answer {
        self.liar
            .as_ref()
            .map_or(Answer::Right, |liar| liar.answer(scene))
    }

    fn delay(&self, scene: &Scene, run: u64) -> u64 {
        self.liar
            .as_ref()
            .map_or(run, |liar| liar.delay(scene, run))
    }
}
