//! `assay attester set`: the keys whose signatures verify results.

use crate::{
    amount::{TokenAmount, U64String},
    commands::job::proof::find_set,
    keypair::{parse_address, AddressArg},
    CliError, Report, Result, Session,
};
use assay_client::{
    account_size,
    instruction::staking::{close_attester_set, open_attester_set},
    pda::staking,
    Address, Signer as _,
};
use assay_staking::state::{AttesterSet, MAX_ATTESTERS};
use clap::Subcommand;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open an attester set. Your wallet is its authority: it issues the set's credentials and may close it.
    ///
    /// The keys of a set never change, so whoever names it knows whose signatures count. To replace a key, open another set.
    #[command(after_help = "Examples:
  assay attester set open lab-1.json lab-2.json lab-3.json      keypair files
  assay attester set open KEY KEY --id 1                        addresses, as the labs publish them")]
    Open {
        /// Key of each attester: an address in base58, or a keypair file.
        #[arg(required = true, num_args = 1..=MAX_ATTESTERS, value_name = "KEY")]
        keys: Vec<AddressArg>,
        /// Number that tells your sets apart.
        #[arg(long, default_value_t = 0, value_name = "N")]
        id: u32,
    },
    /// Close an attester set of yours; its rent returns to whoever paid it.
    ///
    /// Jobs that were posted for the set cannot be submitted any more: their tasks are refunded.
    Close {
        /// Address of the set.
        #[arg(value_parser = parse_address)]
        set: Address,
    },
    /// Show an attester set.
    Show {
        /// Address of the set.
        #[arg(value_parser = parse_address)]
        set: Address,
    },
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Open { keys, id } => open(&keys, id, session),
        Command::Close { set } => close(&set, session),
        Command::Show { set } => {
            let account = find_set(session, &set)?;
            Report::new(&SetReport::of(&set, &account, None))
        }
    }
}

#[derive(Serialize)]
struct SetReport {
    /// Address of the set.
    set: String,
    id: u32,
    authority: String,
    /// SHA-256 of the address and the keys; it names the set in jobs and receipts.
    identity: String,
    /// Keys in base58, in the order in which signatures are submitted.
    keys: Vec<String>,
    signature: Option<String>,
}

impl SetReport {
    fn of(address: &Address, set: &AttesterSet, signature: Option<String>) -> Self {
        let keys = set.keys().iter().copied();
        Self {
            set: address.to_string(),
            id: set.id.get(),
            authority: set.authority.to_string(),
            identity: hex::encode(set.identity),
            keys: keys
                .map(|key| Address::new_from_array(key).to_string())
                .collect(),
            signature,
        }
    }
}

impl fmt::Display for SetReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "set        {}", self.set)?;
        writeln!(f, "authority  {}, number {}", self.authority, self.id)?;
        write!(f, "identity   {}", self.identity)?;
        self.keys
            .iter()
            .try_for_each(|key| write!(f, "\nkey        {key}"))
    }
}

/// Returns the keys in the order that the program asks for.
///
/// # Errors
/// `Usage` if a key comes twice, or is zero.
fn ordered(keys: &[AddressArg]) -> Result<Vec<[u8; 32]>> {
    let mut ordered: Vec<[u8; 32]> = keys.iter().map(|AddressArg(key)| key.to_bytes()).collect();
    ordered.sort_unstable();
    let twice = ordered.windows(2).find(|pair| pair.first() == pair.last());
    if let Some([key, ..]) = twice {
        let key = Address::new_from_array(*key);
        return Err(CliError::usage(format!("the key {key} comes twice")));
    }
    if ordered.first() == Some(&[0; 32]) {
        return Err(CliError::usage("the zero key belongs to nobody"));
    }
    Ok(ordered)
}

fn open(keys: &[AddressArg], id: u32, session: &Session) -> Result<Report> {
    let keys = ordered(keys)?;
    session.market()?;
    let wallet = session.wallet()?;
    let authority = wallet.pubkey();
    let set = staking::attester_set(&authority, id);
    if session.client.account(&set)?.is_some() {
        return Err(CliError::usage(format!(
            "you have opened the set {set} with the number {id} already; choose another with --id"
        )));
    }
    let rent = session
        .client
        .minimum_balance(account_size::<AttesterSet>())?;
    let instruction = open_attester_set(authority, authority, id, keys);
    let signature = session.send(&[instruction], &[&wallet], rent)?;
    let report = |account| Report::new(&SetReport::of(&set, &account, Some(signature.to_string())));
    session.report_or_signature(signature, find_set(session, &set).and_then(report))
}

/// Checks that the wallet is the authority of a set.
///
/// # Errors
/// `Usage`.
pub fn ensure_authority(set: &AttesterSet, wallet: &Address) -> Result<()> {
    if set.authority == *wallet {
        return Ok(());
    }
    Err(CliError::usage(format!(
        "only the set's authority {} can do that; pass its --keypair",
        set.authority
    )))
}

#[derive(Serialize)]
struct CloseReport {
    set: String,
    /// Lamports of rent that returned.
    rent: U64String,
    /// Wallet that the rent went to.
    rent_to: String,
    signature: String,
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            set, rent, rent_to, ..
        } = self;
        let rent = TokenAmount::sol(rent.0);
        write!(f, "set {set} is closed; {rent} of rent went to {rent_to}")
    }
}

fn close(set: &Address, session: &Session) -> Result<Report> {
    let account = find_set(session, set)?;
    let wallet = session.wallet()?;
    ensure_authority(&account, &wallet.pubkey())?;
    let rent = session.client.lamports(set)?;
    let instruction = close_attester_set(wallet.pubkey(), account.payer, *set);
    let signature = session.send(&[instruction], &[&wallet], 0)?;
    Report::new(&CloseReport {
        set: set.to_string(),
        rent: U64String(rent),
        rent_to: account.payer.to_string(),
        signature: signature.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> AddressArg {
        AddressArg(Address::new_from_array([byte; 32]))
    }

    #[test]
    fn keys_are_ordered_and_none_comes_twice() {
        assert_eq!(ordered(&[key(2), key(1)]).unwrap(), [[1; 32], [2; 32]]);
        let twice = ordered(&[key(2), key(1), key(2)]).unwrap_err();
        assert!(twice.message.contains("twice"), "{twice}");
        assert!(ordered(&[key(0), key(1)]).is_err());
    }

    #[test]
    fn a_set_is_shown_with_its_keys() {
        let mut set: AttesterSet = bytemuck::Zeroable::zeroed();
        let address = Address::new_from_array([9; 32]);
        set.fill(&address, &[[1; 32], [2; 32]]).unwrap();
        let report = SetReport::of(&address, &set, None);
        assert_eq!(report.keys.len(), 2);
        assert!(report.to_string().contains(&hex::encode(set.identity)));
    }
}
