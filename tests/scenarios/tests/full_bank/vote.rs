//! A vote that changes the market's fee.

use assay_governance::{
    error::GovernanceError,
    state::{Params, Proposal, ProposalDraft, ProposedAction, Side, Target},
};
use assay_harness::{
    bank::{assay, Bank},
    governance::{DEPOSIT, MIN_LOCK},
    instruction::governance::{self, Decision, LockTerms, Treasury},
    keypairs::address_of,
    market::FEE_BPS,
    pda::{governance as at, market as market_at},
    Address, HOUR,
};
use assay_market::state::{Param, Params as MarketParams};
use assay_shared::{param::Votable as _, token::TOKEN};

/// Base units of the reward mint, more than the threshold. Locked for the shortest time, the weight is the same number.
const LOCKED: u64 = 100_000_000;
const NEW_FEE_BPS: u64 = 400;

/// Locks, proposes, votes, executes after the hold-up, closes the proposal and unlocks.
pub async fn lower_the_fee(bank: &mut Bank) {
    let proposal = propose_and_vote(bank).await;
    let opened: Proposal = bank.account(&proposal).await;
    let expires_at = opened.expires_at.get();
    execute(bank, &proposal).await;

    let proposer = address_of("proposer");
    let close = governance::close_proposal(proposer, proposal, &assay());
    bank.send(&[close], &["anyone"]).await;
    assert_eq!(bank.assay_of("proposer").await, DEPOSIT, "returned");
    assert_eq!(bank.lamports(&proposal).await, 0);

    let voter = address_of("voter");
    bank.advance_to(expires_at);
    bank.send(&[governance::begin_unlock(voter, 0)], &["voter"])
        .await;
    let params: Params = bank.account(&at::params()).await;
    assert_eq!(params.total_weight.get(), 0);
    bank.advance(MIN_LOCK);
    let withdraw = governance::withdraw_lock(voter, 0, &assay());
    bank.send(&[withdraw], &["anyone"]).await;
    assert_eq!(bank.assay_of("voter").await, LOCKED);
}

/// Opens a proposal and votes for it. Returns its address.
async fn propose_and_vote(bank: &mut Bank) -> Address {
    let (voter, proposer) = (address_of("voter"), address_of("proposer"));
    let source = bank.transfer_assay("voter", LOCKED).await;
    let terms = LockTerms {
        nonce: 0,
        amount: LOCKED,
        duration: MIN_LOCK,
    };
    let lock = governance::lock_tokens(voter, assay(), source, terms);
    bank.send(&[lock], &["voter"]).await;
    let vault = at::lock_vault(&at::lock(&voter, 0));
    assert_eq!(bank.balance(&vault).await, LOCKED);

    let source = bank.transfer_assay("proposer", DEPOSIT).await;
    let fee = ProposedAction::set_param(Target::Market, Param::FeeBps.number(), NEW_FEE_BPS);
    let draft = ProposalDraft {
        title: [b'f'; 64],
        description: [7; 32],
        secret: 0,
        actions: vec![fee],
    };
    let propose = governance::propose(proposer, 0, assay(), source, draft);
    bank.send(&[propose], &["proposer"]).await;
    let proposal = at::proposal(0);
    let deposit = at::deposit_vault(&proposal);
    assert_eq!(bank.balance(&deposit).await, DEPOSIT);

    let published: Proposal = bank.account(&proposal).await;
    let open = [governance::open_vote(proposal, assay())];
    bank.assert_fails(&open, &["anyone"], GovernanceError::NoticeRunning)
        .await;
    bank.advance_to(published.opens_at.get());
    bank.send(&open, &["anyone"]).await;

    let vote = governance::cast_vote(voter, 0, proposal, Side::Yes);
    bank.send(&[vote], &["voter"]).await;
    let opened: Proposal = bank.account(&proposal).await;
    assert_eq!(opened.tally.yes.get(), LOCKED);
    proposal
}

/// Executes the proposal, which must fail before the end of the hold-up and the second time.
async fn execute(bank: &mut Bank, proposal: &Address) {
    let opened: Proposal = bank.account(proposal).await;
    let rules: Params = bank.account(&at::params()).await;
    let decision = Decision {
        index: opened.index.get(),
        actions: opened.actions(),
    };
    let (anyone, treasury) = (address_of("anyone"), Treasury::from(&rules));
    let execute = [governance::execute_proposal(
        anyone,
        decision,
        &treasury,
        |_| TOKEN,
    )];
    bank.advance_to(opened.ends_at.get());
    bank.assert_fails(&execute, &["anyone"], GovernanceError::HoldUpRunning)
        .await;
    let params: MarketParams = bank.account(&market_at::params()).await;
    assert_eq!(params.fee_bps.get(), FEE_BPS);

    bank.advance_to(opened.executable_at.get());
    bank.send(&execute, &["anyone"]).await;
    let params: MarketParams = bank.account(&market_at::params()).await;
    assert_eq!(params.fee_bps.get(), NEW_FEE_BPS);

    bank.advance(HOUR);
    bank.assert_fails(&execute, &["anyone"], GovernanceError::AlreadyExecuted)
        .await;
}
