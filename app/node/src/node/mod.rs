//! The loop of a node: look at the chain, do what is next, rest.

mod claiming;
mod cranks;
mod epochs;
mod slots;
mod start;

use crate::{
    desk::Desk,
    error::NodeError,
    event::NodeEvent,
    outputs::Outputs,
    patience::{Matter, Patience},
    race::is_race,
    slot_id::{JobId, SlotId},
    workshop::Workshop,
};
use assay_client::{instruction::market::Payment, Address, Error as ChainError};
use assay_market::state::Worker;
use assay_runner::ContentStore;
use epochs::Calendar;
use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

/// Longest rest while the network is in trouble.
const LONGEST_REST: Duration = Duration::from_secs(30);
/// Least that a transaction with one signature costs, in lamports.
const FEE: u64 = 5_000;
/// How soon the node notices that it shall stop.
const STOP_CHECK: Duration = Duration::from_millis(100);

pub struct Node<'a> {
    config: Settings,
    desk: Desk<'a>,
    workshop: Workshop,
    outputs: Outputs,
    /// One per blob store; every output goes to all of them.
    uploads: Vec<ContentStore>,
    patience: Patience,
    calendar: Calendar,
    payments: HashMap<Address, Payment>,
    /// Slots whose result was uploaded since the start.
    published: HashSet<SlotId>,
    /// Slots that were told to be lost.
    lost: HashSet<SlotId>,
    /// Chain time of the last round.
    now: i64,
    worker: Worker,
    troubles: HashSet<String>,
    complained: bool,
    no_sol: bool,
}

/// What of the configuration matters after the start.
struct Settings {
    max_claims: usize,
    concurrency: usize,
    max_memory_bytes: u64,
    max_output_bytes: u64,
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
        self.worker = self.desk.client.get("worker", &self.desk.worker)?;
        let jobs = self.desk.client.jobs()?;
        self.now = self.desk.client.now()?;
        let live: HashSet<JobId> = jobs.iter().map(JobId::of).collect();
        self.patience.forget_jobs(|job| live.contains(job));
        self.workshop.forget_jobs(|job| live.contains(job));
        self.published.retain(|slot| live.contains(&slot.job));
        for job in &jobs {
            self.advance(job)?;
        }
        self.claim(&jobs)?;
        if self.config.cranks {
            for job in &jobs {
                self.crank_job(job)?;
            }
            self.crank_epochs()?;
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

    /// What became of trying `matter`: a refusal by the chain postpones it, other errors end the round.
    fn attempt<T>(
        &mut self,
        matter: Matter,
        tried: Result<T, NodeError>,
    ) -> Result<Option<T>, NodeError> {
        match tried {
            Ok(done) => {
                self.patience.done(matter);
                Ok(Some(done))
            }
            Err(error) => {
                if !matches!(error, NodeError::Chain(ChainError::Refused(_))) {
                    return Err(error);
                }
                self.patience.failed(matter, Instant::now());
                if !is_race(&error) {
                    self.complain(&error);
                }
                Ok(None)
            }
        }
    }

    /// Whether it is time for `matter`, for which others were given `delay`.
    fn is_time(&mut self, matter: Matter, delay: Duration) -> bool {
        self.patience.is_over(matter, delay, Instant::now())
    }

    /// Whether the hot key was found unable to pay a fee, and still is. When it can again, everything is due at once.
    fn is_broke(&mut self) -> Result<bool, NodeError> {
        if self.no_sol && self.desk.client.lamports(&self.desk.node())? >= FEE {
            self.no_sol = false;
            self.patience = Patience::default();
        }
        Ok(self.no_sol)
    }

    /// Tells of a trouble once while it lasts.
    fn complain(&mut self, error: &NodeError) {
        let node = self.desk.node();
        let refused = matches!(error, NodeError::Chain(ChainError::Refused(_)));
        self.complained = true;
        let lamports = self.desk.client.lamports(&node);
        if refused && lamports.is_ok_and(|held| held < FEE) {
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
