//! Compares the chain with the cluster file after a migration.

use crate::{
    cluster,
    config::claim_span,
    founders::{planned, Planned},
    past::Past,
    payment_mint::{fee_vault, fetch_mint, stake_rate},
    programs::text,
    ClusterConfig, Error, Result, PROGRAMS,
};
use assay_client::{
    pda::{governance, market, rewards, staking},
    Address, Client, MintAccount,
};
use assay_governance::state::{Floors, Lock, Params as GovernanceParams, ProposedAction, Target};
use assay_market::state::{Params as MarketParams, PaymentMint, Totals};
use assay_rewards::state::Emission;
use assay_shared::param::Votable;
use assay_staking::state::Params as StakingParams;
use std::fmt::Display;

/// Version of the layouts that this migration creates.
const LAYOUT_VERSION: u8 = 1;

/// Compares every account that the migration creates.
///
/// What a vote has changed is not compared: governance marks each parameter, rate, admission and the guardian when a vote changes
/// it, and where there is no mark the file decides. Allowing a mint and withdrawing a lock leave no mark. So mints that the file does
/// not list, and the founders' locks, are compared unless the market was governance's before this migration and somebody had
/// published a proposal.
///
/// # Errors
/// [`Error::Differs`] with the first field that differs, [`Error::UnlistedMint`] or [`Error::FounderLock`].
pub fn verify(
    client: &Client,
    deployer: &Address,
    cluster: &ClusterConfig,
    payment_mints: &[Address],
    past: Past,
) -> Result<()> {
    let founders = planned(cluster, deployer);
    let snapshot = Snapshot::read(client, &founders, payment_mints, past)?;
    snapshot.compare(deployer, cluster, &founders)
}

/// Returns the mints that jobs can be paid in and that are not among `listed`. Each is a danger: jobs in a token that somebody mints
/// at will bring fees without worth, and emission for them.
pub(crate) fn unlisted(client: &Client, listed: &[Address]) -> Result<Vec<Address>> {
    let records = client.fetch_all::<PaymentMint>()?;
    let mints = records.into_iter().map(|(_, record)| record.mint);
    Ok(mints.filter(|mint| !listed.contains(mint)).collect())
}

/// Checks that there is no unlisted mint.
///
/// # Errors
/// [`Error::UnlistedMint`] with the first one.
pub(crate) fn check_listed(unlisted: &[Address]) -> Result<()> {
    unlisted
        .first()
        .map_or(Ok(()), |mint| Err(Error::UnlistedMint(*mint)))
}

/// What the chain says about a deployment.
#[derive(Clone)]
struct Snapshot {
    past: Past,
    /// Genesis hash of the network.
    network: [u8; 32],
    governance: GovernanceParams,
    emission: Emission,
    /// Who holds the genesis vault and the treasury.
    genesis_holder: Address,
    treasury_holder: Address,
    staking: StakingParams,
    market: MarketParams,
    totals: Totals,
    payment_mints: Vec<(PaymentMint, MintAccount)>,
    /// Mints that jobs can be paid in and that the file does not list.
    unlisted: Vec<Address>,
    founders: Vec<Option<Lock>>,
    /// In the order of [`PROGRAMS`].
    upgrade_authorities: Vec<Option<Address>>,
}

