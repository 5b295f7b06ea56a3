//! The node's loop: each tick reads the chain, does what is due, and waits.

mod attesting;
mod batch;
mod claiming;
mod cranks;
mod credentials;
mod delegators;
mod epochs;
mod held_pay;
mod inputs;
mod prices;
mod seats;
mod start;
mod watching;

use crate::duty::needs_slot_hashes;
use crate::{
    error::NodeError,
    event::NodeEvent,
    executor::Executor,
    journal::{AttemptJournal, StoredResult},
    output_store::OutputStore,
    policy::{Prices, FEE},
    posting::Posting,
    publisher::Publisher,
    read_check::ReadCheck,
    retry::{backoff, classify, ErrorClass, RetryKey, RetrySchedule},
    seat_id::{JobId, TaskId},
    sender::TxSender,
    task_spec::TaskSpec,
};
use assay_client::{instruction::market::PaymentMintInfo, Address, SlotHashes};
use assay_content::ContentHash;
use assay_market::state::Worker;
use attesting::Attesting;
use credentials::Credentials;
use delegators::DelegatorLooks;
use epochs::EpochCache;
use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

/// Longest wait between two ticks after failed ones.
const MAX_TICK_BACKOFF: Duration = Duration::from_secs(30);
/// Time between two clean-ups of journal and outputs.
const CLEANUP_INTERVAL: Duration = Duration::from_secs(600);
/// Time between two checks whether the node shall stop.
const STOP_CHECK: Duration = Duration::from_millis(100);

/// A running node.
pub struct Node<'a> {
    config: Settings,
    sender: TxSender<'a>,
    executor: Executor,
    outputs: OutputStore,
    /// Uploads open results.
    publisher: Publisher<StoredResult>,
    /// Uploads module, manifest and input of tasks that the node contributes to.
    inputs: Publisher<TaskSpec>,
    read_check: ReadCheck,
    /// The attempts with modules; `None` with an external command.
    attempts: Option<AttemptJournal>,
    /// When the external command failed last, if it has had no result since.
    command_failed_at: Option<Instant>,
    attesting: Attesting,
    credentials: Credentials,
    retries: RetrySchedule,
    epoch_cache: EpochCache,
    /// What the market says about payment mints, by mint.
    payment_mints: HashMap<Address, PaymentMintInfo>,
    /// What a seat has to pay.
    prices: Prices,
    /// Jobs that pay too little. An event reported each.
    cheap: HashSet<JobId>,
    /// When the node last looked for pay that its worker's account holds.
    looked_for_held_pay_at: Option<Instant>,
    /// When the node last looked for what it can do for delegators.
    delegator_looks: DelegatorLooks,
    /// Mint of the staked token.
    stake_mint: Address,
    /// Tasks whose output was deleted since the start.
    deleted_outputs: HashSet<TaskId>,
    /// Tasks whose output is not on this disk any more. An event reported each.
    lost_outputs: HashSet<TaskId>,
    /// Tasks that the watcher has begun to run again, with the digest that stood then.
    watched: HashMap<TaskId, [u8; 32]>,
    /// Open tasks that the watcher could not run again. An event reported each.
    unwatchable: HashSet<TaskId>,
    /// Chain time of the current tick, Unix seconds.
    now: i64,
    /// The hashes of recent slots, if something waits for one; else none.
    hashes: SlotHashes,
    /// When `now` was read.
    read_at: Instant,
    /// The worker's account, as read in the current tick.
    worker: Worker,
    /// Warnings that were reported and still apply.
    active_warnings: HashSet<String>,
    /// The current tick had a warning, reported or repeated.
    warned_this_tick: bool,
    /// [`NodeEvent::InsufficientSol`] was emitted because the node key could not pay a fee, and it still cannot.
    reported_no_sol: bool,
    /// [`NodeEvent::InsufficientSol`] was emitted because the balance covers no further claim, and it still does not.
    cannot_claim: bool,
    last_cleanup: Instant,
}

/// The part of the configuration that is needed after the start.
struct Settings {
    blob_stores: Vec<String>,
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
    /// Lamports that must stay on the account of the node key. Fees are paid from the rest.
    rent_exempt_minimum: u64,
    poll: Duration,
    cranks: bool,
    close_jobs: bool,
    pays_rent_of_others: bool,
    /// Highest priority fee of a transaction, lamports.
    max_priority_fee: u64,
    /// Whether a run can be stopped after an amount of fuel; an external command cannot.
    can_stop_runs: bool,
    /// Share of the open results that a watcher runs again, basis points; `None` for a node, which claims seats instead.
    watch_share: Option<u16>,
}

