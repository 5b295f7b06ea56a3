use assay_harness::{
    account_exists, assert_fails,
    instruction::market,
    market::{
        BOND_BPS, EPOCH_LENGTH, FEE_BPS, MAX_CLAIM_WINDOW, MAX_RUN_WINDOW, MIN_HOLD, MISSED_BPS,
        OPEN_WINDOW, RESERVE, STEP, TALLY_WINDOW,
    },
    pda::{market as at, program_data, staking},
    replace_account, without_signature, Address, ErrorCode, ExpectedError, Instruction, Signer,
    TestContext, TransactionFailure, TransactionResult, DEPLOYER, HOUR,
};
use assay_market::{
    error::MarketError,
    event::MarketInitialized,
    game::rules::STEPS_TO_ALL,
    instructions::{MarketConfig, MAX_EPOCH, MIN_EPOCH},
    state::{Param, Params, Totals},
};
use assay_shared::param::Votable as _;
use assay_staking::{error::StakingError, state::Params as StakingParams};

fn initialize(
    context: &mut TestContext,
    signer: &str,
    config: MarketConfig,
) -> Result<TransactionResult, TransactionFailure> {
    let signer = context.actor(signer);
    context.send(&[market::initialize(signer.pubkey(), config)], &[&signer])
}

#[test]
fn the_deployer_creates_the_parameters_and_staking_learns_the_exposure() {
    // Given
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let config = context.market_config();

    // When
    let result = initialize(&mut context, DEPLOYER, config).unwrap();

    // Then
    let params: Params = context.account(&at::params());
    assert_eq!(params.authority, context.address_of("governance"));
    assert_eq!(params.genesis_time.get(), config.genesis_time);
    assert_eq!(params.epoch_length.get(), EPOCH_LENGTH);
    for (param, value) in [
        (Param::FeeBps, FEE_BPS),
        (Param::BondBps, BOND_BPS),
        (Param::MissedBps, MISSED_BPS),
        (Param::Reserve, RESERVE),
        (Param::Step, STEP),
        (Param::MinHold, MIN_HOLD),
        (Param::OpenWindow, OPEN_WINDOW),
        (Param::MaxClaimWindow, MAX_CLAIM_WINDOW),
        (Param::MaxRunWindow, MAX_RUN_WINDOW),
    ] {
        assert_eq!(params.get(param), value, "{}", param.name());
    }
    assert_eq!(params.tally_window.get(), TALLY_WINDOW);
    assert_eq!((params.paused.get(), params.paused_until.get()), (0, 0));
    assert_eq!(params.offered, Address::default());
    let staking: StakingParams = context.account(&staking::params());
    assert_eq!(staking.exposure.get(), params.exposure().unwrap());
    let sums: Totals = context.account(&at::totals());
    assert_eq!(sums.collateral.get(), 0);
    let event = result.event::<MarketInitialized>();
    assert_eq!(event.epoch_length.get(), EPOCH_LENGTH);
}

#[test]
fn only_the_upgrade_authority_initializes() {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let config = context.market_config();
    let result = initialize(&mut context, "mallory", config);
    assert_fails(result, MarketError::NotDeployer);
}

#[test]
fn nobody_initializes_twice() {
    let mut context = TestContext::new();
    context.init_market();
    let config = context.market_config();
    let result = initialize(&mut context, DEPLOYER, config);
    assert_fails(result, account_exists());
}

#[test]
fn every_parameter_starts_within_its_bounds() {
    let valid = {
        let mut context = TestContext::new();
        context.market_config()
    };
    let over = |param: Param| param.bounds().1 + 1;
    let under = |param: Param| param.bounds().0 - 1;
    let configs = [
        MarketConfig {
            fee_bps: over(Param::FeeBps),
            ..valid
        },
        MarketConfig {
            bond_bps: under(Param::BondBps),
            ..valid
        },
        MarketConfig {
            missed_bps: over(Param::MissedBps),
            ..valid
        },
        MarketConfig {
            reserve: under(Param::Reserve),
            ..valid
        },
        MarketConfig {
            step: under(Param::Step),
            ..valid
        },
        MarketConfig {
            min_hold: under(Param::MinHold),
            ..valid
        },
        MarketConfig {
            open_window: under(Param::OpenWindow),
            ..valid
        },
        MarketConfig {
            max_claim_window: over(Param::MaxClaimWindow),
            ..valid
        },
        MarketConfig {
            max_run_window: under(Param::MaxRunWindow),
            ..valid
        },
        MarketConfig {
            tally_window: 59,
            ..valid
        },
        MarketConfig {
            tally_window: 2 * EPOCH_LENGTH + 1,
            ..valid
        },
    ];
    for config in configs {
        let mut context = TestContext::new();
        context.init_staking_for_market();
        let result = initialize(&mut context, DEPLOYER, config);
        assert_fails(result, MarketError::ParamOutOfBounds);
    }
}

#[test]
fn every_seat_is_open_to_all_before_the_longest_job_ends() {
    let mut context = TestContext::new();
    let valid = context.market_config();
    context.init_staking_for_market();
    let open_to_all = u64::from(STEPS_TO_ALL) * STEP;
    let config = |max_claim_window| MarketConfig {
        max_claim_window,
        ..valid
    };

    let result = initialize(&mut context, DEPLOYER, config(open_to_all));

    assert_fails(result, MarketError::AdmissionTooSlow);
    initialize(&mut context, DEPLOYER, config(open_to_all + 1)).unwrap();
}

