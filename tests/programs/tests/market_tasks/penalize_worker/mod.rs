mod yielding;

use super::fixtures::{
    another_job, contributed, copied_and_opened, ended, many_tasks, never_opened, posted, CHECK,
    DUE, FIRST, FIRST_PLACE, LATE, ONE_LATE, RUN,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, PenaltyParams, SeatPlace},
    keypairs::{provider_of, worker_of},
    market::{BOND, COLLATERAL, LIE, MISSED, OPEN_WINDOW, VALUE},
    pda::{self, market as at, staking},
    replace_account, ErrorCode, Instruction, TestContext,
};
use assay_market::{
    error::MarketError,
    event::Penalized,
    game::{round::RoundKind, Phase, SeatState},
    state::{Source, Totals, CHALLENGER},
};
use assay_staking::{error::StakingError, state::Provider};

const LATE_PLACE: SeatPlace = SeatPlace {
    seat: 1,
    ..FIRST_PLACE
};

/// Returns the penalty of a seat of the actor's worker in a task without rounds.
fn penalty(
    context: &mut TestContext,
    name: &str,
    job: &JobAddresses,
    place: SeatPlace,
) -> Instruction {
    market::penalize_worker(&PenaltyParams {
        job: job.address,
        provider: provider_of(name),
        place,
        disputed: false,
        stake_mint: context.stake_mint(),
    })
}

fn collateral_of_all(context: &TestContext) -> u64 {
    let totals: Totals = context.account(&at::totals());
    totals.collateral.get()
}

/// Returns a job whose single seat bob claimed and missed.
fn missed() -> (TestContext, JobAddresses) {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(RUN);
    (context, job)
}

/// Returns a job in which carol has challenged the result of bob, and nobody came to the round, which is still open.
fn challenged() -> (TestContext, JobAddresses) {
    let (mut context, job) = posted(0);
    context.complete_task(&job, 0, &["bob"], "42");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "43")
        .unwrap();
    (context, job)
}

/// Returns a job in which a round of five found that bob lied and carol was right; the task has ended.
fn overturned() -> (TestContext, JobAddresses) {
    let (mut context, job) = posted(0);
    context.complete_task(&job, 0, &["bob"], "lie");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context.convene(&job, 0, Source::Dispute, &["42"; 5], &["bob", "carol"]);
    let opening = context.opening_of(&job, 0, Source::Dispute, "42");
    context
        .decide(&job, 0, Source::Dispute, Some(opening))
        .unwrap();
    context.end_hold(&job);
    (context, job)
}

/// Returns a job of two tasks whose first one is disputed as in [`challenged`], and whose second one is disputed, too.
fn two_disputes() -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", many_tasks(2));
    for task in 0..2 {
        context.complete_task(&job, task, &["bob"], "42");
        context
            .challenge("carol", &job, task, RoundKind::Dispute, "43")
            .unwrap();
    }
    (context, job)
}

#[test]
fn a_missed_deadline_is_burned_and_the_seat_is_free_again() {
    // Given
    let (mut context, job) = missed();
    let mint = context.stake_mint();
    let (supply, all) = (context.supply(&mint), collateral_of_all(&context));

    // When
    let result = context.penalize("bob", &job, FIRST_PLACE).unwrap();

    // Then
    let (header, seats) = context.job(&job);
    assert_eq!((seats[0].state(), seats[0].misses), (SeatState::Free, 1));
    assert_eq!(header.unix_time(seats[0].free_since.get()), context.now());
    assert_eq!((header.open_tasks.get(), header.unsettled.get()), (1, 0));
    let worker = context.worker_account("bob");
    assert_eq!(worker.free.get(), COLLATERAL - MISSED);
    assert_eq!((worker.locked.get(), worker.missed.get()), (0, 1));
    assert_eq!((worker.missed_today.get(), worker.rejected.get()), (1, 0));
    assert_eq!(context.supply(&mint), supply - MISSED);
    assert_eq!(collateral_of_all(&context), all - MISSED);
    let provider: Provider = context.account(&provider_of("bob"));
    assert_eq!(provider.allocated.get(), COLLATERAL - MISSED);
    assert_eq!(provider.own.active.get(), COLLATERAL - MISSED);
    let event = result.event::<Penalized>();
    assert_eq!((event.job, event.worker), (job.address, worker_of("bob")));
    let amounts = (event.penalty.get(), event.taken.get(), event.awarded.get());
    assert_eq!(amounts, (MISSED, MISSED, 0));
    assert_eq!((event.task.get(), event.source, event.seat), (0, 0, 0));
}

