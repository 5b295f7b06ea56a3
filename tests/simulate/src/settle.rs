//! Pays and penalizes once a task is over.

use crate::market::{digest, Place, Side, TaskId, WorkerId, World};
use crate::parameters::PRICE;
use crate::rounds::challenge_stake;
use crate::strategy::Answer;
use assay_market::game::money::Payouts;
use assay_market::game::task::{flag, Phase};
use assay_market::game::SeatState;

/// Everybody who gets or loses something.
#[derive(Default)]
struct Shares {
    /// Penalties collected, stake base units.
    collected: u64,
    /// Round seats that agree with the verdict.
    members: Vec<WorkerId>,
    /// Seats of the task and challengers that agree with it.
    right: Vec<WorkerId>,
}

impl World<'_> {
    /// Settles a task that has ended.
    ///
    /// # Panics
    /// When it was settled before, or a seat is in a state that no ended task has.
    pub(crate) fn settle(&mut self, id: TaskId) {
        assert!(!self.tasks[id].settled, "a task ends once");
        self.tasks[id].settled = true;
        self.tasks[id].offers.clear();
        self.count_end(id);
        let job = self.job_of(id).clone();
        if self.tasks[id].view(|task| task.is_accused()) {
            let first = self.first_worker(id);
            self.ledger.acquit(first, job.quote.lie);
        }
        let escrow = self.tasks[id].escrow;
        let mut shares = Shares::default();
        for held in self.last_holdings(id) {
            let run = &self.tasks[id];
            let seat = run.seat(held.0).expect("a held place");
            if seat.worker != self.workers[held.1].address {
                continue;
            }
            let (state, claimed_at) = (seat.state(), seat.claimed_at.get());
            let worker = held.1;
            let (bond, lie) = match held.0 {
                Place::Challenger(round) => challenge_stake(&job.quote, round),
                _ => (job.quote.bond, job.quote.lie),
            };
            match state {
                SeatState::Accepted => {
                    self.ledger.release(worker, bond);
                    match held.0 {
                        Place::Seat(index) => {
                            if self.tasks[id].view(|task| task.is_paid(index)) {
                                self.pay(id, worker);
                            }
                            shares.right.push(worker);
                        }
                        Place::Check => {
                            self.pay(id, worker);
                            shares.right.push(worker);
                        }
                        Place::Challenger(_) => shares.right.push(worker),
                        Place::Round(..) => shares.members.push(worker),
                    }
                }
                SeatState::Rejected => {
                    self.note_exposure(id, claimed_at);
                    shares.collected += self.ledger.convict(worker, bond, lie);
                }
                SeatState::Missed => {
                    self.outcome.misses += 1;
                    self.ledger.miss(worker, bond, job.quote.missed);
                }
                SeatState::Void => self.ledger.release(worker, bond),
                // The seat reopened after its miss and was closed.
                SeatState::Free | SeatState::Closed => {}
                state => panic!("{:?} is {state:?} after the end", held.0),
            }
            self.count_unpaid(id, held.0, worker, state);
        }
        self.divide(id, &shares);
        if self.tasks[id].phase() == Phase::Final {
            self.ledger.pay_fee(escrow, job.quote.fee);
        }
        self.ledger.refund(escrow);
    }

    /// The places of a task with who held each last.
    fn last_holdings(&self, id: TaskId) -> Vec<(Place, WorkerId)> {
        let mut last: Vec<(Place, WorkerId)> = Vec::new();
        for held in &self.tasks[id].holdings {
            match last.iter_mut().find(|(place, _)| *place == held.place) {
                Some(entry) => entry.1 = held.worker,
                None => last.push((held.place, held.worker)),
            }
        }
        last
    }

    fn pay(&mut self, id: TaskId, worker: WorkerId) {
        self.ledger.pay(self.tasks[id].escrow, worker, PRICE);
        self.tasks[id].paid_to.push(worker);
    }

    fn divide(&mut self, id: TaskId, shares: &Shares) {
        let quote = self.job_of(id).quote;
        let penalty = quote
            .penalty()
            .expect("amounts of the simulated market fit 64 bits");
        if self.tasks[id].rounds.is_empty() {
            self.ledger.burn(shares.collected);
            return;
        }
        let payouts = Payouts::with_bounty(
            shares.collected,
            shares.members.len() as u32,
            shares.right.len() as u32,
            quote.value,
            penalty,
            self.scenario.parameters.bounty_prices,
        );
        for worker in &shares.members {
            self.ledger.reward(*worker, payouts.member);
        }
        for worker in &shares.right {
            self.ledger.reward(*worker, payouts.bounty);
        }
        self.ledger.burn(payouts.burned);
    }

    fn note_exposure(&mut self, id: TaskId, claimed_at: u32) {
        let job = self.job_of(id);
        let run = &self.tasks[id];
        let late = run.seats.len() - 1 + usize::from(run.check.is_some());
        let bound = job.rules.exposure(late as u32);
        let taken = u64::from(self.moment(job).time - claimed_at);
        assert!(
            taken <= bound,
            "a penalty comes {taken} s after the claim, the law says {bound}"
        );
        self.outcome.exposure = self.outcome.exposure.max(taken as f64 / bound as f64);
    }

    fn count_unpaid(&mut self, id: TaskId, place: Place, worker: WorkerId, state: SeatState) {
        let ran = self.tasks[id].answer(place) == Some(Answer::Right);
        let paid = state == SeatState::Accepted;
        if place.is_round() && self.workers[worker].side == Side::Coalition {
            self.outcome.votes_accepted += u64::from(paid);
            self.outcome.votes_rejected += u64::from(state == SeatState::Rejected);
        }
        if ran && !paid && self.workers[worker].side == Side::Honest {
            self.outcome.honest.unpaid_runs += 1.0;
        }
    }

    fn count_end(&mut self, id: TaskId) {
        let run = &self.tasks[id];
        let job = &self.jobs[run.job];
        if job.posting.filler {
            return;
        }
        let right = digest(&job.seed, run.number, Answer::Right);
        let wrong = run.has(flag::OPEN) && run.public_digest() != right;
        match (run.phase(), wrong) {
            (Phase::Final, false) => self.outcome.final_right += 1,
            (Phase::Final, true) => self.outcome.final_wrong += 1,
            (Phase::Unproven, false) => self.outcome.unproven_right += 1,
            (Phase::Unproven, true) => self.outcome.unproven_wrong += 1,
            (Phase::Cancelled, _) => {
                self.outcome.tasks -= 1;
                self.outcome.cancelled += 1;
            }
            _ => self.outcome.refunded += 1,
        }
    }
}
