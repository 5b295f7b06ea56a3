use super::Sent;
use assay_harness::{
    assert_fails,
    instruction::market,
    market::{terms, STAKE_RATE},
    pda::{self, market as at},
    replace_account, token_2022, Instruction, Signer, TestContext, DAY,
};
use assay_market::{error::MarketError, state::PaymentMint};
use assay_shared::token::{TOKEN, TOKEN_2022};

/// Sends an instruction as the market's authority.
fn send(context: &mut TestContext, instruction: Instruction) -> Sent {
    let governance = context.actor("governance");
    context.send(&[instruction], &[&governance])
}

fn set_rate(context: &mut TestContext, rate: u64) -> Sent {
    let (power, mint) = (context.address_of("governance"), context.payment_mint());
    send(context, market::set_mint_rate(power, &mint, rate))
}

/// Returns a market whose guardian is the actor "guardian".
fn guarded() -> TestContext {
    let mut context = TestContext::with_workers();
    let power = context.address_of("governance");
    let guardian = context.address_of("guardian");
    send(&mut context, market::set_guardian(power, guardian)).unwrap();
    context
}

#[test]
fn devalues_the_bonds_at_a_stroke() {
    // Loss if it worked: with bonds worth nothing, every lie pays, before anybody can answer.
    let mut context = TestContext::with_workers();
    context.advance(DAY);

    for rate in [0, 1, STAKE_RATE / 2 - 1] {
        let result = set_rate(&mut context, rate);
        assert_fails(result, MarketError::RateChangeTooLarge);
    }
}

#[test]
fn inflates_the_weight_at_a_stroke() {
    // Loss if it worked: a fee of one unit weighs as much as all other work, and takes the emission of the epoch.
    let mut context = TestContext::with_workers();
    context.advance(DAY);

    for rate in [2 * STAKE_RATE + 1, u64::MAX] {
        let result = set_rate(&mut context, rate);
        assert_fails(result, MarketError::RateChangeTooLarge);
    }
}

#[test]
fn changes_the_rate_again_and_again() {
    // Loss if it worked: many small changes in one transaction are one large one.
    let mut context = TestContext::with_workers();
    context.advance(DAY);
    set_rate(&mut context, 2 * STAKE_RATE).unwrap();

    let at_once = set_rate(&mut context, 4 * STAKE_RATE);
    context.advance(DAY - 1);
    let too_early = set_rate(&mut context, 4 * STAKE_RATE);

    for result in [at_once, too_early] {
        assert_fails(result, MarketError::RateChangedRecently);
    }
}

#[test]
fn guardian_sets_the_rate() {
    // Loss if it worked: a key that may only stop takes the emission, or makes lies free.
    let mut context = guarded();
    context.advance(DAY);
    let (guardian, mint) = (context.actor("guardian"), context.payment_mint());

    let set = market::set_mint_rate(guardian.pubkey(), &mint, 2 * STAKE_RATE);
    let result = context.send(&[set], &[&guardian]);

    assert_fails(result, MarketError::NotAuthority);
}

#[test]
fn guardian_takes_the_fees() {
    // Loss if it worked: the fees of every job that is still to close.
    let mut context = guarded();
    let (guardian, mint) = (context.actor("guardian"), context.payment_mint());
    let me = guardian.pubkey();
    context.ata(&mint, &me);

    let set = market::set_mint_fee_authority(me, &mint, &TOKEN, &me);
    let result = context.send(&[set], &[&guardian]);

    assert_fails(result, MarketError::NotAuthority);
}

#[test]
fn guardian_opens_a_mint_again() {
    // Loss if it worked: a mint that a vote closed pays jobs again.
    let mut context = guarded();
    let (power, mint) = (context.address_of("governance"), context.payment_mint());
    send(&mut context, market::set_mint_admits(power, &mint, false)).unwrap();

    let guardian = context.actor("guardian");
    let open = market::set_mint_admits(guardian.pubkey(), &mint, true);
    let result = context.send(&[open], &[&guardian]);

    assert_fails(result, MarketError::NotAuthority);
}

#[test]
fn posts_in_a_mint_that_lost_its_peg() {
    // Loss if it worked: fees that are worth nothing weigh as before, and take the emission of the others.
    let mut context = guarded();
    let (guardian, order) = (
        context.actor("guardian"),
        context.post_job_params("mallory", terms()),
    );
    let close = market::set_mint_admits(guardian.pubkey(), &order.payment.mint, false);
    context.send(&[close], &[&guardian]).unwrap();
    let (posting, mallory) = (
        context.post_job_instructions(order),
        context.actor("mallory"),
    );

    let result = context.send(&posting, &[&mallory]);

    assert_fails(result, MarketError::MintNotAdmitted);
}

#[test]
fn extends_in_a_mint_that_lost_its_peg() {
    // Loss if it worked: a job that was posted before grows by any number of tasks.
    let mut context = guarded();
    let job = context.post("mallory", terms());
    let extension = context.extension(&job, 5, [9; 32]);
    let (guardian, mallory) = (context.actor("guardian"), context.actor("mallory"));
    let close = market::set_mint_admits(guardian.pubkey(), &job.payment.mint, false);
    context.send(&[close], &[&guardian]).unwrap();

    let result = context.send(&market::extend_job(&job, extension), &[&mallory]);

    assert_fails(result, MarketError::MintNotAdmitted);
}

#[test]
fn pays_with_a_mint_that_takes_back() {
    // Loss if it worked: a permanent delegate empties escrows, a fee or a hook stops every pay.
    let mut context = TestContext::with_workers();
    let governance = context.address_of("governance");
    let treasury = context.address_of("treasury");
    for hostile in token_2022::HOSTILE {
        let extensions = [token_2022::METADATA_POINTER, hostile];
        let mint = token_2022::mint_with(&mut context, &extensions);
        token_2022::associated_account(&mut context, &mint, &treasury);

        let allow = market::allow_mint(governance, governance, mint, &TOKEN_2022, &treasury, 1);
        let result = send(&mut context, allow);

        assert_fails(result, MarketError::UnsupportedMint);
    }
}

/// Whoever owns a token account that is not an associated one can close it for good.
#[test]
fn names_a_fee_vault_that_can_vanish() {
    // Loss if it worked: the fee authority closes its account, and no job of the mint ever closes again.
    let mut context = TestContext::with_workers();
    let (power, mint) = (context.address_of("governance"), context.payment_mint());
    let mallory = context.address_of("mallory");
    let ata = context.ata(&mint, &mallory);
    let other = context.clone_with_owner(&ata, "mallory's other account", &TOKEN);

    let set = market::set_mint_fee_authority(power, &mint, &TOKEN, &mallory);
    let result = send(&mut context, replace_account(set, &ata, &other));

    assert_fails(result, MarketError::WrongTokenAccount);
    let record: PaymentMint = context.account(&at::payment_mint(&mint));
    let treasury = context.address_of("treasury");
    assert_eq!(record.fee_vault, pda::ata(&treasury, &mint));
}
