//! One task with everything that belongs to it, and what can be done to it.
//!
//! Every action calls the program's own transitions. What the instructions do around them is written here as the
//! program does it: which seats a call is given, and in which order the verdict of a round is applied.

use anchor_lang::prelude::Address;
use assay_market::{
    error::MarketError,
    game::{
        round::{Outcome, Round, RoundKind},
        task::{flag, Draw, Phase, Task},
        Moment, Rules, Seat, SeatState,
    },
};
use bytemuck::Zeroable;

use crate::action::{Action, Chance};
use crate::answer::{Answer, Digest, Worker, NUMBER, SEED};

/// Most seats in the account of the job.
pub const MOST_SEATS: usize = 3;
/// Most seats in a round.
pub const MOST_MEMBERS: usize = 5;
/// The seed that every draw gives: the rules carry it and never read it.
const DRAWN: [u8; 32] = [0x77; 32];

/// A check in an account of its own.
#[derive(Clone, Copy)]
pub struct Check {
    /// The seat as the program sees it.
    pub seat: Seat,
    /// What it contributed.
    pub answer: Answer,
    /// The standing digest, when the requester asked for the check.
    pub public: Option<Digest>,
    /// Whether its contribution over a public result was opened.
    pub shown: bool,
}

/// A round with its seats.
#[derive(Clone, Copy)]
pub struct Contest {
    /// The round as the program sees it.
    pub round: Round,
    /// How many seats it has.
    pub width: usize,
    /// Its seats.
    pub seats: [Seat; MOST_MEMBERS],
    /// What they contributed.
    pub answers: [Answer; MOST_MEMBERS],
    /// What the challenger contributed.
    pub challenger: Answer,
    /// The digest that was public when it was opened.
    pub public: Option<Digest>,
    /// Whether the seats were filled: nothing is claimed or contributed any more.
    pub filled: bool,
    /// Whether the round ended because nobody opened the result of its majority.
    pub withheld: bool,
    /// Whether somebody lost by its verdict.
    pub loser: bool,
    /// Whether only witnesses are kept of its seats.
    pub reduced: bool,
}

/// A task, its check and its rounds at one moment.
#[derive(Clone)]
pub struct World {
    /// The rules of the job.
    pub rules: Rules,
    /// Seats of the dispute and of the appeal.
    pub members: [usize; 2],
    /// Seconds since the posting.
    pub time: u32,
    /// How many seats lie in the account of the job.
    pub width: usize,
    /// The seats as the program sees them.
    pub seats: [Seat; MOST_SEATS],
    /// What they contributed.
    pub answers: [Answer; MOST_SEATS],
    /// The check, once there is one.
    pub check: Option<Check>,
    /// The dispute and the appeal.
    pub rounds: [Option<Contest>; 2],
    /// Seconds in which the result could be contradicted since it was opened, or since the last verdict.
    pub stood: u32,
}

type Step<T = ()> = Result<T, MarketError>;

impl World {
    /// Returns the task right after its posting.
    pub fn new(rules: Rules, members: [usize; 2]) -> Self {
        Self {
            rules,
            members,
            time: 0,
            width: usize::from(rules.late_seats) + 1,
            seats: [Seat::zeroed(); MOST_SEATS],
            answers: [Answer::None; MOST_SEATS],
            check: None,
            rounds: [None; 2],
            stood: 0,
        }
    }

    /// Returns the moment. Nothing reads slots but the draws, which the model makes by choice.
    pub fn now(&self) -> Moment {
        Moment {
            time: self.time,
            slot: 0,
        }
    }

    /// Calls `read` with the task.
    pub fn read<T>(&self, read: impl FnOnce(&Task) -> T) -> T {
        let mut seats = self.seats;
        read(&Task {
            seats: &mut seats[..self.width],
        })
    }

