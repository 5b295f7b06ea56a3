use std::{net::IpAddr, net::Ipv4Addr, path::PathBuf};

use assay_content::MAX_CONTENT;

/// The CLI flag that sets [`Config::rpc_port`]; error messages name it.
pub const RPC_PORT_FLAG: &str = "--rpc-port";
/// The CLI flag that sets [`Config::ws_port`].
pub const WS_PORT_FLAG: &str = "--ws-port";
/// The CLI flag that sets [`Config::blob_port`].
pub const BLOB_PORT_FLAG: &str = "--blob-port";

/// What a local network listens on and how fast it runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address that all three servers bind.
    pub host: IpAddr,
    /// JSON-RPC port; 0 takes a free one.
    pub rpc_port: u16,
    /// WebSocket port; 0 takes the one after the RPC port, where Solana clients look for it, or else a free one.
    pub ws_port: u16,
    /// Blob store port; 0 takes a free one.
    pub blob_port: u16,
    /// Where blobs are kept; a temporary directory, removed at the end, when none is given.
    pub blob_dir: Option<PathBuf>,
    /// Largest blob accepted, in bytes.
    pub blob_limit: u64,
    /// Milliseconds between blocks, 10 to 400. A transaction is executed at once and confirmed by the next block; a
    /// blockhash lives for 150 blocks, so 100 ms leave 15 s to sign and send.
    pub slot_ms: u64,
}

impl Default for Config {
    /// Solana's standard ports on the loopback address, blobs as large as nodes take them on port 8898, ten blocks a second.
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            rpc_port: 8899,
            ws_port: 8900,
            blob_port: 8898,
            blob_dir: None,
            blob_limit: MAX_CONTENT,
            slot_ms: 100,
        }
    }
}

impl Config {
    /// The default network on free ports, for tests and for several networks side by side.
    pub fn on_free_ports() -> Self {
        Self {
            rpc_port: 0,
            ws_port: 0,
            blob_port: 0,
            ..Self::default()
        }
    }
}
