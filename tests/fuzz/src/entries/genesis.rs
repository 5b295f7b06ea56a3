//! The deployment: every program is initialized once, under parameters that numbers choose.

use super::{tokens, Entry, Topic};
use crate::{
    cast::{self, ADMIN, DEPLOYER, FOUNDER, GUARDIAN, ISSUER, TREASURY},
    random::Random,
    step::{Step, Unsent},
    world::World,
};
use assay_client::{
    instruction::{governance, market, rewards, staking},
    pda,
};
use assay_governance::instructions::{FloorsConfig, GovernanceConfig};
use assay_market::{instructions::MarketConfig, state::RING};
use assay_rewards::instructions::RewardsConfig;
use assay_staking::instructions::StakingConfig;
use solana_system_interface::instruction as system;
use spl_token_interface::instruction as spl;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "rewards.initialize",
        topic: Topic::Genesis,
        weight: 0,
        propose: tokens::never,
        build: |_, with| {
            let deployer = cast::actor(DEPLOYER);
            let config = RewardsConfig {
                authority: pda::governance::authority(),
                treasury_holder: pda::governance::treasury_authority(),
                genesis_holder: cast::actor(FOUNDER),
                cap: with.at(0),
                genesis_supply: with.at(1),
                initial_emission: with.at(2),
                halving_epochs: with.at(3),
                workers_bps: with.at(4),
                stakers_bps: with.at(6),
                kappa_bps: with.at(5),
            };
            Some(Unsent::one(deployer, rewards::initialize(deployer, config)))
        },
    },
    Entry {
        name: "staking.initialize",
        topic: Topic::Genesis,
        weight: 0,
        propose: tokens::never,
        build: |_, with| {
            let deployer = cast::actor(DEPLOYER);
            let config = StakingConfig {
                authority: pda::governance::authority(),
                market_authority: pda::market::authority(),
                rewards_authority: pda::rewards::funder(),
                min_self_stake: with.at(0),
                unbonding_period: with.at(1),
                min_delegation: with.at(2),
                leverage: with.at(3),
                claim_span: with.at(4),
            };
            let initialize = staking::initialize(deployer, cast::stake_mint(), config);
            Some(Unsent::one(deployer, initialize))
        },
    },
    Entry {
        name: "market.initialize",
        topic: Topic::Genesis,
        weight: 0,
        propose: tokens::never,
        build: |world, with| {
            let deployer = cast::actor(DEPLOYER);
            let config = MarketConfig {
                authority: cast::actor(ADMIN),
                genesis_hash: [42; 32],
                genesis_time: world.now.saturating_add_unsigned(with.at(0)),
                epoch_length: with.at(1),
                tally_window: with.at(2),
                fee_bps: with.at(3),
                bond_bps: with.at(4),
                missed_bps: with.at(5),
                reserve: with.at(6),
                step: with.at(7),
                min_hold: with.at(8),
                open_window: with.at(9),
                max_claim_window: with.at(10),
                max_run_window: with.at(11),
            };
            Some(Unsent::one(deployer, market::initialize(deployer, config)))
        },
    },
    Entry {
        name: "governance.initialize",
        topic: Topic::Genesis,
        weight: 0,
        propose: tokens::never,
        build: |_, with| {
            let deployer = cast::actor(DEPLOYER);
            let config = GovernanceConfig {
                quorum_bps: with.at(0),
                threshold: with.at(1),
                voting_time: with.at(2),
                hold_up: with.at(3),
                execution_window: with.at(4),
                proposal_deposit: with.at(5),
                min_lock: with.at(6),
                max_lock: with.at(7),
                notice: with.at(8),
                spend_bps: with.at(9),
                floors: FloorsConfig {
                    notice: HOUR,
                    voting_time: HOUR,
                    hold_up: HOUR,
                    execution_window: HOUR,
                    threshold: 1,
                },
                floor_bps: 1,
                guardian: cast::actor(GUARDIAN),
            };
            let (mint, to) = (cast::stake_mint(), pda::rewards::treasury());
            let initialize = governance::initialize(deployer, mint, to, config);
            Some(Unsent::one(deployer, initialize))
        },
    },
];

