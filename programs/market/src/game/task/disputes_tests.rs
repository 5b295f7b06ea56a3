use super::{flag, Phase};
use crate::{
    error::MarketError,
    game::{
        contribution::agreement_hash,
        fixtures::{at, copied, plain, Game, LIE, NUMBER, RIGHT, RULES, SEED},
        round::{Outcome, RoundKind},
        SeatState,
    },
};

const FOR_RIGHT: Outcome = Outcome::Majority { digest: RIGHT };

fn challenge(game: &mut Game, digest: &[u8; 32], time: u32) -> Result<RoundKind, MarketError> {
    game.task()
        .challenge(&plain(9, digest), &SEED, NUMBER, at(time))
}

/// Applies a verdict at second 500 to a task whose first seat contributed `first`.
fn apply(
    game: &mut Game,
    outcome: &Outcome,
    kind: RoundKind,
    first: &[u8; 32],
    named: bool,
) -> Result<(), MarketError> {
    let hash = agreement_hash(&SEED, NUMBER, first);
    game.with_check(|task, check, rules| {
        let check = named.then_some(check);
        task.apply(outcome, kind, &hash, check, &SEED, NUMBER, at(500), rules)
    })
}

/// The first seat lies, the late one does not, and a dispute runs.
fn disputed() -> Game {
    let mut game = Game::split(20);
    game.task().open_round(at(21)).unwrap();
    game
}

/// A lie stands, and a challenge runs against it.
fn challenged() -> Game {
    let mut game = Game::standing(&LIE, 0, 10);
    challenge(&mut game, &RIGHT, 11).unwrap();
    game
}

#[test]
fn a_disagreement_gets_its_round_before_its_window_ends() {
    let end = 20 + RULES.open_window;
    let mut late = Game::split(20);
    let over = late.task().open_round(at(end));
    assert_eq!(over, Err(MarketError::DeadlinePassed));
    let opened = late.task().open_round(at(end - 1));
    assert_eq!(opened, Ok(RoundKind::Dispute));
    assert_eq!(late.task().phase(), Phase::Disputed);
    assert_eq!((late.seats[0].rounds, late.seats[0].until.get()), (1, 0));
    let again = late.task().open_round(at(end - 1));
    assert_eq!(again, Err(MarketError::NotSplit));
}

#[test]
fn a_standing_result_is_challenged_before_its_hold_ends() {
    let end = 10 + RULES.hold;
    let mut game = Game::standing(&LIE, 0, 10);
    assert_eq!(
        challenge(&mut game, &RIGHT, end),
        Err(MarketError::NotStanding)
    );
    assert_eq!(
        challenge(&mut game, &RIGHT, end - 1),
        Ok(RoundKind::Dispute)
    );
    assert_eq!(
        challenge(&mut game, &RIGHT, end - 1),
        Err(MarketError::NotStanding)
    );
    let mut running = Game::new(0, 0);
    assert_eq!(
        challenge(&mut running, &RIGHT, 1),
        Err(MarketError::NotStanding)
    );
}

#[test]
fn a_challenge_must_contradict_what_stands() {
    let mut game = Game::standing(&RIGHT, 0, 10);
    assert_eq!(
        challenge(&mut game, &RIGHT, 11),
        Err(MarketError::NotContradicting)
    );
    let copy = copied(&plain(1, &RIGHT));
    let copied = game.task().challenge(&copy, &SEED, NUMBER, at(11));
    assert_eq!(copied, Err(MarketError::NotContradicting));
    assert_eq!(challenge(&mut game, &LIE, 11), Ok(RoundKind::Dispute));
}

#[test]
fn a_verdict_is_appealed_once() {
    let mut game = challenged();
    apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false).unwrap();
    assert_eq!(
        challenge(&mut game, &RIGHT, 501),
        Err(MarketError::NotContradicting)
    );
    let appealed = challenge(&mut game, &LIE, 500 + RULES.hold - 1);
    assert_eq!(appealed, Ok(RoundKind::Appeal));
    game.seats[0].phase = Phase::Standing as u8;
    game.seats[0].until = u32::MAX.into();
    assert_eq!(
        challenge(&mut game, &LIE, 600),
        Err(MarketError::NotStanding)
    );
}

#[test]
fn the_first_hash_is_known_before_and_after_the_opening() {
    let hash = agreement_hash(&SEED, NUMBER, &LIE);
    let mut closed = Game::new(0, 0).given(0, 1, plain(1, &LIE), 5);
    assert_eq!(closed.task().first_hash(&SEED, NUMBER), Ok(hash));
    let mut open = Game::standing(&LIE, 0, 10);
    assert_eq!(open.task().first_hash(&SEED, NUMBER), Ok(hash));
}

#[test]
fn a_majority_of_a_dispute_stands_for_another_hold() {
    let mut game = disputed();
    assert_eq!(
        apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false),
        Ok(())
    );
    assert_eq!(game.task().phase(), Phase::Standing);
    let first = game.seats[0];
    assert_eq!((first.hash, first.winners), (RIGHT, 1));
    assert_eq!(first.until.get(), 500 + RULES.hold);
    assert!(game.task().has(flag::OPEN) && game.task().has(flag::CHECKED));
    assert_eq!(game.states(), [SeatState::Rejected, SeatState::Accepted]);
    assert_eq!(
        apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false),
        Err(MarketError::NotDisputed)
    );
}

