use super::{Outcome, Round, RoundKind};
use crate::{
    error::MarketError,
    game::{
        contribution::Contribution,
        fixtures::{
            at, blind, copied, majority, member, plain, round_of, worker, LIE, MEMORY, NUMBER,
            RIGHT, RULES, SEED,
        },
        Seat, SeatState,
    },
};
use proptest::prelude::*;

/// The end of a round that was opened at second 10.
const END: u32 = 10 + 256 + 100;
const FOR_RIGHT: Outcome = Outcome::Majority { digest: RIGHT };

type Given = Option<Contribution>;

fn decide(
    (round, seats): &mut (Round, Vec<Seat>),
    digest: &[u8; 32],
    time: u32,
) -> Result<Outcome, MarketError> {
    round.decide(seats, digest, &MEMORY, &SEED, NUMBER, at(time), &RULES)
}

fn give_up((round, seats): &mut (Round, Vec<Seat>), time: u32) -> Result<Outcome, MarketError> {
    round.give_up(seats, &SEED, NUMBER, at(time), &RULES)
}

fn states((_, seats): &(Round, Vec<Seat>)) -> Vec<SeatState> {
    seats.iter().map(Seat::state).collect()
}

/// What the members of a round give: `r`ight, a `l`ie, a `c`opy of the right hash, or nothing.
fn given(letters: &str, of: fn(u8, &[u8; 32]) -> Contribution) -> Vec<Given> {
    let letters = letters.chars().enumerate();
    letters
        .map(|(place, letter)| match letter {
            'r' => Some(of(member(place), &RIGHT)),
            'l' => Some(of(member(place), &LIE)),
            'c' => Some(copied(&of(member(place), &RIGHT))),
            _ => None,
        })
        .collect()
}

fn played(letters: &str) -> (Round, Vec<Seat>) {
    round_of(false, 10, &given(letters, plain))
}

#[test]
fn three_of_five_decide_and_the_others_lose() {
    let mut round = played("rlrrc");
    assert_eq!(decide(&mut round, &RIGHT, 11), Ok(FOR_RIGHT));
    assert!(round.0.is_decided());
    assert_eq!(round.0.digest, RIGHT);
    let (accepted, rejected) = (SeatState::Accepted, SeatState::Rejected);
    assert_eq!(
        states(&round),
        [accepted, rejected, accepted, accepted, rejected]
    );
}

#[test]
fn seats_that_are_empty_or_missed_count_for_nobody() {
    let mut round = played("rr-l-");
    round.1[2].claim(&worker(member(2)), at(20));
    assert_eq!(
        decide(&mut round, &RIGHT, END),
        Err(MarketError::NoMajority)
    );
    assert_eq!(give_up(&mut round, END), Ok(Outcome::NoMajority));
    let void = SeatState::Void;
    assert_eq!(
        states(&round),
        [void, void, SeatState::Missed, void, SeatState::Free]
    );
}

#[test]
fn who_claimed_only_has_missed_when_the_others_decide() {
    let mut round = played("rrr-l");
    round.1[3].claim(&worker(member(3)), at(20));
    assert_eq!(decide(&mut round, &RIGHT, END), Ok(FOR_RIGHT));
    assert_eq!(round.1[3].state(), SeatState::Missed);
}

#[test]
fn a_round_is_over_at_its_end_or_when_all_have_contributed() {
    let mut waiting = majority(&RIGHT, 10);
    assert_eq!(
        decide(&mut waiting, &RIGHT, END - 1),
        Err(MarketError::RoundNotOver)
    );
    assert_eq!(
        give_up(&mut waiting, END - 1),
        Err(MarketError::RoundNotOver)
    );
    assert_eq!(decide(&mut waiting, &RIGHT, END), Ok(FOR_RIGHT));
    assert_eq!(
        decide(&mut waiting, &RIGHT, END),
        Err(MarketError::RoundDecided)
    );
    assert_eq!(give_up(&mut waiting, END), Err(MarketError::RoundDecided));
    assert_eq!(decide(&mut played("rrrrr"), &RIGHT, 11), Ok(FOR_RIGHT));
}

