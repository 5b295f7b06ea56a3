//! Brings results to the blob stores, so that the node's loop only asks whether they are there.

use crate::{
    crew::Crew,
    error::NodeError,
    outputs::Outputs,
    patience::{Matter, Patience},
    seat_id::{JobId, SeatId},
};
use assay_content::{publish_result, ContentStore, TaskResult};
use assay_runner::RunnerError;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

/// Results uploaded to one store at the same time.
const UPLOADS: usize = 2;
/// How long the pay for a result waits until the result is uploaded: who sees a job paid finds its results.
pub const UPLOAD_FIRST: Duration = Duration::from_secs(30);

/// What became of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// Every store has it.
    Done,
    /// Its output is not on this disk any more.
    Gone,
}

type Answer = Result<Upload, NodeError>;

/// One store, with threads and a pace of its own: one that is down holds up no other.
struct Branch {
    crew: Crew<SeatId, (SeatId, u32), Answer>,
    under_way: HashSet<SeatId>,
    has: HashSet<SeatId>,
}

pub struct Publisher {
    branches: Vec<Branch>,
    /// Which stores to leave alone for now.
    patience: Patience,
}

impl Publisher {
    /// Uploads `outputs`, each to all of `stores`.
    pub fn start(outputs: &Outputs, stores: Vec<ContentStore>) -> Self {
        let branch = |store: ContentStore| {
            let outputs = outputs.clone();
            let upload = move |(seat, exit_code): (SeatId, u32)| {
                let Some(output) = outputs.read(&seat)? else {
                    return Ok(Upload::Gone);
                };
                publish_result(&store, &TaskResult { exit_code, output })?;
                Ok(Upload::Done)
            };
            Branch {
                crew: Crew::start(UPLOADS, upload),
                under_way: HashSet::new(),
                has: HashSet::new(),
            }
        };
        Self {
            branches: stores.into_iter().map(branch).collect(),
            patience: Patience::default(),
        }
    }

    /// Begins to upload a seat's result to the stores that do not have it, as far as they take something now.
    pub fn publish(&mut self, seat: SeatId, exit_code: u32) -> Result<(), NodeError> {
        for (place, branch) in self.branches.iter_mut().enumerate() {
            let is_asked = branch.has.contains(&seat) || branch.under_way.contains(&seat);
            let matter = Matter::Store(place);
            let takes = branch.crew.idle() > 0 && !self.patience.waits(matter, Instant::now());
            if !is_asked && takes {
                branch.under_way.insert(seat);
                branch.crew.give(seat, (seat, exit_code))?;
            }
        }
        Ok(())
    }

    /// What is news since the last question: results that every store has, or none will get, and what went wrong.
    pub fn news(&mut self) -> Result<Vec<(SeatId, Answer)>, NodeError> {
        let mut news = Vec::new();
        for place in 0..self.branches.len() {
            let matter = Matter::Store(place);
            while let Some((seat, answer)) = self.take(place)? {
                let crashed = || Err(RunnerError::HostError("the upload crashed".into()).into());
                match answer.unwrap_or_else(crashed) {
                    Ok(Upload::Done) => {
                        self.patience.done(matter);
                        if self
                            .branches
                            .iter()
                            .all(|branch| branch.has.contains(&seat))
                        {
                            news.push((seat, Ok(Upload::Done)));
                        }
                    }
                    Ok(Upload::Gone) => news.push((seat, Ok(Upload::Gone))),
                    Err(error) => {
                        let left = Some(UPLOAD_FIRST);
                        self.patience.failed(matter, left, Instant::now());
                        news.push((seat, Err(error)));
                    }
                }
            }
        }
        Ok(news)
    }

    /// The next answer of a store about a job that lives.
    fn take(&mut self, place: usize) -> Result<Option<(SeatId, Option<Answer>)>, NodeError> {
        let Some(branch) = self.branches.get_mut(place) else {
            return Ok(None);
        };
        while let Some((seat, answer)) = branch.crew.take(Duration::ZERO)? {
            if !branch.under_way.remove(&seat) {
                continue;
            }
            if matches!(answer, Some(Ok(Upload::Done))) {
                branch.has.insert(seat);
            }
            return Ok(Some((seat, answer)));
        }
        Ok(None)
    }

    /// Forgets the results of jobs that `lives` does not know.
    pub fn forget_jobs(&mut self, lives: impl Fn(&JobId) -> bool) {
        for branch in &mut self.branches {
            branch.under_way.retain(|seat| lives(&seat.job));
            branch.has.retain(|seat| lives(&seat.job));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::seat;
    use assay_content::{JobUrls, StoreConfig};
    use std::{path::Path, thread};

    /// A publisher to one store, at which nothing listens.
    fn publisher(dir: &Path, outputs: &Outputs) -> Publisher {
        let mut config = StoreConfig::new(dir.join("content"));
        config.job_urls = JobUrls::Deny;
        config.blob_stores = vec!["http://127.0.0.1:9".to_owned()];
        Publisher::start(outputs, vec![ContentStore::open(config).unwrap()])
    }

    fn next(publisher: &mut Publisher) -> (SeatId, Answer) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if let Some(news) = publisher.news().unwrap().pop() {
                return news;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("no news");
    }

    #[test]
    fn a_store_that_fails_is_told_and_left_alone_for_a_while() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = Outputs::open(dir.path().join("outputs")).unwrap();
        let mut publisher = publisher(dir.path(), &outputs);
        outputs.keep(&seat(0, 0), b"result").unwrap();
        publisher.publish(seat(0, 0), 0).unwrap();
        let (failed, answer) = next(&mut publisher);
        assert!(failed == seat(0, 0) && answer.is_err());
        publisher.publish(seat(0, 0), 0).unwrap();
        assert!(publisher.branches[0].under_way.is_empty());
    }

    #[test]
    fn an_output_that_is_gone_is_told_once_and_not_of_a_job_that_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let outputs = Outputs::open(dir.path().join("outputs")).unwrap();
        let mut publisher = publisher(dir.path(), &outputs);
        publisher.publish(seat(0, 0), 0).unwrap();
        publisher.forget_jobs(|_| false);
        publisher.publish(seat(0, 1), 0).unwrap();
        let (gone, answer) = next(&mut publisher);
        assert_eq!(gone, seat(0, 1));
        assert!(matches!(answer, Ok(Upload::Gone)));
        assert!(publisher.news().unwrap().is_empty());
    }
}
