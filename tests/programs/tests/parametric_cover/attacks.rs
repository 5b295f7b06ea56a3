//! Attacks on covers. The first line of each says what would be lost.

use crate::fixtures::{
    assert_untouched, cover_error, cover_terms, job_terms, market_with_cover, money_of, open,
    open_usual, receipt_of, run, settle, try_receipt, usual_receipt, OUTPUT, SUM,
};
use assay_harness::{
    assert_fails, instruction::rewards, pda, replace_account, ErrorCode, ProgramError, Signer,
};
use assay_market::state::{JobTerms, GATE_EVERY_SEAT};
use assay_rewards::{error::RewardsError, state::ReceiptArgs};
use assay_shared::merkle;
use parametric_cover::{
    client::{self, CoverAddresses},
    error::CoverError,
    state::CoverTerms,
};

#[test]
fn a_program_of_the_attackers_writes_a_receipt() {
    // The insurer's money, for a result that nobody computed: any program can write the bytes of a receipt.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let real = usual_receipt(&mut context);
    for owner in [parametric_cover::ID, assay_market::ID] {
        let fake = context.clone_with_owner(&real, "a false receipt", &owner);
        let sent = settle(&mut context, &at, fake);
        assert_fails(sent, cover_error(CoverError::NotReceipt));
    }
    assert_untouched(&context, &at);
}

#[test]
fn another_account_of_the_protocol_stands_for_a_receipt() {
    // The insurer's money, for bytes that a requester or an author chose: the rewards program has other accounts, too.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let job = run(&mut context, job_terms(), &["bob", "carol"]);
    let author = context.actor("author");
    let register = rewards::register_module(author.pubkey(), [7; 32], 0, [0; 96]);
    context.send(&[register], &[&author]).unwrap();
    for other in [job.address, pda::rewards::module(&[7; 32])] {
        let sent = settle(&mut context, &at, other);
        assert_fails(sent, cover_error(CoverError::NotReceipt));
    }
    assert_untouched(&context, &at);
}

#[test]
fn the_insured_orders_the_run_and_answers_it() {
    // The insurer's money, for a lie that cost the price of one run: the insured's own worker takes the only seat.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let mut terms = job_terms();
    terms.checks_bps = 0;
    let job = run(&mut context, terms, &["bob"]);
    let receipt = receipt_of(&mut context, &job);
    let sent = settle(&mut context, &at, receipt);
    assert_fails(sent, cover_error(CoverError::TooFewAgreed));
    assert_untouched(&context, &at);
}

#[test]
fn the_insured_lets_only_its_own_workers_in() {
    // The insurer's money: results agree because one person gave all of them.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let mut terms = job_terms();
    terms.gate = GATE_EVERY_SEAT;
    terms.least_collateral = 1;
    let job = run(&mut context, terms, &["bob", "carol"]);
    let receipt = receipt_of(&mut context, &job);
    let sent = settle(&mut context, &at, receipt);
    assert_fails(sent, cover_error(CoverError::ClosedSeats));
    assert_untouched(&context, &at);
}

#[test]
fn the_insured_pays_so_much_that_only_its_own_workers_can_bind_the_stake() {
    // The insurer's money: nobody else can take a seat, or contradict the result, and so nothing was at stake.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let mut terms = job_terms();
    terms.price *= 3;
    let job = run(&mut context, terms, &["bob", "carol"]);
    let receipt = receipt_of(&mut context, &job);
    let sent = settle(&mut context, &at, receipt);
    assert_fails(sent, cover_error(CoverError::StakeOutOfReach));
    assert_untouched(&context, &at);
}

#[test]
fn the_insured_asks_for_a_machine_that_only_it_has() {
    // The insurer's money: no honest worker can take a seat, or contradict the result, because no machine can run the task.
    type Change = fn(&mut JobTerms);
    let beyond: [(Change, CoverError); 5] = [
        (|terms| terms.runtime_id = [9; 8], CoverError::WrongRuntime),
        (|terms| terms.fuel += 1, CoverError::LimitsOutOfReach),
        (
            |terms| terms.memory_bytes += 1,
            CoverError::LimitsOutOfReach,
        ),
        (
            |terms| terms.output_bytes += 1,
            CoverError::LimitsOutOfReach,
        ),
        (|terms| terms.run_window -= 1, CoverError::LimitsOutOfReach),
    ];
    for (change, expected) in beyond {
        let mut context = market_with_cover();
        let at = open_usual(&mut context);
        let mut terms = job_terms();
        change(&mut terms);
        let job = run(&mut context, terms, &["bob", "carol"]);
        let receipt = receipt_of(&mut context, &job);
        let sent = settle(&mut context, &at, receipt);
        assert_fails(sent, cover_error(expected));
        assert_untouched(&context, &at);
    }
}

#[test]
fn the_receipt_is_written_before_the_result_is_final() {
    // The insurer's money, for a result that is overturned a minute later. There is no such receipt.
    let mut context = market_with_cover();
    let job = context.post("requester", job_terms());
    context.complete_task(&job, 0, &["bob", "carol"], OUTPUT);
    let args = context.receipt_args(&job, 0, 1, OUTPUT);
    let sent = context.write_receipt("anyone", &job, 0, args);
    assert_fails(sent, RewardsError::NotVerified);
}

