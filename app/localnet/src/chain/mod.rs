//! The cluster: Surfpool's SVM, RPC and WebSocket servers, with blocks requested by [`block_producer`].

mod block_producer;

use std::{
    net::SocketAddr,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{bounded, select, unbounded, Receiver, Sender};
use surfpool_core::surfnet::{
    locker::SurfnetSvmLocker,
    svm::{SurfnetSvm, SurfnetSvmConfig},
};
use surfpool_types::{BlockProductionMode, RpcConfig, SimnetConfig, SimnetEvent, SurfpoolConfig};

use crate::{Error, Result};
use block_producer::{BlockProducer, Ending};

/// Longest wait for the start. Surfpool needs a quarter of a second; a debug build on a busy machine needs more.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest wait for the ports to be closed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// Stack of a thread, in bytes. Surfpool executes transactions on one, and frames of an unoptimized SVM are large.
const STACK_BYTES: usize = 16 << 20;
/// Interval of Surfpool's own ticker, in milliseconds. It cannot be turned off; in manual mode its ticks do nothing.
const IDLE_TICKER_MS: u64 = 3_600_000;

/// A running cluster. Dropping it closes its ports without waiting.
pub(crate) struct Chain {
    /// Stops the cluster when dropped; `None` once stopped.
    stop: Option<Sender<()>>,
    ended: Receiver<Ending>,
}

impl Chain {
    /// Starts a cluster on two free ports and returns when it is ready.
    ///
    /// # Errors
    /// [`Error::NotStarted`].
    pub fn start(rpc: SocketAddr, ws: SocketAddr, slot: Duration) -> Result<Self> {
        let slot_ms = slot.as_millis() as u64;
        // Read just before Surfpool reads the wall clock, so that the block producer makes up for the time of starting.
        let start = Instant::now();
        let (svm, events, geyser_events) = SurfnetSvm::new(SurfnetSvmConfig {
            slot_time: slot_ms,
            instruction_profiling_enabled: false,
            ..Default::default()
        })
        .map_err(|error| Error::NotStarted(error.to_string()))?;
        let (commands, commands_rx) = unbounded();
        let (failed_tx, failed) = bounded(1);
        let runloop_commands = commands.clone();
        spawn("localnet-runloop", move || {
            let runtime = match tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
            {
                Ok(runtime) => runtime,
                Err(error) => return drop(failed_tx.send(error.to_string())),
            };
            let end = runtime.block_on(surfpool_core::runloops::start_local_surfnet_runloop(
                SurfnetSvmLocker::new(svm),
                surfpool_config(rpc, ws),
                runloop_commands,
                commands_rx,
                geyser_events,
            ));
            if let Err(error) = end {
                drop(failed_tx.send(error.to_string()));
            }
        })?;
        await_ready(&events, &failed)?;

        let (stop, stop_rx) = bounded(0);
        let (ended_tx, ended) = bounded(1);
        let producer = BlockProducer {
            commands,
            events,
            stop: stop_rx,
            start,
            slot,
        };
        spawn("localnet-blocks", move || {
            drop(ended_tx.send(producer.run()));
        })?;
        Ok(Self {
            stop: Some(stop),
            ended,
        })
    }

    /// Checks that the cluster runs.
    ///
    /// # Errors
    /// [`Error::Died`] if it has ended by itself.
    pub fn check_alive(&self) -> Result<()> {
        match self.ended.try_recv() {
            Ok(Ending::Died(reason)) => Err(Error::Died(reason)),
            Ok(Ending::Stopped) | Err(_) => Ok(()),
        }
    }

    /// Stops the cluster and waits until both ports are closed.
    ///
    /// # Errors
    /// [`Error::Died`] or [`Error::NotStopped`].
    pub fn stop(&mut self) -> Result<()> {
        if self.stop.take().is_none() {
            return Ok(());
        }
        match self.ended.recv_timeout(STOP_TIMEOUT) {
            Ok(Ending::Stopped) => Ok(()),
            Ok(Ending::Died(reason)) => Err(Error::Died(reason)),
            Err(_) => Err(Error::NotStopped(STOP_TIMEOUT.as_secs())),
        }
    }
}

fn surfpool_config(rpc: SocketAddr, ws: SocketAddr) -> SurfpoolConfig {
    SurfpoolConfig {
        simnets: vec![SimnetConfig {
            // Offline: an account that is not here does not exist, and no other machine is contacted.
            offline_mode: true,
            remote_rpc_url: None,
            slot_time: IDLE_TICKER_MS,
            block_production_mode: BlockProductionMode::Manual,
            instruction_profiling_enabled: false,
            ..Default::default()
        }],
        rpc: RpcConfig {
            bind_host: match rpc {
                SocketAddr::V4(address) => address.ip().to_string(),
                SocketAddr::V6(address) => format!("[{}]", address.ip()),
            },
            bind_port: rpc.port(),
            ws_port: ws.port(),
            ..Default::default()
        },
        ..Default::default()
    }
}

fn await_ready(events: &Receiver<SimnetEvent>, failed: &Receiver<String>) -> Result<()> {
    let deadline = Instant::now() + START_TIMEOUT;
    loop {
        select! {
            recv(failed) -> reason => {
                return Err(Error::NotStarted(reason.unwrap_or_else(|_| "its thread ended".into())))
            }
            recv(events) -> event => match event {
                Ok(SimnetEvent::CoreStarted(_)) => return Ok(()),
                Ok(SimnetEvent::Aborted(reason)) => return Err(Error::NotStarted(reason)),
                Ok(_) => {}
                // The reason follows on the other channel, or that channel closes, too.
                Err(_) => return Err(Error::NotStarted(
                    failed.recv().unwrap_or_else(|_| "its thread ended".into()),
                )),
            },
            default(deadline.saturating_duration_since(Instant::now())) => {
                return Err(Error::NotStarted(format!("it was not ready after {} s", START_TIMEOUT.as_secs())))
            }
        }
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    thread::Builder::new()
        .name(name.into())
        .stack_size(STACK_BYTES)
        .spawn(run)
        .map_err(|error| Error::NotStarted(error.to_string()))
}
