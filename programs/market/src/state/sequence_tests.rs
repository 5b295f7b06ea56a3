//! Random histories of a job. Whatever workers, requester and cranks do in whatever order, the counters agree with the seats,
//! no token is lost or promised twice, and every job can be finished.

use super::{Job, JobTerms, Params, PaymentMint, Quote, Seat, SeatState, Task, Verdict, RATE_UNIT};
use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::Address;
use bytemuck::Zeroable;
use proptest::prelude::*;
use SeatState::*;

/// The commitment of every worker: only the order of steps matters here.
const OPENING: [u8; 32] = [9; 32];

#[derive(Clone, Copy, Debug)]
enum Step {
    Claim {
        task: usize,
        replica: usize,
        worker: u8,
    },
    Commit {
        task: usize,
        replica: usize,
    },
    Reveal {
        task: usize,
        replica: usize,
        digest: u8,
    },
    Settle {
        task: usize,
    },
    Expire {
        task: usize,
    },
    Cancel {
        task: usize,
    },
    Take {
        seat: usize,
    },
    Wait {
        seconds: i64,
    },
}

/// A job and its escrow, changed in the way the instructions change them.
struct History {
    job: Job,
    seats: Vec<Seat>,
    now: i64,
    escrow: u64,
}

impl History {
    fn new(terms: &JobTerms) -> Self {
        let mut params = Params::zeroed();
        params.fee_bps = 500.into();
        params.bond_bps = 15_000.into();
        params.reveal_window = 50.into();
        params.max_claim_window = 1_000.into();
        params.max_run_window = 1_000.into();
        let mut mint = PaymentMint::zeroed();
        mint.stake_rate = RATE_UNIT.into();
        terms.validate(&params).unwrap();
        let quote = Quote::new(terms.price, terms.replicas, &params, &mint).unwrap();
        let mut job = Job::zeroed();
        job.open(terms, &quote, &params, 0).unwrap();
        let escrow = quote.escrow * u64::from(terms.task_count);
        job.funds = escrow.into();
        let seats = vec![Seat::default(); job.seat_count().unwrap() as usize];
        Self {
            job,
            seats,
            now: 0,
            escrow,
        }
    }

    fn task(&mut self, task: usize) -> Task<'_> {
        let width = usize::from(self.job.width());
        Task {
            seats: &mut self.seats[task * width..(task + 1) * width],
            replicas: usize::from(self.job.replicas),
            quorum: usize::from(self.job.quorum),
        }
    }

    fn take_step(&mut self, step: Step) -> RuleResult<()> {
        let (now, claiming) = (self.now, self.job.is_claiming(self.now));
        let (commit_by, reveal_by) = (self.job.commit_by(now)?, self.job.reveal_by(now)?);
        match step {
            Step::Claim {
                task,
                replica,
                worker,
            } => {
                let worker = Address::new_from_array([worker + 1; 32]);
                let task = self.task(task);
                if claiming && task.state(replica) == Free && !task.holds(&worker) {
                    task.seats[replica].claim(&worker, now as u32, commit_by);
                }
            }
            Step::Commit { task, replica } => {
                let mut task = self.task(task);
                let holder = task.seats[replica].worker;
                task.seats[replica].commit(&holder, &OPENING, now)?;
                task.open_reveal_if_sealed(reveal_by);
            }
            Step::Reveal {
                task,
                replica,
                digest,
            } => {
                let task = self.task(task);
                let holder = task.seats[replica].worker;
                if task.is_sealed() {
                    task.seats[replica].reveal(&holder, &[digest; 32], &OPENING, now)?;
                }
            }
            Step::Settle { task } => {
                let decision = self.task(task).settle(now, claiming)?;
                self.job.record_final_seats(decision.finished)?;
                match decision.verdict {
                    Verdict::Accepted(_) => self.job.record_verdict(true)?,
                    Verdict::Refunded => self.job.record_verdict(false)?,
                    Verdict::NewRound(spares) => assert!(spares > 0 && claiming),
                }
            }
            Step::Expire { task } => {
                let mut task = self.task(task);
                if task.is_decided() {
                    return Err(MarketError::TaskDecided);
                }
                let expiry = task.expire(now, claiming)?;
                task.open_reveal_if_sealed(reveal_by);
                let refunded = task.is_decided();
                self.job.record_final_seats(expiry.missed.len())?;
                if refunded {
                    self.job.record_verdict(false)?;
                }
            }
            Step::Cancel { task } => {
                let mut task = self.task(task);
                if task.is_untouched() {
                    task.cancel();
                    self.job.record_verdict(false)?;
                }
            }
            Step::Take { seat } => {
                let seat = &mut self.seats[seat];
                let is_final = matches!(seat.state(), Accepted | Rejected | Missed | Void);
                if is_final && seat.collected == 0 {
                    seat.collected = 1;
                    let pay = if seat.state() == Accepted {
                        self.job.price.get()
                    } else {
                        0
                    };
                    self.job.record_collected(1, pay)?;
                    self.escrow -= pay;
                }
            }
            Step::Wait { seconds } => self.now += seconds,
        }
        Ok(())
    }

    fn check(&mut self) {
        let (price, fee) = (self.job.price.get(), self.job.fee.get());
        let replicas = u64::from(self.job.replicas);
        let (mut open, mut accepted, mut refunded) = (0, 0, 0);
        let (mut reserved, mut refundable) = (0, 0);
        for index in 0..self.job.task_count.get() as usize {
            let quorum = u64::from(self.job.quorum);
            let task = self.task(index);
            let winners = task.winners();
            if !task.is_decided() {
                assert_eq!(winners, 0);
                open += 1;
                reserved += price * replicas + fee;
            } else if winners > 0 {
                assert!((quorum..=replicas).contains(&winners), "{winners} winners");
                accepted += 1;
                refundable += price * (replicas - winners);
            } else {
                refunded += 1;
                refundable += price * replicas + fee;
            }
            let workers: Vec<_> = task.seats.iter().map(|s| s.worker).collect();
            let held = workers.iter().filter(|w| **w != Address::default());
            let distinct: std::collections::BTreeSet<_> = held.clone().collect();
            assert_eq!(held.count(), distinct.len(), "a worker holds two replicas");
        }
        let due = |seat: &&Seat| {
            matches!(seat.state(), Accepted | Rejected | Missed | Void) && seat.collected == 0
        };
        let uncollected: Vec<_> = self.seats.iter().filter(due).collect();
        let owed = uncollected.iter().filter(|s| s.state() == Accepted).count() as u64 * price;

        assert_eq!(self.job.open_tasks.get(), open);
        assert_eq!(self.job.accepted_tasks.get(), accepted);
        assert_eq!(self.job.refunded_tasks.get(), refunded);
        assert_eq!(self.job.uncollected.get() as usize, uncollected.len());
        assert_eq!(self.job.fees_due.get(), u64::from(accepted) * fee);
        assert_eq!(self.job.funds.get(), self.escrow);
        let fees_due = self.job.fees_due.get();
        assert_eq!(self.escrow, reserved + owed + fees_due + refundable);
    }

    /// Does what anyone may do after everyone else has stopped.
    fn wind_up(&mut self) {
        for _ in 0..4 {
            self.now += 1_001;
            for task in 0..self.job.task_count.get() as usize {
                let _ = self.take_step(Step::Expire { task });
                let _ = self.take_step(Step::Settle { task });
                self.check();
            }
        }
        for seat in 0..self.seats.len() {
            self.take_step(Step::Take { seat }).unwrap();
        }
        self.check();
        assert!(self.job.is_finished(), "nothing strands money");
    }
}

