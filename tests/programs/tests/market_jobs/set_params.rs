use super::set;
use assay_harness::{
    assert_fails,
    instruction::{market, staking as staking_program},
    market::{MAX_RUN_WINDOW, STEP},
    pda::{market as at, staking},
    without_signature, ErrorCode, Signer, TestContext, DAY,
};
use assay_market::{
    error::MarketError,
    event::ParamSet,
    game::rules::STEPS_TO_ALL,
    instruction,
    state::{Param, Params},
};
use assay_shared::param::Votable as _;
use assay_staking::{error::StakingError, state::Params as StakingParams};

#[test]
fn the_authority_changes_a_parameter() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    let before: Params = context.account(&at::params());

    // When
    let result = set(&mut context, Param::FeeBps, 321).unwrap();

    // Then
    let after: Params = context.account(&at::params());
    assert_eq!(after.fee_bps.get(), 321);
    for other in Param::ALL.iter().filter(|p| **p != Param::FeeBps) {
        assert_eq!(after.get(*other), before.get(*other), "{}", other.name());
    }
    let event = result.event::<ParamSet>();
    assert_eq!(
        (event.param, event.value.get()),
        (Param::FeeBps.number(), 321)
    );
}

/// Seconds of the exposure that do not depend on the longest run, with the parameters of the tests. Of the run it has
/// thirteen: the first, of each of two late seats its own and its two offers, of two holds two each, and of two rounds one.
const FIXED_EXPOSURE: u64 = 2 * 2 * 256 + 3 * 900 + 2 * (256 + 900);

#[test]
fn staking_learns_of_a_longer_window() {
    let mut context = TestContext::new();
    context.init_market();

    set(&mut context, Param::MaxRunWindow, MAX_RUN_WINDOW + 7).unwrap();

    let staking: StakingParams = context.account(&staking::params());
    let expected = FIXED_EXPOSURE + 13 * (MAX_RUN_WINDOW + 7);
    assert_eq!(staking.exposure.get(), expected);
}

#[test]
fn a_window_that_outlasts_the_unbonding_period_is_refused_until_that_is_longer() {
    // Given: the unbonding period covers the exposure and a day of slack.
    let mut context = TestContext::new();
    context.init_market();
    let longest = (5 * DAY - FIXED_EXPOSURE) / 13;

    // When
    let result = set(&mut context, Param::MaxRunWindow, longest + 1);

    // Then
    assert_fails(result, StakingError::UnbondingTooShort);
    set(&mut context, Param::MaxRunWindow, longest).unwrap();
    let governance = context.actor("governance");
    let longer = staking_program::set_params(
        governance.pubkey(),
        assay_staking::state::Param::UnbondingPeriod,
        7 * DAY,
    );
    context.send(&[longer], &[&governance]).unwrap();
    set(&mut context, Param::MaxRunWindow, longest + 1).unwrap();
}

#[test]
fn only_the_authority_changes_parameters() {
    let mut context = TestContext::new();
    context.init_market();
    let mallory = context.actor("mallory");
    let set = market::set_params(mallory.pubkey(), Param::FeeBps, 0);
    let result = context.send(&[set], &[&mallory]);
    assert_fails(result, MarketError::NotAuthority);

    let governance = context.address_of("governance");
    let set = market::set_params(governance, Param::FeeBps, 0);
    let result = context.send(&[without_signature(set, &governance)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

/// Without a fee work has no weight, and nobody earns reward tokens until a later vote.
#[test]
fn no_vote_ends_the_fee() {
    let mut context = TestContext::new();
    context.init_market();
    let result = set(&mut context, Param::FeeBps, 0);
    assert_fails(result, MarketError::ParamOutOfBounds);
    set(&mut context, Param::FeeBps, 1).unwrap();
}

#[test]
fn no_vote_crosses_the_hard_bounds() {
    let mut context = TestContext::new();
    context.init_market();
    for param in Param::ALL {
        let (low, high) = param.bounds();
        for value in [low.checked_sub(1), high.checked_add(1)]
            .into_iter()
            .flatten()
        {
            let result = set(&mut context, *param, value);
            assert_fails(result, MarketError::ParamOutOfBounds);
        }
    }
}

#[test]
fn every_seat_is_open_to_all_before_the_longest_job_ends() {
    let mut context = TestContext::new();
    context.init_market();
    let open_to_all = u64::from(STEPS_TO_ALL) * STEP;

    let too_short = set(&mut context, Param::MaxClaimWindow, open_to_all);

    assert_fails(too_short, MarketError::AdmissionTooSlow);
    set(&mut context, Param::MaxClaimWindow, open_to_all + 1).unwrap();
    let too_slow = set(&mut context, Param::Step, STEP + 1);
    assert_fails(too_slow, MarketError::AdmissionTooSlow);
    set(&mut context, Param::Step, STEP - 1).unwrap();
}

#[test]
fn a_parameter_without_a_name_cannot_be_set() {
    let mut context = TestContext::new();
    context.init_market();
    let governance = context.actor("governance");
    let known = market::set_params(governance.pubkey(), Param::FeeBps, 1);
    let unknown = instruction::SetParams {
        param: u8::try_from(Param::ALL.len()).unwrap(),
        value: 1,
    };
    let forged = assay_harness::Instruction {
        data: anchor_lang::InstructionData::data(&unknown),
        ..known
    };
    let result = context.send(&[forged], &[&governance]);
    assert_fails(result, MarketError::UnknownParam);
}
