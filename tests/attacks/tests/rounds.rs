//! Attacks on who sits in a round, and on how it is decided.

use assay_harness::{
    assert_fails, five, forty_five,
    instruction::market::{self, JobAddresses, OpenRoundParams, SeatPlace, TaskSeat},
    keypairs::worker_of,
    market::{terms, BOND, LIE, MISSED, OPEN_WINDOW, PRICE, VALUE},
    pda::market as at,
    replace_account, seat_of,
    work::digest_of,
    Signer, TestContext, MEMBERS, WORKERS,
};
use assay_market::{
    error::MarketError,
    event::{Awarded, Penalized},
    game::{
        contribution::{blinded, Contribution},
        rank,
        round::RoundKind,
        Phase, SeatState,
    },
    state::{Source, CHALLENGER},
};

/// What a lie costs, base units of the stake mint.
const PENALTY: u64 = BOND + LIE;

/// Returns a round on seats that disagree, which the actor pays for.
fn split_params(
    context: &mut TestContext,
    payer: &str,
    job: &JobAddresses,
    kind: RoundKind,
) -> OpenRoundParams {
    OpenRoundParams {
        payer: context.address_of(payer),
        job: job.address,
        task: 0,
        kind,
        first_worker: worker_of("bob"),
        stake_mint: context.stake_mint(),
        challenge: None,
    }
}

/// Returns the seats of the dispute of task 0.
fn dispute_states(context: &TestContext, job: &JobAddresses) -> Vec<SeatState> {
    let round = context.round_view(job, 0, Source::Dispute);
    round.seats.iter().map(|seat| seat.state()).collect()
}

/// Penalizes a seat for a lie and checks that it pays the whole penalty.
#[track_caller]
fn pays_for_a_lie(context: &mut TestContext, name: &str, job: &JobAddresses, place: SeatPlace) {
    let before = context.worker_account(name).total_collateral();
    let result = context.penalize(name, job, place).unwrap();
    assert_eq!(result.event::<Penalized>().taken.get(), PENALTY);
    let after = context.worker_account(name).total_collateral();
    assert_eq!(before - after, PENALTY);
}

/// Moves the clock to so many seconds after the opening of the dispute of task 0.
fn advance_into_round(context: &mut TestContext, job: &JobAddresses, seconds: u32) {
    let opened = context
        .round_view(job, 0, Source::Dispute)
        .header
        .round
        .opened_at;
    let time = context.job(job).0.unix_time(opened.get() + seconds);
    context.advance_to(time);
}

#[test]
fn draws_its_own_round() {
    // Loss if it worked: whoever opens the round knows its members.
    let (mut context, job) = TestContext::with_split();
    let node = context.node("dave");
    let params = OpenRoundParams {
        payer: node.pubkey(),
        ..split_params(&mut context, "dave", &job, RoundKind::Dispute)
    };
    let round = at::round(&job.address, 0, Source::Dispute);
    let claim = market::claim_round(node.pubkey(), worker_of("dave"), job.address, round, 0);

    let any = TaskSeat { task: 0, seat: 0 };
    let draw = market::draw_seat(job.address, any, Some(round));

    let open = market::open_round(&params);
    let drawn = context.send(&[open.clone(), vec![draw]].concat(), &[&node]);
    let claimed = context.send(&[open, vec![claim.clone()]].concat(), &[&node]);

    assert_fails(drawn, MarketError::DrawTooEarly);
    assert_fails(claimed, MarketError::DrawTooEarly);
    context
        .send(&market::open_round(&params), &[&node])
        .unwrap();
    context.advance(1);
    context.send(&[claim], &[&node]).unwrap();
}

