//! Checks before anything is sent. A migration that stops half way cannot be taken back.

use crate::{
    cluster::PaymentToken,
    payment_mint::{fetch_mint, stake_rate, test_mint},
    validate::validate,
    ClusterConfig, Error, Result, PROGRAMS,
};
use assay_client::{Address, Client};
use assay_market::instructions::MAX_EPOCH;

/// Checks network, cluster file, programs and payment mints.
///
/// # Errors
/// [`Error::WrongNetwork`], [`Error::ClusterFile`], [`Error::NotDeployed`], [`Error::NotUpgradeAuthority`],
/// [`Error::NoMint`] or [`Error::UnusableMint`].
pub(crate) fn check(client: &Client, deployer: &Address, cluster: &ClusterConfig) -> Result<()> {
    check_network(client, cluster)?;
    validate(cluster)?;
    check_genesis_time(client, cluster)?;
    for program in PROGRAMS {
        program.check(client, deployer)?;
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
    let found = client.genesis_hash()?;
    if found == *expected {
        return Ok(());
    }
    Err(Error::WrongNetwork {
        url: client.url().to_owned(),
        found,
        expected: expected.clone(),
    })
}

/// Checks the start of epoch 0 as the market's `initialize` does. Nothing is paid before it.
fn check_genesis_time(client: &Client, cluster: &ClusterConfig) -> Result<()> {
    let Some(genesis_time) = cluster.market.genesis_time else {
        return Ok(());
    };
    let latest = client.now()?.saturating_add_unsigned(MAX_EPOCH);
    if genesis_time <= latest {
        return Ok(());
    }
    Err(Error::ClusterFile(format!(
        "market.genesis_time is {genesis_time}, but must be at most {MAX_EPOCH} seconds ahead, {latest} today"
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
