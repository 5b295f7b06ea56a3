//! A way to the network on which transactions can be stopped.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    thread,
};

/// What every request that sends a transaction has in it.
const SEND: &[u8] = b"\"sendTransaction\"";

/// Passes on what it gets, but for transactions once it stops them. Serves until the test's process ends.
pub struct Proxy {
    pub url: String,
    stops_sends: Arc<AtomicBool>,
}

impl Proxy {
    /// A proxy before the server at `url`.
    pub fn before(url: &str) -> Self {
        let server = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let stops_sends = Arc::new(AtomicBool::new(false));
        let stops = stops_sends.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A server that is gone shows to the client as a connection that ends.
                let _ = link(client, &server, &stops);
            }
        });
        Self { url, stops_sends }
    }

    /// From now on, connections end when a transaction is sent on them, and it does not arrive.
    pub fn stop_sends(&self) {
        self.stops_sends.store(true, Ordering::SeqCst);
    }
}

fn link(client: TcpStream, server: &str, stops: &Arc<AtomicBool>) -> std::io::Result<()> {
    let server = TcpStream::connect(server)?;
    let stops = stops.clone();
    let sends = move |seen: &[u8]| {
        stops.load(Ordering::SeqCst) && seen.windows(SEND.len()).any(|part| part == SEND)
    };
    pass(client.try_clone()?, server.try_clone()?, sends);
    pass(server, client, |_| false);
    Ok(())
}

/// Passes on bytes until one side ends or `stops` says so of what came last, with enough of what came before it to find
/// a word that came in two parts. What was passed on of its request is too little for the server to act on.
fn pass(mut from: TcpStream, mut to: TcpStream, stops: impl Fn(&[u8]) -> bool + Send + 'static) {
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
