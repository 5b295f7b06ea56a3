//! HTTP: one path for requests, one for health. Errors are JSON with a status of their own.

use super::{
    rate::{Rate, RateLimiter},
    task_of, AttesterEvent, Refused, Service,
};
use crate::{
    attested::{AttestRequest, Refusal, RefusalCode, ATTEST_PATH, HEALTH_PATH},
    error::NodeError,
    seat_id::TaskId,
};
use axum::{
    body::{to_bytes, Body, Bytes},
    extract::{ConnectInfo, State},
    http::{header, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
    Router,
};
use serde::Serialize;
use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
        Arc, Mutex, PoisonError,
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Bytes of a request without an output at most.
pub(super) const MAX_REQUEST: usize = 4 << 10;
/// Longest time in which a client may send its request.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// Time between two looks at whether the service shall end.
const STOP_CHECK: Duration = Duration::from_millis(100);

/// Serves a [`Service`] until it is stopped.
pub struct Server {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

struct Shared {
    service: Arc<Service>,
    limiter: Mutex<RateLimiter>,
    max_bytes: usize,
}

impl Server {
    /// Serves on `listener`. Outputs in requests have at most `max_output` bytes.
    ///
    /// # Errors
    /// If the operating system lacks something.
    pub fn start(
        listener: TcpListener,
        service: Arc<Service>,
        rate: Rate,
        max_output: u64,
    ) -> io::Result<Self> {
        // Base 64 makes four characters of three bytes.
        let output = usize::try_from(max_output.div_ceil(3).saturating_mul(4));
        let max_bytes = MAX_REQUEST.saturating_add(output.unwrap_or(usize::MAX));
        let shared = Arc::new(Shared {
            service,
            limiter: Mutex::new(RateLimiter::new(rate)),
            max_bytes,
        });
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let app = router(shared).into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("attester-http".into())
            .spawn(move || {
                runtime.block_on(async {
                    // A graceful shutdown would wait for runs. Whoever waits for one asks again.
                    tokio::select! {
                        _ = axum::serve(listener, app) => {}
                        _ = stopped => {}
                    }
                });
                // Runs in progress go on until the process ends.
                runtime.shutdown_background();
            })?;
        Ok(Self { stop, thread })
    }

    /// Stops serving; the port is free when this returns.
    pub fn stop(self) {
        // Both fail only if the server has already ended.
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

/// Passes events on to `log` until `stop` is set.
///
/// # Errors
/// [`NodeError::Journal`] as soon as the journal of the service cannot be written.
pub fn report_until(
    stop: &AtomicBool,
    service: &Service,
    events: &Receiver<AttesterEvent>,
    log: &mut dyn FnMut(&AttesterEvent),
) -> Result<(), NodeError> {
    while !stop.load(Ordering::Relaxed) {
        match events.recv_timeout(STOP_CHECK) {
            Ok(event) => log(&event),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(NodeError::PoolShutDown),
        }
        if let Some(error) = service.failure() {
            return Err(error.into());
        }
    }
    for event in events.try_iter() {
        log(&event);
    }
    Ok(())
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(ATTEST_PATH, post(attest))
        .route(HEALTH_PATH, get(health))
        .fallback(not_found)
        .with_state(shared)
}

/// What the service says of itself.
#[derive(Serialize)]
struct Health {
    key: String,
    set: String,
    /// Tasks for which the key has signed a digest.
    signed: usize,
}

async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let service = &shared.service;
    let health = Health {
        key: assay_client::Signer::pubkey(&service.keypair).to_string(),
        set: service.scope.set.to_string(),
        signed: service.signed(|signed| signed.count()),
    };
    json(StatusCode::OK, &health)
}

async fn not_found() -> Response {
    let reason = "there is nothing at this path; ask by POST /attest";
    refusal(&Refused::new(RefusalCode::NotFound, reason))
}

async fn attest(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    body: Body,
) -> Response {
    let client = client.ip();
    let answered = match shared.read(client, body).await {
        Err(refused) => Err((None, refused)),
        Ok(request) => {
            let task = task_of(&request);
            let service = shared.service.clone();
            // The service waits for the chain, for content and for runs.
            let answer = tokio::task::spawn_blocking(move || service.attest(&request)).await;
            let crashed = || Refused::new(RefusalCode::Failed, "the attester crashed");
            let answer = answer.unwrap_or_else(|_| Err(crashed()));
            answer.map_err(|refused| (Some(task), refused))
        }
    };
    match answered {
        Ok(reply) => json(StatusCode::OK, &reply),
        Err((task, refused)) => {
            shared.service.report(event_of(client, task, &refused));
            refusal(&refused)
        }
    }
}

fn event_of(client: IpAddr, task: Option<TaskId>, refused: &Refused) -> AttesterEvent {
    AttesterEvent::Refused {
        client,
        task,
        code: refused.code,
        reason: refused.reason.clone(),
    }
}

impl Shared {
    /// Reads a request, unless its client asks too often.
    async fn read(&self, client: IpAddr, body: Body) -> Result<AttestRequest, Refused> {
        self.admit(client)?;
        let bytes = tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, self.max_bytes)).await;
        let bad = |reason: String| Refused::new(RefusalCode::BadRequest, reason);
        let bytes: Bytes = match bytes {
            Ok(Ok(bytes)) => bytes,
            // A client that has gone away does not read the answer.
            Ok(Err(_)) => {
                let reason = format!("a request may have at most {} bytes", self.max_bytes);
                return Err(Refused::new(RefusalCode::TooLarge, reason));
            }
            Err(_) => return Err(bad("the request did not come in time".into())),
        };
        serde_json::from_slice(&bytes).map_err(|error| bad(format!("not a request: {error}")))
    }

    fn admit(&self, client: IpAddr) -> Result<(), Refused> {
        let limiter = self.limiter.lock();
        let mut limiter = limiter.unwrap_or_else(PoisonError::into_inner);
        limiter.admit(client, Instant::now()).map_err(|wait| {
            let reason = "this client asks too often";
            Refused::new(RefusalCode::TooManyRequests, reason).retry_after(wait)
        })
    }
}

fn refusal(refused: &Refused) -> Response {
    let body = Refusal {
        code: refused.code,
        message: refused.reason.clone(),
    };
    let status = StatusCode::from_u16(refused.code.status());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, &body);
    if let Some(wait) = refused.retry_after {
        // Whole seconds, rounded up: who asks at that time is not too early.
        let seconds = wait.as_secs().saturating_add(1);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let content_type = (header::CONTENT_TYPE, "application/json");
            (status, [content_type], bytes).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