impl Snapshot {
    fn read(
        client: &Client,
        founders: &[Planned],
        payment_mints: &[Address],
        past: Past,
    ) -> Result<Self> {
        let holder = |account: &Address| -> Result<Address> {
            let account = client.token_account(account)?;
            Ok(account.map(|found| found.authority).unwrap_or_default())
        };
        let payment = |mint: &Address| -> Result<(PaymentMint, MintAccount)> {
            let record = client.fetch(&market::payment_mint(mint))?;
            Ok((record, fetch_mint(client, *mint)?))
        };
        let lock = |planned: &Planned| Ok(client.try_fetch(&planned.address)?);
        let authority = |program: &crate::Program| program.upgrade_authority(client);
        Ok(Self {
            past,
            network: client.genesis_hash()?,
            governance: client.fetch(&governance::params())?,
            emission: client.fetch(&rewards::emission())?,
            genesis_holder: holder(&rewards::genesis_vault())?,
            treasury_holder: holder(&rewards::treasury())?,
            staking: client.fetch(&staking::params())?,
            market: client.fetch(&market::params())?,
            totals: client.fetch(&market::totals())?,
            payment_mints: payment_mints.iter().map(payment).collect::<Result<_>>()?,
            unlisted: unlisted(client, payment_mints)?,
            founders: founders.iter().map(lock).collect::<Result<_>>()?,
            upgrade_authorities: PROGRAMS.iter().map(authority).collect::<Result<_>>()?,
        })
    }

    /// Compares the snapshot with the file.
    fn compare(
        &self,
        deployer: &Address,
        cluster: &ClusterConfig,
        founders: &[Planned],
    ) -> Result<()> {
        self.check_governance(deployer, &cluster.governance)?;
        self.check_rewards(deployer, &cluster.rewards)?;
        self.check_staking(cluster)?;
        self.check_market(&cluster.market)?;
        for ((record, mint), payment) in self.payment_mints.iter().zip(&cluster.payment_mints) {
            self.check_payment_mint(record, mint, payment.price_in_assay())?;
        }
        if !self.past.has_votes() {
            check_listed(&self.unlisted)?;
            for (planned, found) in founders.iter().zip(&self.founders) {
                planned.check(found.as_ref())?;
            }
        }
        self.check_programs(&cluster.upgrade_authority.resolve(deployer))
    }

    fn check_governance(&self, deployer: &Address, expected: &cluster::Governance) -> Result<()> {
        let found = &self.governance;
        let config = expected.config(deployer);
        let compare = Comparison("governance.params");
        compare.same("version", found.version, LAYOUT_VERSION)?;
        compare.same("vote_mint", found.vote_mint, rewards::mint())?;
        compare.same("treasury", found.treasury, rewards::treasury())?;
        compare.same("floor_bps", found.floor_bps.get(), config.floor_bps)?;
        let floors = Floors::from(config.floors);
        for param in Floors::WITH {
            let field = format!("floors.{}", param.name());
            compare.same(&field, found.floors.of(param), floors.of(param))?;
        }
        if !has_changed(found, ProposedAction::set_guardian(Address::default())) {
            compare.same("guardian", found.guardian, config.guardian)?;
        }
        compare.same_votable(
            (&self.governance, Target::Governance),
            |param| found.get(param),
            |param| expected.value(param),
        )
    }

    fn check_rewards(&self, deployer: &Address, expected: &cluster::Rewards) -> Result<()> {
        let found = &self.emission;
        let compare = Comparison("rewards.emission");
        compare.same("version", found.version, LAYOUT_VERSION)?;
        compare.same("authority", found.authority, governance::authority())?;
        compare.same("mint", found.mint, rewards::mint())?;
        compare.same("treasury", found.treasury, rewards::treasury())?;
        let schedule = found.schedule();
        let pairs = [
            ("cap", schedule.cap, expected.cap.0),
            (
                "genesis_supply",
                schedule.genesis_supply,
                expected.genesis_supply.0,
            ),
            (
                "initial_emission",
                schedule.initial_emission,
                expected.initial_emission.0,
            ),
            (
                "halving_epochs",
                schedule.halving_epochs,
                expected.halving_epochs,
            ),
        ];
        for (field, found, expected) in pairs {
            compare.same(field, found, expected)?;
        }
        compare.same_votable(
            (&self.governance, Target::Rewards),
            |param| found.get(param),
            |param| expected.value(param),
        )?;
        let holder = expected.genesis_holder.resolve(deployer);
        Comparison("rewards.genesis_vault").same("holder", self.genesis_holder, holder)?;
        Comparison("rewards.treasury").same(
            "holder",
            self.treasury_holder,
            governance::treasury_authority(),
        )
    }

