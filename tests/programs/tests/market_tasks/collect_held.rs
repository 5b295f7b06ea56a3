use super::fixtures::ended;
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    keypairs::worker_of,
    market::PRICE,
    replace_account, without_signature, Address, Signer, TestContext,
};
use assay_market::{error::MarketError, event::HeldCollected};
use assay_shared::token::TOKEN;
use spl_token_interface::error::TokenError;

/// Returns a job whose pay lies with bob's worker, that account and bob's own, which is thawed.
fn held() -> (TestContext, JobAddresses, Address, Address) {
    let (mut context, job) = ended(0, &["bob"]);
    let (mint, bob) = (job.payment.mint, context.address_of("bob"));
    let ata = context.ata(&mint, &bob);
    context.freeze(&ata);
    context.hold("bob", &job, &[0], None).unwrap();
    context.thaw(&ata);
    let held = context.held_account("bob", &mint);
    (context, job, held, ata)
}

#[test]
fn what_was_held_goes_to_the_owner() {
    // Given
    let (mut context, job, held, ata) = held();
    let bob = context.address_of("bob");
    let (rent, lamports) = (context.lamports(&held), context.lamports(&bob));

    // When
    let result = context.collect_held("bob", &job.payment.mint).unwrap();

    // Then
    assert_eq!(context.balance(&ata), PRICE);
    assert!(!context.exists(&held));
    assert_eq!(context.lamports(&bob), lamports + rent);
    let event = result.event::<HeldCollected>();
    assert_eq!(event.worker, worker_of("bob"));
    assert_eq!((event.mint, event.amount.get()), (job.payment.mint, PRICE));
}

#[test]
fn a_frozen_account_is_waited_for() {
    let (mut context, job, held, ata) = held();
    for frozen in [held, ata] {
        context.freeze(&frozen);
        let result = context.collect_held("bob", &job.payment.mint);
        assert_fails(result, TokenError::AccountFrozen);
        context.thaw(&frozen);
    }
    context.collect_held("bob", &job.payment.mint).unwrap();
}

#[test]
fn the_owner_chooses_an_account_by_signing() {
    // Given
    let (mut context, job, _, ata) = held();
    context.freeze(&ata);
    let (bob, mallory) = (context.actor("bob"), context.actor("mallory"));
    let (mint, dave) = (job.payment.mint, context.address_of("dave"));
    let chosen = context.ata(&mint, &dave);
    let collect = market::collect_held_to(&bob.pubkey(), &mint, &TOKEN, chosen);

    // When
    let unsigned = without_signature(collect.clone(), &bob.pubkey());
    let by_mallory = context.send(&[unsigned], &[&mallory]);
    context.send(&[collect], &[&mallory, &bob]).unwrap();

    // Then
    assert_fails(by_mallory, MarketError::WrongTokenAccount);
    assert_eq!(context.balance(&chosen), PRICE);
}

#[test]
fn without_the_owner_the_tokens_go_to_its_associated_account() {
    let (mut context, job, _, ata) = held();
    let (bob, mallory) = (context.address_of("bob"), context.address_of("mallory"));
    let collect = market::collect_held(&bob, &job.payment.mint, &TOKEN);
    for wrong in [
        context.ata(&job.payment.mint, &mallory),
        context.clone_with_owner(&ata, "bob's other account", &TOKEN),
    ] {
        let forged = replace_account(collect.clone(), &ata, &wrong);
        assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
    }
}

#[test]
fn the_owner_is_the_workers() {
    let (mut context, job, ..) = held();
    let (bob, mallory) = (context.address_of("bob"), context.address_of("mallory"));
    let collect = market::collect_held(&bob, &job.payment.mint, &TOKEN);
    let forged = replace_account(collect, &bob, &mallory);
    assert_fails(context.crank(forged), MarketError::NotOwner);
}

#[test]
fn a_worker_gives_up_its_own_account_only() {
    let (mut context, job, bobs, _) = held();
    let (mint, carol) = (job.payment.mint, context.address_of("carol"));
    context.ata(&mint, &carol);
    let own = context.held_account("carol", &mint);
    let collect = market::collect_held(&carol, &mint, &TOKEN);
    let nobody = context.address_of("nobody");
    for anothers in [bobs, job.payment.fee_vault, nobody] {
        let forged = replace_account(collect.clone(), &own, &anothers);
        assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
    }
}

#[test]
fn nothing_is_collected_from_an_empty_account() {
    let (mut context, job) = ended(0, &["bob"]);
    context.held_account("bob", &job.payment.mint);
    let result = context.collect_held("bob", &job.payment.mint);
    assert_fails(result, MarketError::NothingToCollect);
}
