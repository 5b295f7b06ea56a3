//! Challenges, disputes and appeals.

use crate::engine::Event;
use crate::ledger::{covers, SeatKind};
use crate::market::{
    contribution, digest, memory, Holding, Place, RoundRun, Side, TaskId, WorkerId, World,
    REMEMBERED_SLOTS, SLOT_MS,
};
use crate::progress::Next;
use crate::strategy::{honest, Answer, Scene};
use assay_market::game::contribution::{agreement_hash, blinded};
use assay_market::game::draw::{draw_seed, Purpose};
use assay_market::game::money::Quote;
use assay_market::game::round::{Outcome, Round, RoundKind};
use assay_market::game::task::{Phase, Task};
use assay_market::game::{Seat, SeatState};

/// What the challenger binds that opens the round of this index, and what its lie costs beside that.
pub(crate) fn challenge_stake(quote: &Quote, round: usize) -> (u64, u64) {
    let kind = if round == 0 {
        RoundKind::Dispute
    } else {
        RoundKind::Appeal
    };
    let stake = quote.challenge(kind.seats());
    stake.expect("amounts of the simulated market fit 64 bits")
}

impl World<'_> {
    /// Opens the round that a disagreement asks for by itself.
    pub(crate) fn open_round(&mut self, id: TaskId) {
        let job = self.job_of(id).clone();
        let now = self.moment(&job);
        let first_hash = self.tasks[id].first_hash(&job.seed);
        let blind = self.tasks[id].public_digest().is_some();
        let run = &mut self.tasks[id];
        let mut rules = Task {
            seats: &mut run.seats,
        };
        let kind = rules.open_round(now).expect("a split task");
        self.begin_round(id, kind, Round::open(first_hash, blind, now));
    }

    /// Returns who holds the first seat of a task in which it has contributed.
    pub(crate) fn first_worker(&self, id: TaskId) -> WorkerId {
        let first = self.tasks[id].holding(Place::Seat(0));
        first.expect("a disputed task has a first worker").worker
    }

    fn begin_round(&mut self, id: TaskId, kind: RoundKind, round: Round) {
        self.outcome.rounds += 1;
        if self.tasks[id].rounds.is_empty() {
            let first = self.first_worker(id);
            let lie = self.job_of(id).quote.lie;
            self.ledger.accuse(first, lie);
        }
        let run = &mut self.tasks[id];
        run.offers.clear();
        run.ready_at = self.now;
        run.rounds.push(RoundRun {
            kind,
            round,
            seats: vec![Seat::default(); kind.seats()],
        });
    }

    /// A result stands since now: whoever may contradict it makes up its mind.
    pub(crate) fn stands(&mut self, id: TaskId) {
        let scenario = self.scenario;
        let rounds = self.tasks[id].rounds.len();
        self.tasks[id].ready_at = self.now;
        for worker in 0..self.workers.len() {
            if self.workers[worker].side != Side::Watcher {
                continue;
            }
            // Once it has run the task it knows the result, however many rounds there are.
            let knows = self.tasks[id]
                .holding(Place::Challenger(0))
                .is_some_and(|held| held.worker == worker);
            if knows || self.random.chance(scenario.population.watched_bps) {
                let run_ms = if knows {
                    0
                } else {
                    self.random
                        .between(scenario.nodes.run_ms.0, scenario.nodes.run_ms.1)
                };
                self.outcome.watched += u64::from(!knows);
                let at = self.now + run_ms + self.workers[worker].latency;
                self.queue.push(at, Event::Challenge(id, rounds, worker));
            }
        }
        for worker in honest::appellants(self, id) {
            let at = self.now + self.workers[worker].latency;
            self.queue.push(at, Event::Challenge(id, rounds, worker));
        }
        if let Some(plan) = scenario.strategy.contradicts(self, id) {
            self.queue.push(
                plan.at.max(self.now),
                Event::Challenge(id, rounds, plan.worker),
            );
        }
        if let Some(at) = scenario.strategy.requests_check(self, id) {
            self.queue.push(at.max(self.now), Event::RequestCheck(id));
        }
    }

    /// A worker contradicts the standing result, if it still stands and differs from its own.
    pub(crate) fn challenge(&mut self, id: TaskId, rounds: usize, worker: WorkerId) {
        let run = &self.tasks[id];
        let job = self.job_of(id).clone();
        if run.phase() != Phase::Standing || run.rounds.len() != rounds {
            return;
        }
        let place = Place::Challenger(rounds);
        let scene = Scene {
            world: self,
            task: id,
            place,
            worker,
        };
        let answer = match self.workers[worker].side {
            Side::Coalition => self.scenario.strategy.answer(&scene),
            _ => Answer::Right,
        };
        let standing = run.public_digest();
        let account = self.ledger.account(worker);
        let (bond, lie) = challenge_stake(&job.quote, rounds);
        let affordable = covers(
            account,
            &self.scenario.parameters,
            SeatKind::Challenge,
            bond,
            lie,
        );
        if digest(&job.seed, run.number, answer) == standing || !affordable {
            return;
        }
        let now = self.moment(&job);
        let first_hash = run.first_hash(&job.seed);
        let address = self.workers[worker].address;
        let given = contribution(&job.seed, run.number, &address, answer, None, first_hash);
        let run = &mut self.tasks[id];
        let mut rules = Task {
            seats: &mut run.seats,
        };
        let Ok(kind) = rules.challenge(&given, &job.seed, run.number, now) else {
            return;
        };
        let mut round = Round::open(first_hash, true, now);
        round.set_challenger(&address, &given, now);
        run.holdings.push(Holding {
            place,
            worker,
            answer: Some(answer),
        });
        self.ledger.bind(worker, bond);
        self.begin_round(id, kind, round);
        self.look(id);
    }

    /// Moves the last round of a disputed task.
    pub(crate) fn advance_round(&mut self, id: TaskId) -> Next {
        let job = self.job_of(id).clone();
        let now = self.moment(&job);
        let index = self.tasks[id].rounds.len() - 1;
        let run = &self.tasks[id].rounds[index];
        if !run.round.is_drawn() && now.time < run.round.ends_at(&job.rules) {
            return self.draw_round(id, index);
        }
        if !run.round.is_over(&run.seats, now, &job.rules) {
            return Next::At(self.second(&job, run.round.ends_at(&job.rules)));
        }
        let number = self.tasks[id].number;
        let majority = Round::majority_hash(&run.seats);
        let open_until = run.round.ends_at(&job.rules) + job.rules.open_window;
        let opening = majority.and_then(|hash| self.round_opener(id, index, &hash));
        let outcome = if let Some((digest, memory)) = opening {
            let run = &mut self.tasks[id].rounds[index];
            run.round
                .decide(
                    &mut run.seats,
                    &digest,
                    &memory,
                    &job.seed,
                    number,
                    now,
                    &job.rules,
                )
                .expect("a majority that opens in time")
        } else {
            if majority.is_some() && now.time < open_until {
                return Next::At(self.second(&job, open_until));
            }
            let run = &mut self.tasks[id].rounds[index];
            run.round
                .give_up(&mut run.seats, &job.seed, number, now, &job.rules)
                .expect("a round that nobody can decide")
        };
        self.outcome.hung_rounds += u64::from(outcome == Outcome::NoMajority);
        self.apply(id, &outcome);
        Next::Done
    }

    fn draw_round(&mut self, id: TaskId, index: usize) -> Next {
        let job = self.job_of(id).clone();
        let run = &self.tasks[id].rounds[index];
        let drawing = job.posted_slot + u64::from(run.round.slot.get()) + 1;
        let known_at = (drawing + 1) * SLOT_MS;
        if self.now < known_at {
            return Next::At(known_at);
        }
        assert!(
            self.now / SLOT_MS <= drawing + REMEMBERED_SLOTS,
            "rounds are drawn at once"
        );
        let purpose = match run.kind {
            RoundKind::Dispute => Purpose::Dispute,
            RoundKind::Appeal => Purpose::Appeal,
        };
        let hash = self.slot_hash(drawing);
        let seed = draw_seed(&hash, &job.seed, self.tasks[id].number, purpose, 0);
        let run = &mut self.tasks[id].rounds[index];
        run.round.draw(seed).expect("a round that waits");
        for seat in 0..run.seats.len() {
            self.offer(id, Place::Round(index, seat), 0);
        }
        Next::Done
    }

    /// Returns what a member of the majority opens, if one knows and wants to.
    fn round_opener(
        &self,
        id: TaskId,
        index: usize,
        majority: &[u8; 32],
    ) -> Option<([u8; 32], [u8; 32])> {
        let run = &self.tasks[id];
        let job = &self.jobs[run.job];
        let round = &run.rounds[index].round;
        run.holdings.iter().find_map(|held| {
            let Place::Round(of, seat) = held.place else {
                return None;
            };
            if of != index || run.rounds[index].seats[seat].state() != SeatState::Contributed {
                return None;
            }
            let answer = held.answer?;
            let digest = digest(&job.seed, run.number, answer)?;
            let address = &self.workers[held.worker].address;
            let memory = memory(&digest, answer, &round.seed, address);
            let value = if round.blind != 0 {
                blinded(&digest, &memory)
            } else {
                digest
            };
            let wants = self.workers[held.worker].side != Side::Coalition
                || self.scenario.strategy.opens(&Scene {
                    world: self,
                    task: id,
                    place: held.place,
                    worker: held.worker,
                });
            let fits = agreement_hash(&job.seed, run.number, &value) == *majority;
            (wants && fits).then_some((digest, memory))
        })
    }

    fn apply(&mut self, id: TaskId, outcome: &Outcome) {
        let job = self.job_of(id).clone();
        let now = self.moment(&job);
        let run = &mut self.tasks[id];
        let number = run.number;
        let last = run.rounds.len() - 1;
        let kind = run.rounds[last].kind;
        let first_hash = run.rounds[last].round.first_hash;
        if let (Outcome::Majority { digest }, true) = (outcome, last > 0) {
            let dispute = &mut run.rounds[0];
            dispute
                .round
                .overturn(&mut dispute.seats, digest, &job.seed, number);
        }
        let mut rules = Task {
            seats: &mut run.seats,
        };
        rules
            .apply(
                outcome,
                kind,
                &first_hash,
                run.check.as_mut(),
                &job.seed,
                number,
                now,
                &job.rules,
            )
            .expect("a disputed task");
        run.offers.clear();
        run.ready_at = self.now;
        if run.phase() == Phase::Standing {
            self.stands(id);
        }
    }
}
