//! One round by itself, every claim, contribution and second of it.
//!
//! [`crate::explore`] fills a round in one step. Here its seats are taken and delivered one after the other while the
//! clock stops before and at every end, and each verdict is compared with what the seats are known to have done.

use std::collections::HashMap;

use assay_market::game::{
    round::{Outcome, Round},
    Moment, Rules, Seat, SeatState,
};
use bytemuck::Zeroable;

use crate::answer::{Answer, Digest, Worker, NUMBER, SEED};
use crate::explore::{Counterexample, Findings};
use crate::property::Property;
use crate::world::MOST_MEMBERS;

const WIDTH: usize = MOST_MEMBERS;
const OPENED: u32 = 10;

#[derive(Clone, Copy)]
struct State {
    round: Round,
    time: u32,
    seats: [Seat; WIDTH],
    answers: [Answer; WIDTH],
    public: Option<Digest>,
    challenger: Answer,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Wait(u32),
    Draw,
    DrawLater,
    Claim(usize),
    Contribute(usize, Answer),
    Decide(Digest, bool),
    GiveUp,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    time: u32,
    drawn: u8,
    seats: [u8; WIDTH],
}

struct Node {
    state: State,
    parent: usize,
    step: Option<Step>,
}

/// Explores a round on an open disagreement and on each public result, with each challenger.
pub fn explore(rules: &Rules) -> Findings {
    let mut findings = Findings::default();
    findings.add(search(rules, None, Answer::None));
    for public in [Digest::Right, Digest::A] {
        findings.add(search(rules, Some(public), Answer::None));
        for challenger in Answer::PLAIN {
            if challenger.digest(None) != Some(public) {
                findings.add(search(rules, Some(public), challenger));
            }
        }
    }
    findings
}

fn search(rules: &Rules, public: Option<Digest>, challenger: Answer) -> Findings {
    let mut findings = Findings::default();
    let mut nodes = vec![Node {
        state: State::new(public, challenger),
        parent: usize::MAX,
        step: None,
    }];
    let mut known = HashMap::from([(nodes[0].state.key(), 0usize)]);
    let mut at = 0;
    while at < nodes.len() {
        let state = nodes[at].state;
        let mut goes_on = false;
        for step in state.attempts(rules) {
            let mut after = state;
            let outcome = match after.apply(step, rules) {
                Ok(outcome) => outcome,
                Err(()) => continue,
            };
            findings.transitions += 1;
            goes_on |= matches!(step, Step::Wait(_) | Step::GiveUp | Step::Decide(..));
            if let Some(outcome) = outcome {
                for property in after.violations(step, &outcome) {
                    report(&mut findings, &nodes, at, step, property);
                }
                let end = match outcome {
                    Outcome::Majority { .. } => "majority",
                    Outcome::NoMajority => "no_majority",
                };
                *findings.ends.entry(end.into()).or_default() += 1;
                continue;
            }
            if !after.times_hold(step, rules) {
                report(&mut findings, &nodes, at, step, Property::WentBack);
            }
            known.entry(after.key()).or_insert_with(|| {
                nodes.push(Node {
                    state: after,
                    parent: at,
                    step: Some(step),
                });
                nodes.len() - 1
            });
        }
        if !goes_on {
            report(&mut findings, &nodes, at, Step::GiveUp, Property::Stuck);
        }
        at += 1;
    }
    findings.states = nodes.len() as u64;
    findings
}

fn report(findings: &mut Findings, nodes: &[Node], at: usize, step: Step, property: Property) {
    let count = findings.violations.entry(property).or_default();
    *count += 1;
    if *count > 1 {
        return;
    }
    let (mut trace, mut node) = (vec![format!("{step:?}")], at);
    while let Some(step) = nodes[node].step {
        trace.push(format!("{step:?}"));
        node = nodes[node].parent;
    }
    let start = &nodes[node].state;
    trace.push(format!(
        "a round on {:?}, challenged with {:?}",
        start.public, start.challenger
    ));
    trace.reverse();
    let counterexample = Counterexample { property, trace };
    findings.counterexamples.push(counterexample);
}

