//! The first epoch: a batch in which somebody lies, a captured task and a copied one, until the rewards are claimed.

use crate::{
    audit::{audit, ExpectedCounts},
    balances::Balances,
    batch,
    batch_inputs::BatchInputs,
    books::Books,
    captured::Captured,
    check,
    close::check_close,
    copied::Copied,
    delegated::Delegated,
    dues::Dues,
    environment::{log_step, Environment},
    epoch::Epoch,
    expected::Expected,
    frozen::close_while_frozen,
    order::{Order, Plan},
    participants::{Participants, Role},
    payouts::Payouts,
    seats::JobSeats,
    waiting::{until_all_stand, until_settled},
};
use anyhow::{bail, Context, Result};

/// The jobs of the first epoch.
struct Jobs {
    batch: Order,
    captured: Captured,
    copied: Copied,
}

impl Jobs {
    /// Posts the jobs while only those run that cheat in them, then starts everybody else.
    fn stage(
        env: &mut Environment,
        participants: &Participants,
        inputs: &[Vec<u8>],
        expected: &mut Expected,
    ) -> Result<Self> {
        let fee_bps = env.formulas.cluster.market.fee_bps;
        let captured = Captured::stage(env, participants, fee_bps)?;
        let first = inputs.first().context("no task")?;
        let mut copied = Copied::stage(env, participants, first, fee_bps)?;
        let module = batch::module(env);
        let batch = Plan::checked("batch", (&module, inputs), fee_bps);
        let batch = Order::post(env, participants, &batch)?;
        batch::start_liar(env, participants.one(Role::Liar)?, &batch)?;
        copied.start_lazy(env, participants, expected)?;
        log_step("starting the nodes of the other honest providers; ada takes further seats, too");
        batch::limit_bonds(participants.one(Role::Honest)?, 0)?;
        batch::start_honest(env, participants.of(Role::Honest).skip(1))?;
        captured.start_watcher(env, participants)?;
        let processes = env.node_count();
        check::equal(
            "processes of `assay node`, each with its own key",
            processes,
            9,
        )?;
        copied.let_them_cheat()?;
        Ok(Self {
            batch,
            captured,
            copied,
        })
    }

    fn orders(&self) -> [&Order; 3] {
        [&self.batch, &self.captured.order, &self.copied.order]
    }
}

/// What the chain says about those that cheated.
pub struct Caught {
    pub captured_overturned: bool,
    pub copier_caught: bool,
    pub lazy_seat_caught: bool,
}

impl Caught {
    fn read(participants: &Participants, jobs: &Jobs, seats: &[JobSeats]) -> Result<Self> {
        let [of_batch, of_captured, of_copied] = seats else {
            bail!("three jobs were asked for");
        };
        let lies = batch::caught_by_late_seats(of_batch, participants.one(Role::Liar)?);
        check::equal("lies of mallory that late seats caught", lies, batch::LIES)?;
        let caught = Self {
            captured_overturned: jobs.captured.is_overturned(participants, of_captured)?,
            copier_caught: jobs.copied.is_copier_caught(participants, of_copied)?,
            lazy_seat_caught: jobs.copied.is_lazy_caught(participants, of_copied)?,
        };
        check::holds(
            "the captured task is overturned",
            caught.captured_overturned,
        )?;
        check::holds("the copier is caught by its seal", caught.copier_caught)?;
        let what = "the lazy member of a round is caught by its memory";
        check::holds(what, caught.lazy_seat_caught)?;
        Ok(caught)
    }
}

/// What the first epoch led to.
pub struct FirstEpoch {
    pub batch: Order,
    /// Tasks of the batch with a proven result.
    pub proven: u32,
    /// The result of the batch in words.
    pub answer: String,
    pub caught: Caught,
    pub payouts: Payouts,
    pub epoch: Epoch,
    /// Base units of ASSAY.
    pub claimed: u64,
    pub delegated: Delegated,
    /// What the delegator earned, base units of ASSAY.
    pub delegator_earned: u64,
}

impl FirstEpoch {
    /// Posts the jobs, lets everybody act, and ends the epoch.
    pub fn run(
        env: &mut Environment,
        books: &mut Books,
        batch_inputs: &BatchInputs,
    ) -> Result<Self> {
        let Books {
            participants,
            expected,
            audits,
        } = books;
        let participants = &*participants;
        let delegated = Delegated::stage(env, participants, &batch_inputs.inputs, expected)?;
        let before = Balances::of(env, participants)?;
        let jobs = Jobs::stage(env, participants, &batch_inputs.inputs, expected)?;
        let env = &*env;
        let orders = jobs.orders();
        let seats = until_all_stand(env, &orders)?;
        let all: Vec<_> = orders.into_iter().zip(&seats).collect();
        let dues = Dues::of(&all)?;
        let caught = Caught::read(participants, &jobs, &seats)?;
        let open = ExpectedCounts {
            jobs: 3,
            disputes: dues.disputed,
            ..ExpectedCounts::default()
        };
        audit(env, participants, expected, &open, audits)?;
        until_settled(env, &orders)?;
        let job = env.client.fetch_job(&jobs.batch.job)?;
        let answer = batch_inputs.answer(&jobs.batch.fetch(env, participants, &job)?)?;
        let payouts = Payouts::check(env, participants, &dues, &before, expected)?;
        jobs.captured.check_end(env, participants)?;
        jobs.copied.check_end(env, participants, expected)?;
        let settled = ExpectedCounts {
            jobs: 3,
            ..ExpectedCounts::default()
        };
        audit(env, participants, expected, &settled, audits)?;
        let (first, others) = all.split_first().context("no job")?;
        close_while_frozen(env, participants, *first, expected)?;
        for job in others {
            check_close(env, participants, *job, expected)?;
        }
        let epoch = Epoch::finalize(env, participants, &dues, expected)?;
        let claimed = epoch.claim(env, participants, &dues)?;
        let finalized = ExpectedCounts {
            pots: 1,
            ..ExpectedCounts::default()
        };
        audit(env, participants, expected, &finalized, audits)?;
        let delegator_earned = Delegated::earn(env, participants, &dues, &epoch)?;
        Ok(Self {
            batch: jobs.batch,
            proven: job.header.proven_tasks.get(),
            answer: answer.to_string(),
            caught,
            payouts,
            epoch,
            claimed,
            delegated,
            delegator_earned,
        })
    }
}
