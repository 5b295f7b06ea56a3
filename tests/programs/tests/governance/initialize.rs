use assay_governance::{
    error::GovernanceError,
    event::GovernanceInitialized,
    instructions::GovernanceConfig,
    state::{Param, Params},
};
use assay_harness::{
    account_exists, assert_fails,
    governance::CONFIG,
    instruction::governance,
    pda::{self, governance as at},
    replace_account, ErrorCode, Signer, TestContext, TransactionFailure, TransactionResult,
    DEPLOYER,
};
use assay_shared::param::Votable;
use spl_token_interface::instruction::{approve, set_authority, AuthorityType};

/// Initializes governance as `signer`, with the usual vote mint and treasury.
fn initialize(
    context: &mut TestContext,
    signer: &str,
    config: GovernanceConfig,
) -> Result<TransactionResult, TransactionFailure> {
    let (mint, treasury) = (context.vote_mint(), context.deposit_treasury());
    let signer = context.actor(signer);
    let initialize = governance::initialize(signer.pubkey(), mint, treasury, config);
    context.send(&[initialize], &[&signer])
}

#[test]
fn the_deployer_sets_the_parameters() {
    // Given
    let mut context = TestContext::new();

    // When
    let result = initialize(&mut context, DEPLOYER, CONFIG).unwrap();

    // Then
    let params: Params = context.account(&at::params());
    assert_eq!(params.vote_mint, context.vote_mint());
    assert_eq!(params.treasury, context.deposit_treasury());
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

    let event = result.event::<GovernanceInitialized>();
    assert_eq!(event.vote_mint, context.vote_mint());
    assert_eq!(event.treasury, context.deposit_treasury());
    assert_eq!(event.quorum_bps.get(), CONFIG.quorum_bps);
    assert_eq!(event.threshold.get(), CONFIG.threshold);
    assert_eq!(event.voting_time.get(), CONFIG.voting_time);
    assert_eq!(event.hold_up.get(), CONFIG.hold_up);
    assert_eq!(event.execution_window.get(), CONFIG.execution_window);
    assert_eq!(event.proposal_deposit.get(), CONFIG.proposal_deposit);
    assert_eq!(event.min_lock.get(), CONFIG.min_lock);
    assert_eq!(event.max_lock.get(), CONFIG.max_lock);
}

#[test]
fn somebody_faster_than_the_deployer_is_refused() {
    let mut context = TestContext::new();
    let result = initialize(&mut context, "mallory", CONFIG);
    assert_fails(result, GovernanceError::NotDeployer);
}

#[test]
fn the_deployer_of_another_program_is_refused() {
    let mut context = TestContext::new();
    let (mint, treasury) = (context.vote_mint(), context.deposit_treasury());
    let deployer = context.actor(DEPLOYER);
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
    let forged = replace_account(
        initialize,
        &pda::program_data(&assay_governance::ID),
        &pda::program_data(&assay_staking::ID),
    );
    let result = context.send(&[forged], &[&deployer]);
    assert_fails(result, GovernanceError::NotDeployer);
}

#[test]
fn parameters_or_an_authority_at_another_address_are_refused() {
    let mut context = TestContext::new();
    let (mint, treasury) = (context.vote_mint(), context.deposit_treasury());
    let (deployer, elsewhere) = (context.actor(DEPLOYER), context.address_of("elsewhere"));
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
    for right in [at::params(), at::authority()] {
        let forged = replace_account(initialize.clone(), &right, &elsewhere);
        let result = context.send(&[forged], &[&deployer]);
        assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
    }
}

#[test]
fn a_second_initialization_is_refused() {
    let mut context = TestContext::new();
    context.init_governance();
    let result = initialize(&mut context, DEPLOYER, CONFIG);
    assert_fails(result, account_exists());
}

