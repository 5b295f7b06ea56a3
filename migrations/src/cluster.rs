//! The choices of a deployment, in one TOML file for each cluster.

use crate::{Error, Result};
use assay_client::{
    format::{parse_amount, parse_duration},
    pda::governance,
    Address,
};
use assay_rewards::instructions::DECIMALS;
use serde::{de::Error as _, Deserialize, Deserializer};

/// The content of a cluster file. Sections and fields have the names of the programs and of their parameters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterConfig {
    /// The genesis hash of the network that the file is for, in base58. Without it the file is accepted on any network: a
    /// network that is started anew has a new hash each time. Mainnet is never accepted without it.
    pub genesis_hash: Option<String>,
    pub rewards: Rewards,
    pub staking: Staking,
    pub market: Market,
    pub governance: Governance,
    /// The tokens that jobs may be paid in.
    pub payment_mints: Vec<PaymentToken>,
    /// Who can replace the programs' bytecode once the cluster is set up: `governance`, so that only a vote can, or a multisig.
    pub upgrade_authority: AddressRef,
}

/// Genesis hash of Solana's mainnet, in base58. Some rules hold there only.
pub const MAINNET: &str = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d";

impl ClusterConfig {
    /// Reads a cluster file.
    ///
    /// # Errors
    /// [`Error::ClusterFile`] with the place of the mistake.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Error::ClusterFile(error.to_string()))
    }

    /// Returns whether the file is for a network whose tokens have value.
    pub fn is_mainnet(&self) -> bool {
        self.genesis_hash.as_deref() == Some(MAINNET)
    }

    /// Returns the built-in file of `localnet`, `devnet` or `mainnet`, or `None` for any other name.
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

/// An amount of ASSAY in base units. Files have it in whole tokens ("1.5").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssayAmount(pub u64);

impl<'de> Deserialize<'de> for AssayAmount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> core::result::Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        parse_amount(&text, DECIMALS)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// A number of seconds. Files have it as a number or as text ("7d").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds(pub u64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> core::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum NumberOrText {
            Number(u64),
            Text(String),
        }
        match NumberOrText::deserialize(from)? {
            NumberOrText::Number(seconds) => Ok(Self(seconds)),
            NumberOrText::Text(text) => parse_duration(&text).map(Self).map_err(D::Error::custom),
        }
    }
}

/// An address, or a word that stands for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressRef {
    /// `deployer`: the address that migrates.
    Deployer,
    /// `governance`: its address that replaces bytecode, so that only a vote does. No other field can be it.
    Governance,
    /// `none`: nobody.
    Nobody,
    /// `unset`: not chosen yet. Nothing is sent before it is.
    Unset,
    /// An address in base58.
    Address(Address),
}

impl AddressRef {
    /// Returns the address that is meant when `deployer` migrates. `governance` is the upgrader, because `validate_choices` accepts
    /// the word for `upgrade_authority` only: the upgrader can neither move tokens nor vote.
    pub(crate) fn resolve(self, deployer: &Address) -> Address {
        match self {
            Self::Deployer => *deployer,
            Self::Governance => governance::upgrade_authority(),
            Self::Nobody | Self::Unset => Address::default(),
            Self::Address(address) => address,
        }
    }
}

impl<'de> Deserialize<'de> for AddressRef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> core::result::Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            "deployer" => Ok(Self::Deployer),
            "governance" => Ok(Self::Governance),
            "none" => Ok(Self::Nobody),
            "unset" => Ok(Self::Unset),
            text => parse_address(text)
                .map(Self::Address)
                .map_err(D::Error::custom),
        }
    }
}

fn parse_address(text: &str) -> core::result::Result<Address, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not an address (base58 of 32 bytes)"))
}

fn deserialize_address<'de, D: Deserializer<'de>>(
    from: D,
) -> core::result::Result<Address, D::Error> {
    parse_address(&String::deserialize(from)?).map_err(D::Error::custom)
}

/// The ASSAY token and its emission. Nothing but the fields in `_bps` can be changed later.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewards {
    /// The authority over the token account with the genesis supply.
    pub genesis_holder: AddressRef,
    /// The most ASSAY that may ever be minted, genesis supply included.
    pub cap: AssayAmount,
    /// Minted by the migration.
    pub genesis_supply: AssayAmount,
    /// Emission of each epoch of the first halving interval.
    pub initial_emission: AssayAmount,
    /// Epochs after which the emission halves.
    pub halving_epochs: u64,
    /// The workers' share of the emission, basis points.
    pub workers_bps: u64,
    /// The stakers' share of the emission, basis points. What is left goes to the treasury.
    pub stakers_bps: u64,
    /// The most that an epoch mints, as a share of what its fees are worth, basis points.
    pub kappa_bps: u64,
}

/// Parameters of the staking program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staking {
    pub min_self_stake: AssayAmount,
    pub unbonding_period: Seconds,
    pub min_delegation: AssayAmount,
    /// Most collateral of a provider, times the owner's active stake.
    pub leverage: u64,
}

