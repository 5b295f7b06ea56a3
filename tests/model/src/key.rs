//! A state without what no rule reads any more: absolute times, misses, addresses, hashes.
//!
//! Two worlds with one key behave alike. The model stores keys and rebuilds the world from them; seats of a round are
//! sorted, because they are interchangeable.

use assay_market::game::{round::Round, task::Phase, Rules, Seat, SeatState};
use bytemuck::Zeroable;

use crate::answer::{Answer, Digest, Worker};
use crate::world::{Check, Contest, Place, World, MOST_MEMBERS, MOST_SEATS};

/// The second in which a rebuilt world is.
const NOW: u32 = 5_000;
/// Stands for a time that is not set.
const UNSET: u16 = u16::MAX;
/// Stands for no seat.
const NONE: u8 = u8::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct SeatKey {
    state: u8,
    answer: u8,
    drawn: u8,
    /// Seconds since the claim, or since the seat is free.
    age: u16,
    /// Seconds to the end.
    until: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct RoundKey {
    exists: bool,
    filled: bool,
    withheld: bool,
    loser: bool,
    reduced: bool,
    verdict: u8,
    digest: u8,
    public: u8,
    challenger: (u8, u8),
    age: u16,
    /// State and answer of each seat in one byte.
    seats: [u8; MOST_MEMBERS],
}

/// What distinguishes two states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    phase: u8,
    rounds: u8,
    flags: u8,
    winners: u8,
    open: u8,
    claim_left: u16,
    stood: u16,
    seats: [SeatKey; MOST_SEATS],
    check: SeatKey,
    check_public: u8,
    check_shown: bool,
    contests: [RoundKey; 2],
}

fn short(seconds: u32) -> u16 {
    u16::try_from(seconds).unwrap_or(UNSET - 1)
}

fn left(until: u32, now: u32) -> u16 {
    match until {
        0 => UNSET,
        _ => short(until.saturating_sub(now)),
    }
}

fn seat_key(seat: &Seat, answer: Answer, now: u32, rules: &Rules, until: bool) -> SeatKey {
    let has_end = until && seat.until.get() != 0;
    let age = match seat.state() {
        SeatState::Claimed => (now - seat.claimed_at.get()).min(rules.run_window),
        SeatState::Free if has_end => (now - seat.free_since.get()).min(rules.late_idle()),
        _ => 0,
    };
    SeatKey {
        state: seat.state,
        answer: answer as u8,
        drawn: if seat.state() == SeatState::Free || seat.state() == SeatState::Claimed {
            seat.drawn
        } else {
            0
        },
        age: short(age),
        until: if has_end {
            left(seat.until.get(), now)
        } else {
            UNSET
        },
    }
}

/// Rebuilds a seat; `contribution` are the bytes that it contributed.
fn seat_of(key: &SeatKey, worker: Worker, bytes: Option<([u8; 32], [u8; 32])>) -> Seat {
    let mut seat = Seat::zeroed();
    seat.state = key.state;
    seat.drawn = key.drawn;
    if key.drawn != 0 {
        seat.hash = [0x77; 32];
    }
    if key.until != UNSET {
        seat.until = (NOW + u32::from(key.until)).into();
    }
    match seat.state() {
        SeatState::Free if key.until != UNSET => {
            seat.free_since = (NOW - u32::from(key.age)).into();
        }
        SeatState::Free | SeatState::Closed => {}
        _ => {
            seat.worker = worker.address();
            seat.claimed_at = (NOW - u32::from(key.age)).into();
        }
    }
    if let Some((hash, seal)) = bytes {
        seat.hash = hash;
        seat.seal = seal;
    }
    seat
}

fn bytes(worker: Worker, answer: Answer, public: Option<Digest>) -> Option<([u8; 32], [u8; 32])> {
    if answer == Answer::None {
        return None;
    }
    let contribution = worker.contribution(answer, public);
    Some((contribution.hash, contribution.seal))
}

fn number(digest: Option<Digest>) -> u8 {
    digest.map_or(0, |digest| digest as u8)
}

