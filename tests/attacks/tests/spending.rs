//! Attacks on the treasury: other accounts than those that were voted on, more than one proposal may take, mints and their rates.

use assay_governance::{
    error::GovernanceError,
    state::{Grant, Kind, ProposedAction, Side, Target, GRANT_REST},
};
use assay_harness::{
    assert_fails,
    governance::{DEPOSIT, MAJORITY, MIN_LOCK},
    instruction::governance::{self, Treasury},
    market::STAKE_RATE,
    pda::{self, governance as at, market as market_at, rewards as rewards_at},
    replace_account, Address, Signer, TestContext, DAY,
};
use assay_market::{error::MarketError, state::PaymentMint};
use assay_shared::token::TOKEN;

const HELD: u64 = 10_000_000;
/// A tenth of it, which is the cap of a proposal.
const CAP: u64 = 1_000_000;

/// Returns a cluster whose treasury holds [`HELD`], and the wallet of "erin".
fn funded() -> (TestContext, Address) {
    let mut context = TestContext::governed();
    context.fill_treasury(HELD);
    let erin = context.address_of("erin");
    (context, erin)
}

fn held(context: &TestContext) -> u64 {
    context.balance(&rewards_at::treasury())
}

/// The executor hands in accounts of its choice. The treasury's signature reaches the token program only, the authority's only our
/// own programs.
#[test]
fn signs_more_than_a_transfer_with_the_treasury() {
    // Loss if it worked: a bad upgrade of one program empties the treasury in the next vote.
    let (mut context, erin) = funded();
    let pay = context.pay_action(&erin, 1_000);
    let fee = ProposedAction::set_param(Target::Market, 0, 321);
    let proposal = context.passed_proposal(&[pay, fee]);

    let result = context.execute(&proposal).unwrap();

    let programs = |signer: Address| {
        let named = result.calls.iter();
        let named = named.filter(move |call| call.accounts.contains(&signer));
        named.map(|call| call.program).collect::<Vec<_>>()
    };
    assert_eq!(programs(at::treasury_authority()), [TOKEN]);
    assert_eq!(programs(at::authority()), [assay_market::ID]);
}

/// `CloseAccount`, `SetAuthority`, `Approve` and calls of any program: there is no kind of action for them.
#[test]
fn closes_or_hands_over_the_treasury() {
    // Loss if it worked: everything that the treasury holds, and the emission, which must reach it.
    let mut context = TestContext::governed();
    let mallory = context.actor("mallory");
    let first = Kind::Unpause as u8 + 1;
    for kind in [first, first + 1, 100, 255] {
        let action = ProposedAction {
            kind,
            ..ProposedAction::unpause(Target::Market)
        };
        let draft = context.draft(&[action]);
        let result = context.try_publish(&mallory, draft);
        assert_fails(result, GovernanceError::UnknownAction);
    }
}

#[test]
fn pays_another_wallet_than_voted() {
    // Loss if it worked: every payment of the treasury goes to whoever executes it.
    let (mut context, erin) = funded();
    let (mint, mallory) = (context.vote_mint(), context.actor("mallory"));
    let mallorys = context.ata(&mint, &mallory.pubkey());
    let pay = context.pay_action(&erin, 1_000);
    let proposal = context.passed_proposal(&[pay]);
    let execute = context.execute_instruction(&proposal);

    let result = context.crank(replace_account(execute, &pda::ata(&erin, &mint), &mallorys));

    assert_fails(result, GovernanceError::WrongTokenAccount);
    assert_eq!(held(&context), HELD);
}

/// The treasury has another account of the mint, for fees. A proposal names which one pays.
#[test]
fn pays_out_of_another_account_than_voted() {
    // Loss if it worked: the cap of one account is applied to another.
    let (mut context, erin) = funded();
    let mint = context.vote_mint();
    let other = context.mint_tokens(&mint, &at::treasury_authority(), HELD);
    let pay = context.pay_action(&erin, 1_000);
    let proposal = context.passed_proposal(&[pay]);
    let execute = context.execute_instruction(&proposal);

    let result = context.crank(replace_account(execute, &rewards_at::treasury(), &other));

    assert_fails(result, GovernanceError::WrongTokenAccount);
}

/// The executor's own account of the new mint stands in the place of the treasury's. Its address has the bump that was voted on.
#[test]
fn adds_a_mint_with_its_own_fee_vault() {
    // Loss if it worked: the fees of all jobs in the new mint.
    let mut context = TestContext::governed();
    let mint = context.mint("EUR");
    let treasury = at::treasury_authority();
    let vault = context.ata(&mint, &treasury);
    let (_, bump) = pda::ata_and_bump(&treasury, &mint, &TOKEN);
    let owner = (0..)
        .map(|number| context.address_of(&format!("mallory {number}")))
        .find(|owner| pda::ata_and_bump(owner, &mint, &TOKEN).1 == bump)
        .expect("half of all addresses have the bump 255");
    let mallorys = context.ata(&mint, &owner);
    let allow = ProposedAction::allow_mint(mint, STAKE_RATE, bump);
    let proposal = context.passed_proposal(&[allow]);
    let execute = context.execute_instruction(&proposal);

    let result = context.crank(replace_account(execute, &vault, &mallorys));

    assert_fails(result, GovernanceError::WrongTokenAccount);
}

