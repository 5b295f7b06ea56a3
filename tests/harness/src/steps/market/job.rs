use crate::{
    instruction::market::{self, ExtendJobParams, JobAddresses, PostJobParams},
    pda::market as at,
    Failure, Instruction, Receipt, Signer, TestContext, HOUR,
};
use assay_market::state::{Job, JobAccount, JobTerms, Params, PaymentMint, Quote, Seat};

/// Of one replica, base units of the payment mint.
pub const PRICE: u64 = 1_000;

/// One task, three replicas, two of which must agree, one spare.
pub fn terms() -> JobTerms {
    JobTerms {
        nonce: 0,
        module: [1; 32],
        manifest: [2; 32],
        store: [0; 64],
        task_count: 1,
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
    }
}

impl TestContext {
    /// What a task of these terms costs and puts at stake today.
    pub fn quote(&mut self, terms: &JobTerms) -> Quote {
        let mint = self.payment_mint();
        let params: Params = self.account(&at::params());
        let allowed: PaymentMint = self.account(&at::payment_mint(&mint));
        Quote::new(terms.price, terms.replicas, &params, &allowed).expect("a sane price")
    }

    /// An order of the actor for these terms, who is given exactly the tokens that they need.
    pub fn order(&mut self, requester: &str, terms: JobTerms) -> PostJobParams {
        let (payment, requester) = (self.payment(), self.address_of(requester));
        let escrow = self.quote(&terms).escrow * u64::from(terms.task_count);
        PostJobParams {
            requester,
            payment,
            source: self.give(&payment.mint, &requester, escrow),
            escrow,
            terms,
        }
    }

    /// The transaction that posts this order.
    pub fn posting(&self, order: PostJobParams) -> Vec<Instruction> {
        let rent = |space| self.svm.minimum_balance_for_rent_exemption(space);
        market::post_job(order, rent).expect("the job fits an account")
    }

    /// Posts a job of the actor.
    pub fn post(&mut self, requester: &str, terms: JobTerms) -> JobAddresses {
        let order = self.order(requester, terms);
        let posting = self.posting(order);
        let signer = self.actor(requester);
        self.send(&posting, &[&signer]).expect("a job is posted");
        JobAddresses::new(order.requester, terms.nonce, order.payment)
    }

    /// Adds tasks to a job, whose requester is given exactly the tokens that they need.
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
            source: self.give(&job.payment.mint, &job.requester, escrow),
            escrow,
            rent: needed - self.lamports(&job.address),
        }
    }

    /// Header and seats of a job.
    pub fn job(&self, job: &JobAddresses) -> (Job, Vec<Seat>) {
        let data = self.data(&job.address);
        let (header, seats) = Job::read(&data).expect("the account is a job");
        (*header, seats.to_vec())
    }

    /// One seat of a job, by its index in the account.
    pub fn seat(&self, job: &JobAddresses, index: usize) -> Seat {
        self.job(job).1[index]
    }

    /// Closes a job, at the cost of the actor; what is left goes to the requester's wallet.
    pub fn close(&mut self, name: &str, job: &JobAddresses) -> Result<Receipt, Failure> {
        let refund = self.wallet(&job.payment.mint, &job.requester);
        let actor = self.actor(name);
        self.send(&[market::close_job(job, refund)], &[&actor])
    }

    /// Takes back unclaimed tasks.
    pub fn cancel(
        &mut self,
        requester: &str,
        job: &JobAddresses,
        first_task: u32,
        count: u32,
    ) -> Result<Receipt, Failure> {
        let signer = self.actor(requester);
        let cancel = market::cancel_job(signer.pubkey(), job.address, first_task, count);
        self.send(&[cancel], &[&signer])
    }
}
