//! `assay wallet`: the keys that sign, and what they hold.

use crate::{
    amount::Tokens,
    key::{self, AddressArg},
    session::sol,
    token::Token,
    Outcome, Result, Session,
};
use assay_client::Signer as _;
use clap::Subcommand;
use serde::Serialize;
use std::{fmt, path::PathBuf};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a keypair file; one that exists is never overwritten.
    ///
    /// Example: assay wallet new ada.json
    New {
        /// Where to write it.
        file: PathBuf,
    },
    /// Show an address and what it holds: SOL, ASSAY and the tokens that jobs are paid in.
    ///
    /// Example: assay wallet show ada.json
    Show {
        /// Address or keypair file; the wallet when left out.
        owner: Option<AddressArg>,
    },
}

pub fn run(command: Command, session: &Session) -> Result<Outcome> {
    match command {
        Command::New { file } => new(file),
        Command::Show { owner } => show(owner, session),
    }
}

#[derive(Serialize)]
struct NewWallet {
    address: String,
    file: PathBuf,
}

impl fmt::Display for NewWallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)
    }
}

fn new(file: PathBuf) -> Result<Outcome> {
    let address = key::create(&file)?.pubkey().to_string();
    Outcome::ok(&NewWallet { address, file })
}

#[derive(Serialize)]
struct Holdings {
    address: String,
    sol: Tokens,
    assay: Tokens,
    payments: Vec<PaymentMintInfo>,
}

#[derive(Serialize)]
struct PaymentMintInfo {
    mint: String,
    balance: Tokens,
}

impl fmt::Display for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.address)?;
        writeln!(f, "  {}", self.sol)?;
        writeln!(f, "  {}", self.assay)?;
        for payment in &self.payments {
            writeln!(f, "  {} (mint {})", payment.balance, payment.mint)?;
        }
        Ok(())
    }
}

fn show(owner: Option<AddressArg>, session: &Session) -> Result<Outcome> {
    let owner = session.owner(owner)?;
    session.market()?;
    let client = &session.client;
    let assay = Token::assay();
    let mut payments = Vec::new();
    for allowed in session.payment_mints()? {
        let token = session.token(&allowed.mint)?;
        payments.push(PaymentMintInfo {
            mint: token.mint.to_string(),
            balance: token.tokens(client.token_balance(&token.ata(&owner))?),
        });
    }
    Outcome::ok(&Holdings {
        address: owner.to_string(),
        sol: sol(client.lamports(&owner)?),
        assay: assay.tokens(client.token_balance(&assay.ata(&owner))?),
        payments,
    })
}