    fn check_staking(&self, cluster: &ClusterConfig) -> Result<()> {
        let found = &self.staking;
        let compare = Comparison("staking.params");
        compare.same("version", found.version, LAYOUT_VERSION)?;
        compare.same("authority", found.authority, governance::authority())?;
        compare.same("stake_mint", found.stake_mint, rewards::mint())?;
        compare.same(
            "market_authority",
            found.market_authority,
            market::authority(),
        )?;
        compare.same(
            "rewards_authority",
            found.rewards_authority,
            rewards::funder(),
        )?;
        let span = claim_span(cluster.market.epoch_length.0);
        compare.same("claim_span", found.claim_span.get(), span)?;
        compare.same_votable(
            (&self.governance, Target::Staking),
            |param| found.get(param),
            |param| cluster.staking.value(param),
        )
    }

    fn check_market(&self, expected: &cluster::Market) -> Result<()> {
        Comparison("market.totals").same("version", self.totals.version, LAYOUT_VERSION)?;
        let found = &self.market;
        let compare = Comparison("market.params");
        compare.same("version", found.version, LAYOUT_VERSION)?;
        compare.same("authority", found.authority, governance::authority())?;
        compare.same("offered", found.offered, Address::default())?;
        let network = Address::from(self.network);
        compare.same("genesis_hash", Address::from(found.genesis_hash), network)?;
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
            (&self.governance, Target::Market),
            |param| found.get(param),
            |param| expected.value(param),
        )
    }

    /// Compares a payment mint. Who stays admitted is also the guardian's choice, which leaves no mark, once governance has the
    /// market.
    fn check_payment_mint(
        &self,
        found: &PaymentMint,
        mint: &MintAccount,
        price_in_assay: u64,
    ) -> Result<()> {
        let compare = Comparison("market.payment_mint");
        let treasury = governance::treasury_authority();
        compare.same("version", found.version, LAYOUT_VERSION)?;
        compare.same("mint", found.mint, mint.address)?;
        compare.same("token_program", found.token_program, mint.program)?;
        compare.same("fee_authority", found.fee_authority, treasury)?;
        compare.same("fee_vault", found.fee_vault, fee_vault(mint))?;
        if !self.past.governed {
            compare.same("admits", found.admits, 1)?;
        }
        if has_changed(&self.governance, ProposedAction::set_rate(mint.address, 1)) {
            return Ok(());
        }
        let rate = stake_rate(price_in_assay, mint.decimals)?;
        compare.same("stake_rate", found.stake_rate.get(), rate)
    }

    fn check_programs(&self, heir: &Address) -> Result<()> {
        for (program, found) in PROGRAMS.iter().zip(&self.upgrade_authorities) {
            let field = format!("{}.upgrade_authority", program.name);
            let expected = text(Some(*heir));
            Comparison("programs").same(&field, text(*found), expected)?;
        }
        Ok(())
    }
}

/// Returns whether a vote has changed what `change` changes.
fn has_changed(votes: &GovernanceParams, change: ProposedAction) -> bool {
    let slot = change.checked().ok().and_then(|action| action.slot());
    let mark = slot.and_then(|slot| votes.marks.get(slot));
    mark.is_some_and(|mark| mark.get() != 0)
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

    /// Compares every parameter of a program that no vote has changed.
    fn same_votable<P: Votable>(
        &self,
        (votes, program): (&GovernanceParams, Target),
        found: impl Fn(P) -> u64,
        expected: impl Fn(P) -> u64,
    ) -> Result<()> {
        for param in P::ALL {
            let (number, (low, _)) = (param.number(), param.bounds());
            if !has_changed(votes, ProposedAction::set_param(program, number, low)) {
                self.same(param.name(), found(*param), expected(*param))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
