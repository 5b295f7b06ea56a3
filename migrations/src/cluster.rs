//! What a deployment chooses, per cluster, in TOML.

use crate::{Error, Result};
use assay_client::{
    format::{parse_amount, parse_duration},
    Address,
};
use assay_rewards::instructions::DECIMALS;
use serde::{de::Error as _, Deserialize, Deserializer};

/// One cluster's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// In base58: tells the network that this file is for from every other. A new one has a new hash, so it may be left out.
    pub genesis_hash: Option<String>,
    pub rewards: Rewards,
    pub staking: Staking,
    pub market: Market,
    pub governance: Governance,
    pub payment_mints: Vec<PaymentToken>,
}

impl Cluster {
    /// Reads a cluster file.
    ///
    /// Errors: `ClusterFile` with the place and what is wrong there.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Error::ClusterFile(error.to_string()))
    }

    /// The file of `localnet`, `devnet` or `mainnet`, as built in.
    pub fn named(name: &str) -> Option<Result<Self>> {
        let text = match name {
            "localnet" => include_str!("../clusters/localnet.toml"),
            "devnet" => include_str!("../clusters/devnet.toml"),
            "mainnet" => include_str!("../clusters/mainnet.toml"),
            _ => return None,
        };
        Some(Self::parse(text))
    }
}

/// ASSAY in base units, written in whole tokens ("1.5").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assay(pub u64);

impl<'de> Deserialize<'de> for Assay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> core::result::Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        parse_amount(&text, DECIMALS)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// Seconds, written as a number of them or as text ("7d").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds(pub u64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> core::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u64),
            Text(String),
        }
        match Written::deserialize(from)? {
            Written::Number(seconds) => Ok(Self(seconds)),
            Written::Text(text) => parse_duration(&text).map(Self).map_err(D::Error::custom),
        }
    }
}

/// An address, or `deployer` for whoever migrates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    Deployer,
    Address(Address),
}

impl Holder {
    pub(crate) fn address(self, deployer: &Address) -> Address {
        match self {
            Self::Deployer => *deployer,
            Self::Address(address) => address,
        }
    }
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: Deserializer<'de>>(from: D) -> core::result::Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "deployer" => Ok(Self::Deployer),
            text => read_address(text)
                .map(Self::Address)
                .map_err(D::Error::custom),
        }
    }
}

fn read_address(text: &str) -> core::result::Result<Address, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not an address (base58 of 32 bytes)"))
}

fn address<'de, D: Deserializer<'de>>(from: D) -> core::result::Result<Address, D::Error> {
    read_address(&String::deserialize(from)?).map_err(D::Error::custom)
}

/// The emission and the ASSAY token. All but `workers_bps` is fixed for ever.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewards {
    /// Holds the genesis supply.
    pub genesis_holder: Holder,
    pub cap: Assay,
    pub genesis_supply: Assay,
    /// Per epoch of the first halving interval.
    pub initial_emission: Assay,
    pub halving_epochs: u64,
    pub workers_bps: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staking {
    pub min_self_stake: Assay,
    pub unbonding_period: Seconds,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// Unix time at which epoch 0 begins; the time of the migration when left out.
    pub genesis_time: Option<i64>,
    pub epoch_length: Seconds,
    pub tally_window: Seconds,
    pub fee_bps: u64,
    pub bond_bps: u64,
    pub reject_bps: u64,
    pub missed_bps: u64,
    pub ramp: Seconds,
    /// Free collateral that is drawn for every seat at once.
    pub sortition_unit: Assay,
    pub reveal_window: Seconds,
    pub max_claim_window: Seconds,
    pub max_run_window: Seconds,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Governance {
    pub quorum_bps: u64,
    /// Least yes weight, as the ASSAY that weigh it in the shortest lock.
    pub threshold: Assay,
    pub voting_time: Seconds,
    pub hold_up: Seconds,
    pub execution_window: Seconds,
    pub proposal_deposit: Assay,
    pub min_lock: Seconds,
    pub max_lock: Seconds,
}

/// A token that jobs may be paid in: an existing mint, or a test token that the migration makes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, untagged)]
pub enum PaymentToken {
    Existing {
        #[serde(deserialize_with = "address")]
        mint: Address,
        /// What one whole token is taken to be worth in ASSAY: prices bonds and weighs work.
        worth: Assay,
    },
    /// For networks without value: the deployer may mint as much as it likes.
    Test {
        /// At most 32 bytes.
        test_token: String,
        decimals: u8,
        worth: Assay,
    },
}

impl PaymentToken {
    /// ASSAY base units that one whole token is taken to be worth.
    pub fn worth(&self) -> u64 {
        match self {
            Self::Existing { worth, .. } | Self::Test { worth, .. } => worth.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_file_is_valid() {
        for name in ["localnet", "devnet", "mainnet"] {
            let cluster = Cluster::named(name).unwrap();
            let cluster = cluster.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(cluster.payment_mints.len(), 1, "{name}");
        }
        assert!(Cluster::named("moonnet").is_none());
    }

    #[test]
    fn a_file_for_a_network_of_value_says_which_it_is() {
        for name in ["devnet", "mainnet"] {
            let cluster = Cluster::named(name).unwrap().unwrap();
            let hash = cluster.genesis_hash.expect(name);
            assert!(
                hash.parse::<Address>().is_ok(),
                "{name}: 32 bytes in base58"
            );
        }
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let text = include_str!("../clusters/mainnet.toml");
        let text = text.replace("fee_bps", "fees_bps");
        let error = Cluster::parse(&text).unwrap_err().to_string();
        assert!(error.contains("fees_bps"), "{error}");
    }
}
