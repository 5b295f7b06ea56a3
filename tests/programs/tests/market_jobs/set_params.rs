use assay_harness::{
    assert_fails,
    instruction::{market, staking as staking_program},
    market::{MAX_CLAIM_WINDOW, MAX_RUN_WINDOW, REVEAL_WINDOW},
    pda::{market as at, staking},
    without_signature, ErrorCode, Signer, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_market::{
    error::MarketError,
    event::ParamSet,
    instruction,
    state::{Param, Params},
};
use assay_shared::param::Votable as _;
use assay_staking::{error::StakingError, state::Params as StakingParams};

fn set(
    context: &mut TestContext,
    param: Param,
    value: u64,
) -> Result<TransactionResult, TransactionFailure> {
    let governance = context.actor("governance");
    let set = market::set_params(governance.pubkey(), param, value);
    context.send(&[set], &[&governance])
}

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

#[test]
fn staking_learns_of_a_longer_window() {
    let mut context = TestContext::new();
    context.init_market();
    set(&mut context, Param::MaxRunWindow, MAX_RUN_WINDOW + 7).unwrap();
    let staking: StakingParams = context.account(&staking::params());
    let expected = MAX_CLAIM_WINDOW + MAX_RUN_WINDOW + REVEAL_WINDOW + 7;
    assert_eq!(staking.exposure.get(), expected);
}

#[test]
fn a_window_that_outlasts_the_unbonding_period_is_refused_until_that_is_longer() {
    let mut context = TestContext::new();
    context.init_market();
    let result = set(&mut context, Param::MaxClaimWindow, 6 * DAY);
    assert_fails(result, StakingError::UnbondingTooShort);

    let governance = context.actor("governance");
    let longer = staking_program::set_params(
        governance.pubkey(),
        assay_staking::state::Param::UnbondingPeriod,
        10 * DAY,
    );
    context.send(&[longer], &[&governance]).unwrap();
    set(&mut context, Param::MaxClaimWindow, 6 * DAY).unwrap();
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
fn an_outage_never_costs_more_than_a_lie() {
    let mut context = TestContext::new();
    context.init_market();
    let params: Params = context.account(&at::params());
    let (reject, missed) = (params.reject_bps.get(), params.missed_bps.get());
    assert!(missed < reject);

    let too_much = set(&mut context, Param::MissedBps, reject + 1);
    assert_fails(too_much, MarketError::MissedAboveReject);
    set(&mut context, Param::MissedBps, reject).unwrap();
    let too_little = set(&mut context, Param::RejectBps, reject - 1);
    assert_fails(too_little, MarketError::MissedAboveReject);
}

#[test]
fn the_ramp_ends_before_the_longest_job() {
    let mut context = TestContext::new();
    context.init_market();
    let params: Params = context.account(&at::params());
    let ramp = params.ramp.get();
    assert!(ramp >= 60, "{ramp}");

    set(&mut context, Param::MaxClaimWindow, ramp + 1).unwrap();
    let too_short = set(&mut context, Param::MaxClaimWindow, ramp);
    assert_fails(too_short, MarketError::RampTooLong);
    let too_long = set(&mut context, Param::Ramp, ramp + 1);
    assert_fails(too_long, MarketError::RampTooLong);
    set(&mut context, Param::Ramp, ramp - 1).unwrap();
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
