use crate::{cost, Cost};
use assay_harness::{
    instruction::market::{self, JobAddresses, SeatPlace, TaskSeat},
    market::{checked_terms, terms, COLLATERAL, EPOCH_LENGTH, PRICE},
    work::round_seat_opens_at,
    Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_market::{
    game::round::RoundKind,
    instructions::WorkerSettings,
    state::{shard_of, JobTerms, Param, Source, CHALLENGER, RING},
};

/// Basis points with which a check is due in practically every task.
const ALWAYS: u32 = 9_999;

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("market", name, result)
}

/// Returns the cost of every instruction of the market program, in the order of a job's life.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::new();
    let mut costs = administration(&mut context);
    costs.extend(workers(&mut context));
    one_seat(&mut context, &mut costs);
    late_seats(&mut context, 2, "open_task (3 seats)", &mut costs);
    late_seats(&mut context, 15, "open_task (16 seats)", &mut costs);
    drawn_check(&mut context, &mut costs);
    requested_check(&mut context, &mut costs);
    frozen(&mut context, &mut costs);
    dispute(&mut context, &mut costs);
    epochs(&mut context, &mut costs);
    // Of each instruction the dearest call.
    costs.sort_by_key(|cost| (cost.instruction, std::cmp::Reverse(cost.units)));
    costs.dedup_by_key(|cost| cost.instruction);
    costs
}

fn administration(context: &mut TestContext) -> Vec<Cost> {
    context.init_staking_for_market();
    let (deployer, config) = (context.actor(DEPLOYER), context.market_config());
    let (governance, payment) = (context.actor("governance"), context.payment());
    let power = governance.pubkey();
    let initialize = market::initialize(deployer.pubkey(), config);
    let allow = context.allow_mint_instruction(payment);
    vec![
        row("initialize", context.send(&[initialize], &[&deployer])),
        row("allow_mint", context.send(&[allow], &[&governance])),
        row("set_params", {
            let set = market::set_params(power, Param::MissedBps, 1_100);
            context.send(&[set], &[&governance])
        }),
        row("set_mint", {
            let (program, treasury) = (&payment.token_program, context.address_of("treasury"));
            let set = market::set_mint_fee_authority(power, &payment.mint, program, &treasury);
            context.send(&[set], &[&governance])
        }),
        row("set_pause", {
            let set = market::set_pause(power, 0, 0);
            context.send(&[set], &[&governance])
        }),
        row("offer_authority", {
            let offer = market::offer_authority(power, power);
            context.send(&[offer], &[&governance])
        }),
        row("accept_authority", {
            let accept = market::accept_authority(power);
            context.send(&[accept], &[&governance])
        }),
    ]
}

fn workers(context: &mut TestContext) -> Vec<Cost> {
    let provider = context.provider("bob", 2 * COLLATERAL);
    let bob = context.actor("bob");
    let owner = bob.pubkey();
    let settings = WorkerSettings {
        seat_bond: 0,
        locked: 0,
        daily_misses: 0,
        encryption_key: [1; 32],
        read_url: [2; 96],
    };
    let steps = [
        ("open_worker", market::open_worker(owner)),
        ("update_worker", market::update_worker(owner, settings)),
        ("sync_worker", market::sync_worker(provider)),
        (
            "add_collateral",
            market::add_collateral(owner, 2 * COLLATERAL),
        ),
        ("remove_collateral", market::remove_collateral(owner, 1_000)),
        ("yield_collateral", market::yield_collateral(provider)),
    ];
    let costs = steps.map(|(name, step)| row(name, context.send(&[step], &[&bob])));
    for number in 1..=15 {
        context.worker(&helper(number), 2 * COLLATERAL);
    }
    costs.into()
}

fn helper(number: u8) -> String {
    format!("helper {number}")
}

fn post(context: &mut TestContext, nonce: u64, terms: JobTerms) -> JobAddresses {
    context.post("alice", JobTerms { nonce, ..terms })
}

const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };

fn place(source: Source, seat: u8) -> SeatPlace {
    SeatPlace {
        task: 0,
        source,
        seat,
    }
}

