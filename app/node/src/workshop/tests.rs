use super::*;
use crate::{
    journal::Book,
    sample::{job, set, someone},
    step::Stage,
};
use assay_client::JobView;
use assay_market::state::SlotState;
use assay_runner::{ContentHash, Hints, Manifest, RunnerError, StoreConfig, Work};
use std::{fs, path::Path, sync::mpsc};

const LONG: Duration = Duration::from_secs(10);

/// Tells until when it may run, and says that it was stopped after `after`.
struct Late {
    told: mpsc::Sender<Option<Instant>>,
    after: Duration,
}

impl Runner for Late {
    fn run(&self, work: &Work<'_>) -> Result<Outcome, RunnerError> {
        self.told.send(work.until).unwrap();
        Err(RunnerError::TooLate { after: self.after })
    }
}

fn store(dir: &Path) -> ContentStore {
    let mut config = StoreConfig::new(dir);
    config.hints = Hints::Ignore;
    ContentStore::open(config).unwrap()
}

/// A job whose content is in the cache, with a slot that someone has claimed.
fn claimed(dir: &Path) -> (JobView, Claimed) {
    let keep = |content: &[u8]| {
        let name = ContentHash::of(content);
        fs::write(dir.join(name.to_string()), content).unwrap();
        name
    };
    let mut job = job(1);
    let manifest = Manifest::new(vec![keep(b"input"); 1]).unwrap();
    job.header.module = keep(b"module").bytes();
    job.header.segments[0].manifest = keep(&manifest.encode()).bytes();
    job.header.run_window = 100.into();
    set(&mut job, 0, someone(1), SlotState::Claimed, [0; 32]);
    match Stage::of(&job, 0, &someone(1), &Book::default()) {
        Some(Stage::Claimed(claimed)) => (job, claimed),
        other => panic!("{other:?}"),
    }
}

/// Whether the job is still taken on after one of its tasks was stopped at its deadline, `after` seconds into the run.
fn goes_on(after: u64) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let (job, claimed) = claimed(dir.path());
    let shelves = Shelves {
        store: store(dir.path()),
        cache: store(dir.path()),
    };
    let (told, heard) = mpsc::channel();
    let after = Duration::from_secs(after);
    let mut workshop = Workshop::start(shelves, Arc::new(Late { told, after }), 1, LONG);
    let slot = claimed.slot();
    let until = Instant::now() + LONG;
    let assignment = Assignment::of(&job, slot.task).unwrap();
    workshop.run(claimed, assignment, until).unwrap();
    let ran = workshop.finished(LONG).unwrap().unwrap();
    assert!(ran.outcome.is_err());
    assert_eq!(heard.recv().unwrap(), Some(until));
    workshop.is_unknown((slot.job, slot.task + 1))
}

#[test]
fn a_run_knows_its_deadline_and_a_job_that_took_all_its_time_is_left_alone() {
    assert!(!goes_on(60));
}

#[test]
fn a_run_that_began_late_says_nothing_about_its_job() {
    assert!(goes_on(40));
}
