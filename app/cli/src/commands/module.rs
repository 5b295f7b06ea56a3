//! `assay module`: the directory of modules, which tells clients the author of a module and the royalty that it asks for.

use super::job::royalty::{parse_royalty, royalty_text};
use crate::{keypair::AddressArg, CliError, Report, Result, Session};
use assay_client::{
    account_size,
    instruction::rewards::{accept_module, offer_module, register_module, retire_module},
    pda::rewards,
    Address, Signer as _,
};
use assay_content::ContentHash;
use assay_rewards::state::Module;
use clap::Subcommand;
use serde::Serialize;
use std::{fmt, fs, path::PathBuf, str::FromStr};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a module under your wallet, with a royalty.
    ///
    /// A job that runs the module then names you, unless its requester declines, and pays the royalty for each verified task
    /// when it is closed. The record never changes hands without your consent, and its royalty never changes.
    #[command(
        after_help = "Example:\n  assay module register trend.wasm --royalty 2.5% --uri https://example.org/trend"
    )]
    Register {
        /// The module, a WebAssembly binary.
        file: PathBuf,
        /// Share of the price of all seats that a task has on average, in percent; at most 20%.
        #[arg(long, value_parser = parse_royalty, value_name = "PERCENT")]
        royalty: u16,
        /// Where source and description are, at most 96 bytes.
        #[arg(long, default_value = "", value_parser = parse_uri, value_name = "URL")]
        uri: Uri,
    },
    /// Offer the authorship of a module of yours to another wallet, which takes it with `assay module accept`.
    #[command(
        after_help = "Examples:\n  assay module offer trend.wasm ADDRESS\n  assay module offer trend.wasm none      takes the offer back"
    )]
    Offer {
        /// The module: its file or its hash.
        module: ModuleArg,
        /// Address or keypair file of the other wallet, or `none`.
        to: Receiver,
    },
    /// Take over the authorship of a module that is offered to your wallet. Later jobs name you.
    Accept {
        /// The module: its file or its hash.
        module: ModuleArg,
    },
    /// Delete the record of a module of yours; its rent returns to whoever paid it. Jobs that name you still pay you.
    Retire {
        /// The module: its file or its hash.
        module: ModuleArg,
    },
    /// Show the record of a module.
    Show {
        /// The module: its file or its hash.
        module: ModuleArg,
    },
}

/// A module in an argument: 64 hexadecimal digits, or the path of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleArg([u8; 32]);

impl FromStr for ModuleArg {
    type Err = String;

    fn from_str(text: &str) -> core::result::Result<Self, String> {
        if let Ok(hash) = text.parse::<ContentHash>() {
            return Ok(Self(hash.bytes()));
        }
        match fs::read(text) {
            Ok(bytes) => Ok(Self(ContentHash::of(&bytes).bytes())),
            Err(error) => Err(format!(
                "`{text}` is neither the hash of a module, 64 hexadecimal digits, nor its file ({error})"
            )),
        }
    }
}

/// Who is offered a module; `None` takes the offer back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiver(Option<Address>);

impl FromStr for Receiver {
    type Err = String;

    fn from_str(text: &str) -> core::result::Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        let AddressArg(address) = text.parse()?;
        Ok(Self(Some(address)))
    }
}

/// A URL as a record has it: padded with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uri([u8; 96]);

fn parse_uri(text: &str) -> core::result::Result<Uri, String> {
    let mut field = [0; 96];
    let start = field
        .get_mut(..text.len())
        .ok_or_else(|| format!("`{text}` is longer than the 96 bytes that a record has for it"))?;
    start.copy_from_slice(text.as_bytes());
    Ok(Uri(field))
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Register { file, royalty, uri } => register(&file, royalty, uri, session),
        Command::Offer { module, to } => change(module, session, |module, author| {
            ensure_author(module, author)?;
            let to = to.0.unwrap_or_default();
            Ok(offer_module(*author, &module.hash, to))
        }),
        Command::Accept { module } => change(module, session, |module, wallet| {
            if module.offered_to != *wallet {
                return Err(CliError::usage(format!(
                    "this module is not offered to {wallet}; its author {} offers it with `assay module offer`",
                    module.author
                )));
            }
            Ok(accept_module(*wallet, &module.hash))
        }),
        Command::Retire { module } => retire(module, session),
        Command::Show { module } => {
            let record = find(module, session)?;
            Report::new(&ModuleReport::of(&record, None))
        }
    }
}

#[derive(Serialize)]
struct ModuleReport {
    module: String,
    /// Address of the record.
    record: String,
    author: String,
    /// Percent.
    royalty: String,
    royalty_bps: u16,
    /// Wallet that the authorship is offered to.
    offered_to: Option<String>,
    uri: Option<String>,
    signature: Option<String>,
}

impl ModuleReport {
    fn of(module: &Module, signature: Option<String>) -> Self {
        let uri = String::from_utf8_lossy(&module.uri);
        let uri = uri.trim_end_matches('\0');
        let offered = module.offered_to;
        Self {
            module: hex::encode(module.hash),
            record: rewards::module(&module.hash).to_string(),
            author: module.author.to_string(),
            royalty: royalty_text(module.royalty_bps.get()),
            royalty_bps: module.royalty_bps.get(),
            offered_to: (offered != Address::default()).then(|| offered.to_string()),
            uri: (!uri.is_empty()).then(|| uri.to_owned()),
            signature,
        }
    }
}

