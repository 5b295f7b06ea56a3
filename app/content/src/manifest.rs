//! The inputs of a batch, one a task.

use assay_shared::merkle;
use thiserror::Error;

use crate::ContentHash;

/// Bytes of a line: 64 hex digits and a newline.
const LINE_BYTES: u32 = 65;

/// Why bytes are not a manifest in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ManifestError {
    /// There are no tasks.
    #[error("the manifest has no lines: write one line of 64 lowercase hex digits per task")]
    Empty,
    /// A line is not a hash.
    #[error("line {line} of the manifest is not 64 lowercase hex digits and a newline: write it anew with one hash per line")]
    Line {
        /// Number of the line, from 1.
        line: usize,
    },
}

/// The input hash of every task of a batch, in task order; never empty.
///
/// The encoding is text, one line `<64 lowercase hex digits>\n` a task and nothing else. So every list has exactly one
/// encoding, and the SHA-256 of the encoding names the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest(Vec<ContentHash>);

impl Manifest {
    /// Returns the size of a manifest of `tasks` tasks, in bytes: the most that may be fetched under its name.
    pub fn encoded_bytes(tasks: u32) -> u64 {
        u64::from(tasks) * u64::from(LINE_BYTES)
    }

    /// Returns the manifest of `inputs`.
    ///
    /// # Errors
    /// [`ManifestError::Empty`].
    pub fn new(inputs: Vec<ContentHash>) -> Result<Self, ManifestError> {
        if inputs.is_empty() {
            return Err(ManifestError::Empty);
        }
        Ok(Self(inputs))
    }

    /// Parses the canonical encoding.
    ///
    /// # Errors
    /// [`ManifestError`] for anything else, even a missing last newline.
    pub fn parse(encoded: &[u8]) -> Result<Self, ManifestError> {
        let line = |(index, line): (usize, &[u8])| {
            line.strip_suffix(b"\n")
                .and_then(|text| std::str::from_utf8(text).ok())
                .and_then(|text| text.parse().ok())
                .ok_or(ManifestError::Line { line: index + 1 })
        };
        Self::new(
            encoded
                .chunks(LINE_BYTES as usize)
                .enumerate()
                .map(line)
                .collect::<Result<_, _>>()?,
        )
    }

    /// Returns the canonical encoding.
    pub fn encode(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|input| format!("{input}\n").into_bytes())
            .collect()
    }

    /// Returns the root of the Merkle tree over the inputs, by which a receipt proves a task's input.
    pub fn root(&self) -> [u8; 32] {
        let inputs: Vec<_> = self.0.iter().map(ContentHash::bytes).collect();
        merkle::root(&inputs).expect("a manifest is never empty")
    }

    /// Returns the path from the input of `task` to [`Self::root`], or `None` if there is no such task.
    pub fn proof(&self, task: u32) -> Option<Vec<[u8; 32]>> {
        let inputs: Vec<_> = self.0.iter().map(ContentHash::bytes).collect();
        merkle::proof(&inputs, task as usize)
    }

    /// Returns the name of this manifest: the hash of its encoding.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.encode())
    }

    /// Returns the input hash of every task, in task order.
    pub fn inputs(&self) -> &[ContentHash] {
        &self.0
    }

    /// Returns the input hash of a task, counted from 0; `None` if there is no such task.
    pub fn input(&self, task: u32) -> Option<ContentHash> {
        self.0.get(usize::try_from(task).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Manifest {
        Manifest::new(vec![ContentHash::of(b"a"), ContentHash::of(b"b")]).unwrap()
    }

    #[test]
    fn a_manifest_survives_encoding() {
        assert_eq!(Manifest::parse(&two().encode()), Ok(two()));
        assert_eq!(Manifest::encoded_bytes(2), two().encode().len() as u64);
        assert_eq!(two().input(1), Some(ContentHash::of(b"b")));
        assert_eq!(two().input(2), None);
        assert_eq!(two().hash(), ContentHash::of(&two().encode()));
    }

    #[test]
    fn an_empty_manifest_is_refused() {
        assert_eq!(Manifest::parse(b""), Err(ManifestError::Empty));
        assert_eq!(Manifest::new(vec![]), Err(ManifestError::Empty));
    }

    #[test]
    fn every_departure_from_the_canonical_form_is_refused_with_its_line() {
        let good = String::from_utf8(two().encode()).unwrap();
        let no_last_newline = good.trim_end().to_string();
        let blank_line = format!("{good}\n");
        let crlf = good.replace('\n', "\r\n");
        let uppercase = good.to_uppercase();
        let spaced = format!(" {good}");
        for (wrong, line) in [
            (no_last_newline, 2),
            (blank_line, 3),
            (crlf, 1),
            (uppercase, 1),
            (spaced, 1),
        ] {
            assert_eq!(
                Manifest::parse(wrong.as_bytes()),
                Err(ManifestError::Line { line }),
                "{wrong:?}"
            );
        }
        assert_eq!(
            Manifest::parse(&[0xff; LINE_BYTES as usize]),
            Err(ManifestError::Line { line: 1 })
        );
    }
}