#[test]
fn races_into_a_round() {
    // Loss if it worked: idle machines of the liar fill the round before busy honest ones.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "lie");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let (view, round) = (
        context.job_view(&job),
        context.round_view(&job, 0, Source::Dispute).header.round,
    );
    let (rules, total) = (view.header.rules(), view.header.total_collateral.get());
    let seats = WORKERS
        .iter()
        .flat_map(|name| (0u8..5).map(move |seat| (*name, seat)));
    let (name, seat, fast, slow) = seats
        .filter_map(|(name, seat)| {
            let ticket = rank::ticket(&round.seed, &worker_of(name), u32::from(seat), 0);
            let collateral = context.worker_account(name).total_collateral();
            let after = |step| rank::admitted_after(ticket, collateral, total, step);
            let (fast, slow) = (after(rules.step)?, after(rules.round_step())?);
            Some((name, seat, fast, slow))
        })
        .find(|(_, _, fast, slow)| *fast > 1 && fast < slow && *slow < rules.round_claims())
        .expect("one of forty ranks");
    let place = seat_of(Source::Dispute, seat);

    advance_into_round(&mut context, &job, fast);
    let early = context.claim_round_now(name, &job, place);
    advance_into_round(&mut context, &job, slow - 1);
    let late = context.claim_round_now(name, &job, place);

    assert_fails(early, MarketError::NotAdmitted);
    assert_fails(late, MarketError::NotAdmitted);
    context.advance(1);
    context.claim_round_now(name, &job, place).unwrap();
}

#[test]
fn funds_a_worker_for_a_round() {
    // Loss if it worked: capital moves to the drawn rank.
    let (mut context, job) = TestContext::with_standing("lie");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context.fund("ivan", 1_000_000_000);
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let claims = context.job(&job).0.rules().round_claims();

    advance_into_round(&mut context, &job, claims - 1);
    let result = context.claim_round_now("ivan", &job, seat_of(Source::Dispute, 0));

    assert_fails(result, MarketError::CollateralTooYoung);
    context
        .claim_round_now("dave", &job, seat_of(Source::Dispute, 0))
        .unwrap();
}

#[test]
fn joins_when_the_others_are_known() {
    // Loss if it worked: the round never ends, or is tipped at its end.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    context.draw_round(&job, 0, Source::Dispute).unwrap();
    let claims = context.job(&job).0.rules().round_claims();
    advance_into_round(&mut context, &job, claims - 1);
    context
        .claim_round_now("dave", &job, seat_of(Source::Dispute, 0))
        .unwrap();

    context.advance(1);
    let result = context.claim_round_now("erin", &job, seat_of(Source::Dispute, 1));

    assert_fails(result, MarketError::ClaimingOver);
}

#[test]
fn throws_a_member_out() {
    // Loss if it worked: the liar replaces an honest member.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    let place = seat_of(Source::Dispute, 0);
    context.claim_round("dave", &job, place).unwrap();

    let claimed = context.claim_round_now("erin", &job, place);
    context.contribute_round("dave", &job, place, "42").unwrap();
    let contributed = context.claim_round_now("erin", &job, place);

    assert_fails(claimed, MarketError::SeatNotFree);
    assert_fails(contributed, MarketError::SeatNotFree);
    let round = context.round_view(&job, 0, Source::Dispute);
    assert_eq!(round.seats[0].worker, worker_of("dave"));
}

#[test]
fn decides_with_a_minority() {
    // Loss if it worked: two of five decide because three stayed away.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    let two = [("dave", "lie"), ("erin", "lie")];
    context.fill_round(&job, Source::Dispute, &two);
    context.end_round(&job, 0, Source::Dispute);

    let result = context.decide_for(&job, Source::Dispute, "lie");

    assert_fails(result, MarketError::NoMajority);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Unproven);
    let right = digest_of(&context.job(&job).0.seed, "42");
    assert_eq!(context.job_view(&job).digest(0), Some(right));
    context.close_everything(&job);
}

#[test]
fn sits_lazily() {
    // Loss if it worked: a round seat is paid for the public digest.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    let honest = [("dave", "42"), ("erin", "42"), ("frank", "42")];
    context.fill_round(&job, Source::Dispute, &honest);
    let public = context.job_view(&job).digest(0).unwrap();
    for (seat, name, digest) in [
        (3, "grace", public),
        (4, "heidi", blinded(&public, &[9; 32])),
    ] {
        let place = seat_of(Source::Dispute, seat);
        context.claim_round(name, &job, place).unwrap();
        context
            .contribute_round_digest(name, &job, place, &digest)
            .unwrap();
    }

    context.decide_for(&job, Source::Dispute, "42").unwrap();

    let (right, wrong) = (SeatState::Accepted, SeatState::Rejected);
    let states = dispute_states(&context, &job);
    assert_eq!(states, [right, right, right, wrong, wrong]);
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    for (seat, name) in [(3, "grace"), (4, "heidi"), (CHALLENGER, "carol")] {
        pays_for_a_lie(&mut context, name, &job, seat_of(Source::Dispute, seat));
    }
    context.close_everything(&job);
}

