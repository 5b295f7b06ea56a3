use super::COLLATERAL;
use assay_harness::{
    account_exists, assert_fails,
    instruction::rewards,
    keypairs::{provider_of, worker_of},
    pda::rewards as at,
    replace_account, ErrorCode, ProgramError, Signer, TestContext,
};
use assay_rewards::{event::ClaimRecordOpened, state::ClaimRecord};

fn context() -> TestContext {
    let mut context = TestContext::new();
    context.init_rewards();
    for name in ["bob", "carol"] {
        context.worker(name, COLLATERAL);
    }
    context
}

#[test]
fn anyone_opens_a_record_of_a_provider() {
    // Given
    let mut context = context();
    let (anyone, bob) = (context.actor("anyone"), provider_of("bob"));

    // When
    let open = rewards::open_claim_record(anyone.pubkey(), &bob);
    let result = context.send(&[open], &[&anyone]).unwrap();

    // Then
    let record: ClaimRecord = context.account(&at::claim_record(&bob));
    assert_eq!(record.version, 1);
    assert_eq!(record.provider, bob);
    assert_eq!(record.payer, anyone.pubkey());
    assert_eq!((record.newest.get(), record.bitmap.get()), (0, 0));
    let event = result.event::<ClaimRecordOpened>();
    assert_eq!(event.provider, bob);
    assert_eq!(event.payer, anyone.pubkey());
}

#[test]
fn a_provider_has_one_record() {
    let mut context = context();
    let anyone = context.actor("anyone");
    let open = rewards::open_claim_record(anyone.pubkey(), &provider_of("bob"));
    context
        .send(std::slice::from_ref(&open), &[&anyone])
        .unwrap();
    let elsewhere = replace_account(
        open.clone(),
        &at::claim_record(&provider_of("bob")),
        &at::claim_record(&provider_of("carol")),
    );
    assert_fails(context.send(&[open], &[&anyone]), account_exists());
    let result = context.send(&[elsewhere], &[&anyone]);
    assert_fails(result, (assay_rewards::ID, ErrorCode::ConstraintSeeds));
}

#[test]
fn a_worker_of_ones_own_making_is_refused() {
    let mut context = context();
    let mallory = context.actor("mallory");
    let worker = worker_of("bob");
    let fake = context.clone_with_owner(&worker, "a false worker", &assay_staking::ID);
    let open = rewards::open_claim_record(mallory.pubkey(), &provider_of("bob"));
    let result = context.send(&[replace_account(open, &worker, &fake)], &[&mallory]);
    assert_fails(result, (assay_rewards::ID, ProgramError::IllegalOwner));
}

#[test]
fn lamports_sent_to_a_record_to_be_do_not_block_it() {
    let mut context = context();
    let anyone = context.actor("anyone");
    context.send_lamports(&at::claim_record(&provider_of("bob")), 1_000_000);
    let open = rewards::open_claim_record(anyone.pubkey(), &provider_of("bob"));
    context.send(&[open], &[&anyone]).unwrap();
}
