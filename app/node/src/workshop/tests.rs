use super::*;
use crate::{
    journal::Book,
    sample::{job, set, someone},
    step::Stage,
};
use assay_client::JobView;
use assay_market::state::SlotState;
use assay_runner::{ContentHash, Hints, Manifest, StoreConfig, WasmRunner};
use std::{fs, path::Path};

const LONG: Duration = Duration::from_secs(10);

const ENDLESS: &str =
    r#"(module (memory (export "memory") 1) (func (export "_start") (loop $on (br $on))))"#;

fn store(dir: &Path) -> ContentStore {
    let mut config = StoreConfig::new(dir);
    config.hints = Hints::Ignore;
    ContentStore::open(config).unwrap()
}

/// A job that never ends and has to within four seconds, whose content is in the cache, with a slot that someone has claimed.
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
    job.header.run_window = 4.into();
    job.header.fuel = u64::MAX.into();
    job.header.memory_bytes = (1 << 20).into();
    set(&mut job, 0, someone(1), SlotState::Claimed, [0; 32]);
    match Stage::of(&job, 0, &someone(1), &Book::default()) {
        Some(Stage::Claimed(claimed)) => (job, claimed),
        other => panic!("{other:?}"),
    }
}

/// Whether the job is still taken on after one of its tasks was stopped at its deadline, so long after it began.
fn goes_on(milliseconds: u64) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let (job, claimed) = claimed(dir.path());
    let shelves = Shelves {
        store: store(dir.path()),
        cache: store(dir.path()),
    };
    let runner = Arc::new(WasmRunner::new(LONG).unwrap());
    let mut workshop = Workshop::start(shelves, runner, 1, LONG);
    let slot = claimed.slot();
    let until = Instant::now() + Duration::from_millis(milliseconds);
    let assignment = Assignment::of(&job, slot.task).unwrap();
    workshop.run(claimed, assignment, until).unwrap();
    let ran = workshop.finished(LONG).unwrap().unwrap();
    assert!(ran.outcome.is_err());
    workshop.is_unknown((slot.job, slot.task + 1))
}

#[test]
fn a_run_ends_at_its_deadline_and_a_job_that_took_all_its_time_is_left_alone() {
    assert!(!goes_on(3_600));
}

#[test]
fn a_run_that_began_late_says_nothing_about_its_job() {
    assert!(goes_on(800));
}