const TASKS: usize = 2;

fn terms() -> impl Strategy<Value = JobTerms> {
    (1u8..=5, 0u8..=4, 0u8..=2).prop_map(|(replicas, spares, above)| JobTerms {
        nonce: 0,
        module: [1; 32],
        manifest: [2; 32],
        store: [0; 64],
        task_count: TASKS as u32,
        replicas,
        quorum: (replicas / 2 + 1 + above).min(replicas),
        spares,
        escrow_bump: 0,
        price: 777,
        fuel: 1,
        memory_bytes: 1,
        output_bytes: 1,
        claim_window: 600,
        run_window: 100,
    })
}

fn step(width: usize) -> impl Strategy<Value = Step> {
    let (task, replica) = (0..TASKS, 0..width);
    let seat = (task.clone(), replica);
    // Most workers are honest and in time, because few histories would reach a verdict otherwise.
    let digest = prop_oneof![4 => Just(0u8), 1 => 1u8..3];
    prop_oneof![
        8 => (seat.clone(), 0u8..9).prop_map(|((task, replica), worker)| Step::Claim { task, replica, worker }),
        8 => seat.clone().prop_map(|(task, replica)| Step::Commit { task, replica }),
        8 => (seat, digest).prop_map(|((task, replica), digest)| Step::Reveal { task, replica, digest }),
        3 => task.clone().prop_map(|task| Step::Settle { task }),
        1 => (1u8..20, task).prop_map(|(chance, task)| match chance {
            1 => Step::Cancel { task },
            _ => Step::Expire { task },
        }),
        2 => (0..TASKS * width).prop_map(|seat| Step::Take { seat }),
        1 => prop_oneof![3 => 1i64..10, 1 => 1i64..150].prop_map(|seconds| Step::Wait { seconds }),
    ]
}

fn history() -> impl Strategy<Value = (JobTerms, Vec<Step>)> {
    terms().prop_flat_map(|terms| {
        let width = usize::from(terms.width());
        (Just(terms), prop::collection::vec(step(width), 0..600))
    })
}

proptest! {
    #[test]
    fn counters_and_money_agree_with_the_seats_and_everything_ends((terms, steps) in history()) {
        let mut history = History::new(&terms);
        history.check();
        for step in steps {
            // A refused step changes nothing on chain. Here it is refused before it changes anything.
            let _ = history.take_step(step);
            history.check();
        }
        history.wind_up();
    }
}
