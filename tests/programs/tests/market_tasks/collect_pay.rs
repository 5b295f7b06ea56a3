use super::fixtures::{
    another_job, contributed, copied_and_opened, ended, many_tasks, never_opened, posted, CHECK,
    FIRST, LATE, NOT_DUE, ONE_LATE, RUN,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses},
    keypairs::worker_of,
    market::{terms, BOND, COLLATERAL, EPOCH_LENGTH, LIE, OPEN_WINDOW, PRICE, TALLY_WINDOW},
    pda, replace_account, Signer, TestContext,
};
use assay_market::{
    error::MarketError,
    event::Collected,
    game::{round::RoundKind, Phase},
    instructions::MarketConfig,
    state::{Params, Source},
};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;

#[test]
fn a_worker_is_paid_and_its_bond_freed() {
    // Given
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    let before = context.job(&job).0;
    let (usd, bob) = (context.payment_mint(), context.address_of("bob"));

    // When
    let result = context.collect("bob", &job, &[0]).unwrap();

    // Then
    assert_eq!(context.balance(&pda::ata(&bob, &usd)), PRICE);
    let (header, seats) = context.job(&job);
    assert!(seats[0].is_settled() && !seats[1].is_settled());
    assert_eq!(seats[0].phase, Phase::Final as u8);
    assert_eq!((header.open_tasks.get(), header.proven_tasks.get()), (0, 1));
    assert_eq!(header.fees_due, header.fee);
    assert_eq!(header.unsettled.get(), 1);
    assert_eq!(header.funds.get(), before.funds.get() - PRICE);
    assert_eq!(context.balance(&job.escrow), header.funds.get());
    let worker = context.worker_account("bob");
    assert_eq!((worker.free.get(), worker.locked.get()), (COLLATERAL, 0));
    assert_eq!(worker.accepted.get(), 1);
    // Two winners share the weight of the task.
    let weight = header.weight.get() / 2;
    assert_eq!(worker.work(0).unwrap().weight.get(), weight);
    let event = result.event::<Collected>();
    assert_eq!((event.job, event.worker), (job.address, worker_of("bob")));
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, weight));
    assert_eq!(event.seats.get(), 1);
}

#[test]
fn many_seats_are_paid_in_one_transfer() {
    // Given
    let mut context = TestContext::with_workers();
    let job = context.post("alice", many_tasks(4));
    for task in 0..4 {
        context.complete_task(&job, task, &["bob"], "42");
    }
    context.end_hold(&job);
    let (usd, bob) = (context.payment_mint(), context.address_of("bob"));

    // When
    let result = context.collect("bob", &job, &[3, 0, 2, 1]).unwrap();

    // Then
    assert_eq!(context.balance(&pda::ata(&bob, &usd)), 4 * PRICE);
    let lines = result.logs.iter();
    let transfers = lines.filter(|l| l.starts_with("Program Tokenkeg") && l.ends_with("success"));
    assert_eq!(transfers.count(), 1);
    assert_eq!(result.event::<Collected>().seats.get(), 4);
    let worker = context.worker_account("bob");
    assert_eq!((worker.locked.get(), worker.accepted.get()), (0, 4));
    let event = result.event::<Collected>();
    assert_eq!(worker.work(0).unwrap().weight, event.weight);
    assert_eq!(context.job(&job).0.proven_tasks.get(), 4);
    context.close("alice", &job).unwrap();
}

#[test]
fn an_unproven_result_is_paid_without_weight_and_fee() {
    // Given: the seats disagree and nobody asks for a round.
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "43").unwrap();
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();

    // When
    let result = context.collect("bob", &job, &[0]).unwrap();

    // Then
    let event = result.event::<Collected>();
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, 0));
    assert!(context.worker_account("bob").work(0).is_none());
    let header = context.job(&job).0;
    assert_eq!((header.fees_due.get(), header.unproven_tasks.get()), (0, 1));
}

#[test]
fn weight_counts_in_the_epoch_of_the_verdict_until_that_is_tallied() {
    // Given
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    let params: Params = context.account(&pda::market::params());
    let end = params.genesis_time.get() + (EPOCH_LENGTH + TALLY_WINDOW) as i64;

    // When: bob collects in the last second of the tally, carol in the first one after it.
    context.advance_to(end - 1);
    context.collect("bob", &job, &[0]).unwrap();
    context.advance(1);
    let late = context.collect("carol", &job, &[1]).unwrap();

    // Then
    let (bob, carol) = (
        context.worker_account("bob"),
        context.worker_account("carol"),
    );
    assert!(bob.work(0).is_some() && bob.work(1).is_none());
    assert!(carol.work(0).is_none() && carol.work(1).is_none());
    let event = late.event::<Collected>();
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, 0));
}

