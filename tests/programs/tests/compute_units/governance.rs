use crate::{cost, Cost};
use assay_governance::state::{
    commitment, Grant, Param, Proposal, ProposalDraft, ProposedAction, Side, Target,
};
use assay_harness::{
    governance::{config, DEPOSIT, MAJORITY, MAX_LOCK, MIN_LOCK},
    instruction::governance::{self, LockTerms, Treasury},
    pda::{governance as at, rewards as rewards_at},
    Address, Keypair, Signer, TestContext, TransactionFailure, TransactionResult, DAY, DEPLOYER,
};

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("governance", name, result)
}

/// Returns the cost of every instruction of the governance program, in the order of a proposal's life.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    let mut costs = initialized(&mut context);
    let alice = context.actor("alice");
    costs.extend(locked(&mut context, &alice));
    costs.extend(voted(&mut context, &alice));
    costs.extend(secret(&mut context, &alice));
    costs.extend(spent(&mut context));
    costs.extend(guarded(&mut context));
    costs.extend(unlocked(&mut context, &alice));
    costs
}

fn initialized(context: &mut TestContext) -> Vec<Cost> {
    context.init_governed_programs();
    let (mint, treasury) = (context.vote_mint(), rewards_at::treasury());
    let deployer = context.actor(DEPLOYER);
    let initialize = governance::initialize(deployer.pubkey(), mint, treasury, config());
    let accept = governance::accept_market();
    let passing = governance::accept_program(deployer.pubkey(), Target::Market);
    vec![
        row("initialize", context.send(&[initialize], &[&deployer])),
        row("accept_market", context.send(&[accept], &[&deployer])),
        row("accept_program", context.send(&[passing], &[&deployer])),
    ]
}

fn locked(context: &mut TestContext, alice: &Keypair) -> Vec<Cost> {
    let (owner, mint) = (alice.pubkey(), context.vote_mint());
    let ata = context.mint_tokens(&mint, &owner, MAJORITY + 10 * DEPOSIT);
    let terms = LockTerms {
        nonce: 0,
        amount: MAJORITY,
        duration: MIN_LOCK,
    };
    let lock = governance::lock_tokens(owner, mint, ata, terms);
    let renew = governance::renew_lock(owner, 0);
    vec![
        row("lock_tokens", context.send(&[lock], &[alice])),
        row("renew_lock", context.send(&[renew], &[alice])),
    ]
}

/// A proposal of two parameters, from its publication to its end.
fn voted(context: &mut TestContext, alice: &Keypair) -> Vec<Cost> {
    let (owner, mint) = (alice.pubkey(), context.vote_mint());
    let ata = context.ata(&mint, &owner);
    let draft = context.draft(&[
        ProposedAction::set_param(Target::Governance, Param::QuorumBps as u8, 400),
        ProposedAction::set_param(
            Target::Market,
            assay_market::state::Param::FeeBps as u8,
            300,
        ),
    ]);
    let propose = governance::propose(owner, 0, mint, ata, draft);
    let mut costs = vec![row("propose", context.send(&[propose], &[alice]))];
    let proposal = at::proposal(0);
    costs.push(opened(context, &proposal));
    let vote = |side| governance::cast_vote(owner, 0, proposal, side);
    costs.push(row("cast_vote", context.send(&[vote(Side::No)], &[alice])));
    costs.push(row(
        "cast_vote (changed)",
        context.send(&[vote(Side::Yes)], &[alice]),
    ));
    context.await_execution(&proposal);
    costs.push(row("execute_proposal", context.execute(&proposal)));
    let close_vote = governance::close_vote(owner, at::vote(&proposal, &at::lock(&owner, 0)));
    costs.push(row("close_vote", context.send(&[close_vote], &[alice])));
    let close = governance::close_proposal(owner, proposal, &mint);
    costs.push(row("close_proposal", context.send(&[close], &[alice])));
    costs
}

fn opened(context: &mut TestContext, proposal: &Address) -> Cost {
    context.advance_to(context.account::<Proposal>(proposal).opens_at.get());
    row("open_vote", context.try_open_vote(proposal))
}

