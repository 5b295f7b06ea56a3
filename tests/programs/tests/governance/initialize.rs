use assay_governance::{
    error::GovernanceError,
    event::GovernanceInitialized,
    instructions::GovernanceConfig,
    state::{Floors, Param, MAX_FLOOR_BPS},
};
use assay_harness::{
    account_exists, assert_fails,
    governance::{config, FLOORS, FLOOR_BPS},
    instruction::governance,
    pda::{self, governance as at, rewards as rewards_at},
    replace_account, Address, ErrorCode, Signer, TestContext, TransactionFailure,
    TransactionResult, DEPLOYER,
};
use assay_shared::param::Votable;
use std::sync::OnceLock;

/// Returns a cluster with everything but governance.
fn ungoverned() -> TestContext {
    static TEMPLATE: OnceLock<TestContext> = OnceLock::new();
    let prepare = || {
        let mut context = TestContext::new();
        context.init_governed_programs();
        context
    };
    TEMPLATE.get_or_init(prepare).clone()
}

/// Initializes governance as `signer`, with the vote mint and this treasury.
fn initialize_with(
    context: &mut TestContext,
    signer: &str,
    treasury: Address,
    config: GovernanceConfig,
) -> Result<TransactionResult, TransactionFailure> {
    let mint = context.vote_mint();
    let signer = context.actor(signer);
    let initialize = governance::initialize(signer.pubkey(), mint, treasury, config);
    context.send(&[initialize], &[&signer])
}

fn initialize(
    context: &mut TestContext,
    config: GovernanceConfig,
) -> Result<TransactionResult, TransactionFailure> {
    initialize_with(context, DEPLOYER, rewards_at::treasury(), config)
}

#[test]
fn the_deployer_sets_parameters_floors_and_the_first_guardian() {
    // Given
    let mut context = ungoverned();
    let config = config();

    // When
    let result = initialize(&mut context, config).unwrap();

    // Then
    let params = context.governance_params();
    assert_eq!(params.version, 1);
    assert_eq!(params.vote_mint, context.vote_mint());
    assert_eq!(params.treasury, rewards_at::treasury());
    assert_eq!(params.guardian, config.guardian);
    assert_eq!(params.offered_guardian, Address::default());
    assert_eq!(params.total_weight.get(), 0);
    assert_eq!(params.proposal_count.get() + params.opening_count.get(), 0);
    for (param, value) in config.params() {
        assert_eq!(params.get(param), value);
    }
    assert_eq!(params.floors, Floors::from(FLOORS));
    assert_eq!(params.floor_bps.get(), FLOOR_BPS);
    assert!(params.marks.iter().all(|mark| mark.get() == 0));

    let event = result.event::<GovernanceInitialized>();
    assert_eq!(event.vote_mint, params.vote_mint);
    assert_eq!(event.treasury, params.treasury);
    assert_eq!(event.guardian, params.guardian);
    assert_eq!(event.floors, params.floors);
    assert_eq!(event.floor_bps, params.floor_bps);
}

#[test]
fn somebody_faster_than_the_deployer_is_refused() {
    let mut context = ungoverned();
    let result = initialize_with(&mut context, "mallory", rewards_at::treasury(), config());
    assert_fails(result, GovernanceError::NotDeployer);
}

#[test]
fn the_deployer_of_another_program_is_refused() {
    let mut context = ungoverned();
    let mint = context.vote_mint();
    let deployer = context.actor(DEPLOYER);
    let treasury = rewards_at::treasury();
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, config());
    let forged = replace_account(
        initialize,
        &pda::program_data(&assay_governance::ID),
        &pda::program_data(&assay_staking::ID),
    );
    let result = context.send(&[forged], &[&deployer]);
    assert_fails(result, GovernanceError::NotDeployer);
}

#[test]
fn parameters_or_a_signer_at_another_address_are_refused() {
    let mut context = ungoverned();
    let mint = context.vote_mint();
    let (deployer, elsewhere) = (context.actor(DEPLOYER), context.address_of("elsewhere"));
    let treasury = rewards_at::treasury();
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, config());
    for right in [
        at::params(),
        at::authority(),
        at::treasury_authority(),
        at::upgrade_authority(),
    ] {
        let forged = replace_account(initialize.clone(), &right, &elsewhere);
        let result = context.send(&[forged], &[&deployer]);
        assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
    }
}

#[test]
fn a_second_initialization_is_refused() {
    let mut context = TestContext::governed();
    let result = initialize(&mut context, config());
    assert_fails(result, account_exists());
}

#[test]
fn a_vote_mint_that_is_no_mint_is_refused() {
    let mut context = ungoverned();
    let deployer = context.actor(DEPLOYER);
    let (other, owner) = (context.mint("OTHER"), deployer.pubkey());
    let token_account = context.ata(&other, &owner);
    let nothing = context.address_of("nobody's account");
    for no_mint in [token_account, nothing] {
        let treasury = rewards_at::treasury();
        let initialize = governance::initialize(owner, no_mint, treasury, config());
        let result = context.send(&[initialize], &[&deployer]);
        assert_fails(result, GovernanceError::WrongMint);
    }
}

