use assay_governance::{
    error::GovernanceError,
    event::ProposalClosed,
    state::{Proposal, ProposedAction, Side, Target},
};
use assay_harness::{
    assert_fails,
    governance::{DEPOSIT, MIN_LOCK},
    instruction::governance,
    pda::governance as at,
    replace_account, Address, ErrorCode, Keypair, Signer, TestContext,
};

fn light() -> ProposedAction {
    ProposedAction::set_param(Target::Staking, 0, 400)
}

/// Returns a proposal whose voting has ended. Of all 100,000,000 weight, `yes` and `no` have voted.
fn ended_proposal(context: &mut TestContext, yes: u64, no: u64) -> (Keypair, Address) {
    let (alice, proposer) = (context.actor("alice"), context.actor("proposer"));
    let votes = [(0, yes, Side::Yes), (1, no, Side::No)];
    for (nonce, weight, _) in votes {
        if weight > 0 {
            context.lock(&alice, nonce, weight, MIN_LOCK);
        }
    }
    context.lock(&alice, 2, 100_000_000 - yes - no, MIN_LOCK);
    let proposal = context.propose(&proposer, &[light()]);
    for (nonce, weight, side) in votes {
        if weight > 0 {
            context.vote(&alice, nonce, &proposal, side);
        }
    }
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get());
    (proposer, proposal)
}

/// A proposal that a quarter of the quorum cared for, and that did not pass.
fn contested(context: &mut TestContext) -> (Keypair, Address) {
    ended_proposal(context, 2_000_000, 1_000_000)
}

fn proposers_ata(context: &mut TestContext, proposer: &Keypair) -> Address {
    let mint = context.vote_mint();
    context.ata(&mint, &proposer.pubkey())
}

/// Closes a proposal and returns what the proposer's ATA gained, the supply lost, and the event.
fn close(
    context: &mut TestContext,
    proposer: &Keypair,
    proposal: Address,
) -> (u64, u64, ProposalClosed) {
    let (mint, ata) = (context.vote_mint(), proposers_ata(context, proposer));
    let (before, supply) = (context.balance(&ata), context.supply(&mint));
    let close = governance::close_proposal(proposer.pubkey(), proposal, &mint);
    let result = context.send(&[close], &[proposer]).unwrap();
    assert!(!context.exists(&proposal));
    let gained = context.balance(&ata) - before;
    let burned = supply - context.supply(&mint);
    (gained, burned, result.event())
}

#[test]
fn a_defeated_proposal_that_people_cared_for_returns_the_deposit() {
    // Given
    let mut context = TestContext::governed();
    let (proposer, proposal) = contested(&mut context);
    let ata = proposers_ata(&mut context, &proposer);
    let passer_by = context.actor("carol");
    let vault = at::deposit_vault(&proposal);
    let rent = context.lamports(&proposal) + context.lamports(&vault);
    let before = context.lamports(&proposer.pubkey());

    // When
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    let result = context.send(&[close], &[&passer_by]).unwrap();

    // Then
    assert_eq!(context.balance(&ata), DEPOSIT);
    assert!(!context.exists(&proposal));
    assert!(!context.exists(&vault));
    assert_eq!(
        context.lamports(&proposer.pubkey()),
        before + rent,
        "the rent returns"
    );
    let event = result.event::<ProposalClosed>();
    assert_eq!(event.proposal, proposal);
    assert_eq!(event.returned.get(), DEPOSIT);
    assert_eq!(event.burned.get(), 0);
}

#[test]
fn the_deposit_of_a_proposal_that_hardly_anybody_cared_for_is_burned() {
    // A quarter of the quorum, which is a tenth of all weight, is 2,500,000.
    for (yes, burned) in [(2_499_999, DEPOSIT), (2_500_000, 0)] {
        let mut context = TestContext::governed();
        let (proposer, proposal) = ended_proposal(&mut context, yes, 0);
        let (gained, lost, event) = close(&mut context, &proposer, proposal);
        assert_eq!((gained, lost), (DEPOSIT - burned, burned));
        assert_eq!(event.burned.get(), burned);
        assert_eq!(event.returned.get(), DEPOSIT - burned);
    }
}

#[test]
fn the_deposit_of_a_proposal_with_an_overwhelming_no_is_burned() {
    for (no, burned) in [(20_000_000, DEPOSIT), (19_999_999, 0)] {
        let mut context = TestContext::governed();
        let (proposer, proposal) = ended_proposal(&mut context, 10_000_000, no);
        let (gained, lost, _) = close(&mut context, &proposer, proposal);
        assert_eq!((gained, lost), (DEPOSIT - burned, burned));
    }
}

#[test]
fn the_deposit_of_a_proposal_whose_vote_nobody_opened_is_burned() {
    let mut context = TestContext::governed();
    let proposer = context.actor("proposer");
    let proposal = context.publish(&proposer, &[light()]);
    context.advance_to(context.account::<Proposal>(&proposal).open_until.get());
    let (gained, lost, _) = close(&mut context, &proposer, proposal);
    assert_eq!((gained, lost), (0, DEPOSIT));
}

