//! Validates a cluster file with the programs' own rules before anything is sent. Initialization cannot be undone: a value
//! that the third program rejects would leave two programs initialized with no way back.

use crate::{
    cluster::{self, AddressRef},
    founders, ClusterConfig, Error, Result,
};
use anchor_lang::bytemuck::Zeroable as _;
use assay_client::{pda::governance, Address};
use assay_governance::state::SPEND_GAP_DAYS;
use assay_market::{
    instructions::{admits_epochs, MAX_EPOCH, MAX_TALLY_EPOCHS, MIN_EPOCH, MIN_TALLY},
    state::{Param as MarketParam, Params as MarketParams},
};
use assay_rewards::state::{Emission, Param as RewardsParam, Schedule};
use assay_shared::{error::ProgramErrorCode, param::Votable};
use assay_staking::state::{Param as StakingParam, Params as StakingParams};

/// Share of the supply that the least yes must exceed on mainnet, basis points: a tenth.
const LEAST_FLOOR_BPS: u64 = 1_000;
/// Least floor of the execution window on mainnet, seconds: a day more than lies between two proposals that spend. Whoever
/// executes one of two that passed together would otherwise void the other.
const LEAST_WINDOW: u64 = (SPEND_GAP_DAYS as u64 + 1) * 86_400;

/// Checks every value and the rules between them.
///
/// # Errors
/// [`Error::ClusterFile`] with the first rule that is broken.
pub(crate) fn validate(cluster: &ClusterConfig) -> Result<()> {
    check_bounds("rewards", |param| cluster.rewards.value(param))?;
    check_bounds("staking", |param| cluster.staking.value(param))?;
    check_bounds("market", |param| cluster.market.value(param))?;
    check_bounds("governance", |param| cluster.governance.value(param))?;
    check_invariant("rewards", cluster.rewards.schedule().invariant())?;
    check_invariant("rewards", emission(&cluster.rewards).invariant())?;
    let governance = cluster.governance.config(&Address::default());
    check_invariant("governance", governance.check())?;
    let market = market_params(&cluster.market);
    check_invariant("market", market.invariant())?;
    let mut staking = staking_params(&cluster.staking);
    staking.exposure = check_invariant("market", market.exposure())?.into();
    check_invariant("staking", staking.invariant())?;
    check_epochs(&cluster.market)?;
    check_founders(cluster)?;
    if cluster.is_mainnet() {
        check_mainnet(cluster)?;
    }
    Ok(())
}

/// Checks that every address is chosen and can do what it is chosen for, and that on mainnet the deployer holds nothing that lasts.
///
/// # Errors
/// [`Error::ClusterFile`] with the first field that is not.
pub(crate) fn validate_choices(cluster: &ClusterConfig, deployer: &Address) -> Result<()> {
    let guardian = cluster.governance.guardian;
    let holder = cluster.rewards.genesis_holder;
    // The third is an address that no other field can be.
    let mut fields = vec![
        (
            "upgrade_authority",
            cluster.upgrade_authority,
            Some(governance::upgrade_authority()),
        ),
        ("rewards.genesis_holder", holder, None),
        ("governance.guardian", guardian, Some(Address::default())),
    ];
    let owners = cluster.governance.founders.iter().map(|lock| lock.owner);
    fields.extend(owners.map(|owner| ("governance.founders.owner", owner, None)));
    let of_governance = [
        governance::authority(),
        governance::treasury_authority(),
        governance::upgrade_authority(),
    ];
    for (field, chosen, its_own) in fields {
        let address = chosen.resolve(deployer);
        let fault = if chosen == AddressRef::Unset {
            "is not chosen yet: write an address into a copy of the file"
        } else if its_own == Some(address) {
            continue;
        } else if address == Address::default() {
            "cannot be nobody: write an address"
        } else if of_governance.contains(&address) {
            "cannot be governance, which could never use it: write the address of a wallet"
        } else if cluster.is_mainnet() && address == *deployer {
            "is the deployer, whose key would hold it for ever: write another address"
        } else {
            continue;
        };
        return Err(Error::ClusterFile(format!("{field} {fault}")));
    }
    Ok(())
}