/// A job of five tasks: one is worked, one is missed, one is canceled and two lapse.
fn one_seat(context: &mut TestContext, costs: &mut Vec<Cost>) {
    let terms = JobTerms {
        task_count: 4,
        ..terms()
    };
    let order = context.post_job_params("alice", terms);
    let (posting, alice) = (context.post_job_instructions(order), context.actor("alice"));
    costs.push(row("post_job", context.send(&posting, &[&alice])));
    let job = JobAddresses::new(order.requester, order.terms.nonce, order.payment);
    let extension = context.extension(&job, 1, [9; 32]);
    let extend = market::extend_job(&job, extension);
    costs.push(row("extend_job", context.send(&extend, &[&alice])));

    costs.push(row("claim_task", context.claim("bob", &job, FIRST)));
    let contributed = context.contribute("bob", &job, FIRST, "42");
    costs.push(row("contribute", contributed));
    costs.push(row("open_task (1 seat)", context.open(&job, 0, "42")));
    let missed = TaskSeat { task: 1, seat: 0 };
    context.claim("helper 1", &job, missed).unwrap();
    costs.push(row("cancel_job", context.cancel("alice", &job, 2, 1)));

    context.end_hold(&job);
    costs.push(row("collect_pay", context.collect("bob", &job, &[0])));
    let penalized = context.penalize_missed("helper 1", &job, missed);
    costs.push(row("penalize_worker (missed)", penalized));
    context.advance(u64::from(terms.claim_window));
    costs.push(row("expire_task", context.expire(&job, 1)));
    for task in 3..5 {
        context.expire(&job, task).unwrap();
    }
    let from = context.job(&job).0.anyone_closes_from();
    context.advance_to(from);
    costs.push(row("close_job", context.close("anyone", &job)));
}

/// A task with so many late seats, all of which agree.
fn late_seats(context: &mut TestContext, count: u8, opening: &'static str, costs: &mut Vec<Cost>) {
    let bps = u32::from(count) * 10_000;
    let terms = JobTerms {
        // Late seats follow one another: many of them need short runs.
        run_window: 60,
        ..checked_terms(bps)
    };
    let job = post(context, u64::from(count), terms);
    for seat in 0..=count {
        let (place, name) = (TaskSeat { task: 0, seat }, helper(seat));
        let name = if seat == 0 { "bob" } else { &name };
        if seat == 1 && count == 2 {
            context.advance(1);
            let draw = context.crank(market::draw_seat(job.address, place, None));
            costs.push(row("draw_seat", draw));
        }
        if seat == 2 && count == 2 {
            // The claim draws by itself, within the time in which the chain can tell the slot.
            context.advance(60);
            costs.push(row(
                "claim_task (with draw)",
                first_claim(context, &job, place),
            ));
            let name = holder(context, &job, 2);
            context.contribute(&name, &job, place, "42").unwrap();
            continue;
        }
        context.claim(name, &job, place).unwrap();
        context.contribute(name, &job, place, "42").unwrap();
    }
    costs.push(row(opening, context.open(&job, 0, "42")));
    context.end_hold(&job);
    collect_all(context, &job);
}

/// Claims a seat for the first of the helpers that is admitted.
fn first_claim(
    context: &mut TestContext,
    job: &JobAddresses,
    place: TaskSeat,
) -> Result<TransactionResult, TransactionFailure> {
    let claims = (2..=15).map(|number| context.claim_now(&helper(number), job, place));
    let mut claims = claims.skip_while(Result::is_err);
    claims.next().expect("one of fourteen is admitted by then")
}

/// Returns the name of the helper that holds a seat of the first task.
fn holder(context: &TestContext, job: &JobAddresses, seat: usize) -> String {
    let worker = context.seat(job, seat).worker;
    let mut names = (1..=15).map(helper);
    names
        .find(|name| context.worker_of(name) == worker)
        .expect("a helper holds the seat")
}

