use crate::fixtures::{
    assert_untouched, cover_error, cover_terms, job_terms, market_with_cover, money_of, open,
    open_set, open_usual, receipt_of, run, run_attested, run_failing, settle, try_receipt,
    usual_receipt, FIGURE, OUTPUT, SUM, TERM,
};
use assay_harness::{assert_fails, pda, replace_account, Address, TestContext, DAY};
use assay_market::state::{JobTerms, GATE_EVERY_SEAT, GATE_FIRST_SEAT, POLICY_ATTESTED};
use assay_rewards::state::{Receipt, ReceiptArgs};
use parametric_cover::{
    client::{self, CoverAddresses},
    error::CoverError,
    state::CoverTerms,
};

/// Returns the receipt of an attested run.
fn attested_receipt(context: &mut TestContext, set: Address) -> Address {
    let job = run_attested(context, set);
    receipt_of(context, &job)
}

#[test]
fn a_receipt_of_a_checked_result_makes_the_cover_pay() {
    // Given
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    let rent = context.lamports(&at.cover) + context.lamports(&at.vault());
    let before = context.lamports(&at.insurer);

    // When
    settle(&mut context, &at, receipt).unwrap();

    // Then
    assert_eq!(money_of(&mut context, "ines"), SUM);
    assert_eq!(money_of(&mut context, "ivy"), 0);
    assert!(!context.exists(&at.cover) && !context.exists(&at.vault()));
    assert_eq!(
        context.lamports(&at.insurer),
        before + rent,
        "the rent returns"
    );
    assert!(context.exists(&receipt), "the receipt stays for others");
}

#[test]
fn signatures_of_the_attesters_that_the_cover_names_make_it_pay() {
    let mut context = market_with_cover();
    let (set, identity) = open_set(&mut context);
    let terms = CoverTerms {
        attesters: identity,
        least_stake: 0,
        ..cover_terms(&mut context)
    };
    let at = open(&mut context, terms);
    let receipt = attested_receipt(&mut context, set);
    settle(&mut context, &at, receipt).unwrap();
    assert_eq!(money_of(&mut context, "ines"), SUM);
}

#[test]
fn a_figure_above_the_threshold_pays_too() {
    let mut context = market_with_cover();
    let terms = CoverTerms {
        threshold: FIGURE - 1,
        ..cover_terms(&mut context)
    };
    let at = open(&mut context, terms);
    let receipt = usual_receipt(&mut context);
    settle(&mut context, &at, receipt).unwrap();
    assert_eq!(money_of(&mut context, "ines"), SUM);
}

#[test]
fn a_cover_pays_until_the_last_second_before_its_deadline() {
    let mut context = market_with_cover();
    let receipt = usual_receipt(&mut context);
    let at = open_usual(&mut context);
    context.advance(TERM - 1);
    settle(&mut context, &at, receipt).unwrap();
    assert_eq!(money_of(&mut context, "ines"), SUM);
}

#[test]
fn tokens_that_strangers_sent_to_the_vault_go_to_the_insured() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    context.mint_to_account(&at.mint, &at.vault(), 7);
    let receipt = usual_receipt(&mut context);
    settle(&mut context, &at, receipt).unwrap();
    assert_eq!(money_of(&mut context, "ines"), SUM + 7);
}

/// Opens a cover with changed terms and shows it a usual receipt, which it must refuse.
#[track_caller]
fn assert_terms_refuse(change: impl FnOnce(&mut CoverTerms), rule: CoverError) {
    let mut context = market_with_cover();
    let mut terms = cover_terms(&mut context);
    change(&mut terms);
    let at = open(&mut context, terms);
    let receipt = usual_receipt(&mut context);
    assert_refused(&mut context, &at, receipt, rule);
}

#[track_caller]
fn assert_refused(
    context: &mut TestContext,
    at: &CoverAddresses,
    receipt: Address,
    rule: CoverError,
) {
    let sent = settle(context, at, receipt);
    assert_fails(sent, cover_error(rule));
    assert_untouched(context, at);
}

/// Shows a usual cover the receipt of a job with changed terms, which it must refuse.
#[track_caller]
fn assert_job_refused(change: impl FnOnce(&mut JobTerms), workers: &[&str], rule: CoverError) {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let mut terms = job_terms();
    change(&mut terms);
    let job = run(&mut context, terms, workers);
    let receipt = receipt_of(&mut context, &job);
    assert_refused(&mut context, &at, receipt, rule);
}

/// Shows a usual cover a usual receipt of which something was changed, which it must refuse.
#[track_caller]
fn assert_change_refused(change: impl FnOnce(&mut Receipt), rule: CoverError) {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    context.edit_account(&receipt, change);
    assert_refused(&mut context, &at, receipt, rule);
}

#[test]
fn another_module_does_not_count() {
    let module = |terms: &mut JobTerms| terms.module = [8; 32];
    assert_job_refused(module, &["bob", "carol"], CoverError::WrongModule);
}

#[test]
fn another_input_does_not_count() {
    let input = |terms: &mut CoverTerms| terms.input = [8; 32];
    assert_terms_refuse(input, CoverError::WrongInput);
}

#[test]
fn a_run_that_failed_says_nothing() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let (job, args) = run_failing(&mut context, &["bob", "carol"]);
    let receipt = try_receipt(&mut context, &job, args).unwrap();
    assert_refused(&mut context, &at, receipt, CoverError::RunFailed);
}

#[test]
fn a_job_in_another_mint_does_not_count() {
    let mint = |terms: &mut CoverTerms| terms.job_mint = Address::new_from_array([8; 32]);
    assert_terms_refuse(mint, CoverError::WrongJobMint);
}

