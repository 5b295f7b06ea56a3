//! Gathers the signatures that a result needs.

use super::{AttestReply, AttestRequest, KnownSet, Peers};
use crate::{
    error::NodeError,
    output_store::OutputStore,
    seat_id::{JobId, TaskId},
    worker_pool::WorkerPool,
};
use assay_client::{instruction::market::AttesterSignature, Signature};
use assay_market::{bytes::ResultRecord, state::Attestation};
use std::{
    collections::HashSet,
    sync::{mpsc::channel, Arc},
    thread,
    time::{Duration, Instant},
};

/// Results whose signatures are gathered at the same time.
const GATHERERS: usize = 4;

/// A result that needs signatures.
pub struct Order {
    pub task: TaskId,
    pub attestation: Attestation,
    pub record: ResultRecord,
    /// Signatures that the job asks for.
    pub needed: usize,
    pub set: Arc<KnownSet>,
    /// Where the output is, for attesters that need it.
    pub outputs: OutputStore,
    /// When an answer comes too late.
    pub until: Instant,
    /// When the time for results ends, Unix seconds.
    pub ends_at: i64,
}

/// The signatures that came.
#[derive(Clone, Debug)]
pub struct Gathered {
    pub attestation: Attestation,
    /// Valid signatures of different keys of the set, at most as many as are needed.
    pub signatures: Vec<AttesterSignature>,
    pub needed: usize,
    /// Why the other attesters did not sign, as far as they answered.
    pub reasons: Vec<String>,
    /// When the time for results ends, Unix seconds.
    pub ends_at: i64,
}

impl Gathered {
    /// Returns whether there are as many signatures as the job asks for.
    pub fn is_enough(&self) -> bool {
        self.signatures.len() >= self.needed
    }
}

/// Threads that ask attesters, so that the node's loop never waits for one.
pub struct Gathering {
    pool: WorkerPool<TaskId, Order, Gathered>,
    in_progress: HashSet<TaskId>,
}

impl Gathering {
    /// Starts the threads.
    pub fn start() -> Self {
        let peers = Arc::new(Peers::default());
        Self {
            pool: WorkerPool::start(GATHERERS, move |order| gather(&order, &peers)),
            in_progress: HashSet::new(),
        }
    }

    /// Returns whether signatures for a task are being gathered.
    pub fn is_in_progress(&self, task: &TaskId) -> bool {
        self.in_progress.contains(task)
    }

    /// Returns how many further results a thread would begin at once with.
    pub fn idle_threads(&self) -> usize {
        self.pool.idle_threads()
    }

    /// Starts to gather the signatures of a result.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn submit(&mut self, order: Order) -> Result<(), NodeError> {
        self.in_progress.insert(order.task);
        self.pool.submit(order.task, order)
    }

    /// Returns what was gathered since the last call. Forgotten tasks, and those whose thread crashed, are left out.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn poll(&mut self) -> Result<Vec<(TaskId, Gathered)>, NodeError> {
        let mut finished = Vec::new();
        while let Some((task, gathered)) = self.pool.poll(Duration::ZERO)? {
            if self.in_progress.remove(&task) {
                finished.extend(gathered.map(|gathered| (task, gathered)));
            }
        }
        Ok(finished)
    }

    /// Forgets the tasks of jobs for which `is_live` returns false.
    pub fn forget_jobs(&mut self, is_live: impl Fn(&JobId) -> bool) {
        self.in_progress.retain(|task| is_live(&task.job));
    }
}

