//! Collateral that is moved before or after something depends on it.

use super::lie::{Defence, Liar, Pace};
use super::{public, Answer, Scene, Strategy};
use crate::engine::Event;
use crate::market::{Place, Posting, Side, WorkerId, World};
use crate::parameters::VALUE;

/// Lies, and takes all free collateral out right after the claim.
pub struct MovesOut;

const LIAR: Liar = Liar {
    pace: Pace::Wave,
    defence: Defence::GiveUp,
    chosen: true,
    appeals: false,
    lying_every: 1,
};

impl Strategy for MovesOut {
    fn posts(&self, world: &World, index: usize) -> Option<Posting> {
        LIAR.posts(world, index)
    }

    fn claims(&self, scene: &Scene) -> bool {
        LIAR.claims(scene)
    }

    fn answer(&self, scene: &Scene) -> Answer {
        LIAR.answer(scene)
    }

    fn has_claimed(&self, world: &mut World, worker: WorkerId) {
        let free = world.ledger.account(worker).free;
        let now = world.now;
        world.ledger.remove_collateral(worker, free);
        world.ledger.unbond(worker, free, now);
    }
}

/// Holds other collateral while a job is posted than while its seats are taken.
pub struct Shifts {
    /// Prices that every worker of the coalition adds.
    pub extra: u64,
    /// Whether the extra collateral is there at the posting and gone afterwards, or the other way round.
    pub at_posting: bool,
}

/// When collateral moves, ms after the first posting.
const MOVE_MS: u64 = 500;

impl Strategy for Shifts {
    fn begins(&self, world: &mut World) {
        let now = world.now;
        for worker in 0..world.workers.len() {
            if world.workers[worker].side != Side::Coalition {
                continue;
            }
            world.ledger.deposit(worker, self.extra * VALUE);
            if self.at_posting {
                world.ledger.add_collateral(worker, self.extra * VALUE, 0);
            }
            world.queue.push(now + MOVE_MS, Event::Move(worker));
        }
    }

    fn moves(&self, world: &mut World, worker: WorkerId) {
        let now = world.now;
        if self.at_posting {
            let part = (self.extra * VALUE).min(world.ledger.account(worker).free);
            world.ledger.remove_collateral(worker, part);
        } else {
            world.ledger.add_collateral(worker, self.extra * VALUE, now);
        }
    }

    fn posts(&self, world: &World, _index: usize) -> Option<Posting> {
        Some(public(world))
    }
}

/// Misses a deadline on purpose in the hope that somebody of its own is compensated, and so gets collateral out.
pub struct SelfFine;

impl Strategy for SelfFine {
    fn posts(&self, world: &World, _index: usize) -> Option<Posting> {
        Some(Posting {
            requester: Side::Coalition,
            chosen: true,
            ..public(world)
        })
    }

    fn claims(&self, scene: &Scene) -> bool {
        let first = scene.run().seats[0];
        scene.place == Place::Seat(0) && first.misses == 0
    }

    fn answer(&self, _scene: &Scene) -> Answer {
        Answer::Nothing
    }
}
