//! The searches that the test suite has time for, and proof that the model sees what is wrong.

use assay_market::game::{round::Round, task::Phase, Moment, Seat, SeatState};
use assay_model::action::{Action, Chance};
use assay_model::answer::{Answer, Digest, Worker, NUMBER, SEED};
use assay_model::explore::Setup;
use assay_model::property::Property;
use assay_model::report::{run, Effort};
use assay_model::world::{Place, World};

#[test]
fn every_state_of_a_small_task_keeps_every_property() {
    let report = run(Effort::Quick, 2);
    assert!(report.holds(), "{report}");
    assert_eq!(
        (
            report.stuck,
            report.paid_early,
            report.final_against_majority
        ),
        (0, 0, 0)
    );
    assert!(report.states > 100_000, "{report}");
    let ends = &report.ends;
    let counts = [ends.r#final, ends.unproven, ends.refunded, ends.cancelled];
    assert!(counts.into_iter().all(|count| count > 0), "{report}");
    for search in &report.searches {
        if let (Some(life), Some(promised)) = (search.longest_life, search.promised_life) {
            // The bound holds and is not far from what a task can come to.
            assert!(
                (life..life + 200).contains(&promised),
                "{life} of {promised}"
            );
        }
    }
}

fn setup(late_seats: u8, check: bool) -> Setup {
    Setup {
        late_seats,
        check,
        members: [5, 3],
        witnesses: false,
        measured: false,
    }
}

/// Does all of it, and refuses what the rules refuse.
fn played(setup: Setup, actions: &[Action]) -> World {
    let mut world = World::new(setup.rules(), setup.members);
    for action in actions {
        assert!(world.apply(action).is_ok(), "{action:?}");
    }
    world
}

fn contributed(answer: Answer) -> [Action; 2] {
    let seat = 0;
    [Action::Claim { seat }, Action::Contribute { seat, answer }]
}

fn opened(digest: Digest) -> Action {
    Action::Open {
        digest,
        chance: Chance::NotDue,
        bare: false,
    }
}

/// One seat whose right result has become final.
fn ended() -> World {
    let [claim, contribute] = contributed(Answer::Right);
    let hold = setup(0, false).rules().hold;
    let world = played(
        setup(0, false),
        &[
            claim,
            contribute,
            opened(Digest::Right),
            Action::Wait { until: hold },
            Action::Finish,
        ],
    );
    assert_eq!(world.phase(), Phase::Final);
    assert_eq!(world.violations(), []);
    world
}

/// Spoils an ended task and returns what the model says about it.
fn spoiled(spoil: impl FnOnce(&mut World)) -> Vec<Property> {
    let mut world = ended();
    spoil(&mut world);
    world.violations()
}

#[test]
fn the_model_sees_a_result_that_nobody_contributed() {
    let list = spoiled(|world| world.seats[0].hash = Digest::A.bytes());
    assert!(list.contains(&Property::FinalAgainstMajority), "{list:?}");
    assert!(list.contains(&Property::FinalWithoutRound), "{list:?}");
    assert!(list.contains(&Property::WronglyJudged), "{list:?}");
}

#[test]
fn the_model_sees_a_seat_that_is_left_undecided() {
    let list = spoiled(|world| world.seats[0].state = SeatState::Contributed as u8);
    assert!(list.contains(&Property::Undecided), "{list:?}");
}

#[test]
fn the_model_sees_an_honest_worker_that_is_rejected() {
    let list = spoiled(|world| world.seats[0].state = SeatState::Rejected as u8);
    assert!(list.contains(&Property::HonestRejected), "{list:?}");
}

#[test]
fn the_model_sees_a_wrong_seal_that_is_accepted() {
    let list = spoiled(|world| world.answers[0] = Answer::CopyRight);
    assert!(list.contains(&Property::WrongSealAccepted), "{list:?}");
}

#[test]
fn the_model_sees_a_hold_that_is_too_short() {
    let list = spoiled(|world| world.stood -= 1);
    assert_eq!(list, [Property::HoldCutShort]);
}

#[test]
fn the_model_sees_a_check_that_was_left_out() {
    let unmanned = assay_market::game::task::flag::UNMANNED;
    let list = spoiled(|world| world.seats[0].flags |= unmanned);
    assert_eq!(list, [Property::FinalUnchecked]);
}

#[test]
fn the_model_sees_a_seat_that_was_settled_before_the_end() {
    let list = spoiled(|world| world.seats[0].settled = 1);
    assert_eq!(list, [Property::PaidEarly]);
}

#[test]
fn the_model_sees_more_winners_than_are_paid() {
    let list = spoiled(|world| world.seats[0].winners = 2);
    assert_eq!(list, [Property::EscrowExceeded]);
}

#[test]
fn the_model_sees_a_verdict_without_a_loser() {
    let list = spoiled(|world| {
        let now = Moment::default();
        let mut round = Round::open([0; 32], false, now);
        round.verdict = 1;
        round.digest = Digest::Right.bytes();
        let mut other = challenged(Answer::Right);
        if let Some(contest) = &mut other.rounds[0] {
            contest.round = round;
            contest.challenger = Answer::None;
            contest.seats[0].state = SeatState::Accepted as u8;
        }
        world.rounds = other.rounds;
    });
    assert!(list.contains(&Property::NobodyPays), "{list:?}");
}

/// A lie stands, and three of five say `answer` to a challenge with the right result.
fn challenged(answer: Answer) -> World {
    let [claim, contribute] = contributed(Answer::A);
    let gave = Place::Gave(answer);
    played(
        setup(0, false),
        &[
            claim,
            contribute,
            opened(Digest::A),
            Action::Challenge {
                answer: Answer::Right,
            },
            Action::Fill {
                places: [gave, gave, gave, Place::Empty, Place::Empty],
            },
        ],
    )
}

#[test]
fn a_lie_that_stands_is_overturned_by_three_who_ran_the_task() {
    let mut world = challenged(Answer::Right);
    let decide = Action::Decide {
        digest: Digest::Right,
        fake: false,
        bare: false,
    };
    world.apply(&decide).unwrap();
    assert_eq!(world.phase(), Phase::Standing);
    assert_eq!(world.public(), Some(Digest::Right));
    assert_eq!(world.seats[0].state(), SeatState::Rejected);
    let contest = world.rounds[0].unwrap();
    assert_eq!(contest.round.challenger.state(), SeatState::Accepted);
    assert_eq!(world.violations(), []);
}

/// Forty-five seats by class: right, a lie, a copied hash, and empty, in every proportion.
#[test]
fn an_appeal_of_forty_five_decides_by_the_count_of_its_seals() {
    const WIDTH: usize = 45;
    let rules = setup(0, false).rules();
    let now = Moment::default();
    let over = Moment {
        time: rules.round_length(),
        slot: 0,
    };
    let give = |digest: Digest, place: usize, sealed: bool| {
        let address = anchor_lang::prelude::Address::new_from_array([place as u8 + 1; 32]);
        let mut contribution = assay_market::game::contribution::Contribution::new(
            &SEED,
            NUMBER,
            &address,
            &digest.bytes(),
        );
        if !sealed {
            contribution.seal = Worker::Check.contribution(Answer::CopyRight, None).seal;
        }
        let mut seat = Seat::default();
        seat.claim(&address, now);
        let round = Round::open([0; 32], false, now);
        round
            .contribute(&mut seat, &address, &contribution, now, &rules)
            .unwrap();
        seat
    };
    let seats = |digest, sealed| -> Vec<Seat> {
        (0..WIDTH)
            .map(|place| give(digest, place, sealed))
            .collect()
    };
    let (right, lie) = (seats(Digest::Right, true), seats(Digest::A, true));
    let copy = seats(Digest::Right, false);
    for rights in 0..=WIDTH {
        for lies in 0..=WIDTH - rights {
            for copies in 0..=WIDTH - rights - lies {
                let mut members = [Seat::default(); WIDTH];
                let (after_lies, after_copies) = (rights + lies, rights + lies + copies);
                members[..rights].copy_from_slice(&right[..rights]);
                members[rights..after_lies].copy_from_slice(&lie[rights..after_lies]);
                members[after_lies..after_copies].copy_from_slice(&copy[after_lies..after_copies]);
                let hash = Round::majority_hash(&members);
                let expected = if (rights + copies) * 2 > WIDTH {
                    Some(right[0].hash)
                } else if lies * 2 > WIDTH {
                    Some(lie[0].hash)
                } else {
                    None
                };
                assert_eq!(hash, expected, "{rights} {lies} {copies}");
                // Near the threshold the verdict itself, with all its seals.
                if (22..=23).contains(&rights) {
                    let mut round = Round::open([0; 32], false, now);
                    let digest = Digest::Right.bytes();
                    let memory = [0; 32];
                    let outcome =
                        round.decide(&mut members, &digest, &memory, &SEED, NUMBER, over, &rules);
                    let won = outcome.is_ok() && round.verdict == 1;
                    assert_eq!(won, rights == 23, "{rights} {lies} {copies}");
                }
            }
        }
    }
}
