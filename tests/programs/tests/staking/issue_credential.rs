use assay_harness::{
    account_exists, assert_fails, instruction::staking, pda::staking as at, Address, ProgramError,
    Signer, TestContext, ATTESTERS, DAY,
};
use assay_staking::{error::StakingError, event::CredentialIssued, state::Credential};

/// Returns a context with bob's provider and the set of the actor "lab".
fn context() -> (TestContext, Address, Address) {
    let mut context = TestContext::new();
    context.init_staking();
    let provider = context.provider("bob", 0);
    let set = context.open_set("lab", 0, &ATTESTERS);
    (context, set, provider)
}

#[test]
fn a_set_vouches_for_a_provider() {
    // Given
    let (mut context, set, provider) = context();
    let (lab, payer) = (context.actor("lab"), context.actor("payer"));
    let expires_at = context.now() + DAY as i64;

    // When
    let issue =
        staking::issue_credential(lab.pubkey(), payer.pubkey(), set, provider, 276, expires_at);
    let result = context.send(&[issue], &[&payer, &lab]).unwrap();

    // Then
    let address = at::credential(&set, &provider);
    let credential: Credential = context.account(&address);
    assert_eq!((credential.version, credential.region.get()), (1, 276));
    assert_eq!((credential.set, credential.provider), (set, provider));
    assert_eq!(credential.authority, lab.pubkey());
    assert_eq!(credential.payer, payer.pubkey());
    assert_eq!(credential.expires_at.get(), expires_at);
    let event = result.event::<CredentialIssued>();
    assert_eq!((event.credential, event.set), (address, set));
    assert_eq!((event.provider, event.region.get()), (provider, 276));
    assert_eq!(event.expires_at.get(), expires_at);
}

#[test]
fn only_the_authority_of_the_set_vouches() {
    let (mut context, set, provider) = context();
    // The keys of the set sign results. They do not vouch for workers.
    for name in ["mallory", "lab 1"] {
        let signer = context.actor(name);
        let owner = signer.pubkey();
        let issue = staking::issue_credential(owner, owner, set, provider, 0, i64::MAX);
        let result = context.send(&[issue], &[&signer]);
        assert_fails(result, StakingError::NotAuthority);
    }
}

#[test]
fn a_credential_is_not_expired_when_it_is_issued() {
    let (mut context, set, provider) = context();
    let lab = context.actor("lab");
    let owner = lab.pubkey();
    let issue = |expires_at| staking::issue_credential(owner, owner, set, provider, 0, expires_at);

    let result = context.send(&[issue(context.now())], &[&lab]);

    assert_fails(result, StakingError::CredentialExpired);
    let step = issue(context.now() + 1);
    context.send(&[step], &[&lab]).unwrap();
}

#[test]
fn a_set_vouches_for_a_provider_once_at_a_time() {
    let (mut context, set, provider) = context();
    let address = context.issue_credential("lab", set, "bob", 0, i64::MAX);
    let lab = context.actor("lab");
    let owner = lab.pubkey();
    let issue = staking::issue_credential(owner, owner, set, provider, 756, i64::MAX);

    let twice = context.send(std::slice::from_ref(&issue), &[&lab]);

    assert_fails(twice, account_exists());
    // It is renewed in one transaction.
    let revoke = staking::revoke_credential(owner, owner, address);
    context.send(&[revoke, issue], &[&lab]).unwrap();
    let credential: Credential = context.account(&address);
    assert_eq!(credential.region.get(), 756);
}

#[test]
fn only_a_provider_gets_a_credential() {
    let (mut context, set, _) = context();
    let lab = context.actor("lab");
    let owner = lab.pubkey();
    let other = context.provider("another type", 0);
    context.edit_data(&other, |data| data[0] ^= 1);
    for (account, error) in [
        (set, ProgramError::AccountDataTooSmall),
        (other, ProgramError::InvalidAccountData),
    ] {
        let issue = staking::issue_credential(owner, owner, set, account, 0, i64::MAX);
        let result = context.send(&[issue], &[&lab]);
        assert_fails(result, (assay_staking::ID, error));
    }
}
