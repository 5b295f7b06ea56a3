//! The author of a module registers it, and is paid a royalty by every job that names the record.

use crate::{
    check,
    environment::{log_step, Environment},
};
use anyhow::Result;
use assay_client::{instruction::rewards, pda, Signer as _};
use assay_content::ContentHash;
use assay_rewards::state::Module;
use std::{fs, path::Path};

/// The author's share, basis points of what the seats are paid.
pub const ROYALTY_BPS: u64 = 400;

/// Registers the module as the wallet "alan".
pub fn register(env: &Environment, module: &Path) -> Result<()> {
    let percent = ROYALTY_BPS / 100;
    log_step(&format!(
        "alan registers the module of the batch and asks for {percent} %"
    ));
    let (client, author) = (&env.client, env.keypair("alan")?);
    let hash = ContentHash::of(&fs::read(module)?).bytes();
    let bps = u16::try_from(ROYALTY_BPS)?;
    let register = rewards::register_module(author.pubkey(), hash, bps, [0; 96]);
    client.sign_send_confirm(&[register], &[&author])?;
    let record: Module = client.fetch(&pda::rewards::module(&hash))?;
    check::equal("author on record", record.author, author.pubkey())?;
    check::equal("royalty on record", record.royalty_bps.get(), bps)
}