impl RoundKey {
    const NONE: Self = Self {
        exists: false,
        filled: false,
        withheld: false,
        loser: false,
        reduced: false,
        verdict: 0,
        digest: 0,
        public: 0,
        challenger: (0, 0),
        age: 0,
        seats: [NONE; MOST_MEMBERS],
    };

    fn new(contest: &Contest, now: u32, rules: &Rules) -> Self {
        let decided = contest.round.is_decided();
        let mut seats = [NONE; MOST_MEMBERS];
        for (at, seat) in contest.seats.iter().enumerate().take(contest.width) {
            seats[at] = seat.state << 4 | contest.answers[at] as u8;
        }
        seats.sort_unstable();
        let over = rules.round_length() + rules.open_window;
        let age = if decided {
            0
        } else {
            (now - contest.round.opened_at.get()).min(over)
        };
        Self {
            exists: true,
            filled: contest.filled,
            withheld: contest.withheld,
            loser: contest.loser,
            reduced: contest.reduced,
            verdict: contest.round.verdict,
            digest: number(Digest::from_bytes(&contest.round.digest)),
            public: number(contest.public),
            challenger: (contest.round.challenger.state, contest.challenger as u8),
            age: short(age),
            seats,
        }
    }

    fn contest(&self, index: usize, first_hash: [u8; 32], width: usize) -> Option<Contest> {
        if !self.exists {
            return None;
        }
        let public = Digest::from_number(self.public);
        let mut round = Round {
            first_hash,
            opened_at: (NOW - u32::from(self.age)).into(),
            blind: u8::from(public.is_some()),
            drawn: u8::from(self.filled),
            verdict: self.verdict,
            ..Round::default()
        };
        if let Some(digest) = Digest::from_number(self.digest) {
            round.digest = digest.bytes();
        }
        let challenger = Answer::from_number(self.challenger.1);
        if challenger != Answer::None {
            let worker = Worker::Challenger(index);
            round.challenger.worker = worker.address();
            round.challenger.state = self.challenger.0;
            let contribution = worker.contribution(challenger, None);
            round.challenger.hash = contribution.hash;
            round.challenger.seal = contribution.seal;
        }
        let mut contest = Contest {
            round,
            width: self.seats.iter().filter(|seat| **seat != NONE).count(),
            seats: [Seat::zeroed(); MOST_MEMBERS],
            answers: [Answer::None; MOST_MEMBERS],
            challenger,
            public,
            filled: self.filled,
            withheld: self.withheld,
            loser: self.loser,
            reduced: self.reduced,
        };
        debug_assert!(self.reduced || contest.width == width);
        for (at, code) in self.seats.iter().enumerate().take(contest.width) {
            let (worker, answer) = (Worker::Round(index, at), Answer::from_number(code & 15));
            let seat = &mut contest.seats[at];
            seat.state = code >> 4;
            if seat.state() != SeatState::Free {
                seat.worker = worker.address();
            }
            if let Some((hash, seal)) = bytes(worker, answer, public) {
                seat.hash = hash;
                seat.seal = seal;
            }
            contest.answers[at] = answer;
        }
        Some(contest)
    }
}

impl Key {
    /// Returns the key of a world.
    pub fn of(world: &World) -> Self {
        let (now, rules, phase) = (world.time, &world.rules, world.phase());
        let first = &world.seats[0];
        let mut seats = [SeatKey {
            state: NONE,
            answer: 0,
            drawn: 0,
            age: 0,
            until: UNSET,
        }; MOST_SEATS];
        let absent = seats[0];
        for (at, seat) in world.seats.iter().enumerate().take(world.width) {
            let until = at == 0 || matches!(seat.state(), SeatState::Free | SeatState::Claimed);
            seats[at] = seat_key(seat, world.answers[at], now, rules, until);
        }
        if phase == Phase::Rechecking {
            // What is left of the hold, not a time.
            seats[0].until = short(first.until.get());
        }
        let claiming = phase == Phase::Running
            && matches!(first.state(), SeatState::Free | SeatState::Claimed);
        let contest = |index: usize| {
            let contest = &world.rounds[index];
            contest
                .as_ref()
                .map_or(RoundKey::NONE, |contest| RoundKey::new(contest, now, rules))
        };
        Self {
            phase: first.phase,
            rounds: first.rounds,
            flags: first.flags,
            winners: first.winners,
            open: number(world.public()),
            claim_left: if claiming {
                short(rules.claim_until.saturating_sub(now))
            } else {
                0
            },
            stood: short(world.stood),
            seats,
            check: world.check.as_ref().map_or(absent, |check| {
                let state = check.seat.state();
                let until = matches!(state, SeatState::Free | SeatState::Claimed)
                    || (phase == Phase::Rechecking && state == SeatState::Contributed);
                seat_key(&check.seat, check.answer, now, rules, until)
            }),
            check_public: number(world.check.as_ref().and_then(|check| check.public)),
            check_shown: world.check.as_ref().is_some_and(|check| check.shown),
            contests: [contest(0), contest(1)],
        }
    }

