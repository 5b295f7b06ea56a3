use super::proven;
use assay_harness::{
    assert_fails,
    instruction::{market::JobAddresses, rewards},
    Address, Signer, TestContext,
};
use assay_rewards::{
    error::RewardsError,
    event::ReceiptClosed,
    state::{ReceiptArgs, MIN_LIFETIME},
};

/// Returns a receipt that the actor "reader" has paid for and that stays as short as possible.
fn written() -> (TestContext, JobAddresses, Address) {
    let (mut context, job) = proven(1);
    let args = ReceiptArgs {
        lifetime: MIN_LIFETIME,
        ..context.receipt_args(&job, 0, 1, "42")
    };
    context.write_receipt("reader", &job, 0, args).unwrap();
    let receipt = context.receipt_of("reader", &job, 0);
    (context, job, receipt)
}

#[test]
fn anyone_closes_a_receipt_after_its_lifetime_and_the_payer_gets_the_rent() {
    let (mut context, _, receipt) = written();
    let reader = context.address_of("reader");
    let (before, rent) = (context.lamports(&reader), context.lamports(&receipt));
    context.advance(u64::from(MIN_LIFETIME));

    let close = rewards::close_receipt(reader, receipt);
    let closed = context.crank(close).unwrap();

    assert!(!context.exists(&receipt));
    assert_eq!(context.lamports(&reader), before + rent);
    assert_eq!(closed.event::<ReceiptClosed>().receipt, receipt);
}

#[test]
fn the_rent_goes_to_nobody_else() {
    let (mut context, _, receipt) = written();
    context.advance(u64::from(MIN_LIFETIME));
    let anyone = context.address_of("anyone");

    let result = context.crank(rewards::close_receipt(anyone, receipt));

    assert_fails(result, RewardsError::WrongAccount);
}

#[test]
fn not_even_the_payer_closes_it_earlier() {
    let (mut context, _, receipt) = written();
    context.advance(u64::from(MIN_LIFETIME) - 1);
    let reader = context.actor("reader");
    let close = rewards::close_receipt(reader.pubkey(), receipt);

    let result = context.send(&[close], &[&reader]);

    assert_fails(result, RewardsError::ReceiptOpen);
}

#[test]
fn a_receipt_is_written_again_after_its_closing() {
    let (mut context, job, receipt) = written();
    context.advance(u64::from(MIN_LIFETIME));
    let reader = context.address_of("reader");
    context
        .crank(rewards::close_receipt(reader, receipt))
        .unwrap();

    let args = context.receipt_args(&job, 0, 1, "42");
    context.write_receipt("reader", &job, 0, args).unwrap();

    assert_eq!(context.receipt(&receipt).0.job, job.address);
}
