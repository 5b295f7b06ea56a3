//! Checks before anything is sent. A migration that stops half way cannot be taken back.

use crate::{
    cluster::{PaymentToken, MAINNET},
    founders,
    past::Past,
    payment_mint::{fetch_mint, stake_rate, test_mint},
    validate::{validate, validate_choices},
    ClusterConfig, Error, Keys, Result, PROGRAMS,
};
use assay_client::{
    pda::{governance, rewards},
    Address, Client, Signer as _,
};
use assay_market::instructions::{genesis_bounds, MAX_EPOCH};

/// What the key of a multisig that gets the programs is needed for.
pub(crate) const HAND_OVER: &str = "the hand-over of the programs";

/// Checks network, cluster file, programs, payment mints and keys. Returns what may have happened before.
///
/// # Errors
/// [`Error::WrongNetwork`], [`Error::ClusterFile`], [`Error::NotDeployed`], [`Error::NotUpgradeAuthority`],
/// [`Error::NoMint`], [`Error::UnusableMint`] or [`Error::NoKey`].
pub(crate) fn check(client: &Client, keys: &Keys<'_>, cluster: &ClusterConfig) -> Result<Past> {
    let deployer = &keys.deployer.pubkey();
    let found = Address::from(client.genesis_hash()?).to_string();
    check_network(cluster, client.url(), &found)?;
    validate(cluster)?;
    validate_choices(cluster, deployer)?;
    check_genesis_time(client, cluster)?;
    let heir = cluster.upgrade_authority.resolve(deployer);
    for program in PROGRAMS {
        program.check(client, deployer, &heir)?;
    }
    for payment in &cluster.payment_mints {
        check_payment(client, deployer, payment)?;
    }
    let past = Past::read(client)?;
    check_keys(client, keys, cluster, past)?;
    Ok(past)
}

/// Checks that the file is for the network at `url`, whose genesis hash is `found`. A file without a genesis hash would be accepted
/// on mainnet without the rules that hold there.
fn check_network(cluster: &ClusterConfig, url: &str, found: &str) -> Result<()> {
    match cluster.genesis_hash.as_deref() {
        Some(expected) if expected != found => Err(Error::WrongNetwork {
            url: url.to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }),
        None if found == MAINNET => Err(Error::ClusterFile(format!(
            "it has no genesis_hash, but the network at {url} is mainnet: start from a copy of the built-in file for mainnet"
        ))),
        _ => Ok(()),
    }
}

/// Checks that every key is there that a missing step needs. The genesis holder's is asked for before the supply is minted even if
/// it signs nothing: what is minted to an address without a key is lost.
fn check_keys(client: &Client, keys: &Keys<'_>, cluster: &ClusterConfig, past: Past) -> Result<()> {
    let deployer = keys.deployer.pubkey();
    let holder = cluster.rewards.genesis_holder.resolve(&deployer);
    if client.account(&rewards::emission())?.is_none() {
        keys.find(&holder, "the genesis supply")?;
    }
    for planned in founders::planned(cluster, &deployer) {
        if planned.is_due(client, past)? {
            planned.instructions(keys, &holder)?;
        }
    }
    let heir = cluster.upgrade_authority.resolve(&deployer);
    if heir != governance::upgrade_authority() {
        for program in PROGRAMS {
            if program.upgrade_authority(client)? != Some(heir) {
                keys.find(&heir, HAND_OVER)?;
            }
        }
    }
    Ok(())
}

/// Checks the start of epoch 0 as the market's `initialize` does.
fn check_genesis_time(client: &Client, cluster: &ClusterConfig) -> Result<()> {
    let Some(genesis_time) = cluster.market.genesis_time else {
        return Ok(());
    };
    let (earliest, latest) = genesis_bounds(cluster.market.epoch_length.0, client.now()?);
    if (earliest..=latest).contains(&genesis_time) {
        return Ok(());
    }
    Err(Error::ClusterFile(format!(
        "market.genesis_time is {genesis_time}, but must be from {earliest} to {latest} today: at most one epoch ago and {MAX_EPOCH} seconds ahead"
    )))
}

fn check_payment(client: &Client, deployer: &Address, payment: &PaymentToken) -> Result<()> {
    let decimals = match payment {
        PaymentToken::Existing { mint, .. } => fetch_mint(client, *mint)?.decimals,
        PaymentToken::Test {
            test_token,
            decimals,
            ..
        } => {
            test_mint(deployer, test_token)?;
            *decimals
        }
    };
    stake_rate(payment.price_in_assay(), decimals).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: &str = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG";

    #[test]
    fn mainnet_is_refused_without_its_genesis_hash() {
        let named = |name| ClusterConfig::named(name).unwrap().unwrap();
        let mut cluster = named("mainnet");
        assert!(check_network(&cluster, "url", MAINNET).is_ok());
        let other = check_network(&cluster, "url", OTHER);
        assert!(matches!(other, Err(Error::WrongNetwork { .. })));

        cluster.genesis_hash = None;
        let error = check_network(&cluster, "url", MAINNET).unwrap_err();
        assert!(error.to_string().contains("no genesis_hash"), "{error}");
        assert!(check_network(&named("localnet"), "url", OTHER).is_ok());
    }
}
