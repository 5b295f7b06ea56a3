//! `assay attester credential`: what an attester set vouches for about a provider.

use super::set::ensure_authority;
use crate::{
    commands::job::proof::find_set,
    keypair::{parse_address, AddressArg},
    output::format_time,
    region::Region,
    CliError, Report, Result, Session,
};
use assay_client::{
    account_size,
    format::parse_duration,
    instruction::staking::{issue_credential, revoke_credential},
    pda::staking,
    Address, Signer as _,
};
use assay_staking::state::{Credential, Provider};
use clap::Subcommand;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Vouch for a provider. Your wallet must be the authority of the set.
    ///
    /// Jobs with `--credential SET` then take its worker, and with `--region`, if the country is the one named here. A
    /// credential that exists is replaced.
    #[command(after_help = "Example:
  assay attester credential issue SET OWNER --region CH --lifetime 90d")]
    Issue {
        #[command(flatten)]
        place: Place,
        /// Country that the provider's machines are in: its code in ISO 3166-1, like CH or 756. Default: vouch for none.
        #[arg(long, value_name = "COUNTRY")]
        region: Option<Region>,
        /// Time after which the credential is worth nothing.
        #[arg(long, default_value = "365d", value_parser = parse_duration, value_name = "DURATION")]
        lifetime: u64,
    },
    /// End a credential; its rent returns to whoever paid it. Anybody may end one that has expired.
    Revoke {
        #[command(flatten)]
        place: Place,
    },
    /// Show a credential.
    Show {
        #[command(flatten)]
        place: Place,
    },
}

/// A credential in the arguments.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Place {
    /// Address of the attester set.
    #[arg(value_parser = parse_address)]
    set: Address,
    /// Wallet that owns the provider: its address or keypair file.
    owner: AddressArg,
}

impl Place {
    fn provider(&self) -> Address {
        staking::provider(&self.owner.0)
    }

    fn address(&self) -> Address {
        staking::credential(&self.set, &self.provider())
    }
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Issue {
            place,
            region,
            lifetime,
        } => issue(place, region, lifetime, session),
        Command::Revoke { place } => revoke(place, session),
        Command::Show { place } => {
            let credential = find(place, session)?;
            let now = session.client.now()?;
            Report::new(&CredentialReport::of(&place, &credential, now, None))
        }
    }
}

#[derive(Serialize)]
struct CredentialReport {
    /// Address of the credential.
    credential: String,
    set: String,
    owner: String,
    provider: String,
    region: Option<Region>,
    /// Unix time, seconds.
    expires_at: i64,
    /// Whether it is worth nothing any more.
    expired: bool,
    signature: Option<String>,
}

impl CredentialReport {
    fn of(place: &Place, credential: &Credential, now: i64, signature: Option<String>) -> Self {
        Self {
            credential: place.address().to_string(),
            set: credential.set.to_string(),
            owner: place.owner.0.to_string(),
            provider: credential.provider.to_string(),
            region: Region::of_account(credential.region.get()),
            expires_at: credential.expires_at.get(),
            expired: credential.is_expired(now),
            signature,
        }
    }
}

impl fmt::Display for CredentialReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "credential  {}", self.credential)?;
        writeln!(f, "set         {}", self.set)?;
        writeln!(f, "provider    {} of {}", self.provider, self.owner)?;
        match &self.region {
            Some(region) => writeln!(f, "region      {region}")?,
            None => writeln!(f, "region      not vouched for")?,
        }
        let until = format_time(self.expires_at);
        let end = if self.expired { "EXPIRED at" } else { "until" };
        write!(f, "valid       {end} {until}")
    }
}

/// Returns a credential.
///
/// # Errors
/// `NotFound` if there is none.
fn find(place: Place, session: &Session) -> Result<Credential> {
    session.market()?;
    let Place { set, owner } = place;
    let found = session.client.try_fetch(&place.address())?;
    found.ok_or_else(|| {
        CliError::not_found(format!(
            "the provider of {} has no credential of {set}; the set's authority issues one with `assay attester credential issue`",
            owner.0
        ))
    })
}

fn issue(place: Place, region: Option<Region>, lifetime: u64, session: &Session) -> Result<Report> {
    let client = &session.client;
    let set = find_set(session, &place.set)?;
    let wallet = session.wallet()?;
    let authority = wallet.pubkey();
    ensure_authority(&set, &authority)?;
    let provider = place.provider();
    if client.try_fetch::<Provider>(&provider)?.is_none() {
        return Err(CliError::not_found(format!(
            "{} owns no provider; it registers one with `assay provider register`",
            place.owner.0
        )));
    }
    if lifetime == 0 {
        return Err(CliError::usage("--lifetime must be greater than zero"));
    }
    let now = client.now()?;
    let lifetime = i64::try_from(lifetime).unwrap_or(i64::MAX);
    let expires_at = now.saturating_add(lifetime);
    let mut instructions = Vec::new();
    if let Some(former) = client.try_fetch::<Credential>(&place.address())? {
        let revoke = revoke_credential(authority, former.payer, place.address());
        instructions.push(revoke);
    }
    let region = region.map_or(0, |region| region.0);
    let issue = issue_credential(
        authority, authority, place.set, provider, region, expires_at,
    );
    instructions.push(issue);
    let rent = client.minimum_balance(account_size::<Credential>())?;
    let signature = session.send(&instructions, &[&wallet], rent)?;
    let report = |credential: Credential| {
        let signature = Some(signature.to_string());
        Report::new(&CredentialReport::of(&place, &credential, now, signature))
    };
    session.report_or_signature(signature, find(place, session).and_then(report))
}

#[derive(Serialize)]
struct RevokeReport {
    credential: String,
    /// Wallet that the rent went to.
    rent_to: String,
    signature: String,
}

impl fmt::Display for RevokeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            credential,
            rent_to,
            ..
        } = self;
        write!(
            f,
            "credential {credential} is revoked; the rent went to {rent_to}"
        )
    }
}

fn revoke(place: Place, session: &Session) -> Result<Report> {
    let credential = find(place, session)?;
    let wallet = session.wallet()?;
    let signer = wallet.pubkey();
    let is_expired = credential.is_expired(session.client.now()?);
    if credential.authority != signer && !is_expired {
        return Err(CliError::usage(format!(
            "until {} only the set's authority {} can revoke it; pass its --keypair",
            format_time(credential.expires_at.get()),
            credential.authority
        )));
    }
    let instruction = revoke_credential(signer, credential.payer, place.address());
    let signature = session.send(&[instruction], &[&wallet], 0)?;
    Report::new(&RevokeReport {
        credential: place.address().to_string(),
        rent_to: credential.payer.to_string(),
        signature: signature.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_credential_is_shown_loudly() {
        let place = Place {
            set: Address::new_from_array([1; 32]),
            owner: AddressArg(Address::new_from_array([2; 32])),
        };
        let mut credential: Credential = bytemuck::Zeroable::zeroed();
        credential.region = 756.into();
        credential.expires_at = 1_000.into();
        let text = |now| CredentialReport::of(&place, &credential, now, None).to_string();
        assert!(text(999).contains("region      CH"));
        assert!(text(999).contains("until 1970-01-01T00:16:40Z"));
        assert!(text(1_000).contains("EXPIRED at"));
    }
}
