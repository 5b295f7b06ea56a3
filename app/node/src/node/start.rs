//! Starts a node: checks the configuration against the chain and reads the journal.

use super::{
    attesting::Attesting, credentials::Credentials, DelegatorLooks, EpochCache, Node, Settings,
};
use crate::{
    calibrate::measure_fuel_rate,
    config::{NodeConfig, RunnerChoice, SelfTest},
    content_stores::{ChainReadUrls, ContentStores},
    error::NodeError,
    event::NodeEvent,
    executor::Executor,
    journal::{AttemptJournal, Journal, StoredResult},
    output_store::OutputStore,
    policy::Prices,
    private_dir::is_open_to_others,
    publisher::{Publisher, Upload},
    read_check::ReadCheck,
    retry::RetrySchedule,
    sandbox::Sandbox,
    seat_id::{JobId, TaskId},
    sender::TxSender,
    task_spec::TaskSpec,
};
use assay_client::{instruction::market, pda, Address, Client, JobView, Signer as _, SlotHashes};
use assay_content::{publish_result, ContentStore, JobUrls, StoreConfig};
use assay_market::state::Worker;
use assay_runner::{CommandRunner, Limits, RunRequest, Runner};
use assay_staking::state::Provider;
use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
    time::Instant,
};

/// Least age, in seconds, of a result that is removed because the chain shows no such job. An RPC server that lags behind
/// may not know a new job yet.
const RESULT_RETENTION: i64 = 3_600;

impl<'a> Node<'a> {
    /// Checks the configuration against the chain, reads the journal and starts the threads. No task is claimed or run yet.
    ///
    /// # Errors
    /// [`NodeError::NoBlobStore`], [`NodeError::NoCapacity`], [`NodeError::NoModules`] for a wrong option;
    /// [`NodeError::NoWorker`], [`NodeError::WrongKey`] if the chain says otherwise; and the errors of client, journal,
    /// content, runner and disk.
    ///
    /// With `watch_share`, basis points, the node watches instead of claiming seats.
    pub fn start(
        config: NodeConfig,
        watch_share: Option<u16>,
        log: &'a mut dyn FnMut(&NodeEvent),
    ) -> Result<Self, NodeError> {
        check_options(&config)?;
        let is_command = is_command(&config);
        let client = Client::new(&config.url);
        let address = pda::market::worker(&pda::staking::provider(&config.owner));
        let worker = read_worker(&client, &config, &address)?;
        let journal = Journal::open(&config.state_dir, address)?;
        let Started {
            runner,
            attempts,
            weakness,
        } = start_runner(&config)?;
        let fuel_per_second = match (is_command, config.fuel_per_second) {
            (true, _) => None,
            (false, Some(rate)) => Some(rate),
            (false, None) => Some(measure_fuel_rate(runner.as_ref())?),
        };
        let stores = Arc::new(open_stores(&config)?);
        let outputs = OutputStore::open(config.state_dir.join("outputs"))?;
        let publisher = publish_results(&config, &outputs)?;
        let inputs = publish_inputs(&config, stores.clone())?;
        let settings = Settings {
            blob_stores: config.blob_stores.clone(),
            max_claims: config.max_claims,
            concurrency: config.concurrency,
            max_bond_percent: config.max_bond_percent,
            max_memory_bytes: config.max_memory_bytes,
            max_output_bytes: config.max_output_bytes,
            modules: config.modules.clone(),
            fuel_per_second,
            wall_limit: config.wall_limit,
            margin: config.margin,
            rent_exempt_minimum: client.minimum_balance(0)?,
            poll: config.poll,
            cranks: config.cranks,
            close_jobs: config.close_jobs && watch_share.is_none(),
            pays_rent_of_others: config.pays_rent_of_others,
            max_priority_fee: config.max_priority_fee,
            can_stop_runs: !is_command,
            watch_share,
        };
        let (stake_mint, state_dir) = (client.stake_mint()?, config.state_dir.clone());
        let mut node = Self {
            config: settings,
            attesting: Attesting::start(&client, &config.attester_sets)?,
            credentials: Credentials::default(),
            read_check: ReadCheck::start(stores.clone()),
            attempts,
            command_failed_at: None,
            executor: Executor::start(stores, runner, config.concurrency, config.wall_limit),
            sender: TxSender::new(client, config.keypair, address, journal, log),
            publisher,
            inputs,
            outputs,
            retries: RetrySchedule::default(),
            epoch_cache: EpochCache::default(),
            payment_mints: HashMap::new(),
            prices: Prices::new(config.prices),
            cheap: HashSet::new(),
            looked_for_held_pay_at: None,
            delegator_looks: DelegatorLooks::default(),
            deleted_outputs: HashSet::new(),
            lost_outputs: HashSet::new(),
            watched: HashMap::new(),
            unwatchable: HashSet::new(),
            stake_mint,
            hashes: SlotHashes::default(),
            now: 0,
            read_at: Instant::now(),
            worker,
            active_warnings: HashSet::new(),
            warned_this_tick: false,
            reported_no_sol: false,
            cannot_claim: false,
            last_cleanup: Instant::now(),
        };
        let jobs: Vec<JobView> = node.sender.client.fetch_jobs()?;
        node.now = node.sender.client.now()?;
        node.clean_up(&jobs.iter().map(JobId::of).collect())?;
        let resumed = node.sender.journal.state().undelivered().count();
        let started = NodeEvent::Started {
            node: node.sender.node_key(),
            worker: address,
            resumed,
            fuel_per_second,
        };
        node.sender.emit(started);
        for reason in weakness.into_iter().chain(readable_state(&state_dir)) {
            node.sender.emit(NodeEvent::Warning { reason });
        }
        node.sync_node_key()?;
        Ok(node)
    }

