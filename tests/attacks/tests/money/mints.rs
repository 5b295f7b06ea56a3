use super::Sent;
use assay_harness::{
    assert_fails,
    instruction::market,
    market::{terms, STAKE_RATE},
    pda::{self, market as at},
    replace_account, token_2022, Address, Instruction, Signer, TestContext, DAY,
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

/// Closes a payment mint to new jobs.
fn close(context: &mut TestContext, mint: &Address) {
    let power = context.address_of("governance");
    send(context, market::set_mint_admits(power, mint, false)).unwrap();
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

/// Every field of a payment mint is governance's alone: its rate, its fee vault, and whether it pays new jobs.
#[test]
fn stranger_rules_a_mint() {
    // Loss if it worked: the emission, the fees of every job that is still to close, or lies that cost nothing.
    let mut context = TestContext::with_workers();
    context.advance(DAY);
    let (mallory, mint) = (context.actor("mallory"), context.payment_mint());
    let me = mallory.pubkey();
    context.ata(&mint, &me);

    for set in [
        market::set_mint_rate(me, &mint, 2 * STAKE_RATE),
        market::set_mint_fee_authority(me, &mint, &TOKEN, &me),
        market::set_mint_admits(me, &mint, false),
        market::set_mint_admits(me, &mint, true),
    ] {
        let result = context.send(&[set], &[&mallory]);
        assert_fails(result, MarketError::NotAuthority);
    }
}

#[test]
fn posts_in_a_mint_that_lost_its_peg() {
    // Loss if it worked: fees that are worth nothing weigh as before, and take the emission of the others.
    let mut context = TestContext::with_workers();
    let order = context.post_job_params("mallory", terms());
    close(&mut context, &order.payment.mint);
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
    let mut context = TestContext::with_workers();
    let job = context.post("mallory", terms());
    let extension = context.extension(&job, 5, [9; 32]);
    let mallory = context.actor("mallory");
    close(&mut context, &job.payment.mint);

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
