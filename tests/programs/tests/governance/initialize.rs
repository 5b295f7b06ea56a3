use assay_governance::{
    error::GovernanceError,
    event::GovernanceInitialized,
    instructions::GovernanceConfig,
    state::{Param, Params},
};
use assay_world::{
    account_exists,
    address::{self, governance as at},
    assert_fails,
    governance::CONFIG,
    instruction::governance,
    swapped, Failure, Receipt, Signer, World, DEPLOYER,
};

/// Initialises as `signer` with the usual vote mint and treasury.
fn initialize(
    world: &mut World,
    signer: &str,
    config: GovernanceConfig,
) -> Result<Receipt, Failure> {
    let (mint, treasury) = (world.vote_mint(), world.deposit_treasury());
    let signer = world.actor(signer);
    let initialize = governance::initialize(signer.pubkey(), mint, treasury, config);
    world.send(&[initialize], &[&signer])
}

#[test]
fn the_deployer_sets_the_parameters() {
    // Given
    let mut world = World::new();

    // When
    let receipt = initialize(&mut world, DEPLOYER, CONFIG).unwrap();

    // Then
    let params: Params = world.account(&at::params());
    assert_eq!(params.vote_mint, world.vote_mint());
    assert_eq!(params.treasury, world.deposit_treasury());
    let event = receipt.event::<GovernanceInitialized>();
    assert_eq!(event.vote_mint, world.vote_mint());
    assert_eq!(params.total_weight.get(), 0);
    assert_eq!(params.proposal_count.get(), 0);
    assert_eq!(params.get(Param::QuorumBps), CONFIG.quorum_bps);
    assert_eq!(params.get(Param::Threshold), CONFIG.threshold);
    assert_eq!(params.get(Param::VotingTime), CONFIG.voting_time);
    assert_eq!(params.get(Param::HoldUp), CONFIG.hold_up);
    assert_eq!(params.get(Param::ExecutionWindow), CONFIG.execution_window);
    assert_eq!(params.get(Param::ProposalDeposit), CONFIG.proposal_deposit);
    assert_eq!(params.get(Param::MinLock), CONFIG.min_lock);
    assert_eq!(params.get(Param::MaxLock), CONFIG.max_lock);
}

#[test]
fn somebody_faster_than_the_deployer_is_refused() {
    let mut world = World::new();
    let result = initialize(&mut world, "mallory", CONFIG);
    assert_fails(result, GovernanceError::NotDeployer);
}

#[test]
fn the_deployer_of_another_program_is_refused() {
    let mut world = World::new();
    let (mint, treasury) = (world.vote_mint(), world.deposit_treasury());
    let deployer = world.actor(DEPLOYER);
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
    let forged = swapped(
        initialize,
        &address::program_data(&assay_governance::ID),
        &address::program_data(&assay_staking::ID),
    );
    let result = world.send(&[forged], &[&deployer]);
    assert_fails(result, GovernanceError::NotDeployer);
}

#[test]
fn a_second_initialisation_is_refused() {
    let mut world = World::new();
    world.governance_ready();
    let result = initialize(&mut world, DEPLOYER, CONFIG);
    assert_fails(result, account_exists());
}

#[test]
fn a_vote_mint_that_is_no_mint_is_refused() {
    let mut world = World::new();
    let treasury = world.deposit_treasury();
    let deployer = world.actor(DEPLOYER);
    let (other, owner) = (world.mint("OTHER"), deployer.pubkey());
    let token_account = world.wallet(&other, &owner);
    let nothing = world.address_of("nobody's wallet");
    for no_mint in [token_account, nothing] {
        let initialize = governance::initialize(deployer.pubkey(), no_mint, treasury, CONFIG);
        let result = world.send(&[initialize], &[&deployer]);
        assert_fails(result, GovernanceError::WrongMint);
    }
}

#[test]
fn a_treasury_that_cannot_hold_deposits_is_refused() {
    let mut world = World::new();
    let (mint, other) = (world.vote_mint(), world.mint("OTHER"));
    let deployer = world.actor(DEPLOYER);
    let of_another_mint = world.wallet(&other, &deployer.pubkey());
    let nothing = world.address_of("nobody's wallet");
    for treasury in [of_another_mint, nothing] {
        let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
        let result = world.send(&[initialize], &[&deployer]);
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

#[test]
fn every_parameter_has_bounds() {
    let mut world = World::new();
    let configs = [
        GovernanceConfig {
            quorum_bps: 5_001,
            ..CONFIG
        },
        GovernanceConfig {
            threshold: 0,
            ..CONFIG
        },
        GovernanceConfig {
            voting_time: 0,
            ..CONFIG
        },
        GovernanceConfig {
            hold_up: 0,
            ..CONFIG
        },
        GovernanceConfig {
            execution_window: 0,
            ..CONFIG
        },
        GovernanceConfig {
            proposal_deposit: 0,
            ..CONFIG
        },
        GovernanceConfig {
            min_lock: 0,
            ..CONFIG
        },
        GovernanceConfig {
            max_lock: u64::MAX,
            ..CONFIG
        },
    ];
    for config in configs {
        let result = initialize(&mut world, DEPLOYER, config);
        assert_fails(result, GovernanceError::ParamOutOfBounds);
    }
}
