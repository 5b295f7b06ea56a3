use super::{record, register, registered, HASH};
use assay_harness::{
    account_exists, assert_fails, instruction::rewards, pda::rewards as at, Address, Signer,
    TestContext,
};
use assay_market::state::MAX_ROYALTY_BPS;
use assay_rewards::{error::RewardsError, event::ModuleRegistered};

#[test]
fn an_author_registers_a_module() {
    // Given
    let mut context = TestContext::with_workers();
    let author = context.actor("author");
    let mut uri = [0; 96];
    uri[..12].copy_from_slice(b"ipfs://fold/");

    // When
    let step = rewards::register_module(author.pubkey(), HASH, 250, uri);
    let result = context.send(&[step], &[&author]).unwrap();

    // Then
    let module = record(&context);
    assert_eq!((module.version, module.royalty_bps.get()), (1, 250));
    assert_eq!((module.hash, module.author), (HASH, author.pubkey()));
    assert_eq!(module.payer, author.pubkey());
    assert_eq!(module.offered_to, Address::default());
    assert_eq!(module.uri, uri);
    let event = result.event::<ModuleRegistered>();
    assert_eq!((event.hash, event.author), (HASH, author.pubkey()));
    assert_eq!(event.royalty_bps.get(), 250);
}

#[test]
fn a_royalty_is_not_above_the_largest_one() {
    let mut context = TestContext::with_workers();
    let author = context.actor("author");
    let step = rewards::register_module(author.pubkey(), HASH, MAX_ROYALTY_BPS + 1, [0; 96]);

    let result = context.send(&[step], &[&author]);

    assert_fails(result, RewardsError::RoyaltyTooHigh);
    assert!(!context.exists(&at::module(&HASH)));
    register(&mut context, "author", MAX_ROYALTY_BPS);
}

#[test]
fn a_module_has_one_record() {
    let mut context = registered();
    let other = context.actor("other");
    let step = rewards::register_module(other.pubkey(), HASH, 0, [0; 96]);

    let result = context.send(&[step], &[&other]);

    assert_fails(result, account_exists());
}

/// Lamports that a stranger sent to the address do not keep a module from being registered.
#[test]
fn a_record_is_created_where_lamports_lie() {
    let mut context = TestContext::with_workers();
    context.send_lamports(&at::module(&HASH), 1_000_000);
    register(&mut context, "author", 0);
    assert_eq!(record(&context).hash, HASH);
}
