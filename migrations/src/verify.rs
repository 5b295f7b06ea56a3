//! Compares the chain with the cluster file after a migration.

use crate::{
    cluster,
    payment_mint::{fee_vault, fetch_mint, stake_rate},
    ClusterConfig, Error, Result,
};
use assay_client::{
    pda::{governance, market, rewards, staking},
    Address, Client,
};
use assay_shared::param::Votable;
use std::fmt::Display;

/// Version of the market's layouts that this migration creates.
const LAYOUT_VERSION: u8 = 1;

/// Compares every account that the migration creates.
///
/// Parameters that a vote can change are compared only until the first proposal. Later the votes decide, not the file.
///
/// # Errors
/// [`Error::Differs`] with the first field that differs.
pub fn verify(
    client: &Client,
    deployer: &Address,
    cluster: &ClusterConfig,
    payment_mints: &[Address],
) -> Result<()> {
    let params: assay_governance::state::Params = client.fetch(&governance::params())?;
    let voted = params.proposal_count.get() > 0;
    check_governance(&params, &cluster.governance, voted)?;
    check_rewards(client, deployer, &cluster.rewards, voted)?;
    check_staking(client, &cluster.staking, voted)?;
    check_market(client, &cluster.market, voted)?;
    for (mint, payment) in payment_mints.iter().zip(&cluster.payment_mints) {
        check_payment_mint(client, mint, payment.price_in_assay())?;
    }
    Ok(())
}

/// Compares the fields of one account, which is given by its name in messages.
struct Comparison(&'static str);

impl Comparison {
    /// Compares one field.
    fn same<T: PartialEq + Display>(&self, field: &str, found: T, expected: T) -> Result<()> {
        if found == expected {
            return Ok(());
        }
        Err(Error::Differs {
            account: self.0,
            field: field.to_owned(),
            found: found.to_string(),
            expected: expected.to_string(),
        })
    }

    /// Compares every parameter of a program, unless a vote may have changed them.
    fn same_votable<P: Votable>(
        &self,
        voted: bool,
        found: impl Fn(P) -> u64,
        expected: impl Fn(P) -> u64,
    ) -> Result<()> {
        let compared = if voted { &[] } else { P::ALL };
        compared
            .iter()
            .try_for_each(|param| self.same(param.name(), found(*param), expected(*param)))
    }
}

fn check_governance(
    found: &assay_governance::state::Params,
    expected: &cluster::Governance,
    voted: bool,
) -> Result<()> {
    let compare = Comparison("governance.params");
    compare.same("vote_mint", found.vote_mint, rewards::mint())?;
    compare.same("treasury", found.treasury, rewards::treasury())?;
    compare.same_votable(
        voted,
        |param| found.get(param),
        |param| expected.value(param),
    )
}

fn check_rewards(
    client: &Client,
    deployer: &Address,
    expected: &cluster::Rewards,
    voted: bool,
) -> Result<()> {
    use assay_rewards::state::Emission;
    let found: Emission = client.fetch(&rewards::emission())?;
    let compare = Comparison("rewards.emission");
    compare.same("authority", found.authority, governance::authority())?;
    compare.same("mint", found.mint, rewards::mint())?;
    compare.same("treasury", found.treasury, rewards::treasury())?;
    let schedule = found.schedule();
    compare.same("cap", schedule.cap, expected.cap.0)?;
    compare.same(
        "genesis_supply",
        schedule.genesis_supply,
        expected.genesis_supply.0,
    )?;
    compare.same(
        "initial_emission",
        schedule.initial_emission,
        expected.initial_emission.0,
    )?;
    compare.same(
        "halving_epochs",
        schedule.halving_epochs,
        expected.halving_epochs,
    )?;
    compare.same_votable(
        voted,
        |param| found.get(param),
        |param| expected.value(param),
    )?;
    let genesis = client.token_account(&rewards::genesis_vault())?;
    let holder = genesis.map(|account| account.authority).unwrap_or_default();
    let compare = Comparison("rewards.genesis_vault");
    compare.same("holder", holder, expected.genesis_holder.resolve(deployer))
}

fn check_staking(client: &Client, expected: &cluster::Staking, voted: bool) -> Result<()> {
    use assay_staking::state::Params;
    let found: Params = client.fetch(&staking::params())?;
    let compare = Comparison("staking.params");
    compare.same("authority", found.authority, governance::authority())?;
    compare.same("stake_mint", found.stake_mint, rewards::mint())?;
    compare.same(
        "market_authority",
        found.market_authority,
        market::authority(),
    )?;
    compare.same_votable(
        voted,
        |param| found.get(param),
        |param| expected.value(param),
    )
}

fn check_market(client: &Client, expected: &cluster::Market, voted: bool) -> Result<()> {
    use assay_market::state::{Params, Totals};
    let totals: Totals = client.fetch(&market::totals())?;
    Comparison("market.totals").same("version", totals.version, LAYOUT_VERSION)?;
    let found: Params = client.fetch(&market::params())?;
    let compare = Comparison("market.params");
    compare.same("version", found.version, LAYOUT_VERSION)?;
    compare.same("authority", found.authority, governance::authority())?;
    if let Some(genesis_time) = expected.genesis_time {
        compare.same("genesis_time", found.genesis_time.get(), genesis_time)?;
    }
    compare.same(
        "epoch_length",
        found.epoch_length.get(),
        expected.epoch_length.0,
    )?;
    compare.same(
        "tally_window",
        found.tally_window.get(),
        expected.tally_window.0,
    )?;
    compare.same_votable(
        voted,
        |param| found.get(param),
        |param| expected.value(param),
    )
}

fn check_payment_mint(client: &Client, mint: &Address, price_in_assay: u64) -> Result<()> {
    let found: assay_market::state::PaymentMint = client.fetch(&market::payment_mint(mint))?;
    let mint = fetch_mint(client, *mint)?;
    let compare = Comparison("market.payment_mint");
    compare.same("fee_vault", found.fee_vault, fee_vault(&mint))?;
    let expected = stake_rate(price_in_assay, mint.decimals)?;
    compare.same("stake_rate", found.stake_rate.get(), expected)
}