#[test]
fn a_seat_with_the_right_hash_and_a_wrong_seal_is_rejected_by_the_verdict() {
    let mut game =
        Game::new(1, 0)
            .given(0, 1, plain(1, &LIE), 5)
            .given(1, 2, copied(&plain(3, &RIGHT)), 20);
    game.task().open_round(at(21)).unwrap();
    apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false).unwrap();
    assert_eq!(game.states(), [SeatState::Rejected; 2]);
    assert_eq!(game.seats[0].winners, 0);
}

#[test]
fn the_first_seat_is_judged_by_what_it_contributed_not_by_the_digest_that_replaced_it() {
    let mut game = challenged();
    apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false).unwrap();
    assert_eq!(game.states(), [SeatState::Rejected]);
    challenge(&mut game, &LIE, 501).unwrap();
    let upheld = Outcome::Majority { digest: LIE };
    apply(&mut game, &upheld, RoundKind::Appeal, &LIE, false).unwrap();
    assert_eq!(game.states(), [SeatState::Accepted]);
    assert_eq!(game.task().phase(), Phase::Final);
    assert_eq!(game.seats[0].hash, LIE);
}

#[test]
fn without_a_majority_a_challenged_result_stays_paid_and_unproven() {
    let mut game = challenged();
    let outcome = Outcome::NoMajority;
    apply(&mut game, &outcome, RoundKind::Dispute, &LIE, false).unwrap();
    assert_eq!(game.task().phase(), Phase::Unproven);
    assert_eq!(game.states(), [SeatState::Accepted]);
}

#[test]
fn a_disagreement_that_five_cannot_decide_waits_for_the_appeal_of_anybody() {
    let mut game = disputed();
    assert!(game.task().is_accused());
    let outcome = Outcome::NoMajority;
    apply(&mut game, &outcome, RoundKind::Dispute, &LIE, false).unwrap();
    assert_eq!(game.task().phase(), Phase::Split);
    assert_eq!(game.seats[0].until.get(), 500 + RULES.open_window);
    assert_eq!(game.states(), [SeatState::Contributed; 2]);
    let opened = game.task().open_round(at(500 + RULES.open_window - 1));
    assert_eq!(opened, Ok(RoundKind::Appeal));
    apply(&mut game, &FOR_RIGHT, RoundKind::Appeal, &LIE, false).unwrap();
    assert_eq!(game.task().phase(), Phase::Final);
    assert_eq!(game.states(), [SeatState::Rejected, SeatState::Accepted]);
    game.seats[0].phase = Phase::Split as u8;
    game.seats[0].until = u32::MAX.into();
    let third = game.task().open_round(at(600));
    assert_eq!(third, Err(MarketError::NotSplit));
}

#[test]
fn without_a_majority_of_the_appeal_an_open_disagreement_pays_all_and_proves_nothing() {
    let mut game = disputed();
    let outcome = Outcome::NoMajority;
    apply(&mut game, &outcome, RoundKind::Dispute, &LIE, false).unwrap();
    game.task().open_round(at(501)).unwrap();
    apply(&mut game, &outcome, RoundKind::Appeal, &LIE, false).unwrap();
    assert_eq!(game.task().phase(), Phase::Unproven);
    assert_eq!(game.states(), [SeatState::Accepted; 2]);
}

#[test]
fn an_appeal_without_a_majority_leaves_the_verdict_unproven() {
    let mut game = disputed();
    apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false).unwrap();
    challenge(&mut game, &LIE, 501).unwrap();
    let outcome = Outcome::NoMajority;
    apply(&mut game, &outcome, RoundKind::Appeal, &LIE, false).unwrap();
    assert_eq!(game.task().phase(), Phase::Unproven);
    assert_eq!(game.seats[0].hash, RIGHT);
    assert_eq!(game.states(), [SeatState::Rejected, SeatState::Accepted]);
}

#[test]
fn the_verdict_of_the_dispute_is_not_that_of_the_appeal() {
    let mut game = disputed();
    let early = apply(&mut game, &FOR_RIGHT, RoundKind::Appeal, &LIE, false);
    assert_eq!(early, Err(MarketError::NotDisputed));
    apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false).unwrap();
    challenge(&mut game, &LIE, 501).unwrap();
    let replayed = apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false);
    assert_eq!(replayed, Err(MarketError::NotDisputed));
}

#[test]
fn a_verdict_reaches_the_check_and_cannot_leave_it_out() {
    let mut game = Game::new(0, 1_500)
        .given(0, 1, plain(1, &LIE), 5)
        .check_due(6)
        .checked(2, plain(2, &RIGHT), 20);
    game.task().open_round(at(21)).unwrap();
    assert_eq!(
        apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, false),
        Err(MarketError::CheckMissing)
    );
    assert_eq!(
        apply(&mut game, &FOR_RIGHT, RoundKind::Dispute, &LIE, true),
        Ok(())
    );
    assert_eq!(game.check.state(), SeatState::Accepted);
    assert_eq!(game.states(), [SeatState::Rejected]);
    assert_eq!(game.seats[0].winners, 1);
}