#[test]
fn a_missed_late_seat_is_free_again_with_its_seed() {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    let before = context.seat(&job, 1);
    context.advance(RUN);
    context.penalize("carol", &job, LATE_PLACE).unwrap();
    let after = context.seat(&job, 1);
    assert_eq!((after.state(), after.misses), (SeatState::Free, 1));
    assert_eq!((after.drawn, after.hash), (1, before.hash));
    assert_eq!(after.until, before.until);
    assert_eq!(context.worker_account("carol").missed.get(), 1);
}

#[test]
fn a_missed_check_is_free_again() {
    // Given
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context.advance(RUN);

    // When
    let result = context.penalize("carol", &job, CHECK).unwrap();

    // Then
    let check = context.round_view(&job, 0, Source::Check);
    assert_eq!(check.seats[0].state(), SeatState::Free);
    assert_eq!(check.header.unsettled.get(), 0);
    let event = result.event::<Penalized>();
    assert_eq!((event.penalty.get(), event.source), (MISSED, 1));
    context.claim_round("dave", &job, CHECK).unwrap();
}

#[test]
fn a_lie_costs_the_bond_and_the_fixed_part_and_is_burned() {
    // Given
    let (mut context, job) = never_opened();
    let mint = context.stake_mint();
    let (supply, all) = (context.supply(&mint), collateral_of_all(&context));

    // When
    let result = context.penalize("bob", &job, FIRST_PLACE).unwrap();

    // Then
    let whole = BOND + LIE;
    let worker = context.worker_account("bob");
    assert_eq!(worker.free.get(), COLLATERAL - whole);
    assert_eq!((worker.locked.get(), worker.rejected.get()), (0, 1));
    assert_eq!((worker.missed.get(), worker.accepted.get()), (0, 0));
    assert_eq!(context.supply(&mint), supply - whole);
    assert_eq!(collateral_of_all(&context), all - whole);
    assert!(context.seat(&job, 0).is_settled());
    assert_eq!(context.job(&job).0.unsettled.get(), 0);
    let event = result.event::<Penalized>();
    assert_eq!((event.job, event.worker), (job.address, worker_of("bob")));
    let amounts = (event.penalty.get(), event.taken.get(), event.awarded.get());
    assert_eq!(amounts, (whole, whole, 0));
    assert_eq!((event.task.get(), event.source, event.seat), (0, 0, 0));
    context.close("alice", &job).unwrap();
}

#[test]
fn the_penalty_reaches_stake_that_left_the_market_since_the_claim() {
    // Given: bob takes all of his collateral but the bond out.
    let (mut context, job) = contributed(0);
    let free = context.worker_account("bob").free.get();
    let bob = context.actor("bob");
    let remove = market::remove_collateral(assay_harness::keypairs::address_of("bob"), free);
    context.send(&[remove], &[&bob]).unwrap();
    context.advance(assay_harness::market::OPEN_WINDOW);
    context.expire(&job, 0).unwrap();

    // When
    let result = context.penalize("bob", &job, FIRST_PLACE).unwrap();

    // Then
    assert_eq!(result.event::<Penalized>().taken.get(), BOND + LIE);
    let worker = context.worker_account("bob");
    assert_eq!((worker.free.get(), worker.locked.get()), (0, 0));
    let provider: Provider = context.account(&provider_of("bob"));
    assert_eq!(provider.allocated.get(), 0);
    assert_eq!(provider.own.active.get(), COLLATERAL - BOND - LIE);
}

