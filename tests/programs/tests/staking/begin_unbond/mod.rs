use assay_harness::{
    account_exists, assert_fails,
    instruction::staking,
    pda::staking as at,
    replace_account,
    staking::{MIN_SELF_STAKE, UNBONDING_PERIOD},
    ErrorCode, ProgramError, Signer, TestContext, DAY,
};
use assay_staking::{
    error::StakingError,
    event::UnbondBegun,
    state::{Delegation, Param, Provider, Ticket, BUCKETS, BUCKETS_PER_PERIOD},
};

mod buckets;

const SPAN: u64 = UNBONDING_PERIOD / BUCKETS_PER_PERIOD;

#[test]
fn an_owner_turns_shares_into_a_ticket() {
    // Given
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let began = context.now();

    // When
    let begin = staking::begin_unbond(bob.pubkey(), 42, 4_000);
    let result = context.send(&[begin], &[&bob]).unwrap();

    // Then
    let delegation_address = at::delegation(&address, &bob.pubkey());
    let ticket_address = at::ticket(&delegation_address, 42);
    let matures_at = began + (SPAN + UNBONDING_PERIOD) as i64;
    let ticket: Ticket = context.account(&ticket_address);
    assert_eq!(ticket.provider, address);
    assert_eq!(ticket.owner, bob.pubkey());
    assert_eq!(ticket.shares.get(), 4_000);
    assert_eq!(ticket.nonce.get(), 42);
    assert_eq!(ticket.matures_at.get(), matures_at);
    let delegation: Delegation = context.account(&delegation_address);
    assert_eq!(delegation.shares.get(), 6_000);
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 6_000);
    assert_eq!(provider.active_shares.get(), 6_000);
    assert_eq!(
        provider.buckets[usize::from(ticket.bucket)].tokens.get(),
        4_000
    );
    assert_eq!(context.balance(&at::stake_vault(&address)), 10_000);

    let event = result.event::<UnbondBegun>();
    assert_eq!(event.provider, address);
    assert_eq!(event.ticket, ticket_address);
    assert_eq!(event.owner, bob.pubkey());
    assert_eq!(event.shares.get(), 4_000);
    assert_eq!(event.tokens.get(), 4_000);
    assert_eq!(event.bucket_shares.get(), 4_000);
    assert_eq!(event.nonce.get(), 42);
    assert_eq!(event.opened_at.get(), began);
    assert_eq!(event.closes_at.get(), began + SPAN as i64);
    assert_eq!(event.matures_at.get(), matures_at);
    assert_eq!(event.bucket, ticket.bucket);
}

#[test]
fn the_whole_stake_can_leave() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, 10_000);
    let provider: Provider = context.account(&address);
    assert_eq!(provider.active_tokens.get(), 0);
    assert_eq!(provider.active_shares.get(), 0);
}

#[test]
fn unbonding_nothing_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let result = context.send(&[staking::begin_unbond(bob.pubkey(), 0, 0)], &[&bob]);
    assert_fails(result, StakingError::ZeroAmount);
}

#[test]
fn only_the_owner_of_a_position_unbonds_it() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 10_000);
    let mallorys = context.provider("mallory", 10_000);
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let mallorys_position = at::delegation(&mallorys, &mallory.pubkey());
    let bobs_position = at::delegation(&bobs, &bob);
    let begin = staking::begin_unbond(mallory.pubkey(), 0, 1_000);
    let forged = replace_account(begin, &mallorys, &bobs);
    let forged = replace_account(forged, &mallorys_position, &bobs_position);
    let forged = replace_account(
        forged,
        &at::ticket(&mallorys_position, 0),
        &at::ticket(&bobs_position, 0),
    );
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn a_position_unbonds_at_its_own_provider_only() {
    let mut context = TestContext::new();
    context.init_staking();
    let bobs = context.provider("bob", 10_000);
    let alices = context.provider("alice", 10_000);
    let bob = context.actor("bob");
    let begin = staking::begin_unbond(bob.pubkey(), 0, 1_000);
    let result = context.send(&[replace_account(begin, &bobs, &alices)], &[&bob]);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
}

#[test]
fn a_position_of_ones_own_making_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let position = at::delegation(&address, &bob.pubkey());
    let fake = context.clone_with_owner(&position, "a false position", &assay_market::ID);
    let begin = staking::begin_unbond(bob.pubkey(), 0, 1_000);
    let result = context.send(&[replace_account(begin, &position, &fake)], &[&bob]);
    assert_fails(result, (assay_staking::ID, ProgramError::IllegalOwner));
}

#[test]
fn a_nonce_names_one_ticket() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.begin_unbond(&bob, 0, 1_000);
    let result = context.send(&[staking::begin_unbond(bob.pubkey(), 0, 1_000)], &[&bob]);
    assert_fails(result, account_exists());
}

#[test]
fn lamports_sent_to_a_ticket_to_be_do_not_block_it() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let ticket = at::ticket(&at::delegation(&address, &bob.pubkey()), 0);
    context.send_lamports(&ticket, 1_000_000);
    context.begin_unbond(&bob, 0, 1_000);
    assert_eq!(context.account::<Ticket>(&ticket).shares.get(), 1_000);
}

#[test]
fn unbonding_more_than_the_position_is_refused() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let result = context.send(&[staking::begin_unbond(bob.pubkey(), 0, 10_001)], &[&bob]);
    assert_fails(result, StakingError::NotEnoughShares);
}

#[test]
fn collateral_cannot_unbond() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 6_000);
    let result = context.send(&[staking::begin_unbond(bob.pubkey(), 0, 4_001)], &[&bob]);
    assert_fails(result, StakingError::StakeAllocated);
    context.begin_unbond(&bob, 0, 4_000);
}

#[test]
fn what_stays_must_reach_the_minimum() {
    let mut context = TestContext::new();
    context.init_staking();
    context.provider("bob", 10_000);
    let bob = context.actor("bob");
    let too_much = 10_000 - MIN_SELF_STAKE + 1;
    let result = context.send(&[staking::begin_unbond(bob.pubkey(), 0, too_much)], &[&bob]);
    assert_fails(result, StakingError::BelowMinSelfStake);
    context.begin_unbond(&bob, 0, too_much - 1);
}

#[test]
fn a_position_wiped_out_by_slashing_has_nothing_to_unbond() {
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 10_000);
    context.slash(&address, 10_000);
    let result = context.send(&[staking::begin_unbond(bob.pubkey(), 0, 1_000)], &[&bob]);
    assert_fails(result, StakingError::PositionWipedOut);
}

#[test]
fn shares_worth_less_than_one_unit_cannot_unbond() {
    // Given shares worth half a base unit each
    let mut context = TestContext::new();
    context.init_staking();
    let address = context.provider("bob", 10_000);
    let bob = context.actor("bob");
    context.allocate(&bob, 5_000);
    context.slash(&address, 5_000);

    // When
    let result = context.send(&[staking::begin_unbond(bob.pubkey(), 0, 1)], &[&bob]);

    // Then
    assert_fails(result, StakingError::SharesWorthNothing);
}
