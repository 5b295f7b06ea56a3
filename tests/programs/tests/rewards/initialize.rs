use assay_harness::{
    account_exists, assert_fails,
    instruction::rewards,
    pda,
    pda::rewards as at,
    replace_account,
    rewards::{
        CAP, GENESIS_SUPPLY, HALVING, INITIAL_EMISSION, KAPPA_BPS, STAKERS_BPS, WORKERS_BPS,
    },
    ErrorCode, Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_rewards::{
    error::RewardsError,
    event::EmissionCreated,
    instructions::RewardsConfig,
    state::{Emission, Param, MAX_CAP, MAX_PAID_BPS},
};
use assay_shared::token::TokenAccount;

fn initialize(
    context: &mut TestContext,
    signer: &str,
    config: RewardsConfig,
) -> Result<TransactionResult, TransactionFailure> {
    let signer = context.actor(signer);
    let initialize = rewards::initialize(signer.pubkey(), config);
    context.send(&[initialize], &[&signer])
}

#[test]
fn the_deployer_creates_the_mint_its_genesis_supply_and_the_emission() {
    // Given
    let mut context = TestContext::new();
    let config = context.rewards_config();

    // When
    let result = initialize(&mut context, DEPLOYER, config).unwrap();

    // Then
    let emission: Emission = context.account(&at::emission());
    assert_eq!(emission.version, 1);
    assert_eq!(emission.authority, config.authority);
    assert_eq!(emission.mint, at::mint());
    assert_eq!(emission.treasury, at::treasury());
    assert_eq!(emission.pot, at::pot());
    assert_eq!(emission.cap.get(), CAP);
    assert_eq!(emission.genesis_supply.get(), GENESIS_SUPPLY);
    assert_eq!(emission.initial_emission.get(), INITIAL_EMISSION);
    assert_eq!(emission.halving_epochs.get(), HALVING);
    assert_eq!(emission.get(Param::WorkersBps), WORKERS_BPS);
    assert_eq!(emission.get(Param::StakersBps), STAKERS_BPS);
    assert_eq!(emission.get(Param::KappaBps), KAPPA_BPS);
    assert_eq!(emission.minted.get(), 0);
    assert_eq!(emission.next_epoch.get(), 0);
    assert_eq!(context.supply(&at::mint()), GENESIS_SUPPLY);

    let genesis = TokenAccount::parse(&context.data(&at::genesis_vault())).unwrap();
    assert_eq!(genesis.amount, GENESIS_SUPPLY);
    assert_eq!(genesis.authority, config.genesis_holder);
    let treasury = TokenAccount::parse(&context.data(&at::treasury())).unwrap();
    assert_eq!(treasury.amount, 0);
    assert_eq!(treasury.authority, config.treasury_holder);
    let pot = TokenAccount::parse(&context.data(&at::pot())).unwrap();
    assert_eq!((pot.amount, pot.authority), (0, at::funder()));

    let event = result.event::<EmissionCreated>();
    assert_eq!(event.mint, at::mint());
    assert_eq!(event.authority, config.authority);
    assert_eq!(event.treasury_holder, config.treasury_holder);
    assert_eq!(event.cap.get(), CAP);
    assert_eq!(event.genesis_supply.get(), GENESIS_SUPPLY);
    assert_eq!(event.workers_bps.get(), WORKERS_BPS);
    assert_eq!(event.stakers_bps.get(), STAKERS_BPS);
    assert_eq!(event.kappa_bps.get(), KAPPA_BPS);
}

#[test]
fn nobody_can_freeze_the_token_or_mint_it_beside_the_program() {
    let mut context = TestContext::new();
    context.init_rewards();
    let mint = context.mint_state(&at::mint());
    assert!(mint.freeze_authority.is_none());
    let authority = assay_rewards::accounts::Initialize::find_mint_authority_address().0;
    assert_eq!(Option::from(mint.mint_authority), Some(authority));
    assert_eq!(mint.decimals, 9);
}

#[test]
fn somebody_faster_than_the_deployer_is_refused() {
    let mut context = TestContext::new();
    let config = context.rewards_config();
    let result = initialize(&mut context, "mallory", config);
    assert_fails(result, RewardsError::NotDeployer);
}

#[test]
fn the_deployer_of_another_program_is_refused() {
    let mut context = TestContext::new();
    let (config, deployer) = (context.rewards_config(), context.actor(DEPLOYER));
    let forged = replace_account(
        rewards::initialize(deployer.pubkey(), config),
        &pda::program_data(&assay_rewards::ID),
        &pda::program_data(&assay_staking::ID),
    );
    let result = context.send(&[forged], &[&deployer]);
    assert_fails(result, RewardsError::NotDeployer);
}

#[test]
fn nothing_is_created_at_another_address() {
    let mut context = TestContext::new();
    let (deployer, config) = (context.actor(DEPLOYER), context.rewards_config());
    let elsewhere = context.address_of("elsewhere");
    let initialize = rewards::initialize(deployer.pubkey(), config);
    let authority = assay_rewards::accounts::Initialize::find_mint_authority_address().0;
    let created = [
        at::emission(),
        at::mint(),
        at::pot(),
        at::genesis_vault(),
        at::treasury(),
    ];
    for right in created.into_iter().chain([authority, at::funder()]) {
        let forged = replace_account(initialize.clone(), &right, &elsewhere);
        let result = context.send(&[forged], &[&deployer]);
        assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
    }
}

#[test]
fn a_second_initialization_is_refused() {
    let mut context = TestContext::new();
    let config = context.rewards_config();
    initialize(&mut context, DEPLOYER, config).unwrap();
    let result = initialize(&mut context, DEPLOYER, config);
    assert_fails(result, account_exists());
}

#[test]
fn a_schedule_that_breaks_a_rule_is_refused_by_name() {
    let mut context = TestContext::new();
    let good = context.rewards_config();
    let cases = [
        (
            RewardsConfig {
                cap: MAX_CAP + 1,
                ..good
            },
            RewardsError::CapTooLarge,
        ),
        (
            RewardsConfig {
                genesis_supply: CAP + 1,
                ..good
            },
            RewardsError::GenesisAboveCap,
        ),
        (
            RewardsConfig {
                initial_emission: 0,
                ..good
            },
            RewardsError::EmptySchedule,
        ),
        (
            RewardsConfig {
                halving_epochs: 0,
                ..good
            },
            RewardsError::EmptySchedule,
        ),
        (
            RewardsConfig {
                initial_emission: CAP,
                ..good
            },
            RewardsError::ScheduleAboveCap,
        ),
        (
            RewardsConfig {
                workers_bps: 2_999,
                ..good
            },
            RewardsError::ParamOutOfBounds,
        ),
        (
            RewardsConfig {
                workers_bps: MAX_PAID_BPS + 1,
                ..good
            },
            RewardsError::ParamOutOfBounds,
        ),
        (
            RewardsConfig {
                stakers_bps: 5_001,
                ..good
            },
            RewardsError::ParamOutOfBounds,
        ),
        (
            RewardsConfig {
                kappa_bps: 5_001,
                ..good
            },
            RewardsError::ParamOutOfBounds,
        ),
        (
            RewardsConfig {
                workers_bps: 9_000,
                stakers_bps: 501,
                ..good
            },
            RewardsError::SplitTooLarge,
        ),
    ];
    for (config, error) in cases {
        let result = initialize(&mut context, DEPLOYER, config);
        assert_fails(result, error);
    }
}

#[test]
fn a_schedule_at_its_limits_is_accepted() {
    let mut context = TestContext::new();
    let config = RewardsConfig {
        cap: MAX_CAP,
        genesis_supply: MAX_CAP - 4,
        initial_emission: 2,
        halving_epochs: 2,
        workers_bps: MAX_PAID_BPS,
        stakers_bps: 0,
        ..context.rewards_config()
    };
    initialize(&mut context, DEPLOYER, config).unwrap();
}