impl fmt::Display for ModuleReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "module   {}", self.module)?;
        writeln!(f, "author   {}", self.author)?;
        write!(f, "royalty  {} of the price", self.royalty)?;
        if let Some(to) = &self.offered_to {
            write!(
                f,
                "\noffered  to {to}, who takes it with `assay module accept`"
            )?;
        }
        if let Some(uri) = &self.uri {
            write!(f, "\nsource   {uri}")?;
        }
        Ok(())
    }
}

/// Returns the record of a module.
///
/// # Errors
/// `NotFound` if it is not registered.
fn find(ModuleArg(hash): ModuleArg, session: &Session) -> Result<Module> {
    session.market()?;
    let found = session.client.try_fetch(&rewards::module(&hash))?;
    found.ok_or_else(|| {
        CliError::not_found(format!(
            "the module {} is not registered on this network; its author registers it with `assay module register`",
            hex::encode(hash)
        ))
    })
}

fn ensure_author(module: &Module, wallet: &Address) -> Result<()> {
    if module.author == *wallet {
        return Ok(());
    }
    Err(CliError::usage(format!(
        "only the author {} can do that; pass its --keypair",
        module.author
    )))
}

fn register(file: &PathBuf, royalty_bps: u16, uri: Uri, session: &Session) -> Result<Report> {
    let bytes = fs::read(file).map_err(|error| CliError::file("the module", file, &error))?;
    if !bytes.starts_with(b"\0asm") {
        return Err(CliError::usage(format!(
            "{} is not a WebAssembly binary",
            file.display()
        )));
    }
    session.market()?;
    let hash = ContentHash::of(&bytes).bytes();
    let record = rewards::module(&hash);
    if let Some(module) = session.client.try_fetch::<Module>(&record)? {
        return Err(CliError::usage(format!(
            "this module is registered already, by {}; see `assay module show`",
            module.author
        )));
    }
    let wallet = session.wallet()?;
    let rent = session.client.minimum_balance(account_size::<Module>())?;
    let instruction = register_module(wallet.pubkey(), hash, royalty_bps, uri.0);
    let signature = session.send(&[instruction], &[&wallet], rent)?;
    let report =
        |module: Module| Report::new(&ModuleReport::of(&module, Some(signature.to_string())));
    let read = session.client.fetch(&record);
    session.report_or_signature(signature, read.map_err(CliError::from).and_then(report))
}

/// Sends one instruction of a module's author, or of whoever becomes it, and shows the record as it is then.
fn change(
    module: ModuleArg,
    session: &Session,
    instruction: impl FnOnce(&Module, &Address) -> Result<assay_client::Instruction>,
) -> Result<Report> {
    let record = find(module, session)?;
    let wallet = session.wallet()?;
    let instruction = instruction(&record, &wallet.pubkey())?;
    let signature = session.send(&[instruction], &[&wallet], 0)?;
    let report =
        |module: Module| Report::new(&ModuleReport::of(&module, Some(signature.to_string())));
    session.report_or_signature(signature, find(module, session).and_then(report))
}

#[derive(Serialize)]
struct RetireReport {
    module: String,
    /// Wallet that the rent went to.
    rent_to: String,
    signature: String,
}

impl fmt::Display for RetireReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            module, rent_to, ..
        } = self;
        write!(
            f,
            "module {module} is no longer registered; the rent went to {rent_to}"
        )
    }
}

fn retire(module: ModuleArg, session: &Session) -> Result<Report> {
    let record = find(module, session)?;
    let wallet = session.wallet()?;
    ensure_author(&record, &wallet.pubkey())?;
    let instruction = retire_module(wallet.pubkey(), record.payer, &record.hash);
    let signature = session.send(&[instruction], &[&wallet], 0)?;
    Report::new(&RetireReport {
        module: hex::encode(record.hash),
        rent_to: record.payer.to_string(),
        signature: signature.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::Parser as _;

    fn parse(words: &[&str]) -> core::result::Result<Command, String> {
        let words = [&["assay", "module"], words].concat();
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        match cli.command {
            crate::Command::Module(command) => Ok(command),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_module_is_named_by_its_hash_or_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("m.wasm");
        fs::write(&file, b"\0asm").unwrap();
        let by_file: ModuleArg = file.to_str().unwrap().parse().unwrap();
        let hash = ContentHash::of(b"\0asm").to_string();
        assert_eq!(hash.parse(), Ok(by_file));
        let error = "missing.wasm".parse::<ModuleArg>().unwrap_err();
        assert!(error.contains("missing.wasm"), "{error}");
    }

    #[test]
    fn wrong_options_are_named_with_their_bound() {
        let long = "u".repeat(97);
        for (words, part) in [
            (["register", "m", "--royalty", "21%"], "0% to 20%"),
            (["register", "m", "--uri", &long], "96 bytes"),
        ] {
            let error = parse(&words).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        assert_eq!("none".parse(), Ok(Receiver(None)));
    }

    #[test]
    fn a_record_is_shown_without_what_it_lacks() {
        let mut module: Module = bytemuck::Zeroable::zeroed();
        module.royalty_bps = 250.into();
        let text = ModuleReport::of(&module, None).to_string();
        assert!(text.ends_with("royalty  2.5% of the price"), "{text}");
        module.uri[..8].copy_from_slice(b"http://a");
        let json = serde_json::to_value(ModuleReport::of(&module, None)).unwrap();
        assert_eq!(json["uri"], "http://a");
        assert!(json["offered_to"].is_null());
    }
}
