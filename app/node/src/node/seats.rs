use super::Node;
use crate::{
    assignment::Assignment,
    error::NodeError,
    event::NodeEvent,
    journal::{Record, Step},
    patience::Matter,
    plan::is_sealed,
    publisher::{Upload, UPLOAD_FIRST},
    seat_id::{JobId, SeatId},
    step::{self, Claimed, Committed, Executed, Revealed, Stage},
    workshop::{Order, Ran},
};
use assay_client::{cranks::SEATS_PER_TX, JobView};
use std::time::Duration;

/// Seats worth a collection although others of the job are under way.
const COLLECT_EARLY: usize = 8;

impl Node<'_> {
    /// Moves every seat of ours in a job one step on, where it is time. Those that have to be run are put to `claimed`.
    pub(super) fn advance(
        &mut self,
        job: &JobView,
        claimed: &mut Vec<Order>,
    ) -> Result<(), NodeError> {
        let mut payable = Vec::new();
        let mut under_way = false;
        for (index, on_chain) in (0u32..).zip(&job.seats) {
            let stage = Stage::of(job, index, &self.desk.worker, self.desk.journal.book());
            let Some(stage) = stage else { continue };
            let deadline = on_chain.deadline.get();
            let on_time = deadline >= self.now;
            let left = self.left_until(deadline);
            under_way |= self.note(&stage)?;
            match stage {
                Stage::Claimed(seat) if on_time => {
                    claimed.extend(self.order(job, seat, left));
                }
                Stage::Executed(seat) if on_time => self.commit(seat, Some(left))?,
                Stage::Committed(seat) if on_time => self.reveal(seat, job, index, left)?,
                Stage::Revealed(seat) if seat.is_final() => {
                    match seat.is_accepted() && self.has_to_upload(seat.seat())? {
                        true => under_way = true,
                        false => payable.push(seat),
                    }
                }
                Stage::Collected {
                    seat,
                    accepted: true,
                } => {
                    self.publish(&seat)?;
                }
                Stage::Collected { seat, .. } => self.clear(seat),
                Stage::Forfeited(seat) => self.clear(seat),
                _ => {}
            }
        }
        let short = self.worker.free.get() < job.header.bond.get();
        if !under_way || payable.len() >= COLLECT_EARLY || short {
            self.collect(payable, job)?;
        }
        Ok(())
    }

    /// Journals and tells what the chain shows of a seat, if it is news. Answers whether the seat is under way.
    fn note(&mut self, stage: &Stage) -> Result<bool, NodeError> {
        match stage {
            Stage::Claimed(claimed) => {
                let seat = claimed.seat();
                let event = NodeEvent::Claimed { seat };
                self.desk.reach(seat, Step::Claimed, event)?;
            }
            Stage::Committed(committed) => {
                let seat = committed.seat();
                let event = NodeEvent::Committed { seat };
                self.desk.reach(seat, Step::Committed, event)?;
            }
            Stage::Revealed(revealed) if !revealed.is_final() => {
                let seat = revealed.seat();
                let event = NodeEvent::Revealed { seat };
                self.desk.reach(seat, Step::Revealed, event)?;
            }
            Stage::Collected { seat, accepted } => {
                let (seat, accepted) = (*seat, *accepted);
                if self.desk.journal.book().result(&seat).is_some() {
                    let event = NodeEvent::Collected { seat, accepted };
                    self.desk.reach(seat, Step::Collected, event)?;
                }
                return Ok(false);
            }
            Stage::Lost(seat) => {
                self.lose(*seat, "its commitment is not in this journal");
                return Ok(false);
            }
            Stage::Executed(_) => {}
            Stage::Revealed(_) | Stage::Forfeited(_) => return Ok(false),
        }
        Ok(true)
    }

    fn order(&self, job: &JobView, claimed: Claimed, left: Duration) -> Option<Order> {
        Some(Order {
            assignment: Assignment::of(job, claimed.seat().task)?,
            claimed,
            until: self.read_at.checked_add(left).unwrap_or(self.read_at),
            takes: self.estimate(job).map_or(left, |estimate| estimate.takes),
        })
    }

    /// Runs what was claimed, the earliest deadline first.
    pub(super) fn begin(&mut self, mut claimed: Vec<Order>) -> Result<(), NodeError> {
        claimed.sort_by_key(|order| order.until);
        for order in claimed {
            self.workshop.run(order)?;
        }
        Ok(())
    }

    /// Seals a finished run and commits it.
    pub(super) fn deliver(&mut self, ran: Ran) -> Result<(), NodeError> {
        let seat = ran.claimed.seat();
        match ran.outcome {
            Ok(outcome) => {
                let (took, now) = (ran.took, self.now);
                let executed =
                    ran.claimed
                        .seal(&outcome, took, now, &self.outputs, &mut self.desk)?;
                self.commit(executed, None)
            }
            Err(error) => {
                self.desk.tell(NodeEvent::Avoided {
                    job: seat.job.address,
                    task: seat.task,
                    reason: error.to_string(),
                });
                Ok(())
            }
        }
    }

    fn commit(&mut self, executed: Executed, left: Option<Duration>) -> Result<(), NodeError> {
        let matter = Matter::Step(executed.seat());
        if self.is_time(matter, Duration::ZERO) {
            let committed = executed.commit(&mut self.desk);
            self.attempt_within(matter, left, committed)?;
        }
        Ok(())
    }

    /// Shows the digest once the task is sealed: not before, or others could copy it.
    fn reveal(
        &mut self,
        committed: Committed,
        job: &JobView,
        index: u32,
        left: Duration,
    ) -> Result<(), NodeError> {
        let seat = committed.seat();
        let matter = Matter::Step(seat);
        if !is_sealed(job, seat.task) || !self.is_time(matter, Duration::ZERO) {
            return Ok(());
        }
        let revealed = committed.reveal(index, &mut self.desk);
        self.attempt_within(matter, Some(left), revealed)?;
        Ok(())
    }

    /// Has an accepted result uploaded, and answers whether its pay has to wait for that. A store that does not take the
    /// result holds up the pay for `UPLOAD_FIRST` at most.
    fn has_to_upload(&mut self, seat: SeatId) -> Result<bool, NodeError> {
        Ok(!self.publish(&seat)? && !self.is_time(Matter::Unpublished(seat), UPLOAD_FIRST))
    }

    /// Has an accepted result uploaded, now and then until it works. Answers whether nothing is left to upload.
    ///
    /// Not before the verdict: whoever could have the output of a task that is then refunded would have it for nothing.
    fn publish(&mut self, seat: &SeatId) -> Result<bool, NodeError> {
        let book = self.desk.journal.book();
        let is_over = book.is_published(seat) || self.lost.contains(seat);
        let Some(sealed) = book.result(seat).filter(|_| !is_over) else {
            return Ok(true);
        };
        self.publisher.publish(*seat, sealed.exit_code)?;
        Ok(false)
    }

    /// Journals what was uploaded, which is not needed here any more.
    pub(super) fn hear_publisher(&mut self) -> Result<(), NodeError> {
        for (seat, news) in self.publisher.news()? {
            match news {
                Ok(Upload::Done) => {
                    let record = Record::Published { seat };
                    self.desk.journal.append(&record)?;
                    self.clear(seat);
                }
                Ok(Upload::Gone) => self.lose(seat, "its output is not on this disk any more"),
                Err(error) => self.complain(&error),
            }
        }
        Ok(())
    }

    /// Tells once that a seat cannot be delivered.
    fn lose(&mut self, seat: SeatId, reason: &str) {
        if self.lost.insert(seat) {
            let reason = reason.to_owned();
            self.desk.tell(NodeEvent::Lost { seat, reason });
        }
    }

    /// Removes an output that nobody will ask for.
    fn clear(&mut self, seat: SeatId) {
        if self.cleared.insert(seat) {
            self.outputs.remove(&seat);
        }
    }

    fn collect(&mut self, mut payable: Vec<Revealed>, job: &JobView) -> Result<(), NodeError> {
        let matter = Matter::Collect(JobId::of(job));
        if payable.is_empty() || !self.is_time(matter, Duration::ZERO) {
            return Ok(());
        }
        payable.truncate(SEATS_PER_TX);
        let collected = self.collect_now(payable, job);
        self.attempt(matter, collected)?;
        Ok(())
    }

    fn collect_now(&mut self, payable: Vec<Revealed>, job: &JobView) -> Result<(), NodeError> {
        let addresses = self.job_addresses(job)?;
        step::collect(payable, &addresses, &self.worker.owner, &mut self.desk)
    }
}
