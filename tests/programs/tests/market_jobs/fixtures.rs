//! A market in which every instruction but `initialize` would succeed, so that a rejected forgery is rejected because of the
//! forgery.

use assay_harness::{
    contributed,
    instruction::market::{
        self, JobAddresses, PaymentMintInfo, PenaltyParams, SeatPlace, TaskSeat,
    },
    market::{attested_terms, checked_terms, COLLATERAL},
    pda::{market as at, staking},
    work::contribution,
    Address, Instruction, Keypair, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{
    game::round::RoundKind,
    instructions::WorkerSettings,
    state::{shard_of, JobTerms, Param, Source, CHALLENGER, RATE_UNIT, RING},
};
use assay_shared::token::TOKEN;
use std::sync::OnceLock;

/// Collateral of the worker "judge", which is nearly all of the market's: it is admitted to every seat of a round.
const JUDGE_COLLATERAL: u64 = 50_000_000;
const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
const LATE: TaskSeat = TaskSeat { task: 0, seat: 1 };

/// An instruction that would succeed, and the actors who sign it besides a payer.
#[derive(Clone)]
pub struct InstructionCase {
    pub name: &'static str,
    /// The market just before it.
    pub context: TestContext,
    /// Instructions that stand before it in its transaction.
    pub before: Vec<Instruction>,
    pub instruction: Instruction,
    pub signers: Vec<&'static str>,
}

impl InstructionCase {
    /// Returns true if the instruction names this account.
    pub fn names(&self, address: &Address) -> bool {
        let mut accounts = self.instruction.accounts.iter();
        accounts.any(|meta| meta.pubkey == *address)
    }

    /// Sends an instruction, signed by these actors and paid for by the actor "stranger".
    pub fn send(
        &self,
        instruction: Instruction,
        signers: &[&str],
    ) -> Result<TransactionResult, TransactionFailure> {
        let mut context = self.context.clone();
        let payer = context.actor("stranger");
        let keys: Vec<Keypair> = signers.iter().map(|name| context.actor(name)).collect();
        let senders: Vec<&Keypair> = [&payer].into_iter().chain(&keys).collect();
        let mut steps = self.before.clone();
        steps.push(instruction);
        context.send(&steps, &senders)
    }
}

#[derive(Clone)]
pub struct ReadyMarket {
    /// Lives through a dispute of its first task.
    pub job: JobAddresses,
    /// Another one, of the actor "victim". Its dispute is decided.
    pub twin: JobAddresses,
    pub cases: Vec<InstructionCase>,
}

/// Returns a market that is ready for every instruction.
pub fn ready_market() -> ReadyMarket {
    static TEMPLATE: OnceLock<ReadyMarket> = OnceLock::new();
    TEMPLATE.get_or_init(prepare).clone()
}

fn prepare() -> ReadyMarket {
    let mut context = TestContext::with_workers();
    for name in ["judy", "ken"] {
        context.worker(name, COLLATERAL);
    }
    context.worker("judge", JUDGE_COLLATERAL);
    context.provider("liz", COLLATERAL);
    let (mint, treasury) = (context.mint("GBP"), context.address_of("treasury"));
    let allowed = PaymentMintInfo {
        mint,
        token_program: TOKEN,
        fee_vault: context.ata(&mint, &treasury),
    };
    context.allow_mint(allowed);
    let bob = context.actor("bob");
    context.stake(&bob, 1_000);
    let mut cases = Cases::default();
    cases.epochs(&mut context);
    context.advance_to_epoch(RING as u64 + 2);
    let twin = post(&mut context, "victim", 1);
    let mut unused = Cases::default();
    unused.task(&mut context, &twin);
    unused.dispute(&mut context, &twin);
    cases.workers(&mut context);
    cases.authority(&mut context);
    cases.requester(&mut context);
    cases.miss(&mut context);
    cases.attested(&mut context);
    let job = post(&mut context, "alice", 0);
    cases.task(&mut context, &job);
    cases.dispute(&mut context, &job);
    cases.payment(&mut context, &job);
    cases.awards(&mut context, &job);
    ReadyMarket {
        job,
        twin,
        cases: cases.0,
    }
}

/// Posts a job of two tasks, each with two seats and a check that is due.
fn post(context: &mut TestContext, requester: &str, nonce: u64) -> JobAddresses {
    let terms = JobTerms {
        nonce,
        task_count: 2,
        ..checked_terms(19_999)
    };
    context.post(requester, terms)
}

fn place(source: Source, seat: u8) -> SeatPlace {
    SeatPlace {
        task: 0,
        source,
        seat,
    }
}

/// The cases so far.
#[derive(Default)]
struct Cases(Vec<InstructionCase>);

impl Cases {
    fn add(
        &mut self,
        context: &TestContext,
        name: &'static str,
        instruction: Instruction,
        signers: &[&'static str],
    ) {
        self.0.push(InstructionCase {
            name,
            context: context.clone(),
            before: Vec::new(),
            instruction,
            signers: signers.to_vec(),
        });
    }

    /// Instructions about the sums of epochs.
    fn epochs(&mut self, context: &mut TestContext) {
        let (worker, payer) = (context.worker_of("bob"), context.address_of("anyone"));
        context.complete_job("bob", 1_000);
        context.advance_to_epoch(1);
        let tally = market::tally_work(payer, worker, 0);
        self.add(context, "tally_work", tally, &["anyone"]);
        context.tally("bob", 0).unwrap();
        context.advance_to_epoch(RING as u64 + 1);
        let close = market::close_work(payer, 0, shard_of(&worker));
        self.add(context, "close_work", close, &[]);
    }

    /// Instructions of owners.
    fn workers(&mut self, context: &mut TestContext) {
        let (bob, liz) = (context.address_of("bob"), context.address_of("liz"));
        let settings = WorkerSettings {
            seat_bond: 0,
            locked: 0,
            daily_misses: 0,
            encryption_key: [1; 32],
            read_url: [0; 96],
        };
        let sync = market::sync_worker(staking::provider(&bob));
        let (update, add) = (
            market::update_worker(bob, settings),
            market::add_collateral(bob, 1_000),
        );
        let remove = market::remove_collateral(bob, 1);
        self.add(context, "open_worker", market::open_worker(liz), &["liz"]);
        self.add(context, "update_worker", update, &["bob"]);
        self.add(context, "sync_worker", sync, &[]);
        self.add(context, "add_collateral", add, &["bob"]);
        self.add(context, "remove_collateral", remove, &["bob"]);
        let yields = market::yield_collateral(staking::provider(&bob));
        self.add(context, "yield_collateral", yields, &[]);
    }

    /// Instructions of the authority.
    fn authority(&mut self, context: &mut TestContext) {
        let power = context.address_of("governance");
        let (payer, mint) = (context.address_of("anyone"), context.mint("EUR"));
        context.ata(&mint, &power);
        let allow = market::allow_mint(power, payer, mint, &TOKEN, &power, RATE_UNIT);
        let allowed = context.payment_mint();
        context.ata(&allowed, &power);
        let set_mint = market::set_mint_fee_authority(power, &allowed, &TOKEN, &power);
        let set = market::set_params(power, Param::FeeBps, 1);
        let pause = market::set_pause(power, 1, i64::MAX);
        let offer = market::offer_authority(power, payer);
        self.add(context, "set_params", set, &["governance"]);
        self.add(context, "set_pause", pause, &["governance"]);
        self.add(context, "offer_authority", offer.clone(), &["governance"]);
        let governance = context.actor("governance");
        context.send(&[offer], &[&governance]).unwrap();
        let accept = market::accept_authority(payer);
        self.add(context, "accept_authority", accept, &["anyone"]);
        self.add(context, "allow_mint", allow, &["governance", "anyone"]);
        self.add(context, "set_mint", set_mint, &["governance"]);
    }

    /// Instructions of requesters. The instructions that go before them in their transactions are already sent.
    fn requester(&mut self, context: &mut TestContext) {
        let alice = context.actor("alice");
        let terms = JobTerms {
            nonce: 4,
            ..checked_terms(19_999)
        };
        let order = context.post_job_params("alice", terms);
        let posting = context.post_job_instructions(order);
        context.send(&posting[..4], &[&alice]).unwrap();
        self.add(context, "post_job", posting[4].clone(), &["alice"]);

        let job = post(context, "alice", 3);
        let extension = market::extend_job(&job, context.extension(&job, 1, [9; 32]));
        context.send(&extension[..2], &[&alice]).unwrap();
        self.add(context, "extend_job", extension[2].clone(), &["alice"]);
        let cancel = market::cancel_job(alice.pubkey(), job.address, 0, 1);
        self.add(context, "cancel_job", cancel, &["alice"]);
        context.cancel("alice", &job, 0, 1).unwrap();

        let window = context.job(&job).0.claim_window.get();
        context.advance(u64::from(window));
        let expire = market::expire_task(job.address, 1, None);
        self.add(context, "expire_task", expire, &[]);
        context.expire(&job, 1).unwrap();

        let from = context.job(&job).0.anyone_closes_from();
        context.advance_to(from);
        context.ata(&job.payment.mint, &alice.pubkey());
        let close = market::close_job(&job);
        self.add(context, "close_job", close, &[]);
        context.close("alice", &job).unwrap();
    }

    /// The penalty for a deadline that frank missed.
    fn miss(&mut self, context: &mut TestContext) {
        let job = post(context, "alice", 5);
        context.claim("frank", &job, FIRST).unwrap();
        let window = context.job(&job).0.run_window.get();
        context.advance(u64::from(window));
        let penalize = market::penalize_worker(&PenaltyParams {
            job: job.address,
            provider: staking::provider(&context.address_of("frank")),
            place: place(Source::Job, 0),
            disputed: false,
            stake_mint: context.stake_mint(),
        });
        self.add(context, "penalize_worker of a miss", penalize, &[]);
    }

    /// The submission of a result that an attester signed.
    fn attested(&mut self, context: &mut TestContext) {
        let set = context.open_set("lab", 0, &["lab 1"]);
        let terms = JobTerms {
            nonce: 6,
            ..attested_terms(1)
        };
        let job = context.post_attested("alice", terms, set);
        let attestation = context.attestation("bob", &job, set, 0, "42");
        let mut steps = context.submission("bob", &attestation, &["lab 1"]);
        let submit = steps.pop().expect("the last instruction submits");
        self.add(context, "submit_attested", submit, &["bob's node"]);
        self.0.last_mut().expect("the case above").before = steps;
    }

    /// Instructions about the seats of a task, up to its opening: bob has the first seat, carol the late one, ivan the check.
    fn task(&mut self, context: &mut TestContext, job: &JobAddresses) {
        context.wait_for_turn("bob", job, FIRST);
        let claim = context.claim_instruction("bob", job, FIRST);
        self.add(context, "claim_task", claim, &["bob's node"]);
        context.claim_now("bob", job, FIRST).unwrap();
        let contribute = context.contribute_instruction("bob", job, FIRST, "42");
        self.add(context, "contribute", contribute, &["bob's node"]);
        context.contribute("bob", job, FIRST, "42").unwrap();

        context.advance(1);
        let draw = market::draw_seat(job.address, LATE, None);
        self.add(context, "draw_seat", draw.clone(), &[]);
        context.crank(draw).unwrap();
        context.claim("carol", job, LATE).unwrap();
        context.contribute("carol", job, LATE, "42").unwrap();

        context.advance(1);
        let payer = context.address_of("anyone");
        let open = market::open_check(payer, job.address, 0);
        self.add(context, "open_check", open, &["anyone"]);
        context.open_check("anyone", job, 0).unwrap();
        let check = place(Source::Check, 0);
        context.claim_round("ivan", job, check).unwrap();
        context.contribute_round("ivan", job, check, "42").unwrap();
        let digest = context.opening_of(job, 0, Source::Check, "42").digest;
        let check = context.check_of(job, 0);
        let open = market::open_task(job.address, 0, digest, check);
        self.add(context, "open_task", open, &[]);
        context.open(job, 0, "42").unwrap();
    }

    /// Instructions about the dispute that judy loses, up to the end of the hold. Ken could appeal.
    fn dispute(&mut self, context: &mut TestContext, job: &JobAddresses) {
        let dispute = at::round(&job.address, 0, Source::Dispute);
        let params = context.challenge_params("judy", job, 0, RoundKind::Dispute, "lie");
        let opening = market::open_round(&params);
        let node = context.node("judy");
        context.send(&opening[..1], &[&node]).unwrap();
        self.add(context, "open_round", opening[1].clone(), &["judy's node"]);
        context.send(&opening[1..], &[&node]).unwrap();

        context.advance(1);
        let draw = market::draw_seat(job.address, FIRST, Some(dispute));
        self.add(context, "draw_seat of a round", draw.clone(), &[]);
        context.crank(draw).unwrap();
        let member = place(Source::Dispute, 0);
        let mut trial = context.clone();
        trial.claim_round("judge", job, member).unwrap();
        if trial.now() > context.now() {
            context.advance_to(trial.now());
        }
        let (key, worker) = (context.node("judge").pubkey(), context.worker_of("judge"));
        let claim = market::claim_round(key, worker, job.address, dispute, 0);
        self.add(context, "claim_round", claim, &["judge's node"]);
        context.claim_round_now("judge", job, member).unwrap();

        let opening = context.opening_of(job, 0, Source::Dispute, "42");
        let seed = context.job(job).0.seed;
        let answer = contribution("judge", &seed, 0, &contributed(&opening));
        let contribute = market::contribute_round(key, worker, job.address, dispute, 0, &answer);
        self.add(context, "contribute_round", contribute, &["judge's node"]);
        context
            .contribute_round("judge", job, member, "42")
            .unwrap();
        for seat in 1..5 {
            let member = place(Source::Dispute, seat);
            context.claim_round("judge", job, member).unwrap();
            context
                .contribute_round("judge", job, member, "42")
                .unwrap();
        }
        let check = context.check_of(job, 0);
        let decide = market::decide_round(job.address, dispute, check, Some(opening));
        self.add(context, "decide_round", decide, &[]);
        context
            .decide(job, 0, Source::Dispute, Some(opening))
            .unwrap();

        let params = context.challenge_params("ken", job, 0, RoundKind::Appeal, "lie");
        let appeal = market::open_round(&params).remove(0);
        self.add(context, "open_round of appeal", appeal, &["ken's node"]);
        context.end_hold(job);
    }

    /// Instructions about the pay of seats and the penalty of the challenger.
    fn payment(&mut self, context: &mut TestContext, job: &JobAddresses) {
        let [bob, ivan, judge] = ["bob", "ivan", "judge"].map(|name| {
            let owner = context.address_of(name);
            context.ata(&job.payment.mint, &owner);
            let mint = context.stake_mint();
            context.ata(&mint, &owner);
            owner
        });
        let collect = market::collect_pay(job, &bob, vec![0]);
        self.add(context, "collect_pay", collect, &[]);
        let collect = market::collect_check(job, &ivan, 0);
        self.add(context, "collect_check", collect, &[]);
        self.frozen(&mut context.clone(), job, &ivan);
        for (seat, name) in [(0, "bob"), (1, "carol")] {
            context.collect(name, job, &[seat]).unwrap();
        }
        context.collect_check("ivan", job, 0).unwrap();
        let count = market::count_dispute(job.address, 0, false, true);
        self.add(context, "count_dispute", count, &[]);
        context.count_dispute(job, 0).unwrap();
        let params = PenaltyParams {
            job: job.address,
            provider: staking::provider(&context.address_of("judy")),
            place: place(Source::Dispute, CHALLENGER),
            disputed: true,
            stake_mint: context.stake_mint(),
        };
        let penalize = market::penalize_worker(&params);
        self.add(context, "penalize_worker", penalize, &[]);
        context.penalize("judy", job, params.place).unwrap();

        let mint = params.stake_mint;
        for (name, owner, place) in [
            ("collect_award", judge, place(Source::Dispute, 0)),
            ("collect_award of a check", ivan, place(Source::Check, 0)),
        ] {
            let award = market::collect_award(job.address, &owner, place, &mint);
            self.add(context, name, award, &[]);
        }
    }

    /// Instructions about pay that ivan's frozen account refuses.
    fn frozen(&mut self, context: &mut TestContext, job: &JobAddresses, ivan: &Address) {
        let mint = job.payment.mint;
        let ata = context.ata(&mint, ivan);
        context.held_account("ivan", &mint);
        context.freeze(&ata);
        let hold = market::hold_pay(job, ivan, vec![], Some(0));
        self.add(context, "hold_pay", hold, &[]);
        context.hold("ivan", job, &[], Some(0)).unwrap();
        context.thaw(&ata);
        let collect = market::collect_held(ivan, &mint, &TOKEN);
        self.add(context, "collect_held", collect, &[]);
    }

    /// Instructions that close the accounts of the dispute.
    fn awards(&mut self, context: &mut TestContext, job: &JobAddresses) {
        for seat in 0..5 {
            let member = place(Source::Dispute, seat);
            context.award("judge", job, member).unwrap();
        }
        for (name, place) in [
            ("bob", place(Source::Job, 0)),
            ("carol", place(Source::Job, 1)),
            ("ivan", place(Source::Check, 0)),
        ] {
            context.award(name, job, place).unwrap();
        }
        let mint = context.stake_mint();
        for (name, source, payer) in [
            ("close_round of a check", Source::Check, "anyone"),
            ("close_round", Source::Dispute, "judy's node"),
        ] {
            let payer = context.address_of(payer);
            let close = market::close_round(payer, job.address, 0, source, true, &mint);
            self.add(context, name, close, &[]);
            context.close_round(job, 0, source).unwrap();
        }
    }
}
