//! The network's clock, and travelling forward in it: voting periods and epochs pass in a moment.
//!
//! These functions need nothing but the RPC URL, so any process may call them. What travelling does on the network:
//! `Clock::unix_timestamp` becomes the target and ticks on from there, the slot number rises by the time skipped divided by
//! the slot time, blockhashes fetched before stay valid, and the newest slot hash moves to the slot landed on.

use std::{mem::offset_of, time::Duration};

use serde_json::json;
use solana_clock::Clock;
use solana_commitment_config::CommitmentConfig;
use solana_pubkey::{pubkey, Pubkey};
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::{client_error, request::RpcRequest};

use crate::{Error, Result};

const CLOCK: Pubkey = pubkey!("SysvarC1ock11111111111111111111111111111111");
const TIMEOUT: Duration = Duration::from_secs(10);
/// JSON-RPC's code for a method the server does not have.
const METHOD_NOT_FOUND: &str = "-32601";

/// The clock that programs read, in unix seconds.
pub fn now(rpc_url: &str) -> Result<i64> {
    read(&client(rpc_url))
}

/// Moves the clock `seconds` forward from what it reads and returns what it then reads (at least `now + seconds`).
///
/// # Errors
/// [`Error::FarFuture`] when the network cannot count that far, [`Error::NoTimeTravel`] on any other kind of network.
pub fn advance(rpc_url: &str, seconds: u64) -> Result<i64> {
    let client = client(rpc_url);
    let target = read(&client)?.checked_add_unsigned(seconds);
    let target = target.ok_or(Error::FarFuture(seconds))?;
    let milliseconds = u64::try_from(i128::from(target) * 1_000);
    let milliseconds = milliseconds.map_err(|_| Error::FarFuture(seconds))?;
    let asked = client.send::<serde_json::Value>(
        RpcRequest::Custom {
            method: "surfnet_timeTravel",
        },
        json!([{ "absoluteTimestamp": milliseconds }]),
    );
    let now = read(&client)?;
    match asked {
        // A clock that ticked past the target meanwhile, or a busy network that answered too late, got there all the same.
        _ if now >= target => Ok(now),
        Err(error) if error.to_string().contains(METHOD_NOT_FOUND) => {
            Err(Error::NoTimeTravel(client.url()))
        }
        Err(error) => Err(unreachable(&client, error)),
        Ok(_) => Err(Error::NoTimeTravel(client.url())),
    }
}

fn read(client: &RpcClient) -> Result<i64> {
    let account = client
        .get_account(&CLOCK)
        .map_err(|error| unreachable(client, error))?;
    let at = offset_of!(Clock, unix_timestamp);
    account
        .data
        .get(at..)
        .and_then(|tail| tail.first_chunk())
        .map(|bytes| i64::from_le_bytes(*bytes))
        .ok_or_else(|| Error::Unreachable {
            url: client.url(),
            reason: "its Clock account is not a clock".into(),
        })
}

fn client(rpc_url: &str) -> RpcClient {
    RpcClient::new_with_timeout_and_commitment(
        rpc_url.to_owned(),
        TIMEOUT,
        CommitmentConfig::processed(),
    )
}

fn unreachable(client: &RpcClient, error: client_error::Error) -> Error {
    Error::Unreachable {
        url: client.url(),
        reason: error.to_string(),
    }
}