#[test]
fn a_majority_opens_its_result_within_the_window() {
    let end = END + RULES.open_window;
    let mut round = majority(&RIGHT, 10);
    assert_eq!(
        decide(&mut round, &LIE, END),
        Err(MarketError::WrongOpening)
    );
    assert_eq!(
        give_up(&mut round, end - 1),
        Err(MarketError::MajorityMustOpen)
    );
    assert_eq!(
        decide(&mut round, &RIGHT, end),
        Err(MarketError::DeadlinePassed)
    );
    let mut late = majority(&RIGHT, 10);
    assert_eq!(decide(&mut late, &RIGHT, end - 1), Ok(FOR_RIGHT));
    assert_eq!(give_up(&mut round, end), Ok(Outcome::NoMajority));
    let (rejected, free) = (SeatState::Rejected, SeatState::Free);
    assert_eq!(states(&round), [rejected, rejected, rejected, free, free]);
}

#[test]
fn who_is_not_of_a_majority_that_withholds_gets_its_bond_back() {
    let mut round = played("lrlrl");
    let end = END + RULES.open_window;
    assert_eq!(give_up(&mut round, end), Ok(Outcome::NoMajority));
    let (rejected, void) = (SeatState::Rejected, SeatState::Void);
    assert_eq!(states(&round), [rejected, void, rejected, void, rejected]);
}

#[test]
fn wrong_seals_cost_a_group_its_majority() {
    let mut round = played("rrccl");
    assert_eq!(decide(&mut round, &RIGHT, 11), Ok(Outcome::NoMajority));
    let (void, rejected) = (SeatState::Void, SeatState::Rejected);
    assert_eq!(states(&round), [void, void, rejected, rejected, void]);
}

#[test]
fn over_a_public_result_the_memory_hash_must_agree() {
    let mut round = round_of(true, 10, &given("rrrrl", blind));
    let lazy = Contribution::new(
        &SEED,
        NUMBER,
        &worker(member(3)),
        &crate::game::contribution::blinded(&RIGHT, &[0; 32]),
    );
    round.1[3].hash = lazy.hash;
    round.1[3].seal = lazy.seal;
    let (blinded, seats) = &mut round;
    let other = blinded.decide(seats, &RIGHT, &[0; 32], &SEED, NUMBER, at(11), &RULES);
    assert_eq!(other, Err(MarketError::WrongOpening));
    assert_eq!(decide(&mut round, &RIGHT, 11), Ok(FOR_RIGHT));
    assert_eq!(round.1[3].state(), SeatState::Rejected);
}

#[test]
fn a_challenger_is_right_only_with_the_digest_of_the_majority_and_its_own_seal() {
    let judged = |contribution: &Contribution, letters| {
        let mut round = played(letters);
        round.0.set_challenger(&worker(9), contribution, at(10));
        let ended = decide(&mut round, &RIGHT, END).or_else(|_| give_up(&mut round, END));
        ended.unwrap();
        round.0.challenger.state()
    };
    assert_eq!(judged(&plain(9, &RIGHT), "rrr--"), SeatState::Accepted);
    assert_eq!(judged(&plain(9, &LIE), "rrr--"), SeatState::Rejected);
    assert_eq!(
        judged(&copied(&plain(8, &RIGHT)), "rrr--"),
        SeatState::Rejected
    );
    assert_eq!(judged(&plain(9, &RIGHT), "rr---"), SeatState::Missed);
}

#[test]
fn an_appeal_turns_a_dispute_once() {
    let mut round = played("lllrc");
    round
        .0
        .set_challenger(&worker(9), &plain(9, &RIGHT), at(10));
    decide(&mut round, &LIE, 11).unwrap();
    assert_eq!(round.0.challenger.state(), SeatState::Rejected);
    let decided = round.clone();
    round.0.overturn(&mut round.1, &LIE, &SEED, NUMBER);
    assert_eq!(round, decided, "the same digest changes nothing");
    let (right, wrong) = (SeatState::Accepted, SeatState::Rejected);
    for _ in 0..2 {
        round.0.overturn(&mut round.1, &RIGHT, &SEED, NUMBER);
        assert_eq!(states(&round), [wrong, wrong, wrong, right, wrong]);
        assert_eq!(round.0.challenger.state(), SeatState::Accepted);
    }
    assert_eq!(
        decide(&mut round, &RIGHT, 12),
        Err(MarketError::RoundDecided)
    );
}

