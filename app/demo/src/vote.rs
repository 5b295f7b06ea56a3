//! A vote that changes the protocol fee.

use crate::{
    check,
    decision::{Ballot, Decision},
    environment::{log_step, Environment},
    participants::Participants,
};
use anyhow::Result;
use assay_client::pda::market;
use assay_market::state::Params;

/// The new protocol fee, basis points.
pub const NEW_FEE_BPS: u64 = 100;

/// Proposes, votes, waits and executes. The only lock has this `weight`.
pub fn change_the_fee(env: &Environment, participants: &Participants, weight: u64) -> Result<()> {
    log_step("voting for another protocol fee");
    let old_fee_bps = env.formulas.cluster.market.fee_bps;
    check::equal("fee before, basis points", fee_bps(env)?, old_fee_bps)?;
    let change = format!("market.fee_bps={NEW_FEE_BPS}");
    let title = "A lower protocol fee";
    let propose = ["param", "--title", title, "--set", &change];
    let decision = Decision::make(env, participants, &propose, (weight, Ballot::Open))?;
    check::equal("fee until then", fee_bps(env)?, old_fee_bps)?;
    decision.execute(participants, &[])?;
    check::equal("fee after, basis points", fee_bps(env)?, NEW_FEE_BPS)
}

fn fee_bps(env: &Environment) -> Result<u64> {
    let params: Params = env.client.fetch(&market::params())?;
    Ok(params.fee_bps.get())
}
