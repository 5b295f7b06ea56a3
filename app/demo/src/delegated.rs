//! Delegated stake. Dora stands behind two providers. One works, and both earn. The other contributes a result that it never
//! opens, which counts as a lie: its owner's stake is taken first, then hers.

use crate::{
    batch::{self, ADMISSION},
    check,
    close::check_close,
    copied::cheat,
    dues::Dues,
    environment::{log_step, Environment},
    epoch::Epoch,
    expected::Expected,
    formulas::{first_loss, ASSAY},
    order::{Order, Plan, Verified},
    participants::{Participants, Provider, Role},
    seats::JobSeats,
    waiting::wait,
};
use anyhow::{Context, Result};
use assay_client::{
    cranks::due_cranks,
    pda::{self, rewards},
};
use assay_harness::processes::{json_units, json_whole};
use assay_market::{game::SeatState, state::Worker};
use assay_staking::state::{Commission, Provider as ProviderState};
use serde_json::Value;

/// Whole ASSAY that dora puts behind the provider that works, and behind the one that lies.
const BEHIND_WORK: u64 = 1_000;
const BEHIND_LIE: u64 = 400;
/// Exit code of the command line for what is not due yet.
const UNFINISHED: Option<i32> = Some(7);
/// Base units by which a share may differ: the order of claims and the roundings of one stream.
const ROUNDING: u64 = 2;

/// What dora has lost, and what is on its way back to her.
pub struct Delegated {
    /// Base units of ASSAY that unbond, and the Unix time from which she can withdraw them.
    pub unbonding: u64,
    pub matures_at: i64,
}

impl Delegated {
    /// Delegates, waits, and lets oscar lie while nobody else works.
    pub fn stage(
        env: &Environment,
        participants: &Participants,
        inputs: &[Vec<u8>],
        expected: &mut Expected,
    ) -> Result<Self> {
        let worker = participants.one(Role::Honest)?;
        let liar = participants.one(Role::Silent)?;
        log_step(
            "dora delegates to ada, who works, and to oscar, who will not open what it contributes",
        );
        let mut joins_at = 0;
        for (provider, whole) in [(worker, BEHIND_WORK), (liar, BEHIND_LIE)] {
            let owner = provider.owner.address.to_string();
            let added = call(
                participants,
                &["delegate", "add", &owner, &whole.to_string()],
            )?;
            let pending = json_units(&added, "pending")?;
            check::equal("waits to join, base units", pending, whole * ASSAY)?;
            let at = added["joins_at"].as_i64().context("no time to join")?;
            joins_at = at.max(joins_at);
            expected.delegate(provider, whole * ASSAY);
        }
        let early = ["delegate", "activate", &worker.owner.address.to_string()];
        let early = participants.delegator.cli.try_run(&early)?;
        check::equal("exit code of joining too early", early.code, UNFINISHED)?;
        log_step(
            "the clock moves on until everything is judged that was done before; the tokens join",
        );
        env.advance_to(joins_at)?;
        for (provider, whole) in [(worker, BEHIND_WORK), (liar, BEHIND_LIE)] {
            let owner = provider.owner.address.to_string();
            call(participants, &["delegate", "activate", &owner])?;
            let what = format!("delegated to {}", provider.name);
            check::equal(
                &what,
                state(env, provider)?.active_tokens.get(),
                whole * ASSAY,
            )?;
        }
        let order = post(env, participants, liar, inputs, expected)?;
        let seats = contribute_silently(env, &order, liar)?;
        let (unbonding, matures_at) = lose(env, participants, &order, expected)?;
        check_close(env, participants, (&order, &seats), expected)?;
        Ok(Self {
            unbonding,
            matures_at,
        })
    }

    /// Waits until all that ada's stake earned in the epoch has been streamed, and pays dora's part. Returns it, base units of
    /// ASSAY.
    pub fn earn(
        env: &Environment,
        participants: &Participants,
        dues: &Dues,
        epoch: &Epoch,
    ) -> Result<u64> {
        log_step("the clock moves past the stream of the rewards; dora takes her part of what ada's stake earned");
        let worker = participants.one(Role::Honest)?;
        let found = state(env, worker)?;
        let Commission { bps, .. } = found.commission;
        let share = epoch.share_of(worker, dues)?;
        let stake = (found.own.active.get(), BEHIND_WORK * ASSAY);
        check::equal("ada's own stake", stake.0, worker.stake * ASSAY)?;
        let due = epoch.scheduled.delegated(share, bps.get().into(), stake)?;
        env.advance_to(found.stream.finish.get())?;
        let ata = pda::ata(&participants.delegator.address, &rewards::mint());
        let before = env.client.token_balance(&ata)?;
        let owner = worker.owner.address.to_string();
        let claimed = call(participants, &["delegate", "claim", &owner])?;
        let earned = env.client.token_balance(&ata)?.saturating_sub(before);
        let what = format!(
            "dora earned {earned} base units of ASSAY of ada's {share}, after commission by the formula {due}"
        );
        check::holds(&what, earned > 0 && earned.abs_diff(due) <= ROUNDING)?;
        let printed = json_units(&claimed, "paid")?;
        check::equal("earned, as printed", printed, earned)?;
        Ok(earned)
    }

