use std::{
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
use tokio::sync::oneshot;

use super::{BlobError, BlobStore};
use crate::{ports::address, Error, Result};

/// Serves a [`BlobStore`] over HTTP until stopped or dropped:
/// `PUT /blobs` answers 201 and the hash in hex, `GET /blobs/{hash}` (or HEAD) the bytes, `GET /health` is 200.
pub struct BlobServer {
    address: SocketAddr,
    dir: PathBuf,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

struct Shared {
    store: BlobStore,
    /// Bytes of the largest blob accepted.
    limit: u64,
}

impl BlobServer {
    /// Serves `store` on `listener`, refusing blobs of more than `limit` bytes.
    pub fn start(listener: TcpListener, store: BlobStore, limit: u64) -> Result<Self> {
        let failed = |error: std::io::Error| Error::NotStarted(format!("blob store: {error}"));
        let address = address(&listener)?;
        let dir = store.dir().to_owned();
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
                    let server = axum::serve(listener, router(store, limit));
                    // Idle keep-alive connections must not hold up the end, so this races instead of draining.
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

    /// The address it serves on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The directory that holds the blobs.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Stops serving; the port is free when this returns.
    pub fn stop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // Both fail only if the server has ended already.
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

fn router(store: BlobStore, limit: u64) -> Router {
    let body_limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route(BLOBS_PATH, put(put_blob))
        .route(&format!("{BLOBS_PATH}/{{id}}"), get(get_blob))
        .layer(DefaultBodyLimit::max(body_limit))
        .with_state(Arc::new(Shared { store, limit }))
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
    match on_disk(move || shared.store.put(&bytes)).await {
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
    match on_disk(move || shared.store.get(id)).await {
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

/// Runs disk work off the server's only worker thread.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, BlobError> + Send + 'static,
) -> std::result::Result<T, BlobError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|ended| Err(BlobError::Disk(std::io::Error::other(ended))))
}
