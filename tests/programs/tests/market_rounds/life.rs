//! A task from a wrong result over its challenge to the last award.

use assay_harness::{instruction::market::SeatPlace, market::terms, TestContext};
use assay_market::{
    game::{round::RoundKind, Phase},
    state::{Source, CHALLENGER},
};

const MEMBERS: [(&str, &str); 5] = [
    ("dave", "42"),
    ("erin", "42"),
    ("frank", "42"),
    ("grace", "42"),
    ("heidi", "42"),
];

#[test]
fn a_wrong_result_is_challenged_overturned_penalized_and_its_accounts_closed() {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "lie");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    context
        .play_round(&job, 0, Source::Dispute, &MEMBERS, "42")
        .unwrap();
    context.end_hold(&job);
    assert_eq!(context.phase(&job, 0), Phase::Final);
    context.count_dispute(&job, 0).unwrap();
    let place = |source, seat| SeatPlace {
        task: 0,
        source,
        seat,
    };
    context.penalize("bob", &job, place(Source::Job, 0)).unwrap();
    context
        .award("carol", &job, place(Source::Dispute, CHALLENGER))
        .unwrap();
    for (seat, (name, _)) in (0u8..).zip(MEMBERS) {
        context
            .award(name, &job, place(Source::Dispute, seat))
            .unwrap();
    }
    context.close_round(&job, 0, Source::Dispute).unwrap();
    context.close("alice", &job).unwrap();
}