/// Checks the founders' locks against the times of a lock and the genesis supply.
fn check_founders(cluster: &ClusterConfig) -> Result<()> {
    let locks = &cluster.governance.founders;
    let sum = locks.iter().try_fold(0u64, |sum, lock| {
        sum.checked_add(lock.amount.0).filter(|_| lock.amount.0 > 0)
    });
    let is_there = sum.is_some_and(|sum| sum <= cluster.rewards.genesis_supply.0);
    if !is_there || founders::total_weight(cluster).is_none() {
        return Err(Error::ClusterFile(
            "governance.founders must lock amounts above zero, together no more than the genesis supply, for min_lock to max_lock".into(),
        ));
    }
    Ok(())
}

/// Checks what a network of value asks for: nobody passes a vote with a tenth of the supply, the founders can pass one by
/// themselves as long as only the genesis supply exists, and no window for the execution is too short to wait out the rest
/// between two proposals that spend.
fn check_mainnet(cluster: &ClusterConfig) -> Result<()> {
    let floor_bps = cluster.governance.floor_bps;
    if floor_bps <= LEAST_FLOOR_BPS {
        return Err(Error::ClusterFile(format!(
            "governance.floor_bps is {floor_bps}, but must be more than {LEAST_FLOOR_BPS} on mainnet"
        )));
    }
    let window = cluster.governance.floors.execution_window.0;
    if window < LEAST_WINDOW {
        return Err(Error::ClusterFile(format!(
            "governance.floors.execution_window is {window} seconds, but must be at least {LEAST_WINDOW} on mainnet: a day more than lies between two proposals that spend"
        )));
    }
    let (locked, needed) = (
        founders::total_weight(cluster),
        founders::needed_weight(cluster),
    );
    if locked < needed {
        return Err(Error::ClusterFile(
            "governance.founders must lock enough to pass a vote on mainnet: a share of floor_bps of the genesis supply in the longest locks".into(),
        ));
    }
    Ok(())
}

/// Checks that every parameter of a program is within its hard bounds.
fn check_bounds<P: Votable>(program: &str, value: impl Fn(P) -> u64) -> Result<()> {
    for param in P::ALL {
        let (found, name, unit) = (value(*param), param.name(), param.unit());
        let (low, high) = param.bounds();
        if !param.admits(found) {
            return Err(Error::ClusterFile(format!(
                "{program}.{name} is {found} {unit}, but must be from {low} to {high}"
            )));
        }
    }
    Ok(())
}

/// Passes on the result of a program's rule. An error becomes a sentence in the program's own words.
fn check_invariant<T, E: ProgramErrorCode>(
    program: &str,
    result: core::result::Result<T, E>,
) -> Result<T> {
    result.map_err(|rule| Error::ClusterFile(format!("{program}: {}", rule.message())))
}

/// Checks the market's calendar.
fn check_epochs(market: &cluster::Market) -> Result<()> {
    if !admits_epochs(market.epoch_length.0, market.tally_window.0) {
        return Err(Error::ClusterFile(format!(
            "market.epoch_length must be from {MIN_EPOCH} to {MAX_EPOCH} seconds, and market.tally_window from {MIN_TALLY} seconds to {MAX_TALLY_EPOCHS} epochs"
        )));
    }
    Ok(())
}

/// Returns the parameters of rewards as `initialize` would write them.
fn emission(chosen: &cluster::Rewards) -> Emission {
    let mut emission = Emission::zeroed();
    for param in RewardsParam::ALL {
        emission.put(*param, chosen.value(*param));
    }
    emission
}

/// Returns the market's parameters as `initialize` would write them.
fn market_params(chosen: &cluster::Market) -> MarketParams {
    let mut params = MarketParams::zeroed();
    for param in MarketParam::ALL {
        params.put(*param, chosen.value(*param));
    }
    params
}

/// Returns the staking program's parameters as `initialize` would write them.
fn staking_params(chosen: &cluster::Staking) -> StakingParams {
    let mut params = StakingParams::zeroed();
    for param in StakingParam::ALL {
        params.put(*param, chosen.value(*param));
    }
    params
}

