//! The guardian pauses market and staking for a day. Nothing new begins; who wants to leave, leaves; and the day ends.

use crate::{
    check,
    delegated::Delegated,
    environment::{log_step, text, Environment},
    expected::Expected,
    participants::{Participants, Role},
};
use anyhow::Result;
use assay_client::pda::{market, staking};
use assay_harness::processes::Cli;
use assay_market::state::{pause as market_pause, Params};
use assay_staking::state::{pause as staking_pause, Params as StakingParams};
use std::fs;

/// Exit codes of the command line: the command found the pause, and the network did.
const FAILED: Option<i32> = Some(1);
const REJECTED: Option<i32> = Some(5);
const DAY: i64 = 86_400;

/// Pauses everything that can be, lets dora withdraw, and waits until the pause has ended.
pub fn for_a_day(
    env: &Environment,
    participants: &Participants,
    delegated: &Delegated,
    expected: &mut Expected,
) -> Result<()> {
    env.advance_to(delegated.matures_at)?;
    log_step("the guardian pauses the market and staking for a day");
    let guardian = Cli {
        keypair: Some(env.localnet.faucet_file()),
        ..env.localnet.cli()
    };
    let pauses = [
        ("market", market_pause::ALL),
        ("staking", staking_pause::ALL),
    ];
    for (program, bits) in pauses {
        guardian.try_json(&["gov", "pause", program, &bits.to_string(), "1d"])?;
    }
    let until = params(env)?.paused_until.get();
    let (module, input) = (crate::batch::module(env), env.path("unwanted.txt"));
    fs::write(&input, "a task that nobody may post")?;
    let post = [
        "job",
        "post",
        "--module",
        text(&module)?,
        "--input",
        text(&input)?,
        "--price",
        "1",
        "--store",
        &env.localnet.blob_url,
    ];
    let refused = participants.requester.cli.try_run(&post)?;
    check::equal("exit code of a post", refused.code, FAILED)?;
    check::holds("it names the pause", refused.stderr.contains("paused"))?;
    let ada = participants.one(Role::Honest)?.owner.address.to_string();
    let refused = participants
        .delegator
        .cli
        .try_run(&["delegate", "add", &ada, "1"])?;
    check::equal("exit code of a delegation", refused.code, REJECTED)?;
    log_step("dora withdraws all the same");
    delegated.withdraw(env, participants, expected)?;
    log_step("the clock moves to the end of the pause; nobody lifts it");
    check::holds(
        "the pause is of a day",
        until > env.client.now()? + DAY - 600,
    )?;
    env.advance_to(until)
}

/// Returns whether both programs still name what was paused, and the clock alone has ended it.
pub fn has_expired(env: &Environment) -> Result<bool> {
    let (market, now) = (params(env)?, env.client.now()?);
    let staking: StakingParams = env.client.fetch(&staking::params())?;
    let named = (market.paused.get(), staking.paused.get());
    let ends = [market.paused_until.get(), staking.paused_until.get()];
    Ok(named == (market_pause::ALL, staking_pause::ALL) && ends.iter().all(|end| *end <= now))
}

fn params(env: &Environment) -> Result<Params> {
    Ok(env.client.fetch(&market::params())?)
}
