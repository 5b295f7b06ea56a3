use super::{offer, record, registered, HASH};
use assay_harness::{assert_fails, instruction::rewards, Address, Signer};
use assay_rewards::{error::RewardsError, event::ModuleAccepted};

#[test]
fn whoever_it_is_offered_to_becomes_the_author() {
    let mut context = registered();
    offer(&mut context, "heir");
    let (heir, first) = (context.actor("heir"), record(&context));

    let accept = rewards::accept_module(heir.pubkey(), &HASH);
    let result = context.send(&[accept], &[&heir]).unwrap();

    let module = record(&context);
    assert_eq!(module.author, heir.pubkey());
    assert_eq!(module.offered_to, Address::default());
    // The rent stays with whoever paid it.
    assert_eq!(
        (module.payer, module.royalty_bps),
        (first.author, first.royalty_bps)
    );
    let event = result.event::<ModuleAccepted>();
    assert_eq!((event.hash, event.author), (HASH, heir.pubkey()));
}

#[test]
fn nobody_else_accepts() {
    let mut context = registered();
    let heir = context.actor("heir");
    let accept = rewards::accept_module(heir.pubkey(), &HASH);
    let unasked = context.send(std::slice::from_ref(&accept), &[&heir]);
    assert_fails(unasked, RewardsError::NotOffered);
    offer(&mut context, "heir");
    for name in ["mallory", "author"] {
        let signer = context.actor(name);
        let accept = rewards::accept_module(signer.pubkey(), &HASH);
        let result = context.send(&[accept], &[&signer]);
        assert_fails(result, RewardsError::NotOffered);
    }
    offer(&mut context, "other heir");

    let replaced = context.send(&[accept], &[&heir]);

    assert_fails(replaced, RewardsError::NotOffered);
}

#[test]
fn an_offer_is_accepted_once() {
    let mut context = registered();
    offer(&mut context, "heir");
    let heir = context.actor("heir");
    let accept = rewards::accept_module(heir.pubkey(), &HASH);
    context
        .send(std::slice::from_ref(&accept), &[&heir])
        .unwrap();
    context.advance(1);

    let again = context.send(&[accept], &[&heir]);

    assert_fails(again, RewardsError::NotOffered);
}
