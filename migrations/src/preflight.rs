//! What can be known to go wrong before anything is sent: a deployment that stops half way cannot be taken back.

use crate::{
    cluster::PaymentToken,
    laws,
    payment::{stake_rate, Mint},
    Cluster, Error, Result, PROGRAMS,
};
use assay_client::{pda::seeded_mint, Address, Client};
use assay_market::instructions::MAX_EPOCH;

/// Errors: `WrongNetwork`, `ClusterFile`, `NotDeployed`, `NotUpgradeAuthority`, `NoMint`, `UnusableMint`.
pub(crate) fn check(client: &Client, deployer: &Address, cluster: &Cluster) -> Result<()> {
    check_network(client, cluster)?;
    laws::check(cluster)?;
    check_calendar(client, cluster)?;
    for program in PROGRAMS {
        program.check(client, deployer)?;
    }
    for payment in &cluster.payment_mints {
        check_payment(client, deployer, payment)?;
    }
    Ok(())
}

fn check_network(client: &Client, cluster: &Cluster) -> Result<()> {
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

/// As the market does: nothing is paid before epoch 0 begins.
fn check_calendar(client: &Client, cluster: &Cluster) -> Result<()> {
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
    match payment {
        PaymentToken::Existing { mint, worth } => {
            Mint::read(client, *mint)?.stake_rate(worth.0)?;
        }
        PaymentToken::Test {
            test_token,
            decimals,
            worth,
        } => {
            test_mint(deployer, test_token)?;
            stake_rate(worth.0, *decimals)?;
        }
    }
    Ok(())
}

/// Where the test token `symbol` of `deployer` lives: the same at every run.
///
/// Errors: `ClusterFile`.
pub(crate) fn test_mint(deployer: &Address, symbol: &str) -> Result<Address> {
    seeded_mint(deployer, symbol).ok_or_else(|| too_long(symbol))
}

pub(crate) fn too_long(symbol: &str) -> Error {
    Error::ClusterFile(format!("the symbol `{symbol}` is longer than 32 bytes"))
}
