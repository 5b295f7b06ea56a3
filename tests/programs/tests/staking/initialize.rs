use assay_staking::{
    error::StakingError,
    event::StakingInitialized,
    instructions::StakingConfig,
    state::{Param, Params},
};
use assay_world::{
    account_exists, address, assert_fails, instruction::staking, swapped, ErrorCode, Failure,
    Receipt, Signer, World, DAY, DEPLOYER, HOUR,
};
use spl_token_interface::instruction::{approve, set_authority, AuthorityType};

/// Initializes as `signer` with the usual mint and slash destination.
fn initialize(world: &mut World, signer: &str, config: StakingConfig) -> Result<Receipt, Failure> {
    let (mint, destination) = (world.stake_mint(), world.slash_destination());
    let signer = world.actor(signer);
    let initialize = staking::initialize(signer.pubkey(), mint, destination, config);
    world.send(&[initialize], &[&signer])
}

#[test]
fn the_deployer_sets_the_parameters() {
    // Given
    let mut world = World::new();
    let config = world.staking_config();

    // When
    let receipt = initialize(&mut world, DEPLOYER, config).unwrap();

    // Then
    let params: Params = world.account(&address::staking::params());
    assert_eq!(params.authority, config.authority);
    assert_eq!(params.market_authority, config.market_authority);
    assert_eq!(params.stake_mint, world.stake_mint());
    assert_eq!(params.slash_destination, world.slash_destination());
    assert_eq!(params.get(Param::MinSelfStake), config.min_self_stake);
    assert_eq!(params.get(Param::UnbondingPeriod), config.unbonding_period);
    assert_eq!(params.exposure.get(), 0);
    let event = receipt.event::<StakingInitialized>();
    assert_eq!(event.authority, config.authority);
    assert_eq!(event.stake_mint, world.stake_mint());
}

#[test]
fn somebody_faster_than_the_deployer_is_refused() {
    let mut world = World::new();
    let config = world.staking_config();
    let result = initialize(&mut world, "mallory", config);
    assert_fails(result, StakingError::NotDeployer);
}

#[test]
fn the_deployer_of_another_program_is_refused() {
    // Given a program data account that names the signer, but not as this program's authority
    let mut world = World::new();
    let config = world.staking_config();
    let (mint, destination) = (world.stake_mint(), world.slash_destination());
    let deployer = world.actor(DEPLOYER);
    let initialize = staking::initialize(deployer.pubkey(), mint, destination, config);
    let forged = swapped(
        initialize,
        &address::program_data(&assay_staking::ID),
        &address::program_data(&spl_token_interface::ID),
    );

    // When
    let result = world.send(&[forged], &[&deployer]);

    // Then
    assert_fails(result, StakingError::NotDeployer);
}

#[test]
fn a_program_data_account_must_be_the_loaders_and_name_an_authority() {
    let program_data = address::program_data(&assay_staking::ID);
    let final_program = |world: &mut World| world.tamper(&program_data, |data| data[12] = 0);
    let another_state = |world: &mut World| world.tamper(&program_data, |data| data[0] = 2);
    let another_owner = |world: &mut World| world.hand_over(&program_data, &assay_market::ID);
    let cases: [&dyn Fn(&mut World); 3] = [&final_program, &another_state, &another_owner];
    for spoil in cases {
        let mut world = World::new();
        let config = world.staking_config();
        spoil(&mut world);
        let result = initialize(&mut world, DEPLOYER, config);
        assert_fails(result, StakingError::NotDeployer);
    }
}

#[test]
fn a_stake_mint_that_somebody_can_freeze_is_refused() {
    let mut world = World::new();
    let (config, mint) = (world.staking_config(), world.stake_mint());
    world.slash_destination();
    world.tamper(&mint, |data| data[46] = 1);
    let result = initialize(&mut world, DEPLOYER, config);
    assert_fails(result, StakingError::FreezableMint);
}