impl State {
    fn new(public: Option<Digest>, challenger: Answer) -> Self {
        let now = Moment {
            time: OPENED,
            slot: 0,
        };
        let mut round = Round::open([0; 32], public.is_some(), now);
        if challenger != Answer::None {
            let worker = Worker::Challenger(0);
            let contribution = worker.contribution(challenger, None);
            round.set_challenger(&worker.address(), &contribution, now);
        }
        Self {
            round,
            time: OPENED,
            seats: [Seat::zeroed(); WIDTH],
            answers: [Answer::None; WIDTH],
            public,
            challenger,
        }
    }

    fn now(&self) -> Moment {
        Moment {
            time: self.time,
            slot: 0,
        }
    }

    fn key(&self) -> Key {
        let mut seats = [0; WIDTH];
        for (at, seat) in self.seats.iter().enumerate() {
            seats[at] = seat.state << 4 | self.answers[at] as u8;
        }
        seats.sort_unstable();
        Key {
            time: self.time,
            drawn: self.round.drawn,
            seats,
        }
    }

    fn attempts(&self, rules: &Rules) -> Vec<Step> {
        let mut steps = vec![Step::Draw, Step::DrawLater, Step::GiveUp];
        let ends = self.round.ends_at(rules);
        let boundaries = [
            OPENED + rules.round_claims(),
            ends,
            ends + rules.open_window,
        ];
        if let Some(next) = boundaries.into_iter().find(|at| *at > self.time) {
            if next - 1 > self.time {
                steps.push(Step::Wait(next - 1));
            }
            steps.push(Step::Wait(next));
        }
        // The seats are interchangeable: the first that is free, and the first that is claimed.
        let first = |state| self.seats.iter().position(|seat| seat.state() == state);
        steps.extend(first(SeatState::Free).map(Step::Claim));
        if let Some(seat) = first(SeatState::Claimed) {
            let answers: &[Answer] = if self.public.is_some() {
                &Answer::BLIND
            } else {
                &Answer::PLAIN
            };
            steps.extend(answers.iter().map(|a| Step::Contribute(seat, *a)));
        }
        for digest in Digest::ALL {
            steps.extend([Step::Decide(digest, false), Step::Decide(digest, true)]);
        }
        steps
    }

    fn apply(&mut self, step: Step, rules: &Rules) -> Result<Option<Outcome>, ()> {
        let (now, seed) = (self.now(), [1; 32]);
        let done = match step {
            Step::Wait(until) => {
                self.time = until;
                Ok(None)
            }
            Step::Draw => self.round.draw(seed).map(|()| None),
            Step::DrawLater => self.round.draw_later(now).map(|()| None),
            Step::Claim(at) => {
                let seat = &mut self.seats[at];
                let free = self.round.check_claim(seat, now, rules);
                free.map(|()| {
                    seat.claim(&Worker::Round(0, at).address(), now);
                    None
                })
            }
            Step::Contribute(at, answer) => {
                let worker = Worker::Round(0, at);
                let contribution = worker.contribution(answer, self.public);
                self.answers[at] = answer;
                let seat = &mut self.seats[at];
                let given =
                    self.round
                        .contribute(seat, &worker.address(), &contribution, now, rules);
                given.map(|()| None)
            }
            Step::Decide(digest, fake) => {
                let (bytes, memory) = (digest.bytes(), digest.memory(fake));
                let seats = &mut self.seats;
                self.round
                    .decide(seats, &bytes, &memory, &SEED, NUMBER, now, rules)
                    .map(Some)
            }
            Step::GiveUp => {
                let seats = &mut self.seats;
                self.round
                    .give_up(seats, &SEED, NUMBER, now, rules)
                    .map(Some)
            }
        };
        done.map_err(|_| ())
    }

    /// Claims end with the claims, contributions with the round, and nothing is taken before the draw.
    fn times_hold(&self, step: Step, rules: &Rules) -> bool {
        match step {
            Step::Claim(_) => self.time < OPENED + rules.round_claims() && self.round.is_drawn(),
            Step::Contribute(..) => self.time < self.round.ends_at(rules),
            _ => true,
        }
    }

