//! What every command works with: the network, the wallet, the printer.

use crate::{amount::Tokens, key, token::Token, Exit, Failure, Outcome, Printer, Result};
use assay_client::{
    ata_size,
    pda::{market, rewards},
    Address, Client, Instruction, Keypair, Signature, Signer as _, LAMPORTS_PER_SIGNATURE,
};
use assay_market::state::{Params as MarketParams, PaymentMint};
use serde::Serialize;
use std::{fmt, path::PathBuf};

const SOL_DECIMALS: u8 = 9;

/// One run of the program against one network.
pub struct Session {
    pub client: Client,
    pub printer: Printer,
    keypair: Option<PathBuf>,
    /// Whether URL and wallet were given on the command line, and not taken from a configuration.
    pub url_was_given: bool,
    pub keypair_was_given: bool,
}

impl Session {
    /// Does not connect yet. `keypair` is the wallet's file.
    pub fn new(url: &str, keypair: Option<PathBuf>, printer: Printer) -> Self {
        Self {
            client: Client::new(url),
            printer,
            keypair,
            url_was_given: false,
            keypair_was_given: false,
        }
    }

    /// The wallet that signs and pays.
    pub fn wallet(&self) -> Result<Keypair> {
        let Some(path) = &self.keypair else {
            return Err(Failure::usage("no wallet: pass --keypair FILE"));
        };
        key::read(path).map_err(|failure| match failure.exit {
            Exit::NotFound => Failure::not_found(format!(
                "there is no wallet at {}; pass --keypair FILE or make one with `assay wallet new`",
                path.display()
            )),
            _ => failure,
        })
    }

    /// The address that `owner` names, or the wallet's.
    pub fn owner(&self, owner: Option<key::AddressArg>) -> Result<Address> {
        match owner {
            Some(key::AddressArg(address)) => Ok(address),
            None => Ok(self.wallet()?.pubkey()),
        }
    }

    /// The wallet's address, for commands that can do without: `None` when nobody chose a wallet and there is none where the
    /// Solana tools keep it.
    ///
    /// Errors: a wallet that was chosen is missing, or one is no keypair.
    pub fn owner_if_any(&self) -> Result<Option<Address>> {
        match self.keypair.as_ref().map(|_| self.wallet()) {
            None => Ok(None),
            Some(Err(failure)) if failure.exit == Exit::NotFound && !self.keypair_was_given => {
                Ok(None)
            }
            Some(wallet) => Ok(Some(wallet?.pubkey())),
        }
    }

    /// Sends one transaction; the first signer pays, also `rent` lamports for what it creates. Tells people its signature once
    /// it is confirmed, whatever becomes of the report.
    ///
    /// Errors: `Insufficient` before anything is sent.
    pub fn send(
        &self,
        instructions: &[Instruction],
        signers: &[&Keypair],
        rent: u64,
    ) -> Result<Signature> {
        if let Some(payer) = signers.first() {
            let fees = LAMPORTS_PER_SIGNATURE.saturating_mul(signers.len() as u64);
            self.require_sol(&payer.pubkey(), rent.saturating_add(fees))?;
        }
        let signature = self.client.sign_send_confirm(instructions, signers)?;
        self.printer.note(format!("confirmed: {signature}"));
        Ok(signature)
    }

    /// What follows a confirmed transaction: reading for its report, tidying up. A network that stops answering takes nothing
    /// back of what was done, so the command succeeds without it.
    pub fn afterwards<T, E: Into<Failure>>(&self, tried: core::result::Result<T, E>) -> Option<T> {
        tried
            .map_err(|error| {
                let failure: Failure = error.into();
                self.printer.note(format!(
                    "it is done and stays so, but what should follow failed: {failure}"
                ));
            })
            .ok()
    }

    /// The report of a command whose transaction was confirmed; the signature alone when the report could not be made.
    pub fn report(&self, signature: Signature, report: Result<Outcome>) -> Result<Outcome> {
        match self.afterwards(report) {
            Some(outcome) => Ok(outcome),
            None => Outcome::ok(&Confirmed {
                signature: signature.to_string(),
            }),
        }
    }

    /// That `payer` holds `needed` lamports.
    ///
    /// Errors: `Insufficient`.
    pub fn require_sol(&self, payer: &Address, needed: u64) -> Result<()> {
        let held = self.client.lamports(payer)?;
        if held >= needed {
            return Ok(());
        }
        let (held, needed) = (sol(held), sol(needed));
        Err(Failure::new(
            Exit::Insufficient,
            format!("the wallet {payer} holds {held} but this needs {needed} for rent and fees; send it the difference first"),
        ))
    }

    /// That `owner` holds `needed` base units of `token`; answers the token account that does.
    ///
    /// Errors: `Insufficient`.
    pub fn require(&self, token: &Token, owner: &Address, needed: u64) -> Result<Address> {
        let account = token.ata(owner);
        let held = self.client.token_balance(&account)?;
        if held >= needed {
            return Ok(account);
        }
        let (held, needed) = (token.tokens(held), token.tokens(needed));
        Err(Failure::new(
            Exit::Insufficient,
            format!("{owner} holds {held} but this needs {needed}; get the difference first"),
        ))
    }

    /// Returns the lamports for the ATA of `owner`, or 0 if it exists.
    pub fn ata_rent(&self, token: &Token, owner: &Address) -> Result<u64> {
        let (ata, size) = (token.ata(owner), ata_size(&token.program));
        Ok(self.client.rent_if_missing(&ata, size)?)
    }

    /// The market's parameters.
    ///
    /// Errors: `NotFound` when Assay is not set up on this network.
    pub fn market(&self) -> Result<MarketParams> {
        let found = self.client.try_fetch(&market::params())?;
        found.ok_or_else(|| {
            let url = self.client.url();
            Failure::not_found(format!(
                "Assay is not set up on the network at {url}; check --url, or start a network with `assay localnet`"
            ))
        })
    }

    /// The tokens that jobs may be paid in.
    pub fn payment_mints(&self) -> Result<Vec<PaymentMint>> {
        let mints = self.client.fetch_all::<PaymentMint>()?;
        Ok(mints.into_iter().map(|(_, mint)| mint).collect())
    }

    /// The token that a mint's account describes.
    pub fn token(&self, mint: &Address) -> Result<Token> {
        if *mint == rewards::mint() {
            return Ok(Token::assay());
        }
        let missing = || Failure::not_found(format!("there is no mint at {mint}"));
        let account = self.client.account(mint)?.ok_or_else(missing)?;
        Token::of_mint(*mint, &account.data, account.owner).ok_or_else(missing)
    }

    /// The program's current epoch.
    pub fn epoch(&self, market: &MarketParams) -> Result<u64> {
        let now = self.client.now()?;
        market
            .epoch_at(now)
            .map_err(|error| Failure::new(Exit::Failed, format!("no epoch yet: {error:?}")))
    }
}

/// All that is known when the network stops answering behind a confirmed transaction.
#[derive(Serialize)]
struct Confirmed {
    signature: String,
}

impl fmt::Display for Confirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "confirmed: {}", self.signature)
    }
}

/// Lamports as SOL.
pub fn sol(lamports: u64) -> Tokens {
    Tokens {
        units: lamports,
        decimals: SOL_DECIMALS,
        symbol: "SOL".to_owned(),
    }
}
