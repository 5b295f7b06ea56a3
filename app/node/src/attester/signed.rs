//! The digests that an attester has signed. There is never more than one for a task of a posting.

use crate::{
    journal::{JournalError, LineFile},
    seat_id::TaskId,
    serde_ext,
};
use assay_client::{Address, Keypair, Signature, Signer as _};
use assay_market::state::Attestation;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, path::Path};

/// A line of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
enum Record {
    /// The first line: the key whose journal this is.
    Opened {
        #[serde(with = "serde_ext::address")]
        key: Address,
    },
    /// The only digest that the key will ever sign for the task, for whatever worker.
    Signing {
        #[serde(flatten)]
        task: TaskId,
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
    },
}

/// What the lines say together.
#[derive(Debug, Default)]
struct State {
    key: Option<Address>,
    digests: HashMap<TaskId, [u8; 32]>,
}

impl State {
    fn apply(&mut self, record: &Record) -> Result<(), String> {
        match record {
            Record::Opened { key } => match self.key.replace(*key) {
                Some(other) if other != *key => Err(format!("it belongs to {other}, not to {key}")),
                _ => Ok(()),
            },
            Record::Signing { task, digest } => {
                let first = self.digests.entry(*task).or_insert(*digest);
                if first != digest {
                    return Err(format!("a second digest for {task}"));
                }
                Ok(())
            }
        }
    }
}

/// The journal of what a key has signed. It grows by a line of about 230 bytes for each task and is never shortened: the
/// promise not to sign a second digest has no end.
#[derive(Debug)]
pub struct SignedDigests {
    file: LineFile,
    state: State,
    /// The disk has failed, so nobody knows whether the last line is on it.
    is_broken: bool,
}

/// An attestation whose digest is in the journal. Only [`SignedDigests::journal`] makes one.
#[must_use]
pub struct Journaled<'a>(&'a Attestation);

impl Journaled<'_> {
    /// Signs the message.
    pub fn sign(self, key: &Keypair) -> Signature {
        key.sign_message(&self.0.message())
    }
}

impl SignedDigests {
    /// Opens the journal of `key` in the directory `dir`. Creates both if they are missing.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn open(dir: &Path, key: Address) -> Result<Self, JournalError> {
        let mut state = State::default();
        let file = LineFile::open(dir, "signed.jsonl", |record| state.apply(record))?;
        let mut journal = Self {
            file,
            state,
            is_broken: false,
        };
        match journal.state.key {
            Some(found) if found != key => Err(JournalError::WrongOwner {
                path: journal.file.path().to_owned(),
                found,
                expected: key,
            }),
            Some(_) => Ok(journal),
            None => {
                journal.append(&Record::Opened { key })?;
                Ok(journal)
            }
        }
    }

    /// Returns the digest that the key has signed for a task, if it has signed one.
    pub fn get(&self, task: &TaskId) -> Option<[u8; 32]> {
        self.state.digests.get(task).copied()
    }

    /// Returns the number of tasks with a signed digest.
    pub fn count(&self) -> usize {
        self.state.digests.len()
    }

    /// Makes the digest of `attestation` the only one of its task. It is on disk when this returns.
    ///
    /// # Errors
    /// [`JournalError::ConflictingRecord`], with nothing written, if another digest was signed. [`JournalError::Disk`], now and
    /// from now on.
    pub fn journal<'a>(
        &mut self,
        task: TaskId,
        attestation: &'a Attestation,
    ) -> Result<Journaled<'a>, JournalError> {
        let digest = attestation.digest;
        if self.is_broken || self.get(&task) != Some(digest) {
            self.append(&Record::Signing { task, digest })?;
        }
        Ok(Journaled(attestation))
    }

    fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        if self.is_broken {
            let reason = std::io::Error::other("an earlier line could not be written");
            let path = self.file.path().to_owned();
            return Err(JournalError::Disk { path, reason });
        }
        self.state
            .apply(record)
            .map_err(JournalError::ConflictingRecord)?;
        let written = self.file.append(record);
        self.is_broken = written.is_err();
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, task};
    use std::fs;

    fn attestation(digest: u8, worker: u8) -> Attestation {
        Attestation {
            genesis_hash: [1; 32],
            job: address(2),
            job_seed: [3; 32],
            task: 4,
            worker: address(worker),
            set: address(6),
            digest: [digest; 32],
            fuel_used: 8,
            energy_mj: 0,
            expires_at: 10,
        }
    }

    fn open(dir: &Path) -> SignedDigests {
        SignedDigests::open(dir, address(1)).unwrap()
    }

    #[test]
    fn a_second_digest_is_refused_for_ever_and_the_same_one_signed_for_every_worker() {
        let dir = tempfile::tempdir().unwrap();
        let mut signed = open(dir.path());
        assert!(signed.journal(task(0), &attestation(7, 5)).is_ok());
        // As after a kill between the journal and the answer.
        drop(signed);
        let mut signed = open(dir.path());
        assert_eq!(signed.get(&task(0)), Some([7; 32]));
        let other = attestation(8, 5);
        let second = signed.journal(task(0), &other);
        assert!(matches!(second, Err(JournalError::ConflictingRecord(_))));
        assert!(signed.journal(task(0), &attestation(7, 9)).is_ok());
        assert!(signed.journal(task(1), &attestation(8, 5)).is_ok());
        let text = fs::read_to_string(dir.path().join("signed.jsonl")).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
    }

    #[test]
    fn a_signature_is_over_the_message_of_what_was_journaled() {
        let dir = tempfile::tempdir().unwrap();
        let (mut signed, key) = (open(dir.path()), Keypair::new());
        let attestation = attestation(7, 5);
        let signature = signed.journal(task(0), &attestation).unwrap().sign(&key);
        assert!(signature.verify(key.pubkey().as_ref(), &attestation.message()));
    }

    #[test]
    fn after_a_failure_of_the_disk_nothing_is_signed_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let mut signed = open(dir.path());
        assert!(signed.journal(task(0), &attestation(7, 5)).is_ok());
        signed.is_broken = true;
        for number in [0, 1] {
            let same = attestation(7, 5);
            let refused = signed.journal(task(number), &same);
            assert!(matches!(refused, Err(JournalError::Disk { .. })));
        }
    }

    #[test]
    fn a_journal_serves_one_key() {
        let dir = tempfile::tempdir().unwrap();
        drop(open(dir.path()));
        let other = SignedDigests::open(dir.path(), address(2));
        assert!(matches!(other, Err(JournalError::WrongOwner { .. })));
    }
}
