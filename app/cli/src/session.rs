//! The context of a command: network, wallet and printer.

use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::{self, AddressArg},
    CliError, ExitCode, Printer, Report, Result,
};
use assay_client::{
    ata_size,
    pda::{market, rewards},
    Address, Client, Instruction, Keypair, Signature, Signer as _, LAMPORTS_PER_SIGNATURE,
};
use assay_market::state::{Params as MarketParams, PaymentMint};
use serde::Serialize;
use std::{fmt, path::PathBuf};

/// What to do if Assay is not set up on a network.
const SET_UP_HINT: &str = if cfg!(feature = "localnet") {
    "check --url, or start a network with `assay localnet`"
} else {
    "check --url"
};

/// One run of a command against one network.
pub struct Session {
    pub client: Client,
    pub printer: Printer,
    keypair: Option<PathBuf>,
    /// True if the URL was given on the command line, and not taken from a configuration.
    pub url_was_given: bool,
    /// The same for the wallet.
    pub keypair_was_given: bool,
}

impl Session {
    /// Returns a session for the network at `url` with the wallet in the file `keypair`. Does not connect yet.
    pub fn new(url: &str, keypair: Option<PathBuf>, printer: Printer) -> Self {
        Self {
            client: Client::new(url),
            printer,
            keypair,
            url_was_given: false,
            keypair_was_given: false,
        }
    }

    /// Returns the wallet that signs and pays.
    ///
    /// # Errors
    /// `NotFound` if its file does not exist; `Usage` if the file is not a keypair file, or no file is known.
    pub fn wallet(&self) -> Result<Keypair> {
        let Some(path) = &self.keypair else {
            return Err(CliError::usage("no wallet: pass --keypair FILE"));
        };
        keypair::read(path).map_err(|error| match error.exit_code {
            ExitCode::NotFound => CliError::not_found(format!(
                "there is no wallet at {}; pass --keypair FILE or make one with `assay wallet new`",
                path.display()
            )),
            _ => error,
        })
    }

    /// Returns the address in the argument, or that of the wallet.
    pub fn owner(&self, owner: Option<AddressArg>) -> Result<Address> {
        match owner {
            Some(AddressArg(address)) => Ok(address),
            None => Ok(self.wallet()?.pubkey()),
        }
    }

    /// Returns the wallet's address, or `None` if nobody chose a wallet and there is none where the Solana tools keep it.
    ///
    /// # Errors
    /// `NotFound` if a wallet was chosen whose file does not exist; `Usage` if the file is not a keypair file.
    pub fn optional_owner(&self) -> Result<Option<Address>> {
        match self.keypair.as_ref().map(|_| self.wallet()) {
            None => Ok(None),
            Some(Err(error))
                if error.exit_code == ExitCode::NotFound && !self.keypair_was_given =>
            {
                Ok(None)
            }
            Some(wallet) => Ok(Some(wallet?.pubkey())),
        }
    }

    /// Sends one transaction and waits until it is confirmed. The first signer pays the fees, and `rent` lamports for the
    /// accounts that the transaction creates. Prints the signature to stderr as soon as the transaction is confirmed.
    ///
    /// # Errors
    /// `Insufficient` if the payer has too little SOL; nothing is sent then.
    pub fn send(
        &self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        rent: u64,
    ) -> Result<Signature> {
        if let Some(payer) = signers.first() {
            let fees = LAMPORTS_PER_SIGNATURE.saturating_mul(signers.len() as u64);
            self.ensure_sol(&payer.pubkey(), rent.saturating_add(fees))?;
        }
        let signature = self.client.sign_send_confirm(instructions, signers)?;
        self.printer.status(format!("confirmed: {signature}"));
        Ok(signature)
    }

