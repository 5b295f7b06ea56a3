//! The cluster and the blob store as one network.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::Mutex,
    time::Duration,
};

use solana_pubkey::Pubkey;
use tokio::signal::unix::{signal, SignalKind};

use crate::{
    blobs::{BlobDirectory, BlobServer},
    chain::Chain,
    ports::{address, Ports},
    Config, Error, Result,
};

/// Held from choosing free ports until serving on them, so that two networks of one process never choose the same.
static STARTING: Mutex<()> = Mutex::new(());
/// Interval between checks that the network still runs.
const CHECK_INTERVAL: Duration = Duration::from_millis(500);

/// A running local network. It ends when it is stopped or dropped.
pub struct Localnet {
    chain: Chain,
    blobs: BlobServer,
    rpc: SocketAddr,
    ws: SocketAddr,
}

impl Localnet {
    /// Starts the cluster and the blob store, and returns when both are ready. SPL Token, Token-2022, the associated token
    /// program and memo are deployed, `requestAirdrop` gives SOL, and no other machine is contacted.
    ///
    /// # Errors
    /// [`Error::PortTaken`], which names the port and the flag that changes it; [`Error::CannotListen`], [`Error::BlobDir`],
    /// [`Error::SlotTime`] or [`Error::NotStarted`].
    pub fn start(config: Config) -> Result<Self> {
        if !(10..=400).contains(&config.slot_ms) {
            return Err(Error::SlotTime(config.slot_ms));
        }
        let blobs = BlobDirectory::open(config.blob_dir.as_deref())?;
        let _starting = STARTING
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let ports = Ports::bind(&config)?;
        let (rpc, ws) = (address(&ports.rpc)?, address(&ports.ws)?);
        drop((ports.rpc, ports.ws));
        let chain = Chain::start(rpc, ws, Duration::from_millis(config.slot_ms))?;
        let blobs = BlobServer::start(ports.blobs, blobs, config.blob_limit)?;
        Ok(Self {
            chain,
            blobs,
            rpc,
            ws,
        })
    }

    /// Returns the URL of the JSON-RPC server.
    pub fn rpc_url(&self) -> String {
        format!("http://{}", reachable(self.rpc))
    }

    /// Returns the URL of the WebSocket server, for subscriptions.
    pub fn ws_url(&self) -> String {
        format!("ws://{}", reachable(self.ws))
    }

    /// Returns the base URL of the blob store.
    pub fn blob_url(&self) -> String {
        format!("http://{}", reachable(self.blobs.address()))
    }

    /// Returns the directory that holds the blobs.
    pub fn blob_dir(&self) -> &Path {
        self.blobs.dir()
    }

    /// Deploys an SBF program at `program_id`.
    ///
    /// # Errors
    /// As [`crate::deploy`].
    pub fn deploy(
        &self,
        program_id: &Pubkey,
        elf: &[u8],
        upgrade_authority: &Pubkey,
    ) -> Result<()> {
        crate::deploy(&self.rpc_url(), program_id, elf, upgrade_authority)
    }

    /// Writes an account.
    ///
    /// # Errors
    /// As [`crate::write_account`].
    pub fn write_account(&self, address: &Pubkey, data: &[u8]) -> Result<()> {
        crate::write_account(&self.rpc_url(), address, data)
    }

    /// Serves until Ctrl-C or SIGTERM, then stops. Calls `ready` once signals are handled: from then on a signal ends the
    /// network cleanly.
    ///
    /// # Errors
    /// [`Error::Died`] if the network ended by itself; [`Error::Signals`]; and as [`stop`](Self::stop).
    pub fn run_until_signal(mut self, ready: impl FnOnce()) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::Signals)?;
        runtime.block_on(async {
            let mut interrupted = signal(SignalKind::interrupt()).map_err(Error::Signals)?;
            let mut terminated = signal(SignalKind::terminate()).map_err(Error::Signals)?;
            ready();
            loop {
                tokio::select! {
                    _ = interrupted.recv() => return Ok(()),
                    _ = terminated.recv() => return Ok(()),
                    _ = tokio::time::sleep(CHECK_INTERVAL) => self.chain.check_alive()?,
                }
            }
        })?;
        self.close()
    }

    /// Stops the network. Its ports are free when this returns.
    ///
    /// # Errors
    /// [`Error::NotStopped`] or [`Error::Died`].
    pub fn stop(mut self) -> Result<()> {
        self.close()
    }

    fn close(&mut self) -> Result<()> {
        self.blobs.stop();
        self.chain.stop()
    }
}

impl Drop for Localnet {
    fn drop(&mut self) {
        // A caller who wants to see the error calls `stop`.
        let _ = self.close();
    }
}

/// Returns an address that clients on this machine can connect to: the loopback one if the server listens on all.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
