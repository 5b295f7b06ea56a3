//! A vote that changes the protocol fee.

use crate::{
    assay::whole,
    cast::Cast,
    check,
    formulas::ASSAY,
    stage::{act, Stage},
};
use anyhow::Result;
use assay_client::pda::{governance, market};
use assay_governance::state::{Params as Governance, Proposal};
use assay_market::state::Params;

/// The new protocol fee, basis points.
pub const NEW_FEE_BPS: u64 = 100;
/// Whole ASSAY that the voter locks, and for how many days.
const LOCK: u64 = 10_000;
const LOCK_DAYS: u64 = 30;

/// Locks, proposes, votes, waits and executes.
pub fn change_the_fee(stage: &Stage, cast: &Cast) -> Result<()> {
    let client = &stage.client;
    act("locking ASSAY and voting for another protocol fee");
    let old_fee_bps = stage.formulas.cluster.market.fee_bps;
    check::equal("fee before, basis points", fee_bps(stage)?, old_fee_bps)?;
    let voter = |arguments: &[&str]| stage.assay.call(Some(&cast.voter.file), arguments);
    let (amount, duration) = (LOCK.to_string(), format!("{LOCK_DAYS}d"));
    voter(&["gov", "lock", &amount, &duration])?;
    let weight = stage
        .formulas
        .lock_weight(LOCK * ASSAY, LOCK_DAYS * 86_400)?;
    let governance: Governance = client.fetch(&governance::params())?;
    check::equal("weight of the lock", governance.total_weight.get(), weight)?;
    let change = format!("market.fee_bps={NEW_FEE_BPS}");
    let title = "A lower protocol fee";
    let proposed = voter(&["gov", "propose", "--title", title, "--set", &change])?;
    let index = whole(&proposed["proposal"])?;
    let number = index.to_string();
    voter(&["gov", "vote", &number, "yes"])?;
    let proposal: Proposal = client.fetch(&governance::proposal(index))?;
    check_vote(stage, &proposal, weight)?;

    act("the clock moves past the vote and its hold-up; anyone may execute");
    check::equal("fee until then", fee_bps(stage)?, old_fee_bps)?;
    stage.advance_to(proposal.executable_at.get())?;
    let anyone = Some(cast.requester.file.as_path());
    stage.assay.call(anyone, &["gov", "execute", &number])?;
    check::equal("fee after, basis points", fee_bps(stage)?, NEW_FEE_BPS)
}

fn fee_bps(stage: &Stage) -> Result<u64> {
    let params: Params = stage.client.fetch(&market::params())?;
    Ok(params.fee_bps.get())
}

/// The tally and the rules it is judged by, when the only lock has voted yes.
fn check_vote(stage: &Stage, proposal: &Proposal, weight: u64) -> Result<()> {
    let (rules, tally) = (&stage.formulas.cluster.governance, &proposal.tally);
    let sides = [tally.yes.get(), tally.no.get(), tally.abstain.get()];
    check::equal("yes, no, abstain", sides, [weight, 0, 0])?;
    let quorum = stage.formulas.quorum(weight)?;
    check::equal("least turnout", proposal.quorum.get(), quorum)?;
    let threshold = proposal.threshold.get();
    check::equal("least yes weight", threshold, rules.threshold.0)?;
    check::holds("it passes", weight >= quorum && weight >= threshold)?;
    let (opened, ends) = (proposal.opened_at.get(), proposal.ends_at.get());
    let (voting, hold_up) = (ends - opened, proposal.executable_at.get() - ends);
    let due = [rules.voting_time.0, rules.hold_up.0].map(i128::from);
    let times = [voting, hold_up].map(i128::from);
    check::equal("seconds of voting and hold-up", times, due)
}
