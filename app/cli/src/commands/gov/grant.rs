//! `assay gov grant`: shows grants and takes what has vested.

use super::params;
use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::AddressArg,
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{
    instruction::governance::{claim_grant, close_grant, Treasury},
    Address, Signer as _,
};
use assay_governance::state::{Grant, GRANT_REST};
use clap::Subcommand;
use serde::Serialize;
use std::{fmt, mem::offset_of};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the grants of a wallet.
    Show(ShowArgs),
    /// Pay what has vested of a wallet's grants to it; anyone may. Grants that are over are closed.
    Claim(ShowArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov grant claim")]
pub struct ShowArgs {
    /// Recipient of the grants: address or keypair file. Default: the wallet.
    recipient: Option<AddressArg>,
}

pub fn run(command: &Command, session: &Session) -> Result<Report> {
    params(session)?;
    match command {
        Command::Show(args) => show(args, session),
        Command::Claim(args) => claim(args, session),
    }
}

/// One grant at one moment.
#[derive(Serialize)]
struct GrantReport {
    grant: String,
    proposal: u64,
    amount: TokenAmount,
    vested: TokenAmount,
    paid: TokenAmount,
    /// Time at which everything has vested, Unix seconds.
    ends_at: i64,
    /// Time from which what is left returns to the treasury, Unix seconds.
    returns_at: i64,
}

#[derive(Serialize)]
struct GrantList {
    grants: Vec<GrantReport>,
}

impl fmt::Display for GrantList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.grants.is_empty() {
            return f.write_str("no grants");
        }
        self.grants.iter().try_for_each(|grant| {
            writeln!(
                f,
                "{} of proposal {}: {}, vested {}, paid {}; all vests by {}",
                grant.grant,
                grant.proposal,
                grant.amount,
                grant.vested,
                grant.paid,
                format_time(grant.ends_at)
            )
        })
    }
}

/// Returns the grants of the wallet in the argument, by proposal.
fn grants_of(args: &ShowArgs, session: &Session) -> Result<Vec<(Address, Grant)>> {
    let recipient = session.owner(args.recipient)?;
    let place = offset_of!(Grant, recipient);
    let found = session.client.fetch_all_where(place, recipient.as_ref())?;
    let mut found: Vec<(Address, Grant)> = found;
    found.sort_by_key(|(_, grant)| (grant.proposal.get(), grant.action));
    Ok(found)
}

fn report(session: &Session, address: &Address, grant: &Grant, now: i64) -> Result<GrantReport> {
    let mint = session.mint_info(&grant.mint)?;
    Ok(GrantReport {
        grant: address.to_string(),
        proposal: grant.proposal.get(),
        amount: mint.amount(grant.amount.get()),
        vested: mint.amount(grant.vested(now)),
        paid: mint.amount(grant.paid.get()),
        ends_at: grant.ends_at.get(),
        returns_at: grant.ends_at.get().saturating_add(GRANT_REST),
    })
}

fn show(args: &ShowArgs, session: &Session) -> Result<Report> {
    let now = session.client.now()?;
    let grants = grants_of(args, session)?;
    let grants = grants
        .iter()
        .map(|(address, grant)| report(session, address, grant, now));
    Report::new(&GrantList {
        grants: grants.collect::<Result<_>>()?,
    })
}

fn claim(args: &ShowArgs, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let now = session.client.now()?;
    let treasury = Treasury::from(&params(session)?);
    let grants = grants_of(args, session)?;
    let mut reports = Vec::new();
    for (address, grant) in &grants {
        let mint: MintInfo = session.mint_info(&grant.mint)?;
        let mut taken = *grant;
        let due = taken.take(now).is_ok();
        if due {
            let payer = wallet.pubkey();
            let rent = session.ata_rent(&mint, &grant.recipient)?;
            let steps = [
                mint.create_ata(&payer, &grant.recipient),
                claim_grant(*address, grant),
            ];
            session.send(&steps, &[&wallet], rent)?;
        }
        if taken.check_over(now).is_ok() {
            let close = close_grant(*address, grant, &treasury);
            session.best_effort(session.send(&[close], &[&wallet], 0));
        }
        if due {
            reports.push(report(session, address, &taken, now)?);
        }
    }
    if reports.is_empty() {
        return Err(CliError::not_found("nothing has vested that was not paid"));
    }
    Report::new(&GrantList { grants: reports })
}