    /// Removes from journal and disk what belongs to jobs that are not `live`, except results that are younger than
    /// [`RESULT_RETENTION`].
    pub(super) fn clean_up(&mut self, live: &HashSet<JobId>) -> Result<(), NodeError> {
        self.last_cleanup = Instant::now();
        let keep_from = self.now.saturating_sub(RESULT_RETENTION);
        self.sender
            .journal
            .compact(|task: &TaskId, at: Option<i64>| {
                live.contains(&task.job) || at.is_some_and(|at| at > keep_from)
            })?;
        self.outputs
            .retain(self.sender.journal.state().unpublished())
    }

    /// Copies a changed node key from the provider to the worker. The market accepts only the old key until then.
    fn sync_node_key(&mut self) -> Result<(), NodeError> {
        if self.worker.node == self.sender.node_key() {
            return Ok(());
        }
        self.sender
            .send_idempotent(&[market::sync_worker(self.worker.provider)])
    }
}

/// Checks the options that need no network.
fn check_options(config: &NodeConfig) -> Result<(), NodeError> {
    if config.blob_stores.is_empty() {
        return Err(NodeError::NoBlobStore);
    }
    if config.concurrency == 0 || config.max_claims == 0 {
        return Err(NodeError::NoCapacity);
    }
    if is_command(config) && config.modules.is_empty() {
        return Err(NodeError::NoModules);
    }
    Ok(())
}

fn is_command(config: &NodeConfig) -> bool {
    matches!(config.runner, RunnerChoice::Command(_))
}

/// Opens the stores that the node fetches from.
fn open_stores(config: &NodeConfig) -> Result<ContentStores, NodeError> {
    Ok(ContentStores {
        remote: open_store(config, config.blob_stores.clone(), config.job_urls)?,
        local: open_store(config, Vec::new(), JobUrls::Deny)?,
        read_urls: Box::new(ChainReadUrls(Client::new(&config.url))),
    })
}

/// Returns the worker to act for, and checks that its provider names our node key.
fn read_worker(
    client: &Client,
    config: &NodeConfig,
    address: &Address,
) -> Result<Worker, NodeError> {
    let owner = config.owner;
    let worker: Worker = client
        .try_fetch(address)?
        .ok_or(NodeError::NoWorker(owner))?;
    let provider: Provider = client.fetch(&worker.provider)?;
    let found = config.keypair.pubkey();
    if provider.node != found {
        let expected = provider.node;
        return Err(NodeError::WrongKey {
            owner,
            expected,
            found,
        });
    }
    Ok(worker)
}

/// What runs tasks, as it was started.
struct Started {
    runner: Arc<dyn Runner>,
    /// The attempts with modules; `None` for a command, which is the operator's own.
    attempts: Option<AttemptJournal>,
    /// What an operator should know of the sandbox.
    weakness: Option<String>,
}

