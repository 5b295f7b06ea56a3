//! New bytecode of a program, and the buffer that governance executes an upgrade out of.

use anyhow::{ensure, Context, Result};
use assay_client::{
    instruction::governance::BUFFER_HEAD, Address, Client, Instruction, Keypair, Signer as _,
};
use solana_loader_v3_interface::instruction as loader;

/// Where the bytecode says which version it is.
const VERSION: &[u8] = b"assay-version:01";
const NEXT: &[u8] = b"assay-version:02";
/// Bytes of a buffer that one transaction writes.
const CHUNK: usize = 900;

/// Returns the bytecode with the next number in it, as the next build would have.
///
/// # Errors
/// If the bytecode names no version.
pub fn try_next_version(bytecode: &[u8]) -> Result<Vec<u8>> {
    let mut places = bytecode.windows(VERSION.len()).enumerate();
    let place = places.find(|(_, bytes)| *bytes == VERSION);
    let (start, _) = place.context("the bytecode names no version")?;
    let mut next = bytecode.to_vec();
    let number = next.get_mut(start..start + NEXT.len());
    number.context("the bytecode ends")?.copy_from_slice(NEXT);
    Ok(next)
}

/// Writes bytecode into a buffer, which stays the payer's. Returns the buffer.
///
/// # Errors
/// If a transaction fails, or the buffer does not hold the bytecode at the end.
pub fn try_upload(client: &Client, payer: &Keypair, bytecode: &[u8]) -> Result<Address> {
    let buffer = Keypair::new();
    let (wallet, address) = (payer.pubkey(), buffer.pubkey());
    let rent = client.minimum_balance(BUFFER_HEAD + bytecode.len())?;
    let create = loader::create_buffer(&wallet, &address, &wallet, rent, bytecode.len())?;
    let send = |steps: &[Instruction], signers: &[&Keypair]| -> Result<()> {
        client.sign_send_confirm(steps, signers)?;
        Ok(())
    };
    send(&create, &[payer, &buffer])?;
    for (offset, part) in (0..).step_by(CHUNK).zip(bytecode.chunks(CHUNK)) {
        let write = loader::write(&address, &wallet, offset, part.to_vec());
        send(&[write], &[payer])?;
    }
    let written = client.account(&address)?.context("no buffer")?.data;
    let is_whole = written.get(BUFFER_HEAD..) == Some(bytecode);
    ensure!(is_whole, "the buffer does not hold the bytecode");
    Ok(address)
}
