//! An attester: a service that signs what it has found right.
//!
//! - [`review`]: whether a request can be signed by what the chain says.
//! - [`verify`]: whether its result is right.
//! - [`signed`]: the journal of what was signed, so that no task gets two digests.
//! - [`rate`]: how often a client may ask.
//! - [`server`]: how requests come and answers go, over HTTP.
//!
//! A request goes through all of them in this order, and nothing leaves before the journal has it.

mod config;
mod event;
mod rate;
mod review;
mod server;
mod signed;
mod verify;

pub use config::{AttesterConfig, Verification};
pub use event::AttesterEvent;
pub use rate::Rate;

use crate::{
    attested::{AttestReply, AttestRequest, RefusalCode},
    content_stores::{ChainReadUrls, ContentStores},
    error::NodeError,
    journal::JournalError,
    sandbox::Sandbox,
    seat_id::{JobId, TaskId},
};
use assay_client::{pda, Client, Error, Keypair, Signer as _};
use assay_content::{ContentStore, JobUrls, StoreConfig};
use assay_market::state::Params;
use assay_runner::Runner;
use assay_staking::state::AttesterSet;
use review::{review, Chain, Reviewed, Scope};
use signed::SignedDigests;
use std::{
    net::TcpListener,
    sync::{
        atomic::AtomicBool,
        mpsc::{channel, Sender},
        Arc, Mutex, PoisonError,
    },
    time::Duration,
};
use verify::Verifier;

/// Why a request is not signed, and when it may be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    code: RefusalCode,
    reason: String,
    retry_after: Option<Duration>,
}

impl Refused {
    fn new(code: RefusalCode, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            retry_after: None,
        }
    }

    fn retry_after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::new(RefusalCode::Unavailable, error.to_string())
    }
}

/// What signs: the key with its journal, its view of the chain and its way to verify.
struct Service {
    keypair: Keypair,
    scope: Scope,
    chain: Box<dyn Chain>,
    verifier: Verifier,
    signed: Mutex<SignedDigests>,
    events: Sender<AttesterEvent>,
    /// Why the service must end: its journal cannot be written.
    failure: Mutex<Option<JournalError>>,
}

impl Service {
    /// Serves one request.
    ///
    /// # Errors
    /// Every reason not to sign.
    fn attest(&self, request: &AttestRequest) -> Result<AttestReply, Refused> {
        let Reviewed {
            posting,
            attestation,
        } = review(request, &self.scope, self.chain.as_ref())?;
        let task = task_of(request);
        let known = self.signed(|signed| signed.get(&task));
        if known.is_some_and(|known| known != attestation.digest) {
            return Err(signed_another());
        }
        self.verifier.admit(&posting, request)?;
        if known.is_none() || !self.verifier.ignores_energy() {
            let took = self.verifier.verify(task, &posting, request)?;
            let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            self.report(AttesterEvent::Verified { task, milliseconds });
        }
        let journaled = self.signed(|signed| signed.journal(task, &attestation));
        let signature = match journaled {
            Ok(journaled) => journaled.sign(&self.keypair),
            Err(JournalError::ConflictingRecord(_)) => return Err(signed_another()),
            Err(error) => {
                let reason = "the journal of this attester cannot be written";
                let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
                failure.get_or_insert(error);
                return Err(Refused::new(RefusalCode::Failed, reason));
            }
        };
        self.report(AttesterEvent::Signed {
            task,
            worker: attestation.worker,
            digest: attestation.digest,
        });
        Ok(AttestReply {
            key: self.keypair.pubkey(),
            signature: signature.to_string(),
        })
    }

    fn signed<T>(&self, act: impl FnOnce(&mut SignedDigests) -> T) -> T {
        act(&mut self.signed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn report(&self, event: AttesterEvent) {
        // Nobody listens any more only when the process ends.
        let _ = self.events.send(event);
    }

    fn failure(&self) -> Option<JournalError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }
}

fn signed_another() -> Refused {
    let reason = "this attester has signed another digest for this task";
    Refused::new(RefusalCode::SignedAnother, reason)
}

fn task_of(request: &AttestRequest) -> TaskId {
    let job = JobId {
        address: request.job,
        seed: request.job_seed,
    };
    job.task(request.task)
}

/// Runs an attester until `stop` is set.
///
/// # Errors
/// At start: the network cannot be reached, the key is not one of the set's, an option is wrong, the journal is damaged, the
/// address cannot be listened on. Later only if the journal cannot be written: then nothing more is signed.
pub fn attest(
    config: AttesterConfig,
    log: &mut dyn FnMut(&AttesterEvent),
    stop: &AtomicBool,
) -> Result<(), NodeError> {
    let client = Client::new(&config.url);
    let scope = read_scope(&client, &config)?;
    let key = config.keypair.pubkey();
    let signed = SignedDigests::open(&config.journal_dir, key)?;
    let start_runner = || {
        let sandbox = Sandbox::start(&config.child, &config.journal_dir, config.wall_limit)?;
        Ok(Box::new(sandbox.runner) as Box<dyn Runner>)
    };
    let verifier = Verifier::start(&config, start_runner, open_stores(&config)?)?;
    let failed = |reason| NodeError::Listen {
        address: config.listen,
        reason,
    };
    let listener = TcpListener::bind(config.listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    log(&AttesterEvent::AttesterStarted {
        key,
        set: scope.set,
        url: format!("http://{address}"),
        signed: signed.count(),
        fuel_per_second: verifier.fuel_per_second(),
    });
    let max_output = match config.verification {
        Verification::Rerun => 0,
        Verification::Command(_) => config.max_output_bytes,
    };
    let (events, incoming) = channel();
    let service = Arc::new(Service {
        keypair: config.keypair,
        scope,
        chain: Box::new(client),
        verifier,
        signed: Mutex::new(signed),
        events,
        failure: Mutex::default(),
    });
    let server = server::Server::start(listener, service.clone(), config.rate, max_output);
    let server = server.map_err(failed)?;
    let outcome = server::report_until(stop, &service, &incoming, log);
    server.stop();
    outcome?;
    log(&AttesterEvent::AttesterStopped);
    Ok(())
}

/// Reads what the attester signs for, and checks that its key counts there.
fn read_scope(client: &Client, config: &AttesterConfig) -> Result<Scope, NodeError> {
    let params: Params = client.fetch(&pda::market::params())?;
    if params.genesis_hash != client.genesis_hash()? {
        return Err(NodeError::OtherCluster);
    }
    let set: AttesterSet = client.fetch(&config.set)?;
    let key = config.keypair.pubkey();
    if !set.keys().contains(&key.to_bytes()) {
        return Err(NodeError::NotInSet {
            key,
            set: config.set,
        });
    }
    Ok(Scope {
        genesis_hash: params.genesis_hash,
        set: config.set,
        identity: set.identity,
    })
}

fn open_stores(config: &AttesterConfig) -> Result<ContentStores, NodeError> {
    let open = |blob_stores, job_urls| {
        let mut store = StoreConfig::new(&config.cache_dir);
        store.blob_stores = blob_stores;
        store.job_urls = job_urls;
        ContentStore::open(store)
    };
    Ok(ContentStores {
        remote: open(config.blob_stores.clone(), JobUrls::Http)?,
        local: open(Vec::new(), JobUrls::Deny)?,
        read_urls: Box::new(ChainReadUrls(Client::new(&config.url))),
    })
}

#[cfg(test)]
mod tests;
