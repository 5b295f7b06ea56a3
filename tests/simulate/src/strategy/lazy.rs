//! Workers that want to be paid without running anything.

use super::{Answer, Contradiction, Scene, Strategy};
use crate::market::{Place, Side, TaskId, WorkerId, World};
use assay_market::game::task::Phase;

/// Which seats a lazy worker takes, and what it puts there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Laziness {
    /// First seats, with random hashes that nobody can open.
    Guess,
    /// First seats, with a made-up result.
    MadeUp,
    /// First seats, with the digest of the same task in an earlier posting.
    Replay,
    /// Late seats, with the first seat's agreement hash and a made-up seal.
    CopiedCheck,
    /// Round seats, with the public digest and a guessed memory hash.
    PublicInRound,
    /// Round seats, with another member's agreement hash and a made-up seal.
    CopiedInRound,
    /// Requested checks, with the public digest and a made-up memory hash.
    PublicInRequestedCheck,
}

/// Takes one kind of seat and does not run the task.
pub struct Lazy(pub Laziness);

impl Lazy {
    fn wants(&self, scene: &Scene) -> bool {
        let place = scene.place;
        match self.0 {
            Laziness::Guess | Laziness::MadeUp | Laziness::Replay => place == Place::Seat(0),
            Laziness::CopiedCheck => matches!(place, Place::Seat(1..) | Place::Check),
            Laziness::PublicInRequestedCheck => {
                place == Place::Check && scene.run().phase() == Phase::Rechecking
            }
            Laziness::PublicInRound | Laziness::CopiedInRound => place.is_round(),
        }
    }
}

impl Strategy for Lazy {
    fn claims(&self, scene: &Scene) -> bool {
        self.wants(scene)
    }

    fn answer(&self, scene: &Scene) -> Answer {
        if matches!(scene.place, Place::Challenger(_)) {
            return Answer::Wrong(0);
        }
        let known = scene.run().public_digest();
        match self.0 {
            Laziness::Guess => Answer::Guess,
            Laziness::MadeUp => Answer::Wrong(0),
            Laziness::Replay => Answer::Replayed,
            Laziness::CopiedCheck | Laziness::CopiedInRound => Answer::Copied,
            Laziness::PublicInRound | Laziness::PublicInRequestedCheck => {
                known.map_or(Answer::Copied, Answer::Public)
            }
        }
    }

    fn delay(&self, scene: &Scene, run: u64) -> u64 {
        match self.0 {
            // Waits for somebody to copy from.
            Laziness::CopiedInRound => super::lie::vote_delay(scene) + run,
            _ => 400,
        }
    }

    fn requests_check(&self, world: &World, _task: TaskId) -> Option<u64> {
        (self.0 == Laziness::PublicInRequestedCheck).then_some(world.now + 1_000)
    }

    fn contradicts(&self, world: &World, task: TaskId) -> Option<Contradiction> {
        // A round needs a challenge: a careless stranger's, who is not the lazy worker and pays for it himself.
        if !matches!(self.0, Laziness::PublicInRound | Laziness::CopiedInRound)
            || !world.tasks[task].rounds.is_empty()
        {
            return None;
        }
        let stranger = |worker: &WorkerId| world.workers[*worker].side == Side::Coalition;
        let worker = (0..world.workers.len()).find(stranger)?;
        Some(Contradiction {
            worker,
            at: world.now + 1_000,
        })
    }
}

/// First worker that waits until the draw of its check is forgotten, so that one is due, for a friend to be paid for.
pub struct Lapser;

impl Strategy for Lapser {
    fn opens(&self, scene: &Scene) -> bool {
        scene.run().check.is_some()
    }

    fn delay(&self, scene: &Scene, run: u64) -> u64 {
        // The friend knows the result already.
        if matches!(scene.place, Place::Check) && scene.first_is_ours() {
            400
        } else {
            run
        }
    }
}
