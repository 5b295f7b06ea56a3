use assay_harness::{
    account_exists, assert_fails, instruction::market, pda::market as at, replace_account, Signer,
    TestContext,
};
use assay_market::{error::MarketError, event::WorkerOpened, state::Worker};

#[test]
fn an_owner_opens_the_providers_side_of_the_market() {
    // Given
    let mut context = TestContext::new();
    context.init_market();
    let provider = context.provider("bob", 5_000);
    let bob = context.actor("bob");

    // When
    let result = context
        .send(&[market::open_worker(bob.pubkey())], &[&bob])
        .unwrap();

    // Then
    let address = at::worker(&provider);
    let worker: Worker = context.account(&address);
    assert_eq!(worker.provider, provider);
    assert_eq!(worker.owner, bob.pubkey());
    assert_eq!(worker.node, context.node("bob").pubkey());
    assert_eq!((worker.free.get(), worker.locked.get()), (0, 0));
    let event = result.event::<WorkerOpened>();
    assert_eq!(event.worker, address);
    assert_eq!(event.provider, provider);
    assert_eq!(event.node, worker.node);
}

#[test]
fn nobody_opens_a_worker_for_another() {
    let mut context = TestContext::new();
    context.init_market();
    context.provider("bob", 5_000);
    let (bob, mallory) = (context.address_of("bob"), context.actor("mallory"));
    let forged = replace_account(market::open_worker(bob), &bob, &mallory.pubkey());
    assert_fails(context.send(&[forged], &[&mallory]), MarketError::NotOwner);
}

#[test]
fn a_provider_has_one_worker() {
    let mut context = TestContext::new();
    context.init_market();
    context.worker("bob", 5_000);
    let bob = context.actor("bob");
    context.advance(1);
    let result = context.send(&[market::open_worker(bob.pubkey())], &[&bob]);
    assert_fails(result, account_exists());
}
