//! Cranks of jobs: ends what is overdue, penalizes workers, counts and pays disputes, and closes accounts and jobs.

use super::{seats::turn_order, Node};
use crate::{error::NodeError, event::NodeEvent, journal::Step, posting::Posting, retry::RetryKey};
use assay_client::{
    cranks::{due_task_cranks, Crank, TxPlan},
    instruction::market::{JobAddresses, PaymentMintInfo, SeatPlace},
    pda, Address, JobView,
};
use assay_market::{
    game::Phase,
    state::{PaymentMint, Source},
};
use std::time::Duration;

/// Time that each node before this one in the turn order is given to act.
const DELAY_PER_TURN: Duration = Duration::from_millis(700);
/// Time that those who hold seats of a task are given before others free a missed seat that they could take.
const DELAY_OF_OTHERS: Duration = Duration::from_secs(3);

/// Who is to send a crank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Nobody but us: our own money or rent.
    Ours,
    /// Those who hold seats of the task, in turn.
    Holders,
    /// Anyone who could take the seat that it frees; the holders first.
    Anyone,
    /// Not this node.
    Others,
}

impl Node<'_> {
    /// Sends the cranks that are due in a job and concern this node: those of tasks in which it holds or held a seat, and
    /// those that free missed seats which it could take.
    pub(super) fn crank_job(&mut self, posting: &Posting) -> Result<(), NodeError> {
        let (worker, node) = (self.sender.worker, self.sender.node_key());
        let (job, rounds) = (&posting.job, &posting.rounds);
        let own_tasks = posting.tasks_of(&worker);
        let claims = self.config.watch_share.is_none()
            && self.prices.are_met_by(&job.header)
            && self.estimate(job).is_some();
        for task in 0..job.header.task_count.get() {
            let is_own = own_tasks.binary_search(&task).is_ok();
            let has_missed = claims && !job.phase(task, self.now).is_end();
            if !is_own && !has_missed {
                continue;
            }
            for crank in due_task_cranks(job, rounds, task, self.now) {
                let is_running = matches!(
                    job.phase(task, self.now),
                    Phase::Running | Phase::Checking | Phase::Rechecking
                );
                let turn = DELAY_PER_TURN.saturating_mul(turn_order(posting, task, &worker));
                let grace = match part(&crank, &worker, &node, is_own, is_running) {
                    Part::Ours => Duration::ZERO,
                    Part::Holders => turn,
                    Part::Anyone => turn
                        .saturating_add(DELAY_OF_OTHERS)
                        .saturating_add(jitter(&worker)),
                    Part::Others => continue,
                };
                self.crank(posting, task, crank, grace)?;
            }
        }
        let key = RetryKey::Close(posting.id());
        let anyone_may_close = self.now >= job.header.anyone_closes_from();
        let is_due = self.config.close_jobs && job.header.is_finished() && anyone_may_close;
        if is_due && !own_tasks.is_empty() && self.is_ready(key, jitter(&worker)) {
            let closed = self.close(job);
            self.record_attempt(key, closed)?;
        }
        Ok(())
    }

    fn crank(
        &mut self,
        posting: &Posting,
        task: u32,
        crank: Crank,
        grace: Duration,
    ) -> Result<(), NodeError> {
        let key = RetryKey::Crank(posting.id().task(task), number(&crank));
        if !self.is_ready(key, grace) {
            return Ok(());
        }
        let sent = self.send_crank(posting, crank);
        if self.record_attempt(key, sent)?.is_none() {
            return Ok(());
        }
        let seat = |place: SeatPlace| posting.id().seat(place);
        let event = match crank {
            Crank::Expire { task } => NodeEvent::Expired {
                job: posting.job.address,
                task,
            },
            Crank::Penalize { place, worker } => NodeEvent::Penalized {
                seat: seat(place),
                worker,
            },
            Crank::GiveUp { .. } => NodeEvent::RoundDecided {
                task: posting.id().task(task),
                digest: None,
            },
            Crank::Award { place, .. } => NodeEvent::Awarded { seat: seat(place) },
            Crank::CollectCheck { task, .. } => {
                let place = SeatPlace {
                    task,
                    source: Source::Check,
                    seat: 0,
                };
                return self.sender.record_step(seat(place), Step::Collected, true);
            }
            Crank::Redraw { .. } | Crank::Count { .. } | Crank::CloseRound { .. } => return Ok(()),
        };
        self.sender.emit(event);
        Ok(())
    }

    fn send_crank(&mut self, posting: &Posting, crank: Crank) -> Result<(), NodeError> {
        let node = self.sender.node_key();
        let plan = self.sender.client.plan_crank(&node, &posting.job, crank)?;
        if plan.is_empty() {
            return Err(NodeError::PayFrozen);
        }
        self.sender.send_idempotent(&plan.instructions)
    }

    fn close(&mut self, job: &JobView) -> Result<(), NodeError> {
        let addresses = self.job_addresses(job)?;
        let node = self.sender.node_key();
        let plan = self.sender.client.plan_close_job(&node, &addresses)?;
        if !may_close(&plan, self.config.pays_rent_of_others) {
            return Err(NodeError::RentOfOthers(job.address));
        }
        self.sender.send_idempotent(&plan.instructions)?;
        self.sender.emit(NodeEvent::Closed { job: job.address });
        Ok(())
    }

    /// Returns the addresses that belong to a job. What the market says about its payment mint is read once and cached.
    pub(super) fn job_addresses(&mut self, job: &JobView) -> Result<JobAddresses, NodeError> {
        let mint = &job.header.mint;
        let payment = match self.payment_mints.get(mint) {
            Some(payment) => *payment,
            None => {
                let allowed: PaymentMint =
                    self.sender.client.fetch(&pda::market::payment_mint(mint))?;
                let payment = PaymentMintInfo::from(&allowed);
                self.payment_mints.insert(*mint, payment);
                payment
            }
        };
        Ok(JobAddresses::from_account(
            job.address,
            &job.header,
            payment,
        ))
    }
}

