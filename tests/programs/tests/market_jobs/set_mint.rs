use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    market::{terms, STAKE_RATE},
    pda::market as at,
    replace_account, Instruction, Signer, TestContext, TransactionFailure, TransactionResult, DAY,
};
use assay_market::{
    error::MarketError,
    event::{JobClosed, MintSet},
    state::{JobTerms, PaymentMint},
};
use assay_shared::token::TOKEN;
use spl_token_interface::instruction::{set_authority, AuthorityType};

/// Offset of the number of the change in the instruction's data, behind the discriminator. The value follows.
const CHANGE: usize = 8;

/// Sends an instruction as the market's authority.
fn send(
    context: &mut TestContext,
    instruction: Instruction,
) -> Result<TransactionResult, TransactionFailure> {
    let governance = context.actor("governance");
    context.send(&[instruction], &[&governance])
}

fn set_rate(context: &mut TestContext, rate: u64) -> Result<TransactionResult, TransactionFailure> {
    let (power, mint) = (context.address_of("governance"), context.payment_mint());
    send(context, market::set_mint_rate(power, &mint, rate))
}

fn admit(
    context: &mut TestContext,
    signer: &str,
    admits: bool,
) -> Result<TransactionResult, TransactionFailure> {
    let (actor, mint) = (context.actor(signer), context.payment_mint());
    let set = market::set_mint_admits(actor.pubkey(), &mint, admits);
    context.send(&[set], &[&actor])
}

fn record(context: &mut TestContext) -> PaymentMint {
    let mint = context.payment_mint();
    context.account(&at::payment_mint(&mint))
}

/// Returns a job of alice that is proven and paid.
fn paid(context: &mut TestContext, nonce: u64) -> JobAddresses {
    let terms = JobTerms { nonce, ..terms() };
    let job = context.post("alice", terms);
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();
    job
}

#[test]
fn a_new_rate_prices_new_jobs_only() {
    // Given
    let mut context = TestContext::with_workers();
    let old = context.post("alice", terms());
    context.advance(DAY);

    // When
    let result = set_rate(&mut context, 2 * STAKE_RATE).unwrap();

    // Then
    let next = JobTerms {
        nonce: 1,
        ..terms()
    };
    let new = context.post("alice", next);
    let (before, after) = (context.job(&old).0, context.job(&new).0);
    assert_eq!(before.bond, context.job(&old).0.bond);
    assert_eq!(after.bond.get(), 2 * before.bond.get());
    assert_eq!(after.value.get(), 2 * before.value.get());
    assert_eq!(after.weight.get(), 2 * before.weight.get());
    assert_eq!(after.fee, before.fee);
    let record = record(&mut context);
    assert_eq!(record.stake_rate.get(), 2 * STAKE_RATE);
    let event = result.event::<MintSet>();
    assert_eq!((event.mint, event.admits), (record.mint, 1));
    assert_eq!(event.stake_rate, record.stake_rate);
    assert_eq!(event.fee_authority, record.fee_authority);
}

#[test]
fn one_change_at_most_doubles_or_halves_the_rate() {
    let mut context = TestContext::with_workers();
    context.advance(DAY);
    for rate in [0, STAKE_RATE / 2 - 1, 2 * STAKE_RATE + 1, u64::MAX] {
        let result = set_rate(&mut context, rate);
        assert_fails(result, MarketError::RateChangeTooLarge);
    }
    for rate in [STAKE_RATE / 2, 2 * STAKE_RATE] {
        set_rate(&mut context.clone(), rate).unwrap();
    }
}

#[test]
fn the_rate_is_changed_at_most_once_a_day() {
    let mut context = TestContext::with_workers();
    let allowed_at = record(&mut context).rate_changed_at.get();
    context.advance_to(allowed_at + DAY as i64 - 1);
    let early = set_rate(&mut context, STAKE_RATE + 1);
    assert_fails(early, MarketError::RateChangedRecently);
    context.advance(1);
    set_rate(&mut context, STAKE_RATE + 1).unwrap();
    let now = context.now();
    assert_eq!(record(&mut context).rate_changed_at.get(), now);
    context.advance(DAY - 1);
    let again = set_rate(&mut context, STAKE_RATE);
    assert_fails(again, MarketError::RateChangedRecently);
    context.advance(1);
    set_rate(&mut context, STAKE_RATE).unwrap();
}

#[test]
fn a_closed_mint_takes_no_new_jobs_and_finishes_the_old_ones() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());

    // When
    let result = admit(&mut context, "governance", false).unwrap();

    // Then
    assert_eq!(result.event::<MintSet>().admits, 0);
    let next = JobTerms {
        nonce: 1,
        ..terms()
    };
    let (order, alice) = (
        context.post_job_params("alice", next),
        context.actor("alice"),
    );
    let posting = context.post_job_instructions(order);
    let refused = context.send(&posting, &[&alice]);
    assert_fails(refused, MarketError::MintNotAdmitted);
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);
    context.collect("bob", &job, &[0]).unwrap();
    context.close("alice", &job).unwrap();

    admit(&mut context, "governance", true).unwrap();
    context.send(&posting, &[&alice]).unwrap();
}