impl cluster::Rewards {
    fn schedule(&self) -> Schedule {
        Schedule {
            cap: self.cap.0,
            genesis_supply: self.genesis_supply.0,
            initial_emission: self.initial_emission.0,
            halving_epochs: self.halving_epochs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cluster::{AssayAmount, Seconds},
        config::claim_span,
    };
    use assay_rewards::state::MAX_KAPPA_BPS;
    use assay_staking::state::CLAIM_SPAN;

    fn local() -> ClusterConfig {
        ClusterConfig::named("localnet").unwrap().unwrap()
    }

    #[track_caller]
    fn assert_rejected(cluster: &ClusterConfig, clause: &str) {
        let error = validate(cluster).unwrap_err().to_string();
        assert!(error.contains(clause), "{error}");
    }

    #[test]
    fn every_built_in_file_keeps_the_rules_of_the_programs() {
        for name in ["localnet", "devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            validate(&cluster).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_value_out_of_bounds_is_named_with_its_bounds() {
        let mut cluster = local();
        cluster.market.fee_bps = 2_001;
        assert_rejected(&cluster, "market.fee_bps is 2001 basis points");
        let mut cluster = local();
        cluster.governance.voting_time = Seconds(1);
        assert_rejected(&cluster, "governance.voting_time is 1 seconds");
    }

    #[test]
    fn a_broken_invariant_is_reported_in_the_words_of_its_program() {
        let mut cluster = local();
        cluster.rewards.genesis_supply = AssayAmount(cluster.rewards.cap.0 + 1);
        assert_rejected(&cluster, "rewards: the genesis supply exceeds the cap");
        let mut cluster = local();
        cluster.staking.unbonding_period = Seconds(2 * 86_400);
        assert_rejected(&cluster, "staking: ");
        let mut cluster = local();
        cluster.market.max_claim_window = Seconds(60);
        cluster.market.step = Seconds(2);
        assert_rejected(
            &cluster,
            "market: the longest claim window must be long enough",
        );
        let mut cluster = local();
        cluster.market.tally_window = Seconds(2 * cluster.market.epoch_length.0 + 1);
        assert_rejected(&cluster, "market.tally_window");
    }

    #[test]
    fn workers_and_stakers_receive_no_more_than_there_is() {
        let mut cluster = local();
        cluster.rewards.stakers_bps = 5_000;
        assert_rejected(&cluster, "rewards: ");
    }

    #[test]
    fn no_value_lies_below_its_floor() {
        let mut cluster = local();
        cluster.governance.floors.hold_up = Seconds(cluster.governance.hold_up.0 + 1);
        assert_rejected(&cluster, "governance: the value lies below the floor");
        let mut cluster = local();
        cluster.governance.floors.notice = Seconds(1);
        assert_rejected(&cluster, "governance: ");
        let mut cluster = local();
        cluster.governance.floor_bps = 0;
        assert_rejected(&cluster, "governance: ");
    }

    #[test]
    fn the_claims_of_every_built_in_file_fit_staking() {
        for name in ["localnet", "devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            let span = claim_span(cluster.market.epoch_length.0);
            let (shortest, longest) = CLAIM_SPAN;
            assert!((shortest..=longest).contains(&span), "{name}");
        }
    }

    /// Puts an address where it must not be.
    type Spoil = fn(&mut ClusterConfig, AddressRef);

    fn mainnet() -> ClusterConfig {
        let mut cluster = ClusterConfig::named("mainnet").unwrap().unwrap();
        let chosen = AddressRef::Address(Address::new_from_array([9; 32]));
        cluster.rewards.genesis_holder = chosen;
        cluster.governance.guardian = chosen;
        cluster.governance.founders[0].owner = chosen;
        cluster
    }

    #[test]
    fn on_mainnet_a_tenth_of_the_supply_decides_nothing_and_founders_can_vote() {
        let mut cluster = mainnet();
        cluster.governance.floor_bps = 1_000;
        assert_rejected(&cluster, "governance.floor_bps is 1000");
        let mut cluster = mainnet();
        cluster.governance.founders[0].amount.0 = 20_000_000_000_000_000;
        assert_rejected(&cluster, "governance.founders must lock enough");
        let mut cluster = mainnet();
        cluster.governance.founders.clear();
        assert_rejected(&cluster, "governance.founders must lock enough");
    }

    #[test]
    fn on_mainnet_two_proposals_that_spend_can_both_be_executed() {
        let mut cluster = mainnet();
        cluster.governance.floors.execution_window = Seconds(8 * 86_400 - 1);
        assert_rejected(&cluster, "governance.floors.execution_window is 691199");
        cluster.governance.floors.execution_window = Seconds(8 * 86_400);
        assert!(validate(&cluster).is_ok());
    }

    #[test]
    fn founders_lock_what_there_is_for_times_that_locks_have() {
        let spoil: [fn(&mut ClusterConfig); 3] = [
            |cluster| cluster.governance.founders[0].amount.0 = 0,
            |cluster| cluster.governance.founders[0].amount = cluster.rewards.cap,
            |cluster| cluster.governance.founders[0].duration = Seconds(1),
        ];
        for change in spoil {
            let mut cluster = mainnet();
            change(&mut cluster);
            assert_rejected(&cluster, "governance.founders must lock amounts");
        }
    }

    #[track_caller]
    fn assert_not_chosen(cluster: &ClusterConfig, deployer: &Address, clause: &str) {
        let error = validate_choices(cluster, deployer).unwrap_err().to_string();
        assert!(error.contains(clause), "{error}");
    }

    #[test]
    fn the_mainnet_file_is_not_used_before_its_addresses_are_chosen() {
        let deployer = Address::new_from_array([7; 32]);
        let built_in = ClusterConfig::named("mainnet").unwrap().unwrap();
        assert_not_chosen(&built_in, &deployer, "rewards.genesis_holder is not chosen");
        assert!(validate_choices(&mainnet(), &deployer).is_ok());
        for name in ["localnet", "devnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            assert!(validate_choices(&cluster, &deployer).is_ok(), "{name}");
        }
    }

    #[test]
    fn on_mainnet_the_deployer_holds_nothing_that_lasts() {
        let deployer = Address::new_from_array([7; 32]);
        let spoil: [(Spoil, &str); 4] = [
            (|c, a| c.upgrade_authority = a, "upgrade_authority is"),
            (
                |c, a| c.rewards.genesis_holder = a,
                "rewards.genesis_holder is",
            ),
            (|c, a| c.governance.guardian = a, "governance.guardian is"),
            (
                |c, a| c.governance.founders[0].owner = a,
                "governance.founders.owner is",
            ),
        ];
        for (change, clause) in spoil {
            for same in [AddressRef::Deployer, AddressRef::Address(deployer)] {
                let mut cluster = mainnet();
                change(&mut cluster, same);
                assert_not_chosen(&cluster, &deployer, clause);
            }
        }
        let mut cluster = mainnet();
        cluster.upgrade_authority = AddressRef::Nobody;
        assert_not_chosen(&cluster, &deployer, "cannot be nobody");
        let mut cluster = mainnet();
        cluster.governance.guardian = AddressRef::Nobody;
        assert!(validate_choices(&cluster, &deployer).is_ok());
    }

    /// Tokens of governance's addresses could never be moved, and an office of theirs never be used.
    #[test]
    fn governance_can_be_nothing_but_the_upgrade_authority() {
        let deployer = Address::new_from_array([7; 32]);
        let spoil: [(Spoil, &str); 3] = [
            (|c, a| c.rewards.genesis_holder = a, "genesis_holder cannot"),
            (|c, a| c.governance.guardian = a, "guardian cannot"),
            (|c, a| c.governance.founders[0].owner = a, "owner cannot"),
        ];
        let words = [
            AddressRef::Governance,
            AddressRef::Address(governance::authority()),
            AddressRef::Address(governance::treasury_authority()),
            AddressRef::Address(governance::upgrade_authority()),
        ];
        for (change, clause) in spoil {
            for word in words {
                let mut cluster = mainnet();
                change(&mut cluster, word);
                let clause = format!("{clause} be governance");
                assert_not_chosen(&cluster, &deployer, &clause);
            }
        }
        let mut cluster = mainnet();
        assert_eq!(cluster.upgrade_authority, AddressRef::Governance);
        cluster.upgrade_authority = AddressRef::Address(governance::authority());
        assert_not_chosen(
            &cluster,
            &deployer,
            "upgrade_authority cannot be governance",
        );
        let mut cluster = mainnet();
        cluster.rewards.genesis_holder = AddressRef::Address(Address::default());
        assert_not_chosen(&cluster, &deployer, "cannot be nobody");
    }

    #[test]
    fn a_network_of_value_has_a_day_to_tally_after_an_outage_of_a_day() {
        for name in ["devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            assert!(cluster.market.tally_window.0 >= 2 * 86_400, "{name}");
        }
    }

    #[test]
    fn every_built_in_file_mints_half_of_the_fees_at_most() {
        for name in ["localnet", "devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            assert_eq!(cluster.rewards.kappa_bps, MAX_KAPPA_BPS, "{name}");
        }
    }
}
