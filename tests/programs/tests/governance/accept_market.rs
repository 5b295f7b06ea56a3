use assay_governance::error::GovernanceError;
use assay_harness::{
    assert_fails,
    governance::config,
    instruction::{governance, market},
    pda::{governance as at, market as market_at, rewards as rewards_at},
    replace_account, Address, Signer, TestContext, DEPLOYER,
};
use assay_market::error::MarketError;

/// Returns a cluster whose market is offered to governance and not accepted yet.
fn offered() -> TestContext {
    let mut context = TestContext::new();
    context.init_governed_programs();
    let (mint, deployer) = (context.vote_mint(), context.actor(DEPLOYER));
    let treasury = rewards_at::treasury();
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, config());
    context.send(&[initialize], &[&deployer]).unwrap();
    context
}

#[test]
fn anyone_lets_governance_take_the_market_over() {
    let mut context = offered();
    let passer_by = context.actor("carol");
    context
        .send(&[governance::accept_market()], &[&passer_by])
        .unwrap();
    let params = context.market_params();
    assert_eq!(params.authority, at::authority());
    assert_eq!(params.offered, Address::default());
}

#[test]
fn a_market_that_is_not_offered_is_not_taken() {
    let mut context = offered();
    let power = context.actor("governance");
    let back = market::offer_authority(power.pubkey(), Address::default());
    context.send(&[back], &[&power]).unwrap();
    let passer_by = context.actor("carol");
    let result = context.send(&[governance::accept_market()], &[&passer_by]);
    assert_fails(result, MarketError::NotOffered);
}

#[test]
fn program_and_parameters_are_the_markets() {
    let mut context = offered();
    let passer_by = context.actor("carol");
    let accept = governance::accept_market();
    let forged = replace_account(accept.clone(), &assay_market::ID, &assay_staking::ID);
    let result = context.send(&[forged], &[&passer_by]);
    assert_fails(result, GovernanceError::WrongProgram);
    let real = market_at::params();
    let fake = context.clone_with_owner(&real, "false parameters", &assay_market::ID);
    let result = context.send(&[replace_account(accept, &real, &fake)], &[&passer_by]);
    assert_fails(result, GovernanceError::WrongAccounts);
}
