//! A vote that changes the protocol fee, and the next job that pays the new one.

use crate::{
    batch::Batch,
    cast::Cast,
    check,
    science::Science,
    stage::{act, Stage},
};
use anyhow::{Context, Result};
use assay_client::address::{governance, market};
use assay_governance::state::{Params as Governance, Proposal};
use assay_market::state::Params;

/// The new protocol fee, basis points.
const NEW_FEE_BPS: u64 = 100;

/// Locks, proposes, votes, waits and executes; then runs another job. Answers its fee per task, base units of tUSD.
pub fn change_the_fee(stage: &Stage, cast: &Cast, science: &Science) -> Result<u64> {
    let client = &stage.client;
    act("locking ASSAY and voting for another protocol fee");
    let index = client
        .get::<Governance>("governance parameters", &governance::params())?
        .proposal_count
        .get();
    let number = index.to_string();
    let change = format!("market.fee_bps={NEW_FEE_BPS}");
    let voter = |arguments: &[&str]| stage.assay.call(Some(&cast.voter.file), arguments);
    voter(&["gov", "lock", "10000", "30d"])?;
    voter(&[
        "gov",
        "propose",
        "--title",
        "A lower protocol fee",
        "--set",
        &change,
    ])?;
    voter(&["gov", "vote", &number, "yes"])?;
    let proposal: Proposal = client.get("proposal", &governance::proposal(index))?;
    act("the clock moves past the vote and its hold-up; anyone may execute");
    stage.advance_to(proposal.executable_at.get())?;
    voter(&["gov", "execute", &number])?;
    let params: Params = client.get("market parameters", &market::params())?;
    check::equal(
        "protocol fee, basis points",
        params.fee_bps.get(),
        NEW_FEE_BPS,
    )?;

    let inputs = science.inputs.get(..2).context("fewer than two tasks")?;
    let batch = Batch::post(stage, cast, inputs)?;
    let job = batch.watch(stage)?;
    let (accepted, total) = (job.header.accepted_tasks.get(), job.header.task_count.get());
    check::equal("tasks accepted under the new fee", accepted, total)?;
    let work = job
        .header
        .price
        .get()
        .saturating_mul(u64::from(job.header.replicas));
    let expected = work.saturating_mul(NEW_FEE_BPS).div_ceil(10_000);
    check::equal(
        "fee of a task under the new parameter",
        job.header.fee.get(),
        expected,
    )?;
    batch.close(stage, cast, &job)
}
