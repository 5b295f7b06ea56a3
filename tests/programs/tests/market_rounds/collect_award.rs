use super::fixtures::{
    another_job, appealed, challenged, check_was_right, decided, disputed_split, divided, ended,
    given_up, member, CHALLENGER_PLACE, CHECK, FIRST_PLACE, MEMBER,
};
use assay_harness::{
    assert_fails,
    instruction::market::{self, JobAddresses, SeatPlace},
    keypairs::worker_of,
    market::{BOND, COLLATERAL, LIE, VALUE},
    pda::{self, market as at},
    replace_account, Instruction, TestContext,
};
use assay_market::{
    error::MarketError,
    event::Awarded,
    game::SeatState,
    state::{Source, CHALLENGER},
};

/// Whole penalty of a lie, base units of the stake mint.
const WHOLE: u64 = BOND + LIE;
/// Bounty of one who was right alone: a tenth of one penalty, which is less than ten prices.
const BOUNTY: u64 = WHOLE / 10;

/// Returns the award of the actor's worker, whose owner has an associated token account.
fn award(
    context: &mut TestContext,
    name: &str,
    job: &JobAddresses,
    place: SeatPlace,
) -> Instruction {
    let (owner, mint) = (context.address_of(name), context.stake_mint());
    context.ata(&mint, &owner);
    market::collect_award(job.address, &owner, place, &mint)
}

fn balance(context: &mut TestContext, name: &str) -> u64 {
    let (owner, mint) = (context.address_of(name), context.stake_mint());
    let ata = context.ata(&mint, &owner);
    context.balance(&ata)
}

/// Penalizes every seat that lied in the job of [`appealed`].
fn penalize_all(context: &mut TestContext, job: &JobAddresses) {
    let dispute = context.round_view(job, 0, Source::Dispute);
    for (seat, place) in (0u8..).zip(&dispute.seats) {
        let holder = assay_harness::WORKERS.iter();
        let mut holder = holder.filter(|name| worker_of(name) == place.worker);
        let name = holder.next().unwrap();
        context
            .penalize(name, job, member(Source::Dispute, seat))
            .unwrap();
    }
    context.penalize("carol", job, CHALLENGER_PLACE).unwrap();
}

#[test]
fn a_member_is_paid_one_price_and_its_bond_is_freed() {
    // Given
    let (mut context, job, members) = divided();
    let name = members[0];
    let (before, had) = (context.worker_account(name), balance(&mut context, name));
    let dispute = context.round_view(&job, 0, Source::Dispute);

    // When
    let result = context.award(name, &job, MEMBER).unwrap();

    // Then
    assert_eq!(balance(&mut context, name), had + VALUE);
    let worker = context.worker_account(name);
    assert_eq!(worker.locked.get(), before.locked.get() - BOND);
    assert_eq!(worker.free.get(), before.free.get() + BOND);
    let after = context.round_view(&job, 0, Source::Dispute);
    assert!(after.seats[0].is_settled());
    let (left, was) = (&after.header, &dispute.header);
    assert_eq!(left.unsettled.get(), was.unsettled.get() - 1);
    assert_eq!(left.to_award.get(), was.to_award.get() - 1);
    let pot = pda::ata(&dispute.address, &context.stake_mint());
    assert_eq!(context.balance(&pot), WHOLE - VALUE);
    let event = result.event::<Awarded>();
    assert_eq!(
        (event.dispute, event.worker),
        (dispute.address, worker_of(name))
    );
    assert_eq!(event.amount.get(), VALUE);
    assert_eq!((event.source, event.seat), (2, 0));
}

#[test]
fn a_challenger_that_was_right_gets_the_bounty_and_its_bond() {
    let (mut context, job, _) = divided();
    let had = balance(&mut context, "carol");
    let result = context.award("carol", &job, CHALLENGER_PLACE).unwrap();
    assert_eq!(balance(&mut context, "carol"), had + BOUNTY);
    let carol = context.worker_account("carol");
    assert_eq!((carol.free.get(), carol.locked.get()), (COLLATERAL, 0));
    let event = result.event::<Awarded>();
    assert_eq!((event.amount.get(), event.source), (BOUNTY, 2));
    assert_eq!(event.seat, CHALLENGER);
}

#[test]
fn a_first_seat_that_was_right_gets_the_bounty_beside_its_pay() {
    // Given: the round finds bob right and carol's challenge wrong.
    let (mut context, job) = challenged();
    decided(&mut context, &job, Source::Dispute, &["lie"; 5], "lie");
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    context.penalize("carol", &job, CHALLENGER_PLACE).unwrap();

    // When: the order of pay and award does not matter.
    let result = context.award("bob", &job, FIRST_PLACE).unwrap();
    context.collect("bob", &job, &[0]).unwrap();

    // Then
    let event = result.event::<Awarded>();
    assert_eq!((event.amount.get(), event.source), (BOUNTY, 0));
    assert_eq!(context.worker_account("bob").locked.get(), 0);
    let result = context.award("bob", &job, FIRST_PLACE);
    assert_fails(result, MarketError::AlreadySettled);
}