/// Returns who is to send a crank. `is_own`: this node, with this `worker` and node key, holds or held a seat of the task;
/// `is_running`: the task has not ended and its seats are being taken.
fn part(crank: &Crank, worker: &Address, node: &Address, is_own: bool, is_running: bool) -> Part {
    match crank {
        Crank::Award { worker: of, .. } | Crank::CollectCheck { worker: of, .. } => {
            if of == worker {
                Part::Ours
            } else {
                Part::Others
            }
        }
        Crank::CloseRound { payer, .. } => {
            if payer == node {
                Part::Ours
            } else {
                Part::Others
            }
        }
        Crank::Penalize { .. } if !is_own && is_running => Part::Anyone,
        _ if is_own => Part::Holders,
        _ => Part::Others,
    }
}

/// Returns whether this node closes a job for its requester: whether that creates no account, or the operator pays the rent of
/// requesters and authors. Whoever receives the account can close it and keep its rent, job after job.
fn may_close(plan: &TxPlan, pays_rent_of_others: bool) -> bool {
    plan.rent == 0 || pays_rent_of_others
}

/// Returns a number that tells the cranks of a task apart.
fn number(crank: &Crank) -> u32 {
    let of = |kind: u32, source: u8, seat: u8| {
        u32::from_le_bytes([seat, source, 0, 0]).saturating_add(kind.saturating_mul(1 << 16))
    };
    match crank {
        Crank::Expire { .. } => of(0, 0, 0),
        Crank::Redraw { place, round } => of(1, u8::from(round.is_some()), place.seat),
        Crank::Penalize { place, .. } => of(2, place.source as u8, place.seat),
        Crank::GiveUp { .. } => of(3, 0, 0),
        Crank::Count { .. } => of(4, 0, 0),
        Crank::Award { place, .. } => of(5, place.source as u8, place.seat),
        Crank::CollectCheck { .. } => of(6, 0, 0),
        Crank::CloseRound { source, .. } => of(7, *source as u8, 0),
    }
}

/// Returns a wait that follows from the worker's address, so that not all nodes send the same transaction.
fn jitter(worker: &Address) -> Duration {
    let first = worker.as_ref().first().copied().unwrap_or(0);
    DELAY_PER_TURN.saturating_mul(u32::from(first & 7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, posting, set_seat};
    use assay_market::game::SeatState::*;

    fn penalty(seat: u8) -> Crank {
        let place = SeatPlace {
            task: 0,
            source: Source::Job,
            seat,
        };
        Crank::Penalize {
            place,
            worker: address(5),
        }
    }

    #[test]
    fn money_and_rent_of_others_are_left_to_them() {
        let (me, node) = (address(1), address(2));
        let award = |worker| Crank::CollectCheck { task: 0, worker };
        assert_eq!(part(&award(me), &me, &node, true, false), Part::Ours);
        assert_eq!(
            part(&award(address(5)), &me, &node, true, false),
            Part::Others
        );
        let close = |payer| Crank::CloseRound {
            task: 0,
            source: Source::Check,
            payer,
        };
        assert_eq!(part(&close(node), &me, &node, true, false), Part::Ours);
        assert_eq!(part(&close(me), &me, &node, true, false), Part::Others);
    }

    #[test]
    fn a_node_pays_no_rent_for_requester_or_author() {
        let plan = |rent| TxPlan {
            instructions: Vec::new(),
            rent,
        };
        assert!(may_close(&plan(0), false) && may_close(&plan(0), true));
        assert!(!may_close(&plan(1), false) && !may_close(&plan(2_039_280), false));
        assert!(may_close(&plan(2_039_280), true));
    }

    #[test]
    fn a_missed_seat_is_freed_by_anyone_and_the_rest_by_holders() {
        let (me, node) = (address(1), address(2));
        let parts = [(true, true), (false, true), (false, false)]
            .map(|(is_own, runs)| part(&penalty(0), &me, &node, is_own, runs));
        assert_eq!(parts, [Part::Holders, Part::Anyone, Part::Others]);
        let expire = Crank::Expire { task: 0 };
        assert_eq!(part(&expire, &me, &node, false, true), Part::Others);
    }

    #[test]
    fn cranks_of_a_task_have_numbers_of_their_own() {
        let cranks = [
            Crank::Expire { task: 0 },
            Crank::Count { task: 0 },
            penalty(0),
            penalty(1),
        ];
        for (at, one) in cranks.iter().enumerate() {
            assert!(cranks[..at]
                .iter()
                .all(|other| number(other) != number(one)));
        }
    }

    #[test]
    fn holders_act_in_their_order_and_others_last() {
        let mut posting = posting(1);
        set_seat(&mut posting.job, 0, address(3), Contributed);
        set_seat(&mut posting.job, 1, address(1), Claimed);
        let places = [3, 1, 9].map(|worker| turn_order(&posting, 0, &address(worker)));
        assert_eq!(places, [0, 1, 2]);
    }
}
