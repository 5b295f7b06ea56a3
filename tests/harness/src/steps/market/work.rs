use crate::{
    instruction::market::{self, JobAddresses},
    pda::staking,
    Failure, Keypair, Receipt, Signer, TestContext,
};
use assay_market::bytes;
use sha2::{Digest, Sha256};

/// The digest of an answer, written with exit code 0.
pub fn digest_of(answer: &str) -> [u8; 32] {
    bytes::result_digest(0, answer.as_bytes())
}

/// The salt of the actor's commitments.
pub fn salt_of(name: &str) -> [u8; 32] {
    Sha256::digest(name).into()
}

/// Work on a seat, named by its task and replica, by the worker of the actor named.
impl TestContext {
    /// The node key of the actor's provider.
    pub fn node(&mut self, name: &str) -> Keypair {
        self.actor(&format!("{name}'s node"))
    }

    pub fn claim(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seat: (u32, u8),
    ) -> Result<Receipt, Failure> {
        let (node, worker) = (self.node(name), self.worker_of(name));
        let seed = self.job(job).0.seed;
        let claim = market::claim_task(node.pubkey(), worker, job.address, seed, seat);
        self.send(&[claim], &[&node])
    }

    pub fn commit(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seat: (u32, u8),
        answer: &str,
    ) -> Result<Receipt, Failure> {
        let (node, worker) = (self.node(name), self.worker_of(name));
        let (digest, salt) = (digest_of(answer), salt_of(name));
        let sealed = bytes::commitment(&job.address, seat.0, &worker, &digest, &salt);
        let commit = market::commit_result(node.pubkey(), worker, job.address, seat, sealed);
        self.send(&[commit], &[&node])
    }

    pub fn reveal(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seat: (u32, u8),
        answer: &str,
    ) -> Result<Receipt, Failure> {
        let (node, worker) = (self.node(name), self.worker_of(name));
        let (digest, salt) = (digest_of(answer), salt_of(name));
        let reveal = market::reveal_result(node.pubkey(), worker, job.address, seat, digest, salt);
        self.send(&[reveal], &[&node])
    }

    /// These workers claim the first replicas of a task in this order, commit to their answers and reveal them.
    pub fn deliver(&mut self, job: &JobAddresses, task: u32, answers: &[(&str, &str)]) {
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

    pub fn settle(&mut self, job: &JobAddresses, task: u32) -> Result<Receipt, Failure> {
        let anyone = self.actor("anyone");
        self.send(&[market::settle_task(job.address, task)], &[&anyone])
    }

    pub fn expire(&mut self, job: &JobAddresses, task: u32) -> Result<Receipt, Failure> {
        let anyone = self.actor("anyone");
        self.send(&[market::expire_task(job.address, task)], &[&anyone])
    }

    /// Collects these seats of the actor's worker, by their indices in the account, to the actor's wallet.
    pub fn collect(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seats: &[u32],
    ) -> Result<Receipt, Failure> {
        let (worker, owner) = (self.worker_of(name), self.address_of(name));
        let wallet = self.wallet(&job.payment.mint, &owner);
        let anyone = self.actor("anyone");
        let collect = market::collect_pay(job, worker, wallet, seats.to_vec());
        self.send(&[collect], &[&anyone])
    }

    /// Penalizes these seats of the actor's worker, by their indices in the account.
    pub fn penalize(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seats: &[u32],
    ) -> Result<Receipt, Failure> {
        let provider = staking::provider(&self.address_of(name));
        let stake_mint = self.stake_mint();
        let harmed = self.wallet(&stake_mint, &job.requester);
        let destination = self.slash_destination();
        let anyone = self.actor("anyone");
        let penalize =
            market::penalize_worker(job.address, provider, destination, harmed, seats.to_vec());
        self.send(&[penalize], &[&anyone])
    }

    /// Adds the actor's work of an epoch to its sum, at the cost of the actor "anyone".
    pub fn tally(&mut self, name: &str, epoch: u64) -> Result<Receipt, Failure> {
        let worker = self.worker_of(name);
        let anyone = self.actor("anyone");
        self.send(
            &[market::tally_work(anyone.pubkey(), worker, epoch)],
            &[&anyone],
        )
    }
}
