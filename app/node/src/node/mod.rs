//! The loop of a node: look at the chain, do what is next, rest.

mod claiming;
mod cranks;
mod epochs;
mod seats;
mod start;

use crate::{
    desk::Desk,
    error::NodeError,
    event::NodeEvent,
    outputs::Outputs,
    patience::{Matter, Patience},
    plan::FEE,
    publisher::Publisher,
    seat_id::{JobId, SeatId},
    workshop::Workshop,
};
use assay_client::{instruction::market::PaymentMintInfo, Address};
use assay_content::ContentHash;
use assay_market::state::Worker;
use epochs::Calendar;
use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

/// Longest rest while the network is in trouble.
const LONGEST_REST: Duration = Duration::from_secs(30);
/// How often what ended jobs left behind is removed.
const TIDY_EVERY: Duration = Duration::from_secs(600);
/// How soon the node notices that it shall stop.
const STOP_CHECK: Duration = Duration::from_millis(100);

pub struct Node<'a> {
    config: Settings,
    desk: Desk<'a>,
    workshop: Workshop,
    outputs: Outputs,
    publisher: Publisher,
    patience: Patience,
    calendar: Calendar,
    payments: HashMap<Address, PaymentMintInfo>,
    /// Seats whose output was removed since the start.
    cleared: HashSet<SeatId>,
    /// Seats that cannot be delivered, which was told.
    lost: HashSet<SeatId>,
    /// Chain time of the last round.
    now: i64,
    /// When that was read.
    read_at: Instant,
    worker: Worker,
    troubles: HashSet<String>,
    complained: bool,
    /// Told that the hot key cannot pay a fee.
    no_sol: bool,
    /// Told that the hot key cannot pay for further claims.
    is_poor: bool,
    tidied: Instant,
}

/// What of the configuration matters after the start.
struct Settings {
    max_claims: usize,
    concurrency: usize,
    max_bond_percent: u8,
    max_memory_bytes: u64,
    max_output_bytes: u64,
    modules: Vec<ContentHash>,
    /// `None` with an external command.
    fuel_per_second: Option<u64>,
    wall_limit: Duration,
    margin: Duration,
    /// Lamports that keep the hot key's account alive; fees are paid from what is above.
    floor: u64,
    poll: Duration,
    cranks: bool,
    close_jobs: bool,
}

