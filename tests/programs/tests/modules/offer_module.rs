use super::{offer, record, registered, HASH};
use assay_harness::{assert_fails, instruction::rewards, Address, Signer};
use assay_rewards::{error::RewardsError, event::ModuleOffered};

#[test]
fn an_author_offers_the_authorship_and_takes_the_offer_back() {
    let mut context = registered();
    let (author, heir) = (context.actor("author"), context.address_of("heir"));

    let step = rewards::offer_module(author.pubkey(), &HASH, heir);
    let result = context.send(&[step], &[&author]).unwrap();

    let module = record(&context);
    assert_eq!((module.author, module.offered_to), (author.pubkey(), heir));
    let event = result.event::<ModuleOffered>();
    assert_eq!((event.hash, event.to), (HASH, heir));

    let back = rewards::offer_module(author.pubkey(), &HASH, Address::default());
    context.send(&[back], &[&author]).unwrap();
    assert_eq!(record(&context).offered_to, Address::default());
}

#[test]
fn only_the_author_offers() {
    let mut context = registered();
    offer(&mut context, "heir");
    // Whoever has an offer has no authorship yet.
    for name in ["mallory", "heir"] {
        let signer = context.actor(name);
        let step = rewards::offer_module(signer.pubkey(), &HASH, signer.pubkey());
        let result = context.send(&[step], &[&signer]);
        assert_fails(result, RewardsError::NotAuthor);
    }
}
