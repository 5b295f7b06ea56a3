//! Providers and jobs.

use crate::{
    cluster::{address_of, Cluster, HOUR},
    protocol::payment,
    token::{assay, usd},
};
use anchor_lang::Address;
use assay_client::{
    instruction::{
        market::{self, JobAddresses, PostJobParams},
        staking,
    },
    pda::{ata, market as market_at, rewards as rewards_at, staking as staking_at},
    Instruction,
};
use assay_market::{
    bytes,
    state::{Job, JobTerms, Seat, Worker},
};
use assay_staking::state::{Provider, ProviderProfile};
use sha2::{Digest, Sha256};

/// Base units of the reward token.
pub const STAKE: u64 = 50_000;
pub const COLLATERAL: u64 = 30_000;
/// Per replica, base units of the payment token.
pub const PRICE: u64 = 1_000;

/// One of the three workers: whose it is.
pub type Name = &'static str;

/// The address of the actor's provider.
pub fn provider_of(name: &str) -> Address {
    staking_at::provider(&address_of(name))
}

/// The address of the actor's worker.
pub fn worker_of(name: &str) -> Address {
    market_at::worker(&provider_of(name))
}

/// The instruction by which the actor's node claims.
pub fn claim(name: &str, job: &JobAddresses, seed: [u8; 32], seat: (u32, u8)) -> Instruction {
    let node = address_of(&format!("{name}'s node"));
    market::claim_task(node, worker_of(name), job.address, seed, seat)
}

impl Cluster {
    /// Registers the actor, stakes and offers collateral.
    pub async fn join(&mut self, name: &str) {
        let owner = address_of(name);
        let source = self.give_assay(name, STAKE).await;
        let profile = ProviderProfile {
            node: address_of(&format!("{name}'s node")),
            cpu_cores: 8,
            memory_gib: 32,
            gpus: 0,
            region: 756,
        };
        let steps = [
            staking::register_provider(owner, assay(), profile),
            staking::deposit_stake(owner, source, STAKE),
            market::open_worker(owner),
            market::add_collateral(owner, COLLATERAL),
        ];
        self.send(&steps, &[name]).await;
    }

    /// Gives the requester `escrow` base units and posts a job of `tasks` tasks with them: three replicas, two of which
    /// must agree, one spare.
    pub async fn post(&mut self, nonce: u64, tasks: u32, escrow: u64) -> JobAddresses {
        let requester = address_of("requester");
        let order = PostJobParams {
            requester,
            payment: payment(),
            source: self.give_usd("requester", escrow).await,
            escrow,
            terms: JobTerms {
                nonce,
                module: [1; 32],
                manifest: [2; 32],
                store: [0; 64],
                task_count: tasks,
                replicas: 3,
                quorum: 2,
                spares: 1,
                escrow_bump: 0,
                price: PRICE,
                fuel: 1_000_000,
                memory_bytes: 1 << 20,
                output_bytes: 1 << 10,
                claim_window: 4 * HOUR,
                run_window: HOUR,
            },
        };
        let rent = self.rent().await;
        let posting = market::post_job(order, rent).expect("the job fits an account");
        self.send(&posting, &["requester"]).await;
        JobAddresses::new(requester, nonce, payment())
    }

    /// The three commit to their answers to a task they hold, then reveal them.
    pub async fn deliver(&mut self, job: &JobAddresses, task: u32, answers: [(Name, &str); 3]) {
        for (replica, (name, answer)) in (0u8..).zip(answers) {
            let (digest, salt) = secrets(name, answer);
            let worker = worker_of(name);
            let sealed = bytes::commitment(&job.address, task, &worker, &digest, &salt);
            let node = format!("{name}'s node");
            let seat = (task, replica);
            let commit =
                market::commit_result(address_of(&node), worker, job.address, seat, sealed);
            self.send(&[commit], &[&node]).await;
        }
        for (replica, (name, answer)) in (0u8..).zip(answers) {
            let (digest, salt) = secrets(name, answer);
            let (node, seat) = (format!("{name}'s node"), (task, replica));
            let (key, worker) = (address_of(&node), worker_of(name));
            let reveal = market::reveal_result(key, worker, job.address, seat, digest, salt);
            self.send(&[reveal], &[&node]).await;
        }
    }

    /// Anyone settles a task.
    pub async fn settle(&mut self, job: &JobAddresses, task: u32) {
        let settle = market::settle_task(job.address, task);
        self.send(&[settle], &["anyone"]).await;
    }

    /// Anyone collects these seats (indices in the job) for the actor.
    pub async fn collect(&mut self, name: &str, job: &JobAddresses, seats: &[u32]) {
        let to = self.wallet_of(&usd(), name).await;
        let collect = market::collect_pay(job, worker_of(name), to, seats.to_vec());
        self.send(&[collect], &["anyone"]).await;
    }

    /// Anyone has the actor punished for these seats (indices in the job).
    pub async fn penalize(&mut self, name: &str, job: &JobAddresses, seats: &[u32]) {
        let harmed = self.wallet_of(&assay(), "requester").await;
        let treasury = rewards_at::treasury();
        let provider = provider_of(name);
        let penalize =
            market::penalize_worker(job.address, provider, treasury, harmed, seats.to_vec());
        self.send(&[penalize], &["anyone"]).await;
    }

    /// The requester closes a job and gets what is left.
    pub async fn close(&mut self, job: &JobAddresses) {
        let refund = ata(&job.requester, &usd());
        self.send(&[market::close_job(job, refund)], &["requester"])
            .await;
    }

    /// Header and seats of a job.
    pub async fn job(&mut self, job: &JobAddresses) -> (Job, Vec<Seat>) {
        let data = self.data(&job.address).await;
        let (header, seats) = Job::read(&data).expect("the account is a job");
        (*header, seats.to_vec())
    }

    pub async fn worker(&mut self, name: &str) -> Worker {
        self.account(&worker_of(name)).await
    }

    pub async fn provider(&mut self, name: &str) -> Provider {
        self.account(&provider_of(name)).await
    }
}

/// Digest of the answer and the actor's salt.
fn secrets(name: &str, answer: &str) -> ([u8; 32], [u8; 32]) {
    let digest = bytes::result_digest(0, answer.as_bytes());
    (digest, Sha256::digest(name).into())
}
