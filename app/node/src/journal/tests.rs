use super::*;
use crate::{
    seat_id::SeatAccount,
    test_support::{address, seat, task},
};
use std::{fs, io::Write, path::Path};

fn result(digest: u8) -> Record {
    let result = StoredResult {
        digest: [digest; 32],
        exit_code: 3,
        fuel_used: 9,
        memory_hash: [2; 32],
    };
    Record::Result {
        task: task(0),
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
        step: Step::Contributed,
    };
    for record in [
        sending(Step::Claimed),
        result(1),
        Record::Published { task: task(0) },
        sending(Step::Contributed),
        reached,
    ] {
        journal.append(&record).unwrap();
    }
    let state = journal.state().clone();
    drop(journal);
    let again = open(dir.path()).unwrap();
    assert_eq!(again.state(), &state);
    assert_eq!(state.result(&task(0)).unwrap().digest, [1; 32]);
    assert!(state.has_reached(&seat(0, 1), Step::Contributed));
    assert!(!state.has_reached(&seat(0, 1), Step::Collected));
    assert!(state.is_published(&task(0)) && state.unpublished().count() == 0);
}

#[test]
fn a_torn_last_line_is_dropped_and_the_next_line_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    tear(dir.path(), b"{\"record\":\"resul");
    open(dir.path()).unwrap().append(&result(1)).unwrap();
    let journal = open(dir.path()).unwrap();
    assert!(journal.state().result(&task(0)).is_some());
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
    assert_eq!(journal.state().result(&task(0)).unwrap().digest, [1; 32]);
}

#[test]
fn nothing_is_contributed_without_a_journaled_result() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path()).unwrap();
    journal.append(&sending(Step::Claimed)).unwrap();
    let refused = journal.append(&sending(Step::Contributed));
    assert!(matches!(refused, Err(JournalError::ConflictingRecord(_))));
}

#[test]
fn every_seat_of_a_task_delivers_the_same_result_and_each_round_has_its_own_memory_hash() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path()).unwrap();
    let memory = |account, byte| Record::Memory {
        task: task(0),
        account,
        memory: [byte; 32],
    };
    journal.append(&result(1)).unwrap();
    for record in [
        memory(SeatAccount::Dispute, 4),
        memory(SeatAccount::Appeal, 5),
    ] {
        journal.append(&record).unwrap();
    }
    let second = journal.append(&memory(SeatAccount::Dispute, 6));
    assert!(matches!(second, Err(JournalError::ConflictingRecord(_))));
    drop(journal);
    let mut journal = open(dir.path()).unwrap();
    journal.compact(|_, _| true).unwrap();
    let state = journal.state();
    assert_eq!(state.memory(&task(0), SeatAccount::Dispute), Some([4; 32]));
    assert_eq!(state.memory(&task(0), SeatAccount::Appeal), Some([5; 32]));
    assert_eq!(state.memory(&task(0), SeatAccount::Check), None);
    for other in [0, 1] {
        let id = seat(0, other).task_id();
        assert_eq!(state.result(&id).unwrap().digest, [1; 32]);
    }
}

#[test]
fn a_watcher_remembers_its_key_and_what_it_found_right() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path()).unwrap();
    let checked = Record::Checked {
        task: task(0),
        digest: [1; 32],
    };
    for record in [Record::WatchKey { key: [8; 32] }, checked] {
        journal.append(&record).unwrap();
    }
    journal.compact(|_, _| true).unwrap();
    drop(journal);
    let journal = open(dir.path()).unwrap();
    assert_eq!(journal.state().watch_key(), Some([8; 32]));
    assert!(journal.state().has_checked(&task(0), &[1; 32]));
    assert!(
        !journal.state().has_checked(&task(0), &[2; 32]),
        "another digest stands"
    );
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
    assert!(matches!(other, Err(JournalError::WrongOwner { .. })));
}

#[test]
fn compaction_keeps_what_is_wanted_and_forgets_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = open(dir.path()).unwrap();
    for record in [
        result(1),
        Record::Published { task: task(0) },
        sending(Step::Contributed),
    ] {
        journal.append(&record).unwrap();
    }
    let state = journal.state().clone();
    journal.compact(|_, at| at == Some(40)).unwrap();
    assert_eq!(journal.state(), &state);
    journal.append(&sending(Step::Collected)).unwrap();
    journal.compact(|_, _| false).unwrap();
    drop(journal);
    let journal = open(dir.path()).unwrap();
    assert_eq!(journal.state().result(&task(0)), None);
    assert_eq!(journal.state().worker(), Some(address(1)));
}
