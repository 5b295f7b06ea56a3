//! Pipes to and from a command, each served by a thread so that none can block another.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::mpsc::{channel, Receiver};
use std::thread;

/// What a command wrote to a pipe.
pub(super) struct Stream {
    /// Its first bytes, up to the limit.
    pub(super) kept: Vec<u8>,
    /// Whether there was more.
    pub(super) overflowed: bool,
}

/// Writes `content` and closes the pipe. A command need not read its input: a broken pipe is no error.
pub(super) fn feed(pipe: Option<impl Write + Send + 'static>, content: Vec<u8>) -> io::Result<()> {
    if let Some(mut pipe) = pipe {
        let feed = move || {
            let _ = pipe.write_all(&content);
        };
        thread::Builder::new()
            .name("command-input".into())
            .spawn(feed)?;
    }
    Ok(())
}

/// Reads a pipe to its end. The result arrives once, when the pipe is closed or `limit` bytes are exceeded; what comes
/// after the limit is read and thrown away, because a command whose pipe is full would hang.
pub(super) fn drain(
    pipe: Option<impl Read + Send + 'static>,
    limit: u64,
) -> io::Result<Receiver<Stream>> {
    let (sender, receiver) = channel();
    let mut pipe = pipe.ok_or_else(|| io::Error::from(ErrorKind::BrokenPipe))?;
    let drain = move || {
        let mut kept = Vec::new();
        // A read error is the end of the stream: the command's status tells the rest.
        let _ = pipe.by_ref().take(limit).read_to_end(&mut kept);
        let mut next = [0];
        let overflowed = matches!(pipe.read(&mut next), Ok(1));
        // The receiver is gone if the command was given up.
        let _ = sender.send(Stream { kept, overflowed });
        let _ = io::copy(&mut pipe, &mut io::sink());
    };
    thread::Builder::new()
        .name("command-output".into())
        .spawn(drain)?;
    Ok(receiver)
}
