//! A blob server that serves wrong content, takes content back, or does not respond.

use super::sha256_hex;
use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Mutex,
    },
};

type Contents = Arc<Mutex<HashMap<String, Vec<u8>>>>;
/// Names of the content that was served, one for each time.
type Served = Arc<Mutex<Vec<String>>>;

/// A blob server that can replace and delete content and stop responding. It serves until the test's process ends.
pub struct MaliciousBlobServer {
    pub url: String,
    contents: Contents,
    served: Served,
    hangs: Arc<AtomicBool>,
}

impl MaliciousBlobServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let contents = Contents::default();
        let (served, hangs) = (Served::default(), Arc::new(AtomicBool::new(false)));
        let (kept, log, is_hanging) = (contents.clone(), served.clone(), hangs.clone());
        std::thread::spawn(move || {
            // Connections that get no response and are not closed.
            let mut held = Vec::new();
            for stream in listener.incoming().flatten() {
                if is_hanging.load(Ordering::SeqCst) {
                    held.push(stream);
                    continue;
                }
                // A client may close its connection at any time.
                let _ = serve(stream, &kept, &log);
            }
        });
        Self {
            url,
            contents,
            served,
            hangs,
        }
    }

    /// Accepts connections from now on and never responds.
    pub fn hang(&self) {
        self.hangs.store(true, Ordering::SeqCst);
    }

    /// Deletes all content.
    pub fn withdraw(&self) {
        self.contents.lock().expect("no thread panicked").clear();
    }

    /// Returns how often this content was downloaded.
    pub fn downloads(&self, name: &str) -> usize {
        let served = self.served.lock().expect("no thread panicked");
        served.iter().filter(|served| *served == name).count()
    }

    /// Serves `fake` under the name of another content from now on.
    pub fn corrupt(&self, name: &str, fake: &[u8]) {
        let mut contents = self.contents.lock().expect("no thread panicked");
        contents.insert(name.to_owned(), fake.to_vec());
    }
}

fn serve(stream: TcpStream, contents: &Contents, served: &Served) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let length = content_length(&mut reader)?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut contents = contents.lock().expect("no thread panicked");
    let (status, response) = match request.split_whitespace().collect::<Vec<_>>()[..] {
        ["PUT", ..] => {
            let name = sha256_hex(&body);
            contents.insert(name.clone(), body);
            ("201 Created", name.into_bytes())
        }
        [method @ ("GET" | "HEAD"), path, _] => {
            let name = path.trim_start_matches("/blobs/");
            match contents.get(name) {
                Some(content) if method == "GET" => {
                    let mut served = served.lock().expect("no thread panicked");
                    served.push(name.to_owned());
                    ("200 OK", content.clone())
                }
                Some(_) => ("200 OK", Vec::new()),
                None => ("404 Not Found", Vec::new()),
            }
        }
        _ => ("400 Bad Request", Vec::new()),
    };
    let length = response.len();
    let mut stream = reader.into_inner();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&response)
}

fn content_length(reader: &mut BufReader<TcpStream>) -> std::io::Result<usize> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            return Ok(length);
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
}
