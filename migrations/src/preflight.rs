//! Checks before anything is sent. A migration that stops half way cannot be taken back.

use crate::{
    cluster::PaymentToken,
    payment_mint::{fetch_mint, stake_rate, test_mint},
    validate::{validate, validate_choices},
    ClusterConfig, Error, Result, PROGRAMS,
};
use assay_client::{Address, Client};
use assay_market::instructions::{genesis_bounds, MAX_EPOCH};

/// Checks network, cluster file, programs and payment mints.
///
/// # Errors
/// [`Error::WrongNetwork`], [`Error::ClusterFile`], [`Error::NotDeployed`], [`Error::NotUpgradeAuthority`],
/// [`Error::NoMint`] or [`Error::UnusableMint`].
pub(crate) fn check(client: &Client, deployer: &Address, cluster: &ClusterConfig) -> Result<()> {
    check_network(client, cluster)?;
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
    Ok(())
}

fn check_network(client: &Client, cluster: &ClusterConfig) -> Result<()> {
    let Some(expected) = &cluster.genesis_hash else {
        return Ok(());
    };
    let found = Address::from(client.genesis_hash()?).to_string();
    if found == *expected {
        return Ok(());
    }
    Err(Error::WrongNetwork {
        url: client.url().to_owned(),
        found,
        expected: expected.clone(),
    })
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
