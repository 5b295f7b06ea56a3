//! `assay wallet`: creates wallets and shows what they hold.

use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::{self, AddressArg},
    Report, Result, Session,
};
use assay_client::Signer as _;
use clap::Subcommand;
use serde::Serialize;
use std::{fmt, path::PathBuf};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create a wallet: a new keypair file. An existing file is never overwritten.
    ///
    /// Example: assay wallet new ada.json
    New {
        /// Path of the new keypair file.
        file: PathBuf,
    },
    /// Show the address of a wallet and its balances: SOL, ASSAY and the tokens that jobs are paid in.
    ///
    /// Example: assay wallet show ada.json
    Show {
        /// Address or keypair file. Default: the wallet.
        owner: Option<AddressArg>,
    },
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::New { file } => new(file),
        Command::Show { owner } => show(owner, session),
    }
}

#[derive(Serialize)]
struct NewWalletReport {
    address: String,
    file: PathBuf,
}

impl fmt::Display for NewWalletReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)
    }
}

fn new(file: PathBuf) -> Result<Report> {
    let address = keypair::create(&file)?.pubkey().to_string();
    Report::new(&NewWalletReport { address, file })
}

#[derive(Serialize)]
struct WalletReport {
    address: String,
    sol: TokenAmount,
    assay: TokenAmount,
    payments: Vec<PaymentBalance>,
}

#[derive(Serialize)]
struct PaymentBalance {
    mint: String,
    balance: TokenAmount,
}

impl fmt::Display for WalletReport {
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

fn show(owner: Option<AddressArg>, session: &Session) -> Result<Report> {
    let owner = session.owner(owner)?;
    session.market()?;
    let client = &session.client;
    let assay = MintInfo::assay();
    let mut payments = Vec::new();
    for payment in session.payment_mints()? {
        let mint = session.mint_info(&payment.mint)?;
        payments.push(PaymentBalance {
            mint: mint.mint.to_string(),
            balance: mint.amount(client.token_balance(&mint.ata(&owner))?),
        });
    }
    Report::new(&WalletReport {
        address: owner.to_string(),
        sol: TokenAmount::sol(client.lamports(&owner)?),
        assay: assay.amount(client.token_balance(&assay.ata(&owner))?),
        payments,
    })
}
