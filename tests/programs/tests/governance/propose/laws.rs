//! The laws of the other programs, and the mints that actions name.

use super::*;
use assay_harness::{
    market::{MAX_CLAIM_WINDOW, STAKE_RATE},
    token_2022, DAY,
};
use assay_market::error::MarketError;
use assay_rewards::error::RewardsError;
use assay_shared::token::TOKEN;
use assay_staking::error::StakingError;
use solana_instruction::AccountMeta;

fn staking(param: assay_staking::state::Param, value: u64) -> ProposedAction {
    ProposedAction::set_param(Target::Staking, param.number(), value)
}

fn market(param: assay_market::state::Param, value: u64) -> ProposedAction {
    ProposedAction::set_param(Target::Market, param.number(), value)
}

#[test]
fn a_change_that_its_program_would_refuse_is_not_voted_on() {
    use assay_market::state::Param as Market;
    use assay_staking::state::Param as Staking;
    let mut context = TestContext::governed();
    let exposure = context.staking_params().exposure.get();
    let short = staking(Staking::UnbondingPeriod, exposure.max(DAY));
    let result = propose(&mut context, &[short]);
    assert_fails(
        result,
        (assay_governance::ID, StakingError::UnbondingTooShort),
    );
    let long = market(Market::MaxRunWindow, 7 * DAY);
    let result = propose(&mut context, &[long]);
    assert_fails(
        result,
        (assay_governance::ID, StakingError::UnbondingTooShort),
    );
    let slow = [
        market(Market::MaxClaimWindow, 60),
        market(Market::Step, 600),
    ];
    let result = propose(&mut context, &slow);
    assert_fails(
        result,
        (assay_governance::ID, MarketError::AdmissionTooSlow),
    );
    let split = ProposedAction::set_param(
        Target::Rewards,
        assay_rewards::state::Param::StakersBps.number(),
        5_000,
    );
    let result = propose(&mut context, &[split]);
    assert_fails(result, (assay_governance::ID, RewardsError::SplitTooLarge));
}

#[test]
fn one_proposal_may_change_both_sides_of_a_law_in_the_order_that_keeps_it() {
    use assay_market::state::Param as Market;
    use assay_staking::state::Param as Staking;
    let mut context = TestContext::governed();
    let longer = staking(Staking::UnbondingPeriod, 180 * DAY);
    let runs = market(Market::MaxRunWindow, 7 * DAY);
    propose(&mut context, &[longer, runs]).unwrap();
    let result = propose(&mut context, &[runs, longer]);
    assert_fails(
        result,
        (assay_governance::ID, StakingError::UnbondingTooShort),
    );
    const { assert!(MAX_CLAIM_WINDOW < 7 * DAY) };
}

#[test]
fn a_mint_with_rules_of_its_own_is_not_allowed() {
    let mut context = TestContext::governed();
    let fees = token_2022::mint_with(&mut context, &token_2022::HOSTILE[..1]);
    let result = propose(
        &mut context,
        &[ProposedAction::allow_mint(fees, STAKE_RATE, 255)],
    );
    assert_fails(result, (assay_governance::ID, MarketError::UnsupportedMint));
    let plain = context.mint("EUR");
    let allow = ProposedAction::allow_mint(plain, STAKE_RATE, 255);
    propose(&mut context, &[allow]).unwrap();
}

#[test]
fn a_rate_is_at_most_doubled_or_halved() {
    let mut context = TestContext::governed();
    let usd = context.payment_mint();
    for rate in [STAKE_RATE / 2 - 1, STAKE_RATE * 2 + 1] {
        let result = propose(&mut context, &[ProposedAction::set_rate(usd, rate)]);
        assert_fails(
            result,
            (assay_governance::ID, MarketError::RateChangeTooLarge),
        );
    }
    for rate in [STAKE_RATE / 2, STAKE_RATE * 2] {
        propose(&mut context, &[ProposedAction::set_rate(usd, rate)]).unwrap();
    }
}

#[test]
fn the_mints_that_follow_are_those_of_the_actions() {
    // Given a proposal that allows one mint and reprices another
    let mut context = TestContext::governed();
    let (alice, mint) = (context.actor("alice"), context.vote_mint());
    let ata = context.mint_tokens(&mint, &alice.pubkey(), DEPOSIT);
    let (usd, euro, other) = (
        context.payment_mint(),
        context.mint("EUR"),
        context.mint("OTHER"),
    );
    let draft = context.draft(&[
        ProposedAction::allow_mint(euro, STAKE_RATE, 255),
        ProposedAction::set_rate(usd, STAKE_RATE),
    ]);
    let propose = governance::propose(alice.pubkey(), 0, mint, ata, draft);

    // When and then: another mint, none, or one more
    let forged = replace_account(propose.clone(), &euro, &other);
    let result = context.send(&[forged], &[&alice]);
    assert_fails(result, GovernanceError::WrongAccounts);
    let mut short = propose.clone();
    short.accounts.pop();
    let result = context.send(&[short], &[&alice]);
    assert_fails(result, GovernanceError::WrongAccounts);
    let mut long = propose.clone();
    long.accounts.push(AccountMeta::new_readonly(TOKEN, false));
    let result = context.send(&[long], &[&alice]);
    assert_fails(result, GovernanceError::WrongAccounts);
    context.send(&[propose], &[&alice]).unwrap();
}
