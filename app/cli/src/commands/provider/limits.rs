//! `assay provider limits`: what the owner allows the node to risk, and what it publishes about the worker.

use super::find;
use crate::{
    amount::{MintInfo, TokenAmount},
    endpoint::{check_blob_store, parse_blob_store_url},
    CliError, Report, Result, Session,
};
use assay_client::{
    format::parse_amount,
    instruction::market::update_worker,
    pda::{market, staking},
    read_url, Signer as _,
};
use assay_market::{
    instructions::WorkerSettings,
    state::{Limits, Worker},
};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Limits stop new claims of the node; they never lower a penalty. Options that are not given keep their values. The owner's
wallet signs: a stolen node key cannot raise its own limits.

Examples:
  assay --keypair owner.json provider limits --seat-bond 50 --all-bonds 500 --daily-misses 5
  assay --keypair owner.json provider limits --all-bonds 0                    no limit on the bonds in all
  assay --keypair owner.json provider limits --read-url https://blobs.example.org      the --store of its node"
)]
pub struct Args {
    /// Largest bond of one seat, ASSAY; 0 for no limit.
    #[arg(long, value_parser = parse_limit, value_name = "AMOUNT")]
    seat_bond: Option<u64>,
    /// Most collateral that is bound in seats at a time, ASSAY; 0 for no limit.
    #[arg(long, value_parser = parse_limit, value_name = "AMOUNT")]
    all_bonds: Option<u64>,
    /// Deadlines missed in one day of UTC after which nothing is claimed that day; 0 for no limit.
    #[arg(long, value_name = "N")]
    daily_misses: Option<u32>,
    /// Where others fetch the worker's results and the inputs of its tasks: the --store of its node as the world reaches it,
    /// at most 96 bytes, or `none`. Without it a requester that takes its input back can have right results convicted.
    #[arg(long, value_parser = parse_read_url, value_name = "URL")]
    read_url: Option<ReadUrl>,
    /// X25519 key to which inputs for this worker alone are encrypted: 64 hexadecimal digits, or `none`.
    #[arg(long, value_parser = parse_encryption_key, value_name = "KEY")]
    encryption_key: Option<EncryptionKey>,
}

/// A URL as a worker's account has it: padded with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ReadUrl([u8; 96]);

/// An X25519 public key; zeros for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct EncryptionKey([u8; 32]);

/// What takes the place of a URL or a key that is withdrawn.
const NONE: &str = "none";

fn parse_limit(text: &str) -> core::result::Result<u64, String> {
    parse_amount(text, MintInfo::assay().decimals).map_err(|error| error.to_string())
}

fn parse_read_url(text: &str) -> core::result::Result<ReadUrl, String> {
    let mut field = [0; 96];
    if text == NONE {
        return Ok(ReadUrl(field));
    }
    let url = parse_blob_store_url(text)?;
    let start = field
        .get_mut(..url.len())
        .ok_or_else(|| format!("`{text}` is longer than the 96 bytes that a worker has for it"))?;
    start.copy_from_slice(url.as_bytes());
    Ok(ReadUrl(field))
}

fn parse_encryption_key(text: &str) -> core::result::Result<EncryptionKey, String> {
    let mut key = [0; 32];
    if text != NONE {
        hex::decode_to_slice(text, &mut key).map_err(|_| {
            format!("`{text}` is not an X25519 key, 64 hexadecimal digits, and not `{NONE}`")
        })?;
    }
    Ok(EncryptionKey(key))
}

/// What an owner allows a worker's node, and publishes about the worker.
#[derive(Serialize)]
pub struct SettingsReport {
    /// Largest bond of one seat; `None` for no limit.
    seat_bond_limit: Option<TokenAmount>,
    /// Most collateral bound in seats at a time; `None` for no limit.
    all_bonds_limit: Option<TokenAmount>,
    /// Deadlines missed in a day after which nothing is claimed; `None` for no limit.
    daily_misses_limit: Option<u32>,
    read_url: Option<String>,
    encryption_key: Option<String>,
}

impl SettingsReport {
    pub fn of(worker: &Worker) -> Self {
        let Limits {
            seat_bond,
            locked,
            daily_misses,
        } = worker.limits;
        let assay = MintInfo::assay();
        let limit = |units: u64| (units > 0).then(|| assay.amount(units));
        Self {
            seat_bond_limit: limit(seat_bond.get()),
            all_bonds_limit: limit(locked.get()),
            daily_misses_limit: Some(daily_misses.get()).filter(|misses| *misses > 0),
            read_url: read_url(worker),
            encryption_key: (worker.encryption_key != [0; 32])
                .then(|| hex::encode(worker.encryption_key)),
        }
    }
}