/// Parameters and calendar of the market. Fields in `_bps` are basis points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// Start of epoch 0, Unix seconds, at most one epoch ago. Default: the time of the migration.
    pub genesis_time: Option<i64>,
    pub epoch_length: Seconds,
    pub tally_window: Seconds,
    /// Protocol fee of a proven task, of the price of all seats that it has on average.
    pub fee_bps: u64,
    /// Bond of a seat, of its price.
    pub bond_bps: u64,
    /// Penalty for a missed deadline, of the price.
    pub missed_bps: u64,
    /// A worker may bind one in so many of its collateral in first seats.
    pub reserve: u64,
    /// Time in which the admission to a seat doubles.
    pub step: Seconds,
    /// Shortest time from the opening of a result to its end.
    pub min_hold: Seconds,
    /// Time in which agreed results must be opened and a disagreement must get its round.
    pub open_window: Seconds,
    pub max_claim_window: Seconds,
    pub max_run_window: Seconds,
}

/// Parameters of the governance program, what no vote can change, and the first holders of power.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Governance {
    /// Least turnout, basis points of the weight of all locks.
    pub quorum_bps: u64,
    /// Least yes weight: the weight of this amount in the shortest lock.
    pub threshold: AssayAmount,
    /// Time from the publication of a proposal to the opening of its vote.
    pub notice: Seconds,
    pub voting_time: Seconds,
    pub hold_up: Seconds,
    pub execution_window: Seconds,
    pub proposal_deposit: AssayAmount,
    pub min_lock: Seconds,
    pub max_lock: Seconds,
    /// Most that a proposal may spend of what the treasury holds of a mint, basis points.
    pub spend_bps: u64,
    /// Share of the supply that, in the longest locks, is just enough to pass a proposal, basis points. Fixed for ever; how long
    /// the longest lock is, a vote can change.
    pub floor_bps: u64,
    /// Wallet that may pause and veto, or `none`.
    pub guardian: AddressRef,
    /// The least values that votes can set. Fixed for ever.
    pub floors: Floors,
    /// Locks that are made before governance gets any power, so that nobody else decides in its first days.
    #[serde(default)]
    pub founders: Vec<FounderLock>,
}

/// The least values of five parameters.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floors {
    pub notice: Seconds,
    pub voting_time: Seconds,
    pub hold_up: Seconds,
    pub execution_window: Seconds,
    pub threshold: AssayAmount,
}

/// A lock of a founder. Its nonce is its place in the file.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FounderLock {
    /// Wallet that owns the lock. Its keypair must be given to the migration. What it locks comes out of the genesis supply.
    pub owner: AddressRef,
    pub amount: AssayAmount,
    pub duration: Seconds,
}

/// A token that jobs may be paid in: an existing mint, or a test token that the migration creates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, untagged)]
pub enum PaymentToken {
    Existing {
        #[serde(deserialize_with = "deserialize_address")]
        mint: Address,
        /// Price of one whole token. It converts job prices into bonds and into the weight of work.
        price_in_assay: AssayAmount,
    },
    /// For networks without value: the deployer may mint any amount.
    Test {
        /// Symbol, at most 32 bytes.
        test_token: String,
        decimals: u8,
        price_in_assay: AssayAmount,
    },
}

impl PaymentToken {
    /// Returns the price of one whole token, base units of ASSAY.
    pub fn price_in_assay(&self) -> u64 {
        match self {
            Self::Existing { price_in_assay, .. } | Self::Test { price_in_assay, .. } => {
                price_in_assay.0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_file_is_valid() {
        for name in ["localnet", "devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap();
            let cluster = cluster.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(cluster.payment_mints.len(), 1, "{name}");
        }
        assert!(ClusterConfig::named("moonnet").is_none());
    }

    #[test]
    fn a_file_for_a_network_of_value_names_its_genesis_hash() {
        for name in ["devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            let hash = cluster.genesis_hash.expect(name);
            assert!(
                hash.parse::<Address>().is_ok(),
                "{name}: 32 bytes in base58"
            );
        }
    }

    #[test]
    fn the_mainnet_file_is_for_mainnet() {
        let cluster = |name| ClusterConfig::named(name).unwrap().unwrap();
        assert!(cluster("mainnet").is_mainnet());
        assert!(!cluster("devnet").is_mainnet() && !cluster("localnet").is_mainnet());
    }

    #[test]
    fn words_stand_for_addresses() {
        let deployer = Address::new_from_array([7; 32]);
        let parse = |text: &str| {
            let file = format!("owner = \"{text}\"\namount = \"1\"\nduration = \"7d\"");
            toml::from_str::<FounderLock>(&file).map(|lock| lock.owner.resolve(&deployer))
        };
        assert_eq!(parse("deployer"), Ok(deployer));
        assert_eq!(parse("none"), Ok(Address::default()));
        assert_eq!(parse("governance"), Ok(governance::upgrade_authority()));
        assert_eq!(parse(&deployer.to_string()), Ok(deployer));
        assert!(parse("somebody").is_err());
    }

    #[test]
    fn an_unknown_key_is_rejected_by_name() {
        let text = include_str!("../clusters/mainnet.toml");
        let text = text.replace("fee_bps", "fees_bps");
        let error = ClusterConfig::parse(&text).unwrap_err().to_string();
        assert!(error.contains("fees_bps"), "{error}");
    }
}