#[test]
fn tokens_sent_to_the_vault_go_the_way_of_the_deposit() {
    for (yes, returned) in [(5_000_000, DEPOSIT + 7), (0, 0)] {
        let mut context = TestContext::governed();
        let (proposer, proposal) = ended_proposal(&mut context, yes, 0);
        let mint = context.vote_mint();
        context.mint_to_account(&mint, &at::deposit_vault(&proposal), 7);
        let (gained, lost, _) = close(&mut context, &proposer, proposal);
        assert_eq!((gained, lost), (returned, DEPOSIT + 7 - returned));
    }
}

#[test]
fn an_executed_proposal_can_be_closed() {
    let mut context = TestContext::governed();
    let proposal = context.passed_proposal(&[light()]);
    let proposer = context.actor("proposer");
    context.execute(&proposal).unwrap();
    let (gained, _, _) = close(&mut context, &proposer, proposal);
    assert_eq!(gained, DEPOSIT);
}

#[test]
fn a_proposal_that_can_still_be_executed_stays() {
    // Given a passed proposal
    let mut context = TestContext::governed();
    let (proposer, proposal) = ended_proposal(&mut context, 60_000_000, 0);
    proposers_ata(&mut context, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    let expires_at = context.account::<Proposal>(&proposal).expires_at.get();

    // When and then: from the end of the voting to the last second of the execution window
    let result = context.send(std::slice::from_ref(&close), &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
    context.advance_to(expires_at - 1);
    let result = context.send(std::slice::from_ref(&close), &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
    context.advance(1);
    context.send(&[close], &[&proposer]).unwrap();
}

#[test]
fn a_proposal_that_can_still_be_opened_or_voted_on_stays() {
    let mut context = TestContext::governed();
    let proposer = context.actor("proposer");
    let proposal = context.publish(&proposer, &[light()]);
    proposers_ata(&mut context, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    let result = context.send(std::slice::from_ref(&close), &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
    context.open_vote(&proposal);
    context.advance_to(context.account::<Proposal>(&proposal).ends_at.get() - 1);
    let result = context.send(&[close], &[&proposer]);
    assert_fails(result, GovernanceError::ProposalLive);
}

#[test]
fn the_rent_goes_to_no_one_but_the_proposer() {
    let mut context = TestContext::governed();
    let (_, proposal) = contested(&mut context);
    let mallory = context.actor("mallory");
    let close = governance::close_proposal(mallory.pubkey(), proposal, &context.vote_mint());
    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, GovernanceError::NotProposer);
}

#[test]
fn a_deposit_returns_to_no_account_but_the_proposers() {
    let mut context = TestContext::governed();
    let (proposer, proposal) = contested(&mut context);
    let (mallory, mint, other) = (
        context.actor("mallory"),
        context.vote_mint(),
        context.mint("OTHER"),
    );
    let mallorys = context.ata(&mint, &mallory.pubkey());
    let of_another_mint = context.ata(&other, &proposer.pubkey());
    let ata = proposers_ata(&mut context, &proposer);
    for deposit_to in [mallorys, of_another_mint] {
        let close = governance::close_proposal(proposer.pubkey(), proposal, &mint);
        let forged = replace_account(close, &ata, &deposit_to);
        let result = context.send(&[forged], &[&mallory]);
        assert_fails(result, GovernanceError::WrongTokenAccount);
    }
}

/// Somebody else may be a delegate of an account that the proposer does not look at.
#[test]
fn only_the_proposer_picks_another_account() {
    let mut context = TestContext::governed();
    let (proposer, proposal) = contested(&mut context);
    let (passer_by, mint) = (context.actor("carol"), context.vote_mint());
    let ata = proposers_ata(&mut context, &proposer);
    let dave = context.address_of("dave");
    let other = context.ata(&mint, &dave);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &mint);
    let chosen = replace_account(close, &ata, &other);
    let result = context.send(&[chosen], &[&passer_by]);
    assert_fails(result, GovernanceError::WrongTokenAccount);

    let close = governance::close_proposal_to(proposer.pubkey(), proposal, &mint, other);
    context.send(&[close], &[&proposer]).unwrap();
    assert_eq!(context.balance(&other), DEPOSIT);
}

#[test]
fn a_deposit_is_burned_in_its_own_mint() {
    let mut context = TestContext::governed();
    let (proposer, proposal) = ended_proposal(&mut context, 0, 0);
    let (mint, other) = (context.vote_mint(), context.mint("OTHER"));
    let close = governance::close_proposal(proposer.pubkey(), proposal, &mint);
    let forged = replace_account(close, &mint, &other);
    let result = context.send(&[forged], &[&proposer]);
    assert_fails(result, GovernanceError::WrongMint);
}

#[test]
fn the_deposit_of_another_proposal_stays() {
    let mut context = TestContext::governed();
    let (proposer, proposal) = contested(&mut context);
    let other = context.publish(&proposer, &[light()]);
    proposers_ata(&mut context, &proposer);
    let close = governance::close_proposal(proposer.pubkey(), proposal, &context.vote_mint());
    let forged = replace_account(
        close,
        &at::deposit_vault(&proposal),
        &at::deposit_vault(&other),
    );
    let result = context.send(&[forged], &[&proposer]);
    assert_fails(result, (assay_governance::ID, ErrorCode::ConstraintSeeds));
}