/// A secret vote, revealed.
fn secret(context: &mut TestContext, alice: &Keypair) -> Vec<Cost> {
    let owner = alice.pubkey();
    let draft = ProposalDraft {
        secret: 1,
        ..context.draft(&[ProposedAction::set_param(Target::Staking, 0, 77)])
    };
    context.try_publish(alice, draft).expect("it is published");
    let proposal = at::proposal(context.next_proposal() - 1);
    context.open_vote(&proposal);
    let (lock, salt) = (at::lock(&owner, 0), [5; 32]);
    let hidden = commitment(&proposal, &lock, &owner, Side::No, &salt);
    let cast = governance::cast_secret_vote(owner, 0, proposal, hidden);
    let mut costs = vec![row("cast_secret_vote", context.send(&[cast], &[alice]))];
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    let reveal = governance::reveal_vote(proposal, lock, Side::No, salt);
    costs.push(row("reveal_vote", context.send(&[reveal], &[alice])));
    costs
}

/// A transfer and a grant.
fn spent(context: &mut TestContext) -> Vec<Cost> {
    context.fill_treasury(1_000_000);
    let (erin, mint) = (context.address_of("erin"), context.vote_mint());
    let pay = context.pay_action(&erin, 1_000);
    let transfer = context.passed_proposal(&[pay]);
    let mut costs = vec![row(
        "execute_proposal (transfer)",
        context.execute(&transfer),
    )];
    context.advance(DAY);
    let grant = ProposedAction::grant(erin, 1_000, 0, mint, 0);
    let granted = context.passed_proposal(&[grant]);
    costs.push(row("execute_proposal (grant)", context.execute(&granted)));
    let address = at::grant(context.next_proposal() - 1, 0);
    let (record, anyone): (Grant, _) = (context.account(&address), context.actor("anyone"));
    let claim = governance::claim_grant(address, &record);
    costs.push(row("claim_grant", context.send(&[claim], &[&anyone])));
    let treasury = Treasury::from(&context.governance_params());
    let close = governance::close_grant(address, &record, &treasury);
    costs.push(row("close_grant", context.send(&[close], &[&anyone])));
    costs
}

/// What the guardian does.
fn guarded(context: &mut TestContext) -> Vec<Cost> {
    let (guardian, usd) = (context.guardian(), context.payment_mint());
    let light = ProposedAction::set_param(Target::Staking, 0, 78);
    let proposal = context.supported_proposal(&[light]);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    let mut costs = vec![row("veto_proposal", context.veto(&proposal))];
    let pause = context.pause(Target::Market, 1, DAY);
    costs.push(row("pause_operation", pause));
    for (name, step) in [
        (
            "lift_pause",
            governance::lift_pause(guardian.pubkey(), Target::Market),
        ),
        (
            "close_mint",
            governance::close_mint(guardian.pubkey(), &usd),
        ),
    ] {
        costs.push(row(name, context.send(&[step], &[&guardian])));
    }
    costs
}

fn unlocked(context: &mut TestContext, alice: &Keypair) -> Vec<Cost> {
    let (owner, mint) = (alice.pubkey(), context.vote_mint());
    context.advance(MAX_LOCK);
    let lapse = governance::lapse_lock(at::lock(&owner, 0));
    let mut costs = vec![row("lapse_lock", context.send(&[lapse], &[alice]))];
    let renew = governance::renew_lock(owner, 0);
    costs.push(row(
        "renew_lock (unlocking)",
        context.send(&[renew], &[alice]),
    ));
    let unlock = governance::begin_unlock(owner, 0);
    costs.push(row("begin_unlock", context.send(&[unlock], &[alice])));
    context.advance(MAX_LOCK);
    let withdraw = governance::withdraw_lock(owner, 0, &mint);
    costs.push(row("withdraw_lock", context.send(&[withdraw], &[alice])));
    costs.push(row(
        "version",
        context.send(&[governance::version()], &[alice]),
    ));
    costs
}
