use crate::{cost, Cost};
use assay_harness::{
    instruction::staking::{self, SlashAccounts, SlashAmounts},
    keypairs::address_of,
    pda::staking as at,
    staking::{COMMISSION_BPS, MIN_SELF_STAKE},
    Address, Instruction, Keypair, Signer, TestContext, TransactionFailure, TransactionResult, DAY,
    DEPLOYER,
};
use assay_staking::state::Param;

/// Base units that bob stakes.
const OWN: u64 = 100_000;
/// Base units that alice delegates.
const DELEGATED: u64 = 50_000;

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("staking", name, result)
}

type Step<'a> = (&'static str, Instruction, Vec<&'a Keypair>);

fn rows(context: &mut TestContext, steps: Vec<Step>) -> Vec<Cost> {
    let sent = steps
        .into_iter()
        .map(|(name, step, signers)| row(name, context.send(&[step], &signers)));
    sent.collect()
}

/// Returns the cost of every instruction of the staking program, in the order of a provider's life.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    let mint = context.stake_mint();
    for name in ["alice", "bob", "carol"] {
        let owner = context.address_of(name);
        context.mint_tokens(&mint, &owner, OWN);
    }
    let mut costs = beginning(&mut context);
    let provider = at::provider(&address_of("bob"));
    costs.extend(delegating(&mut context, &provider));
    costs.extend(earning(&mut context, &provider));
    costs.extend(backing(&mut context, &provider));
    costs.extend(attesters(&mut context));
    costs.extend(leaving(&mut context, &provider));
    costs
}

fn beginning(context: &mut TestContext) -> Vec<Cost> {
    let [deployer, bob, market, governance] =
        [DEPLOYER, "bob", "market", "governance"].map(|name| context.actor(name));
    let (mint, config, owner) = (context.stake_mint(), context.staking_config(), bob.pubkey());
    let (profile, ata) = (context.profile("bob"), context.ata(&mint, &owner));
    let minimum = MIN_SELF_STAKE + 1;
    let power = governance.pubkey();
    let steps = vec![
        (
            "initialize",
            staking::initialize(deployer.pubkey(), mint, config),
            vec![&deployer],
        ),
        (
            "set_params",
            staking::set_params(power, Param::MinSelfStake, minimum),
            vec![&governance],
        ),
        (
            "set_pause",
            staking::set_pause(power, 0, 0),
            vec![&governance],
        ),
        (
            "set_exposure",
            staking::set_exposure(market.pubkey(), DAY),
            vec![&market],
        ),
        (
            "register_provider",
            staking::register_provider(owner, mint, profile, COMMISSION_BPS),
            vec![&bob],
        ),
        (
            "update_provider",
            staking::update_provider(owner, profile),
            vec![&bob],
        ),
        (
            "set_beneficiary",
            staking::set_beneficiary(owner, owner),
            vec![&bob],
        ),
        (
            "set_commission",
            staking::set_commission(owner, 0),
            vec![&bob],
        ),
        (
            "deposit_stake",
            staking::deposit_stake(owner, ata, OWN),
            vec![&bob],
        ),
    ];
    rows(context, steps)
}

fn delegating(context: &mut TestContext, provider: &Address) -> Vec<Cost> {
    let [alice, carol, anyone] = ["alice", "carol", "anyone"].map(|name| context.actor(name));
    let mint = context.stake_mint();
    let [alices, carols] = [&alice, &carol].map(|key| context.ata(&mint, &key.pubkey()));
    let steps = vec![
        (
            "delegate (new)",
            staking::delegate(alice.pubkey(), provider, alices, DELEGATED - 1),
            vec![&alice],
        ),
        (
            "delegate",
            staking::delegate(alice.pubkey(), provider, alices, 1),
            vec![&alice],
        ),
    ];
    let mut costs = rows(context, steps);
    let delegate = staking::delegate(carol.pubkey(), provider, carols, OWN);
    context
        .send(&[delegate], &[&carol])
        .expect("carol delegates");
    context.await_joining("alice", provider);
    let steps = vec![
        (
            "activate_delegation",
            staking::activate_delegation(&alice.pubkey(), provider),
            vec![&anyone],
        ),
        (
            "withdraw_pending",
            staking::withdraw_pending(carol.pubkey(), provider, &mint),
            vec![&carol],
        ),
    ];
    costs.extend(rows(context, steps));
    costs
}

fn earning(context: &mut TestContext, provider: &Address) -> Vec<Cost> {
    let [rewards, anyone] = ["rewards", "anyone"].map(|name| context.actor(name));
    let (mint, funder) = (context.stake_mint(), rewards.pubkey());
    let (alice, bob) = (address_of("alice"), address_of("bob"));
    context.fund_stream(provider, 0, 100_000);
    context.advance(DAY);
    context.mint_to_account(&mint, &at::reward_vault(provider), 1_000);
    let fund = staking::fund_rewards(funder, provider, 100, 900);
    let mut costs = rows(context, vec![("fund_rewards", fund, vec![&rewards])]);
    context.advance(DAY);
    let claim = staking::claim_rewards(&alice, provider, &mint);
    costs.extend(rows(context, vec![("claim_rewards", claim, vec![&anyone])]));
    context.advance(DAY);
    let steps = vec![
        (
            "claim_rewards (settle)",
            staking::settle_rewards(&alice, provider),
            vec![&anyone],
        ),
        (
            "claim_owner_rewards",
            staking::claim_owner_rewards(&bob, &bob, &mint),
            vec![&anyone],
        ),
    ];
    costs.extend(rows(context, steps));
    costs
}

