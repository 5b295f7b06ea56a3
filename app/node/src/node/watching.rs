//! The watcher: runs a share of all open results again and challenges those that are wrong.

use super::Node;
use crate::{
    action::Action,
    error::NodeError,
    event::NodeEvent,
    executor::Goal,
    journal::{Record, StoredResult},
    policy::is_in_share,
    posting::Posting,
    retry::RetryKey,
    seat_id::{SeatId, TaskId},
};
use assay_client::instruction::market::{self, OpenRoundParams, SeatPlace};
use assay_content::TaskResult;
use assay_market::{
    game::{contribution::Contribution, round::RoundKind, Phase},
    state::{Source, CHALLENGER},
};
use std::time::Duration;

/// An open result that can be challenged.
struct Open {
    posting: usize,
    task: u32,
    kind: RoundKind,
    digest: [u8; 32],
    /// When its hold ends, Unix seconds.
    until: i64,
}

impl Node<'_> {
    /// Runs open results of all jobs again, those first whose hold ends first, and challenges what is wrong. `share_bps`
    /// basis points of them are chosen.
    pub(super) fn watch(&mut self, postings: &[Posting], share_bps: u16) -> Result<(), NodeError> {
        let key = self.watch_key()?;
        let mut open: Vec<Open> = Vec::new();
        for (index, posting) in postings.iter().enumerate() {
            open.extend(open_results(posting, index, self.now));
        }
        open.sort_by_key(|open| open.until);
        for open in open {
            let Some(posting) = postings.get(open.posting) else {
                continue;
            };
            let id = posting.id().task(open.task);
            let journal = self.sender.journal.state();
            match journal.result(&id) {
                Some(result) if result.digest != open.digest => {
                    let challenged = self.challenge(posting, &open, &result);
                    self.continue_on_local_error(challenged)?;
                }
                Some(_) => {}
                None if journal.has_checked(&id, &open.digest) => {}
                None if is_in_share(&key, &id, &open.digest, share_bps) => {
                    self.run_again(posting, &open)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Returns the secret that decides which results are run again, and chooses it at the first call.
    fn watch_key(&mut self) -> Result<[u8; 32], NodeError> {
        if let Some(key) = self.sender.journal.state().watch_key() {
            return Ok(key);
        }
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| NodeError::Random(error.to_string()))?;
        self.sender.journal.append(&Record::WatchKey { key })?;
        Ok(key)
    }

    fn run_again(&mut self, posting: &Posting, open: &Open) -> Result<(), NodeError> {
        let id = posting.id().task(open.task);
        if self.executor.idle_runners() == 0 {
            return Ok(());
        }
        if self.estimate(&posting.job).is_none() {
            self.report_unwatchable(id, "the options of this watcher exclude its job".into());
            return Ok(());
        }
        // The challenge is sent in the margin before the hold ends.
        let margin = i64::try_from(self.config.margin.as_secs()).unwrap_or(i64::MAX);
        let deadline = open.until.saturating_sub(margin);
        if deadline <= self.now {
            self.report_unwatchable(id, "its hold ends too soon".into());
            return Ok(());
        }
        let seat = challenger(posting, open);
        if let Some(run) = self.run_request(posting, seat, Goal::Result, deadline) {
            if self.executor.start_run(run)? {
                self.watched.insert(id, open.digest);
            }
        }
        Ok(())
    }

    /// Reports what a run of an open result found. Returns false if the result is right, so that it need not be kept.
    pub(super) fn record_watched(
        &mut self,
        task: TaskId,
        result: &TaskResult,
    ) -> Result<bool, NodeError> {
        let digest = StoredResult::of(result).digest;
        let open = self.watched.remove(&task).unwrap_or(digest);
        let agrees = open == digest;
        if agrees {
            self.sender
                .journal
                .append(&Record::Checked { task, digest })?;
        }
        self.sender.emit(NodeEvent::TaskChecked {
            task,
            agrees,
            digest,
        });
        Ok(!agrees)
    }

    /// Reports, once, that an open result cannot be run again now. It is tried again while it can be challenged.
    pub(super) fn report_unwatchable(&mut self, task: TaskId, reason: String) {
        self.watched.remove(&task);
        if self.unwatchable.insert(task) {
            self.sender.emit(NodeEvent::TaskUnchecked { task, reason });
        }
    }

    /// Contradicts an open result under the worker's bond. The journal has the result that the node takes to be right.
    fn challenge(
        &mut self,
        posting: &Posting,
        open: &Open,
        result: &StoredResult,
    ) -> Result<(), NodeError> {
        let (id, header) = (posting.id().task(open.task), &posting.job.header);
        let key = RetryKey::Challenge(id);
        // Whoever contradicts needs members for the round that can run the task.
        self.give_out(posting, id)?;
        if !self.may_contribute(&id, open.until) || !self.is_ready(key, Duration::ZERO) {
            return Ok(());
        }
        let covered = header
            .challenge_bond(open.kind.seats())
            .and_then(|(bond, lie)| self.worker.clone().lock_challenge(bond, lie, self.now));
        if covered.is_err() {
            if self.unwatchable.insert(id) {
                let reason = format!(
                    "the result of {id} is wrong, but the collateral of this worker, or a limit of its owner, allows no challenge"
                );
                self.sender.emit(NodeEvent::Warning { reason });
            }
            return Ok(());
        }
        let worker = self.sender.worker;
        let digest = result.digest;
        let contribution = Contribution::new(&header.seed, open.task, &worker, &digest);
        let first = posting.job.task(open.task).first();
        let instructions = market::open_round(&OpenRoundParams {
            payer: self.sender.node_key(),
            job: posting.job.address,
            task: open.task,
            kind: open.kind,
            first_worker: first.map(|first| first.worker).unwrap_or_default(),
            stake_mint: self.stake_mint,
            challenge: Some((worker, header.seed, contribution)),
        });
        let seat = challenger(posting, open);
        let mut action = Action::new(key, instructions);
        action.step = Some((seat, crate::journal::Step::Contributed));
        action.events = vec![NodeEvent::ChallengeSent { seat, digest }];
        action.time_left = Some(self.time_until(open.until));
        action.window = Some(Duration::from_secs(u64::from(header.hold.get())));
        self.send_actions(vec![action])
    }
}

/// Returns the seat of whoever challenges an open result.
fn challenger(posting: &Posting, open: &Open) -> SeatId {
    posting.id().seat(SeatPlace {
        task: open.task,
        source: match open.kind {
            RoundKind::Dispute => Source::Dispute,
            RoundKind::Appeal => Source::Appeal,
        },
        seat: CHALLENGER,
    })
}

/// Returns the open results of a job that can be challenged at `now`.
fn open_results(posting: &Posting, index: usize, now: i64) -> Vec<Open> {
    let job = &posting.job;
    let tasks = 0..job.header.task_count.get();
    let standing = tasks.filter(|task| job.phase(*task, now) == Phase::Standing);
    let open = standing.filter_map(|task| {
        let kind = match job.rounds(task) {
            0 => RoundKind::Dispute,
            1 => RoundKind::Appeal,
            _ => return None,
        };
        Some(Open {
            posting: index,
            task,
            kind,
            digest: job.digest(task)?,
            until: job.header.unix_time(job.task(task).first()?.until.get()),
        })
    });
    open.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, posting, set_seat};
    use assay_market::game::{task::flag, SeatState};

    #[test]
    fn only_results_that_stand_can_be_challenged_and_twice_at_most() {
        let mut posting = posting(4);
        for (task, phase, rounds) in [
            (0, Phase::Standing, 0),
            (1, Phase::Running, 0),
            (2, Phase::Standing, 1),
            (3, Phase::Standing, 2),
        ] {
            set_seat(&mut posting.job, task * 2, address(1), SeatState::Accepted);
            let first = &mut posting.job.seats[task * 2];
            (first.phase, first.rounds) = (phase as u8, rounds);
            first.flags = flag::OPEN;
            first.until = 500.into();
        }
        let open = |now| {
            let open = open_results(&posting, 0, now);
            open.iter().map(|o| (o.task, o.kind)).collect::<Vec<_>>()
        };
        let expected = [(0, RoundKind::Dispute), (2, RoundKind::Appeal)];
        assert_eq!(open(499), expected);
        assert!(open(500).is_empty(), "the hold is over");
    }
}