#[test]
fn copies_a_members_hash() {
    // Loss if it worked: copiers win a round.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    context.fill_round(&job, Source::Dispute, &[("dave", "42"), ("erin", "42")]);
    let round = context.round_view(&job, 0, Source::Dispute);
    let honest = round.seats[0].contribution();
    for (seat, name, seal) in [
        (2, "frank", [0; 32]),
        (3, "grace", [9; 32]),
        (4, "heidi", honest.seal),
    ] {
        let place = seat_of(Source::Dispute, seat);
        context.claim_round(name, &job, place).unwrap();
        let copy = Contribution {
            hash: honest.hash,
            seal,
        };
        let (node, worker) = (context.node(name), worker_of(name));
        let (key, job) = (node.pubkey(), job.address);
        let contribute = market::contribute_round(key, worker, job, round.address, seat, &copy);
        context.send(&[contribute], &[&node]).unwrap();
    }

    context.decide_for(&job, Source::Dispute, "42").unwrap();

    let decided = context.round_view(&job, 0, Source::Dispute);
    assert_eq!(decided.header.round.verdict, 2);
    let (open, wrong) = (SeatState::Void, SeatState::Rejected);
    let states = dispute_states(&context, &job);
    assert_eq!(states, [open, open, wrong, wrong, wrong]);
    assert_eq!(context.phase(&job, 0), Phase::Unproven);
    context.count_dispute(&job, 0).unwrap();
    for (seat, name) in [(2, "frank"), (3, "grace"), (4, "heidi")] {
        pays_for_a_lie(&mut context, name, &job, seat_of(Source::Dispute, seat));
    }
    context.close_everything(&job);
}

#[test]
fn decides_early() {
    // Loss if it worked: the round is decided before the honest deliver.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    let three = [("dave", "lie"), ("erin", "lie"), ("frank", "lie")];
    context.fill_round(&job, Source::Dispute, &three);
    let end = context.job(&job).0.rules().round_length();

    advance_into_round(&mut context, &job, end - 1);
    let opened = context.decide_for(&job, Source::Dispute, "lie");
    let given_up = context.decide(&job, 0, Source::Dispute, None);

    assert_fails(opened, MarketError::RoundNotOver);
    assert_fails(given_up, MarketError::RoundNotOver);
    context.advance(1);
    context.decide_for(&job, Source::Dispute, "lie").unwrap();
}

#[test]
fn decides_again() {
    // Loss if it worked: a second verdict frees the losers.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    let opening = {
        let members = five(["42", "42", "42", "lie", "lie"]);
        context.fill_round(&job, Source::Dispute, &members);
        context.opening_of(&job, 0, Source::Dispute, "42")
    };
    context
        .decide(&job, 0, Source::Dispute, Some(opening))
        .unwrap();
    let round = at::round(&job.address, 0, Source::Dispute);
    let before = context.data(&round);

    let again = context.decide(&job, 0, Source::Dispute, Some(opening));
    context.advance(OPEN_WINDOW * 10);
    let given_up = context.decide(&job, 0, Source::Dispute, None);

    assert_fails(given_up, MarketError::RoundDecided);
    assert_fails(again, MarketError::RoundDecided);
    assert_eq!(context.data(&round), before);
}

#[test]
fn opens_a_minority_result() {
    // Loss if it worked: whoever calls first chooses the verdict.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    let members = five(["42", "lie", "42", "lie", "42"]);
    context.fill_round(&job, Source::Dispute, &members);

    let result = context.decide_for(&job, Source::Dispute, "lie");

    assert_fails(result, MarketError::WrongOpening);
    context.decide_for(&job, Source::Dispute, "42").unwrap();
}

