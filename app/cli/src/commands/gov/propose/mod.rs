//! `assay gov propose`: publishes proposals, one kind of action a command.

mod guardian;
mod mint;
mod param;
mod treasury;
mod upgrade;

pub use guardian::Pausable;

use super::{list_proposals::ProposalReport, params};
use crate::{amount::MintInfo, CliError, Report, Result, Session};
use assay_client::{account_size, instruction::governance::propose, pda::rewards, Signer as _};
use assay_content::ContentHash;
use assay_governance::state::{Proposal, ProposalDraft, ProposedAction};
use assay_shared::token::ACCOUNT_LEN;
use clap::Subcommand;
use std::{fs, path::PathBuf};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Set parameters, up to eight.
    Param(param::Args),
    /// Pay tokens of the treasury to a wallet.
    Transfer(treasury::TransferArgs),
    /// Set tokens of the treasury aside for a wallet, which takes them over time.
    Grant(treasury::GrantArgs),
    /// Allow a token that jobs are paid in, change its rate, open it or close it.
    #[command(subcommand)]
    Mint(mint::Command),
    /// Dismiss the guardian and offer the office to another wallet, or to nobody.
    Guardian(guardian::Args),
    /// Replace the bytecode of a program.
    Upgrade(upgrade::Args),
    /// End a pause of a program.
    Unpause(guardian::UnpauseArgs),
}

pub fn run(command: &Command, session: &Session) -> Result<Report> {
    match command {
        Command::Param(args) => param::run(args, session),
        Command::Transfer(args) => treasury::transfer(args, session),
        Command::Grant(args) => treasury::grant(args, session),
        Command::Mint(command) => mint::run(command, session),
        Command::Guardian(args) => guardian::run(args, session),
        Command::Upgrade(args) => upgrade::run(args, session),
        Command::Unpause(args) => guardian::unpause(args, session),
    }
}

/// What every proposal says about itself.
#[derive(Debug, clap::Args)]
pub struct About {
    /// Title, at most 64 bytes.
    #[arg(long, value_name = "TEXT", value_parser = parse_title)]
    title: [u8; 64],
    /// File with the full text. Only its hash goes on chain: publish the file yourself.
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// Let votes be secret until the voting has ended. They have as long again to be revealed.
    #[arg(long)]
    secret: bool,
}

/// Pads the title with zeros to its 64 bytes on chain.
fn parse_title(text: &str) -> core::result::Result<[u8; 64], String> {
    let mut title = [0u8; 64];
    match title.get_mut(..text.len()) {
        Some(start) if !text.is_empty() => start.copy_from_slice(text.as_bytes()),
        _ => return Err("a title has 1 to 64 bytes".to_owned()),
    }
    Ok(title)
}

impl About {
    /// Publishes a proposal of these actions, and reports it.
    fn publish(&self, actions: Vec<ProposedAction>, session: &Session) -> Result<Report> {
        let description = match &self.text {
            None => [0u8; 32],
            Some(path) => {
                let text =
                    fs::read(path).map_err(|error| CliError::file("the text", path, &error))?;
                ContentHash::of(&text).bytes()
            }
        };
        let wallet = session.wallet()?;
        let proposer = wallet.pubkey();
        let params = params(session)?;
        let deposit = params.proposal_deposit.get();
        let source = session.ensure_balance(&MintInfo::assay(), &proposer, deposit)?;
        let draft = ProposalDraft {
            title: self.title,
            description,
            secret: u8::from(self.secret),
            actions,
        };
        let index = params.proposal_count.get();
        let client = &session.client;
        let rent = client.minimum_balance(account_size::<Proposal>())?
            + client.minimum_balance(ACCOUNT_LEN)?;
        let propose = propose(proposer, index, rewards::mint(), source, draft);
        session
            .printer
            .status(format!("publishing proposal {index} of {proposer}"));
        let signature = session.send(&[propose], &[&wallet], rent)?;
        session.report_or_signature(signature, ProposalReport::fetch(session, index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_fits_64_bytes() {
        assert!(parse_title(&"x".repeat(64)).is_ok());
        assert!(parse_title(&"x".repeat(65)).is_err());
        assert!(parse_title("").is_err());
    }
}