#[test]
fn a_challenge_without_a_majority_costs_a_missed_deadline() {
    // Given
    let (mut context, job) = challenged();
    context.end_round(&job, 0, Source::Dispute);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    context.count_dispute(&job, 0).unwrap();
    let challenger = SeatPlace {
        task: 0,
        source: Source::Dispute,
        seat: CHALLENGER,
    };

    // When
    let result = context.penalize("carol", &job, challenger).unwrap();

    // Then: a miss is burned even here.
    let event = result.event::<Penalized>();
    assert_eq!((event.penalty.get(), event.awarded.get()), (MISSED, 0));
    assert_eq!((event.source, event.seat), (2, CHALLENGER));
    let pot = pda::ata(
        &at::round(&job.address, 0, Source::Dispute),
        &context.stake_mint(),
    );
    assert_eq!(context.balance(&pot), 0);
    let dispute = context.round_view(&job, 0, Source::Dispute);
    assert_eq!(dispute.header.unsettled.get(), 0);
    assert_eq!(context.worker_account("carol").locked.get(), 0);
}

#[test]
fn the_penalty_of_a_disputed_lie_goes_into_the_pot() {
    // Given
    let (mut context, job) = overturned();
    context.count_dispute(&job, 0).unwrap();
    let mint = context.stake_mint();
    let supply = context.supply(&mint);
    assert_eq!(context.worker_account("bob").accused.get(), LIE);

    // When
    let result = context.penalize("bob", &job, FIRST_PLACE).unwrap();

    // Then: the dispute divides it at once, because nobody else lied.
    let whole = BOND + LIE;
    let event = result.event::<Penalized>();
    assert_eq!((event.job, event.worker), (job.address, worker_of("bob")));
    let amounts = (event.penalty.get(), event.taken.get(), event.awarded.get());
    assert_eq!(amounts, (whole, whole, whole));
    let dispute = context.round_view(&job, 0, Source::Dispute);
    assert_eq!(context.balance(&pda::ata(&dispute.address, &mint)), whole);
    assert_eq!(context.supply(&mint), supply);
    assert_eq!(dispute.header.collected.get(), whole);
    assert_eq!(dispute.header.to_penalize.get(), 0);
    assert_eq!(dispute.header.to_award.get(), 6);
    assert_eq!(dispute.header.member_pay.get(), VALUE);
    // A tenth of the penalty is the most that who was right gets.
    assert_eq!(dispute.header.bounty.get(), whole / 10);
    let worker = context.worker_account("bob");
    assert_eq!((worker.accused.get(), worker.locked.get()), (0, 0));
    assert_eq!(
        (worker.free.get(), worker.rejected.get()),
        (COLLATERAL - whole, 1)
    );
}

#[test]
fn a_disputed_lie_is_penalized_after_the_count() {
    let (mut context, job) = overturned();
    let result = context.penalize("bob", &job, FIRST_PLACE);
    assert_fails(result, MarketError::DisputeNotCounted);
    assert_eq!(context.worker_account("bob").locked.get(), BOND);
}

#[test]
fn only_a_task_of_the_job_is_penalized() {
    let (mut context, job) = missed();
    let place = SeatPlace {
        task: 1,
        ..FIRST_PLACE
    };
    let result = context.penalize("bob", &job, place);
    assert_fails(result, MarketError::NoSuchTask);
}

#[test]
fn a_source_is_one_of_four() {
    let (mut context, job) = missed();
    let mut penalize = penalty(&mut context, "bob", &job, FIRST_PLACE);
    let source = penalize.data.len() - 2;
    penalize.data[source] = 4;
    assert_fails(context.crank(penalize), MarketError::NoSuchSeat);
}

