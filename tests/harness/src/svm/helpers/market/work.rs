//! Work on the seats of tasks. A worker is named by its owner.

use crate::{
    instruction::market::{self, JobAddresses, PenaltyParams, SeatPlace, TaskSeat},
    keypairs::{node_of, provider_of, worker_of},
    pda::market as at,
    protocol::work::{contribution, digest_of, seat_opens_at},
    Address, Instruction, Keypair, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::state::{Source, Worker};
use assay_shared::token::TOKEN;

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

impl TestContext {
    /// Returns the node key of the actor's provider. The first call funds it with SOL.
    pub fn node(&mut self, name: &str) -> Keypair {
        self.actor(&node_of(name))
    }

    /// Sends one instruction as the actor "anyone".
    pub fn crank(&mut self, instruction: Instruction) -> Sent {
        let anyone = self.actor("anyone");
        self.send(&[instruction], &[&anyone])
    }

    /// Claims a seat for the actor's worker at once, whatever its rank.
    pub fn claim_now(&mut self, name: &str, job: &JobAddresses, place: TaskSeat) -> Sent {
        let claim = self.claim_instruction(name, job, place);
        let node = self.node(name);
        self.send(&[claim], &[&node])
    }

    /// As [`TestContext::claim`], with this credential.
    pub fn claim_with(
        &mut self,
        name: &str,
        job: &JobAddresses,
        place: TaskSeat,
        credential: Option<Address>,
    ) -> Sent {
        self.wait_for_turn(name, job, place);
        let (node, seed) = (self.node(name), self.job(job).0.seed);
        let (key, worker) = (node.pubkey(), worker_of(name));
        let claim = market::claim_task(key, worker, job.address, seed, place, credential);
        self.send(&[claim], &[&node])
    }

    /// Returns the instruction with which the actor's node claims a seat.
    pub fn claim_instruction(
        &mut self,
        name: &str,
        job: &JobAddresses,
        place: TaskSeat,
    ) -> Instruction {
        let (node, seed) = (self.node(name), self.job(job).0.seed);
        market::claim_task(
            node.pubkey(),
            worker_of(name),
            job.address,
            seed,
            place,
            None,
        )
    }

    /// Claims a seat for the actor's worker as soon as its rank admits it. A late seat is drawn first.
    pub fn claim(&mut self, name: &str, job: &JobAddresses, place: TaskSeat) -> Sent {
        self.wait_for_turn(name, job, place);
        self.claim_now(name, job, place)
    }

    /// Moves the clock to the second from which the actor's worker is admitted to a seat. A late seat is drawn first.
    pub fn wait_for_turn(&mut self, name: &str, job: &JobAddresses, place: TaskSeat) {
        let index = self.job_view(job).seat_index(place.task, place.seat) as usize;
        if self.job(job).1.get(index).is_some_and(|s| s.awaits_draw()) {
            self.advance(1);
            self.crank(market::draw_seat(job.address, place, None))
                .expect("a late seat is drawn");
        }
        let (job, worker) = (self.job_view(job), self.worker_account(name));
        let address = worker_of(name);
        let opens_at = seat_opens_at(&job, place.task, place.seat, &address, &worker);
        self.wait_until(opens_at);
    }

    /// Moves the clock to `time`, Unix seconds, unless it is past or there is none.
    pub(super) fn wait_until(&mut self, time: Option<i64>) {
        if let Some(time) = time.filter(|time| *time > self.now()) {
            self.advance_to(time);
        }
    }

    /// Returns the actor's worker.
    pub fn worker_account(&self, name: &str) -> Worker {
        self.account(&worker_of(name))
    }

    /// Contributes an answer of the actor's worker.
    pub fn contribute(
        &mut self,
        name: &str,
        job: &JobAddresses,
        place: TaskSeat,
        answer: &str,
    ) -> Sent {
        let node = self.node(name);
        let contribute = self.contribute_instruction(name, job, place, answer);
        self.send(&[contribute], &[&node])
    }

    /// Returns the instruction with which the actor's node contributes an answer.
    pub fn contribute_instruction(
        &mut self,
        name: &str,
        job: &JobAddresses,
        place: TaskSeat,
        answer: &str,
    ) -> Instruction {
        let seed = self.job(job).0.seed;
        let digest = digest_of(&seed, answer);
        let contribution = contribution(name, &seed, place.task, &digest);
        let node = self.node(name).pubkey();
        market::contribute(node, worker_of(name), job.address, place, &contribution)
    }

    /// Opens the agreed answer of a task as the actor "anyone".
    pub fn open(&mut self, job: &JobAddresses, task: u32, answer: &str) -> Sent {
        let digest = digest_of(&self.job(job).0.seed, answer);
        let check = self.check_of(job, task);
        self.crank(market::open_task(job.address, task, digest, check))
    }

    /// Returns the address of a task's check where it has one.
    pub fn check_of(&self, job: &JobAddresses, task: u32) -> Option<Address> {
        let check = at::round(&job.address, task, Source::Check);
        self.exists(&check).then_some(check)
    }

    /// Lets these workers claim the seats of a task in this order and contribute their answers, each before the next
    /// claims: late seats are taken one after another.
    pub fn fill_seats(&mut self, job: &JobAddresses, task: u32, answers: &[(&str, &str)]) {
        for (seat, (name, answer)) in (0u8..).zip(answers) {
            let place = TaskSeat { task, seat };
            self.claim(name, job, place).expect("a claim");
            self.contribute(name, job, place, answer)
                .expect("a contribution");
        }
    }

    /// Lets these workers fill the seats of a task with the same answer and opens it. The result stands.
    pub fn complete_task(&mut self, job: &JobAddresses, task: u32, names: &[&str], answer: &str) {
        let answers: Vec<(&str, &str)> = names.iter().map(|name| (*name, answer)).collect();
        self.fill_seats(job, task, &answers);
        self.open(job, task, answer).expect("an opening");
    }

    /// Moves the clock to the end of the hold of a result that was opened, or of a verdict that was given, just now.
    pub fn end_hold(&mut self, job: &JobAddresses) {
        let hold = self.job(job).0.hold.get();
        self.advance(u64::from(hold));
    }

    /// Expires a task as the actor "anyone".
    pub fn expire(&mut self, job: &JobAddresses, task: u32) -> Sent {
        let check = self.check_of(job, task);
        self.crank(market::expire_task(job.address, task, check))
    }

    /// Collects these seats of the actor's worker, by their indices in the account, to the actor's ATA.
    pub fn collect(&mut self, name: &str, job: &JobAddresses, seats: &[u32]) -> Sent {
        let owner = self.address_of(name);
        self.ata(&job.payment.mint, &owner);
        self.crank(market::collect_pay(job, &owner, seats.to_vec()))
    }

    /// Settles seats of the actor's worker, and with `check` that of a task's check, whose pay cannot be transferred.
    pub fn hold(
        &mut self,
        name: &str,
        job: &JobAddresses,
        seats: &[u32],
        check: Option<u32>,
    ) -> Sent {
        let owner = self.address_of(name);
        self.ata(&job.payment.mint, &owner);
        self.held_account(name, &job.payment.mint);
        let hold = market::hold_pay(job, &owner, seats.to_vec(), check);
        self.crank(hold)
    }

    /// Returns the token account of the actor's worker itself. The first call creates it.
    pub fn held_account(&mut self, name: &str, mint: &Address) -> Address {
        self.ata(mint, &worker_of(name))
    }

    /// Moves what the actor's worker itself holds to the actor's ATA.
    pub fn collect_held(&mut self, name: &str, mint: &Address) -> Sent {
        let owner = self.address_of(name);
        self.ata(mint, &owner);
        self.crank(market::collect_held(&owner, mint, &TOKEN))
    }

    /// Penalizes a seat of the actor's worker.
    pub fn penalize(&mut self, name: &str, job: &JobAddresses, place: SeatPlace) -> Sent {
        let params = PenaltyParams {
            job: job.address,
            provider: provider_of(name),
            place,
            disputed: self.job_view(job).rounds(place.task) > 0,
            stake_mint: self.stake_mint(),
        };
        self.crank(market::penalize_worker(&params))
    }

    /// Penalizes the actor's worker, which missed the deadline of a seat in the job's account.
    pub fn penalize_missed(&mut self, name: &str, job: &JobAddresses, place: TaskSeat) -> Sent {
        let place = SeatPlace {
            task: place.task,
            source: Source::Job,
            seat: place.seat,
        };
        self.penalize(name, job, place)
    }

    /// Adds the actor's work of an epoch to its sum, at the cost of the actor "anyone".
    pub fn tally(&mut self, name: &str, epoch: u64) -> Sent {
        let worker = worker_of(name);
        let anyone = self.address_of("anyone");
        self.crank(market::tally_work(anyone, worker, epoch))
    }
}
