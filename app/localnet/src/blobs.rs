//! A blob store for development and tests: files in a directory, served over HTTP.
//!
//! A blob is named by its SHA-256 and checked against it whenever it is read.

use std::{
    fs,
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use assay_content::{ContentHash, BLOBS_PATH};
use axum::{
    body::Bytes,
    extract::{rejection::BytesRejection, DefaultBodyLimit, Path as UrlPath, State},
    http::{header, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, put},
    Router,
};
use tempfile::{NamedTempFile, TempDir};
use tokio::sync::oneshot;

use crate::{ports::address, Error, Result};

/// Serves a [`BlobDirectory`] over HTTP until it is stopped or dropped.
///
/// `PUT /blobs` stores a blob and returns status 201 and its hash, `GET /blobs/<hash>` (or `HEAD`) returns the blob, and
/// `GET /health` returns status 200.
pub struct BlobServer {
    address: SocketAddr,
    dir: PathBuf,
    /// Ends the thread that serves, and waits for it; `None` once stopped.
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

/// The state that requests share.
struct Shared {
    directory: BlobDirectory,
    /// Size of the largest blob accepted, in bytes.
    limit: u64,
}

impl BlobServer {
    /// Serves `directory` on `listener`. Blobs of more than `limit` bytes are refused.
    ///
    /// # Errors
    /// [`Error::NotStarted`].
    pub fn start(listener: TcpListener, directory: BlobDirectory, limit: u64) -> Result<Self> {
        let failed = |error: io::Error| Error::NotStarted(format!("blob store: {error}"));
        let address = address(&listener)?;
        let dir = directory.dir().to_owned();
        listener.set_nonblocking(true).map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(failed)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(failed)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("localnet-blobs".into())
            .spawn(move || {
                runtime.block_on(async {
                    let server = axum::serve(listener, router(directory, limit));
                    // A graceful shutdown would wait for idle keep-alive connections.
                    tokio::select! {
                        _ = server => {}
                        _ = stopped => {}
                    }
                });
            })
            .map_err(failed)?;
        Ok(Self {
            address,
            dir,
            running: Some((stop, thread)),
        })
    }

    /// Returns the address that it serves on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the directory that holds the blobs.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Stops serving; the port is free when this returns.
    pub fn stop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // Both fail only if the server has already ended.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

impl Drop for BlobServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn router(directory: BlobDirectory, limit: u64) -> Router {
    let body_limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route(BLOBS_PATH, put(put_blob))
        .route(&format!("{BLOBS_PATH}/{{id}}"), get(get_blob))
        .layer(DefaultBodyLimit::max(body_limit))
        .with_state(Arc::new(Shared { directory, limit }))
}

async fn put_blob(
    State(shared): State<Arc<Shared>>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Response {
    let bytes = match body {
        Ok(bytes) => bytes,
        Err(refused) if refused.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let sentence = format!("a blob may have at most {} bytes\n", shared.limit);
            return (StatusCode::PAYLOAD_TOO_LARGE, sentence).into_response();
        }
        Err(refused) => return refused.into_response(),
    };
    match on_disk(move || shared.directory.put(&bytes)).await {
        Ok(id) => (
            StatusCode::CREATED,
            [(header::LOCATION, format!("{BLOBS_PATH}/{id}"))],
            id.to_string(),
        )
            .into_response(),
        Err(error) => refusal(&error),
    }
}

async fn get_blob(State(shared): State<Arc<Shared>>, UrlPath(id): UrlPath<String>) -> Response {
    let id: ContentHash = match id.parse() {
        Ok(id) => id,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    match on_disk(move || shared.directory.get(id)).await {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "application/octet-stream"),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &BlobError) -> Response {
    let status = match error {
        BlobError::Missing(_) => StatusCode::NOT_FOUND,
        BlobError::Corrupt(_) | BlobError::Disk(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, format!("{error}\n")).into_response()
}

/// Runs disk work on a thread of its own: the server has only one worker thread.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, BlobError> + Send + 'static,
) -> std::result::Result<T, BlobError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|ended| Err(BlobError::Disk(io::Error::other(ended))))
}

/// A directory of blobs. Each is a file named by its hash.
pub struct BlobDirectory {
    dir: PathBuf,
    /// Removes the directory when dropped, if it is a temporary one.
    _temporary: Option<TempDir>,
}

/// Why a blob could not be read or stored.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no file of this name.
    #[error("there is no blob {0} here: put it first, or ask the store that its URL names")]
    Missing(ContentHash),
    /// The file was damaged.
    #[error("the stored bytes of blob {0} no longer match its hash: put it again")]
    Corrupt(ContentHash),
    /// The disk failed.
    #[error("the blob store's disk failed: {0}")]
    Disk(#[from] io::Error),
}

impl BlobDirectory {
    /// Opens `dir`, which is created if missing, or a temporary directory that is removed when this value is dropped.
    ///
    /// # Errors
    /// [`Error::BlobDir`].
    pub fn open(dir: Option<&Path>) -> Result<Self> {
        let refused = |dir: &Path| {
            let dir = dir.to_owned();
            move |source| Error::BlobDir { dir, source }
        };
        match dir {
            Some(dir) => {
                fs::create_dir_all(dir).map_err(refused(dir))?;
                // Every `put` creates a temporary file: creating one now finds a read-only directory at the start.
                NamedTempFile::new_in(dir).map_err(refused(dir))?;
                Ok(Self {
                    dir: dir.to_owned(),
                    _temporary: None,
                })
            }
            None => {
                let temporary = tempfile::Builder::new()
                    .prefix("assay-blobs-")
                    .tempdir()
                    .map_err(refused(&std::env::temp_dir()))?;
                Ok(Self {
                    dir: temporary.path().to_owned(),
                    _temporary: Some(temporary),
                })
            }
        }
    }

    /// Returns the directory that holds the files.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Stores `bytes` and returns their name. A reader sees the whole blob or none. Storing a blob again repairs its file.
    ///
    /// # Errors
    /// [`BlobError::Disk`].
    pub fn put(&self, bytes: &[u8]) -> std::result::Result<ContentHash, BlobError> {
        let id = ContentHash::of(bytes);
        let mut file = NamedTempFile::new_in(&self.dir)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(self.path(id)).map_err(|failed| failed.error)?;
        Ok(id)
    }

    /// Returns the blob named `id`, checked against its name.
    ///
    /// # Errors
    /// [`BlobError`].
    pub fn get(&self, id: ContentHash) -> std::result::Result<Vec<u8>, BlobError> {
        let bytes = match fs::read(self.path(id)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BlobError::Missing(id))
            }
            read => read?,
        };
        if ContentHash::of(&bytes) != id {
            return Err(BlobError::Corrupt(id));
        }
        Ok(bytes)
    }

    fn path(&self, id: ContentHash) -> PathBuf {
        self.dir.join(id.to_string())
    }
}