/// Returns the steps that deploy everything and let the owners work, under parameters of chance.
#[allow(clippy::too_many_lines, reason = "a list of steps in their order")]
pub fn opening(random: &mut Random) -> Vec<Step> {
    let epoch = random.of(&[HOUR, HOUR, 6 * HOUR]);
    let mut steps = vec![
        Step::call(
            "rewards.initialize",
            vec![
                10_000_000_000,
                random.of(&[1_000_000_000, 2_000_000_000]),
                random.of(&[1_000, 10_000, 1_000_000]),
                random.of(&[4, 20]),
                random.of(&[3_000, 6_000, 7_500]),
                random.of(&[5_000, 5_000, 1_000]),
                random.of(&[0, 1_000, 2_000, 2_000]),
            ],
        ),
        Step::call(
            "staking.initialize",
            vec![
                random.of(&[1, 1_000]),
                random.of(&[2 * DAY, 3 * DAY]),
                random.of(&[1, 100]),
                random.of(&[1, 4, 20]),
                RING as u64 * epoch,
            ],
        ),
    ];
    for wallet in 0..cast::ACTORS {
        for mint in 0..=cast::MINTS {
            if mint == cast::MINTS || wallet < cast::VOTER || wallet == TREASURY {
                steps.push(Step::call("token.open", vec![wallet, mint]));
            }
        }
    }
    for voter in [cast::VOTER, cast::VOTER + 1] {
        steps.push(Step::call("token.give", vec![voter, 4_000_000]));
    }
    for holder in cast::HOLDER..cast::ACTORS {
        steps.push(Step::call("token.give", vec![holder, 2_000_000]));
    }
    // Otherwise there is nothing to spend before the first epochs are finalized.
    let treasury = cast::code(12, 6);
    let gift = vec![cast::VOTER, cast::MINTS, treasury, 1_000_000];
    steps.push(Step::call("token.donate", gift));
    let mut collateral = Vec::new();
    for owner in 0..cast::OWNERS {
        let stake = random.of(&[4_000_000, 2_000_000, 600_000]);
        let commission = random.of(&[0, 1_000, 5_000]);
        let register = vec![owner, owner, commission];
        steps.push(Step::call("staking.register_provider", register));
        steps.push(Step::call("token.give", vec![owner, 2 * stake]));
        steps.push(Step::call("staking.deposit_stake", vec![owner, stake]));
        collateral.push(stake - random.below(stake / 4));
    }
    // Before the first epoch: what is delegated waits for a day at least.
    let lent = [
        (0, cast::VOTER),
        (0, cast::VOTER + 1),
        (1, cast::VOTER),
        (0, cast::HOLDER),
        (1, cast::HOLDER + 1),
        (2, cast::HOLDER + 2),
    ];
    for (owner, delegator) in lent {
        let amount = random.of(&[1_000, 400_000, 900_000]);
        let delegate = vec![owner, delegator, amount];
        steps.push(Step::call("staking.delegate", delegate));
    }
    steps.push(Step::pause(DAY));
    for (owner, delegator) in lent {
        let activate = vec![owner, delegator];
        steps.push(Step::call("staking.activate_delegation", activate));
    }
    steps.push(Step::call(
        "market.initialize",
        vec![
            random.of(&[0, 0, 0, 2 * HOUR]),
            epoch,
            random.of(&[60, HOUR / 2, HOUR]),
            random.of(&[1, 250, 500, 2_000]),
            random.of(&[50_000, 10_000, 200_000]),
            random.of(&[5_000, 100, 10_000]),
            random.of(&[5, 2, 1]),
            random.of(&[1, 4, 8]),
            random.of(&[30, 60, 300]),
            random.of(&[30, 60, 300]),
            random.of(&[1_200, HOUR]),
            random.of(&[120, 600]),
        ],
    ));
    steps.push(Step::call(
        "governance.initialize",
        vec![
            random.of(&[1_000, 500, 2_500]),
            random.of(&[1, 1_000]),
            random.of(&[HOUR, 2 * HOUR]),
            HOUR,
            random.of(&[HOUR, DAY]),
            random.of(&[1, 500]),
            HOUR,
            60 * DAY,
            HOUR,
            random.of(&[1, 1_000]),
        ],
    ));
    for target in 0..4 {
        if random.percent(60) {
            let accept = vec![DEPLOYER, target];
            steps.push(Step::call("governance.accept_program", accept));
        }
    }
    for voter in cast::HOLDER + 3..cast::ACTORS {
        let (amount, duration) = (random.of(&[1_000, 500_000]), random.of(&[HOUR, 60 * DAY]));
        let lock = vec![voter, 0, amount, duration];
        steps.push(Step::call("governance.lock_tokens", lock));
    }
    for mint in 0..cast::MINTS {
        let rate = random.of(&[2_000_000_000, 1_000_000_000, 333_333_333]);
        steps.push(Step::call("market.allow_mint", vec![mint, rate, ADMIN]));
        for requester in cast::OWNERS..cast::VOTER {
            steps.push(Step::call("token.mint", vec![requester, mint, 50_000_000]));
        }
    }
    for (owner, amount) in (0..).zip(collateral) {
        steps.push(Step::call("market.open_worker", vec![owner]));
        // One has no work, and may retire.
        if owner + 1 < cast::OWNERS {
            steps.push(Step::call("market.add_collateral", vec![owner, amount]));
        }
    }
    for set in 0..cast::SETS {
        steps.push(Step::call(
            "staking.open_attester_set",
            vec![set, cast::ATTESTERS],
        ));
    }
    steps.push(Step::pause(1));
    steps
}

/// Creates the payment mints: a classic one and one of Token-2022, both with a freeze authority.
///
/// # Panics
/// If the token programs refuse.
pub fn create_payment_mints(world: &mut World) {
    let issuer = cast::actor(ISSUER);
    for index in 0..cast::MINTS {
        let mint = cast::mint(index);
        let program = cast::token_program(&mint);
        let rent = world.context.rent(82);
        let create = system::create_account(&issuer, &mint, rent, 82, &program);
        let made = spl::initialize_mint2(&crate::raw::TOKEN, &mint, &issuer, Some(&issuer), 6);
        let mut made = made.expect("TOKEN is the token program");
        made.program_id = program;
        let unsent = Unsent {
            payer: issuer,
            instructions: vec![create, made],
        };
        let sent = world.send(&unsent, true);
        assert!(
            matches!(sent, Ok(crate::world::Outcome::Accepted(_))),
            "a new mint"
        );
    }
}