/// Asks all attesters at once, until enough have signed, all have answered, or the time is over.
fn gather(order: &Order, peers: &Arc<Peers>) -> Gathered {
    let attestation = order.attestation;
    let request = AttestRequest {
        job: attestation.job,
        job_seed: attestation.job_seed,
        task: attestation.task,
        worker: attestation.worker,
        record: order.record,
        energy_mj: attestation.energy_mj,
        expires_at: attestation.expires_at,
        output: None,
    };
    let (answers, incoming) = channel();
    for url in &order.set.urls {
        let (url, request, answers) = (url.clone(), request.clone(), answers.clone());
        let (peers, outputs, task) = (peers.clone(), order.outputs.clone(), order.task);
        let timeout = order.until.saturating_duration_since(Instant::now());
        // An attester that does not answer keeps its thread, not this one.
        thread::spawn(move || {
            let output = || outputs.read(&task).ok().flatten();
            let answer = peers.ask(&url, task, &request, output, timeout);
            // Nobody listens any more once enough have signed.
            let _ = answers.send((url, answer));
        });
    }
    drop(answers);
    let mut gathered = Gathered {
        attestation,
        signatures: Vec::new(),
        needed: order.needed,
        reasons: Vec::new(),
        ends_at: order.ends_at,
    };
    while !gathered.is_enough() {
        let left = order.until.saturating_duration_since(Instant::now());
        let Ok((url, answer)) = incoming.recv_timeout(left) else {
            break;
        };
        let accepted = match answer {
            Ok(reply) => accept(&order.set, &attestation, &gathered.signatures, &reply),
            Err(reason) => Err(reason.to_string()),
        };
        match accepted {
            Ok(signature) => gathered.signatures.push(signature),
            Err(reason) => gathered.reasons.push(format!("{url}: {reason}")),
        }
    }
    gathered.reasons.sort();
    gathered
}

/// Checks a signature as the program will: a wrong one would cost the whole transaction.
///
/// # Errors
/// Why it does not count.
fn accept(
    set: &KnownSet,
    attestation: &Attestation,
    others: &[AttesterSignature],
    reply: &AttestReply,
) -> Result<AttesterSignature, String> {
    let key = reply.key.to_bytes();
    if !set.keys.contains(&key) {
        return Err(format!("its key {} is not one of the set's", reply.key));
    }
    if others.iter().any(|other| other.key == key) {
        return Err(format!(
            "another attester has signed with its key {}",
            reply.key
        ));
    }
    let signature: Result<Signature, _> = reply.signature.parse();
    let signature = signature.map_err(|_| "its answer has no signature".to_owned())?;
    if !signature.verify(&key, &attestation.message()) {
        return Err("its signature is wrong".to_owned());
    }
    Ok(AttesterSignature {
        key,
        signature: signature.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::address;
    use assay_client::{Address, Keypair, Signer as _};

    fn attestation(task: u32) -> Attestation {
        Attestation {
            genesis_hash: [1; 32],
            job: address(2),
            job_seed: [3; 32],
            task,
            worker: address(5),
            set: address(6),
            digest: [7; 32],
            fuel_used: 8,
            energy_mj: 0,
            expires_at: 10,
        }
    }

    fn reply(key: &Keypair, attestation: &Attestation) -> AttestReply {
        AttestReply {
            key: key.pubkey(),
            signature: key.sign_message(&attestation.message()).to_string(),
        }
    }

    fn set(keys: &[&Keypair]) -> KnownSet {
        KnownSet {
            set: address(6),
            identity: [9; 32],
            keys: keys.iter().map(|key| key.pubkey().to_bytes()).collect(),
            urls: Vec::new(),
        }
    }

    #[test]
    fn a_valid_signature_of_each_key_counts_once() {
        let (one, other) = (Keypair::new(), Keypair::new());
        let (set, attestation) = (set(&[&one, &other]), attestation(4));
        let first = accept(&set, &attestation, &[], &reply(&one, &attestation)).unwrap();
        let again = accept(&set, &attestation, &[first], &reply(&one, &attestation));
        assert!(again.unwrap_err().contains("another attester"));
        assert!(accept(&set, &attestation, &[first], &reply(&other, &attestation)).is_ok());
    }

    #[test]
    fn a_foreign_key_a_wrong_message_and_rubbish_do_not_count() {
        let (one, stranger) = (Keypair::new(), Keypair::new());
        let (set, right) = (set(&[&one]), attestation(4));
        let foreign = reply(&stranger, &right);
        let of_another_task = reply(&one, &attestation(5));
        let borrowed = AttestReply {
            key: one.pubkey(),
            ..foreign.clone()
        };
        let rubbish = AttestReply {
            key: one.pubkey(),
            signature: "0".into(),
        };
        for reply in [foreign, of_another_task, borrowed, rubbish] {
            assert!(accept(&set, &right, &[], &reply).is_err(), "{reply:?}");
        }
        assert_ne!(Address::from(set.keys[0]), stranger.pubkey());
    }
}
