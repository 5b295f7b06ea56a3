//! A vote that changes the market's fee.

use crate::{
    cluster::{address_of, Cluster, HOUR},
    protocol::{DEPOSIT, FEE_BPS, MIN_LOCK},
    token::assay,
};
use assay_client::{
    instruction::governance::{self, LockTerms},
    pda::{ata, governance as at, market as market_at},
};
use assay_governance::{
    error::GovernanceError,
    state::{Params, Proposal, ProposalDraft, ProposedAction, Side, Target},
};
use assay_market::state::{Param, Params as MarketParams};
use assay_shared::param::Votable as _;

/// Base units of the reward token; at the shortest lock it weighs as much.
const LOCKED: u64 = 100_000;
const NEW_FEE_BPS: u64 = 400;

/// Locks, proposes, votes, executes after the hold-up, settles the deposit and unlocks.
pub async fn lowers_the_fee(cluster: &mut Cluster) {
    let proposal = voted(cluster).await;
    executed(cluster, &proposal).await;

    let proposer = address_of("proposer");
    let close = governance::close_proposal(proposer, proposal, ata(&proposer, &assay()));
    cluster.send(&[close], &["anyone"]).await;
    assert_eq!(cluster.assay_of("proposer").await, DEPOSIT, "returned");
    assert_eq!(cluster.lamports(&proposal).await, 0);

    let voter = address_of("voter");
    cluster
        .send(&[governance::begin_unlock(voter, 0)], &["voter"])
        .await;
    let params: Params = cluster.account(&at::params()).await;
    assert_eq!(params.total_weight.get(), 0);
    cluster.advance(MIN_LOCK);
    let withdraw = governance::withdraw_lock(voter, 0, ata(&voter, &assay()));
    cluster.send(&[withdraw], &["anyone"]).await;
    assert_eq!(cluster.assay_of("voter").await, LOCKED);
}

async fn voted(cluster: &mut Cluster) -> anchor_lang::Address {
    let (voter, proposer) = (address_of("voter"), address_of("proposer"));
    let source = cluster.give_assay("voter", LOCKED).await;
    let terms = LockTerms {
        nonce: 0,
        amount: LOCKED,
        duration: MIN_LOCK,
    };
    let lock = governance::lock_tokens(voter, assay(), source, terms);
    cluster.send(&[lock], &["voter"]).await;
    let vault = at::lock_vault(&at::lock(&voter, 0));
    assert_eq!(cluster.balance(&vault).await, LOCKED);

    let source = cluster.give_assay("proposer", DEPOSIT).await;
    let fee = ProposedAction::set_param(Target::Market, Param::FeeBps.number(), NEW_FEE_BPS);
    let draft = ProposalDraft {
        title: [b'f'; 64],
        description: [7; 32],
        actions: vec![fee],
    };
    let propose = governance::propose(proposer, 0, assay(), source, draft);
    cluster.send(&[propose], &["proposer"]).await;
    let proposal = at::proposal(0);
    let deposit = at::deposit_vault(&proposal);
    assert_eq!(cluster.balance(&deposit).await, DEPOSIT);

    let vote = governance::cast_vote(voter, 0, proposal, Side::Yes);
    cluster.send(&[vote], &["voter"]).await;
    let opened: Proposal = cluster.account(&proposal).await;
    assert_eq!(opened.tally.yes.get(), LOCKED);
    proposal
}

/// Not before the hold-up, and only once.
async fn executed(cluster: &mut Cluster, proposal: &anchor_lang::Address) {
    let execute = [governance::execute_proposal(*proposal)];
    let opened: Proposal = cluster.account(proposal).await;
    cluster.advance_to(opened.ends_at.get());
    cluster
        .refused(&execute, &["anyone"], GovernanceError::HoldUpRunning)
        .await;
    let params: MarketParams = cluster.account(&market_at::params()).await;
    assert_eq!(params.fee_bps.get(), FEE_BPS);

    cluster.advance_to(opened.executable_at.get());
    cluster.send(&execute, &["anyone"]).await;
    let params: MarketParams = cluster.account(&market_at::params()).await;
    assert_eq!(params.fee_bps.get(), NEW_FEE_BPS);

    cluster.advance(HOUR);
    cluster
        .refused(&execute, &["anyone"], GovernanceError::AlreadyExecuted)
        .await;
}
