//! What anyone may do about a task at a time: draw, open, expire, finish.

use crate::market::{digest, memory, Place, Side, TaskId, World, REMEMBERED_SLOTS, SLOT_MS};
use crate::strategy::{honest, Scene};
use assay_market::game::contribution::agreement_hash;
use assay_market::game::draw::{draw_seed, is_due, Purpose};
use assay_market::game::seat::LateExpiry;
use assay_market::game::task::{Draw, Expiry, Opened, Phase, Task};
use assay_market::game::{Seat, SeatState};

/// Time after which somebody opens a round on a disagreement, ms.
const REACTION_MS: u64 = 2_000;

/// What comes next for a task.
pub(crate) enum Next {
    /// Something was done; there may be more to do now.
    Done,
    /// Nothing can be done before this time, ms.
    At(u64),
    /// Nothing is left to do, or somebody else's event comes first.
    Never,
}

impl World<'_> {
    /// Does everything that can be done about a task now, and plans when to look again.
    pub(crate) fn look(&mut self, task: TaskId) {
        while !self.tasks[task].settled {
            match self.advance(task) {
                Next::Done => {}
                Next::At(at) => return self.wake(task, at),
                Next::Never => return,
            }
        }
    }

    fn advance(&mut self, id: TaskId) -> Next {
        let phase = self.tasks[id].phase();
        match phase {
            Phase::Running => self.advance_running(id),
            Phase::Checking => self.advance_checking(id),
            Phase::Split => self.advance_split(id),
            Phase::Standing => self.advance_standing(id),
            Phase::Rechecking => self.advance_rechecking(id),
            Phase::Disputed => self.advance_round(id),
            Phase::Final | Phase::Unproven | Phase::Refunded | Phase::Cancelled => {
                self.settle(id);
                Next::Never
            }
        }
    }

    /// When the hash of the first slot after a slot of the job is known, ms.
    fn known_at(&self, id: TaskId, slot: u32) -> u64 {
        (self.job_of(id).posted_slot + u64::from(slot) + 2) * SLOT_MS
    }

    /// What the first slot after a slot of the job says about a check, now.
    fn draw_after(&self, id: TaskId, slot: u32, seat: u8, purpose: Purpose) -> Draw {
        let job = self.job_of(id);
        let drawing = job.posted_slot + u64::from(slot) + 1;
        if self.now < self.known_at(id, slot) {
            return Draw::TooEarly;
        }
        if self.now / SLOT_MS > drawing + REMEMBERED_SLOTS {
            return Draw::Lapsed;
        }
        let hash = self.slot_hash(drawing);
        let seed = draw_seed(&hash, &job.seed, self.tasks[id].number, purpose, seat);
        Draw::Due(seed)
    }

    fn advance_running(&mut self, id: TaskId) -> Next {
        let job = self.job_of(id).clone();
        let first = self.tasks[id].seats[0];
        match first.state() {
            SeatState::Free => {
                let until = self.second(&job, job.rules.claim_until);
                return self.wait_for_claim(id, Place::Seat(0), until);
            }
            SeatState::Claimed => {
                return self
                    .wait_until(id, self.second(&job, first.deadline(job.rules.run_window)));
            }
            _ => {}
        }
        let turn = self.tasks[id].seats.iter().position(Seat::is_pending);
        if let Some(seat) = turn {
            return self.advance_late(id, Place::Seat(seat));
        }
        let draw = if self.tasks[id].view(|task| task.awaits_check_draw(&job.rules)) {
            let slot = first.slot.get();
            let width = self.tasks[id].seats.len() as u8;
            match self.draw_after(id, slot, width, Purpose::LateSeat) {
                Draw::TooEarly => return Next::At(self.known_at(id, slot)),
                Draw::Due(seed) if is_due(&seed, job.rules.check_bps) => {
                    return self.open_check(id, Draw::Due(seed));
                }
                Draw::Due(_) => Draw::NotDue,
                other => return self.open_check(id, other),
            }
        } else {
            Draw::NotDue
        };
        self.advance_opening(id, draw)
    }

    /// Draws, offers or expires a late seat or a check.
    fn advance_late(&mut self, id: TaskId, place: Place) -> Next {
        let job = self.job_of(id).clone();
        let seat = *self.tasks[id].seat(place).expect("a late seat");
        if seat.awaits_draw() {
            let slot = seat.slot.get();
            let index = match place {
                Place::Seat(seat) => seat,
                _ => self.tasks[id].seats.len(),
            };
            let drawn = self.draw_after(id, slot, index as u8, Purpose::LateSeat);
            let now = self.moment(&job);
            let Draw::Due(seed) = drawn else {
                if drawn == Draw::TooEarly {
                    return Next::At(self.known_at(id, slot));
                }
                self.late_seat(id, place)
                    .draw_later(now)
                    .expect("a seat that waits");
                return Next::Done;
            };
            self.late_seat(id, place)
                .draw(seed)
                .expect("a seat that waits");
            if place == Place::Check {
                self.tasks[id].check_seed = seed;
            }
            self.offer(id, place, 0);
            return Next::Done;
        }
        if seat.state() == SeatState::Claimed {
            return self.wait_until(id, self.second(&job, seat.deadline(job.rules.run_window)));
        }
        let idle = seat.free_since.get() + job.rules.late_idle();
        let until = self.second(&job, seat.until.get().min(idle));
        self.wait_for_claim(id, place, until)
    }

    fn late_seat(&mut self, id: TaskId, place: Place) -> &mut Seat {
        let run = &mut self.tasks[id];
        match place {
            Place::Seat(seat) => &mut run.seats[seat],
            _ => run.check.as_mut().expect("a check"),
        }
    }

    fn wait_for_claim(&mut self, id: TaskId, place: Place, until: u64) -> Next {
        if self.now < until
            && !self.tasks[id]
                .offers
                .iter()
                .any(|offer| offer.place == place)
        {
            self.offer(id, place, 0);
        }
        self.wait_until(id, until)
    }

    /// Waits until a time and lets then expire what is overdue.
    fn wait_until(&mut self, id: TaskId, until: u64) -> Next {
        if self.now < until {
            return Next::At(until);
        }
        self.expire(id)
    }

    /// Moves what is overdue.
    ///
    /// # Panics
    /// When nothing is: the caller has looked at the clock.
    fn expire(&mut self, id: TaskId) -> Next {
        let job = self.job_of(id).clone();
        let now = self.moment(&job);
        let phase = self.tasks[id].phase();
        let run = &mut self.tasks[id];
        let mut rules = Task {
            seats: &mut run.seats,
        };
        let pending = run.check.as_ref().is_some_and(Seat::is_pending);
        let rechecked = phase == Phase::Rechecking;
        let missed = if (phase == Phase::Checking && pending) || rechecked {
            let check = run.check.as_mut().expect("a check");
            let expiry = rules
                .expire_check(check, now, &job.rules)
                .expect("an overdue check");
            (expiry == LateExpiry::Missed).then_some(Place::Check)
        } else {
            match rules
                .expire(run.check.as_mut(), now, &job.rules)
                .expect("something overdue")
            {
                Expiry::Missed { seat } => Some(Place::Seat(seat)),
                _ => None,
            }
        };
        run.offers.clear();
        run.ready_at = self.now;
        if let Some(place) = missed {
            let worker = run
                .holding(place)
                .expect("a missed seat has a holder")
                .worker;
            self.outcome.misses += 1;
            self.ledger.miss(worker, job.quote.bond, job.quote.missed);
        }
        Next::Done
    }

    fn open_check(&mut self, id: TaskId, draw: Draw) -> Next {
        let job = self.job_of(id).clone();
        let now = self.moment(&job);
        let run = &mut self.tasks[id];
        let mut check = Seat::default();
        let mut rules = Task {
            seats: &mut run.seats,
        };
        rules
            .open_check(&mut check, draw, now, &job.rules)
            .expect("a check that is due");
        run.check = Some(check);
        if let Draw::Due(seed) = draw {
            run.check_seed = seed;
        }
        self.outcome.checks += u64::from(!job.posting.filler);
        Next::Done
    }

    /// Lets a worker that knows the agreed result open it, as soon as one wants to.
    fn advance_opening(&mut self, id: TaskId, draw: Draw) -> Next {
        let job = self.job_of(id).clone();
        let until = self.second(&job, self.tasks[id].seats[0].until.get());
        if self.now >= until {
            return self.expire(id);
        }
        let Some((at, digest)) = self.opener(id) else {
            // Nobody opens: once the draw is forgotten, a check is due, and somebody wants to be paid for it.
            let awaits = self.tasks[id].view(|task| task.awaits_check_draw(&job.rules));
            let slot = job.posted_slot + u64::from(self.tasks[id].seats[0].slot.get()) + 1;
            let forgotten = (slot + REMEMBERED_SLOTS + 1) * SLOT_MS;
            return Next::At(if awaits { forgotten.min(until) } else { until });
        };
        if self.now < at {
            return Next::At(at);
        }
        let now = self.moment(&job);
        let run = &mut self.tasks[id];
        let number = run.number;
        let mut rules = Task {
            seats: &mut run.seats,
        };
        let check = run.check.as_mut();
        let opened = rules
            .open(&digest, check, draw, &job.seed, number, now, &job.rules)
            .expect("an opening that is due");
        if opened == Opened::Standing {
            self.stands(id);
        }
        Next::Done
    }

    /// Returns when the first of those that know the agreed result and want to open it does so, and the result.
    fn opener(&self, id: TaskId) -> Option<(u64, [u8; 32])> {
        let run = &self.tasks[id];
        let job = &self.jobs[run.job];
        let last = run
            .holdings
            .iter()
            .rev()
            .find(|held| held.answer.is_some())?
            .place;
        let mut first: Option<(u64, [u8; 32])> = None;
        for held in &run.holdings {
            let contributed = |seat: &Seat| seat.state() == SeatState::Contributed;
            if !run.seat(held.place).is_some_and(contributed) {
                continue;
            }
            let Some(digest) = held
                .answer
                .and_then(|answer| digest(&job.seed, run.number, answer))
            else {
                continue;
            };
            let wants = self.workers[held.worker].side != Side::Coalition
                || self.scenario.strategy.opens(&Scene {
                    world: self,
                    task: id,
                    place: held.place,
                    worker: held.worker,
                });
            if !wants || agreement_hash(&job.seed, run.number, &digest) != run.seats[0].hash {
                continue;
            }
            // Whoever contributes last opens in the same transaction.
            let wait = if held.place == last {
                0
            } else {
                self.workers[held.worker].latency
            };
            let at = run.ready_at + wait;
            if first.is_none_or(|(earliest, _)| at < earliest) {
                first = Some((at, digest));
            }
        }
        first
    }

    fn advance_checking(&mut self, id: TaskId) -> Next {
        let check = self.tasks[id].check.expect("a check");
        if check.is_pending() {
            return self.advance_late(id, Place::Check);
        }
        self.advance_opening(id, Draw::NotDue)
    }

    fn advance_rechecking(&mut self, id: TaskId) -> Next {
        let check = self.tasks[id].check.expect("a check");
        if check.is_pending() {
            return self.advance_late(id, Place::Check);
        }
        let job = self.job_of(id).clone();
        let run = &self.tasks[id];
        let held = *run.holding(Place::Check).expect("a contributed check");
        let known = held
            .answer
            .and_then(|answer| Some((answer, digest(&job.seed, run.number, answer)?)));
        let Some((answer, digest)) = known else {
            return self.wait_until(id, self.second(&job, check.until.get()));
        };
        let worker = &self.workers[held.worker].address;
        let memory = memory(&digest, answer, &run.check_seed, worker);
        let now = self.moment(&job);
        let run = &mut self.tasks[id];
        let number = run.number;
        let mut rules = Task {
            seats: &mut run.seats,
        };
        let check = run.check.as_mut().expect("a check");
        rules
            .open_recheck(check, &digest, &memory, &job.seed, number, now, &job.rules)
            .expect("an opening that is due");
        Next::Done
    }

    fn advance_split(&mut self, id: TaskId) -> Next {
        let job = self.job_of(id).clone();
        let until = self.second(&job, self.tasks[id].seats[0].until.get());
        if self.now >= until {
            return self.expire(id);
        }
        if !honest::opens_round(self, id) {
            return Next::At(until);
        }
        let at = self.tasks[id].ready_at + REACTION_MS;
        if self.now < at {
            return Next::At(at.min(until));
        }
        self.open_round(id);
        Next::Done
    }

    fn advance_standing(&mut self, id: TaskId) -> Next {
        let job = self.job_of(id).clone();
        let until = self.second(&job, self.tasks[id].seats[0].until.get());
        if self.now < until {
            return Next::At(until);
        }
        let now = self.moment(&job);
        let run = &mut self.tasks[id];
        let mut rules = Task {
            seats: &mut run.seats,
        };
        let end = rules.finish(now).expect("a task with seats");
        assert!(end.is_end(), "a hold that is over ends the task");
        Next::Done
    }

    /// The requester of a standing result asks for its unspent check, where there is one.
    pub(crate) fn request_check(&mut self, id: TaskId) {
        let job = self.job_of(id).clone();
        let now = self.moment(&job);
        let run = &mut self.tasks[id];
        let mut check = Seat::default();
        let mut rules = Task {
            seats: &mut run.seats,
        };
        if rules.request_check(&mut check, now, &job.rules).is_ok() {
            run.check = Some(check);
            self.outcome.checks += 1;
            self.look(id);
        }
    }
}
