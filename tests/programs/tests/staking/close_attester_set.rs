use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, Signer, TestContext, ATTESTERS,
};
use assay_staking::{error::StakingError, event::AttesterSetClosed, state::AttesterSet};

#[test]
fn its_authority_closes_a_set_and_the_rent_returns_to_whoever_paid_it() {
    // Given
    let mut context = TestContext::new();
    let (lab, payer) = (context.actor("lab"), context.actor("payer"));
    let open = staking::open_attester_set(lab.pubkey(), payer.pubkey(), 0, vec![[1; 32]]);
    let before = context.lamports(&payer.pubkey());
    let fee = context.send(&[open], &[&payer, &lab]).unwrap().fee;
    let set = at::attester_set(&lab.pubkey(), 0);

    // When
    let close = staking::close_attester_set(lab.pubkey(), payer.pubkey(), set);
    let result = context.send(&[close], &[&lab]).unwrap();

    // Then
    assert!(!context.exists(&set));
    assert_eq!(context.lamports(&payer.pubkey()), before - fee);
    assert_eq!(result.event::<AttesterSetClosed>().set, set);
}

#[test]
fn only_its_authority_closes_a_set() {
    let mut context = TestContext::new();
    let set = context.open_set("lab", 0, &ATTESTERS);
    let (mallory, lab) = (context.actor("mallory"), context.address_of("lab"));

    let close = staking::close_attester_set(mallory.pubkey(), lab, set);

    let result = context.send(&[close], &[&mallory]);
    assert_fails(result, StakingError::NotAuthority);
}

#[test]
fn the_rent_goes_to_nobody_else() {
    let mut context = TestContext::new();
    let (lab, payer) = (context.actor("lab"), context.actor("payer"));
    let open = staking::open_attester_set(lab.pubkey(), payer.pubkey(), 0, vec![[1; 32]]);
    context.send(&[open], &[&payer, &lab]).unwrap();
    let set = at::attester_set(&lab.pubkey(), 0);

    let close = staking::close_attester_set(lab.pubkey(), lab.pubkey(), set);

    let result = context.send(&[close], &[&lab]);
    assert_fails(result, StakingError::WrongRecipient);
}

#[test]
fn a_set_that_is_opened_again_with_other_keys_is_another_one() {
    let mut context = TestContext::new();
    let set = context.open_set("lab", 0, &["lab 1"]);
    let before: AttesterSet = context.account(&set);
    let lab = context.actor("lab");
    let close = staking::close_attester_set(lab.pubkey(), lab.pubkey(), set);
    context.send(std::slice::from_ref(&close), &[&lab]).unwrap();
    context.advance(1);

    let again = context.open_set("lab", 0, &["lab 1"]);
    let same: AttesterSet = context.account(&again);
    context.send(&[close], &[&lab]).unwrap();
    context.open_set("lab", 0, &["lab 2"]);
    let other: AttesterSet = context.account(&set);

    assert_eq!((again, same.identity), (set, before.identity));
    assert_ne!(other.identity, before.identity);
}