#[test]
fn an_appeal_knows_nothing_of_blinded_seats_but_that_the_majority_was_wrong() {
    let mut round = played("lllrc");
    decide(&mut round, &LIE, 11).unwrap();
    round.0.blind = 1;
    let (wrong, void) = (SeatState::Rejected, SeatState::Void);
    for _ in 0..2 {
        round.0.overturn(&mut round.1, &RIGHT, &SEED, NUMBER);
        assert_eq!(states(&round), [wrong, wrong, wrong, void, void]);
    }
}

#[test]
fn an_appeal_judges_the_seats_of_a_dispute_without_a_verdict_unless_they_were_blinded() {
    let mut round = played("rlc--");
    give_up(&mut round, END).unwrap();
    let (accepted, rejected) = (SeatState::Accepted, SeatState::Rejected);
    for _ in 0..2 {
        round.0.overturn(&mut round.1, &RIGHT, &SEED, NUMBER);
        assert_eq!(
            states(&round),
            [
                accepted,
                rejected,
                rejected,
                SeatState::Free,
                SeatState::Free
            ]
        );
    }
    let mut blinded = round_of(true, 10, &given("rlc--", blind));
    give_up(&mut blinded, END).unwrap();
    let ended = blinded.clone();
    blinded.0.overturn(&mut blinded.1, &RIGHT, &SEED, NUMBER);
    assert_eq!(blinded, ended);
}

#[test]
fn an_appeal_needs_twenty_three_of_forty_five() {
    let width = RoundKind::Appeal.seats();
    let letters = |right: usize| "r".repeat(right) + &"l".repeat(width - right);
    assert_eq!(decide(&mut played(&letters(23)), &RIGHT, 11), Ok(FOR_RIGHT));
    assert_eq!(
        decide(&mut played(&letters(22)), &RIGHT, 11),
        Err(MarketError::WrongOpening)
    );
    assert_eq!(
        decide(&mut played(&letters(22)), &LIE, 11),
        Ok(Outcome::Majority { digest: LIE })
    );
    let empty = "r".repeat(22) + &"-".repeat(width - 22);
    assert_eq!(
        decide(&mut played(&empty), &RIGHT, END),
        Err(MarketError::NoMajority)
    );
}

fn letters(width: usize) -> impl Strategy<Value = String> {
    let letter = prop_oneof![5 => Just('r'), 3 => Just('l'), 1 => Just('c'), 1 => Just('-')];
    proptest::collection::vec(letter, width).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    /// Whatever the order of the seats, the verdict is what counting says.
    #[test]
    fn the_verdict_is_the_count(letters in prop_oneof![letters(5), letters(45)]) {
        let count = |wanted: &str| letters.chars().filter(|l| wanted.contains(*l)).count();
        let leads = |wanted: &str| count(wanted) * 2 > letters.len();
        let mut round = played(&letters);
        let hash = Round::majority_hash(&round.1);
        prop_assert_eq!(hash.is_some(), leads("rc") || leads("l"));
        let outcome = if leads("rc") {
            decide(&mut round, &RIGHT, END)
        } else if leads("l") {
            decide(&mut round, &LIE, END)
        } else {
            give_up(&mut round, END)
        };
        let expected = match (leads("r"), leads("l")) {
            (true, _) => FOR_RIGHT,
            (_, true) => Outcome::Majority { digest: LIE },
            _ => Outcome::NoMajority,
        };
        prop_assert_eq!(outcome, Ok(expected));
        let accepted = round.1.iter().filter(|s| s.state() == SeatState::Accepted).count();
        let right = if leads("r") { count("r") } else if leads("l") { count("l") } else { 0 };
        prop_assert_eq!(accepted, right);
    }
}