#[test]
fn a_check_that_was_right_gets_the_bounty_beside_its_pay() {
    // Given
    let (mut context, job, _) = check_was_right();
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    context.penalize("bob", &job, FIRST_PLACE).unwrap();
    context.collect_check("carol", &job, 0).unwrap();

    // When
    let result = context.award("carol", &job, CHECK).unwrap();

    // Then
    let event = result.event::<Awarded>();
    assert_eq!((event.amount.get(), event.source), (BOUNTY, 1));
    let check = context.round_view(&job, 0, Source::Check);
    assert!(!check.seats[0].awaits_award());
}

#[test]
fn a_member_of_an_appeal_is_paid_out_of_the_same_pot() {
    // Given
    let (mut context, job, members) = appealed();
    context.count_dispute(&job, 0).unwrap();
    penalize_all(&mut context, &job);

    // When
    let (seat, name) = members[0];
    let place = member(Source::Appeal, seat);
    let result = context.award(name, &job, place).unwrap();

    // Then
    let event = result.event::<Awarded>();
    assert_eq!((event.amount.get(), event.source), (VALUE, 3));
    assert_eq!(event.seat, seat);
    let challenger = member(Source::Appeal, CHALLENGER);
    let result = context.award("dave", &job, challenger).unwrap();
    // Two were right.
    assert_eq!(result.event::<Awarded>().amount.get(), BOUNTY / 2);
}

#[test]
fn a_void_member_gets_its_bond_back_and_nothing_else() {
    // Given: two against two are no majority.
    let (mut context, job) = challenged();
    let answers = ["42", "43", "42", "43"];
    let members = context.convene(&job, 0, Source::Dispute, &answers, &["bob", "carol"]);
    context.end_round(&job, 0, Source::Dispute);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    context.count_dispute(&job, 0).unwrap();
    let (name, had) = (members[0], balance(&mut context, members[0]));
    let locked = context.worker_account(name).locked.get();

    // When
    let result = context.award(name, &job, MEMBER).unwrap();

    // Then
    assert_eq!(result.event::<Awarded>().amount.get(), 0);
    assert_eq!(balance(&mut context, name), had);
    assert_eq!(context.worker_account(name).locked.get(), locked - BOND);
}

#[test]
fn a_source_is_one_of_four() {
    let (mut context, job, _) = divided();
    let mut forged = award(&mut context, "carol", &job, FIRST_PLACE);
    let source = forged.data.len() - 3;
    assert_eq!(forged.data[source], 0);
    forged.data[source] = 4;
    assert_fails(context.crank(forged), MarketError::NoSuchSeat);
}

#[test]
fn the_job_is_that_of_the_dispute() {
    let (mut context, job, _) = divided();
    let other = another_job(&mut context);
    let award = award(&mut context, "carol", &job, CHALLENGER_PLACE);
    let forged = replace_account(award, &job.address, &other.address);
    assert_fails(context.crank(forged), MarketError::WrongAccount);
}

#[test]
fn the_round_is_the_one_that_the_source_names() {
    let (mut context, job, members) = appealed();
    context.count_dispute(&job, 0).unwrap();
    penalize_all(&mut context, &job);
    let (seat, name) = members[0];
    let right = award(&mut context, name, &job, member(Source::Appeal, seat));

    // No round where the source has one.
    let appeal = at::round(&job.address, 0, Source::Appeal);
    let forged = replace_account(right.clone(), &appeal, &assay_market::ID);
    assert_fails(context.crank(forged), MarketError::WrongAccount);

    // A round where the source has none, and one of another kind.
    let source = right.data.len() - 3;
    for number in [Source::Job, Source::Check, Source::Dispute] {
        let mut forged = right.clone();
        forged.data[source] = number as u8;
        assert_fails(context.crank(forged), MarketError::WrongAccount);
    }
    context.crank(right).unwrap();
}

