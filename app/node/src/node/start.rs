use super::{Calendar, Node, Settings};
use crate::{
    config::{NodeConfig, RunnerChoice},
    desk::Desk,
    error::NodeError,
    event::NodeEvent,
    gauge,
    journal::Journal,
    outputs::Outputs,
    patience::Patience,
    publisher::Publisher,
    seat_id::{JobId, SeatId},
    workshop::{Shelves, Workshop},
};
use assay_client::{instruction::market, pda, Address, Client, Signer as _};
use assay_content::{ContentStore, JobUrls, StoreConfig};
use assay_market::state::Worker;
use assay_runner::{CommandRunner, Runner, WasmRunner};
use assay_staking::state::Provider;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

/// A result is kept this long after its job is gone, in seconds: an RPC server that lags behind may not know the job yet.
const REMEMBERED: i64 = 3_600;

impl<'a> Node<'a> {
    /// Checks the configuration against the chain, reads the journal, and begins nothing yet.
    pub fn start(
        config: NodeConfig,
        log: &'a mut dyn FnMut(&NodeEvent),
    ) -> Result<Self, NodeError> {
        if config.blob_stores.is_empty() {
            return Err(NodeError::NoBlobStore);
        }
        if config.concurrency == 0 || config.max_claims == 0 {
            return Err(NodeError::NoCapacity);
        }
        let is_command = matches!(config.runner, RunnerChoice::Command(_));
        if is_command && config.modules.is_empty() {
            return Err(NodeError::NoModules);
        }
        let client = Client::new(&config.url);
        let address = pda::market::worker(&pda::staking::provider(&config.owner));
        let worker = read_worker(&client, &config, &address)?;
        let journal = Journal::open(&config.state_dir, address)?;
        let runner = runner(&config)?;
        let fuel_per_second = match (is_command, config.fuel_per_second) {
            (true, _) => None,
            (false, Some(rate)) => Some(rate),
            (false, None) => Some(gauge::fuel_per_second(runner.as_ref())?),
        };
        let shelves = Shelves {
            store: content(&config, config.blob_stores.clone(), JobUrls::Http)?,
            cache: content(&config, Vec::new(), JobUrls::Deny)?,
        };
        let uploads = config.blob_stores.iter();
        let uploads = uploads.map(|url| content(&config, vec![url.clone()], JobUrls::Deny));
        let uploads = uploads.collect::<Result<_, _>>()?;
        let outputs = Outputs::open(config.state_dir.join("outputs"))?;
        let settings = Settings {
            max_claims: config.max_claims,
            concurrency: config.concurrency,
            max_bond_percent: config.max_bond_percent,
            max_memory_bytes: config.max_memory_bytes,
            max_output_bytes: config.max_output_bytes,
            modules: config.modules.clone(),
            fuel_per_second,
            wall_limit: config.wall_limit,
            margin: config.margin,
            floor: client.minimum_balance(0)?,
            poll: config.poll,
            cranks: config.cranks,
            close_jobs: config.close_jobs,
        };
        let mut node = Self {
            config: settings,
            workshop: Workshop::start(shelves, runner, config.concurrency, config.wall_limit),
            desk: Desk::new(client, config.keypair, address, journal, log),
            publisher: Publisher::start(&outputs, uploads),
            outputs,
            patience: Patience::default(),
            calendar: Calendar::default(),
            payments: HashMap::new(),
            cleared: HashSet::new(),
            lost: HashSet::new(),
            now: 0,
            read_at: Instant::now(),
            worker,
            troubles: HashSet::new(),
            complained: false,
            no_sol: false,
            is_poor: false,
            tidied: Instant::now(),
        };
        let jobs = node.desk.client.fetch_jobs()?;
        node.now = node.desk.client.now()?;
        node.tidy(&jobs.iter().map(JobId::of).collect())?;
        let resumed = node.desk.journal.book().undelivered().count();
        let started = NodeEvent::Started {
            node: node.desk.node(),
            worker: address,
            resumed,
            fuel_per_second,
        };
        node.desk.tell(started);
        node.sync_key()?;
        Ok(node)
    }

    /// Forgets what belongs to jobs that ended, other than those that are `live`.
    pub(super) fn tidy(&mut self, live: &HashSet<JobId>) -> Result<(), NodeError> {
        self.tidied = Instant::now();
        let forget_before = self.now.saturating_sub(REMEMBERED);
        self.desk
            .journal
            .compact(|seat: &SeatId, at: Option<i64>| {
                live.contains(&seat.job) || at.is_some_and(|at| at > forget_before)
            })?;
        self.outputs
            .keep_only(self.desk.journal.book().unpublished())
    }

    /// Brings a changed node key from staking to the market; until then the market knows the old one.
    fn sync_key(&mut self) -> Result<(), NodeError> {
        if self.worker.node == self.desk.node() {
            return Ok(());
        }
        self.desk
            .crank(&[market::sync_worker(self.worker.provider)])
    }
}

/// The worker to act for. Checks that the provider names our key.
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

fn runner(config: &NodeConfig) -> Result<Arc<dyn Runner>, NodeError> {
    Ok(match &config.runner {
        RunnerChoice::Wasm => Arc::new(WasmRunner::new(config.wall_limit)?),
        RunnerChoice::Command(argv) => {
            Arc::new(CommandRunner::new(argv.clone(), config.wall_limit)?)
        }
    })
}

fn content(
    config: &NodeConfig,
    blob_stores: Vec<String>,
    job_urls: JobUrls,
) -> Result<ContentStore, NodeError> {
    let mut store = StoreConfig::new(config.state_dir.join("content"));
    store.job_urls = job_urls;
    store.blob_stores = blob_stores;
    Ok(ContentStore::open(store)?)
}
