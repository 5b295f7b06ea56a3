//! A vote replaces the bytecode of a program, which then answers with another version.

use crate::{
    check,
    decision::{Ballot, Decision},
    environment::{log_step, text, Environment},
    participants::Participants,
    waiting::wait,
};
use anyhow::Result;
use assay_client::instruction::rewards;
use assay_harness::processes::{try_next_version, try_upload};
use std::fs;

/// Uploads the next version of the rewards program, votes for it and executes the vote. Returns the number that the program answers
/// with. The only lock has this `weight`.
pub fn by_vote(env: &Environment, participants: &Participants, weight: u64) -> Result<u16> {
    log_step("voting for the next version of the rewards program");
    check::equal("version before", version(env, participants)?, 1)?;
    let programs = env.localnet.workspace().programs();
    let bytecode = try_next_version(&fs::read(programs.join("assay_rewards.so"))?)?;
    let file = env.path("assay_rewards_2.so");
    fs::write(&file, &bytecode)?;
    log_step("uploading it into a buffer, which passes to governance with the upgrade");
    let buffer = try_upload(&env.client, &env.keypair("voter")?, &bytecode)?;
    eprintln!("  buffer {buffer} of {} bytes", bytecode.len());
    let title = "The next version of rewards";
    let propose = ["upgrade", "rewards", text(&file)?, "--title", title];
    let decision = Decision::make(env, participants, &propose, (weight, Ballot::Open))?;
    check::equal("version until then", version(env, participants)?, 1)?;
    decision.execute(participants, &["--buffer", &buffer.to_string()])?;
    // The network runs the new bytecode from the next slot on.
    let answer = wait(env, "the next version", || {
        let version = version(env, participants).ok();
        Ok(version.filter(|version| *version != 1))
    })?;
    check::equal("version after", answer, 2)?;
    Ok(answer)
}

fn version(env: &Environment, participants: &Participants) -> Result<u16> {
    let asked = env
        .client
        .version(rewards::version(), &participants.voter.address);
    Ok(asked?)
}
