//! What honest nodes do. A rational one contradicts another result only where it expects to gain by it.

use super::{Answer, Scene, Strategy};
use crate::market::{digest, Place, Side, TaskId, WorkerId, World};
use assay_market::game::SeatState;

/// The coalition of a market without one.
pub struct Honest;

impl Strategy for Honest {}

/// What a node contributes once it has run the task.
pub fn answer(scene: &Scene) -> Answer {
    if scene.world.scenario.nodes.rational && !contradicting_pays(scene) {
        return Answer::Nothing;
    }
    Answer::Right
}

/// Whether a node that has the right result gains by contributing it. The others' agreement hashes are public, so it
/// knows when it contradicts.
fn contradicting_pays(scene: &Scene) -> bool {
    let run = scene.run();
    let world = scene.world;
    let lost = lost_appeal(world);
    match scene.place {
        Place::Seat(0) => true,
        Place::Seat(_) | Place::Check => {
            let first = run.answer(Place::Seat(0));
            if first == Some(Answer::Right) {
                return true;
            }
            let lost = majority_chance(5, world.awake_share()) * lost;
            let parameters = &world.scenario.parameters;
            let won = 1.0 + parameters.bounty_prices as f64;
            let walked_away = parameters.missed_bps as f64 / 1e4;
            (1.0 - lost) * won - lost * parameters.penalty_prices() as f64 > -walked_away
        }
        Place::Round(round, _) => {
            // Once another result has a majority of the seats, contradicting it costs a penalty or gains nothing.
            let round = &run.rounds[round];
            let wrong = run.holdings.iter().filter(|held| {
                matches!(held.place, Place::Round(index, seat) if index + 1 == run.rounds.len()
                    && round.seats[seat].state() == SeatState::Contributed)
                    && held.answer == Some(Answer::Wrong(0))
            });
            wrong.count() * 2 <= round.seats.len()
        }
        Place::Challenger(_) => true,
    }
}

/// Chance that an appeal ends against the right result. Nodes know how much of the collateral is against them.
fn lost_appeal(world: &World) -> f64 {
    majority_chance(45, world.awake_share())
}

/// Chance that more than half of `seats` seats go to who has this share of the collateral that is awake.
pub fn majority_chance(seats: i32, share: f64) -> f64 {
    let mut sum = 0.0;
    let mut ways = 1.0;
    for taken in 0..=seats {
        if taken > 0 {
            ways *= f64::from(seats - taken + 1) / f64::from(taken);
        }
        if taken * 2 > seats {
            sum += ways * share.powi(taken) * (1.0 - share).powi(seats - taken);
        }
    }
    sum
}

/// Honest workers that a verdict has condemned, and that gain by appealing.
pub fn appellants(world: &World, task: TaskId) -> Vec<WorkerId> {
    let run = &world.tasks[task];
    if run.rounds.len() != 1 {
        return Vec::new();
    }
    let job = &world.jobs[run.job];
    if run.public_digest() == digest(&job.seed, run.number, Answer::Right) {
        return Vec::new();
    }
    if world.scenario.nodes.rational && lost_appeal(world) > 0.5 {
        return Vec::new();
    }
    let condemned = |held: &&crate::market::Holding| {
        let rejected = run
            .seat(held.place)
            .is_some_and(|seat| seat.state() == SeatState::Rejected);
        rejected && held.answer == Some(Answer::Right)
    };
    let honest = |worker: &WorkerId| world.workers[*worker].side == Side::Honest;
    run.holdings
        .iter()
        .filter(condemned)
        .map(|held| held.worker)
        .filter(honest)
        .collect()
}

/// Whether anybody opens the round that a disagreement waits for: an honest seat of the task, or a requester that wants
/// a result.
pub fn opens_round(world: &World, task: TaskId) -> bool {
    let run = &world.tasks[task];
    let honest = |held: &crate::market::Holding| {
        world.workers[held.worker].side == Side::Honest && held.answer.is_some()
    };
    world.jobs[run.job].posting.requester != Side::Coalition || run.holdings.iter().any(honest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majorities_are_binomial_tails() {
        assert!((majority_chance(5, 0.5) - 0.5).abs() < 1e-9);
        assert!((majority_chance(5, 0.1) - 0.008_56).abs() < 1e-6);
        assert!((majority_chance(45, 0.5) - 0.5).abs() < 1e-9);
        assert!(majority_chance(45, 0.3) < 0.005);
    }
}