#[test]
fn the_result_must_be_verified_as_the_cover_asks() {
    let mut context = market_with_cover();
    let (set, _) = open_set(&mut context);
    let receipt = attested_receipt(&mut context, set);
    let checked = open_usual(&mut context);
    assert_refused(&mut context, &checked, receipt, CoverError::WrongPolicy);

    let by_others = CoverTerms {
        nonce: 1,
        attesters: [9; 32],
        least_stake: 0,
        ..cover_terms(&mut context)
    };
    let at = open(&mut context, by_others);
    assert_refused(&mut context, &at, receipt, CoverError::WrongPolicy);
    // A checked result has the identity zero; no terms of an attested cover can name it.
    let policy = |receipt: &mut Receipt| receipt.policy = POLICY_ATTESTED;
    assert_change_refused(policy, CoverError::WrongPolicy);
}

#[test]
fn a_result_that_nobody_checked_is_too_weak() {
    let unchecked = |terms: &mut JobTerms| terms.checks_bps = 0;
    assert_job_refused(unchecked, &["bob"], CoverError::TooFewAgreed);
}

#[test]
fn too_few_attesters_are_too_weak() {
    let mut context = market_with_cover();
    let (set, identity) = open_set(&mut context);
    let all_three = CoverTerms {
        attesters: identity,
        least_stake: 0,
        least_agreed: 3,
        ..cover_terms(&mut context)
    };
    let at = open(&mut context, all_three);
    let receipt = attested_receipt(&mut context, set);
    assert_refused(&mut context, &at, receipt, CoverError::TooFewAgreed);
}

#[test]
fn a_cheap_job_has_too_little_stake_behind_it() {
    let cheap = |terms: &mut JobTerms| terms.price /= 2;
    assert_job_refused(cheap, &["bob", "carol"], CoverError::WeakBacking);
}

#[test]
fn a_job_whose_stake_few_can_bind_does_not_count() {
    let dear = |terms: &mut JobTerms| terms.price *= 2;
    assert_job_refused(dear, &["bob", "carol"], CoverError::StakeOutOfReach);
}

#[test]
fn seats_for_chosen_workers_only_do_not_count() {
    let closed = |terms: &mut JobTerms| {
        terms.gate = GATE_EVERY_SEAT;
        terms.least_collateral = 1;
    };
    assert_job_refused(closed, &["bob", "carol"], CoverError::ClosedSeats);
}

#[test]
fn a_first_seat_for_a_chosen_worker_counts_if_anyone_could_check_it() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let terms = JobTerms {
        gate: GATE_FIRST_SEAT,
        least_collateral: 1,
        ..job_terms()
    };
    let job = run(&mut context, terms, &["bob", "carol"]);
    let receipt = receipt_of(&mut context, &job);
    settle(&mut context, &at, receipt).unwrap();
    assert_eq!(money_of(&mut context, "ines"), SUM);
}

#[test]
fn a_disputed_result_counts_unless_the_cover_says_otherwise() {
    let mut context = market_with_cover();
    let receipt = usual_receipt(&mut context);
    context.edit_account(&receipt, |receipt: &mut Receipt| receipt.rounds = 1);
    let strict = CoverTerms {
        undisputed: true,
        ..cover_terms(&mut context)
    };
    let at = open(&mut context, strict);
    assert_refused(&mut context, &at, receipt, CoverError::Disputed);
    let lenient = CoverTerms {
        nonce: 1,
        ..cover_terms(&mut context)
    };
    let at = open(&mut context, lenient);
    settle(&mut context, &at, receipt).unwrap();
}

#[test]
fn the_receipt_must_keep_the_output() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let job = run(&mut context, job_terms(), &["bob", "carol"]);
    let args = ReceiptArgs {
        output: None,
        ..context.receipt_args(&job, 0, 1, OUTPUT)
    };
    let receipt = try_receipt(&mut context, &job, args).unwrap();
    assert_refused(&mut context, &at, receipt, CoverError::NoFigure);
}

#[test]
fn a_figure_below_the_threshold_does_not_pay() {
    let above = |terms: &mut CoverTerms| terms.threshold = FIGURE + 1;
    assert_terms_refuse(above, CoverError::BelowThreshold);
}

#[test]
fn only_a_receipt_of_a_known_version_counts() {
    let version = |receipt: &mut Receipt| receipt.version = 2;
    assert_change_refused(version, CoverError::NotReceipt);
}

#[test]
fn the_deadline_ends_the_cover() {
    let mut context = market_with_cover();
    let receipt = usual_receipt(&mut context);
    let at = open_usual(&mut context);
    context.advance(TERM + DAY);
    assert_refused(&mut context, &at, receipt, CoverError::CoverExpired);
}

#[test]
fn the_rent_goes_to_the_insurer() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    let thief = context.address_of("mallory");
    let settle = replace_account(client::settle_cover(&at, receipt), &at.insurer, &thief);
    let sent = context.crank(settle);
    assert_fails(sent, cover_error(CoverError::WrongAccount));
}

#[test]
fn the_money_goes_to_the_insureds_own_account() {
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    let thief = context.address_of("mallory");
    let (real, fake) = (
        pda::ata(&at.insured, &at.mint),
        context.ata(&at.mint, &thief),
    );
    let settle = replace_account(client::settle_cover(&at, receipt), &real, &fake);
    let sent = context.crank(settle);
    assert_fails(sent, cover_error(CoverError::WrongTokenAccount));
    assert_untouched(&context, &at);
}
