//! Cranks of jobs: settles and expires tasks, penalizes workers and closes jobs.

use super::Node;
use crate::{error::NodeError, event::NodeEvent, retry::RetryKey, seat_id::JobId};
use assay_client::{
    cranks::{due_task_crank, final_seats, TaskCrank, SEATS_PER_TX},
    instruction::market::{JobAddresses, PaymentMintInfo},
    pda, Address, JobView,
};
use assay_market::state::{PaymentMint, Seat, SeatState, Worker};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Time that each node before this one in the turn order is given to act.
const DELAY_PER_TURN: Duration = Duration::from_millis(700);

impl Node<'_> {
    /// Sends the cranks that are due in a job in which this node holds or held a seat.
    pub(super) fn crank_job(&mut self, job: &JobView) -> Result<(), NodeError> {
        let me = self.sender.worker;
        if !job.seats.iter().any(|seat| seat.worker == me) {
            return Ok(());
        }
        for task in 0..job.header.task_count.get() {
            self.crank_task(job, task)?;
        }
        let grace = DELAY_PER_TURN.saturating_mul(turn_order(&job.seats, &me));
        for (worker, seats) in penalizable(job) {
            let key = RetryKey::Penalize(JobId::of(job), worker);
            if self.is_ready(key, grace) {
                match self.penalize(job, worker, seats) {
                    Ok(false) => self.retries.record_failure(key, None, Instant::now()),
                    penalized => {
                        self.record_attempt(key, penalized)?;
                    }
                }
            }
        }
        let key = RetryKey::Close(JobId::of(job));
        let anyone_may_close = self.now >= job.header.anyone_closes_from();
        let is_due = self.config.close_jobs && job.header.is_finished() && anyone_may_close;
        if is_due && self.is_ready(key, grace) {
            let closed = self.close(job);
            self.record_attempt(key, closed)?;
        }
        Ok(())
    }

    fn crank_task(&mut self, job: &JobView, task: u32) -> Result<(), NodeError> {
        let key = RetryKey::Crank(JobId::of(job), task);
        let Some(crank) = due_task_crank(job, task, self.now) else {
            self.retries.clear(key);
            return Ok(());
        };
        let turn = turn_order(job.task(task), &self.sender.worker);
        if !self.is_ready(key, DELAY_PER_TURN.saturating_mul(turn)) {
            return Ok(());
        }
        let job = job.address;
        let cranked = self.sender.send_idempotent(&[crank.instruction(job, task)]);
        if self.record_attempt(key, cranked)?.is_some() {
            self.sender.emit(match crank {
                TaskCrank::Settle => NodeEvent::Settled { job, task },
                TaskCrank::Expire => NodeEvent::Expired { job, task },
            });
        }
        Ok(())
    }

    /// Penalizes seats of a worker. Returns false, without sending anything, if this node should not pay for the missing
    /// token account of the requester.
    fn penalize(
        &mut self,
        job: &JobView,
        worker: Address,
        mut seats: Vec<u32>,
    ) -> Result<bool, NodeError> {
        seats.truncate(SEATS_PER_TX);
        let (client, node) = (&self.sender.client, self.sender.node_key());
        let Worker { provider, .. } = client.fetch(&worker)?;
        let plan = client.plan_penalize(&node, job, &provider, &seats)?;
        let is_ours = worker == self.sender.worker;
        if plan.rent > 0 && !should_fund_ata(job, &seats, is_ours) {
            return Ok(false);
        }
        self.sender.send_idempotent(&plan.instructions)?;
        let job = job.address;
        self.sender
            .emit(NodeEvent::Penalized { job, worker, seats });
        Ok(true)
    }

    fn close(&mut self, job: &JobView) -> Result<(), NodeError> {
        let addresses = self.job_addresses(job)?;
        let node = self.sender.node_key();
        let plan = self.sender.client.plan_close_job(&node, &addresses)?;
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

/// Returns the seats that can be penalized, by worker: rejected seats first, then missed ones.
fn penalizable(job: &JobView) -> BTreeMap<Address, Vec<u32>> {
    final_seats(job)
        .into_iter()
        .filter(|(_, seats)| !seats.penalizable.is_empty())
        .map(|(worker, seats)| (worker, seats.penalizable))
        .collect()
}

/// Returns true if this node should create the requester's token account in order to penalize these seats.
///
/// The requester can close the account afterwards and keep the rent. So pay it only for a rejected result, for which the
/// worker loses far more than the rent, or to free the own bond (`is_ours`). A missed deadline alone is left to the
/// requester, who is compensated, or to the worker, whose bond it frees.
fn should_fund_ata(job: &JobView, seats: &[u32], is_ours: bool) -> bool {
    let mut states = seats.iter().filter_map(|index| {
        let seat = job.seats.get(usize::try_from(*index).ok()?)?;
        Some(seat.state())
    });
    is_ours || states.any(|state| state == SeatState::Rejected)
}

/// Returns how many others should act on these seats before `worker`: its place among their holders, at most 15. The order
/// keeps all nodes from sending the same crank at once; the second acts if the first did not.
fn turn_order(seats: &[Seat], worker: &Address) -> u32 {
    let mut holders = Vec::<Address>::new();
    for seat in seats {
        if seat.worker != Address::default() && !holders.contains(&seat.worker) {
            holders.push(seat.worker);
        }
    }
    let place = holders.iter().position(|holder| holder == worker);
    u32::try_from(place.unwrap_or(holders.len())).map_or(15, |place| place.min(15))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, job, set_seat};
    use assay_client::cranks::is_sealed;
    use assay_market::state::SeatState::*;

    #[test]
    fn rent_for_others_is_paid_to_penalize_a_rejected_result_and_to_free_the_own_bond() {
        let mut job = job(2);
        set_seat(&mut job, 0, address(1), Missed, [0; 32]);
        set_seat(&mut job, 4, address(1), Rejected, [0; 32]);
        assert!(!should_fund_ata(&job, &[0], false));
        assert!(should_fund_ata(&job, &[0], true));
        assert!(should_fund_ata(&job, &[0, 4], false));
        assert!(!should_fund_ata(&job, &[99], false));
    }

    #[test]
    fn a_task_is_sealed_when_every_replica_has_committed_and_due_when_all_have_revealed() {
        let mut job = job(1);
        for index in 0..3 {
            assert!(!is_sealed(&job, 0));
            set_seat(
                &mut job,
                index,
                address(index as u8 + 1),
                Committed,
                [0; 32],
            );
        }
        assert!(is_sealed(&job, 0));
        for index in 0..3 {
            assert_eq!(due_task_crank(&job, 0, 400), None);
            set_seat(&mut job, index, address(index as u8 + 1), Revealed, [9; 32]);
        }
        assert_eq!(due_task_crank(&job, 0, 400), Some(TaskCrank::Settle));
    }

    #[test]
    fn an_overdue_claim_is_expired_and_an_overdue_reveal_settled() {
        let mut job = job(1);
        for index in 0..3 {
            set_seat(
                &mut job,
                index,
                address(index as u8 + 1),
                Committed,
                [0; 32],
            );
        }
        assert_eq!(due_task_crank(&job, 0, 500), None);
        assert_eq!(due_task_crank(&job, 0, 501), Some(TaskCrank::Settle));
        set_seat(&mut job, 1, address(2), Claimed, [0; 32]);
        assert_eq!(due_task_crank(&job, 0, 500), None);
        assert_eq!(due_task_crank(&job, 0, 501), Some(TaskCrank::Expire));
    }

    #[test]
    fn a_decided_task_is_never_due() {
        let mut job = job(1);
        for index in 0..3 {
            set_seat(&mut job, index, address(index as u8 + 1), Accepted, [9; 32]);
        }
        assert_eq!(due_task_crank(&job, 0, 2_000), None);
    }

    #[test]
    fn penalties_are_listed_once_by_worker() {
        let mut job = job(3);
        for (index, worker, state) in [
            (0, 1, Rejected),
            (4, 1, Missed),
            (5, 2, Missed),
            (8, 2, Void),
        ] {
            set_seat(&mut job, index, address(worker), state, [0; 32]);
        }
        job.seats[5].collected = 1;
        let expected = [(address(1), vec![0, 4])];
        assert_eq!(penalizable(&job), expected.into());
    }

    #[test]
    fn holders_act_in_their_order_and_others_last() {
        let mut job = job(1);
        for (index, worker) in [(0, 3), (1, 1), (3, 3)] {
            set_seat(&mut job, index, address(worker), Claimed, [0; 32]);
        }
        let places = [3, 1, 9].map(|worker| turn_order(job.task(0), &address(worker)));
        assert_eq!(places, [0, 1, 2]);
    }
}