    /// Rebuilds a world with this key.
    pub fn world(&self, rules: &Rules, members: [usize; 2]) -> World {
        let mut world = World::new(*rules, members);
        world.time = NOW;
        world.rules.claim_until = NOW + u32::from(self.claim_left);
        world.stood = u32::from(self.stood);
        for (at, key) in self.seats.iter().enumerate().take(world.width) {
            let (worker, answer) = (Worker::Seat(at), Answer::from_number(key.answer));
            world.seats[at] = seat_of(key, worker, bytes(worker, answer, None));
            world.answers[at] = answer;
        }
        let first_hash = world.seats[0].hash;
        let first = &mut world.seats[0];
        first.phase = self.phase;
        if self.phase == Phase::Rechecking as u8 {
            first.until = u32::from(self.seats[0].until).into();
        }
        first.rounds = self.rounds;
        first.flags = self.flags;
        first.winners = self.winners;
        if let Some(digest) = Digest::from_number(self.open) {
            first.hash = digest.bytes();
        }
        if self.check.state != NONE {
            let answer = Answer::from_number(self.check.answer);
            let public = Digest::from_number(self.check_public);
            let bytes = match public.and_then(|public| answer.digest(Some(public))) {
                // Once shown, the seat carries the plain contribution of what it names.
                Some(digest) if self.check_shown => bytes(Worker::Check, Answer::of(digest), None),
                _ => bytes(Worker::Check, answer, public),
            };
            world.check = Some(Check {
                seat: seat_of(&self.check, Worker::Check, bytes),
                answer,
                public,
                shown: self.check_shown,
            });
        }
        let contests = self.contests.iter().zip(members).enumerate();
        for (index, (contest, width)) in contests {
            world.rounds[index] = contest.contest(index, first_hash, width);
        }
        world
    }

    /// Returns whether the task is over.
    pub fn is_end(&self) -> bool {
        self.end().is_some()
    }

    /// Returns in which phase the task has ended.
    pub fn end(&self) -> Option<Phase> {
        [
            Phase::Final,
            Phase::Unproven,
            Phase::Refunded,
            Phase::Cancelled,
        ]
        .into_iter()
        .find(|phase| *phase as u8 == self.phase)
    }

    /// Returns whether the first seat has contributed.
    pub fn has_first(&self) -> bool {
        self.seats[0].answer != 0
    }

    /// Returns a line for a trace.
    pub fn describe(&self, rules: &Rules, members: [usize; 2]) -> String {
        let world = self.world(rules, members);
        let mut text = format!("{:?}", world.phase());
        for at in 0..world.width {
            text += &format!(", {:?} {:?}", world.seats[at].state(), world.answers[at]);
        }
        if let Some(check) = &world.check {
            text += &format!("; check {:?} {:?}", check.seat.state(), check.answer);
        }
        for contest in world.rounds.iter().flatten() {
            text += &format!("; round challenged with {:?}:", contest.challenger);
            for at in 0..contest.width {
                let place = Place::of(&contest.seats[at], contest.answers[at]);
                text += &format!(" {place:?} {:?},", contest.seats[at].state());
            }
        }
        text
    }
}