/// Each payment is within the cap of what the one before has left.
#[test]
fn empties_the_treasury_in_one_proposal() {
    // Loss if it worked: a multiple of the cap at once.
    let (mut context, erin) = funded();
    let mint = context.vote_mint();
    let half = ProposedAction::grant(erin, CAP / 2, 0, mint, 0);
    let proposal = context.passed_proposal(&[half; 4]);

    let result = context.execute(&proposal);

    assert_fails(result, GovernanceError::BeyondCap);
    assert_eq!(held(&context), HELD);
}

/// Eight proposals, each within its cap, have passed with the same votes and wait for execution on eight consecutive days.
#[test]
fn empties_the_treasury_in_one_week() {
    // Loss if it worked: half of the treasury before anybody can lock or veto.
    let (mut context, erin) = funded();
    let pay = context.pay_action(&erin, CAP / 2);
    let first = context.supported_proposal(&[pay]);
    let second = context.supported_proposal(&[pay]);
    context.await_execution(&second);
    context.execute(&first).unwrap();
    context.advance(4 * DAY);

    let result = context.execute(&second);

    assert_fails(result, GovernanceError::SpentLately);
    assert_eq!(held(&context), HELD - CAP / 2);
}

/// Spending needs twice the quorum and twice as much yes as no.
#[test]
fn spends_with_the_votes_of_a_parameter() {
    // Loss if it worked: the treasury, for the quorum of a small change.
    let (mut context, erin) = funded();
    let (mallory, alice) = (context.actor("mallory"), context.actor("alice"));
    context.lock(&mallory, 0, 3 * MAJORITY, MIN_LOCK);
    context.lock(&alice, 0, 2 * MAJORITY, MIN_LOCK);
    let pay = context.pay_action(&erin, CAP);
    let proposal = context.propose(&mallory, &[pay]);
    context.vote(&mallory, 0, &proposal, Side::Yes);
    context.vote(&alice, 0, &proposal, Side::No);
    context.await_execution(&proposal);

    let result = context.execute(&proposal);

    assert_fails(result, GovernanceError::ProposalDefeated);
}

/// Who decides on deposits could harvest them. They are burned.
#[test]
fn fills_the_treasury_by_slashing() {
    // Loss if it worked: voters who spend the treasury gain by every failed proposal.
    let (mut context, _) = funded();
    let mallory = context.actor("mallory");
    let light = ProposedAction::set_param(Target::Staking, 0, 77);
    let proposal = context.propose(&mallory, &[light]);
    let opened: assay_governance::state::Proposal = context.account(&proposal);
    context.advance_to(opened.ends_at.get());
    let mint = context.vote_mint();
    let (ata, supply) = (context.ata(&mint, &mallory.pubkey()), context.supply(&mint));

    let close = governance::close_proposal(mallory.pubkey(), proposal, &mint);
    let close = replace_account(close, &ata, &rewards_at::treasury());
    context.crank(close).unwrap();

    assert_eq!(held(&context), HELD);
    assert_eq!(context.supply(&mint), supply - DEPOSIT);
}

/// A grant needs nothing of its recipient, and so cannot hold up what stands beside it.
#[test]
fn blocks_a_grant_by_having_no_account() {
    // Loss if it worked: one recipient stops all actions of a proposal.
    let (mut context, erin) = funded();
    let mint = context.vote_mint();
    let grant = ProposedAction::grant(erin, 1_000, 0, mint, 0);
    let fee = ProposedAction::set_param(Target::Market, 0, 321);

    context.enact(&[grant, fee]);

    assert!(!context.exists(&pda::ata(&erin, &mint)));
    assert_eq!(context.market_params().fee_bps.get(), 321);
    let vault = at::grant_vault(&at::grant(0, 0));
    assert_eq!(context.balance(&vault), 1_000);
}

/// Grants erin 1,000 at once. Returns the grant and the instruction that closes it.
fn granted(context: &mut TestContext, erin: Address) -> (Address, assay_harness::Instruction) {
    let mint = context.vote_mint();
    context.enact(&[ProposedAction::grant(erin, 1_000, 0, mint, 0)]);
    let address = at::grant(0, 0);
    let grant: Grant = context.account(&address);
    let treasury = Treasury::from(&context.governance_params());
    let close = governance::close_grant(address, &grant, &treasury);
    (address, close)
}

