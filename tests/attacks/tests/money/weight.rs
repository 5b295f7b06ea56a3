use super::{checked, finished, money_of};
use assay_harness::{
    instruction::market::JobAddresses,
    market::{checked_terms, terms, OPEN_WINDOW, PRICE, TALLY_WINDOW},
    TestContext,
};
use assay_market::{
    event::{CheckCollected, Collected},
    game::Phase,
    state::JobTerms,
};

/// Returns the weight that the actor's worker has in an epoch.
fn weight_of(context: &TestContext, name: &str, epoch: u64) -> u64 {
    let worker = context.worker_account(name);
    worker.work(epoch).map_or(0, |work| work.weight.get())
}

/// Collects one seat. Returns the weight that it brought.
fn collect(context: &mut TestContext, name: &str, job: &JobAddresses, seat: u32) -> u64 {
    let result = context.collect(name, job, &[seat]).unwrap();
    result.event::<Collected>().weight.get()
}

#[test]
fn earns_weight_for_an_unproven_result() {
    // Loss if it worked: emission for what nobody verified.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", checked_terms(10_000));
    context.fill_seats(&job, 0, &[("bob", "42"), ("carol", "lie")]);
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Unproven);

    for (seat, name) in [(0, "bob"), (1, "carol")] {
        assert_eq!(collect(&mut context, name, &job, seat), 0);
        assert_eq!(weight_of(&context, name, 0), 0);
        assert_eq!(money_of(&mut context, name, &job), PRICE);
    }

    let header = context.job(&job).0;
    assert!(header.weight.get() > 0);
    assert_eq!(header.fees_due.get(), 0);
}

#[test]
fn saves_work_for_an_idle_epoch() {
    // Loss if it worked: the whole emission of an epoch in which nobody else worked.
    let mut context = TestContext::with_workers();
    let job = finished(
        &mut context,
        JobTerms {
            task_count: 2,
            ..terms()
        },
        &["bob"],
    );
    context.complete_task(&job, 1, &["bob"], "42");
    context.end_hold(&job);
    let weight = context.job(&job).0.weight.get();
    context.advance_to_epoch(1);

    let in_the_window = collect(&mut context, "bob", &job, 0);
    context.advance(TALLY_WINDOW);
    let after_it = collect(&mut context, "bob", &job, 1);

    assert_eq!((in_the_window, after_it), (weight, 0));
    assert_eq!(weight_of(&context, "bob", 0), weight);
    assert_eq!(weight_of(&context, "bob", 1), 0);
    assert_eq!(money_of(&mut context, "bob", &job), 2 * PRICE);
}

#[test]
fn multiplies_the_weight_of_a_task() {
    // Loss if it worked: whoever checks its own work draws the emission of it several times.
    let mut context = TestContext::with_workers();
    let job = checked(&mut context, checked_terms(19_999), &["bob", "dave"]);
    context.end_hold(&job);
    let weight = context.job(&job).0.weight.get();

    let first = collect(&mut context, "bob", &job, 0);
    let late = collect(&mut context, "dave", &job, 1);
    let result = context.collect_check("carol", &job, 0).unwrap();
    let check = result.event::<CheckCollected>().weight.get();

    assert_eq!([first, late, check], [weight / 3; 3]);
    assert!(first > 0 && first + late + check <= weight);
}