/// Every instruction settles a stream, as it mostly does.
fn backing(context: &mut TestContext, provider: &Address) -> Vec<Cost> {
    let [alice, bob, market] = ["alice", "bob", "market"].map(|name| context.actor(name));
    let (owner, power, delegator) = (bob.pubkey(), market.pubkey(), alice.pubkey());
    let accounts = SlashAccounts {
        market_authority: power,
        ..context.slash_accounts(provider)
    };
    let steps = vec![
        (
            "allocate_stake",
            staking::allocate_stake(power, owner, 100_000),
            vec![&market, &bob],
        ),
        (
            "deallocate_stake",
            staking::deallocate_stake(power, *provider, 1_000),
            vec![&market],
        ),
        (
            "begin_unbond",
            staking::begin_unbond(owner, 10_000),
            vec![&bob],
        ),
        (
            "request_undelegation",
            staking::request_undelegation(delegator, provider, 20_000),
            vec![&alice],
        ),
        (
            "yield_stake",
            staking::yield_stake(power, *provider, 1_000),
            vec![&market],
        ),
    ];
    let mut costs = rows(context, steps);
    context.advance(60);
    let undelegate = |context: &TestContext, shares| {
        let matures_at = context.delegated_maturity();
        staking::undelegate(delegator, &delegator, provider, shares, matures_at)
    };
    let first = undelegate(context, 20_000);
    let more = undelegate(context, 5_000);
    let amounts = SlashAmounts {
        award: 100,
        ..context.slash_amounts(11_000)
    };
    for (name, step, signer) in [
        ("undelegate (new)", first, &alice),
        ("undelegate", more, &alice),
        (
            "slash_stake",
            staking::slash_stake(accounts, amounts),
            &market,
        ),
        ("cancel_unbond", staking::cancel_unbond(owner, 1), &bob),
    ] {
        context.advance(60);
        if name == "cancel_unbond" {
            context.begin_unbond(&bob, 10_000);
        }
        costs.extend(rows(context, vec![(name, step, vec![signer])]));
    }
    let all = SlashAmounts {
        amount: OWN,
        award: 100,
        release: 80_000,
        free: 10,
        infraction_time: context.now(),
    };
    context.advance(60);
    let slash = staking::slash_stake(accounts, all);
    costs.extend(rows(
        context,
        vec![("slash_stake (delegators)", slash, vec![&market])],
    ));
    costs
}

/// What is left matures and is paid, and the provider ends.
fn leaving(context: &mut TestContext, provider: &Address) -> Vec<Cost> {
    let [alice, bob, market, anyone] =
        ["alice", "bob", "market", "anyone"].map(|name| context.actor(name));
    let (mint, owner, delegator) = (context.stake_mint(), bob.pubkey(), alice.pubkey());
    let allocated = context.provider_of("bob").allocated.get();
    let rest = staking::deallocate_stake(market.pubkey(), *provider, allocated);
    context.send(&[rest], &[&market]).expect("work ends");
    let maturities = context.provider_of("bob").buckets[0].matures_at.get();
    let shares = context.delegation_of("alice", provider).shares.get();
    context
        .undelegate("alice", provider, shares)
        .expect("alice leaves");
    context.stake(&bob, OWN);
    context.begin_unbond(&bob, OWN);
    let second = context.delegated_maturity();
    let begin = staking::begin_retirement(owner);
    let mut costs = rows(context, vec![("begin_retirement", begin, vec![&bob])]);
    let retires_at = context.provider_of("bob").retires_at.get();
    context.advance_to(retires_at);
    let mature = staking::mature_bucket(anyone.pubkey(), provider, second);
    let steps = vec![
        (
            "withdraw_stake",
            staking::withdraw_stake(owner, &mint),
            vec![&anyone],
        ),
        ("mature_bucket", mature, vec![&anyone]),
    ];
    costs.extend(rows(context, steps));
    let ticket = context.ticket_accounts("alice", provider, second);
    let paid = staking::withdraw_ticket(ticket, &mint);
    costs.extend(rows(
        context,
        vec![("withdraw_ticket", paid, vec![&anyone])],
    ));
    if maturities != second {
        context
            .withdraw_ticket("alice", provider, maturities)
            .expect("the other ticket is paid");
    }
    context
        .claim_delegated("alice", provider)
        .expect("alice is paid");
    let last = staking::claim_owner_rewards(&owner, &owner, &mint);
    context.crank(last).expect("bob is paid");
    let carols = staking::close_delegation(address_of("carol"), provider);
    context.crank(carols).expect("carol's delegation closes");
    let steps = vec![
        (
            "close_delegation",
            staking::close_delegation(delegator, provider),
            vec![&anyone],
        ),
        (
            "retire_provider",
            staking::retire_provider(owner, mint),
            vec![&anyone],
        ),
        ("version", staking::version(), vec![&anyone]),
    ];
    costs.extend(rows(context, steps));
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
