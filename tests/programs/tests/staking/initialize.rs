use assay_harness::{
    account_exists, assert_fails, instruction::staking, pda, replace_account, ErrorCode, Signer,
    TestContext, TransactionFailure, TransactionResult, DAY, DEPLOYER, HOUR,
};
use assay_staking::{
    error::StakingError,
    event::StakingInitialized,
    instructions::StakingConfig,
    state::{Param, Params},
};

/// Initializes staking as `signer`, with the usual mint.
fn initialize(
    context: &mut TestContext,
    signer: &str,
    config: StakingConfig,
) -> Result<TransactionResult, TransactionFailure> {
    let mint = context.stake_mint();
    let signer = context.actor(signer);
    let initialize = staking::initialize(signer.pubkey(), mint, config);
    context.send(&[initialize], &[&signer])
}

#[test]
fn the_deployer_sets_the_parameters() {
    // Given
    let mut context = TestContext::new();
    let config = context.staking_config();

    // When
    let result = initialize(&mut context, DEPLOYER, config).unwrap();

    // Then
    let params: Params = context.account(&pda::staking::params());
    assert_eq!(params.authority, config.authority);
    assert_eq!(params.market_authority, config.market_authority);
    assert_eq!(params.rewards_authority, config.rewards_authority);
    assert_eq!(params.stake_mint, context.stake_mint());
    assert_eq!(params.version, 1);
    assert_eq!(params.get(Param::MinSelfStake), config.min_self_stake);
    assert_eq!(params.get(Param::UnbondingPeriod), config.unbonding_period);
    assert_eq!(params.get(Param::MinDelegation), config.min_delegation);
    assert_eq!(params.get(Param::Leverage), config.leverage);
    assert_eq!(params.claim_span.get(), config.claim_span);
    assert_eq!((params.exposure.get(), params.paused.get()), (0, 0));
    let event = result.event::<StakingInitialized>();
    assert_eq!(event.authority, config.authority);
    assert_eq!(event.stake_mint, context.stake_mint());
    assert_eq!(event.market_authority, config.market_authority);
    assert_eq!(event.rewards_authority, config.rewards_authority);
    assert_eq!(event.min_self_stake.get(), config.min_self_stake);
    assert_eq!(event.unbonding_period.get(), config.unbonding_period);
    assert_eq!(event.min_delegation.get(), config.min_delegation);
    assert_eq!(event.leverage.get(), config.leverage);
    assert_eq!(event.claim_span.get(), config.claim_span);
}

#[test]
fn somebody_faster_than_the_deployer_is_refused() {
    let mut context = TestContext::new();
    let config = context.staking_config();
    let result = initialize(&mut context, "mallory", config);
    assert_fails(result, StakingError::NotDeployer);
}

#[test]
fn the_deployer_of_another_program_is_refused() {
    // Given a program data account that names the signer, but not as this program's authority
    let mut context = TestContext::new();
    let config = context.staking_config();
    let mint = context.stake_mint();
    let deployer = context.actor(DEPLOYER);
    let initialize = staking::initialize(deployer.pubkey(), mint, config);
    let forged = replace_account(
        initialize,
        &pda::program_data(&assay_staking::ID),
        &pda::program_data(&spl_token_interface::ID),
    );

    // When
    let result = context.send(&[forged], &[&deployer]);

    // Then
    assert_fails(result, StakingError::NotDeployer);
}

#[test]
fn a_program_data_account_must_be_the_loaders_and_name_an_authority() {
    let program_data = pda::program_data(&assay_staking::ID);
    let final_program =
        |context: &mut TestContext| context.edit_data(&program_data, |data| data[12] = 0);
    let another_state =
        |context: &mut TestContext| context.edit_data(&program_data, |data| data[0] = 2);
    let another_owner =
        |context: &mut TestContext| context.set_owner(&program_data, &assay_market::ID);
    let cases: [&dyn Fn(&mut TestContext); 3] = [&final_program, &another_state, &another_owner];
    for spoil in cases {
        let mut context = TestContext::new();
        let config = context.staking_config();
        spoil(&mut context);
        let result = initialize(&mut context, DEPLOYER, config);
        assert_fails(result, StakingError::NotDeployer);
    }
}

#[test]
fn a_stake_mint_that_somebody_can_freeze_is_refused() {
    let mut context = TestContext::new();
    let (config, mint) = (context.staking_config(), context.stake_mint());
    context.edit_data(&mint, |data| data[46] = 1);
    let result = initialize(&mut context, DEPLOYER, config);
    assert_fails(result, StakingError::FreezableMint);
}

#[test]
fn parameters_at_another_address_are_refused() {
    let mut context = TestContext::new();
    let config = context.staking_config();
    let mint = context.stake_mint();
    let (deployer, elsewhere) = (context.actor(DEPLOYER), context.address_of("elsewhere"));
    let initialize = staking::initialize(deployer.pubkey(), mint, config);
    let forged = replace_account(initialize, &pda::staking::params(), &elsewhere);
    let result = context.send(&[forged], &[&deployer]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_second_initialization_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let config = context.staking_config();
    let result = initialize(&mut context, DEPLOYER, config);
    assert_fails(result, account_exists());
}

#[test]
fn a_stake_mint_that_is_no_mint_is_refused() {
    let mut context = TestContext::new();
    let config = context.staking_config();
    let deployer = context.actor(DEPLOYER);
    let (other, owner) = (context.mint("OTHER"), deployer.pubkey());
    let token_account = context.ata(&other, &owner);
    let nothing = context.address_of("nobody's account");
    for no_mint in [token_account, nothing] {
        let initialize = staking::initialize(deployer.pubkey(), no_mint, config);
        let result = context.send(&[initialize], &[&deployer]);
        assert_fails(result, StakingError::WrongMint);
    }
}

#[test]
fn parameters_outside_their_bounds_are_refused() {
    let mut context = TestContext::new();
    let config = context.staking_config();
    let changes: [fn(&mut StakingConfig); 10] = [
        |config| config.min_self_stake = 0,
        |config| config.min_self_stake = 1_000_000_000_000_001,
        |config| config.unbonding_period = DAY - 1,
        |config| config.unbonding_period = 180 * DAY + 1,
        |config| config.min_delegation = 0,
        |config| config.min_delegation = 1_000_000_000_001,
        |config| config.leverage = 0,
        |config| config.leverage = 21,
        |config| config.claim_span = HOUR - 1,
        |config| config.claim_span = 300 * DAY + 1,
    ];
    for change in changes {
        let mut outside = config;
        change(&mut outside);
        let result = initialize(&mut context, DEPLOYER, outside);
        assert_fails(result, StakingError::ParamOutOfBounds);
    }
}

#[test]
fn parameters_on_their_bounds_are_taken() {
    let (smallest, largest) = (
        (1, DAY, 1, 1, HOUR),
        (1 << 49, 180 * DAY, 1 << 39, 20, 300 * DAY),
    );
    for (own, period, delegation, leverage, span) in [smallest, largest] {
        let mut context = TestContext::new();
        let config = StakingConfig {
            min_self_stake: own,
            unbonding_period: period,
            min_delegation: delegation,
            leverage,
            claim_span: span,
            ..context.staking_config()
        };
        initialize(&mut context, DEPLOYER, config).unwrap();
    }
}