#[test]
fn gives_up_a_round_that_it_lost() {
    // Loss if it worked: the loser ends the round without a verdict.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    let members = five(["42", "42", "42", "lie", "lie"]);
    context.fill_round(&job, Source::Dispute, &members);

    let at_once = context.decide(&job, 0, Source::Dispute, None);
    context.end_round(&job, 0, Source::Dispute);
    context.advance(OPEN_WINDOW - 1);
    let late = context.decide(&job, 0, Source::Dispute, None);

    assert_fails(at_once, MarketError::MajorityMustOpen);
    assert_fails(late, MarketError::MajorityMustOpen);
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
    context.decide_for(&job, Source::Dispute, "42").unwrap();
}

#[test]
fn majority_keeps_silent() {
    // Loss if it worked: a bought majority hangs the round for nothing.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    let members = five(["silent", "silent", "silent", "42", "42"]);
    context.fill_round(&job, Source::Dispute, &members);
    context.end_round(&job, 0, Source::Dispute);
    context.advance(OPEN_WINDOW);

    context.decide(&job, 0, Source::Dispute, None).unwrap();

    let (open, wrong) = (SeatState::Void, SeatState::Rejected);
    let states = dispute_states(&context, &job);
    assert_eq!(states, [wrong, wrong, wrong, open, open]);
    context.count_dispute(&job, 0).unwrap();
    for (seat, name) in [(0, "dave"), (1, "erin"), (2, "frank")] {
        pays_for_a_lie(&mut context, name, &job, seat_of(Source::Dispute, seat));
    }
    let bound = context.worker_account("grace").locked.get();
    let result = context.award("grace", &job, seat_of(Source::Dispute, 3));
    assert_eq!(result.unwrap().event::<Awarded>().amount.get(), 0);
    let left = context.worker_account("grace").locked.get();
    assert_eq!(bound - left, BOND);
    context.close_everything(&job);
}

#[test]
fn opens_a_verdict_too_late() {
    // Loss if it worked: a verdict comes later than unbonding waits for.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    let members = five(["lie", "lie", "lie", "42", "42"]);
    context.fill_round(&job, Source::Dispute, &members);
    context.end_round(&job, 0, Source::Dispute);
    context.advance(OPEN_WINDOW - 1);
    let mut in_time = context.clone();

    context.advance(1);
    let result = context.decide_for(&job, Source::Dispute, "lie");

    assert_fails(result, MarketError::DeadlinePassed);
    in_time.decide_for(&job, Source::Dispute, "lie").unwrap();
}

#[test]
fn hangs_a_round_to_save_a_liar() {
    // Loss if it worked: three seats of five save a liar whose check contradicted it.
    let (mut context, job) = TestContext::with_split();
    context.open_split("anyone", &job, 0).unwrap();
    let members = five(["42", "42", "lie", "lie", "other"]);
    context.fill_round(&job, Source::Dispute, &members);

    context.decide(&job, 0, Source::Dispute, None).unwrap();

    assert_eq!(context.phase(&job, 0), Phase::Split);
    let mut without_appeal = context.clone();
    without_appeal.advance(OPEN_WINDOW);
    without_appeal.expire(&job, 0).unwrap();
    without_appeal.close_everything(&job);
    let params = split_params(&mut context, "anyone", &job, RoundKind::Appeal);
    let anyone = context.actor("anyone");
    context
        .send(&market::open_round(&params), &[&anyone])
        .unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
    let appeal = context.round_view(&job, 0, Source::Appeal);
    assert_eq!(appeal.seats.len(), 45);
}