    /// Compares a verdict with what the seats have done.
    fn violations(&self, step: Step, outcome: &Outcome) -> Vec<Property> {
        let mut list = Vec::new();
        let winner = match outcome {
            Outcome::Majority { digest } => {
                let winner = Answer::BLIND
                    .into_iter()
                    .find(|answer| answer.is_sealed() && self.count(|a| a == *answer) * 2 > WIDTH);
                let named = winner.and_then(|answer| answer.digest(self.public));
                if named.map(Digest::bytes) != Some(*digest) {
                    list.push(Property::FinalAgainstMajority);
                }
                winner
            }
            Outcome::NoMajority => None,
        };
        let withheld = matches!(step, Step::GiveUp);
        for (seat, answer) in self.seats.iter().zip(self.answers) {
            if !self
                .expected(answer, winner, withheld)
                .contains(&seat.state())
            {
                list.push(match answer {
                    Answer::Right => Property::HonestRejected,
                    _ => Property::Undecided,
                });
            }
        }
        let verdict = winner.and_then(|answer| answer.digest(self.public));
        list.extend(self.judge_challenger(verdict));
        list.extend(self.overturned(verdict));
        list
    }

    fn count(&self, counts: impl Fn(Answer) -> bool) -> usize {
        self.answers
            .iter()
            .filter(|answer| counts(**answer))
            .count()
    }

    /// Returns what a seat may come to.
    fn expected(
        &self,
        answer: Answer,
        winner: Option<Answer>,
        withheld: bool,
    ) -> &'static [SeatState] {
        let hash = |a: Answer| (a.digest(self.public), a == Answer::Lazy);
        let group = self.count(|a| a != Answer::None && hash(a) == hash(answer));
        let leads = group * 2 > WIDTH;
        match (answer, winner) {
            (Answer::None, _) => &[SeatState::Free, SeatState::Missed],
            (answer, Some(winner)) if answer == winner => &[SeatState::Accepted],
            (_, Some(_)) => &[SeatState::Rejected],
            // The majority did not open its result, or wrong seals in it cost it its majority.
            (_, None) if leads && withheld => &[SeatState::Rejected],
            (answer, None) if leads && !answer.is_sealed() => &[SeatState::Rejected],
            (_, None) => &[SeatState::Void],
        }
    }

    fn judge_challenger(&self, verdict: Option<Digest>) -> Option<Property> {
        let state = self.round.challenger.state();
        let right = self.challenger.is_sealed() && self.challenger.digest(None) == verdict;
        let expected = match (self.challenger, verdict) {
            (Answer::None, _) => SeatState::Free,
            (_, None) => SeatState::Missed,
            (_, Some(_)) if right => SeatState::Accepted,
            (_, Some(_)) => SeatState::Rejected,
        };
        (state != expected).then_some(Property::NobodyPays)
    }

    /// When an appeal decides for another digest, the seats of a private round and the challenger are judged anew by it; of a
    /// public one, whose contributions are blinded, the majority is rejected and the minority freed.
    fn overturned(&self, verdict: Option<Digest>) -> Option<Property> {
        for digest in Digest::ALL.into_iter().filter(|d| Some(*d) != verdict) {
            let mut after = *self;
            let seats = &mut after.seats;
            after.round.overturn(seats, &digest.bytes(), &SEED, NUMBER);
            let fits = |at: usize| {
                let (old, new) = (self.seats[at].state(), after.seats[at].state());
                // Contributions that were not blinded can be judged by the appeal's digest.
                let right = self.answers[at].is_sealed()
                    && self.answers[at].digest(self.public) == Some(digest);
                let judged = match new {
                    SeatState::Accepted => right,
                    SeatState::Rejected => !right,
                    _ => false,
                };
                let is_private = self.public.is_none();
                match (verdict, old) {
                    (Some(_), SeatState::Accepted | SeatState::Rejected) if is_private => judged,
                    (Some(_), SeatState::Accepted) => new == SeatState::Rejected,
                    (Some(_), SeatState::Rejected) => new == SeatState::Void,
                    (None, SeatState::Void) if is_private => judged || new == old,
                    _ => new == old,
                }
            };
            if !(0..WIDTH).all(fits) {
                return Some(Property::Undecided);
            }
            let once = after.seats;
            after
                .round
                .overturn(&mut after.seats, &digest.bytes(), &SEED, NUMBER);
            if once != after.seats {
                return Some(Property::WentBack);
            }
            let judged = after.judge_challenger(verdict.map(|_| digest));
            if judged.is_some() {
                return judged;
            }
        }
        None
    }
}