    fn task(&mut self) -> Task<'_> {
        Task {
            seats: &mut self.seats[..self.width],
        }
    }

    /// Returns the phase of the task.
    pub fn phase(&self) -> Phase {
        self.read(|task| task.phase())
    }

    /// Returns the digest that the task holds, once it is open.
    pub fn public(&self) -> Option<Digest> {
        let open = self.seats[0].flags & flag::OPEN != 0;
        open.then(|| Digest::from_bytes(&self.seats[0].hash))
            .flatten()
    }

    /// Returns which round is running: 0 for the dispute.
    pub fn running_round(&self) -> Option<usize> {
        let running = self.phase() == Phase::Disputed;
        running.then(|| usize::from(self.seats[0].rounds.saturating_sub(1)))
    }

    /// Does what `action` says.
    ///
    /// # Errors
    /// Whatever rule refuses it.
    pub fn apply(&mut self, action: &Action) -> Step {
        match *action {
            Action::Wait { until } => self.wait(until),
            Action::Claim { seat } => self.claim(seat, &Worker::Seat(seat).address())?,
            Action::Draw { seat } => self.seats[seat].draw(DRAWN)?,
            Action::DrawLater { seat } => {
                let now = self.now();
                self.seats[seat].draw_later(now)?;
            }
            Action::Contribute { seat, answer } => self.contribute(seat, answer)?,
            Action::Cancel => self.task().cancel()?,
            Action::Expire { bare } => self.expire(bare)?,
            Action::Open {
                digest,
                chance,
                bare,
            } => self.open(digest, chance, bare)?,
            Action::Finish => {
                let (now, before) = (self.now(), self.phase());
                if self.task().finish(now)? == before {
                    return Err(MarketError::NothingOverdue);
                }
            }
            Action::OpenCheck { chance } => self.open_check(chance)?,
            Action::RequestCheck => self.request_check()?,
            Action::ClaimCheck => self.claim_check(&Worker::Check.address())?,
            Action::DrawCheck => self.check_seat()?.draw(DRAWN)?,
            Action::DrawCheckLater => {
                let now = self.now();
                self.check_seat()?.draw_later(now)?;
            }
            Action::ContributeCheck { answer } => self.contribute_check(answer)?,
            Action::ShowCheck { digest, fake } => self.show_check(digest, fake)?,
            Action::ExpireCheck => {
                let (now, rules) = (self.now(), self.rules);
                let mut check = self.check.ok_or(MarketError::WrongAccount)?;
                self.task().expire_check(&mut check.seat, now, &rules)?;
                self.check = Some(check);
            }
            Action::OpenRound => {
                let (now, public) = (self.now(), self.public());
                let kind = self.task().open_round(now)?;
                self.begin_round(kind as usize - 1, public)?;
            }
            Action::Challenge { answer } => self.challenge(answer)?,
            Action::Fill { places } => self.fill(&places)?,
            Action::Decide { digest, fake, bare } => self.decide(digest, fake, bare)?,
            Action::GiveUp { bare } => self.give_up(bare)?,
            Action::Replay => self.replay()?,
        }
        Ok(())
    }

    fn wait(&mut self, until: u32) {
        if self.phase() == Phase::Standing {
            let hold = self.seats[0].until.get();
            self.stood += until.min(hold).saturating_sub(self.time);
        }
        self.time = until;
    }

    /// Claims a seat in the account of the job.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn claim(&mut self, seat: usize, worker: &Address) -> Step {
        let (now, rules) = (self.now(), self.rules);
        self.task().check_claim(seat, worker, now, &rules)?;
        self.seats[seat].claim(worker, now);
        Ok(())
    }

    fn contribute(&mut self, seat: usize, answer: Answer) -> Step {
        let (now, rules) = (self.now(), self.rules);
        let worker = Worker::Seat(seat);
        let contribution = worker.contribution(answer, None);
        self.task()
            .contribute(seat, &worker.address(), &contribution, now, &rules)?;
        self.answers[seat] = answer;
        Ok(())
    }

    /// Calls `act` with the task and the seat of its check, or without the check when the caller leaves it out.
    fn with_check<T>(
        &mut self,
        bare: bool,
        act: impl FnOnce(&mut Task, Option<&mut Seat>) -> Step<T>,
    ) -> Step<T> {
        let mut check = self.check;
        let seat = check.as_mut().filter(|_| !bare).map(|c| &mut c.seat);
        let done = act(&mut self.task(), seat)?;
        self.check = check;
        Ok(done)
    }

    fn expire(&mut self, bare: bool) -> Step {
        let (now, rules) = (self.now(), self.rules);
        self.with_check(bare, |task, check| task.expire(check, now, &rules))?;
        Ok(())
    }

    fn open(&mut self, digest: Digest, chance: Chance, bare: bool) -> Step {
        let (now, rules) = (self.now(), self.rules);
        let (digest, draw) = (digest.bytes(), chance.draw(DRAWN));
        self.with_check(bare, |task, check| {
            task.open(&digest, check, draw, &SEED, NUMBER, now, &rules)
        })?;
        self.stood = 0;
        Ok(())
    }

    fn check_seat(&mut self) -> Step<&mut Seat> {
        let check = self.check.as_mut().ok_or(MarketError::WrongAccount)?;
        Ok(&mut check.seat)
    }

    fn open_check(&mut self, chance: Chance) -> Step {
        let (now, rules) = (self.now(), self.rules);
        let mut seat = Seat::zeroed();
        self.task()
            .open_check(&mut seat, chance.draw(DRAWN), now, &rules)?;
        self.new_check(seat, None)
    }

    fn request_check(&mut self) -> Step {
        let (now, rules, public) = (self.now(), self.rules, self.public());
        let mut seat = Seat::zeroed();
        self.task().request_check(&mut seat, now, &rules)?;
        self.new_check(seat, public)
    }

    fn new_check(&mut self, seat: Seat, public: Option<Digest>) -> Step {
        if self.check.is_some() {
            // The address of the account is taken.
            return Err(MarketError::WrongAccount);
        }
        self.check = Some(Check {
            seat,
            answer: Answer::None,
            public,
            shown: false,
        });
        Ok(())
    }

    /// Claims the check.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn claim_check(&mut self, worker: &Address) -> Step {
        let now = self.now();
        let mut check = self.check.ok_or(MarketError::WrongAccount)?;
        self.task().check_check_claim(&check.seat, worker, now)?;
        check.seat.claim(worker, now);
        self.check = Some(check);
        Ok(())
    }

    fn contribute_check(&mut self, answer: Answer) -> Step {
        let (now, rules) = (self.now(), self.rules);
        let mut check = self.check.ok_or(MarketError::WrongAccount)?;
        let contribution = Worker::Check.contribution(answer, check.public);
        self.task().contribute_check(
            &mut check.seat,
            &Worker::Check.address(),
            &contribution,
            now,
            &rules,
        )?;
        check.answer = answer;
        self.check = Some(check);
        Ok(())
    }

    fn show_check(&mut self, digest: Digest, fake: bool) -> Step {
        let (now, rules) = (self.now(), self.rules);
        let mut check = self.check.ok_or(MarketError::WrongAccount)?;
        self.task().open_recheck(
            &mut check.seat,
            &digest.bytes(),
            &digest.memory(fake),
            &SEED,
            NUMBER,
            now,
            &rules,
        )?;
        check.shown = true;
        self.check = Some(check);
        Ok(())
    }

    fn begin_round(&mut self, index: usize, public: Option<Digest>) -> Step {
        let kept = match &self.rounds[0] {
            Some(dispute) if index == 1 => dispute.round.first_hash,
            _ => self.task().first_hash(&SEED, NUMBER)?,
        };
        let round = Round::open(kept, public.is_some(), self.now());
        self.rounds[index] = Some(Contest {
            round,
            width: self.members[index],
            seats: [Seat::zeroed(); MOST_MEMBERS],
            answers: [Answer::None; MOST_MEMBERS],
            challenger: Answer::None,
            public,
            filled: false,
            withheld: false,
            loser: false,
            reduced: false,
        });
        Ok(())
    }

    fn challenge(&mut self, answer: Answer) -> Step {
        let (now, public) = (self.now(), self.public());
        let worker = Worker::Challenger(usize::from(self.seats[0].rounds).min(1));
        let contribution = worker.contribution(answer, None);
        let kind = self.task().challenge(&contribution, &SEED, NUMBER, now)?;
        let index = kind as usize - 1;
        self.begin_round(index, public)?;
        if let Some(contest) = &mut self.rounds[index] {
            contest
                .round
                .set_challenger(&worker.address(), &contribution, now);
            contest.challenger = answer;
        }
        Ok(())
    }

    /// Takes and delivers the seats of the running round in one step, because nothing in between depends on their order;
    /// [`crate::round`] explores every step. Unless all deliver, the clock goes on to the end of the round.
    fn fill(&mut self, places: &[Place; MOST_MEMBERS]) -> Step {
        let index = self.running_round().ok_or(MarketError::NotDisputed)?;
        let (now, rules) = (self.now(), self.rules);
        let mut contest = self.rounds[index].ok_or(MarketError::WrongAccount)?;
        if contest.filled {
            return Err(MarketError::RoundDecided);
        }
        let ends = contest.round.ends_at(&rules);
        let all = places[..contest.width]
            .iter()
            .all(|place| matches!(place, Place::Gave(_)));
        let last = Moment {
            time: if all { now.time } else { ends - 1 },
            slot: 0,
        };
        contest.round.draw(DRAWN)?;
        for (number, place) in places.iter().enumerate().take(contest.width) {
            let worker = Worker::Round(index, number);
            let seat = &mut contest.seats[number];
            if *place == Place::Empty {
                continue;
            }
            contest.round.check_claim(seat, now, &rules)?;
            seat.claim(&worker.address(), now);
            if let Place::Gave(answer) = *place {
                let contribution = worker.contribution(answer, contest.public);
                contest
                    .round
                    .contribute(seat, &worker.address(), &contribution, last, &rules)?;
                contest.answers[number] = answer;
            }
        }
        contest.filled = true;
        if !all {
            self.time = ends;
        }
        self.rounds[index] = Some(contest);
        Ok(())
    }

    fn decide(&mut self, digest: Digest, fake: bool, bare: bool) -> Step {
        let index = self.running_round().ok_or(MarketError::NotDisputed)?;
        let (now, rules) = (self.now(), self.rules);
        let mut contest = self.rounds[index].ok_or(MarketError::WrongAccount)?;
        let outcome = contest.round.decide(
            &mut contest.seats[..contest.width],
            &digest.bytes(),
            &digest.memory(fake),
            &SEED,
            NUMBER,
            now,
            &rules,
        )?;
        self.conclude(index, contest, &outcome, bare)
    }

    fn give_up(&mut self, bare: bool) -> Step {
        let index = self.running_round().ok_or(MarketError::NotDisputed)?;
        let (now, rules) = (self.now(), self.rules);
        let mut contest = self.rounds[index].ok_or(MarketError::WrongAccount)?;
        let seats = &mut contest.seats[..contest.width];
        contest.withheld = Round::majority_hash(seats).is_some();
        let outcome = contest.round.give_up(seats, &SEED, NUMBER, now, &rules)?;
        self.conclude(index, contest, &outcome, bare)
    }

    /// Applies a verdict: first to the seats of an overturned dispute, then to the task.
    fn conclude(&mut self, index: usize, contest: Contest, outcome: &Outcome, bare: bool) -> Step {
        let (now, rules) = (self.now(), self.rules);
        self.rounds[index] = Some(contest);
        if let (1, Outcome::Majority { digest }, Some(dispute)) =
            (index, outcome, &mut self.rounds[0])
        {
            let seats = &mut dispute.seats[..dispute.width];
            dispute.round.overturn(seats, digest, &SEED, NUMBER);
        }
        let first_hash = contest.round.first_hash;
        self.with_check(bare, |task, check| {
            task.apply(
                outcome,
                kind(index),
                &first_hash,
                check,
                &SEED,
                NUMBER,
                now,
                &rules,
            )
        })?;
        self.stood = 0;
        Ok(())
    }

    /// Keeps of a round that was just decided an accepted seat and one other of every kind: each in a world of its own
    /// with `witnesses`, because what becomes of a seat later does not depend on the others; else none.
    ///
    /// Returns nothing when no round was just decided.
    pub fn reduce(&self, witnesses: bool) -> Vec<Self> {
        let decided = |contest: &Contest| contest.round.is_decided() && !contest.reduced;
        let found = self
            .rounds
            .iter()
            .position(|c| c.as_ref().is_some_and(decided));
        let Some((index, contest)) = found.and_then(|at| Some((at, self.rounds[at]?))) else {
            return Vec::new();
        };
        let rejected = |seat: &Seat| seat.state() == SeatState::Rejected;
        let seats = contest.seats[..contest.width].iter().zip(contest.answers);
        let accepted = seats
            .clone()
            .find(|(seat, _)| seat.state() == SeatState::Accepted);
        let mut reduced = contest;
        reduced.reduced = true;
        reduced.loser = rejected(&contest.round.challenger)
            || contest.seats[..contest.width].iter().any(rejected);
        reduced.width = 0;
        if let Some((seat, answer)) = accepted {
            reduced.seats[0] = *seat;
            reduced.answers[0] = answer;
            reduced.width = 1;
        }
        let with = |contest: Contest| {
            let mut world = self.clone();
            world.rounds[index] = Some(contest);
            world
        };
        if !witnesses {
            reduced.challenger = Answer::None;
            reduced.round.challenger = Seat::zeroed();
            return vec![with(reduced)];
        }
        let mut kinds: Vec<(Seat, Answer)> = Vec::new();
        for (seat, answer) in seats {
            let known = |kind: &(Seat, Answer)| kind.0.state == seat.state && kind.1 == answer;
            if !kinds.iter().any(known) {
                kinds.push((*seat, answer));
            }
        }
        let other = kinds.into_iter().map(|(seat, answer)| {
            let mut reduced = reduced;
            reduced.seats[reduced.width] = seat;
            reduced.answers[reduced.width] = answer;
            reduced.width += 1;
            with(reduced)
        });
        other.collect()
    }

    /// Applies the verdict of the dispute a second time, while the appeal runs.
    fn replay(&mut self) -> Step {
        let dispute = self.rounds[0].ok_or(MarketError::WrongAccount)?;
        if !dispute.round.is_decided() {
            return Err(MarketError::RoundNotOver);
        }
        let outcome = match Digest::from_bytes(&dispute.round.digest) {
            Some(digest) => Outcome::Majority {
                digest: digest.bytes(),
            },
            None => Outcome::NoMajority,
        };
        self.conclude(0, dispute, &outcome, false)
    }
}

/// Returns which round it is.
pub fn kind(index: usize) -> RoundKind {
    match index {
        0 => RoundKind::Dispute,
        _ => RoundKind::Appeal,
    }
}

/// What becomes of a seat of a round before the round is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nobody takes it.
    Empty,
    /// It is taken and misses the end.
    NoShow,
    /// It contributes.
    Gave(Answer),
}

impl Place {
    /// Returns what became of a seat.
    pub fn of(seat: &Seat, answer: Answer) -> Self {
        match (seat.state(), answer) {
            (SeatState::Free, _) => Self::Empty,
            (_, Answer::None) => Self::NoShow,
            (_, answer) => Self::Gave(answer),
        }
    }
}

impl Chance {
    fn draw(self, seed: [u8; 32]) -> Draw {
        match self {
            Self::TooEarly => Draw::TooEarly,
            Self::NotDue => Draw::NotDue,
            Self::Due => Draw::Due(seed),
            Self::Lapsed => Draw::Lapsed,
        }
    }
}