fn start_runner(config: &NodeConfig) -> Result<Started, NodeError> {
    match &config.runner {
        RunnerChoice::Wasm => {
            let sandbox = Sandbox::start(&config.child, &config.state_dir, config.wall_limit)?;
            Ok(Started {
                weakness: sandbox.weakness(),
                attempts: Some(sandbox.attempts),
                runner: Arc::new(sandbox.runner),
            })
        }
        RunnerChoice::Command(command) => {
            let runner = CommandRunner::new(command.argv.clone(), config.wall_limit)?
                .also_taking(&command.result_codes)?
                .guarded_by(config.child.clone());
            if let Some(test) = &command.self_test {
                try_command(&runner, test)?;
            }
            Ok(Started {
                runner: Arc::new(runner),
                attempts: None,
                weakness: None,
            })
        }
    }
}

/// Runs a command once and compares its output: a machine that cannot run it is found out before it claims anything.
fn try_command(runner: &CommandRunner, test: &SelfTest) -> Result<(), NodeError> {
    let result = runner.run(&RunRequest {
        module: &[],
        input: &test.input,
        limits: Limits {
            fuel: u64::MAX,
            memory_bytes: u64::MAX,
            // One byte more shows that there is more.
            output_bytes: (test.output.len() as u64).saturating_add(1),
        },
        memory_key: [0; 32],
        deadline: None,
    })?;
    if result.output != test.output {
        return Err(NodeError::SelfTestFailed {
            exit: result.exit,
            bytes: result.output.len(),
            expected: test.output.len(),
        });
    }
    Ok(())
}

/// Returns what to tell an operator whose state directory others can read, or `None`.
fn readable_state(dir: &Path) -> Option<String> {
    let is_open = is_open_to_others(dir).unwrap_or(false);
    is_open.then(|| {
        let dir = dir.display();
        format!("other users of this machine can read {dir}, where results are before they are public; see `chmod 700 {dir}`")
    })
}

/// Starts the threads that upload results, with their outputs from `outputs`.
fn publish_results(
    config: &NodeConfig,
    outputs: &OutputStore,
) -> Result<Publisher<StoredResult>, NodeError> {
    let outputs = outputs.clone();
    let upload = move |store: &ContentStore, task, result: StoredResult| {
        let Some(output) = outputs.read(&task)? else {
            return Ok(Upload::Missing);
        };
        publish_result(store, &result.with_output(output))?;
        Ok(Upload::Done)
    };
    Ok(Publisher::start(upload_stores(config)?, upload))
}

/// Starts the threads that upload the content of tasks.
fn publish_inputs(
    config: &NodeConfig,
    stores: Arc<ContentStores>,
) -> Result<Publisher<TaskSpec>, NodeError> {
    let upload = move |store: &ContentStore, _, spec: TaskSpec| {
        spec.upload(&stores, store).map_err(NodeError::Inputs)?;
        Ok(Upload::Done)
    };
    Ok(Publisher::start(upload_stores(config)?, upload))
}

/// Opens each of the node's stores by itself: uploads go to the first store of a [`ContentStore`].
fn upload_stores(config: &NodeConfig) -> Result<Vec<ContentStore>, NodeError> {
    let urls = config.blob_stores.iter();
    urls.map(|url| open_store(config, vec![url.clone()], JobUrls::Deny))
        .collect()
}

fn open_store(
    config: &NodeConfig,
    blob_stores: Vec<String>,
    job_urls: JobUrls,
) -> Result<ContentStore, NodeError> {
    let mut store = StoreConfig::new(config.state_dir.join("content"));
    store.job_urls = job_urls;
    store.blob_stores = blob_stores;
    Ok(ContentStore::open(store)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_runner::RunnerError;
    use std::time::Duration;

    fn tried(script: &str, output: &[u8]) -> Result<(), NodeError> {
        let argv = ["sh", "-c", script].map(str::to_owned);
        let runner = CommandRunner::new(argv.to_vec(), Duration::from_secs(30)).unwrap();
        let test = SelfTest {
            input: b"an input".to_vec(),
            output: output.to_vec(),
        };
        try_command(&runner, &test)
    }

    #[test]
    fn a_command_is_tried_before_anything_is_claimed() {
        assert!(tried("cat", b"an input").is_ok());
        for (script, output) in [
            ("cat", &b"another output"[..]),
            ("cat; echo", b"an input"),
            ("true", b"an input"),
        ] {
            let wrong = tried(script, output);
            assert!(
                matches!(wrong, Err(NodeError::SelfTestFailed { .. })),
                "{script}: {wrong:?}"
            );
        }
        let failed = tried("cat; exit 1", b"an input");
        assert!(
            matches!(
                failed,
                Err(NodeError::Runner(RunnerError::CommandFailed {
                    code: 1,
                    ..
                }))
            ),
            "{failed:?}"
        );
    }
}
