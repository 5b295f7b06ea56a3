//! Providers and jobs.

use super::{
    initialize::payment,
    token::{assay, usd},
    Bank,
};
use crate::{
    instruction::{
        market::{self, JobAddresses, PostJobParams},
        staking,
    },
    keypairs::{address_of, node_of, provider_of, worker_of},
    pda::{ata, rewards as rewards_at},
    protocol::{self, market::terms, work},
};
use assay_market::state::{Job, JobTerms, Seat, Worker};
use assay_staking::state::Provider;

/// Staked by every provider, base units of the stake mint.
pub const STAKE: u64 = 50_000;
/// Collateral of every worker, base units of the stake mint.
pub const COLLATERAL: u64 = 30_000;

impl Bank {
    /// Registers the actor as a provider, stakes and adds collateral.
    pub async fn join(&mut self, name: &str) {
        let owner = address_of(name);
        let source = self.transfer_assay(name, STAKE).await;
        let steps = [
            staking::register_provider(owner, assay(), protocol::staking::profile(name)),
            staking::deposit_stake(owner, source, STAKE),
            market::open_worker(owner),
            market::add_collateral(owner, COLLATERAL),
        ];
        self.send(&steps, &[name]).await;
    }

    /// Mints `escrow` base units of the payment token to the actor "requester", who posts a job of `tasks` tasks with them.
    pub async fn post(&mut self, nonce: u64, tasks: u32, escrow: u64) -> JobAddresses {
        let requester = address_of("requester");
        let order = PostJobParams {
            requester,
            payment: payment(),
            source: self.mint_usd("requester", escrow).await,
            escrow,
            terms: JobTerms {
                nonce,
                task_count: tasks,
                ..terms()
            },
        };
        let rent = self.rent().await;
        let posting = market::post_job(order, rent).expect("the job fits an account");
        self.send(&posting, &["requester"]).await;
        JobAddresses::new(requester, nonce, payment())
    }

    /// Lets three workers commit to their answers to a task whose first replicas they hold, and then reveal them.
    pub async fn complete_task(
        &mut self,
        job: &JobAddresses,
        task: u32,
        answers: [(&str, &str); 3],
    ) {
        for (replica, (name, answer)) in (0u8..).zip(answers) {
            let commit = work::commit(name, job, (task, replica), answer);
            self.send(&[commit], &[&node_of(name)]).await;
        }
        for (replica, (name, answer)) in (0u8..).zip(answers) {
            let reveal = work::reveal(name, job, (task, replica), answer);
            self.send(&[reveal], &[&node_of(name)]).await;
        }
    }

    /// Settles a task as the actor "anyone".
    pub async fn settle(&mut self, job: &JobAddresses, task: u32) {
        let settle = market::settle_task(job.address, task);
        self.send(&[settle], &["anyone"]).await;
    }

    /// Collects these seats (indices in the job) of the actor's worker, as the actor "anyone".
    pub async fn collect(&mut self, name: &str, job: &JobAddresses, seats: &[u32]) {
        let to = self.ata_of(&usd(), name).await;
        let collect = market::collect_pay(job, worker_of(name), to, seats.to_vec());
        self.send(&[collect], &["anyone"]).await;
    }

    /// Penalizes these seats (indices in the job) of the actor's worker, as the actor "anyone".
    pub async fn penalize(&mut self, name: &str, job: &JobAddresses, seats: &[u32]) {
        let harmed = self.ata_of(&assay(), "requester").await;
        let treasury = rewards_at::treasury();
        let provider = provider_of(name);
        let penalize =
            market::penalize_worker(job.address, provider, treasury, harmed, seats.to_vec());
        self.send(&[penalize], &["anyone"]).await;
    }

    /// Closes a job as its requester, who receives what is left.
    pub async fn close(&mut self, job: &JobAddresses) {
        let refund = ata(&job.requester, &usd());
        self.send(&[market::close_job(job, refund)], &["requester"])
            .await;
    }

    /// Returns the header and the seats of a job.
    pub async fn job(&mut self, job: &JobAddresses) -> (Job, Vec<Seat>) {
        let data = self.data(&job.address).await;
        let (header, seats) = Job::read(&data).expect("the account is a job");
        (*header, seats.to_vec())
    }

    /// Returns the actor's worker.
    pub async fn worker(&mut self, name: &str) -> Worker {
        self.account(&worker_of(name)).await
    }

    /// Returns the actor's provider.
    pub async fn provider(&mut self, name: &str) -> Provider {
        self.account(&provider_of(name)).await
    }
}
