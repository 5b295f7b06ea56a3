//! `assay delegate withdraw`: withdraws what has matured, or what still waits to join.

use super::{
    fetch_delegation,
    tickets::{TicketReport, Tickets},
    ProviderArg,
};
use crate::{
    amount::{MintInfo, TokenAmount},
    crank_sender::CrankSender,
    keypair::AddressArg,
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{instruction::staking::withdraw_pending, pda::staking, Signer as _};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  assay --keypair ada.json delegate withdraw
  assay --keypair ada.json delegate withdraw --pending 9WzD…     what still waits to join")]
pub struct Args {
    /// Take back what waits to join the stake of this provider, named by its owner: address or keypair file.
    #[arg(long, value_name = "PROVIDER")]
    pending: Option<AddressArg>,
}

#[derive(Serialize)]
struct WithdrawReport {
    amount: TokenAmount,
    /// What is still unbonding.
    unbonding: Vec<TicketReport>,
}

impl fmt::Display for WithdrawReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} are in the wallet", self.amount)?;
        self.unbonding
            .iter()
            .try_for_each(|ticket| write!(f, "\nunbonding {ticket}"))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    match args.pending {
        Some(provider) => take_back(&ProviderArg { provider }, session),
        None => withdraw(session),
    }
}

fn take_back(provider: &ProviderArg, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (address, _) = provider.fetch(session)?;
    let pending = fetch_delegation(session, &address, &owner)?.pending.get();
    if pending == 0 {
        return Err(CliError::not_found(
            "nothing waits to join this provider; see `assay delegate list`",
        ));
    }
    let steps = [
        assay.create_ata(&owner, &owner),
        withdraw_pending(owner, &address, &assay.mint),
    ];
    let rent = session.ata_rent(&assay, &owner)?;
    session.send(&steps, &[&wallet], rent)?;
    Report::new(&WithdrawReport {
        amount: assay.amount(pending),
        unbonding: Vec::new(),
    })
}

fn withdraw(session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let now = session.client.now()?;
    let tickets = Tickets::of_owner(session, &owner)?;
    let (mature, waiting): (Vec<_>, Vec<_>) = tickets
        .0
        .into_iter()
        .partition(|ticket| ticket.is_mature(now));
    if mature.is_empty() {
        return Err(match waiting.first() {
            None => {
                CliError::not_found("nothing is unbonding; start with `assay delegate undelegate`")
            }
            Some(first) => CliError::unfinished(format!(
                "nothing has matured yet; the first {} do at {}",
                first.report.amount,
                format_time(first.report.matures_at)
            )),
        });
    }
    let destination = assay.ata(&owner);
    let before = session.client.token_balance(&destination)?;
    for ticket in &mature {
        // Anyone may pay a ticket out. If somebody was faster, the tokens are here, too.
        let address = staking::ticket(&ticket.ticket.delegation, ticket.report.matures_at);
        let mut sender = CrankSender::new(session, &wallet);
        while session.client.account(&address)?.is_some() {
            if sender.send(&ticket.plan(session, &owner)?)? {
                break;
            }
        }
    }
    let after = session.best_effort(session.client.token_balance(&destination));
    let amount = after.map_or(0, |after| after.saturating_sub(before));
    Report::new(&WithdrawReport {
        amount: assay.amount(amount),
        unbonding: waiting.into_iter().map(|view| view.report).collect(),
    })
}