#[test]
fn a_check_that_was_due_by_a_lapse_is_paid_with_the_first_seats_pay() {
    // Given: bob let the draw be forgotten, so that a check was due, and carol made it.
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(300);
    context.open_check("anyone", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);

    // When
    let result = context.collect("bob", &job, &[0]).unwrap();

    // Then
    assert_eq!(result.event::<Collected>().paid.get(), 0);
    let bob = context.worker_account("bob");
    assert_eq!((bob.locked.get(), bob.accepted.get()), (0, 0));
    let (usd, carol) = (context.payment_mint(), context.address_of("carol"));
    context.collect_check("carol", &job, 0).unwrap();
    assert_eq!(context.balance(&pda::ata(&carol, &usd)), PRICE);
}

#[test]
fn an_accused_worker_is_absolved_with_its_pay() {
    // Given: carol doubts bob's result, and nobody comes to the round.
    let (mut context, job) = posted(0);
    context.complete_task(&job, 0, &["bob"], "42");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "43")
        .unwrap();
    context.end_round(&job, 0, Source::Dispute);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    assert_eq!(context.worker_account("bob").accused.get(), LIE);

    // When
    let result = context.collect("bob", &job, &[0]).unwrap();

    // Then
    assert_eq!(result.event::<Collected>().paid.get(), PRICE);
    let worker = context.worker_account("bob");
    assert_eq!((worker.accused.get(), worker.locked.get()), (0, 0));
}

#[test]
fn no_job_pays_from_anothers_escrow() {
    let (mut context, job) = ended(0, &["bob"]);
    let other = another_job(&mut context, 0, 1);
    let forged = JobAddresses {
        escrow: other.escrow,
        ..job
    };
    let result = context.collect("bob", &forged, &[0]);
    assert_fails(result, MarketError::WrongAccount);
}

/// The program signs for the job's own authority only. The runtime rejects another authority that did not sign; the token
/// program rejects one that did.
#[test]
fn only_the_jobs_own_authority_pays() {
    let (mut context, job) = ended(0, &["bob"]);
    let (usd, bob) = (context.payment_mint(), context.address_of("bob"));
    context.ata(&usd, &bob);
    let mallory = context.actor("mallory");
    let forged = JobAddresses {
        escrow_authority: mallory.pubkey(),
        ..job
    };
    let collect = market::collect_pay(&forged, &bob, vec![0]);
    let failure = context.crank(collect.clone()).unwrap_err();
    let escalation = InstructionError::PrivilegeEscalation;
    let expected = TransactionError::InstructionError(0, escalation);
    assert_eq!(failure.error, expected, "{failure:?}");
    let result = context.send(&[collect], &[&mallory]);
    assert_fails(result, TokenError::OwnerMismatch);
}

#[test]
fn pay_goes_to_the_owners_associated_account_in_the_jobs_mint() {
    let (mut context, job) = ended(0, &["bob"]);
    let (usd, stake) = (context.payment_mint(), context.stake_mint());
    let (bob, mallory) = (context.address_of("bob"), context.address_of("mallory"));
    let right = context.ata(&usd, &bob);
    let wrong = [context.ata(&usd, &mallory), context.ata(&stake, &bob), bob];
    let collect = market::collect_pay(&job, &bob, vec![0]);
    for destination in wrong {
        let mut forged = collect.clone();
        let place = forged.accounts.iter().position(|a| a.pubkey == right);
        forged.accounts[place.unwrap()].pubkey = destination;
        assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
    }
    context.crank(collect).unwrap();
}

#[test]
fn an_associated_account_that_was_given_away_still_receives_the_pay() {
    let (mut context, job) = ended(0, &["bob"]);
    let (usd, bob) = (context.payment_mint(), context.actor("bob"));
    let mallory = context.address_of("mallory");
    let ata = context.ata(&usd, &bob.pubkey());
    let give = spl_token_interface::instruction::set_authority(
        &assay_shared::token::TOKEN,
        &ata,
        Some(&mallory),
        spl_token_interface::instruction::AuthorityType::AccountOwner,
        &bob.pubkey(),
        &[],
    );
    context.send(&[give.unwrap()], &[&bob]).unwrap();
    context.collect("bob", &job, &[0]).unwrap();
    assert_eq!(context.balance(&ata), PRICE);
}

