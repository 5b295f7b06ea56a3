//! Addresses, ports and speed of a local network.

use std::{net::IpAddr, net::Ipv4Addr, path::PathBuf};

use assay_content::MAX_CONTENT;

/// The command line's flag for [`Config::rpc_port`]. Error messages name it.
pub const RPC_PORT_FLAG: &str = "--rpc-port";
/// The command line's flag for [`Config::ws_port`].
pub const WS_PORT_FLAG: &str = "--ws-port";
/// The command line's flag for [`Config::blob_port`].
pub const BLOB_PORT_FLAG: &str = "--blob-port";

/// The addresses that a local network listens on and how fast it runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address that all three servers bind.
    pub host: IpAddr,
    /// JSON-RPC port; 0 takes a free one.
    pub rpc_port: u16,
    /// WebSocket port; 0 takes a free one. If the RPC port is 0, too, it is the one after the RPC port if possible, because
    /// Solana clients look there.
    pub ws_port: u16,
    /// Blob store port; 0 takes a free one.
    pub blob_port: u16,
    /// Directory of the blobs; `None` for a temporary one that is removed at the end.
    pub blob_dir: Option<PathBuf>,
    /// Size of the largest blob accepted, in bytes.
    pub blob_limit: u64,
    /// Time between blocks, 10 to 400 milliseconds. A transaction is executed at once and confirmed by the next block. A
    /// blockhash is valid for 150 blocks, so 100 ms leave 15 s to sign and send.
    pub slot_ms: u64,
}

impl Default for Config {
    /// Returns a network on the loopback address with Solana's standard ports, blobs on port 8898 as large as nodes take
    /// them, and ten blocks a second.
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
    /// Returns the default network on free ports, for tests and for several networks side by side.
    pub fn on_free_ports() -> Self {
        Self {
            rpc_port: 0,
            ws_port: 0,
            blob_port: 0,
            ..Self::default()
        }
    }
}
