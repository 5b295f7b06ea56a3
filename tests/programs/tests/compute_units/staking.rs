use crate::{cost, Cost};
use assay_harness::{
    instruction::staking::{self, SlashAccounts, SlashAmounts},
    pda::staking as at,
    staking::MIN_SELF_STAKE,
    Instruction, Keypair, Signer, TestContext, TransactionFailure, TransactionResult, DAY,
    DEPLOYER,
};
use assay_staking::state::Param;

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("staking", name, result)
}

/// Returns the cost of every instruction of the staking program, in the order of a provider's life.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    let mut costs = Vec::new();
    let mint = context.stake_mint();
    let (deployer, config) = (context.actor(DEPLOYER), context.staking_config());
    let [bob, market, governance] = ["bob", "market", "governance"].map(|name| context.actor(name));
    let profile = context.profile("bob");
    let ata = context.mint_tokens(&mint, &bob.pubkey(), 100_000);
    let provider = at::provider(&bob.pubkey());
    let accounts = SlashAccounts {
        market_authority: market.pubkey(),
        provider,
        stake_mint: mint,
        award_account: context.ata(&mint, &governance.pubkey()),
    };
    let amounts = SlashAmounts {
        award: 100,
        ..context.slash_amounts(1_000)
    };

    let (owner, power) = (bob.pubkey(), market.pubkey());
    let steps: Vec<(&'static str, Instruction, Vec<&Keypair>)> = vec![
        (
            "initialize",
            staking::initialize(deployer.pubkey(), mint, config),
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
            "deposit_stake",
            staking::deposit_stake(owner, ata, 100_000),
            vec![&bob],
        ),
        (
            "allocate_stake",
            staking::allocate_stake(power, owner, 5_000),
            vec![&market, &bob],
        ),
        (
            "deallocate_stake",
            staking::deallocate_stake(power, provider, 1_000),
            vec![&market],
        ),
        (
            "begin_unbond",
            staking::begin_unbond(owner, 0, 10_000),
            vec![&bob],
        ),
        (
            "slash_stake",
            staking::slash_stake(accounts, amounts),
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
    costs.extend(attesters(&mut context));
    context.begin_unbond(&bob, 1, 10_000);
    context.advance(30 * DAY);
    let withdraw = staking::withdraw_stake(owner, 1, &mint);
    let anyone = context.actor("anyone");
    costs.push(row("withdraw_stake", context.send(&[withdraw], &[&anyone])));
    costs
}

/// The largest attester set, and a credential of it.
fn attesters(context: &mut TestContext) -> Vec<Cost> {
    let lab = context.actor("lab");
    let (power, now) = (lab.pubkey(), context.now());
    let set = at::attester_set(&power, 0);
    let provider = at::provider(&context.address_of("bob"));
    let keys = (1..=16).map(|byte| [byte; 32]).collect();
    let steps = [
        (
            "open_attester_set",
            staking::open_attester_set(power, power, 0, keys),
        ),
        (
            "issue_credential",
            staking::issue_credential(power, power, set, provider, 756, now + 60),
        ),
        (
            "revoke_credential",
            staking::revoke_credential(power, power, at::credential(&set, &provider)),
        ),
        (
            "close_attester_set",
            staking::close_attester_set(power, power, set),
        ),
    ];
    let sent = steps.map(|(name, step)| row(name, context.send(&[step], &[&lab])));
    sent.into()
}
