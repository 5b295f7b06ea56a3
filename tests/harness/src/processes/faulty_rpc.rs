//! An RPC proxy that can drop transactions on their way to the network.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    thread,
};

/// Part of every request that sends a transaction.
const SEND: &[u8] = b"\"sendTransaction\"";

/// Forwards all requests, and drops transactions once it is told to. It serves until the test's process ends.
pub struct FaultyRpc {
    pub url: String,
    drops_sends: Arc<AtomicBool>,
}

impl FaultyRpc {
    /// Starts a proxy in front of the server at `url`.
    pub fn in_front_of(url: &str) -> Self {
        let server = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let drops_sends = Arc::new(AtomicBool::new(false));
        let drops = drops_sends.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // If the server is gone, the client sees its connection end.
                let _ = forward(client, &server, &drops);
            }
        });
        Self { url, drops_sends }
    }

    /// Drops every transaction from now on, with the connection that it was sent on.
    pub fn drop_sends(&self) {
        self.drops_sends.store(true, Ordering::SeqCst);
    }
}

fn forward(client: TcpStream, server: &str, drops: &Arc<AtomicBool>) -> std::io::Result<()> {
    let server = TcpStream::connect(server)?;
    let drops = drops.clone();
    let sends = move |seen: &[u8]| {
        drops.load(Ordering::SeqCst) && seen.windows(SEND.len()).any(|part| part == SEND)
    };
    copy(client.try_clone()?, server.try_clone()?, sends);
    copy(server, client, |_| false);
    Ok(())
}

/// Copies bytes until one side ends or `stops` returns true for the latest ones. `stops` also sees the end of what came
/// before, so that it finds a word that arrives in two parts. The server never acts on the incomplete request.
fn copy(mut from: TcpStream, mut to: TcpStream, stops: impl Fn(&[u8]) -> bool + Send + 'static) {
    thread::spawn(move || {
        let (mut buffer, mut seen) = (vec![0; 64 << 10], Vec::new());
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            seen.drain(..seen.len().saturating_sub(SEND.len()));
            seen.extend_from_slice(&buffer[..count]);
            if stops(&seen) || to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        // Either may be gone already.
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    });
}