#[test]
fn an_epoch_lasts_from_an_hour_to_thirty_days() {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    for epoch_length in [MIN_EPOCH - 1, MAX_EPOCH + 1] {
        let config = MarketConfig {
            epoch_length,
            ..context.market_config()
        };
        let result = initialize(&mut context, DEPLOYER, config);
        assert_fails(result, MarketError::ParamOutOfBounds);
    }
}

#[test]
fn the_first_epoch_begins_soon() {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let valid = context.market_config();
    let latest = context.now() + i64::try_from(MAX_EPOCH).unwrap();
    let config = |genesis_time| MarketConfig {
        genesis_time,
        ..valid
    };
    let result = initialize(&mut context, DEPLOYER, config(latest + 1));
    assert_fails(result, MarketError::BadGenesis);
    initialize(&mut context, DEPLOYER, config(latest)).unwrap();
}

/// A calendar that began long ago would have let the first worker earn for all epochs since. One that begins at the end of time
/// would date no verdict.
#[test]
fn the_first_epoch_began_at_most_one_epoch_ago() {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let valid = context.market_config();
    let earliest = context.now() - i64::try_from(EPOCH_LENGTH).unwrap();
    let config = |genesis_time| MarketConfig {
        genesis_time,
        ..valid
    };
    for genesis_time in [earliest - 1, 0, i64::MIN, i64::MAX] {
        let result = initialize(&mut context, DEPLOYER, config(genesis_time));
        assert_fails(result, MarketError::BadGenesis);
    }
    initialize(&mut context, DEPLOYER, config(earliest)).unwrap();
}

#[test]
fn a_tally_takes_two_epochs_at_most() {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let config = MarketConfig {
        tally_window: 2 * EPOCH_LENGTH,
        ..context.market_config()
    };
    initialize(&mut context, DEPLOYER, config).unwrap();
}

#[test]
fn windows_that_outlast_the_unbonding_period_are_refused() {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let config = MarketConfig {
        max_run_window: 12 * HOUR,
        ..context.market_config()
    };
    let result = initialize(&mut context, DEPLOYER, config);
    assert_fails(result, StakingError::UnbondingTooShort);
}

#[test]
fn a_staking_program_of_another_market_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let config = context.market_config();
    let result = initialize(&mut context, DEPLOYER, config);
    assert_fails(result, StakingError::NotMarket);
}

/// Sends the deployer's instruction after a change, which must be rejected with `rule`.
#[track_caller]
fn assert_refused(
    change: impl FnOnce(&mut TestContext, Instruction) -> Instruction,
    rule: impl Into<ExpectedError>,
) {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let (config, deployer) = (context.market_config(), context.actor(DEPLOYER));
    let honest = market::initialize(deployer.pubkey(), config);
    let forged = change(&mut context, honest);
    let payer = context.actor("anyone");
    let needed = forged
        .accounts
        .iter()
        .any(|meta| meta.pubkey == deployer.pubkey() && meta.is_signer);
    let signers = if needed {
        vec![&payer, &deployer]
    } else {
        vec![&payer]
    };
    assert_fails(context.send(&[forged], &signers), rule);
}

#[test]
fn the_deployer_signs() {
    let rule = (assay_market::ID, ErrorCode::ConstraintSigner);
    assert_refused(
        |context, honest| without_signature(honest, &context.address_of(DEPLOYER)),
        rule,
    );
}

#[test]
fn the_deployer_of_another_program_is_refused() {
    let others = program_data(&assay_staking::ID);
    assert_refused(
        |_, honest| replace_account(honest, &program_data(&assay_market::ID), &others),
        MarketError::NotDeployer,
    );
}

#[test]
fn a_program_data_account_must_be_the_loaders_and_name_an_authority() {
    const TAG: usize = 0;
    const AUTHORITY_FLAG: usize = 12;
    let program_data = program_data(&assay_market::ID);
    let final_program = |context: &mut TestContext| {
        context.edit_data(&program_data, |data| data[AUTHORITY_FLAG] = 0);
    };
    let another_state =
        |context: &mut TestContext| context.edit_data(&program_data, |data| data[TAG] = 2);
    let another_owner =
        |context: &mut TestContext| context.set_owner(&program_data, &assay_staking::ID);
    let cases: [&dyn Fn(&mut TestContext); 3] = [&final_program, &another_state, &another_owner];
    for spoil in cases {
        assert_refused(
            |context, honest| {
                spoil(context);
                honest
            },
            MarketError::NotDeployer,
        );
    }
}

#[test]
fn every_account_lies_at_its_own_address() {
    let seeds: ExpectedError = (assay_market::ID, ErrorCode::ConstraintSeeds).into();
    let address: ExpectedError = (assay_market::ID, ErrorCode::ConstraintAddress).into();
    let staking_seeds: ExpectedError = (assay_staking::ID, ErrorCode::ConstraintSeeds).into();
    let cases: [(Address, ExpectedError); 5] = [
        (at::params(), seeds.clone()),
        (at::totals(), seeds.clone()),
        (at::authority(), seeds),
        (assay_staking::ID, address),
        (staking::params(), staking_seeds),
    ];
    for (real, rule) in cases {
        assert_refused(
            |context, honest| {
                // The data must be valid, so that staking rejects the account for its address.
                let fake = match real == staking::params() {
                    true => context.clone_with_owner(&real, "false one", &assay_staking::ID),
                    false => context.address_of("false one"),
                };
                replace_account(honest, &real, &fake)
            },
            rule,
        );
    }
}
