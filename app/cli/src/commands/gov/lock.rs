use super::{locks::Locked, locks_of, params};
use crate::{amount::Amount, token::Token, Failure, Outcome, Result, Session};
use assay_client::{
    account_size,
    format::{format_duration, parse_duration},
    instruction::governance::{lock_tokens, LockTerms},
    pda::{governance as at, rewards},
    Signer as _,
};
use assay_governance::state::Lock;
use assay_shared::token::ACCOUNT_LEN;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The duration is the cooldown between unlocking and withdrawing. The shortest lock weighs its amount once, the longest four
times.

Example:
  assay gov lock 5000 180d"
)]
pub struct Args {
    /// ASSAY to lock.
    amount: Amount,
    /// For how long, like 30d.
    #[arg(value_parser = parse_duration)]
    duration: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let assay = Token::assay();
    let amount = args.amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let params = params(session)?;
    let (min, max) = (params.min_lock.get(), params.max_lock.get());
    if !(min..=max).contains(&args.duration) {
        let (min, max) = (format_duration(min), format_duration(max));
        return Err(Failure::usage(format!("a lock must last {min} to {max}")));
    }
    let source = session.require(&assay, &owner, amount)?;
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
    let make = lock_tokens(owner, rewards::mint(), source, terms);
    let signature = session.send(&[make], &[&wallet], rent)?;
    let made = || -> Result<Outcome> {
        let lock = client.fetch(&at::lock(&owner, nonce))?;
        Outcome::ok(&Locked::of(&lock))
    };
    session.report(signature, made())
}
