//! A task that the tests of its rules play.

use super::{
    contribution::{blinded, Contribution},
    round::Round,
    task::{Draw, Opened, Task},
    Moment, Rules, Seat, SeatState,
};
use anchor_lang::prelude::Address;
use bytemuck::Zeroable;

pub const SEED: [u8; 32] = [0x5E; 32];
pub const NUMBER: u32 = 7;
pub const RIGHT: [u8; 32] = [0xD1; 32];
pub const LIE: [u8; 32] = [0xD2; 32];
/// The memory hash `Q` of a run.
pub const MEMORY: [u8; 32] = [0x9A; 32];
/// What a slot drew.
pub const DRAWN: [u8; 32] = [0x77; 32];

/// One seat, one run of a hundred seconds, and no check.
pub const RULES: Rules = Rules {
    late_seats: 0,
    check_bps: 0,
    run_window: 100,
    hold: 900,
    open_window: 70,
    step: 8,
    claim_until: 500,
    total_collateral: 1_000,
};

pub fn worker(name: u8) -> Address {
    Address::new_from_array([name; 32])
}

pub fn at(time: u32) -> Moment {
    Moment {
        time,
        slot: time.saturating_mul(2),
    }
}

/// What worker `name` contributes for a digest.
pub fn plain(name: u8, digest: &[u8; 32]) -> Contribution {
    Contribution::new(&SEED, NUMBER, &worker(name), digest)
}

/// What worker `name` contributes for a digest over a public result.
pub fn blind(name: u8, digest: &[u8; 32]) -> Contribution {
    plain(name, &blinded(digest, &MEMORY))
}

/// The hash of another contribution under a seal that is nobody's.
pub fn copied(of: &Contribution) -> Contribution {
    Contribution {
        hash: of.hash,
        seal: [0xBA; 32],
    }
}

/// A task with its check, and the rules that it is played by.
pub struct Game {
    pub seats: Vec<Seat>,
    pub check: Seat,
    pub rules: Rules,
}

impl Game {
    pub fn new(late_seats: u8, check_bps: u16) -> Self {
        Self {
            seats: vec![Seat::zeroed(); usize::from(late_seats) + 1],
            check: Seat::zeroed(),
            rules: Rules {
                late_seats,
                check_bps,
                ..RULES
            },
        }
    }

    pub fn task(&mut self) -> Task<'_> {
        Task {
            seats: &mut self.seats,
        }
    }

    /// Calls `act` with the task, its check and its rules.
    pub fn with_check<T>(&mut self, act: impl FnOnce(&mut Task, &mut Seat, &Rules) -> T) -> T {
        let mut task = Task {
            seats: &mut self.seats,
        };
        act(&mut task, &mut self.check, &self.rules)
    }

    /// Worker `name` takes a seat of the account at `time`; a late seat is drawn first.
    pub fn claimed(mut self, seat: usize, name: u8, time: u32) -> Self {
        if self.seats[seat].awaits_draw() {
            self.seats[seat].draw(DRAWN).unwrap();
        }
        let rules = self.rules;
        let checked = self
            .task()
            .check_claim(seat, &worker(name), at(time), &rules);
        checked.unwrap();
        self.seats[seat].claim(&worker(name), at(time));
        self
    }

    /// Worker `name` takes a seat and contributes, both at `time`.
    pub fn given(self, seat: usize, name: u8, contribution: Contribution, time: u32) -> Self {
        let mut game = self.claimed(seat, name, time);
        let rules = game.rules;
        let given = game
            .task()
            .contribute(seat, &worker(name), &contribution, at(time), &rules);
        given.unwrap();
        game
    }

    /// The drawn check is opened at `time` with its seed.
    pub fn check_due(mut self, time: u32) -> Self {
        self.with_check(|task, check, rules| {
            task.open_check(check, Draw::Due(DRAWN), at(time), rules)
                .unwrap();
        });
        self
    }

    /// Worker `name` takes the check and contributes, both at `time`.
    pub fn checked(mut self, name: u8, contribution: Contribution, time: u32) -> Self {
        self.with_check(|task, check, rules| {
            if check.awaits_draw() {
                check.draw(DRAWN).unwrap();
            }
            task.check_check_claim(check, &worker(name), at(time))
                .unwrap();
            check.claim(&worker(name), at(time));
            task.contribute_check(check, &worker(name), &contribution, at(time), rules)
                .unwrap();
        });
        self
    }

    /// The result is opened at `time`.
    pub fn opened(mut self, digest: &[u8; 32], time: u32) -> (Self, Opened) {
        let rules = self.rules;
        let opened = self
            .task()
            .open(digest, None, Draw::NotDue, &SEED, NUMBER, at(time), &rules);
        (self, opened.unwrap())
    }

    /// One seat with a result that stands since `time`.
    pub fn standing(digest: &[u8; 32], check_bps: u16, time: u32) -> Self {
        let game = Self::new(0, check_bps).given(0, 1, plain(1, digest), time);
        let (game, opened) = game.opened(digest, time);
        assert_eq!(opened, Opened::Standing);
        game
    }

    /// Two seats that differ since `time`: the first lies.
    pub fn split(time: u32) -> Self {
        Self::new(1, 0)
            .given(0, 1, plain(1, &LIE), time)
            .given(1, 2, plain(2, &RIGHT), time)
    }

    pub fn states(&self) -> Vec<SeatState> {
        self.seats.iter().map(Seat::state).collect()
    }
}

/// A drawn round of which seat `n` is held by worker `100 + n` and has contributed what is given.
pub fn round_of(public: bool, opened: u32, given: &[Option<Contribution>]) -> (Round, Vec<Seat>) {
    let mut round = Round::open([0; 32], public, at(opened));
    round.draw(DRAWN).unwrap();
    let mut seats = vec![Seat::zeroed(); given.len()];
    for (place, contribution) in given.iter().enumerate() {
        let member = worker(member(place));
        let Some(contribution) = contribution else {
            continue;
        };
        let seat = &mut seats[place];
        round.check_claim(seat, at(opened), &RULES).unwrap();
        seat.claim(&member, at(opened));
        round
            .contribute(seat, &member, contribution, at(opened), &RULES)
            .unwrap();
    }
    (round, seats)
}

/// The name of the worker in a seat of a round.
pub fn member(place: usize) -> u8 {
    100 + u8::try_from(place).unwrap()
}

/// A majority of five for a digest before anything is public: three for it, two that gave nothing.
pub fn majority(digest: &[u8; 32], opened: u32) -> (Round, Vec<Seat>) {
    let given: Vec<_> = (0..5)
        .map(|place| (place < 3).then(|| plain(member(place), digest)))
        .collect();
    round_of(false, opened, &given)
}
