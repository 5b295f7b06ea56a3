//! What the tests of several instructions begin with.

use assay_harness::{
    instruction::market::{JobAddresses, SeatPlace, TaskSeat},
    keypairs::worker_of,
    market::{checked_terms, terms, OPEN_WINDOW},
    work::round_seat_opens_at,
    TestContext, HOUR,
};
use assay_market::{
    game::round::RoundKind,
    state::{JobTerms, Source, CHALLENGER},
};

/// The first seat of the first task.
pub const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
/// The first late seat of the first task.
pub const LATE: TaskSeat = TaskSeat { task: 0, seat: 1 };
/// As [`FIRST`], for penalties and awards.
pub const FIRST_PLACE: SeatPlace = SeatPlace {
    task: 0,
    source: Source::Job,
    seat: 0,
};
/// The seat of the check of the first task.
pub const CHECK: SeatPlace = member(Source::Check, 0);
/// The first seat of the round of five about the first task.
pub const MEMBER: SeatPlace = member(Source::Dispute, 0);
/// Who contradicted the result of the first task.
pub const CHALLENGER_PLACE: SeatPlace = member(Source::Dispute, CHALLENGER);
/// Chance with which a check is due for all but one seed in ten thousand, basis points.
pub const DUE: u32 = 9_999;
/// Chance with which a check is due for one seed in ten thousand, basis points.
pub const NOT_DUE: u32 = 1;
/// One late seat in the account of the job and no chance of a check, basis points.
pub const ONE_LATE: u32 = 10_000;
/// Run window of the jobs here, seconds.
pub const RUN: u64 = HOUR;

/// Returns a seat of a check or round of the first task.
pub const fn member(source: Source, seat: u8) -> SeatPlace {
    SeatPlace {
        task: 0,
        source,
        seat,
    }
}

/// Returns a market with workers and a job of alice whose tasks have so many late seats, in basis points.
pub fn posted(checks_bps: u32) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(checks_bps));
    (context, job)
}

/// As [`posted`], with so many tasks.
pub fn posted_tasks(checks_bps: u32, task_count: u32) -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let terms = JobTerms {
        task_count,
        ..checked_terms(checks_bps)
    };
    let job = context.post("alice", terms);
    (context, job)
}

/// Returns another job of alice, of one task with one seat.
pub fn another_job(context: &mut TestContext) -> JobAddresses {
    let other = JobTerms {
        nonce: 1,
        ..terms()
    };
    context.post("alice", other)
}

/// As [`posted`]; bob has contributed 42 to the first seat of the first task just now.
pub fn contributed(checks_bps: u32) -> (TestContext, JobAddresses) {
    let (mut context, job) = posted(checks_bps);
    context.fill_seats(&job, 0, &[("bob", "42")]);
    (context, job)
}

/// Returns a job whose check was due and is open since just now.
pub fn checking() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(DUE);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    (context, job)
}

/// As [`checking`]; carol has given this answer in the check just now.
pub fn checked(answer: &str) -> (TestContext, JobAddresses) {
    let (mut context, job) = checking();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, answer)
        .unwrap();
    (context, job)
}

/// Returns a job with a result of bob's that stands since just now. The requester can still ask for a check.
pub fn standing() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(NOT_DUE);
    context.advance(1);
    context.open(&job, 0, "42").unwrap();
    (context, job)
}

/// As [`standing`]; the requester has asked for a check just now.
pub fn rechecking() -> (TestContext, JobAddresses) {
    let (mut context, job) = standing();
    context.open_check("alice", &job, 0).unwrap();
    (context, job)
}

/// As [`rechecking`]; carol has given this answer in the check just now.
pub fn rechecked(answer: &str) -> (TestContext, JobAddresses) {
    let (mut context, job) = rechecking();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, answer)
        .unwrap();
    (context, job)
}

/// Returns a job with one late seat in which bob said 42 and carol 43 just now.
pub fn split() -> (TestContext, JobAddresses) {
    let (mut context, job) = contributed(ONE_LATE);
    context.claim("carol", &job, LATE).unwrap();
    context.contribute("carol", &job, LATE, "43").unwrap();
    (context, job)
}

/// As [`split`]; the round about it is open since just now.
pub fn disputed_split() -> (TestContext, JobAddresses) {
    let (mut context, job) = split();
    context.open_split("anyone", &job, 0).unwrap();
    (context, job)
}

/// Returns a job in which carol has contradicted bob's answer "lie" with 42 just now.
pub fn challenged() -> (TestContext, JobAddresses) {
    let (mut context, job) = posted(0);
    context.complete_task(&job, 0, &["bob"], "lie");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    (context, job)
}