impl fmt::Display for SettingsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |limit: &Option<TokenAmount>| match limit {
            Some(limit) => limit.to_string(),
            None => "no limit".to_owned(),
        };
        let misses = match self.daily_misses_limit {
            Some(misses) => misses.to_string(),
            None => "no limit".to_owned(),
        };
        write!(
            f,
            "limits      bond of a seat: {}; all bonds: {}; misses a day: {misses}",
            or_none(&self.seat_bond_limit),
            or_none(&self.all_bonds_limit)
        )?;
        if let Some(url) = &self.read_url {
            write!(f, "\nread URL    {url}")?;
        }
        if let Some(key) = &self.encryption_key {
            write!(f, "\nencryption  {key}")?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct LimitsReport {
    worker: String,
    #[serde(flatten)]
    settings: SettingsReport,
    signature: String,
}

impl fmt::Display for LimitsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    find(session, &owner)?;
    if let Some(ReadUrl(field)) = &args.read_url {
        let text = String::from_utf8_lossy(field);
        let url = text.trim_end_matches('\0');
        check_blob_store(url.to_owned(), session.client.url())?;
    }
    let address = market::worker(&staking::provider(&owner));
    let mut worker: Worker = session.client.fetch(&address)?;
    let settings = args.settings(&worker)?;
    let signature = session.send(&[update_worker(owner, settings)], &[&wallet], 0)?;
    apply(&mut worker, &settings);
    Report::new(&LimitsReport {
        worker: address.to_string(),
        settings: SettingsReport::of(&worker),
        signature: signature.to_string(),
    })
}

impl Args {
    /// Returns the settings of `worker` with those replaced that are given.
    ///
    /// # Errors
    /// `Usage` if none is given.
    fn settings(&self, worker: &Worker) -> Result<WorkerSettings> {
        let Self {
            seat_bond,
            all_bonds,
            daily_misses,
            read_url,
            encryption_key,
        } = self;
        let nothing = seat_bond.is_none()
            && all_bonds.is_none()
            && daily_misses.is_none()
            && read_url.is_none()
            && encryption_key.is_none();
        if nothing {
            return Err(CliError::usage(
                "nothing to change: pass --seat-bond, --all-bonds, --daily-misses, --read-url or --encryption-key, or see `assay provider show`",
            ));
        }
        let limits = worker.limits;
        Ok(WorkerSettings {
            seat_bond: seat_bond.unwrap_or(limits.seat_bond.get()),
            locked: all_bonds.unwrap_or(limits.locked.get()),
            daily_misses: daily_misses.unwrap_or(limits.daily_misses.get()),
            encryption_key: encryption_key.map_or(worker.encryption_key, |key| key.0),
            read_url: read_url.map_or(worker.read_url, |url| url.0),
        })
    }
}

/// Changes a copy of a worker as the program does.
fn apply(worker: &mut Worker, settings: &WorkerSettings) {
    worker.limits = Limits {
        seat_bond: settings.seat_bond.into(),
        locked: settings.locked.into(),
        daily_misses: settings.daily_misses.into(),
    };
    worker.encryption_key = settings.encryption_key;
    worker.read_url = settings.read_url;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cli, Command};
    use clap::Parser as _;

    fn parse(options: &[&str]) -> core::result::Result<Args, String> {
        let limits = ["assay", "provider", "limits"];
        let cli = Cli::try_parse_from(limits.iter().chain(options)).map_err(|e| e.to_string())?;
        match cli.command {
            Command::Provider(super::super::Command::Limits(args)) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    fn worker() -> Worker {
        let mut worker: Worker = bytemuck::Zeroable::zeroed();
        worker.limits.seat_bond = 5_000_000_000.into();
        worker.encryption_key = [3; 32];
        worker.read_url[..8].copy_from_slice(b"http://a");
        worker
    }

    #[test]
    fn what_is_not_given_stays() {
        let mut worker = worker();
        let args = parse(&["--all-bonds", "7.5", "--encryption-key", "none"]).unwrap();
        let settings = args.settings(&worker).unwrap();
        apply(&mut worker, &settings);
        let json = serde_json::to_value(SettingsReport::of(&worker)).unwrap();
        assert_eq!(json["seat_bond_limit"]["amount"], "5");
        assert_eq!(json["all_bonds_limit"]["amount"], "7.5");
        assert!(json["daily_misses_limit"].is_null() && json["encryption_key"].is_null());
        assert_eq!(json["read_url"], "http://a");
    }

    #[test]
    fn zero_takes_a_limit_away() {
        let args = parse(&["--seat-bond", "0"]).unwrap();
        assert_eq!(args.settings(&worker()).unwrap().seat_bond, 0);
    }

    #[test]
    fn wrong_values_are_named() {
        let long = format!("https://{}", "a".repeat(96));
        let short_key = "12".repeat(31);
        for (option, value) in [
            ("--seat-bond", "1,5"),
            ("--daily-misses", "many"),
            ("--read-url", "results"),
            ("--read-url", &long),
            ("--encryption-key", &short_key),
        ] {
            let error = parse(&[option, value]).unwrap_err();
            assert!(error.contains(option), "{error}");
        }
        let nothing = parse(&[]).unwrap();
        assert!(nothing.settings(&worker()).is_err());
    }
}
