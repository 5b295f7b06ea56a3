use super::*;
use crate::test_support::{address, seat};
use std::{fs, io::Write, path::Path};

fn result(digest: u8) -> Record {
    let result = StoredResult {
        digest: [digest; 32],
        salt: [2; 32],
        exit_code: 3,
    };
    Record::Result {
        seat: seat(0, 1),
        result,
        at: 40,
    }
}

fn sending(step: Step) -> Record {
    Record::Sending {
        step,
        seats: vec![seat(0, 1)],
        signature: "5sig".into(),
    }
}

fn open(dir: &Path) -> Result<Journal, JournalError> {
    Journal::open(dir, address(1))
}

/// Appends `tail` to the journal's file, as a process does that is killed while it writes a line.
fn tear(dir: &Path, tail: &[u8]) {
    let file = fs::OpenOptions::new()
        .append(true)
        .open(dir.join("journal.jsonl"));
    file.unwrap().write_all(tail).unwrap();
}

#[test]
fn a_journal_reads_back_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path()).unwrap();
    let reached = Record::Reached {
        seat: seat(0, 1),
        step: Step::Committed,
    };
    for record in [
        sending(Step::Claimed),
        result(1),
        Record::Published { seat: seat(0, 1) },
        sending(Step::Committed),
        reached,
    ] {
        journal.append(&record).unwrap();
    }
    let state = journal.state().clone();
    drop(journal);
    let again = open(dir.path()).unwrap();
    assert_eq!(again.state(), &state);
    assert_eq!(state.result(&seat(0, 1)).unwrap().digest, [1; 32]);
    assert!(state.has_reached(&seat(0, 1), Step::Committed));
    assert!(!state.has_reached(&seat(0, 1), Step::Revealed));
    assert!(state.is_published(&seat(0, 1)) && state.unpublished().count() == 0);
}

#[test]
fn a_torn_last_line_is_dropped_and_the_next_line_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    tear(dir.path(), b"{\"record\":\"resul");
    open(dir.path()).unwrap().append(&result(1)).unwrap();
    let journal = open(dir.path()).unwrap();
    assert!(journal.state().result(&seat(0, 1)).is_some());
}

#[test]
fn any_other_damage_is_an_error_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    tear(dir.path(), b"{\"record\":\"resul\n");
    assert!(matches!(
        open(dir.path()),
        Err(JournalError::Damaged { line: 2, .. })
    ));
}

#[test]
fn a_second_result_for_a_seat_is_refused_and_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path()).unwrap();
    journal.append(&result(1)).unwrap();
    journal.append(&result(1)).unwrap();
    let second = journal.append(&result(9));
    assert!(matches!(second, Err(JournalError::ConflictingRecord(_))));
    drop(journal);
    let journal = open(dir.path()).unwrap();
    assert_eq!(journal.state().result(&seat(0, 1)).unwrap().digest, [1; 32]);
}

#[test]
fn nothing_is_committed_or_revealed_without_a_journaled_result() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path()).unwrap();
    for step in [Step::Committed, Step::Revealed] {
        let refused = journal.append(&sending(step));
        assert!(matches!(refused, Err(JournalError::ConflictingRecord(_))));
    }
}

#[test]
fn two_nodes_cannot_share_a_state_directory() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path()).unwrap();
    assert!(matches!(open(dir.path()), Err(JournalError::InUse(_))));
    drop(journal);
    assert!(open(dir.path()).is_ok());
}

#[test]
fn a_journal_serves_one_worker() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let other = Journal::open(dir.path(), address(2));
    assert!(matches!(other, Err(JournalError::WrongWorker { .. })));
}

#[test]
fn compaction_keeps_what_is_wanted_and_forgets_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path()).unwrap();
    for record in [
        result(1),
        Record::Published { seat: seat(0, 1) },
        sending(Step::Committed),
    ] {
        journal.append(&record).unwrap();
    }
    let state = journal.state().clone();
    journal.compact(|_, at| at == Some(40)).unwrap();
    assert_eq!(journal.state(), &state);
    journal.append(&sending(Step::Revealed)).unwrap();
    journal.compact(|_, _| false).unwrap();
    drop(journal);
    let journal = open(dir.path()).unwrap();
    assert_eq!(journal.state().result(&seat(0, 1)), None);
    assert_eq!(journal.state().worker(), Some(address(1)));
}
