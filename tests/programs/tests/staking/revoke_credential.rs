use assay_harness::{
    assert_fails, instruction::staking, pda::staking as at, Address, Signer, TestContext,
    ATTESTERS, DAY,
};
use assay_staking::{error::StakingError, event::CredentialRevoked};

/// Returns a context with a credential of bob's provider that expires in a day; the actor "payer" paid for it.
fn context() -> (TestContext, Address) {
    let mut context = TestContext::new();
    context.init_staking();
    let provider = context.provider("bob", 0);
    let set = context.open_set("lab", 0, &ATTESTERS);
    let (lab, payer) = (context.actor("lab"), context.actor("payer"));
    let expires_at = context.now() + DAY as i64;
    let issue =
        staking::issue_credential(lab.pubkey(), payer.pubkey(), set, provider, 0, expires_at);
    context.send(&[issue], &[&payer, &lab]).unwrap();
    (context, at::credential(&set, &provider))
}

#[test]
fn its_authority_revokes_a_credential_and_the_rent_returns_to_whoever_paid_it() {
    let (mut context, credential) = context();
    let (lab, payer) = (context.actor("lab"), context.address_of("payer"));
    let (before, rent) = (context.lamports(&payer), context.lamports(&credential));

    let revoke = staking::revoke_credential(lab.pubkey(), payer, credential);
    let result = context.send(&[revoke], &[&lab]).unwrap();

    assert!(!context.exists(&credential));
    assert_eq!(context.lamports(&payer), before + rent);
    let event = result.event::<CredentialRevoked>();
    assert_eq!(event.credential, credential);
}

#[test]
fn the_authority_may_have_paid_itself() {
    let (mut context, _) = context();
    context.provider("carol", 0);
    let lab = context.actor("lab");
    let set = at::attester_set(&lab.pubkey(), 0);
    let credential = context.issue_credential("lab", set, "carol", 0, i64::MAX);

    let revoke = staking::revoke_credential(lab.pubkey(), lab.pubkey(), credential);

    context.send(&[revoke], &[&lab]).unwrap();
}

#[test]
fn anyone_revokes_it_once_it_is_expired_and_not_before() {
    let (mut context, credential) = context();
    let (anyone, payer) = (context.actor("anyone"), context.address_of("payer"));
    let revoke = staking::revoke_credential(anyone.pubkey(), payer, credential);
    context.advance(DAY - 1);

    let early = context.send(std::slice::from_ref(&revoke), &[&anyone]);

    assert_fails(early, StakingError::NotAuthority);
    context.advance(1);
    context.send(&[revoke], &[&anyone]).unwrap();
}

#[test]
fn the_rent_goes_to_nobody_else() {
    let (mut context, credential) = context();
    let lab = context.actor("lab");

    let revoke = staking::revoke_credential(lab.pubkey(), lab.pubkey(), credential);

    let result = context.send(&[revoke], &[&lab]);
    assert_fails(result, StakingError::WrongRecipient);
}

/// A set that was closed vouches for nobody new. Its credentials go on, and its authority revokes them.
#[test]
fn a_credential_outlives_its_set() {
    let (mut context, credential) = context();
    let (lab, payer) = (context.actor("lab"), context.address_of("payer"));
    let set = at::attester_set(&lab.pubkey(), 0);
    let close = staking::close_attester_set(lab.pubkey(), lab.pubkey(), set);
    context.send(&[close], &[&lab]).unwrap();
    assert!(context.exists(&credential));

    let revoke = staking::revoke_credential(lab.pubkey(), payer, credential);

    context.send(&[revoke], &[&lab]).unwrap();
}
