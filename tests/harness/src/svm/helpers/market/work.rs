//! Work on seats. A seat is named by its task and replica, a worker by its owner.

use crate::{
    instruction::market::{self, JobAddresses},
    keypairs,
    pda::staking,
    protocol::work,
    Keypair, Signer, TestContext, TransactionFailure, TransactionResult,
};

impl TestContext {
    /// Returns the node key of the actor's provider. The first call funds it with SOL.
    pub fn node(&mut self, name: &str) -> Keypair {
        self.actor(&keypairs::node_of(name))
    }

    /// Claims a seat for the actor's worker.
    pub fn claim(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seat: (u32, u8),
    ) -> Result<TransactionResult, TransactionFailure> {
        let (node, seed) = (self.node(name), self.job(job).0.seed);
        self.send(&[work::claim(name, job, seed, seat)], &[&node])
    }

    /// Commits the actor's worker to an answer.
    pub fn commit(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seat: (u32, u8),
        answer: &str,
    ) -> Result<TransactionResult, TransactionFailure> {
        let node = self.node(name);
        self.send(&[work::commit(name, job, seat, answer)], &[&node])
    }

    /// Reveals the answer of the actor's worker.
    pub fn reveal(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seat: (u32, u8),
        answer: &str,
    ) -> Result<TransactionResult, TransactionFailure> {
        let node = self.node(name);
        self.send(&[work::reveal(name, job, seat, answer)], &[&node])
    }

    /// Lets these workers claim the first replicas of a task in this order, commit to their answers and reveal them.
    pub fn complete_task(&mut self, job: &JobAddresses, task: u32, answers: &[(&str, &str)]) {
        let replicas = || (0u8..).zip(answers);
        for (replica, (name, _)) in replicas() {
            self.claim(name, job, (task, replica)).expect("a claim");
        }
        for (replica, (name, answer)) in replicas() {
            self.commit(name, job, (task, replica), answer)
                .expect("a commitment");
        }
        for (replica, (name, answer)) in replicas() {
            self.reveal(name, job, (task, replica), answer)
                .expect("a reveal");
        }
    }

    /// Settles a task as the actor "anyone".
    pub fn settle(
        &mut self,
        job: &JobAddresses,
        task: u32,
    ) -> Result<TransactionResult, TransactionFailure> {
        let anyone = self.actor("anyone");
        self.send(&[market::settle_task(job.address, task)], &[&anyone])
    }

    /// Expires a task as the actor "anyone".
    pub fn expire(
        &mut self,
        job: &JobAddresses,
        task: u32,
    ) -> Result<TransactionResult, TransactionFailure> {
        let anyone = self.actor("anyone");
        self.send(&[market::expire_task(job.address, task)], &[&anyone])
    }

    /// Collects these seats of the actor's worker, by their indices in the account, to the actor's ATA.
    pub fn collect(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seats: &[u32],
    ) -> Result<TransactionResult, TransactionFailure> {
        let (worker, owner) = (self.worker_of(name), self.address_of(name));
        let destination = self.ata(&job.payment.mint, &owner);
        let anyone = self.actor("anyone");
        let collect = market::collect_pay(job, worker, destination, seats.to_vec());
        self.send(&[collect], &[&anyone])
    }

    /// Penalizes these seats of the actor's worker, by their indices in the account.
    pub fn penalize(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seats: &[u32],
    ) -> Result<TransactionResult, TransactionFailure> {
        let provider = staking::provider(&self.address_of(name));
        let stake_mint = self.stake_mint();
        let harmed = self.ata(&stake_mint, &job.requester);
        let destination = self.slash_destination();
        let anyone = self.actor("anyone");
        let penalize =
            market::penalize_worker(job.address, provider, destination, harmed, seats.to_vec());
        self.send(&[penalize], &[&anyone])
    }

    /// Adds the actor's work of an epoch to its sum, at the cost of the actor "anyone".
    pub fn tally(
        &mut self,
        name: &str,
        epoch: u64,
    ) -> Result<TransactionResult, TransactionFailure> {
        let worker = self.worker_of(name);
        let anyone = self.actor("anyone");
        self.send(
            &[market::tally_work(anyone.pubkey(), worker, epoch)],
            &[&anyone],
        )
    }
}