fn collect_all(context: &mut TestContext, job: &JobAddresses) {
    let mut names: Vec<String> = (1..=15).map(helper).collect();
    names.push("bob".into());
    let seats = context.job(job).1;
    for (index, seat) in (0u32..).zip(seats) {
        for name in &names {
            if seat.worker == context.worker_of(name) && !seat.is_settled() {
                context.collect(name, job, &[index]).unwrap();
            }
        }
    }
    context.close("alice", job).unwrap();
}

fn drawn_check(context: &mut TestContext, costs: &mut Vec<Cost>) {
    let job = post(context, 100, checked_terms(ALWAYS));
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(1);
    costs.push(row("open_check", context.open_check("anyone", &job, 0)));
    let check = place(Source::Check, 0);
    context.claim_round("helper 1", &job, check).unwrap();
    context
        .contribute_round("helper 1", &job, check, "42")
        .unwrap();
    costs.push(row("open_task (with check)", context.open(&job, 0, "42")));
    context.end_hold(&job);
    let paid = context.collect_check("helper 1", &job, 0);
    costs.push(row("collect_check", paid));
    let closed = context.close_round(&job, 0, Source::Check);
    costs.push(row("close_round (check)", closed));
    collect_all(context, &job);
}

/// Pay that the owner's account refuses, in a check, and what it comes to.
fn frozen(context: &mut TestContext, costs: &mut Vec<Cost>) {
    let job = post(context, 103, checked_terms(ALWAYS));
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    let check = place(Source::Check, 0);
    context.claim_round("helper 1", &job, check).unwrap();
    context
        .contribute_round("helper 1", &job, check, "42")
        .unwrap();
    context.open(&job, 0, "42").unwrap();
    context.end_hold(&job);
    let (mint, owner) = (job.payment.mint, context.address_of("helper 1"));
    let ata = context.ata(&mint, &owner);
    context.freeze(&ata);
    let held = context.hold("helper 1", &job, &[], Some(0));
    costs.push(row("hold_pay (check)", held));
    context.thaw(&ata);
    let collected = context.collect_held("helper 1", &mint);
    costs.push(row("collect_held", collected));
    context.freeze(&job.escrow);
    costs.push(row("hold_pay", context.hold("bob", &job, &[0], None)));
    context.thaw(&job.escrow);
    let collected = context.collect("bob", &job, &[0]);
    costs.push(row("collect_pay (released)", collected));
    context.close_round(&job, 0, Source::Check).unwrap();
    context.freeze(&job.payment.fee_vault);
    let closed = context.close("alice", &job);
    costs.push(row("close_job (owed)", closed));
    context.thaw(&job.payment.fee_vault);
    context.close("anyone", &job).unwrap();
}

fn requested_check(context: &mut TestContext, costs: &mut Vec<Cost>) {
    let job = post(context, 101, checked_terms(1));
    context.fill_seats(&job, 0, &[("bob", "42")]);
    context.advance(1);
    context.open(&job, 0, "42").unwrap();
    let requested = context.open_check("alice", &job, 0);
    costs.push(row("open_check (requested)", requested));
    let check = place(Source::Check, 0);
    context.claim_round("helper 1", &job, check).unwrap();
    context
        .contribute_round("helper 1", &job, check, "42")
        .unwrap();
    let opening = context.opening_of(&job, 0, Source::Check, "42");
    let decided = context.decide(&job, 0, Source::Check, Some(opening));
    costs.push(row("decide_round (check)", decided));
    context.end_hold(&job);
    context.collect_check("helper 1", &job, 0).unwrap();
    context.close_round(&job, 0, Source::Check).unwrap();
    collect_all(context, &job);
}

