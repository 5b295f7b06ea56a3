use assay_harness::{
    account_exists, assert_fails, attester_keys, instruction::staking, pda::staking as at, Signer,
    TestContext, ATTESTERS,
};
use assay_shared::hash::sha256v;
use assay_staking::{
    error::StakingError,
    event::AttesterSetOpened,
    state::{AttesterSet, MAX_ATTESTERS},
};

#[test]
fn a_set_keeps_its_keys_and_is_named_by_them() {
    // Given
    let mut context = TestContext::new();
    let (lab, payer) = (context.actor("lab"), context.actor("payer"));
    let keys = attester_keys(&ATTESTERS);

    // When
    let open = staking::open_attester_set(lab.pubkey(), payer.pubkey(), 7, keys.clone());
    let result = context.send(&[open], &[&payer, &lab]).unwrap();

    // Then
    let address = at::attester_set(&lab.pubkey(), 7);
    let set: AttesterSet = context.account(&address);
    assert_eq!((set.version, set.id.get()), (1, 7));
    assert_eq!((set.authority, set.payer), (lab.pubkey(), payer.pubkey()));
    assert_eq!(set.keys(), keys);
    let identity = sha256v(&[address.as_ref(), keys.as_flattened()]);
    assert_eq!(set.identity, identity);
    let event = result.event::<AttesterSetOpened>();
    assert_eq!((event.set, event.authority), (address, lab.pubkey()));
    assert_eq!((event.id.get(), event.count), (7, 5));
    assert_eq!(event.identity, identity);
}

#[test]
fn an_authority_opens_several_sets_and_each_only_once() {
    let mut context = TestContext::new();
    context.open_set("lab", 0, &ATTESTERS);
    context.open_set("lab", 1, &ATTESTERS);
    context.open_set("other lab", 0, &ATTESTERS);
    let lab = context.actor("lab");
    let keys = attester_keys(&["lab 1"]);

    let again = staking::open_attester_set(lab.pubkey(), lab.pubkey(), 0, keys);

    assert_fails(context.send(&[again], &[&lab]), account_exists());
}

#[test]
fn keys_increase_strictly_and_none_is_zero() {
    let mut context = TestContext::new();
    let lab = context.actor("lab");
    let [one, two, zero] = [[1; 32], [2; 32], [0; 32]];
    let many: Vec<[u8; 32]> = (1..=17).map(|byte| [byte; 32]).collect();
    for keys in [
        vec![],
        vec![two, one],
        vec![one, one],
        vec![zero, one],
        many.clone(),
    ] {
        let open = staking::open_attester_set(lab.pubkey(), lab.pubkey(), 0, keys);
        let result = context.send(&[open], &[&lab]);
        assert_fails(result, StakingError::BadAttesterKeys);
    }
    let most = many[..MAX_ATTESTERS].to_vec();
    let open = staking::open_attester_set(lab.pubkey(), lab.pubkey(), 0, most);
    context.send(&[open], &[&lab]).unwrap();
}