#[test]
fn a_receipt_is_made_to_keep_another_output() {
    // The insurer's money: the figure is what the program reads, and whoever writes the receipt supplies it.
    let mut context = market_with_cover();
    let job = run(&mut context, job_terms(), &["bob", "carol"]);
    let args = ReceiptArgs {
        output: Some(b"\x7f\0\0\0\0\0\0\0mm".to_vec()),
        ..context.receipt_args(&job, 0, 1, OUTPUT)
    };
    let sent = context.write_receipt("anyone", &job, 0, args);
    assert_fails(sent, RewardsError::WrongOutput);
}

#[test]
fn a_run_on_another_input_is_passed_off_as_the_insured_one() {
    // The insurer's money, for a drought in data that the insured made up.
    let mut context = market_with_cover();
    let mut terms = job_terms();
    terms.inputs = merkle::root(&[[22; 32]]).expect("one input");
    let job = run(&mut context, terms, &["bob", "carol"]);
    let args = context.receipt_args(&job, 0, 1, OUTPUT);
    let sent = context.write_receipt("anyone", &job, 0, args.clone());
    assert_fails(sent, RewardsError::WrongInput);

    let honest = ReceiptArgs {
        input: [22; 32],
        proof: Vec::new(),
        ..args
    };
    let receipt = try_receipt(&mut context, &job, honest).unwrap();
    let at = open_usual(&mut context);
    let sent = settle(&mut context, &at, receipt);
    assert_fails(sent, cover_error(CoverError::WrongInput));
    assert_untouched(&context, &at);
}

#[test]
fn a_cover_is_settled_twice() {
    // Whatever the second payment is taken from: nothing is left of the cover or its vault.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    settle(&mut context, &at, receipt).unwrap();
    let sent = settle(&mut context, &at, receipt);
    assert_fails(
        sent,
        (parametric_cover::ID, ProgramError::AccountDataTooSmall),
    );
    assert_eq!(money_of(&mut context, "ines"), SUM);
}

#[test]
fn a_cover_is_settled_twice_in_one_transaction() {
    // The second payment, out of an account that is closed only when the transaction ends.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    let anyone = context.actor("anyone");
    let settle = client::settle_cover(&at, receipt);
    let sent = context.send(&[settle.clone(), settle], &[&anyone]);
    assert_fails(
        sent,
        (parametric_cover::ID, ProgramError::AccountDataTooSmall),
    );
    assert_untouched(&context, &at);
}

#[test]
fn one_receipt_is_shown_to_two_covers() {
    // Nothing is lost: each insurer promised to pay on this result, whoever else did, and each cover pays once.
    let mut context = market_with_cover();
    let first = open_usual(&mut context);
    let terms = cover_terms(&mut context);
    let second = open(&mut context, CoverTerms { nonce: 1, ..terms });
    let receipt = usual_receipt(&mut context);
    settle(&mut context, &first, receipt).unwrap();
    assert_untouched(&context, &second);
    settle(&mut context, &second, receipt).unwrap();
    assert_eq!(money_of(&mut context, "ines"), 2 * SUM);
}

#[test]
fn a_cover_is_paid_out_of_the_vault_of_another() {
    // The money of the other cover, whose terms are harder.
    let mut context = market_with_cover();
    let easy = open_usual(&mut context);
    let hard = CoverTerms {
        nonce: 1,
        amount: 10 * SUM,
        threshold: u64::MAX,
        ..cover_terms(&mut context)
    };
    let hard = open(&mut context, hard);
    let receipt = usual_receipt(&mut context);
    let theft = client::settle_cover(&easy, receipt);
    let theft = replace_account(theft, &easy.vault(), &hard.vault());
    let sent = context.crank(theft);
    assert_fails(sent, (parametric_cover::ID, ErrorCode::ConstraintSeeds));
    assert_untouched(&context, &hard);
}

#[test]
fn a_false_cover_with_easy_terms_stands_for_the_real_one() {
    // The insurer's money: the attacker's account names the real vault and pays on anything.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    let fake = context.clone_with_owner(&at.cover, "a false cover", &assay_market::ID);
    let theft = client::settle_cover(&CoverAddresses { cover: fake, ..at }, receipt);
    let sent = context.crank(theft);
    assert_fails(sent, (parametric_cover::ID, ProgramError::IllegalOwner));
    assert_untouched(&context, &at);
}

#[test]
fn the_insurer_takes_the_money_back_when_a_receipt_appears() {
    // The insured's claim: whoever could end the cover early would wait for the result and then end it.
    let mut context = market_with_cover();
    let at = open_usual(&mut context);
    let receipt = usual_receipt(&mut context);
    let ivy = context.actor("ivy");
    let sent = context.send(&[client::expire_cover(&at)], &[&ivy]);
    assert_fails(sent, cover_error(CoverError::CoverRunning));
    settle(&mut context, &at, receipt).unwrap();
    assert_eq!(money_of(&mut context, "ines"), SUM);
}