impl Node<'_> {
    /// Runs until `stop` is set.
    ///
    /// # Errors
    /// Errors of class [`ErrorClass::Fatal`].
    pub fn run(&mut self, stop: &AtomicBool) -> Result<(), NodeError> {
        let outcome = self.run_ticks(stop);
        // Nothing that it has started outlives the node.
        self.executor.stop();
        outcome?;
        self.sender.emit(NodeEvent::Stopped);
        Ok(())
    }

    fn run_ticks(&mut self, stop: &AtomicBool) -> Result<(), NodeError> {
        let mut failures = 0u32;
        while !stop.load(Ordering::Relaxed) {
            match self.tick() {
                Ok(()) => failures = 0,
                Err(error) if classify(&error) == ErrorClass::Fatal => return Err(error),
                Err(error) => {
                    failures = failures.saturating_add(1);
                    self.warn_once(&error);
                }
            }
            let poll = self.config.poll;
            let wait = backoff(poll, failures, MAX_TICK_BACKOFF).max(poll);
            self.wait_for_next_tick(wait, stop)?;
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<(), NodeError> {
        self.warned_this_tick = false;
        if self.out_of_sol()? {
            return Ok(());
        }
        self.worker = self.sender.client.fetch(&self.sender.worker)?;
        let jobs = self.sender.client.fetch_jobs()?;
        let rounds = self.sender.client.fetch_all_rounds()?;
        self.now = self.sender.client.now()?;
        self.read_at = Instant::now();
        let postings = Posting::join(jobs, rounds);
        self.hashes = if needs_slot_hashes(&postings) {
            self.sender.client.slot_hashes()?
        } else {
            SlotHashes::default()
        };
        let live: HashSet<JobId> = postings.iter().map(Posting::id).collect();
        self.forget_ended_jobs(&live);
        self.poll_uploads()?;
        self.poll_inputs()?;
        while let Some(run) = self.executor.next_finished_run(Duration::ZERO)? {
            self.record_run(run)?;
        }
        let credentials = self.read_credentials(&postings);
        self.continue_on_local_error(credentials)?;
        let compared = self.compare_prices(&postings);
        self.continue_on_local_error(compared)?;
        let (mut runs, mut actions) = (Vec::new(), Vec::new());
        for posting in &postings {
            let advanced = self.advance_job(posting, &mut runs, &mut actions);
            self.continue_on_local_error(advanced)?;
        }
        let attested = self.advance_attested(&postings, &mut runs, &mut actions);
        self.continue_on_local_error(attested)?;
        self.keep_code(&postings);
        self.start_runs(runs)?;
        let planned = match self.config.watch_share {
            Some(share) => self.watch(&postings, share),
            None => self.plan_claims(&postings, &mut actions),
        };
        self.continue_on_local_error(planned)?;
        self.send_actions(actions)?;
        for posting in &postings {
            let collected = self.collect_pay(posting);
            self.continue_on_local_error(collected)?;
        }
        let moved = self.collect_held_pay();
        self.continue_on_local_error(moved)?;
        if self.config.cranks {
            for posting in &postings {
                let cranked = self.crank_job(posting);
                self.continue_on_local_error(cranked)?;
            }
            self.crank_epochs()?;
            let served = self.serve_delegators();
            self.continue_on_local_error(served)?;
        }
        if self.last_cleanup.elapsed() >= CLEANUP_INTERVAL {
            self.clean_up(&live)?;
        }
        if !self.warned_this_tick {
            self.active_warnings.clear();
        }
        Ok(())
    }

    /// Forgets what is kept in memory about jobs that are not `live`.
    fn forget_ended_jobs(&mut self, live: &HashSet<JobId>) {
        let is_live = |job: &JobId| live.contains(job);
        self.retries.forget_jobs(is_live);
        self.executor.forget_jobs(is_live);
        self.publisher.forget_jobs(is_live);
        self.inputs.forget_jobs(is_live);
        self.attesting.forget_jobs(is_live);
        self.deleted_outputs.retain(|task| is_live(&task.job));
        self.lost_outputs.retain(|task| is_live(&task.job));
        self.cheap.retain(is_live);
        self.watched.retain(|task, _| is_live(&task.job));
        self.unwatchable.retain(|task| is_live(&task.job));
    }

    /// Waits for the next tick. A run that ends meanwhile is recorded at once, and the next tick, which contributes its
    /// result, begins.
    fn wait_for_next_tick(&mut self, wait: Duration, stop: &AtomicBool) -> Result<(), NodeError> {
        let start = Instant::now();
        while !stop.load(Ordering::Relaxed) {
            let Some(left) = wait.checked_sub(start.elapsed()) else {
                break;
            };
            let Some(run) = self.executor.next_finished_run(left.min(STOP_CHECK))? else {
                continue;
            };
            return self.record_run(run);
        }
        Ok(())
    }

    /// Records the outcome of an attempt. On failure, schedules a retry for `key` and returns `Ok(None)`, so that the tick
    /// goes on.
    ///
    /// # Errors
    /// Errors of class [`ErrorClass::Global`] and [`ErrorClass::Fatal`].
    fn record_attempt<T>(
        &mut self,
        key: RetryKey,
        outcome: Result<T, NodeError>,
    ) -> Result<Option<T>, NodeError> {
        self.record_attempt_before(key, None, outcome)
    }

    /// Does the same as [`Self::record_attempt`] for an action that becomes useless after `time_left`, if that is given.
    fn record_attempt_before<T>(
        &mut self,
        key: RetryKey,
        time_left: Option<Duration>,
        outcome: Result<T, NodeError>,
    ) -> Result<Option<T>, NodeError> {
        match outcome {
            Ok(value) => {
                self.retries.clear(key);
                Ok(Some(value))
            }
            Err(error) => {
                let is_lost_race = classify(&error) == ErrorClass::LostRace;
                if is_lost_race {
                    // Nothing is wrong, so the waits do not grow.
                    self.retries.clear(key);
                }
                self.retries.record_failure(key, time_left, Instant::now());
                if is_lost_race {
                    return Ok(None);
                }
                self.continue_on_local_error(Err(error)).map(|()| None)
            }
        }
    }

    /// Reports an error that concerns only one action as a warning, and returns `Ok`. Passes on every other error.
    fn continue_on_local_error(&mut self, outcome: Result<(), NodeError>) -> Result<(), NodeError> {
        match outcome {
            Err(error) if is_local(&error) => {
                self.warn_once(&error);
                Ok(())
            }
            other => other,
        }
    }

    /// Returns the time until the chain's clock reaches `moment`, Unix seconds, as seen at the start of the tick.
    fn time_until(&self, moment: i64) -> Duration {
        let seconds = moment.saturating_sub(self.now);
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
    }

    /// Returns true if `key` may be tried now. The first call for a key starts the `grace` period, in which other nodes may
    /// do the work.
    fn is_ready(&mut self, key: RetryKey, grace: Duration) -> bool {
        self.retries.ready(key, grace, Instant::now())
    }

    /// Returns true if the node key was found unable to pay a fee, and still is. When it can pay again, every backoff ends.
    fn out_of_sol(&mut self) -> Result<bool, NodeError> {
        if self.reported_no_sol {
            let node = self.sender.node_key();
            if self.sender.client.lamports(&node)? >= self.min_balance() {
                self.reported_no_sol = false;
                self.retries = RetrySchedule::default();
            }
        }
        Ok(self.reported_no_sol)
    }

    /// Returns the lamports that the node key needs for one more transaction.
    fn min_balance(&self) -> u64 {
        self.config.rent_exempt_minimum.saturating_add(FEE)
    }

    /// Reports an error, unless it was reported and still applies. If the cause is that the node key cannot pay the fee, the
    /// event is [`NodeEvent::InsufficientSol`].
    fn warn_once(&mut self, error: &NodeError) {
        let node = self.sender.node_key();
        self.warned_this_tick = true;
        let cannot_pay = || {
            let lamports = self.sender.client.lamports(&node);
            lamports.is_ok_and(|held| held < self.min_balance())
        };
        if error.is_rejected() && cannot_pay() {
            if !self.reported_no_sol {
                self.reported_no_sol = true;
                self.sender.emit(NodeEvent::InsufficientSol { node });
            }
            return;
        }
        let reason = error.to_string();
        if self.active_warnings.insert(reason.clone()) {
            self.sender.emit(NodeEvent::Warning { reason });
        }
    }
}

/// Returns true if `error` concerns only the action that failed.
fn is_local(error: &NodeError) -> bool {
    matches!(classify(error), ErrorClass::LostRace | ErrorClass::Local)
}
