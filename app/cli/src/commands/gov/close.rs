use super::{params, proposal, status_name, votes::close_ended};
use crate::{token::Token, Failure, Outcome, Result, Session};
use assay_client::{instruction::governance::close_proposal, Signer as _};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov close 3")]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
}

/// A proposal that is no more.
#[derive(Serialize)]
struct Closed {
    proposal: u64,
    /// Whether the deposit went to the treasury instead of back to the proposer.
    forfeited: bool,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = match self.forfeited {
            true => "went to the treasury, because too few voted",
            false => "returned to the proposer",
        };
        write!(f, "proposal {} is closed; its deposit {to}", self.proposal)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let wallet = session.wallet()?;
    let treasury = params(session)?.treasury;
    let (address, found) = proposal(session, args.proposal)?;
    let now = session.client.now()?;
    if !found.is_finished(now) {
        let status = status_name(found.status(now));
        return Err(Failure::unfinished(format!(
            "the proposal is not finished but {status}; close it later"
        )));
    }
    let (assay, proposer) = (Token::assay(), found.proposer);
    let forfeited = found.forfeits_deposit();
    let (mut instructions, mut rent) = (Vec::new(), 0);
    let destination = match forfeited {
        true => treasury,
        false => {
            instructions.push(assay.create_ata(&wallet.pubkey(), &proposer));
            rent = session.ata_rent(&assay, &proposer)?;
            assay.ata(&proposer)
        }
    };
    instructions.push(close_proposal(proposer, address, destination));
    session.send(&instructions, &[&wallet], rent)?;
    session.afterwards(close_ended(session, &wallet));
    Outcome::ok(&Closed {
        proposal: args.proposal,
        forfeited,
    })
}
