//! Which ports a network uses, settled before anything starts.
//!
//! Surfpool's RPC server binds with SO_REUSEPORT, so a second network on the same port would silently share it: a plain
//! bind beforehand is what notices.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
};

use crate::{Config, Error, Result, BLOB_PORT_FLAG, RPC_PORT_FLAG, WS_PORT_FLAG};

/// How often a pair of neighbouring free ports is looked for before any two free ports will do.
const PAIR_ATTEMPTS: usize = 32;

/// The ports of one network, each held until its server takes it over.
pub(crate) struct Ports {
    pub rpc: TcpListener,
    pub ws: TcpListener,
    pub blobs: TcpListener,
}

impl Ports {
    /// Takes the ports that `config` asks for.
    pub fn take(config: &Config) -> Result<Self> {
        let (rpc, ws) = match (config.rpc_port, config.ws_port) {
            (0, 0) => free_pair(config.host)?,
            (rpc, ws) => (
                bind(config.host, rpc, "RPC", RPC_PORT_FLAG)?,
                bind(config.host, ws, "WebSocket", WS_PORT_FLAG)?,
            ),
        };
        let blobs = bind(config.host, config.blob_port, "blob store", BLOB_PORT_FLAG)?;
        Ok(Self { rpc, ws, blobs })
    }
}

/// The address a listener of ours is bound to.
pub(crate) fn address(listener: &TcpListener) -> Result<SocketAddr> {
    listener
        .local_addr()
        .map_err(|error| Error::NotStarted(error.to_string()))
}

fn free_pair(host: IpAddr) -> Result<(TcpListener, TcpListener)> {
    for _ in 0..PAIR_ATTEMPTS {
        let rpc = bind(host, 0, "RPC", RPC_PORT_FLAG)?;
        let neighbour = address(&rpc)?.port().checked_add(1);
        if let Some(ws) = neighbour.and_then(|port| TcpListener::bind((host, port)).ok()) {
            return Ok((rpc, ws));
        }
    }
    Ok((
        bind(host, 0, "RPC", RPC_PORT_FLAG)?,
        bind(host, 0, "WebSocket", WS_PORT_FLAG)?,
    ))
}

fn bind(host: IpAddr, port: u16, purpose: &'static str, flag: &'static str) -> Result<TcpListener> {
    TcpListener::bind((host, port)).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => Error::PortTaken {
            purpose,
            host: host.to_string(),
            port,
            flag,
        },
        _ => Error::CannotListen {
            purpose,
            host: host.to_string(),
            port,
            source,
        },
    })
}
