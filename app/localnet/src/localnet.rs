use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::Mutex,
    time::Duration,
};

use solana_pubkey::Pubkey;
use tokio::signal::unix::{signal, SignalKind};

use crate::{
    blobs::{BlobServer, BlobStore},
    chain::Chain,
    ports::{address, Ports},
    Config, Error, Result,
};

/// Held between choosing free ports and serving on them, so that two networks of one process never choose the same.
static STARTING: Mutex<()> = Mutex::new(());
/// How often a waiting network makes sure that it still runs.
const ALIVE_EVERY: Duration = Duration::from_millis(500);

/// A running local network. It ends when stopped or dropped.
pub struct Localnet {
    chain: Chain,
    blobs: BlobServer,
    rpc: SocketAddr,
    ws: SocketAddr,
}

impl Localnet {
    /// Starts the cluster and the blob store; returns when both answer. SPL Token, Token-2022, the associated token program and
    /// memo are there, `requestAirdrop` gives SOL, and nothing is asked of any other machine.
    ///
    /// # Errors
    /// [`Error::PortTaken`] naming the port and the flag that changes it; [`Error::BlobDir`], [`Error::SlotTime`],
    /// [`Error::NotStarted`].
    pub fn start(config: Config) -> Result<Self> {
        if !(10..=400).contains(&config.slot_ms) {
            return Err(Error::SlotTime(config.slot_ms));
        }
        let store = BlobStore::open(config.blob_dir.as_deref())?;
        let _starting = STARTING
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let ports = Ports::take(&config)?;
        let (rpc, ws) = (address(&ports.rpc)?, address(&ports.ws)?);
        drop((ports.rpc, ports.ws));
        let chain = Chain::start(rpc, ws, Duration::from_millis(config.slot_ms))?;
        let blobs = BlobServer::start(ports.blobs, store, config.blob_limit)?;
        Ok(Self {
            chain,
            blobs,
            rpc,
            ws,
        })
    }

    /// Where Solana clients connect.
    pub fn rpc_url(&self) -> String {
        format!("http://{}", reachable(self.rpc))
    }

    /// Where subscriptions connect.
    pub fn ws_url(&self) -> String {
        format!("ws://{}", reachable(self.ws))
    }

    /// Where blobs are put (`PUT /blobs`) and fetched (`GET /blobs/{sha256}`).
    pub fn blob_url(&self) -> String {
        format!("http://{}", reachable(self.blobs.address()))
    }

    /// The directory that holds the blobs.
    pub fn blob_dir(&self) -> &Path {
        self.blobs.dir()
    }

    /// Puts an SBF program at `program_id`; see [`crate::deploy`].
    pub fn deploy(
        &self,
        program_id: &Pubkey,
        elf: &[u8],
        upgrade_authority: &Pubkey,
    ) -> Result<()> {
        crate::deploy(&self.rpc_url(), program_id, elf, upgrade_authority)
    }

    /// Serves until Ctrl-C or SIGTERM, then stops. `ready` is called once signals are listened for: who is told of the
    /// network then can end it cleanly at once.
    ///
    /// # Errors
    /// [`Error::Died`] if the network ended by itself.
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
                    _ = tokio::time::sleep(ALIVE_EVERY) => self.chain.check_alive()?,
                }
            }
        })?;
        self.close()
    }

    /// Stops the network; its ports are free when this returns.
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
        // Nobody is left to tell: a caller who wants to know calls `stop`.
        let _ = self.close();
    }
}

/// The address to show: a server bound to every interface is reached through this machine's own.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
