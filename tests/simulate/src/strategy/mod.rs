//! What agents do. One file holds one family of strategies.

pub mod collateral;
pub mod griefing;
pub mod honest;
pub mod lazy;
pub mod lie;
pub mod requester;
pub mod steering;

use crate::market::{Content, Place, Posting, Side, TaskId, TaskRun, WorkerId, World};

/// What a worker contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What a run gives.
    Right,
    /// A result that the coalition made up; all its members know it.
    Wrong(u8),
    /// The digest of the same task in an earlier posting.
    Replayed,
    /// The digest that is public, with a guessed memory hash.
    Public([u8; 32]),
    /// Another seat's agreement hash with a made-up seal.
    Copied,
    /// Random hashes.
    Guess,
    /// Nothing: the deadline passes.
    Nothing,
}

/// The contradiction of a standing result that the coalition plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// Who contradicts.
    pub worker: WorkerId,
    /// When, ms.
    pub at: u64,
}

/// What a strategy looks at: a worker in a place of a task.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The market.
    pub world: &'a World<'a>,
    /// The task.
    pub task: TaskId,
    /// The place.
    pub place: Place,
    /// The worker.
    pub worker: WorkerId,
}

impl Scene<'_> {
    /// Returns the task.
    pub fn run(&self) -> &TaskRun {
        &self.world.tasks[self.task]
    }

    /// Returns whether the first seat is the coalition's.
    pub fn first_is_ours(&self) -> bool {
        let first = self.run().holding(Place::Seat(0));
        first.is_some_and(|held| self.world.workers[held.worker].side == Side::Coalition)
    }

    /// Returns whether the coalition contributed a wrong result to the first seat.
    pub fn first_is_our_lie(&self) -> bool {
        let answer = self.run().answer(Place::Seat(0));
        self.first_is_ours() && matches!(answer, Some(answer) if answer != Answer::Right)
    }

    /// Returns whether the coalition holds a majority of the last round's seats.
    pub fn holds_majority(&self) -> bool {
        let run = self.run();
        let seats = run
            .rounds
            .last()
            .map_or(usize::MAX, |round| round.seats.len());
        self.world.coalition_members(self.task) > seats / 2
    }
}

/// What the coalition does. The defaults are what an honest member does.
pub trait Strategy: Send + Sync {
    /// Does something before the first posting.
    fn begins(&self, _world: &mut World) {}

    /// What is posted as the job of this index; `None` to post nothing now.
    fn posts(&self, world: &World, _index: usize) -> Option<Posting> {
        Some(public(world))
    }

    /// Whether a worker takes a place that it could take now.
    fn claims(&self, _scene: &Scene) -> bool {
        true
    }

    /// What a worker contributes, asked when it contributes.
    fn answer(&self, _scene: &Scene) -> Answer {
        Answer::Right
    }

    /// How long after its claim a worker contributes, ms, when a run takes `run` ms.
    fn delay(&self, _scene: &Scene, run: u64) -> u64 {
        run
    }

    /// Whether a worker that could open a result does.
    fn opens(&self, _scene: &Scene) -> bool {
        true
    }

    /// Whether and how the coalition contradicts a result that stands since now.
    fn contradicts(&self, _world: &World, _task: TaskId) -> Option<Contradiction> {
        None
    }

    /// When the requester asks for the unspent check of a result that stands since now, ms.
    fn requests_check(&self, _world: &World, _task: TaskId) -> Option<u64> {
        None
    }

    /// Does something right after a job was posted.
    fn has_posted(&self, _world: &mut World, _job: usize) {}

    /// Cancels or adds tasks of a job, or posts it anew, at a time that [`World::plan_steering`] named.
    fn steers(&self, _world: &mut World, _job: usize) {}

    /// Does something right after a worker of the coalition has claimed a place.
    fn has_claimed(&self, _world: &mut World, _worker: WorkerId) {}

    /// Moves collateral, at a time that [`World::plan_move`] named.
    fn moves(&self, _world: &mut World, _worker: WorkerId) {}
}

/// A job of the scenario's demand by a requester that wants the right result.
pub fn public(world: &World) -> Posting {
    Posting {
        checks_bps: world.scenario.demand.checks_bps,
        requester: Side::Honest,
        chosen: false,
        content: Content::Public,
        filler: false,
    }
}
