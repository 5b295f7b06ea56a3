//! Chooses the ports of a network before anything starts.
//!
//! Surfpool's RPC server binds with SO_REUSEPORT, so a second network on the same port would silently share it. An ordinary
//! bind beforehand finds that the port is taken.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
};

use crate::{Config, Error, Result, BLOB_PORT_FLAG, RPC_PORT_FLAG, WS_PORT_FLAG};

/// Attempts to find two free ports side by side. Afterwards any two free ports are taken.
const PAIR_ATTEMPTS: usize = 32;

/// The ports of one network, each bound until its server takes it over.
pub(crate) struct Ports {
    pub rpc: TcpListener,
    pub ws: TcpListener,
    pub blobs: TcpListener,
}

impl Ports {
    /// Binds the ports that `config` asks for.
    ///
    /// # Errors
    /// [`Error::PortTaken`] or [`Error::CannotListen`].
    pub fn bind(config: &Config) -> Result<Self> {
        let (rpc, ws) = match (config.rpc_port, config.ws_port) {
            (0, 0) => bind_free_pair(config.host)?,
            (rpc, ws) => (
                bind(config.host, rpc, "RPC", RPC_PORT_FLAG)?,
                bind(config.host, ws, "WebSocket", WS_PORT_FLAG)?,
            ),
        };
        let blobs = bind(config.host, config.blob_port, "blob store", BLOB_PORT_FLAG)?;
        Ok(Self { rpc, ws, blobs })
    }
}

/// Returns the address that a listener is bound to.
pub(crate) fn address(listener: &TcpListener) -> Result<SocketAddr> {
    listener
        .local_addr()
        .map_err(|error| Error::NotStarted(error.to_string()))
}

/// Binds two free ports, side by side if possible.
fn bind_free_pair(host: IpAddr) -> Result<(TcpListener, TcpListener)> {
    for _ in 0..PAIR_ATTEMPTS {
        let rpc = bind(host, 0, "RPC", RPC_PORT_FLAG)?;
        let next = address(&rpc)?.port().checked_add(1);
        if let Some(ws) = next.and_then(|port| TcpListener::bind((host, port)).ok()) {
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
