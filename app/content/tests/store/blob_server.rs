//! A blob store inside the test, on loopback, that can be told to misbehave.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use assay_content::ContentHash;

/// The response to a GET of one path.
#[derive(Clone)]
pub enum Response {
    Content(Vec<u8>),
    /// Bytes without end and without a length, until the client hangs up.
    Endless,
    Redirect(String),
}

#[derive(Clone, Default)]
pub struct BlobServer {
    /// URL of the server, without a path.
    pub base: String,
    /// By path.
    responses: Arc<Mutex<HashMap<String, Response>>>,
    requests: Arc<AtomicUsize>,
    /// Bytes sent of endless responses.
    pub sent: Arc<AtomicUsize>,
}

impl BlobServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            ..Self::default()
        };
        let serving = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let serving = serving.clone();
                thread::spawn(move || serving.serve(stream.unwrap()));
            }
        });
        server
    }

    /// Serves `response` at `path` from now on and returns its URL.
    pub fn set_response(&self, path: &str, response: Response) -> String {
        self.responses
            .lock()
            .unwrap()
            .insert(path.to_string(), response);
        format!("{}{path}", self.base)
    }

    /// Keeps `content` as a blob store does and returns its name.
    pub fn keep(&self, content: &[u8]) -> ContentHash {
        let name = ContentHash::of(content);
        self.set_response(
            &format!("/blobs/{name}"),
            Response::Content(content.to_vec()),
        );
        name
    }

    /// Returns the number of requests so far.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Serves one request and closes the connection.
    fn serve(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line);
        }
        self.requests.fetch_add(1, Ordering::SeqCst);
        let mut request = lines[0].split(' ');
        let (method, path) = (request.next().unwrap(), request.next().unwrap());
        if method == "PUT" {
            let is_length = |line: &&String| line.to_lowercase().starts_with("content-length:");
            let length = lines.iter().find(is_length).unwrap()[15..]
                .trim()
                .parse()
                .unwrap();
            let mut content = vec![0; length];
            reader.read_exact(&mut content).unwrap();
            let name = self.keep(&content);
            // For a lying store, a test has set a response to the path of uploads.
            let response = match self.responses.lock().unwrap().get(path) {
                Some(Response::Content(lie)) => lie.clone(),
                _ => format!("{name}\n").into_bytes(),
            };
            return respond(&mut stream, "200 OK", &response);
        }
        let response = self.responses.lock().unwrap().get(path).cloned();
        match response {
            Some(Response::Content(content)) => respond(&mut stream, "200 OK", &content),
            Some(Response::Redirect(to)) => {
                respond(&mut stream, &format!("302 Found\r\nLocation: {to}"), b"");
            }
            Some(Response::Endless) => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                while stream.write_all(&[b'x'; 4096]).is_ok() {
                    self.sent.fetch_add(4096, Ordering::SeqCst);
                }
            }
            None => respond(&mut stream, "404 Not Found", b"nothing here"),
        }
    }
}

fn respond(stream: &mut TcpStream, status: &str, content: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    );
    // The client may have hung up.
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(content));
}
