use super::{offer, record, register, registered, HASH};
use assay_harness::{assert_fails, instruction::rewards, pda::rewards as at, Signer};
use assay_rewards::{error::RewardsError, event::ModuleRetired};

#[test]
fn an_author_retires_a_module_and_gets_the_rent_back() {
    let mut context = registered();
    let author = context.actor("author");
    let (before, rent) = (
        context.lamports(&author.pubkey()),
        context.lamports(&at::module(&HASH)),
    );

    let retire = rewards::retire_module(author.pubkey(), author.pubkey(), &HASH);
    let result = context.send(&[retire], &[&author]).unwrap();

    assert!(!context.exists(&at::module(&HASH)));
    let after = context.lamports(&author.pubkey());
    assert_eq!(after, before + rent - result.fee);
    assert_eq!(result.event::<ModuleRetired>().hash, HASH);
    // The module may be registered again, by anybody.
    register(&mut context, "other", 0);
    assert_eq!(record(&context).royalty_bps.get(), 0);
}

#[test]
fn only_the_author_retires() {
    let mut context = registered();
    let (mallory, author) = (context.actor("mallory"), context.address_of("author"));

    let retire = rewards::retire_module(mallory.pubkey(), author, &HASH);

    let result = context.send(&[retire], &[&mallory]);
    assert_fails(result, RewardsError::NotAuthor);
}

#[test]
fn the_rent_goes_to_whoever_paid_it() {
    let mut context = registered();
    offer(&mut context, "heir");
    let (heir, author) = (context.actor("heir"), context.address_of("author"));
    let accept = rewards::accept_module(heir.pubkey(), &HASH);
    context.send(&[accept], &[&heir]).unwrap();

    let own = rewards::retire_module(heir.pubkey(), heir.pubkey(), &HASH);
    let result = context.send(&[own], &[&heir]);

    assert_fails(result, RewardsError::WrongAccount);
    let before = context.lamports(&author);
    let retire = rewards::retire_module(heir.pubkey(), author, &HASH);
    context.send(&[retire], &[&heir]).unwrap();
    assert!(context.lamports(&author) > before);
}