impl Node<'_> {
    /// Works until `stop` is set.
    ///
    /// Errors: only what no further round could mend.
    pub fn work(&mut self, stop: &AtomicBool) -> Result<(), NodeError> {
        let mut failures = 0u32;
        while !stop.load(Ordering::Relaxed) {
            match self.round() {
                Ok(()) => failures = 0,
                Err(error) if error.is_passing() => {
                    failures = failures.saturating_add(1);
                    self.complain(&error);
                }
                Err(error) => return Err(error),
            }
            let factor = 2u32.saturating_pow(failures.min(16));
            let rest = self.config.poll.saturating_mul(factor).min(LONGEST_REST);
            self.rest(rest.max(self.config.poll), stop)?;
        }
        self.desk.tell(NodeEvent::Stopped);
        Ok(())
    }

    fn round(&mut self) -> Result<(), NodeError> {
        self.complained = false;
        if self.is_broke()? {
            return Ok(());
        }
        self.worker = self.desk.client.fetch(&self.desk.worker)?;
        let jobs = self.desk.client.fetch_jobs()?;
        self.now = self.desk.client.now()?;
        self.read_at = Instant::now();
        let live: HashSet<JobId> = jobs.iter().map(JobId::of).collect();
        self.patience.forget_jobs(|job| live.contains(job));
        self.workshop.forget_jobs(|job| live.contains(job));
        self.publisher.forget_jobs(|job| live.contains(job));
        self.cleared.retain(|seat| live.contains(&seat.job));
        self.lost.retain(|seat| live.contains(&seat.job));
        self.hear_publisher()?;
        let mut claimed = Vec::new();
        for job in &jobs {
            let advanced = self.advance(job, &mut claimed);
            self.outlive(advanced)?;
        }
        self.begin(claimed)?;
        let claimed = self.claim(&jobs);
        self.outlive(claimed)?;
        if self.config.cranks {
            for job in &jobs {
                let cranked = self.crank_job(job);
                self.outlive(cranked)?;
            }
            self.crank_epochs()?;
        }
        if self.tidied.elapsed() >= TIDY_EVERY {
            self.tidy(&live)?;
        }
        if !self.complained {
            self.troubles.clear();
        }
        Ok(())
    }

    /// Waits for the next round, but delivers what finishes in the meantime at once.
    fn rest(&mut self, rest: Duration, stop: &AtomicBool) -> Result<(), NodeError> {
        let begun = Instant::now();
        while !stop.load(Ordering::Relaxed) {
            let Some(left) = rest.checked_sub(begun.elapsed()) else {
                break;
            };
            let Some(ran) = self.workshop.finished(left.min(STOP_CHECK))? else {
                continue;
            };
            match self.deliver(ran) {
                Err(error) if error.is_passing() => self.complain(&error),
                delivered => return delivered,
            }
        }
        Ok(())
    }

    /// What became of trying `matter`: a failure postpones it and lets everything else go on, unless nothing could.
    fn attempt<T>(
        &mut self,
        matter: Matter,
        tried: Result<T, NodeError>,
    ) -> Result<Option<T>, NodeError> {
        self.attempt_within(matter, None, tried)
    }

    /// The same for what is too late after `left`.
    fn attempt_within<T>(
        &mut self,
        matter: Matter,
        left: Option<Duration>,
        tried: Result<T, NodeError>,
    ) -> Result<Option<T>, NodeError> {
        match tried {
            Ok(done) => {
                self.patience.done(matter);
                Ok(Some(done))
            }
            Err(error) => {
                self.patience.failed(matter, left, Instant::now());
                if !error.is_lost_race() {
                    return self.outlive(Err(error)).map(|()| None);
                }
                Ok(None)
            }
        }
    }

    /// Tells of a trouble that others do not share, and goes on.
    fn outlive(&mut self, tried: Result<(), NodeError>) -> Result<(), NodeError> {
        match tried {
            Err(error) if error.is_local() => {
                self.complain(&error);
                Ok(())
            }
            other => other,
        }
    }

    /// Time until the chain's clock shows `moment`, as it was read last.
    fn left_until(&self, moment: i64) -> Duration {
        let seconds = moment.saturating_sub(self.now);
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
    }

    /// Whether it is time for `matter`, for which others were given `delay`.
    fn is_time(&mut self, matter: Matter, delay: Duration) -> bool {
        self.patience.is_over(matter, delay, Instant::now())
    }

    /// Whether the hot key was found unable to pay a fee, and still is. When it can again, everything is due at once.
    fn is_broke(&mut self) -> Result<bool, NodeError> {
        if self.no_sol && self.desk.client.lamports(&self.desk.node())? >= self.least() {
            self.no_sol = false;
            self.patience = Patience::default();
        }
        Ok(self.no_sol)
    }

    /// Lamports with which one more transaction can be paid.
    fn least(&self) -> u64 {
        self.config.floor.saturating_add(FEE)
    }

    /// Tells of a trouble once while it lasts.
    fn complain(&mut self, error: &NodeError) {
        let node = self.desk.node();
        self.complained = true;
        let is_broke = || {
            let lamports = self.desk.client.lamports(&node);
            lamports.is_ok_and(|held| held < self.least())
        };
        if error.is_rejected() && is_broke() {
            if !self.no_sol {
                self.no_sol = true;
                self.desk.tell(NodeEvent::NoSol { node });
            }
            return;
        }
        let reason = error.to_string();
        if self.troubles.insert(reason.clone()) {
            self.desk.tell(NodeEvent::Trouble { reason });
        }
    }
}