#[test]
fn only_a_real_token_program_moves_the_money() {
    let (mut context, job) = ended(0, &["bob"]);
    let (usd, bob) = (context.payment_mint(), context.address_of("bob"));
    context.ata(&usd, &bob);
    let collect = market::collect_pay(&job, &bob, vec![0]);
    let forged = replace_account(collect, &job.payment.token_program, &assay_market::ID);
    assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
}

#[test]
fn a_list_without_seats_is_refused() {
    let (mut context, job) = ended(0, &["bob"]);
    let result = context.collect("bob", &job, &[]);
    assert_fails(result, MarketError::BadSeatList);
}

#[test]
fn only_seats_that_exist_are_collected() {
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    for seat in [2, u32::MAX] {
        let result = context.collect("bob", &job, &[seat]);
        assert_fails(result, MarketError::NoSuchTask);
    }
}

#[test]
fn nothing_is_collected_before_the_end_of_the_task() {
    let (mut context, job) = posted(0);
    context.complete_task(&job, 0, &["bob"], "42");
    context.advance(2 * RUN - 1);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
    let result = context.collect("bob", &job, &[0]);
    assert_fails(result, MarketError::TaskNotEnded);
    context.advance(1);
    context.collect("bob", &job, &[0]).unwrap();
}

#[test]
fn nothing_is_collected_for_a_claim_or_a_contribution() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    let result = context.collect("bob", &job, &[0]);
    assert_fails(result, MarketError::TaskNotEnded);
    context.contribute("bob", &job, FIRST, "42").unwrap();
    let result = context.collect("bob", &job, &[0]);
    assert_fails(result, MarketError::TaskNotEnded);
    assert_eq!(context.worker_account("bob").locked.get(), BOND);
}

#[test]
fn a_worker_collects_its_own_seats_only() {
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    let before = context.data(&job.address);
    let result = context.collect("bob", &job, &[0, 1]);
    assert_fails(result, MarketError::NotSeatHolder);
    assert_eq!(context.data(&job.address), before);
}

#[test]
fn nothing_is_collected_twice() {
    let (mut context, job) = ended(ONE_LATE, &["bob", "carol"]);
    context.collect("bob", &job, &[0]).unwrap();
    context.advance(1);
    let result = context.collect("bob", &job, &[0]);
    assert_fails(result, MarketError::AlreadySettled);
    let result = context.collect("carol", &job, &[1, 1]);
    assert_fails(result, MarketError::AlreadySettled);
}

#[test]
fn a_rejected_seat_earns_nothing() {
    // Given: carol copied, nobody asked for a round, and the task has ended.
    let (mut context, job) = copied_and_opened();
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();

    // When
    let result = context.collect("carol", &job, &[1]);

    // Then
    assert_fails(result, MarketError::NothingToCollect);
    context.collect("bob", &job, &[0]).unwrap();

    let (mut context, job) = never_opened();
    let result = context.collect("bob", &job, &[0]);
    assert_fails(result, MarketError::NothingToCollect);
}

#[test]
fn a_missed_seat_earns_nothing() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(RUN);
    context.penalize_missed("bob", &job, FIRST).unwrap();
    context.advance(4 * RUN);
    context.expire(&job, 0).unwrap();
    let result = context.collect("bob", &job, &[0]);
    assert_fails(result, MarketError::NothingToCollect);
}

#[test]
fn work_before_the_first_epoch_is_paid_without_weight() {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let genesis_time = context.now() + 86_400;
    let config = MarketConfig {
        genesis_time,
        ..context.market_config()
    };
    context.init_market_with(config);
    let payment = context.payment();
    context.allow_mint(payment);
    context.worker("bob", COLLATERAL);
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "42");
    context.end_hold(&job);

    let result = context.collect("bob", &job, &[0]).unwrap();

    let event = result.event::<Collected>();
    assert_eq!((event.paid.get(), event.weight.get()), (PRICE, 0));
    context.close("alice", &job).unwrap();
}