#[test]
fn strands_an_unclaimed_grant() {
    // Loss if it worked: tokens under a lost key, for ever.
    let (mut context, erin) = funded();
    let (address, close) = granted(&mut context, erin);
    context.advance(GRANT_REST as u64);

    context.crank(close).unwrap();

    assert!(!context.exists(&address));
    assert_eq!(held(&context), HELD);
}

#[test]
fn takes_a_grant_back_early() {
    // Loss if it worked: whoever executed takes the rent, and the recipient loses the grant.
    let (mut context, erin) = funded();
    let (_, close) = granted(&mut context, erin);
    context.advance(GRANT_REST as u64 - 1);

    let result = context.crank(close);

    assert_fails(result, GovernanceError::GrantRunning);
}

#[test]
fn directs_a_grant_to_its_own_account() {
    // Loss if it worked: every grant, to whoever claims it first.
    let (mut context, erin) = funded();
    let (address, _) = granted(&mut context, erin);
    let (mint, mallory) = (context.vote_mint(), context.address_of("mallory"));
    let mallorys = context.ata(&mint, &mallory);
    let grant: Grant = context.account(&address);

    let claim = governance::claim_grant(address, &grant);
    let result = context.crank(replace_account(claim, &pda::ata(&erin, &mint), &mallorys));

    assert_fails(result, GovernanceError::WrongTokenAccount);
}

#[test]
fn claims_what_has_not_vested() {
    // Loss if it worked: a grant over years is taken on its first day.
    let (mut context, erin) = funded();
    let mint = context.vote_mint();
    context.enact(&[ProposedAction::grant(erin, 1_000, 1_000 * DAY, mint, 0)]);
    let address = at::grant(0, 0);
    let ata = context.ata(&mint, &erin);
    context.advance(10 * DAY);

    let grant: Grant = context.account(&address);
    let claim = governance::claim_grant(address, &grant);
    context.crank(claim.clone()).unwrap();
    let again = context.crank(claim);

    assert_eq!(context.balance(&ata), 10);
    assert_fails(again, GovernanceError::NothingToClaim);
}

/// The issuer of the payment mint freezes the treasury's account of it.
#[test]
fn strands_others_by_a_frozen_treasury_account() {
    // Loss if it worked: one issuer stops all spending and all votes.
    let (mut context, erin) = funded();
    let vault = context.fee_vault();
    context.freeze(&vault);
    let pay = context.pay_action(&erin, 1_000);

    context.enact(&[pay]);

    assert_eq!(held(&context), HELD - 1_000);
}

#[test]
fn reprices_a_mint_beyond_half_or_double() {
    // Loss if it worked: bonds worth nothing, by one vote.
    let mut context = TestContext::governed();
    let (mallory, usd) = (context.actor("mallory"), context.payment_mint());
    for rate in [STAKE_RATE * 2 + 1, STAKE_RATE / 2 - 1] {
        let draft = context.draft(&[ProposedAction::set_rate(usd, rate)]);
        let result = context.try_publish(&mallory, draft);
        let refused = (assay_governance::ID, MarketError::RateChangeTooLarge);
        assert_fails(result, refused);
    }
}

/// The executor hands in the record of another mint than that which was voted on.
#[test]
fn reprices_another_mint_than_voted() {
    // Loss if it worked: a vote on a minor mint misprices the bonds of the main one.
    let mut context = TestContext::governed();
    let euro = context.mint("EUR");
    let treasury = at::treasury_authority();
    context.ata(&euro, &treasury);
    let (_, bump) = pda::ata_and_bump(&treasury, &euro, &TOKEN);
    context.enact(&[ProposedAction::allow_mint(euro, STAKE_RATE, bump)]);
    let usd = context.payment_mint();
    let proposal = context.passed_proposal(&[ProposedAction::set_rate(euro, STAKE_RATE * 2)]);
    let execute = context.execute_instruction(&proposal);
    let [real, fake] = [euro, usd].map(|mint| market_at::payment_mint(&mint));

    let result = context.crank(replace_account(execute, &real, &fake));

    assert_fails(result, GovernanceError::WrongAccounts);
    let record: PaymentMint = context.account(&fake);
    assert_eq!(record.stake_rate.get(), STAKE_RATE);
}

/// A token loses its peg. The guardian closes the mint at once, without a vote.
#[test]
fn keeps_a_dead_mint_open() {
    // Loss if it worked: worthless fees take the emission while a vote runs.
    let mut context = TestContext::governed();
    let (guardian, usd) = (context.guardian(), context.payment_mint());

    let close = governance::close_mint(guardian.pubkey(), &usd);
    context.send(&[close], &[&guardian]).unwrap();

    let record: PaymentMint = context.account(&market_at::payment_mint(&usd));
    assert!(!record.is_admitted());
}
