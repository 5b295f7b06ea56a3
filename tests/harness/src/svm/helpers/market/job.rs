//! Jobs: posted, extended, canceled and closed.

use crate::{
    instruction::market::{self, ExtendJobParams, JobAddresses, PostJobParams},
    pda::market as at,
    Instruction, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_client::{JobView, RoundView};
use assay_market::{
    game::{money::Quote, Phase, Seat},
    state::{Job, JobAccount, JobTerms, Params, PaymentMint, Source},
};

impl TestContext {
    /// Returns what a task of these terms costs and puts at stake under the current parameters.
    pub fn quote(&mut self, terms: &JobTerms) -> Quote {
        let mint = self.payment_mint();
        let params: Params = self.account(&at::params());
        let allowed: PaymentMint = self.account(&at::payment_mint(&mint));
        let tariff = terms.tariff(&params, allowed.stake_rate.get());
        Quote::new(&terms.order(), &tariff).expect("a sane price")
    }

    /// Returns the parameters of a job of the actor, and mints it exactly the tokens that the job needs.
    pub fn post_job_params(&mut self, requester: &str, terms: JobTerms) -> PostJobParams {
        let (payment, requester) = (self.payment(), self.address_of(requester));
        let escrow = self.quote(&terms).escrow * u64::from(terms.task_count);
        PostJobParams {
            requester,
            payment,
            source: self.mint_tokens(&payment.mint, &requester, escrow),
            escrow,
            attesters: None,
            terms,
        }
    }

    /// Returns the instructions of the transaction that posts this job.
    pub fn post_job_instructions(&self, order: PostJobParams) -> Vec<Instruction> {
        let rent = |space| self.svm.minimum_balance_for_rent_exemption(space);
        market::post_job(order, rent).expect("the job fits an account")
    }

    /// Posts a job of the actor.
    pub fn post(&mut self, requester: &str, terms: JobTerms) -> JobAddresses {
        let order = self.post_job_params(requester, terms);
        let posting = self.post_job_instructions(order);
        let signer = self.actor(requester);
        self.send(&posting, &[&signer]).expect("a job is posted");
        JobAddresses::new(order.requester, terms.nonce, order.payment)
    }

    /// Returns an extension of a job by `tasks` tasks, and mints its requester exactly the tokens that they need.
    pub fn extension(
        &mut self,
        job: &JobAddresses,
        tasks: u32,
        manifest: [u8; 32],
    ) -> ExtendJobParams {
        let (header, _) = self.job(job);
        let escrow = header.escrow_for(tasks).expect("a sane price");
        let seats = (header.task_count.get() + tasks) * u32::from(header.width());
        let needed = self
            .svm
            .minimum_balance_for_rent_exemption(JobAccount::space_for(seats));
        ExtendJobParams {
            tasks,
            manifest,
            inputs: [6; 32],
            source: self.mint_tokens(&job.payment.mint, &job.requester, escrow),
            escrow,
            rent: needed - self.lamports(&job.address),
        }
    }

    /// Returns the header and the seats of a job.
    pub fn job(&self, job: &JobAddresses) -> (Job, Vec<Seat>) {
        let data = self.data(&job.address);
        let (header, seats) = Job::read(&data).expect("the account is a job");
        (*header, seats.to_vec())
    }

    /// Returns a job as readers off chain see it.
    pub fn job_view(&self, job: &JobAddresses) -> JobView {
        let data = self.data(&job.address);
        JobView::read(job.address, &data).expect("the account is a job")
    }

    /// Returns a check or round of a task.
    pub fn round_view(&self, job: &JobAddresses, task: u32, source: Source) -> RoundView {
        let address = at::round(&job.address, task, source);
        RoundView::read(address, &self.data(&address)).expect("the account is a round")
    }

    /// Returns where a task stands; a hold that is over has ended.
    pub fn phase(&self, job: &JobAddresses, task: u32) -> Phase {
        self.job_view(job).phase(task, self.now())
    }

    /// Returns one seat of a job, by its index in the account.
    pub fn seat(&self, job: &JobAddresses, index: usize) -> Seat {
        self.job(job).1[index]
    }

    /// Closes a job at the cost of the actor. What is left goes to the requester's ATA.
    pub fn close(
        &mut self,
        name: &str,
        job: &JobAddresses,
    ) -> Result<TransactionResult, TransactionFailure> {
        self.ata(&job.payment.mint, &job.requester);
        let actor = self.actor(name);
        self.send(&[market::close_job(job)], &[&actor])
    }

    /// Cancels the unclaimed ones of `count` tasks from `first_task` on.
    pub fn cancel(
        &mut self,
        requester: &str,
        job: &JobAddresses,
        first_task: u32,
        count: u32,
    ) -> Result<TransactionResult, TransactionFailure> {
        let signer = self.actor(requester);
        let cancel = market::cancel_job(signer.pubkey(), job.address, first_task, count);
        self.send(&[cancel], &[&signer])
    }
}
