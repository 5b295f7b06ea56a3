//! Free places are offered, claimed in the order of rank, and delivered.

use crate::ledger::{covers, SeatKind};
use crate::market::{
    contribution, Holding, Job, Offer, Place, Side, TaskId, WorkerId, World, SLOT_MS,
};
use crate::strategy::{honest, Answer, Scene};
use assay_market::game::money::Quote;
use assay_market::game::rank::{admitted_after, is_admitted, ticket};
use assay_market::game::task::{Phase, Task};
use assay_market::game::SeatState;

/// How often a place is offered again to workers that had no room for it.
const MOST_OFFERS: u32 = 20;

/// How many workers a place is offered to at first, by rank. The seventeenth is admitted half a minute after the first,
/// far more than latencies differ.
const FIRST_ASKED: usize = 16;

/// What decides who may take a place.
struct Admission {
    seed: [u8; 32],
    seat: u32,
    misses: u8,
    /// Since when the place is free, seconds of the job.
    free_since: u32,
    step: u32,
    /// Collateral younger than this counts for nothing, ms.
    seed_at: u64,
}

impl World<'_> {
    fn admission(&self, task: TaskId, place: Place) -> Admission {
        let run = &self.tasks[task];
        let job = &self.jobs[run.job];
        let width = run.seats.len() as u32;
        let slot_at = |slot: u32| (job.posted_slot + u64::from(slot)) * SLOT_MS;
        match place {
            Place::Seat(0) => Admission {
                seed: job.seed,
                seat: run.number * width,
                misses: run.seats[0].misses,
                free_since: run.seats[0].free_since.get().max(run.added_at),
                step: job.rules.step,
                seed_at: job.posted_at * 1_000,
            },
            Place::Seat(_) | Place::Check => {
                let seat = run.seat(place).expect("an offered seat");
                Admission {
                    seed: seat.hash,
                    seat: match place {
                        Place::Seat(index) => index as u32,
                        _ => width,
                    },
                    misses: seat.misses,
                    free_since: seat.free_since.get(),
                    step: job.rules.step,
                    seed_at: slot_at(seat.slot.get()),
                }
            }
            Place::Round(round, seat) => {
                let round = &run.rounds[round].round;
                Admission {
                    seed: round.seed,
                    seat: seat as u32,
                    misses: 0,
                    free_since: round.opened_at.get(),
                    step: job.rules.round_step(),
                    seed_at: slot_at(round.slot.get()),
                }
            }
            Place::Challenger(_) => unreachable!("a challenge has no rank"),
        }
    }

    fn draw_ticket(&self, admission: &Admission, worker: WorkerId) -> u32 {
        let address = &self.workers[worker].address;
        ticket(&admission.seed, address, admission.seat, admission.misses)
    }

    /// When a worker with this ticket is admitted, ms; `None` for practically never.
    fn admitted_at(
        &self,
        job: &Job,
        admission: &Admission,
        ticket: u32,
        worker: WorkerId,
    ) -> Option<u64> {
        let collateral = self.ledger.account(worker).collateral();
        let total = job.rules.total_collateral;
        let after = admitted_after(ticket, collateral, total, admission.step)?;
        Some(self.second(job, admission.free_since.checked_add(after)?))
    }

    /// Returns whether a worker of the coalition would be the first to take a task of a job, as far as ranks go.
    pub(crate) fn first_rank_is_ours(&self, job: &Job, number: u32) -> bool {
        let admission = Admission {
            seed: job.seed,
            seat: number * (u32::from(job.rules.late_seats) + 1),
            misses: 0,
            free_since: 0,
            step: job.rules.step,
            seed_at: job.posted_at * 1_000,
        };
        let able = |worker: &WorkerId| {
            self.workers[*worker].side != Side::Watcher && self.has_room(*worker, &job.quote)
        };
        let rank = |worker: &WorkerId| self.rank(self.draw_ticket(&admission, *worker), *worker);
        let first = (0..self.workers.len())
            .filter(able)
            .min_by(|a, b| rank(a).total_cmp(&rank(b)));
        first.is_some_and(|worker| self.workers[worker].side == Side::Coalition)
    }

    /// Returns whether a worker has the collateral for another first seat.
    pub(crate) fn has_room(&self, worker: WorkerId, quote: &Quote) -> bool {
        covers(
            self.ledger.account(worker),
            &self.scenario.parameters,
            SeatKind::First,
            quote.bond,
            quote.lie,
        )
    }

    /// The order in which workers are admitted: the smaller, the earlier.
    fn rank(&self, ticket: u32, worker: WorkerId) -> f64 {
        f64::from(ticket) / self.ledger.account(worker).collateral() as f64
    }

    /// Offers a free place to all workers, in the order in which their claims will land.
    pub(crate) fn offer(&mut self, task: TaskId, place: Place, tries: u32) {
        let job = self.job_of(task).clone();
        let admission = self.admission(task, place);
        let mut ranks: Vec<(f64, u32, WorkerId)> = Vec::with_capacity(self.workers.len());
        for worker in 0..self.workers.len() {
            if self.is_ready(task, worker) && self.ledger.account(worker).collateral() > 0 {
                let ticket = self.draw_ticket(&admission, worker);
                ranks.push((self.rank(ticket, worker), ticket, worker));
            }
        }
        // At first only to those who can come first: the others are asked when none of these takes it.
        if tries == 0 && ranks.len() > FIRST_ASKED {
            ranks.select_nth_unstable_by(FIRST_ASKED, |a, b| a.0.total_cmp(&b.0));
            ranks.truncate(FIRST_ASKED);
        }
        let mut candidates: Vec<(u64, WorkerId)> = Vec::with_capacity(ranks.len());
        for (_, ticket, worker) in ranks {
            if let Some(at) = self.admitted_at(&job, &admission, ticket, worker) {
                // Transactions that arrive together are ordered by chance inside a slot.
                let at = at.max(self.now) + self.workers[worker].latency;
                candidates.push((at + self.random.between(0, SLOT_MS - 1), worker));
            }
        }
        candidates.sort_unstable_by(|a, b| b.cmp(a));
        let next = candidates.last().copied();
        let offers = &mut self.tasks[task].offers;
        offers.retain(|offer| offer.place != place);
        offers.push(Offer {
            place,
            candidates,
            tries,
        });
        if let Some((at, _)) = next {
            self.plan_claim(task, place, at);
        }
    }

    /// Lets the next worker in line claim a place.
    pub(crate) fn claim(&mut self, task: TaskId, place: Place) {
        let run = &mut self.tasks[task];
        let Some(index) = run.offers.iter().position(|offer| offer.place == place) else {
            return;
        };
        let Some((at, worker)) = run.offers[index].candidates.last().copied() else {
            let tries = run.offers[index].tries + 1;
            return self.offer(task, place, tries);
        };
        if at > self.now {
            // The place was offered anew since this claim was planned.
            return;
        }
        run.offers[index].candidates.pop();
        if self.takes(task, place, worker) {
            self.tasks[task].offers.retain(|offer| offer.place != place);
            return;
        }
        let offer = &self.tasks[task].offers[index];
        if let Some((at, _)) = offer.candidates.last() {
            self.plan_claim(task, place, (*at).max(self.now));
        } else if offer.tries < MOST_OFFERS {
            let pause = if offer.tries == 0 {
                0
            } else {
                1_000 << offer.tries.min(11)
            };
            self.plan_claim(task, place, self.now + pause);
        }
    }

    fn takes(&mut self, task: TaskId, place: Place, worker: WorkerId) -> bool {
        if !self.may_claim(task, place, worker) {
            return false;
        }
        let strategy = self.scenario.strategy.clone();
        let ours = self.workers[worker].side == Side::Coalition;
        let scene = Scene {
            world: self,
            task,
            place,
            worker,
        };
        if ours && !strategy.claims(&scene) {
            return false;
        }
        self.take(task, place, worker);
        if ours {
            strategy.has_claimed(self, worker);
        }
        true
    }

    fn may_claim(&self, task: TaskId, place: Place, worker: WorkerId) -> bool {
        let run = &self.tasks[task];
        let job = &self.jobs[run.job];
        let now = self.moment(job);
        let address = &self.workers[worker].address;
        let allowed = match place {
            Place::Seat(seat) => {
                run.view(|task| task.check_claim(seat, address, now, &job.rules).is_ok())
            }
            Place::Check => {
                let check = run.check.as_ref().expect("an offered check");
                run.view(|task| task.check_check_claim(check, address, now).is_ok())
            }
            Place::Round(round, seat) => {
                let round = &run.rounds[round];
                round
                    .round
                    .check_claim(&round.seats[seat], now, &job.rules)
                    .is_ok()
            }
            Place::Challenger(_) => false,
        };
        if !allowed {
            return false;
        }
        let admission = self.admission(task, place);
        let account = self.ledger.account(worker);
        let drawn = self.draw_ticket(&admission, worker);
        let elapsed = now.time - admission.free_since;
        let total = job.rules.total_collateral;
        let kind = match place {
            Place::Seat(0) => SeatKind::First,
            _ => SeatKind::Later,
        };
        account.added_at <= admission.seed_at
            && is_admitted(drawn, account.collateral(), total, elapsed, admission.step)
            && covers(
                account,
                &self.scenario.parameters,
                kind,
                job.quote.bond,
                job.quote.lie,
            )
    }

    fn take(&mut self, task: TaskId, place: Place, worker: WorkerId) {
        let scenario = self.scenario;
        let job = self.job_of(task).clone();
        let now = self.moment(&job);
        self.ledger.bind(worker, job.quote.bond);
        let address = self.workers[worker].address;
        let run = &mut self.tasks[task];
        let seat = match place {
            Place::Seat(seat) => &mut run.seats[seat],
            Place::Check => run.check.as_mut().expect("an offered check"),
            Place::Round(round, seat) => &mut run.rounds[round].seats[seat],
            Place::Challenger(_) => unreachable!("a challenge has no rank"),
        };
        seat.claim(&address, now);
        run.holdings.push(Holding {
            place,
            worker,
            answer: None,
        });
        self.count_claim(task, place, worker);
        let run_ms = self
            .random
            .between(scenario.nodes.run_ms.0, scenario.nodes.run_ms.1);
        match self.workers[worker].side {
            Side::Coalition => {
                let scene = Scene {
                    world: self,
                    task,
                    place,
                    worker,
                };
                let delay = scenario.strategy.delay(&scene, run_ms);
                self.plan_delivery(task, place, worker, self.now + delay.max(1));
            }
            _ => {
                if !self.random.chance(scenario.nodes.fail_bps) {
                    let latency = self.workers[worker].latency;
                    self.plan_delivery(task, place, worker, self.now + run_ms + latency);
                }
            }
        }
        self.look(task);
    }

    fn count_claim(&mut self, task: TaskId, place: Place, worker: WorkerId) {
        let ours = self.workers[worker].side == Side::Coalition;
        if self.job_of(task).posting.filler {
            return;
        }
        match (place, ours) {
            (Place::Seat(0), true) => self.outcome.coalition_first += 1,
            (Place::Seat(0), false) => self.outcome.honest_first += 1,
            (Place::Seat(_) | Place::Check, true) => self.outcome.coalition_later += 1,
            (Place::Seat(_) | Place::Check, false) => self.outcome.honest_later += 1,
            _ => {}
        }
        if place == Place::Seat(0) {
            let added_at = u64::from(self.tasks[task].added_at);
            self.outcome.waited += self.now / 1_000 - self.job_of(task).posted_at - added_at;
        }
    }

    /// A worker contributes to a place that it claimed.
    ///
    /// # Panics
    /// When the rules refuse a contribution that is in time.
    pub(crate) fn deliver(&mut self, task: TaskId, place: Place, worker: WorkerId) {
        let scene = Scene {
            world: self,
            task,
            place,
            worker,
        };
        let answer = match self.workers[worker].side {
            Side::Coalition => self.scenario.strategy.answer(&scene),
            _ => honest::answer(&scene),
        };
        let run = &self.tasks[task];
        let seat = run.seat(place).expect("a claimed seat");
        let held =
            seat.state() == SeatState::Claimed && seat.worker == self.workers[worker].address;
        if answer == Answer::Nothing || !held {
            return;
        }
        let job = self.job_of(task).clone();
        let now = self.moment(&job);
        let address = self.workers[worker].address;
        let blind = match place {
            Place::Round(round, _) => {
                let round = &run.rounds[round].round;
                (round.blind != 0).then_some(round.seed)
            }
            Place::Check => (run.phase() == Phase::Rechecking).then_some(run.check_seed),
            _ => None,
        };
        let other = self.seen_hash(task, place);
        let number = run.number;
        let given = contribution(&job.seed, number, &address, answer, blind.as_ref(), other);
        let run = &mut self.tasks[task];
        let mut rules = Task {
            seats: &mut run.seats,
        };
        let done = match place {
            Place::Seat(seat) => rules.contribute(seat, &address, &given, now, &job.rules),
            Place::Check => {
                let check = run.check.as_mut().expect("a claimed check");
                rules.contribute_check(check, &address, &given, now, &job.rules)
            }
            Place::Round(round, seat) => {
                let round = &mut run.rounds[round];
                let seat = &mut round.seats[seat];
                round
                    .round
                    .contribute(seat, &address, &given, now, &job.rules)
            }
            Place::Challenger(_) => unreachable!("a challenge is contributed at once"),
        };
        if done.is_err() {
            // Too late: the deadline takes its course.
            return;
        }
        run.ready_at = self.now;
        self.note_answer(task, place, answer);
        self.count_delivery(task, place, worker, answer);
        self.look(task);
    }

    fn count_delivery(&mut self, task: TaskId, place: Place, worker: WorkerId, answer: Answer) {
        if self.job_of(task).posting.filler {
            return;
        }
        let ours = self.workers[worker].side == Side::Coalition;
        let lies = ours && place == Place::Seat(0) && answer != Answer::Right;
        self.outcome.lies += u64::from(lies);
        match place {
            Place::Round(..) => self.outcome.round_runs += 1,
            _ => self.outcome.runs += 1,
        }
    }

    /// Returns an agreement hash that somebody else has contributed where the place competes with it.
    fn seen_hash(&self, task: TaskId, place: Place) -> [u8; 32] {
        let run = &self.tasks[task];
        let seats = match place {
            Place::Round(round, _) => &run.rounds[round].seats,
            _ => &run.seats,
        };
        let contributed = seats
            .iter()
            .find(|seat| seat.state() == SeatState::Contributed);
        contributed.map_or([7; 32], |seat| seat.hash)
    }
}
