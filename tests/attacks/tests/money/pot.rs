use super::{checked, Sent, CHECK};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, SeatPlace},
    market::{checked_terms, terms, VALUE},
    pda::market as at,
    TestContext,
};
use assay_market::{
    error::MarketError,
    game::round::RoundKind,
    state::{Source, CHALLENGER},
};

/// Collateral of the worker "judge", which is nearly all of the market's: it is admitted to every seat of a round.
const JUDGE_COLLATERAL: u64 = 50_000_000;
const JUDGES: [(&str, &str); 5] = [("judge", "42"); 5];

fn of_dispute(seat: u8) -> SeatPlace {
    SeatPlace {
        task: 0,
        source: Source::Dispute,
        seat,
    }
}

fn of_task(seat: u8) -> SeatPlace {
    SeatPlace {
        task: 0,
        source: Source::Job,
        seat,
    }
}

fn market() -> TestContext {
    let mut context = TestContext::with_workers();
    context.worker("judge", JUDGE_COLLATERAL);
    context
}

/// Dave contradicts the right result with a lie. The round decides against it, and the hold is over.
fn lose_a_challenge(context: &mut TestContext, job: &JobAddresses) {
    context
        .challenge("dave", job, 0, RoundKind::Dispute, "lie")
        .unwrap();
    context
        .play_round(job, 0, Source::Dispute, &JUDGES, "42")
        .unwrap();
    context.end_hold(job);
}

/// Returns a market with a job of one seat, bob's, whose challenge is lost, and the penalty for it collected.
fn penalized() -> (TestContext, JobAddresses) {
    let mut context = market();
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "42");
    lose_a_challenge(&mut context, &job);
    context.count_dispute(&job, 0).unwrap();
    context
        .penalize("dave", &job, of_dispute(CHALLENGER))
        .unwrap();
    (context, job)
}

/// Returns the same with a check, carol's. Nothing is counted yet; bob and carol are paid.
fn checked_and_disputed() -> (TestContext, JobAddresses) {
    let mut context = market();
    let job = checked(&mut context, checked_terms(9_999), &["bob"]);
    lose_a_challenge(&mut context, &job);
    context.collect("bob", &job, &[0]).unwrap();
    context.collect_check("carol", &job, 0).unwrap();
    (context, job)
}

fn award_members(context: &mut TestContext, job: &JobAddresses) {
    for seat in 0..5 {
        context.award("judge", job, of_dispute(seat)).unwrap();
    }
}

fn pot_of(context: &mut TestContext, job: &JobAddresses) -> u64 {
    let (mint, dispute) = (
        context.stake_mint(),
        at::round(&job.address, 0, Source::Dispute),
    );
    let pot = context.ata(&mint, &dispute);
    context.balance(&pot)
}

#[test]
fn takes_a_bounty_twice() {
    // Loss if it worked: the awards of all others.
    let (mut context, job) = penalized();
    context.award("bob", &job, of_task(0)).unwrap();
    let left = pot_of(&mut context, &job);

    let bounty = context.award("bob", &job, of_task(0));
    context.award("judge", &job, of_dispute(0)).unwrap();
    let pay = context.award("judge", &job, of_dispute(0));

    assert_fails(bounty, MarketError::AlreadySettled);
    assert_fails(pay, MarketError::AlreadySettled);
    assert_eq!(pot_of(&mut context, &job), left - VALUE);
}

#[test]
fn closes_a_round_over_unpaid_seats() {
    // Loss if it worked: the bond and the pay of a member are lost for ever.
    let (mut context, job) = penalized();
    context.award("bob", &job, of_task(0)).unwrap();
    for seat in 0..4 {
        context.award("judge", &job, of_dispute(seat)).unwrap();
    }

    let result = context.close_round(&job, 0, Source::Dispute);

    assert_fails(result, MarketError::RoundNotDone);
    context.award("judge", &job, of_dispute(4)).unwrap();
    context.close_round(&job, 0, Source::Dispute).unwrap();
    assert_eq!(context.worker_account("judge").locked.get(), 0);
}

#[test]
fn closes_a_check_before_the_count() {
    // Loss if it worked: the dispute cannot be counted without the check, and the job never closes.
    let (mut context, job) = checked_and_disputed();

    let result = context.close_round(&job, 0, Source::Check);

    assert_fails(result, MarketError::RoundNotDone);
    context.count_dispute(&job, 0).unwrap();
    let unawarded = context.close_round(&job, 0, Source::Check);
    assert_fails(unawarded, MarketError::RoundNotDone);
}

#[test]
fn closes_the_dispute_before_its_check() {
    // Loss if it worked: the account of the check can never be closed, nor the job.
    let (mut context, job) = checked_and_disputed();
    context.count_dispute(&job, 0).unwrap();
    context
        .penalize("dave", &job, of_dispute(CHALLENGER))
        .unwrap();
    award_members(&mut context, &job);
    context.award("bob", &job, of_task(0)).unwrap();
    context.award("carol", &job, CHECK).unwrap();

    let result = context.close_round(&job, 0, Source::Dispute);

    assert_fails(result, MarketError::RoundNotDone);
    context.close_round(&job, 0, Source::Check).unwrap();
    context.close_round(&job, 0, Source::Dispute).unwrap();
    context.close("alice", &job).unwrap();
}

/// Closes the account of the dispute with the rent for the actor.
fn close_for(context: &mut TestContext, job: &JobAddresses, name: &str) -> Sent {
    let (payer, mint) = (context.address_of(name), context.stake_mint());
    let close = market::close_round(payer, job.address, 0, Source::Dispute, true, &mint);
    context.crank(close)
}

#[test]
fn takes_the_rent_of_a_round() {
    // Loss if it worked: the rent of whoever opened the round.
    let (mut context, job) = penalized();
    award_members(&mut context, &job);
    context.award("bob", &job, of_task(0)).unwrap();
    let dispute = at::round(&job.address, 0, Source::Dispute);
    let mint = context.stake_mint();
    let pot = context.ata(&mint, &dispute);
    let rent = context.lamports(&dispute) + context.lamports(&pot);
    let node = context.node("dave");
    let before = context.lamports(&assay_harness::Signer::pubkey(&node));

    let result = close_for(&mut context, &job, "mallory");

    assert_fails(result, MarketError::NotOwner);
    close_for(&mut context, &job, "dave's node").unwrap();
    let after = context.lamports(&assay_harness::Signer::pubkey(&node));
    assert_eq!(after, before + rent);
}
