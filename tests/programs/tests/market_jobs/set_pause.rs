use assay_harness::{
    assert_fails, instruction::market, market::terms, pda::market as at, Signer, TestContext, DAY,
    HOUR,
};
use assay_market::{
    error::MarketError,
    event::PauseSet,
    state::{pause, Params},
};

#[test]
fn the_authority_pauses_until_a_time_and_lifts_the_pause() {
    // Given
    let mut context = TestContext::with_workers();
    let (governance, until) = (context.actor("governance"), context.now() + HOUR as i64);
    let order = context.post_job_params("alice", terms());
    let (alice, posting) = (context.actor("alice"), context.post_job_instructions(order));

    // When
    let set = market::set_pause(governance.pubkey(), pause::POST, until);
    let result = context.send(&[set], &[&governance]).unwrap();
    let refused = context.send(&posting, &[&alice]);

    // Then
    assert_fails(refused, MarketError::Paused);
    let params: Params = context.account(&at::params());
    assert_eq!(params.paused.get(), pause::POST);
    assert_eq!(params.paused_until.get(), until);
    let event = result.event::<PauseSet>();
    assert_eq!((event.bits.get(), event.until.get()), (pause::POST, until));
    context.pause_market(0);
    context.send(&posting, &[&alice]).unwrap();
}

#[test]
fn a_pause_ends_by_itself() {
    let mut context = TestContext::with_workers();
    context.pause_market(pause::ALL);
    context.advance(DAY);
    context.post("alice", terms());
}

#[test]
fn only_the_authority_pauses() {
    let mut context = TestContext::with_workers();
    let mallory = context.actor("mallory");
    let set = market::set_pause(mallory.pubkey(), pause::POST, i64::MAX);
    let result = context.send(&[set], &[&mallory]);
    assert_fails(result, MarketError::NotAuthority);
}

#[test]
fn a_bit_that_means_nothing_is_refused() {
    let mut context = TestContext::with_workers();
    let governance = context.actor("governance");
    for bits in [pause::ALL + 1, 1 << 63] {
        let set = market::set_pause(governance.pubkey(), bits, i64::MAX);
        let result = context.send(&[set], &[&governance]);
        assert_fails(result, MarketError::ParamOutOfBounds);
    }
}
