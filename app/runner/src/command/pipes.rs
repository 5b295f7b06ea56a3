//! Pipes to and from a command. A thread serves each, so that none can block another.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::mpsc::{channel, Receiver};
use std::thread;

/// What a command wrote to a pipe.
pub(super) struct CapturedOutput {
    /// The first bytes, up to the limit.
    pub(super) bytes: Vec<u8>,
    /// Whether the command wrote more than the limit.
    pub(super) overflowed: bool,
}

/// Writes `content` to the command's stdin and closes it, in a thread. The command need not read it: a broken pipe is no
/// error.
pub(super) fn write_stdin(
    pipe: Option<impl Write + Send + 'static>,
    content: Vec<u8>,
) -> io::Result<()> {
    if let Some(mut pipe) = pipe {
        let write = move || {
            let _ = pipe.write_all(&content);
        };
        thread::Builder::new()
            .name("command-input".into())
            .spawn(write)?;
    }
    Ok(())
}

/// Reads a pipe to its end, in a thread. The receiver gets one message, when the pipe is closed or holds more than `limit`
/// bytes. The thread discards what comes after the limit, because a command whose pipe is full would hang.
pub(super) fn read_output(
    pipe: Option<impl Read + Send + 'static>,
    limit: u64,
) -> io::Result<Receiver<CapturedOutput>> {
    let (sender, receiver) = channel();
    let mut pipe = pipe.ok_or_else(|| io::Error::from(ErrorKind::BrokenPipe))?;
    let read = move || {
        let mut bytes = Vec::new();
        // A read error counts as the end of the pipe: the command's exit status tells the rest.
        let _ = pipe.by_ref().take(limit).read_to_end(&mut bytes);
        let mut next = [0];
        let overflowed = matches!(pipe.read(&mut next), Ok(1));
        // The receiver is gone if the run was stopped.
        let _ = sender.send(CapturedOutput { bytes, overflowed });
        let _ = io::copy(&mut pipe, &mut io::sink());
    };
    thread::Builder::new()
        .name("command-output".into())
        .spawn(read)?;
    Ok(receiver)
}
