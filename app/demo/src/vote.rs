//! A vote that changes the protocol fee.

use crate::{
    check,
    environment::{log_step, Environment},
    formulas::ASSAY,
    participants::Participants,
};
use anyhow::Result;
use assay_client::pda::{governance, market};
use assay_governance::state::{Params as Governance, Proposal};
use assay_harness::processes::json_whole;
use assay_market::state::Params;

/// The new protocol fee, basis points.
pub const NEW_FEE_BPS: u64 = 100;
/// Whole ASSAY that the voter locks, and for how many days.
const LOCK: u64 = 10_000;
const LOCK_DAYS: u64 = 30;

/// Locks, proposes, votes, waits and executes.
pub fn change_the_fee(env: &Environment, participants: &Participants) -> Result<()> {
    let client = &env.client;
    log_step("locking ASSAY and voting for another protocol fee");
    let old_fee_bps = env.formulas.cluster.market.fee_bps;
    check::equal("fee before, basis points", fee_bps(env)?, old_fee_bps)?;
    let voter = |arguments: &[&str]| participants.voter.cli.try_json(arguments);
    let (amount, duration) = (LOCK.to_string(), format!("{LOCK_DAYS}d"));
    voter(&["gov", "lock", &amount, &duration])?;
    let weight = env.formulas.lock_weight(LOCK * ASSAY, LOCK_DAYS * 86_400)?;
    let governance: Governance = client.fetch(&governance::params())?;
    check::equal("weight of the lock", governance.total_weight.get(), weight)?;
    let change = format!("market.fee_bps={NEW_FEE_BPS}");
    let title = "A lower protocol fee";
    let proposed = voter(&["gov", "propose", "--title", title, "--set", &change])?;
    let index = json_whole(&proposed["proposal"])?;
    let number = index.to_string();
    voter(&["gov", "vote", &number, "yes"])?;
    let proposal: Proposal = client.fetch(&governance::proposal(index))?;
    check_vote(env, &proposal, weight)?;

    log_step("the clock moves past the vote and its hold-up; anyone may execute");
    check::equal("fee until then", fee_bps(env)?, old_fee_bps)?;
    env.advance_to(proposal.executable_at.get())?;
    let anyone = &participants.requester.cli;
    anyone.try_json(&["gov", "execute", &number])?;
    check::equal("fee after, basis points", fee_bps(env)?, NEW_FEE_BPS)
}

fn fee_bps(env: &Environment) -> Result<u64> {
    let params: Params = env.client.fetch(&market::params())?;
    Ok(params.fee_bps.get())
}

/// Checks the tally and the thresholds of a proposal for which the only lock has voted yes.
fn check_vote(env: &Environment, proposal: &Proposal, weight: u64) -> Result<()> {
    let (rules, tally) = (&env.formulas.cluster.governance, &proposal.tally);
    let sides = [tally.yes.get(), tally.no.get(), tally.abstain.get()];
    check::equal("yes, no, abstain", sides, [weight, 0, 0])?;
    let quorum = env.formulas.quorum(weight)?;
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