#[test]
fn an_appeal_divides_no_penalties() {
    let (mut context, job, _) = appealed();
    context.count_dispute(&job, 0).unwrap();
    penalize_all(&mut context, &job);
    let right = award(&mut context, "dave", &job, MEMBER);
    let mint = context.stake_mint();
    let [dispute, appeal] =
        [Source::Dispute, Source::Appeal].map(|source| at::round(&job.address, 0, source));
    let pot = context.ata(&mint, &appeal);
    let forged = replace_account(right, &dispute, &appeal);
    let forged = replace_account(forged, &pda::ata(&dispute, &mint), &pot);
    let result = context.crank(forged);
    // The header of an appeal names no bump of a pot.
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn the_pot_is_that_of_the_dispute() {
    let (mut context, job, _) = divided();
    let (mint, mallory) = (context.stake_mint(), context.address_of("mallory"));
    let own = context.ata(&mint, &mallory);
    let award = award(&mut context, "carol", &job, CHALLENGER_PLACE);
    let pot = pda::ata(&at::round(&job.address, 0, Source::Dispute), &mint);
    let forged = replace_account(award, &pot, &own);
    assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
}

#[test]
fn nothing_is_awarded_before_the_count_and_every_penalty() {
    let (mut context, job, members) = ended();
    let result = context.award(members[0], &job, MEMBER);
    assert_fails(result, MarketError::DisputeNotCounted);
    context.count_dispute(&job, 0).unwrap();
    let result = context.award(members[0], &job, MEMBER);
    assert_fails(result, MarketError::DisputeNotCounted);
    context.penalize("bob", &job, FIRST_PLACE).unwrap();
    context.award(members[0], &job, MEMBER).unwrap();
}

#[test]
fn an_award_goes_to_the_owners_associated_account_in_the_stake_mint() {
    let (mut context, job, _) = divided();
    let (mint, usd) = (context.stake_mint(), context.payment_mint());
    let (carol, mallory) = (context.address_of("carol"), context.address_of("mallory"));
    let right = award(&mut context, "carol", &job, CHALLENGER_PLACE);
    let ata = context.ata(&mint, &carol);
    for fake in [
        context.ata(&mint, &mallory),
        context.ata(&usd, &carol),
        carol,
    ] {
        let forged = replace_account(right.clone(), &ata, &fake);
        assert_fails(context.crank(forged), MarketError::WrongTokenAccount);
    }
    context.crank(right).unwrap();
}

#[test]
fn only_a_seat_that_exists_is_awarded() {
    let (mut context, job, members) = divided();
    for place in [
        member(Source::Dispute, 5),
        SeatPlace {
            seat: 1,
            ..FIRST_PLACE
        },
    ] {
        let result = context.award(members[0], &job, place);
        assert_fails(result, MarketError::NoSuchSeat);
    }
}

#[test]
fn a_round_without_a_challenger_has_no_such_seat() {
    let (mut context, job) = disputed_split();
    decided(&mut context, &job, Source::Dispute, &["42"; 5], "42");
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    let late = SeatPlace {
        seat: 1,
        ..FIRST_PLACE
    };
    context.penalize("carol", &job, late).unwrap();
    let result = context.award("carol", &job, CHALLENGER_PLACE);
    assert_fails(result, MarketError::NoSuchSeat);
}

#[test]
fn only_the_holder_of_a_seat_is_awarded() {
    let (mut context, job, _) = divided();
    for place in [CHALLENGER_PLACE, MEMBER, FIRST_PLACE] {
        let name = if place == FIRST_PLACE { "carol" } else { "bob" };
        let result = context.award(name, &job, place);
        assert_fails(result, MarketError::NotSeatHolder);
    }
}

#[test]
fn a_seat_is_awarded_once() {
    let (mut context, job, members) = divided();
    context.award(members[0], &job, MEMBER).unwrap();
    context.award("carol", &job, CHALLENGER_PLACE).unwrap();
    context.advance(1);
    let result = context.award(members[0], &job, MEMBER);
    assert_fails(result, MarketError::AlreadySettled);
    let result = context.award("carol", &job, CHALLENGER_PLACE);
    assert_fails(result, MarketError::AlreadySettled);
}

#[test]
fn a_first_seat_that_lied_is_awarded_nothing() {
    let (mut context, job, _) = divided();
    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);
    let result = context.award("bob", &job, FIRST_PLACE);
    assert_fails(result, MarketError::NothingToCollect);
}

#[test]
fn a_challenger_that_proved_nothing_is_awarded_nothing() {
    let (mut context, job) = given_up();
    context.count_dispute(&job, 0).unwrap();
    let result = context.award("carol", &job, CHALLENGER_PLACE);
    assert_fails(result, MarketError::NothingToCollect);
    assert_eq!(context.worker_account("carol").locked.get(), BOND);
}

#[test]
fn a_member_that_lied_pays_and_is_awarded_nothing() {
    // Given
    let (mut context, job) = challenged();
    let answers = ["42", "42", "42", "43", "42"];
    let members = decided(&mut context, &job, Source::Dispute, &answers, "42");
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    let liar = member(Source::Dispute, 3);
    context.penalize("bob", &job, FIRST_PLACE).unwrap();
    context.penalize(members[3], &job, liar).unwrap();

    // When
    let result = context.award(members[3], &job, liar);

    // Then
    assert_fails(result, MarketError::AlreadySettled);
    context.award(members[0], &job, MEMBER).unwrap();
}
