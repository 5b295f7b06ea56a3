use super::*;
use crate::{
    journal::Book,
    sample::{job, set, someone},
    step::Stage,
};
use assay_client::JobView;
use assay_content::{ContentHash, JobUrls, Manifest, StoreConfig};
use assay_market::state::SeatState;
use assay_runner::WasmRunner;
use std::{fs, path::Path};

const LONG: Duration = Duration::from_secs(10);

const ENDLESS: &str =
    r#"(module (memory (export "memory") 1) (func (export "_start") (loop $on (br $on))))"#;

fn store(dir: &Path) -> ContentStore {
    let mut config = StoreConfig::new(dir);
    config.job_urls = JobUrls::Deny;
    ContentStore::open(config).unwrap()
}

/// A job that never ends, whose content is in the cache, with a seat that someone has claimed.
fn claimed(dir: &Path) -> (JobView, Claimed) {
    let keep = |content: &[u8]| {
        let name = ContentHash::of(content);
        fs::write(dir.join(name.to_string()), content).unwrap();
        name
    };
    let mut job = job(1);
    let manifest = Manifest::new(vec![keep(b"input"); 1]).unwrap();
    job.header.module = keep(&wat::parse_str(ENDLESS).unwrap()).bytes();
    job.header.segments[0].manifest = keep(&manifest.encode()).bytes();
    job.header.fuel = u64::MAX.into();
    job.header.memory_bytes = (1 << 20).into();
    set(&mut job, 0, someone(1), SeatState::Claimed, [0; 32]);
    match Stage::of(&job, 0, &someone(1), &Book::default()) {
        Some(Stage::Claimed(claimed)) => (job, claimed),
        other => panic!("{other:?}"),
    }
}

/// What came of a run that was thought to take so long and was stopped at its deadline soon after it began; and whether
/// other tasks of its job are still taken on.
fn stopped(takes: Duration) -> (AssignmentError, bool) {
    let dir = tempfile::tempdir().unwrap();
    let (job, claimed) = claimed(dir.path());
    let shelves = Shelves {
        store: store(dir.path()),
        cache: store(dir.path()),
    };
    let runner = Arc::new(WasmRunner::new(LONG).unwrap());
    let mut workshop = Workshop::start(shelves, runner, 1, LONG);
    let seat = claimed.seat();
    let order = Order {
        assignment: Assignment::of(&job, seat.task).unwrap(),
        claimed,
        until: Instant::now() + Duration::from_millis(500),
        takes,
    };
    workshop.run(order).unwrap();
    let ran = workshop.finished(LONG).unwrap().unwrap();
    let goes_on = workshop.is_unknown((seat.job, seat.task + 1));
    (ran.outcome.unwrap_err(), goes_on)
}

#[test]
fn a_run_ends_at_its_deadline_and_a_job_that_had_its_time_is_left_alone() {
    let (error, goes_on) = stopped(Duration::ZERO);
    assert!(error.is_slowness() && !goes_on, "{error}");
}

#[test]
fn a_run_that_began_late_says_nothing_about_its_job() {
    let (error, goes_on) = stopped(LONG);
    let is_late = matches!(error, AssignmentError::StartedLate { .. });
    assert!(is_late && goes_on, "{error}");
}