/// Lets members who are neither bob nor carol give these answers in a round about the first task, and opens `answer`. Returns
/// the members.
pub fn decided(
    context: &mut TestContext,
    job: &JobAddresses,
    source: Source,
    answers: &[&str],
    answer: &str,
) -> Vec<&'static str> {
    let members = context.convene(job, 0, source, answers, &["bob", "carol"]);
    if answers.len() < context.round_view(job, 0, source).seats.len() {
        context.end_round(job, 0, source);
    }
    let opening = context.opening_of(job, 0, source, answer);
    context.decide(job, 0, source, Some(opening)).unwrap();
    members
}

/// As [`challenged`]; a round of five found carol right just now. Returns its members, too.
pub fn overturned() -> (TestContext, JobAddresses, Vec<&'static str>) {
    let (mut context, job) = challenged();
    let members = decided(&mut context, &job, Source::Dispute, &["42"; 5], "42");
    (context, job, members)
}

/// As [`overturned`]; the task has ended.
pub fn ended() -> (TestContext, JobAddresses, Vec<&'static str>) {
    let (mut context, job, members) = overturned();
    context.end_hold(&job);
    (context, job, members)
}

/// As [`ended`]; the dispute is counted and bob's penalty lies in the pot.
pub fn divided() -> (TestContext, JobAddresses, Vec<&'static str>) {
    let (mut context, job, members) = ended();
    context.count_dispute(&job, 0).unwrap();
    context.penalize("bob", &job, FIRST_PLACE).unwrap();
    (context, job, members)
}

/// Returns a job whose drawn check of carol's and bob's first seat said 42, and whose result stands since just now.
pub fn checked_and_opened() -> (TestContext, JobAddresses) {
    let (mut context, job) = checked("42");
    context.open(&job, 0, "42").unwrap();
    (context, job)
}

/// Returns a job whose check of carol's contradicted bob, and in which a round of five found carol right just now. Returns its
/// members, too.
pub fn check_was_right() -> (TestContext, JobAddresses, Vec<&'static str>) {
    let (mut context, job) = checked("43");
    context.open_split("anyone", &job, 0).unwrap();
    let members = decided(&mut context, &job, Source::Dispute, &["43"; 5], "43");
    (context, job, members)
}

/// As [`overturned`]; dave has appealed for bob, 23 of 45 found bob right, and the task has ended. Returns the seats of these 23
/// and who has them.
pub fn appealed() -> (TestContext, JobAddresses, Vec<(u8, &'static str)>) {
    const MAJORITY: usize = 23;
    let (mut context, job, _) = overturned();
    context
        .challenge("dave", &job, 0, RoundKind::Appeal, "lie")
        .unwrap();
    context.draw_round(&job, 0, Source::Appeal).unwrap();
    // In so large a round some seats admit nobody in time.
    let (view, round) = (
        context.job_view(&job),
        context.round_view(&job, 0, Source::Appeal),
    );
    let opens_at = |seat, name: &str| {
        let worker = context.worker_account(name);
        round_seat_opens_at(&view, &round, seat, &worker_of(name), &worker).unwrap()
    };
    let others = ["erin", "frank", "grace", "heidi", "ivan"];
    let earliest = |seat| {
        let times = others.map(|name| (opens_at(seat, name), seat, name));
        times.into_iter().min().unwrap()
    };
    let mut seats: Vec<(i64, u8, &str)> = (0..45).map(earliest).collect();
    seats.sort_unstable();
    seats.truncate(MAJORITY);
    let mut members = Vec::new();
    for (_, seat, name) in seats {
        let place = member(Source::Appeal, seat);
        context.claim_round(name, &job, place).unwrap();
        context.contribute_round(name, &job, place, "lie").unwrap();
        members.push((seat, name));
    }
    context.end_round(&job, 0, Source::Appeal);
    let opening = context.opening_of(&job, 0, Source::Appeal, "lie");
    context
        .decide(&job, 0, Source::Appeal, Some(opening))
        .unwrap();
    (context, job, members)
}

/// Returns a challenge of carol's that nobody came to decide, so that bob's result is paid and unproven.
pub fn given_up() -> (TestContext, JobAddresses) {
    let (mut context, job) = challenged();
    context.end_round(&job, 0, Source::Dispute);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    (context, job)
}

/// Returns a job of two tasks with a check each. That of the first task contradicted bob, and nobody came to its round,
/// which is over.
pub fn two_checks() -> (TestContext, JobAddresses) {
    let (mut context, job) = posted_tasks(DUE, 2);
    for task in 0..2 {
        context.fill_seats(&job, task, &[("bob", "42")]);
        context.advance(1);
        context.open_check("anyone", &job, task).unwrap();
    }
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "43")
        .unwrap();
    context.open_split("anyone", &job, 0).unwrap();
    context.end_round(&job, 0, Source::Dispute);
    (context, job)
}

/// As [`two_checks`], with the round about the first task given up and the task ended without another.
pub fn undecided() -> (TestContext, JobAddresses) {
    let (mut context, job) = two_checks();
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    (context, job)
}