    /// Withdraws what has unbonded. Returns it, base units of ASSAY.
    pub fn withdraw(
        &self,
        env: &Environment,
        participants: &Participants,
        expected: &mut Expected,
    ) -> Result<u64> {
        let ata = pda::ata(&participants.delegator.address, &rewards::mint());
        let before = env.client.token_balance(&ata)?;
        call(participants, &["delegate", "withdraw"])?;
        let after = env.client.token_balance(&ata)?;
        check::change("dora's wallet", after, before, self.unbonding)?;
        expected.withdraw(participants.one(Role::Silent)?, self.unbonding);
        Ok(self.unbonding)
    }
}

fn call(participants: &Participants, arguments: &[&str]) -> Result<Value> {
    participants.delegator.cli.try_json(arguments)
}

fn state(env: &Environment, provider: &Provider) -> Result<ProviderState> {
    Ok(env.client.fetch(&provider.provider)?)
}

/// Puts oscar's own stake and dora's behind its work and posts a task without late seats.
fn post(
    env: &Environment,
    participants: &Participants,
    liar: &Provider,
    inputs: &[Vec<u8>],
    expected: &mut Expected,
) -> Result<Order> {
    log_step("oscar, who has 100 ASSAY of its own, works with dora's 400 as well");
    let all = BEHIND_LIE.to_string();
    let add = ["provider", "collateral", "add", &all];
    liar.owner.cli.try_json(&add)?;
    expected.add_collateral(liar, BEHIND_LIE);
    participants.wait_for_age(env)?;
    let module = batch::module(env);
    let one = inputs.get(..1).context("no task")?;
    let plan = Plan {
        verified: Verified::Checked(0),
        ..Plan::checked(
            "unopened task",
            (&module, one),
            env.formulas.cluster.market.fee_bps,
        )
    };
    Order::post(env, participants, &plan)
}

/// Lets oscar contribute, and waits until the time to open the result is over.
fn contribute_silently(env: &Environment, order: &Order, liar: &Provider) -> Result<JobSeats> {
    let mut process = cheat(env, "stay-silent", liar, order, &[])?;
    env.advance_to(env.client.now()?.saturating_add(ADMISSION))?;
    let contributed = |line: &Value| line["event"] == "contributed";
    process.try_wait_for("oscar's contribution", contributed)?;
    let seats = JobSeats::read(env, &order.job)?;
    let first = seats.job.task(0).first().context("no seat")?;
    check::equal("oscar's seat", first.state(), SeatState::Contributed)?;
    log_step("the clock moves past the time to open it: what nobody opens is a lie");
    let window = env.formulas.cluster.market.open_window.0;
    env.advance_to(env.client.now()?.saturating_add_unsigned(window) + 1)?;
    Ok(seats)
}

/// Lets anyone penalize oscar, and checks who lost what. Dora takes the rest out. Returns what unbonds, and until when.
fn lose(
    env: &Environment,
    participants: &Participants,
    order: &Order,
    expected: &mut Expected,
) -> Result<(u64, i64)> {
    let liar = participants.one(Role::Silent)?;
    let (own, delegated) = (liar.stake * ASSAY, BEHIND_LIE * ASSAY);
    let loss = first_loss(order.task.penalty(), own, delegated);
    check::holds("the lie costs more than the owner has", loss.delegated > 0)?;
    settle(env, order)?;
    let found = state(env, liar)?;
    let left = (found.own.active.get(), found.active_tokens.get());
    let due = (own - loss.own, delegated - loss.delegated);
    check::equal("left of the owner's stake and of dora's", left, due)?;
    let worker: Worker = env.client.fetch(&liar.worker)?;
    let backing = (worker.total_collateral(), found.allocated.get());
    check::equal(
        "collateral that works without its owner's stake",
        backing,
        (0, 0),
    )?;
    expected.penalize(liar, order.task.penalty());
    expected.no_collateral(liar);
    expected.burned += order.task.penalty();
    let listed = call(participants, &["delegate", "list"])?;
    let owner = liar.owner.address.to_string();
    let mut all = listed["delegations"].as_array().into_iter().flatten();
    let one = all.find(|one| one["provider_owner"] == owner.as_str());
    let stake = json_units(one.context("no delegation to oscar")?, "stake")?;
    check::equal("dora's stake, as printed", stake, due.1)?;
    let leave = ["delegate", "undelegate", &owner, "--all"];
    let left = call(participants, &leave)?;
    let unbonding = json_units(&left, "unbonding")?;
    check::equal("unbonds of dora's stake", unbonding, due.1)?;
    let matures_at = json_whole(&left["matures_at"])?;
    Ok((unbonding, i64::try_from(matures_at)?))
}

/// Sends what is due in a job, as anybody may, until it is finished.
fn settle(env: &Environment, order: &Order) -> Result<()> {
    let (client, payer) = (&env.client, env.keypair("voter")?);
    let address = assay_client::Signer::pubkey(&payer);
    wait(env, "the penalty", || {
        let job = client.fetch_job(&order.job)?;
        if job.header.is_finished() {
            return Ok(Some(()));
        }
        for crank in due_cranks(&job, &[], client.now()?) {
            let plan = client.plan_crank(&address, &job, crank)?;
            client.sign_send_confirm(&plan.instructions, &[&payer])?;
        }
        Ok(None)
    })
}
