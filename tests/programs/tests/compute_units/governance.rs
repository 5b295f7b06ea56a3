use crate::{cost, Cost};
use assay_governance::state::{Param, Proposal, ProposedAction, Side, Target};
use assay_harness::{
    governance::{CONFIG, DEPOSIT, MAX_LOCK, MIN_LOCK},
    instruction::{
        governance::{self, LockTerms},
        market as trading,
    },
    pda::{governance as at, market},
    Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_staking::instructions::StakingConfig;

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("governance", name, result)
}

/// Returns the cost of every instruction of the governance program, in the order of a proposal's life.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    let (mint, treasury) = (context.vote_mint(), context.deposit_treasury());
    let (deployer, alice) = (context.actor(DEPLOYER), context.actor("alice"));
    let owner = alice.pubkey();
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
    let mut costs = vec![row("initialize", context.send(&[initialize], &[&deployer]))];
    market_under_governance(&mut context);

    let ata = context.mint_tokens(&mint, &owner, 100_000 + DEPOSIT);
    let terms = LockTerms {
        nonce: 0,
        amount: 100_000,
        duration: MIN_LOCK,
    };
    let lock = governance::lock_tokens(owner, mint, ata, terms);
    costs.push(row("lock_tokens", context.send(&[lock], &[&alice])));
    let draft = context.draft(&[
        ProposedAction::set_param(Target::Governance, Param::QuorumBps as u8, 400),
        ProposedAction::set_param(
            Target::Market,
            assay_market::state::Param::FeeBps as u8,
            300,
        ),
    ]);
    let propose = governance::propose(owner, 0, mint, ata, draft);
    costs.push(row("propose", context.send(&[propose], &[&alice])));
    let proposal = at::proposal(0);
    let vote = |side| governance::cast_vote(owner, 0, proposal, side);
    costs.push(row("cast_vote", context.send(&[vote(Side::No)], &[&alice])));
    costs.push(row(
        "cast_vote (changed)",
        context.send(&[vote(Side::Yes)], &[&alice]),
    ));

    let opened: Proposal = context.account(&proposal);
    context.advance_to(opened.executable_at.get());
    let close_vote = governance::close_vote(owner, at::vote(&proposal, &at::lock(&owner, 0)));
    let after = [
        ("execute_proposal", governance::execute_proposal(proposal)),
        ("close_vote", close_vote),
        (
            "close_proposal",
            governance::close_proposal(owner, proposal, &mint),
        ),
        ("begin_unlock", governance::begin_unlock(owner, 0)),
    ];
    for (name, step) in after {
        costs.push(row(name, context.send(&[step], &[&alice])));
    }
    context.advance(MAX_LOCK);
    let withdraw = governance::withdraw_lock(owner, 0, &mint);
    costs.push(row("withdraw_lock", context.send(&[withdraw], &[&alice])));
    costs
}

fn market_under_governance(context: &mut TestContext) {
    let config = StakingConfig {
        authority: at::authority(),
        market_authority: market::authority(),
        ..context.staking_config()
    };
    context.init_staking_with(config);
    let config = context.market_config();
    context.init_market_with(config);
    let actor = context.actor("governance");
    let hand_over = trading::set_authority(actor.pubkey(), at::authority());
    context
        .send(&[hand_over], &[&actor])
        .expect("the market is handed over");
}
