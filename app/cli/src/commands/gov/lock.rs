//! `assay gov lock`: locks ASSAY for votes.

use super::{list_locks::LockReport, locks_of, params};
use crate::{
    amount::{Amount, MintInfo},
    CliError, Report, Result, Session,
};
use assay_client::{
    account_size,
    format::{format_duration, parse_duration},
    instruction::governance::{lock_tokens, LockTerms},
    pda::{governance, rewards},
    Signer as _,
};
use assay_governance::state::Lock;
use assay_shared::token::ACCOUNT_LEN;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The duration is the cooldown between unlocking and withdrawing. The weight of the shortest lock is its amount, that of the
longest four times its amount.

Example:
  assay gov lock 5000 180d"
)]
pub struct Args {
    /// ASSAY to lock.
    amount: Amount,
    /// Cooldown, such as 30d.
    #[arg(value_parser = parse_duration)]
    duration: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let amount = args.amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let params = params(session)?;
    let (min, max) = (params.min_lock.get(), params.max_lock.get());
    if !(min..=max).contains(&args.duration) {
        let (min, max) = (format_duration(min), format_duration(max));
        return Err(CliError::usage(format!("a lock must last {min} to {max}")));
    }
    let source = session.ensure_balance(&assay, &owner, amount)?;
    let nonce = locks_of(session, &owner)?
        .last()
        .map_or(0, |last| last.nonce.get().saturating_add(1));
    let terms = LockTerms {
        nonce,
        amount,
        duration: args.duration,
    };
    let client = &session.client;
    let rent =
        client.minimum_balance(account_size::<Lock>())? + client.minimum_balance(ACCOUNT_LEN)?;
    let lock = lock_tokens(owner, rewards::mint(), source, terms);
    let signature = session.send(&[lock], &[&wallet], rent)?;
    let report = || -> Result<Report> {
        let lock = client.fetch(&governance::lock(&owner, nonce))?;
        Report::new(&LockReport::of(&lock))
    };
    session.report_or_signature(signature, report())
}
