//! A blob store of the test's own, on loopback, that can be told to misbehave.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use assay_content::ContentHash;

/// What to answer to a GET of one path.
#[derive(Clone)]
pub enum Answer {
    Content(Vec<u8>),
    /// Bytes without end and without a length, until the client hangs up.
    Endless,
    Redirect(String),
}

#[derive(Clone, Default)]
pub struct BlobServer {
    pub base: String,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    requests: Arc<AtomicUsize>,
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

    pub fn answer(&self, path: &str, answer: Answer) -> String {
        self.answers
            .lock()
            .unwrap()
            .insert(path.to_string(), answer);
        format!("{}{path}", self.base)
    }

    /// Keeps `content` as a blob store does.
    pub fn keep(&self, content: &[u8]) -> ContentHash {
        let name = ContentHash::of(content);
        self.answer(&format!("/blobs/{name}"), Answer::Content(content.to_vec()));
        name
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Answers one request and closes the connection.
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
            // A test that wants a lying store has put an answer where uploads go.
            let answer = match self.answers.lock().unwrap().get(path) {
                Some(Answer::Content(lie)) => lie.clone(),
                _ => format!("{name}\n").into_bytes(),
            };
            return respond(&mut stream, "200 OK", &answer);
        }
        let answer = self.answers.lock().unwrap().get(path).cloned();
        match answer {
            Some(Answer::Content(content)) => respond(&mut stream, "200 OK", &content),
            Some(Answer::Redirect(to)) => {
                respond(&mut stream, &format!("302 Found\r\nLocation: {to}"), b"")
            }
            Some(Answer::Endless) => {
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
