use super::{lock::DirectoryLock, Book, JournalError, Record};
use crate::seat_id::SeatId;
use assay_client::Address;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// An open journal. While it is open, no other process can open it.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    book: Book,
    _lock: DirectoryLock,
}

impl Journal {
    /// Opens the journal of `worker` in the state directory `dir`; both are made when missing.
    ///
    /// A last line that the process was killed in is dropped: nothing was sent before it was whole.
    ///
    /// Errors: `InUse`, `Damaged`, `Foreign`, `Disk`.
    pub fn open(dir: &Path, worker: Address) -> Result<Self, JournalError> {
        let lock = DirectoryLock::take(dir)?;
        let path = dir.join("journal.jsonl");
        let disk = |reason| JournalError::Disk {
            path: path.clone(),
            reason,
        };
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(disk)?;
        let content = fs::read(&path).map_err(disk)?;
        let whole = content.iter().rposition(|byte| *byte == b'\n');
        let whole = whole.map_or(0, |end| end.saturating_add(1));
        if whole < content.len() {
            file.set_len(whole as u64).map_err(disk)?;
            file.sync_all().map_err(disk)?;
        }
        let book = replay(&path, &content[..whole])?;
        // The file's name must last as well as its lines.
        sync_dir(dir).map_err(disk)?;
        let mut journal = Self {
            file,
            path,
            book,
            _lock: lock,
        };
        match journal.book.worker() {
            Some(found) if found != worker => {
                let (path, expected) = (journal.path, worker);
                return Err(JournalError::Foreign {
                    path,
                    found,
                    expected,
                });
            }
            Some(_) => {}
            None => journal.append(&Record::Opened { worker })?,
        }
        Ok(journal)
    }

    /// What the lines add up to.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Adds a line, which is on disk when this returns.
    ///
    /// Errors: `Contradiction`, with nothing written; `Disk`, after which only a restart knows what is in the file.
    pub fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        self.book.add(record).map_err(JournalError::Contradiction)?;
        self.file
            .write_all(&line(record))
            .and_then(|()| self.file.sync_data())
            .map_err(|reason| JournalError::Disk {
                path: self.path.clone(),
                reason,
            })
    }

    /// Rewrites the journal with only the seats that `keep` wants, whole or not at all.
    ///
    /// Errors: `Disk`.
    pub fn compact(
        &mut self,
        keep: impl Fn(&SeatId, Option<i64>) -> bool,
    ) -> Result<(), JournalError> {
        let records = self.book.condensed(keep);
        let content: Vec<u8> = records.iter().flat_map(line).collect();
        self.file = replace(&self.path, &content).map_err(|reason| JournalError::Disk {
            path: self.path.clone(),
            reason,
        })?;
        self.book = replay(&self.path, &content)?;
        Ok(())
    }
}

fn line(record: &Record) -> Vec<u8> {
    let mut line = serde_json::to_vec(record).expect("records are plain data");
    line.push(b'\n');
    line
}

fn replay(path: &Path, content: &[u8]) -> Result<Book, JournalError> {
    let mut book = Book::default();
    let lines = content.split_inclusive(|byte| *byte == b'\n');
    for (index, line) in lines.enumerate() {
        serde_json::from_slice(line)
            .map_err(|error| error.to_string())
            .and_then(|record| book.add(&record))
            .map_err(|reason| JournalError::Damaged {
                path: path.to_owned(),
                line: index.saturating_add(1),
                reason,
            })?;
    }
    Ok(book)
}

fn replace(path: &Path, content: &[u8]) -> io::Result<File> {
    let fresh = path.with_extension("jsonl.new");
    let mut file = File::create(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), sync_dir)?;
    OpenOptions::new().append(true).open(path)
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
