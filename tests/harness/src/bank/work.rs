//! Providers and jobs.

use super::{
    initialize::payment,
    token::{assay, usd},
    Bank,
};
use crate::{
    instruction::{
        market::{self, JobAddresses, PenaltyParams, PostJobParams, SeatPlace, TaskSeat},
        staking,
    },
    keypairs::{address_of, node_of, provider_of, worker_of},
    protocol::{
        self,
        market::{terms, COLLATERAL},
        staking::COMMISSION_BPS,
        work::{self, seat_opens_at},
    },
};
use assay_client::JobView;
use assay_market::{
    game::Seat,
    state::{Job, JobTerms, Source, Worker},
};
use assay_staking::state::Provider;

/// Staked by every provider, base units of the stake mint: half again as much as its collateral.
pub const STAKE: u64 = COLLATERAL / 2 * 3;

impl Bank {
    /// Registers the actor as a provider, stakes and adds collateral.
    pub async fn join(&mut self, name: &str) {
        let owner = address_of(name);
        let source = self.transfer_assay(name, STAKE).await;
        let steps = [
            staking::register_provider(
                owner,
                assay(),
                protocol::staking::profile(name),
                COMMISSION_BPS,
            ),
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
            attesters: None,
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

    /// Moves the clock to the second from which the actor's worker is admitted to a seat.
    pub async fn wait_for_turn(&mut self, name: &str, job: &JobAddresses, place: TaskSeat) {
        let (view, worker) = (self.job_view(job).await, self.worker(name).await);
        let address = worker_of(name);
        let opens_at = seat_opens_at(&view, place.task, place.seat, &address, &worker);
        let opens_at = opens_at.expect("the seat exists and is drawn");
        if opens_at > self.now {
            self.advance_to(opens_at);
        }
    }

    /// Claims a seat for the actor's worker as soon as its rank admits it.
    pub async fn claim(&mut self, name: &str, job: &JobAddresses, place: TaskSeat) {
        self.wait_for_turn(name, job, place).await;
        let (seed, node) = (self.job(job).await.0.seed, node_of(name));
        let key = address_of(&node);
        let claim = market::claim_task(key, worker_of(name), job.address, seed, place, None);
        self.send(&[claim], &[&node]).await;
    }

    /// Contributes an answer of the actor's worker.
    pub async fn contribute(
        &mut self,
        name: &str,
        job: &JobAddresses,
        place: TaskSeat,
        answer: &str,
    ) {
        let (seed, node) = (self.job(job).await.0.seed, node_of(name));
        let digest = work::digest_of(&seed, answer);
        let contribution = work::contribution(name, &seed, place.task, &digest);
        let (key, worker) = (address_of(&node), worker_of(name));
        let contribute = market::contribute(key, worker, job.address, place, &contribution);
        self.send(&[contribute], &[&node]).await;
    }

    /// Opens the agreed answer of a task as the actor "anyone".
    pub async fn open(&mut self, job: &JobAddresses, task: u32, answer: &str) {
        let digest = work::digest_of(&self.job(job).await.0.seed, answer);
        let open = market::open_task(job.address, task, digest, None);
        self.send(&[open], &["anyone"]).await;
    }

    /// Collects these seats (indices in the job) of the actor's worker, as the actor "anyone".
    pub async fn collect(&mut self, name: &str, job: &JobAddresses, seats: &[u32]) {
        self.ata_of(&usd(), name).await;
        let collect = market::collect_pay(job, &address_of(name), seats.to_vec());
        self.send(&[collect], &["anyone"]).await;
    }

    /// Penalizes the actor's worker for the deadline of a seat that it missed, as the actor "anyone".
    pub async fn penalize_missed(&mut self, name: &str, job: &JobAddresses, place: TaskSeat) {
        let penalize = market::penalize_worker(&PenaltyParams {
            job: job.address,
            provider: provider_of(name),
            place: SeatPlace {
                task: place.task,
                source: Source::Job,
                seat: place.seat,
            },
            disputed: false,
            stake_mint: assay(),
        });
        self.send(&[penalize], &["anyone"]).await;
    }

    /// Closes a job as its requester, who receives what is left.
    pub async fn close(&mut self, job: &JobAddresses) {
        self.send(&[market::close_job(job)], &["requester"]).await;
    }

    /// Returns the header and the seats of a job.
    pub async fn job(&mut self, job: &JobAddresses) -> (Job, Vec<Seat>) {
        let data = self.data(&job.address).await;
        let (header, seats) = Job::read(&data).expect("the account is a job");
        (*header, seats.to_vec())
    }

    /// Returns a job as readers off chain see it.
    pub async fn job_view(&mut self, job: &JobAddresses) -> JobView {
        let data = self.data(&job.address).await;
        JobView::read(job.address, &data).expect("the account is a job")
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