#[test]
fn votes_apart_to_escape() {
    // Loss if it worked: who hung the dispute by voting apart gets its bond back.
    let (mut context, job) = TestContext::with_split();
    context.open_split("anyone", &job, 0).unwrap();
    let members = five(["42", "42", "lie 1", "lie 2", "lie 3"]);
    context.fill_round(&job, Source::Dispute, &members);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    let params = split_params(&mut context, "anyone", &job, RoundKind::Appeal);
    let anyone = context.actor("anyone");
    context
        .send(&market::open_round(&params), &[&anyone])
        .unwrap();
    context
        .play_round(&job, 0, Source::Appeal, &forty_five("42"), "42")
        .unwrap();

    context.count_dispute(&job, 0).unwrap();

    let (right, wrong) = (SeatState::Accepted, SeatState::Rejected);
    let states = dispute_states(&context, &job);
    assert_eq!(states, [right, right, wrong, wrong, wrong]);
    pays_for_a_lie(&mut context, "bob", &job, seat_of(Source::Job, 0));
    for (seat, name) in [(2, "frank"), (3, "grace"), (4, "heidi")] {
        pays_for_a_lie(&mut context, name, &job, seat_of(Source::Dispute, seat));
    }
    for (seat, name) in [(0, "dave"), (1, "erin")] {
        let result = context.award(name, &job, seat_of(Source::Dispute, seat));
        let awarded = result.unwrap().event::<Awarded>().amount.get();
        assert_eq!(awarded, VALUE);
    }
    context.close_everything(&job);
}

#[test]
fn blocks_a_round_by_no_shows() {
    // Loss if it worked: empty claims stop the verdict for ever.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    for (seat, name) in (0..).zip(MEMBERS) {
        context
            .claim_round(name, &job, seat_of(Source::Dispute, seat))
            .unwrap();
    }
    context.end_round(&job, 0, Source::Dispute);

    context.decide(&job, 0, Source::Dispute, None).unwrap();

    assert_eq!(dispute_states(&context, &job), [SeatState::Missed; 5]);
    let mint = context.stake_mint();
    for (seat, name) in (0..).zip(MEMBERS) {
        let before = context.supply(&mint);
        let result = context.penalize(name, &job, seat_of(Source::Dispute, seat));
        let penalized = result.unwrap().event::<Penalized>();
        assert_eq!(
            (penalized.taken.get(), penalized.awarded.get()),
            (MISSED, 0)
        );
        assert_eq!(before - context.supply(&mint), MISSED);
    }
    context.close_everything(&job);
}

#[test]
fn stalls_an_agreed_result() {
    // Loss if it worked: strangers dispute what nobody contradicts, for nothing.
    let (mut context, job) = TestContext::with_standing("42");

    let result = context.open_split("mallory", &job, 0);

    assert_fails(result, MarketError::NotSplit);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

#[test]
fn digs_out_an_old_disagreement() {
    // Loss if it worked: pay hangs for ever.
    let (mut context, job) = TestContext::with_split();
    let until = context.seat(&job, 0).until.get();
    let time = context.job(&job).0.unix_time(until);
    context.advance_to(time - 1);
    context.clone().open_split("mallory", &job, 0).unwrap();

    context.advance(1);
    let result = context.open_split("mallory", &job, 0);

    assert_fails(result, MarketError::DeadlinePassed);
    context.expire(&job, 0).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Unproven);
    for (name, seat) in [("bob", 0), ("carol", 1)] {
        context.collect(name, &job, &[seat]).unwrap();
        let owner = context.address_of(name);
        let ata = context.ata(&job.payment.mint, &owner);
        assert_eq!(context.balance(&ata), PRICE);
    }
    context.close_everything(&job);
}

#[test]
fn skips_the_round_of_five() {
    // Loss if it worked: 45 seats are bound by one cheap disagreement.
    let (mut context, job) = TestContext::with_split();
    let params = split_params(&mut context, "mallory", &job, RoundKind::Appeal);
    let mallory = context.actor("mallory");
    let dispute = at::round(&job.address, 0, Source::Dispute);
    let open = market::open_round(&params).remove(0);

    let skip = replace_account(open, &dispute, &assay_market::ID);
    let result = context.send(&[skip], &[&mallory]);

    assert_fails(result, MarketError::WrongAccount);
    context.open_split("mallory", &job, 0).unwrap();
}

#[test]
fn contributes_for_another_member() {
    // Loss if it worked: anybody spoils a member's seat.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    let place = seat_of(Source::Dispute, 0);
    context.claim_round("dave", &job, place).unwrap();

    let result = context.contribute_round("ivan", &job, place, "lie");

    assert_fails(result, MarketError::NotSeatHolder);
    context.contribute_round("dave", &job, place, "42").unwrap();
}
