use crate::fixtures::{with_delegation, DELEGATED, OWN};
use assay_harness::{assert_fails, pda::staking as at, Address, TestContext};
use assay_staking::{
    error::StakingError,
    event::BucketMatured,
    state::{Bucket, Matured},
};

/// Returns a context in which 4,000 of alice's unbond, bob's provider, and when they mature.
fn unbonding() -> (TestContext, Address, i64) {
    let (mut context, provider) = with_delegation();
    let matures_at = context.delegated_maturity();
    context.undelegate("alice", &provider, 4_000).unwrap();
    (context, provider, matures_at)
}

#[test]
fn anyone_moves_a_matured_bucket_out_of_the_provider() {
    // Given
    let (mut context, address, matures_at) = unbonding();
    context.advance_to(matures_at);

    // When
    let result = context.mature(&address, matures_at).unwrap();

    // Then
    let anyone = context.address_of("anyone");
    let record: Matured = context.account(&at::matured(&address, matures_at));
    assert_eq!((record.version, record.provider), (1, address));
    assert_eq!(
        (record.payer, record.matures_at.get()),
        (anyone, matures_at)
    );
    assert_eq!((record.tokens.get(), record.shares.get()), (4_000, 4_000));
    let provider = context.provider_of("bob");
    assert_eq!(provider.buckets[0], Bucket::default());
    assert_eq!(provider.matured_tokens.get(), 4_000);
    assert_eq!(provider.records.get(), 1);
    assert_eq!(provider.stake_balance(), Some(OWN + DELEGATED));
    let event = result.event::<BucketMatured>();
    assert_eq!((event.provider, event.payer), (address, anyone));
    assert_eq!(event.matures_at.get(), matures_at);
    assert_eq!((event.tokens.get(), event.shares.get()), (4_000, 4_000));
}

#[test]
fn a_bucket_does_not_leave_a_second_early() {
    let (mut context, provider, matures_at) = unbonding();
    context.advance_to(matures_at - 1);
    let result = context.mature(&provider, matures_at);
    assert_fails(result, StakingError::NotMatured);
}

#[test]
fn a_bucket_that_does_not_exist_is_refused() {
    let (mut context, provider, matures_at) = unbonding();
    context.advance_to(matures_at);
    for other in [matures_at - 1, 0] {
        let result = context.mature(&provider, other);
        assert_fails(result, StakingError::WrongBucket);
    }
}