#[test]
fn parameters_at_another_address_are_refused() {
    let mut world = World::new();
    let config = world.staking_config();
    let (mint, destination) = (world.stake_mint(), world.slash_destination());
    let (deployer, elsewhere) = (world.actor(DEPLOYER), world.address_of("elsewhere"));
    let initialize = staking::initialize(deployer.pubkey(), mint, destination, config);
    let forged = swapped(initialize, &address::staking::params(), &elsewhere);
    let result = world.send(&[forged], &[&deployer]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_second_initialization_is_refused() {
    let mut world = World::new();
    world.staking_ready();
    let config = world.staking_config();
    let result = initialize(&mut world, DEPLOYER, config);
    assert_fails(result, account_exists());
}

#[test]
fn a_stake_mint_that_is_no_mint_is_refused() {
    let mut world = World::new();
    let config = world.staking_config();
    let destination = world.slash_destination();
    let deployer = world.actor(DEPLOYER);
    let (other, owner) = (world.mint("OTHER"), deployer.pubkey());
    let token_account = world.wallet(&other, &owner);
    let nothing = world.address_of("nobody's wallet");
    for no_mint in [token_account, nothing] {
        let initialize = staking::initialize(deployer.pubkey(), no_mint, destination, config);
        let result = world.send(&[initialize], &[&deployer]);
        assert_fails(result, StakingError::WrongMint);
    }
}

#[test]
fn a_slash_destination_that_cannot_hold_the_stake_is_refused() {
    // Given a token account of another mint, and an account that is no token account
    let mut world = World::new();
    let config = world.staking_config();
    let (mint, other) = (world.stake_mint(), world.mint("OTHER"));
    let deployer = world.actor(DEPLOYER);
    let of_another_mint = world.wallet(&other, &deployer.pubkey());

    let nothing = world.address_of("nobody's wallet");
    for destination in [of_another_mint, nothing] {
        // When
        let initialize = staking::initialize(deployer.pubkey(), mint, destination, config);
        let result = world.send(&[initialize], &[&deployer]);

        // Then
        assert_fails(result, StakingError::WrongTokenAccount);
    }
}

#[test]
fn a_slash_destination_that_another_may_empty_or_close_is_refused() {
    // Given a holder who let somebody else spend from the account, or close it
    let mut world = World::new();
    let config = world.staking_config();
    let (destination, treasury) = (world.slash_destination(), world.actor("treasury"));
    let (owner, mallory) = (treasury.pubkey(), world.address_of("mallory"));
    let (token, close) = (spl_token_interface::ID, AuthorityType::CloseAccount);
    let delegate = approve(&token, &destination, &mallory, &owner, &[], 1).unwrap();
    let closer = set_authority(&token, &destination, Some(&mallory), close, &owner, &[]).unwrap();
    for share in [delegate, closer] {
        let mut world = world.clone();
        world.send(&[share], &[&treasury]).unwrap();

        // When
        let result = initialize(&mut world, DEPLOYER, config);

        // Then
        assert_fails(result, StakingError::DestinationNotIsolated);
    }
}

#[test]
fn a_frozen_slash_destination_is_refused() {
    const STATE: usize = 108;
    const FROZEN: u8 = 2;
    let mut world = World::new();
    let (config, destination) = (world.staking_config(), world.slash_destination());
    world.tamper(&destination, |data| data[STATE] = FROZEN);
    let result = initialize(&mut world, DEPLOYER, config);
    assert_fails(result, StakingError::DestinationNotIsolated);
}

#[test]
fn parameters_outside_their_bounds_are_refused() {
    let mut world = World::new();
    let config = world.staking_config();
    let no_minimum = StakingConfig {
        min_self_stake: 0,
        ..config
    };
    let short_unbonding = StakingConfig {
        unbonding_period: HOUR,
        ..config
    };
    let high_minimum = StakingConfig {
        min_self_stake: 1_000_000_000_000_001,
        ..config
    };
    let long_unbonding = StakingConfig {
        unbonding_period: 180 * DAY + 1,
        ..config
    };
    for config in [no_minimum, short_unbonding, high_minimum, long_unbonding] {
        let result = initialize(&mut world, DEPLOYER, config);
        assert_fails(result, StakingError::ParamOutOfBounds);
    }
}
