use super::FIRST;
use assay_harness::{
    assert_fails,
    instruction::{market, staking},
    market::{terms, PRICE},
    pda::staking as at,
    replace_account, Signer, TestContext,
};
use assay_market::{error::MarketError, event::WorkerSynced, state::Worker};
use assay_staking::state::ProviderProfile;

/// Changes the node key of bob's provider to the actor "bob's second node".
fn change_node(context: &mut TestContext) {
    let bob = context.actor("bob");
    let profile = ProviderProfile {
        node: context.address_of("bob's second node"),
        ..context.profile("bob")
    };
    context
        .send(&[staking::update_provider(bob.pubkey(), profile)], &[&bob])
        .expect("an owner changes the node key");
}

#[test]
fn anyone_copies_a_changed_node_key() {
    // Given
    let mut context = TestContext::with_workers();
    change_node(&mut context);
    let provider = at::provider(&context.address_of("bob"));

    // When
    let anyone = context.actor("anyone");
    let result = context
        .send(&[market::sync_worker(provider)], &[&anyone])
        .unwrap();

    // Then
    let address = context.worker_of("bob");
    let worker: Worker = context.account(&address);
    assert_eq!(worker.node, context.address_of("bob's second node"));
    let event = result.event::<WorkerSynced>();
    assert_eq!((event.worker, event.node), (address, worker.node));
    assert_eq!(event.beneficiary, worker.beneficiary);
}

#[test]
fn pay_follows_the_beneficiary_that_was_copied() {
    // Given a job that is proven, and another beneficiary
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    let (bob, purse) = (context.actor("bob"), context.address_of("purse"));
    let set = staking::set_beneficiary(bob.pubkey(), purse);
    context.send(&[set], &[&bob]).unwrap();
    let mint = job.payment.mint;
    let (ata, owners) = (
        context.ata(&mint, &purse),
        context.ata(&mint, &bob.pubkey()),
    );

    // When
    let sync = market::sync_worker(at::provider(&bob.pubkey()));
    let result = context.crank(sync).unwrap();

    // Then
    assert_eq!(result.event::<WorkerSynced>().beneficiary, purse);
    let to_the_owner = context.crank(market::collect_pay(&job, &bob.pubkey(), vec![0]));
    assert_fails(to_the_owner, MarketError::WrongTokenAccount);
    let payee = market::Payee {
        worker: context.worker_of("bob"),
        owner: bob.pubkey(),
        beneficiary: purse,
    };
    context
        .crank(market::collect_pay(&job, payee, vec![0]))
        .unwrap();
    assert_eq!(context.balance(&ata), PRICE);
    assert_eq!(context.balance(&owners), 0);
}

#[test]
fn after_it_the_old_key_claims_nothing_and_the_new_one_does() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    change_node(&mut context);
    let (anyone, bob) = (context.actor("anyone"), context.address_of("bob"));
    context
        .send(&[market::sync_worker(at::provider(&bob))], &[&anyone])
        .unwrap();

    // When
    context.wait_for_turn("bob", &job, FIRST);
    let old = context.claim_now("bob", &job, FIRST);

    // Then
    assert_fails(old, MarketError::NotNode);
    let (node, worker) = (context.actor("bob's second node"), context.worker_of("bob"));
    let seed = context.job(&job).0.seed;
    let claim = market::claim_task(node.pubkey(), worker, job.address, seed, FIRST, None);
    context.send(&[claim], &[&node]).unwrap();
}

#[test]
fn a_worker_takes_no_key_from_another_provider() {
    let mut context = TestContext::with_workers();
    let anyone = context.actor("anyone");
    let (bob, carol) = (context.address_of("bob"), context.address_of("carol"));
    let (bob, carol) = (at::provider(&bob), at::provider(&carol));
    let forged = replace_account(market::sync_worker(bob), &bob, &carol);
    assert_fails(
        context.send(&[forged], &[&anyone]),
        MarketError::WrongAccount,
    );
}