    /// Returns the value of a step that follows a confirmed transaction: reading for its report, or cleaning up. Such a step
    /// does not fail the command, because the transaction has taken effect: an error is printed and becomes `None`.
    pub fn best_effort<T, E: Into<CliError>>(
        &self,
        result: core::result::Result<T, E>,
    ) -> Option<T> {
        result
            .map_err(|error| {
                let error: CliError = error.into();
                self.printer.status(format!(
                    "the transaction is confirmed, but what should follow failed: {error}"
                ));
            })
            .ok()
    }

    /// Returns the report of a confirmed transaction, or a report of its signature alone if there is no other.
    pub fn report_or_signature(
        &self,
        signature: Signature,
        report: Result<Report>,
    ) -> Result<Report> {
        match self.best_effort(report) {
            Some(report) => Ok(report),
            None => Report::new(&Confirmed {
                signature: signature.to_string(),
            }),
        }
    }

    /// Checks that `payer` holds `needed` lamports.
    ///
    /// # Errors
    /// `Insufficient`.
    pub fn ensure_sol(&self, payer: &Address, needed: u64) -> Result<()> {
        let held = self.client.lamports(payer)?;
        if held >= needed {
            return Ok(());
        }
        let (held, needed) = (TokenAmount::sol(held), TokenAmount::sol(needed));
        Err(CliError::insufficient(format!(
            "the wallet {payer} holds {held} but this needs {needed} for rent and fees; send it the difference first"
        )))
    }

    /// Checks that the ATA of `owner` holds `needed` base units of `mint`. Returns that ATA.
    ///
    /// # Errors
    /// `Insufficient`.
    pub fn ensure_balance(&self, mint: &MintInfo, owner: &Address, needed: u64) -> Result<Address> {
        let ata = mint.ata(owner);
        let held = self.client.token_balance(&ata)?;
        if held >= needed {
            return Ok(ata);
        }
        let (held, needed) = (mint.amount(held), mint.amount(needed));
        Err(CliError::insufficient(format!(
            "{owner} holds {held} but this needs {needed}; get the difference first"
        )))
    }

    /// Returns the lamports for the ATA of `owner`, or 0 if it exists.
    pub fn ata_rent(&self, mint: &MintInfo, owner: &Address) -> Result<u64> {
        let (ata, size) = (mint.ata(owner), ata_size(&mint.program));
        Ok(self.client.rent_if_missing(&ata, size)?)
    }

    /// Returns the market's parameters.
    ///
    /// # Errors
    /// `NotFound` if Assay is not set up on this network.
    pub fn market(&self) -> Result<MarketParams> {
        let found = self.client.try_fetch(&market::params())?;
        found.ok_or_else(|| {
            let url = self.client.url();
            CliError::not_found(format!(
                "Assay is not set up on the network at {url}; {SET_UP_HINT}"
            ))
        })
    }

    /// Returns the mints that jobs may be paid in.
    pub fn payment_mints(&self) -> Result<Vec<PaymentMint>> {
        let mints = self.client.fetch_all::<PaymentMint>()?;
        Ok(mints.into_iter().map(|(_, mint)| mint).collect())
    }

    /// Returns the mint at an address.
    ///
    /// # Errors
    /// `NotFound` if there is no mint.
    pub fn mint_info(&self, address: &Address) -> Result<MintInfo> {
        if *address == rewards::mint() {
            return Ok(MintInfo::assay());
        }
        let mint = self.client.mint(address)?;
        let mint =
            mint.ok_or_else(|| CliError::not_found(format!("there is no mint at {address}")))?;
        Ok(MintInfo::of(&mint))
    }

    /// Returns the market's current epoch.
    ///
    /// # Errors
    /// `Failed` before epoch 0 has begun.
    pub fn epoch(&self, market: &MarketParams) -> Result<u64> {
        let now = self.client.now()?;
        market
            .epoch_at(now)
            .map_err(|error| CliError::failed(format!("no epoch yet: {error:?}")))
    }
}

/// The report of a confirmed transaction if the network stopped responding afterwards.
#[derive(Serialize)]
struct Confirmed {
    signature: String,
}

impl fmt::Display for Confirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "confirmed: {}", self.signature)
    }
}