#[test]
fn only_the_authority_changes_a_mint() {
    let mut context = TestContext::with_workers();
    let (mallory, mint) = (context.actor("mallory"), context.payment_mint());
    let me = mallory.pubkey();
    context.ata(&mint, &me);
    context.advance(DAY);
    for change in [
        market::set_mint_admits(me, &mint, true),
        market::set_mint_admits(me, &mint, false),
        market::set_mint_rate(me, &mint, STAKE_RATE),
        market::set_mint_fee_authority(me, &mint, &TOKEN, &me),
    ] {
        let result = context.send(&[change], &[&mallory]);
        assert_fails(result, MarketError::NotAuthority);
    }
}

#[test]
fn only_known_changes_and_values_are_taken() {
    let mut context = TestContext::with_workers();
    let (power, mint) = (context.address_of("governance"), context.payment_mint());
    let set = market::set_mint_admits(power, &mint, true);
    let mut unknown = set.clone();
    unknown.data[CHANGE] = 3;
    assert_fails(send(&mut context, unknown), MarketError::UnknownParam);
    let mut out_of_bounds = set;
    out_of_bounds.data[CHANGE + 1] = 2;
    let result = send(&mut context, out_of_bounds);
    assert_fails(result, MarketError::ParamOutOfBounds);
}

#[test]
fn fees_go_to_the_authority_of_the_day_on_which_a_job_closes() {
    // Given
    let mut context = TestContext::with_workers();
    let job = paid(&mut context, 0);
    let (power, dave) = (context.address_of("governance"), context.address_of("dave"));
    let (mint, fee) = (job.payment.mint, context.job(&job).0.fee);
    let vault = context.ata(&mint, &dave);

    // When
    let set = market::set_mint_fee_authority(power, &mint, &TOKEN, &dave);
    let result = send(&mut context, set).unwrap();

    // Then
    let record = record(&mut context);
    assert_eq!((record.fee_authority, record.fee_vault), (dave, vault));
    assert_eq!(result.event::<MintSet>().fee_authority, dave);
    let to_the_old = context.close("alice", &job);
    assert_fails(to_the_old, MarketError::WrongAccount);
    let mut payment = job.payment;
    payment.fee_vault = vault;
    let job = JobAddresses { payment, ..job };
    let closed = context.close("alice", &job).unwrap();
    assert_eq!(closed.event::<JobClosed>().fees, fee);
    assert_eq!(context.balance(&vault), fee.get());
}

#[test]
fn a_fee_vault_is_the_associated_account_of_its_authority() {
    let mut context = TestContext::with_workers();
    let (power, dave) = (context.address_of("governance"), context.actor("dave"));
    let (mint, stake) = (context.payment_mint(), context.stake_mint());
    let ata = context.ata(&mint, &dave.pubkey());
    let set = market::set_mint_fee_authority(power, &mint, &TOKEN, &dave.pubkey());
    for wrong in [
        context.clone_with_owner(&ata, "dave's other account", &TOKEN),
        context.ata(&stake, &dave.pubkey()),
        context.address_of("nobody"),
    ] {
        let forged = replace_account(set.clone(), &ata, &wrong);
        let result = send(&mut context, forged);
        assert_fails(result, MarketError::WrongTokenAccount);
    }

    // No account, another bump, a bump of more than a byte.
    let mut without = set.clone();
    without.accounts[3].pubkey = assay_market::ID;
    let (mut other_bump, mut no_bump) = (set.clone(), set.clone());
    other_bump.data[CHANGE + 1] ^= 1;
    no_bump.data[CHANGE + 2] = 1;
    for forged in [without, other_bump, no_bump] {
        let result = send(&mut context, forged);
        assert_fails(result, MarketError::WrongTokenAccount);
    }

    // An account that is frozen, and one that was passed on: its authority is not the one that it is associated with.
    let mut frozen = context.clone();
    frozen.freeze(&ata);
    let result = send(&mut frozen, set.clone());
    assert_fails(result, MarketError::WrongTokenAccount);
    let (mallory, owner) = (context.address_of("mallory"), AuthorityType::AccountOwner);
    let give = set_authority(&TOKEN, &ata, Some(&mallory), owner, &dave.pubkey(), &[]);
    context.send(&[give.unwrap()], &[&dave]).unwrap();
    let result = send(&mut context, set);
    assert_fails(result, MarketError::WrongTokenAccount);
}
