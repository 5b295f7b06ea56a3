use crate::{cost, Cost};
use assay_harness::{
    instruction::staking::{self, SlashAccounts},
    pda::staking as at,
    staking::MIN_SELF_STAKE,
    Failure, Instruction, Keypair, Receipt, Signer, TestContext, DAY, DEPLOYER,
};
use assay_staking::state::Param;

fn row(name: &'static str, result: Result<Receipt, Failure>) -> Cost {
    cost("staking", name, result)
}

/// Every instruction of the staking program, on one provider's way through its life.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    let mut costs = Vec::new();
    let (mint, destination) = (context.stake_mint(), context.slash_destination());
    let (deployer, config) = (context.actor(DEPLOYER), context.staking_config());
    let [bob, market, governance] = ["bob", "market", "governance"].map(|name| context.actor(name));
    let profile = context.profile("bob");
    let wallet = context.give(&mint, &bob.pubkey(), 100_000);
    let provider = at::provider(&bob.pubkey());
    let parties = SlashAccounts {
        market_authority: market.pubkey(),
        provider,
        slash_destination: destination,
        compensation_account: context.wallet(&mint, &governance.pubkey()),
    };
    let now = context.now();

    let (owner, power) = (bob.pubkey(), market.pubkey());
    let steps: Vec<(&'static str, Instruction, Vec<&Keypair>)> = vec![
        (
            "initialize",
            staking::initialize(deployer.pubkey(), mint, destination, config),
            vec![&deployer],
        ),
        (
            "register_provider",
            staking::register_provider(owner, mint, profile),
            vec![&bob],
        ),
        (
            "update_provider",
            staking::update_provider(owner, profile),
            vec![&bob],
        ),
        (
            "stake",
            staking::deposit_stake(owner, wallet, 100_000),
            vec![&bob],
        ),
        (
            "allocate",
            staking::allocate_stake(power, owner, 5_000),
            vec![&market, &bob],
        ),
        (
            "deallocate",
            staking::deallocate_stake(power, provider, 1_000),
            vec![&market],
        ),
        (
            "begin_unbond",
            staking::begin_unbond(owner, 0, 10_000),
            vec![&bob],
        ),
        (
            "slash",
            staking::slash_stake(parties, 1_000, 100, now),
            vec![&market],
        ),
        (
            "cancel_unbond",
            staking::cancel_unbond(owner, 0),
            vec![&bob],
        ),
        (
            "set_exposure",
            staking::set_exposure(power, DAY),
            vec![&market],
        ),
        (
            "set_params",
            staking::set_params(governance.pubkey(), Param::MinSelfStake, MIN_SELF_STAKE + 1),
            vec![&governance],
        ),
    ];
    for (name, instruction, signers) in steps {
        costs.push(row(name, context.send(&[instruction], &signers)));
    }
    context.begin_unbond(&bob, 1, 10_000);
    context.advance(30 * DAY);
    let withdraw = staking::withdraw_stake(owner, 1, wallet);
    costs.push(row("withdraw", context.send(&[withdraw], &[&bob])));
    costs
}
