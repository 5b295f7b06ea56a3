//! A vote replaces the bytecode of a program, which then answers with another version.

use crate::{
    check,
    decision::{Ballot, Decision},
    environment::{log_step, text, Environment},
    participants::Participants,
    waiting::wait,
};
use anyhow::{ensure, Context, Result};
use assay_client::{
    instruction::rewards, pda::governance, Address, Instruction, Keypair, Signer as _,
};
use solana_loader_v3_interface::instruction as loader;
use std::fs;

/// Where the bytecode says which version it is.
const VERSION: &[u8] = b"assay-version:01";
const NEXT: &[u8] = b"assay-version:02";
/// Bytes of a buffer that one transaction writes.
const CHUNK: usize = 900;
/// Bytes of the buffer's account before the bytecode.
const HEAD: usize = assay_client::instruction::governance::BUFFER_HEAD;

/// Uploads the next version of the rewards program, votes for it and executes the vote. Returns the number that the program answers
/// with. The only lock has this `weight`.
pub fn by_vote(env: &Environment, participants: &Participants, weight: u64) -> Result<u16> {
    log_step("voting for the next version of the rewards program");
    check::equal("version before", version(env, participants)?, 1)?;
    let programs = env.localnet.workspace().programs();
    let bytecode = next_version(&fs::read(programs.join("assay_rewards.so"))?)?;
    let file = env.path("assay_rewards_2.so");
    fs::write(&file, &bytecode)?;
    let buffer = upload(env, &bytecode)?;
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

/// Returns the bytecode with the next number in it, as the next build would have.
fn next_version(bytecode: &[u8]) -> Result<Vec<u8>> {
    let mut places = bytecode.windows(VERSION.len()).enumerate();
    let place = places.find(|(_, bytes)| *bytes == VERSION);
    let (start, _) = place.context("the bytecode names no version")?;
    let mut next = bytecode.to_vec();
    let number = next.get_mut(start..start + NEXT.len());
    number.context("the bytecode ends")?.copy_from_slice(NEXT);
    Ok(next)
}

/// Writes the bytecode into a buffer that governance alone may use.
fn upload(env: &Environment, bytecode: &[u8]) -> Result<Address> {
    log_step("uploading it into a buffer, which passes to governance");
    let (payer, buffer) = (env.keypair("voter")?, Keypair::new());
    let (wallet, address) = (payer.pubkey(), buffer.pubkey());
    let rent = env.client.minimum_balance(HEAD + bytecode.len())?;
    let create = loader::create_buffer(&wallet, &address, &wallet, rent, bytecode.len())?;
    let send = |steps: &[Instruction], signers: &[&Keypair]| -> Result<()> {
        env.client.sign_send_confirm(steps, signers)?;
        Ok(())
    };
    send(&create, &[&payer, &buffer])?;
    for (offset, part) in (0..).step_by(CHUNK).zip(bytecode.chunks(CHUNK)) {
        let write = loader::write(&address, &wallet, offset, part.to_vec());
        send(&[write], &[&payer])?;
    }
    let heir = governance::upgrade_authority();
    let hand_over = loader::set_buffer_authority(&address, &wallet, &heir);
    send(&[hand_over], &[&payer])?;
    let written = env.client.account(&address)?.context("no buffer")?.data;
    let is_whole = written.get(HEAD..) == Some(bytecode);
    ensure!(is_whole, "the buffer does not hold the bytecode");
    eprintln!("  buffer {address} of {} bytes", bytecode.len());
    Ok(address)
}
