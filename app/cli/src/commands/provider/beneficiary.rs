//! `assay provider beneficiary`: who receives pay and the owner's rewards.

use super::find;
use crate::{keypair::AddressArg, Report, Result, Session};
use assay_client::{
    instruction::{market::sync_worker, staking::set_beneficiary},
    pda::{market, staking},
    Signer as _,
};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Stake still goes to the owner. So the owner's key can stay in a safe, and pay goes to another wallet.

Example:
  assay --keypair owner.json provider beneficiary 7xKX…"
)]
pub struct Args {
    /// The wallet: address or keypair file.
    wallet: AddressArg,
}

#[derive(Serialize)]
struct BeneficiaryReport {
    provider: String,
    beneficiary: String,
    signature: String,
}

impl fmt::Display for BeneficiaryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pay and the owner's rewards go to {}", self.beneficiary)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    find(session, &owner)?;
    let provider = staking::provider(&owner);
    let mut instructions = vec![set_beneficiary(owner, args.wallet.0)];
    if session
        .client
        .account(&market::worker(&provider))?
        .is_some()
    {
        instructions.push(sync_worker(provider));
    }
    let signature = session.send(&instructions, &[&wallet], 0)?;
    Report::new(&BeneficiaryReport {
        provider: provider.to_string(),
        beneficiary: args.wallet.0.to_string(),
        signature: signature.to_string(),
    })
}
