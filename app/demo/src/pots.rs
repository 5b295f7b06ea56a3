//! The pots of disputes while penalties come in and awards go out.

use crate::{environment::Environment, seats::JobSeats};
use anyhow::{ensure, Result};
use assay_client::{pda, Address, JobView, RoundView};
use assay_market::{
    game::{Seat, SeatState},
    state::Source,
};
use std::collections::HashMap;

/// Where a token account has its amount, u64 LE.
const AMOUNT: std::ops::Range<usize> = 64..72;

/// What was seen of the pots of disputes.
#[derive(Default)]
pub struct Pots {
    /// The last amount seen, by dispute.
    held: HashMap<Address, u64>,
    /// How often a pot was seen with an amount that it had not held before.
    pub seen: usize,
}

impl Pots {
    /// Checks that every open pot holds what was collected and not yet awarded. Job, dispute and pot are read at one moment.
    pub fn check(&mut self, env: &Environment, jobs: &[JobSeats]) -> Result<()> {
        let mint = pda::rewards::mint();
        for JobSeats { job, rounds } in jobs {
            let disputes = rounds.iter().filter(|of| of.source() == Source::Dispute);
            for dispute in disputes.map(|round| round.address) {
                let addresses = [job.address, dispute, pda::ata(&dispute, &mint)];
                let accounts = env.client.rpc().get_multiple_accounts(&addresses)?;
                let [Some(job), Some(round), Some(pot)] = &accounts[..] else {
                    // Closed since.
                    continue;
                };
                let job = JobView::read(addresses[0], &job.data);
                let round = RoundView::read(dispute, &round.data);
                let held = pot.data.get(AMOUNT).and_then(|of| of.try_into().ok());
                let held = held.map(u64::from_le_bytes);
                if let (Some(job), Some(round), Some(held)) = (job, round, held) {
                    self.compare(&job, &round, held)?;
                }
            }
        }
        Ok(())
    }

    fn compare(&mut self, job: &JobView, round: &RoundView, held: u64) -> Result<()> {
        let header = &round.header;
        let was_awarded = |seat: &&Seat| {
            let is_right = seat.state() == SeatState::Accepted;
            is_right && !seat.awaits_award()
        };
        let own = job.task(round.task()).iter();
        let mut awarded = own.filter(was_awarded).count() as u64 * header.bounty.get();
        let was_paid = |seat: &&Seat| seat.state() == SeatState::Accepted && seat.is_settled();
        let members = round.seats.iter().filter(was_paid).count() as u64;
        awarded += members * header.member_pay.get();
        if was_paid(&&header.round.challenger) {
            awarded += header.bounty.get();
        }
        let due = header.collected.get().saturating_sub(awarded);
        let task = round.task();
        ensure!(
            held == due,
            "the pot of task {task} of job {} holds {held}, not {due}",
            job.address
        );
        if self.held.insert(round.address, held) != Some(held) && held > 0 {
            self.seen += 1;
        }
        Ok(())
    }
}