/// A wrong result is challenged, a captured round confirms it, and an appeal of forty-five seats overturns both.
fn dispute(context: &mut TestContext, costs: &mut Vec<Cost>) {
    let job = post(context, 102, terms());
    context.complete_task(&job, 0, &["bob"], "lie");
    let challenged = context.challenge("helper 1", &job, 0, RoundKind::Dispute, "42");
    costs.push(row("open_round (challenge)", challenged));
    let source = Source::Dispute;
    fill_round(context, &job, source, 5, "lie", costs);
    let opening = context.opening_of(&job, 0, source, "lie");
    let decided = context.decide(&job, 0, source, Some(opening));
    costs.push(row("decide_round (5 seats)", decided));

    let appealed = context.challenge("helper 2", &job, 0, RoundKind::Appeal, "42");
    costs.push(row("open_round (appeal)", appealed));
    let source = Source::Appeal;
    fill_round(context, &job, source, 45, "42", costs);
    let opening = context.opening_of(&job, 0, source, "42");
    let decided = context.decide(&job, 0, source, Some(opening));
    costs.push(row("decide_round (45 seats)", decided));
    context.end_hold(&job);

    costs.push(row("count_dispute", context.count_dispute(&job, 0)));
    let lied = context.penalize("bob", &job, place(Source::Job, 0));
    costs.push(row("penalize_worker (lie)", lied));
    settle_round(context, &job, Source::Dispute, costs);
    settle_round(context, &job, Source::Appeal, costs);
    let closed = context.close_round(&job, 0, Source::Appeal);
    costs.push(row("close_round (appeal)", closed));
    let closed = context.close_round(&job, 0, Source::Dispute);
    costs.push(row("close_round (dispute)", closed));
    context.close("alice", &job).unwrap();
}

/// Fills a round with the helpers from the third on: each seat goes to the one that is admitted first.
fn fill_round(
    context: &mut TestContext,
    job: &JobAddresses,
    source: Source,
    seats: u8,
    answer: &str,
    costs: &mut Vec<Cost>,
) {
    let drawn = context.draw_round(job, 0, source);
    costs.push(row("draw_seat (round)", drawn));
    let (view, round) = (context.job_view(job), context.round_view(job, 0, source));
    let first = |seat: u8| {
        let opens_at = |name: String| {
            let worker = context.worker_account(&name);
            let address = context.worker_of(&name);
            let time = round_seat_opens_at(&view, &round, seat, &address, &worker);
            (time.expect("the round is drawn"), seat, name)
        };
        let turns = (3..=15).map(helper).map(opens_at);
        turns.min().expect("there are helpers")
    };
    let mut turns: Vec<(i64, u8, String)> = (0..seats).map(first).collect();
    turns.sort();
    for (_, seat, name) in &turns {
        let place = place(source, *seat);
        costs.push(row("claim_round", context.claim_round(name, job, place)));
        let contributed = context.contribute_round(name, job, place, answer);
        costs.push(row("contribute_round", contributed));
    }
}

/// Penalizes or awards every seat of a round and its challenger.
fn settle_round(
    context: &mut TestContext,
    job: &JobAddresses,
    source: Source,
    costs: &mut Vec<Cost>,
) {
    let round = context.round_view(job, 0, source);
    let seats = (0u8..).zip(round.seats);
    for (seat, held) in seats.chain([(CHALLENGER, round.header.round.challenger)]) {
        let mut names = (1..=15).map(helper);
        let name = names
            .find(|name| context.worker_of(name) == held.worker)
            .expect("helpers hold the seats");
        let place = place(source, seat);
        if source == Source::Dispute && seat != CHALLENGER {
            context.penalize(&name, job, place).unwrap();
        } else {
            let awarded = context.award(&name, job, place);
            costs.push(row("collect_award", awarded));
        }
    }
}

fn epochs(context: &mut TestContext, costs: &mut Vec<Cost>) {
    context.advance_to_epoch(context.epoch() + 1);
    let epoch = context.epoch();
    context.complete_job("bob", PRICE);
    context.advance_to_epoch(epoch + 1);
    costs.push(row("tally_work", context.tally("bob", epoch)));
    context.advance((RING as u64 + 1) * EPOCH_LENGTH);
    let (worker, anyone) = (context.worker_of("bob"), context.actor("anyone"));
    let close = market::close_work(anyone.pubkey(), epoch, shard_of(&worker));
    costs.push(row("close_work", context.send(&[close], &[&anyone])));
}
