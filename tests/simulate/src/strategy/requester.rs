//! Requesters that play together with workers of their own.

use super::griefing::last_second;
use super::lie::{vote, vote_delay, Defence, Liar};
use super::{public, Answer, Contradiction, Scene, Strategy};
use crate::market::{Content, Place, Posting, Side, TaskId, World};

/// Keeps the input from honest nodes: what nobody honest holds, nobody can check.
pub struct Withheld {
    /// Whether everybody has it until the first contribution.
    pub until_delivered: bool,
}

impl Strategy for Withheld {
    fn posts(&self, world: &World, _index: usize) -> Option<Posting> {
        let content = if self.until_delivered {
            Content::Withdrawn
        } else {
            Content::Withheld
        };
        Some(Posting {
            content,
            requester: Side::Coalition,
            chosen: true,
            ..public(world)
        })
    }

    fn claims(&self, scene: &Scene) -> bool {
        scene.place == Place::Seat(0) || scene.first_is_our_lie()
    }

    fn answer(&self, scene: &Scene) -> Answer {
        vote(scene, Defence::Capture)
    }

    fn delay(&self, scene: &Scene, _run: u64) -> u64 {
        match scene.place {
            Place::Round(..) => vote_delay(scene),
            _ => 400,
        }
    }
}

/// Has honest workers run its task, takes the output at Standing and contradicts the result with a worker of its own,
/// so as not to pay for it. It also withdraws the input, so that no member of the round can run it. Then its workers vote
/// apart, or for the contradiction.
pub struct Repudiator {
    /// How its workers vote.
    pub defence: Defence,
    /// Whether the node of the honest worker gives the input to the members of the round.
    pub served: bool,
}

impl Strategy for Repudiator {
    fn posts(&self, world: &World, _index: usize) -> Option<Posting> {
        Some(Posting {
            requester: Side::Coalition,
            content: if self.served {
                Content::Served
            } else {
                Content::Withdrawn
            },
            ..public(world)
        })
    }

    fn claims(&self, scene: &Scene) -> bool {
        scene.place.is_round()
    }

    fn answer(&self, scene: &Scene) -> Answer {
        vote(scene, self.defence)
    }

    fn delay(&self, scene: &Scene, _run: u64) -> u64 {
        vote_delay(scene)
    }

    fn contradicts(&self, world: &World, task: TaskId) -> Option<Contradiction> {
        let first = world.tasks[task].rounds.is_empty();
        first.then(|| last_second(world, task)).flatten()
    }
}

/// Works for itself, to earn emission: posts anew until it has the first seat, and takes every seat that it can.
pub struct SelfDealer;

impl Strategy for SelfDealer {
    fn posts(&self, world: &World, _index: usize) -> Option<Posting> {
        Some(Posting {
            requester: Side::Coalition,
            chosen: true,
            ..public(world)
        })
    }

    fn delay(&self, _scene: &Scene, _run: u64) -> u64 {
        400
    }
}

/// Pays honest nodes for other work until their collateral is bound, then lies where only its own are left to check.
pub struct Saturator {
    /// Jobs that keep honest nodes busy.
    pub fillers: usize,
    /// Late seats of these jobs, basis points.
    pub filler_checks_bps: u32,
    /// How it lies then.
    pub liar: Liar,
    /// When it begins to lie, ms after the first posting.
    pub after_ms: u64,
}

impl Strategy for Saturator {
    fn posts(&self, world: &World, index: usize) -> Option<Posting> {
        if index < self.fillers {
            return Some(Posting {
                checks_bps: self.filler_checks_bps,
                requester: Side::Coalition,
                filler: true,
                ..public(world)
            });
        }
        let begun = world.jobs.first().map_or(0, |job| job.posted_at * 1_000);
        if world.now < begun + self.after_ms {
            return None;
        }
        self.liar.posts(world, index)
    }

    fn claims(&self, scene: &Scene) -> bool {
        !scene.world.job_of(scene.task).posting.filler && self.liar.claims(scene)
    }

    fn answer(&self, scene: &Scene) -> Answer {
        self.liar.answer(scene)
    }

    fn delay(&self, scene: &Scene, run: u64) -> u64 {
        self.liar.delay(scene, run)
    }
}