#[test]
fn a_vote_mint_that_somebody_can_freeze_is_refused() {
    let mut context = ungoverned();
    let mint = context.vote_mint();
    context.edit_data(&mint, |data| data[46] = 1);
    let result = initialize(&mut context, config());
    assert_fails(result, GovernanceError::FreezableMint);
}

#[test]
fn a_treasury_that_cannot_hold_the_vote_mint_is_refused() {
    let mut context = ungoverned();
    let usd = context.fee_vault();
    let nothing = context.address_of("nobody's account");
    for treasury in [usd, nothing] {
        let result = initialize_with(&mut context, DEPLOYER, treasury, config());
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

#[test]
fn a_treasury_that_somebody_else_holds_is_refused() {
    // Given accounts of the authority that signs calls, and of a wallet
    let mut context = ungoverned();
    let (mint, mallory) = (context.vote_mint(), context.address_of("mallory"));
    for holder in [at::authority(), at::upgrade_authority(), mallory] {
        let treasury = context.ata(&mint, &holder);
        let result = initialize_with(&mut context, DEPLOYER, treasury, config());
        assert_fails(result, GovernanceError::WrongTreasury);
    }
}

#[test]
fn a_treasury_that_another_may_empty_or_close_or_that_is_frozen_is_refused() {
    /// Offsets of the flags of a delegate and a close authority, and of the state.
    const FLAGS: [(usize, u8); 3] = [(72, 1), (129, 1), (108, 2)];
    for (offset, value) in FLAGS {
        let mut context = ungoverned();
        let treasury = rewards_at::treasury();
        context.edit_data(&treasury, |data| data[offset] = value);
        let result = initialize(&mut context, config());
        assert_fails(result, GovernanceError::TreasuryNotIsolated);
    }
}

/// Returns the usual configuration with one other value. Its floors are as low as they can be.
fn with(param: Param, value: u64) -> GovernanceConfig {
    let mut config = config();
    let lowest = |param: Param| param.bounds().0;
    config.floors.notice = lowest(Param::Notice);
    config.floors.voting_time = lowest(Param::VotingTime);
    config.floors.hold_up = lowest(Param::HoldUp);
    config.floors.execution_window = lowest(Param::ExecutionWindow);
    config.floors.threshold = lowest(Param::Threshold);
    let field = match param {
        Param::QuorumBps => &mut config.quorum_bps,
        Param::Threshold => &mut config.threshold,
        Param::VotingTime => &mut config.voting_time,
        Param::HoldUp => &mut config.hold_up,
        Param::ExecutionWindow => &mut config.execution_window,
        Param::ProposalDeposit => &mut config.proposal_deposit,
        Param::MinLock => &mut config.min_lock,
        Param::MaxLock => &mut config.max_lock,
        Param::Notice => &mut config.notice,
        Param::SpendBps => &mut config.spend_bps,
    };
    *field = value;
    config
}

#[test]
fn every_parameter_has_bounds_on_both_sides() {
    let mut context = ungoverned();
    for param in Param::ALL {
        let (low, high) = param.bounds();
        for value in [low - 1, high + 1] {
            let result = initialize(&mut context, with(*param, value));
            assert_fails(result, GovernanceError::ParamOutOfBounds);
        }
    }
    for param in Param::ALL {
        let (low, high) = param.bounds();
        for value in [low, high] {
            initialize(&mut ungoverned(), with(*param, value)).unwrap();
        }
    }
}

#[test]
fn a_floor_has_the_bounds_of_its_parameter_and_lies_at_or_below_its_value() {
    let mut context = ungoverned();
    let mut below = config();
    below.floors.hold_up = Param::HoldUp.bounds().0 - 1;
    let result = initialize(&mut context, below);
    assert_fails(result, GovernanceError::ParamOutOfBounds);
    let mut above = config();
    above.floors.voting_time = above.voting_time + 1;
    let result = initialize(&mut context, above);
    assert_fails(result, GovernanceError::BelowFloor);
    let mut exact = config();
    exact.floors.voting_time = exact.voting_time;
    initialize(&mut context, exact).unwrap();
}

#[test]
fn the_share_of_the_supply_has_bounds() {
    let mut context = ungoverned();
    for floor_bps in [0, MAX_FLOOR_BPS + 1] {
        let config = GovernanceConfig {
            floor_bps,
            ..config()
        };
        let result = initialize(&mut context, config);
        assert_fails(result, GovernanceError::ParamOutOfBounds);
    }
    for floor_bps in [1, MAX_FLOOR_BPS] {
        let config = GovernanceConfig {
            floor_bps,
            ..config()
        };
        initialize(&mut ungoverned(), config).unwrap();
    }
}