#[test]
fn a_vote_mint_that_is_no_mint_is_refused() {
    let mut context = TestContext::new();
    let treasury = context.deposit_treasury();
    let deployer = context.actor(DEPLOYER);
    let (other, owner) = (context.mint("OTHER"), deployer.pubkey());
    let token_account = context.ata(&other, &owner);
    let nothing = context.address_of("nobody's account");
    for no_mint in [token_account, nothing] {
        let initialize = governance::initialize(deployer.pubkey(), no_mint, treasury, CONFIG);
        let result = context.send(&[initialize], &[&deployer]);
        assert_fails(result, GovernanceError::WrongMint);
    }
}

#[test]
fn a_vote_mint_that_somebody_can_freeze_is_refused() {
    let mut context = TestContext::new();
    let mint = context.vote_mint();
    context.deposit_treasury();
    context.edit_data(&mint, |data| data[46] = 1);
    let result = initialize(&mut context, DEPLOYER, CONFIG);
    assert_fails(result, GovernanceError::FreezableMint);
}

#[test]
fn a_treasury_that_cannot_hold_deposits_is_refused() {
    let mut context = TestContext::new();
    let (mint, other) = (context.vote_mint(), context.mint("OTHER"));
    let deployer = context.actor(DEPLOYER);
    let of_another_mint = context.ata(&other, &deployer.pubkey());
    let nothing = context.address_of("nobody's account");
    for treasury in [of_another_mint, nothing] {
        let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
        let result = context.send(&[initialize], &[&deployer]);
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

#[test]
fn a_treasury_that_another_may_empty_or_close_is_refused() {
    // Given a holder who let somebody else spend from the account, or close it
    let mut context = TestContext::new();
    let (vault, treasury) = (context.deposit_treasury(), context.actor("treasury"));
    let (owner, mallory) = (treasury.pubkey(), context.address_of("mallory"));
    let (token, close) = (spl_token_interface::ID, AuthorityType::CloseAccount);
    let delegate = approve(&token, &vault, &mallory, &owner, &[], 1).unwrap();
    let closer = set_authority(&token, &vault, Some(&mallory), close, &owner, &[]).unwrap();
    for share in [delegate, closer] {
        let mut context = context.clone();
        context.send(&[share], &[&treasury]).unwrap();

        // When
        let result = initialize(&mut context, DEPLOYER, CONFIG);

        // Then
        assert_fails(result, GovernanceError::TreasuryNotIsolated);
    }
}

#[test]
fn a_frozen_treasury_is_refused() {
    const STATE: usize = 108;
    const FROZEN: u8 = 2;
    let mut context = TestContext::new();
    let treasury = context.deposit_treasury();
    context.edit_data(&treasury, |data| data[STATE] = FROZEN);
    let result = initialize(&mut context, DEPLOYER, CONFIG);
    assert_fails(result, GovernanceError::TreasuryNotIsolated);
}

/// Returns the usual configuration with one other value.
fn with(param: Param, value: u64) -> GovernanceConfig {
    let mut config = CONFIG;
    let field = match param {
        Param::QuorumBps => &mut config.quorum_bps,
        Param::Threshold => &mut config.threshold,
        Param::VotingTime => &mut config.voting_time,
        Param::HoldUp => &mut config.hold_up,
        Param::ExecutionWindow => &mut config.execution_window,
        Param::ProposalDeposit => &mut config.proposal_deposit,
        Param::MinLock => &mut config.min_lock,
        Param::MaxLock => &mut config.max_lock,
    };
    *field = value;
    config
}

#[test]
fn every_parameter_has_bounds_on_both_sides() {
    let mut context = TestContext::new();
    for param in Param::ALL {
        let (low, high) = param.bounds();
        for value in [low - 1, high + 1] {
            let result = initialize(&mut context, DEPLOYER, with(*param, value));
            assert_fails(result, GovernanceError::ParamOutOfBounds);
        }
    }
    for param in Param::ALL {
        let (low, high) = param.bounds();
        for value in [low, high] {
            initialize(&mut TestContext::new(), DEPLOYER, with(*param, value)).unwrap();
        }
    }
}