#[test]
fn the_dispute_of_another_task_is_refused() {
    let (mut context, job) = two_disputes();
    let mint = context.stake_mint();
    let [ours, theirs] = [0, 1].map(|task| at::round(&job.address, task, Source::Dispute));
    let penalize = market::penalize_worker(&PenaltyParams {
        job: job.address,
        provider: provider_of("bob"),
        place: FIRST_PLACE,
        disputed: true,
        stake_mint: mint,
    });
    let forged = replace_account(penalize, &ours, &theirs);
    let forged = replace_account(forged, &pda::ata(&ours, &mint), &pda::ata(&theirs, &mint));
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn the_check_of_another_task_is_refused() {
    let mut context = TestContext::with_workers();
    let job = another_job(&mut context, DUE, 2);
    for task in 0..2 {
        context.fill_seats(&job, task, &[("bob", "42")]);
        context.advance(1);
        context.open_check("anyone", &job, task).unwrap();
    }
    let penalize = penalty(&mut context, "bob", &job, CHECK);
    let [ours, theirs] = [0, 1].map(|task| at::round(&job.address, task, Source::Check));
    let forged = replace_account(penalize, &ours, &theirs);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn a_seat_of_the_job_is_penalized_without_a_round() {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    let mut penalize = penalty(&mut context, "bob", &job, CHECK);
    let source = penalize.data.len() - 2;
    penalize.data[source] = Source::Job as u8;
    assert_fails(context.crank(penalize), MarketError::WrongAccount);
}

#[test]
fn a_check_is_penalized_by_its_account() {
    let (mut context, job) = missed();
    let mut penalize = penalty(&mut context, "bob", &job, FIRST_PLACE);
    let source = penalize.data.len() - 2;
    for number in [Source::Check, Source::Appeal] {
        penalize.data[source] = number as u8;
        let result = context.crank(penalize.clone());
        assert_fails(result, MarketError::WrongAccount);
    }
}

#[test]
fn without_a_dispute_nobody_collects() {
    let (mut context, job) = never_opened();
    let mint = context.stake_mint();
    let mallory = context.address_of("mallory");
    let own = context.ata(&mint, &mallory);
    let mut penalize = penalty(&mut context, "bob", &job, FIRST_PLACE);
    let vault = staking::stake_vault(&provider_of("bob"));
    let pot = penalize.accounts.iter().position(|a| a.pubkey == vault);
    penalize.accounts[pot.unwrap()].pubkey = own;
    assert_fails(context.crank(penalize), MarketError::WrongAccount);
}

#[test]
fn a_dispute_has_its_own_pot() {
    let (mut context, job) = challenged();
    let mint = context.stake_mint();
    let mallory = context.address_of("mallory");
    let own = context.ata(&mint, &mallory);
    let pot = pda::ata(&at::round(&job.address, 0, Source::Dispute), &mint);
    let penalize = market::penalize_worker(&PenaltyParams {
        job: job.address,
        provider: provider_of("bob"),
        place: FIRST_PLACE,
        disputed: true,
        stake_mint: mint,
    });
    let forged = replace_account(penalize, &pot, &own);
    assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
}

#[test]
fn only_a_seat_that_exists_is_penalized() {
    let (mut context, job) = missed();
    let result = context.penalize("bob", &job, LATE_PLACE);
    assert_fails(result, MarketError::NoSuchSeat);

    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    let second = SeatPlace { seat: 1, ..CHECK };
    let result = context.penalize("bob", &job, second);
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn a_round_without_a_challenger_has_no_such_seat() {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "43").unwrap();
    context.open_split("anyone", &job, 0).unwrap();
    let challenger = SeatPlace {
        task: 0,
        source: Source::Dispute,
        seat: CHALLENGER,
    };
    let result = context.penalize("carol", &job, challenger);
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn only_the_holder_of_a_seat_is_penalized() {
    let (mut context, job) = never_opened();
    let result = context.penalize("carol", &job, FIRST_PLACE);
    assert_fails(result, MarketError::NotSeatHolder);
    assert_eq!(context.worker_account("carol").free.get(), COLLATERAL);
}

#[test]
fn a_lie_is_penalized_once() {
    let (mut context, job) = never_opened();
    context.penalize("bob", &job, FIRST_PLACE).unwrap();
    context.advance(1);
    let result = context.penalize("bob", &job, FIRST_PLACE);
    assert_fails(result, MarketError::AlreadySettled);
}

#[test]
fn a_miss_is_penalized_once() {
    let (mut context, job) = missed();
    context.penalize("bob", &job, FIRST_PLACE).unwrap();
    context.advance(1);
    let result = context.penalize("bob", &job, FIRST_PLACE);
    assert_fails(result, MarketError::TaskNotEnded);
    let free = context.worker_account("bob").free.get();
    assert_eq!(free, COLLATERAL - MISSED);
}

#[test]
fn an_accepted_seat_is_not_penalized() {
    let (mut context, job) = ended(0, &["bob"]);
    let result = context.penalize("bob", &job, FIRST_PLACE);
    assert_fails(result, MarketError::NothingToPenalize);
    let worker = context.worker_account("bob");
    assert_eq!(
        (worker.free.get(), worker.locked.get()),
        (COLLATERAL - BOND, BOND)
    );
}

#[test]
fn a_claimed_seat_of_a_round_is_judged_with_the_round() {
    let (mut context, job) = challenged();
    let seat = SeatPlace {
        task: 0,
        source: Source::Dispute,
        seat: 0,
    };
    // Who is admitted first takes the seat.
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    context.advance(150);
    let names = assay_harness::WORKERS;
    let claimed = names
        .iter()
        .find(|name| context.claim_round_now(name, &job, seat).is_ok());
    context.advance(2 * RUN);
    let result = context.penalize(claimed.unwrap(), &job, seat);
    assert_fails(result, MarketError::NothingToPenalize);
}

#[test]
fn a_claim_is_not_penalized_before_its_deadline() {
    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(RUN - 1);
    let result = context.penalize("bob", &job, FIRST_PLACE);
    assert_fails(result, MarketError::NothingOverdue);
}

#[test]
fn a_claim_of_a_check_is_not_penalized_before_its_deadline() {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context.advance(RUN - 1);
    let result = context.penalize("carol", &job, CHECK);
    assert_fails(result, MarketError::NothingOverdue);
}

#[test]
fn a_rejected_seat_is_not_penalized_before_the_end_of_its_task() {
    let (mut context, job) = copied_and_opened();
    assert_eq!(context.seat(&job, 1).state(), SeatState::Rejected);
    assert_eq!(context.phase(&job, 0), Phase::Split);
    let result = context.penalize("carol", &job, LATE_PLACE);
    assert_fails(result, MarketError::TaskNotEnded);
}

#[test]
fn the_stake_of_another_provider_is_safe() {
    let (mut context, job) = never_opened();
    let penalize = penalty(&mut context, "bob", &job, FIRST_PLACE);
    let (bob, carol) = (provider_of("bob"), provider_of("carol"));
    let forged = replace_account(penalize.clone(), &bob, &carol);
    assert_fails(context.crank(forged), MarketError::WrongAccount);

    let [ours, theirs] = [bob, carol].map(|provider| staking::stake_vault(&provider));
    let forged = replace_account(penalize, &ours, &theirs);
    let result = context.crank(forged);
    assert_fails(result, (assay_staking::ID, ErrorCode::ConstraintAddress));
}

#[test]
fn programs_and_authority_are_not_replaced() {
    let (mut context, job) = never_opened();
    let penalize = penalty(&mut context, "bob", &job, FIRST_PLACE);
    for (real, error) in [
        (assay_staking::ID, ErrorCode::ConstraintAddress),
        (assay_shared::token::TOKEN, ErrorCode::ConstraintAddress),
        (at::authority(), ErrorCode::ConstraintSeeds),
    ] {
        let forged = replace_account(penalize.clone(), &real, &assay_rewards::ID);
        assert_fails(context.crank(forged), (assay_market::ID, error));
    }
}

#[test]
fn another_mint_is_not_burned() {
    let (mut context, job) = never_opened();
    let (mint, usd) = (context.stake_mint(), context.payment_mint());
    let penalize = penalty(&mut context, "bob", &job, FIRST_PLACE);
    let forged = replace_account(penalize, &mint, &usd);
    assert_fails(context.crank(forged), StakingError::WrongMint);
}

#[test]
fn a_check_is_penalized_once_also_when_it_was_the_last_seat() {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    context.penalize("carol", &job, CHECK).unwrap();
    context.advance(1);
    let again = context.penalize("carol", &job, CHECK);
    assert_fails(again, MarketError::AlreadySettled);
}
