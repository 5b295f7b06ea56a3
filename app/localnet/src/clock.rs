//! Reads the network's clock and moves it forward, so that voting periods and epochs pass in a moment.
//!
//! These functions need only the RPC URL, so any process may call them. Moving the clock does this on the network:
//! `Clock::unix_timestamp` becomes the target and ticks on from there; the slot number rises by the time skipped divided by
//! the slot time; blockhashes fetched before stay valid; the newest slot hash is that of the new slot.

use std::{mem::offset_of, time::Duration};

use serde_json::json;
use solana_clock::Clock;
use solana_commitment_config::CommitmentConfig;
use solana_pubkey::{pubkey, Pubkey};
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::{client_error, request::RpcRequest};

use crate::{Error, Result};

const CLOCK: Pubkey = pubkey!("SysvarC1ock11111111111111111111111111111111");
/// Longest wait for a response.
const TIMEOUT: Duration = Duration::from_secs(10);
/// JSON-RPC's error code for a method that the server does not have.
const METHOD_NOT_FOUND: &str = "-32601";

/// Returns the clock that programs read, in Unix seconds.
///
/// # Errors
/// [`Error::Unreachable`].
pub fn now(rpc_url: &str) -> Result<i64> {
    read(&client(rpc_url))
}

/// Moves the clock forward by `seconds` and returns the new time, in Unix seconds. It is at least the old time plus
/// `seconds`.
///
/// # Errors
/// [`Error::FarFuture`] if the network cannot count that far; [`Error::NoTimeTravel`] if the network is not a local one;
/// [`Error::Unreachable`].
pub fn advance(rpc_url: &str, seconds: u64) -> Result<i64> {
    let client = client(rpc_url);
    let target = read(&client)?.checked_add_unsigned(seconds);
    let target = target.ok_or(Error::FarFuture(seconds))?;
    let milliseconds = u64::try_from(i128::from(target) * 1_000);
    let milliseconds = milliseconds.map_err(|_| Error::FarFuture(seconds))?;
    let response = client.send::<serde_json::Value>(
        RpcRequest::Custom {
            method: "surfnet_timeTravel",
        },
        json!([{ "absoluteTimestamp": milliseconds }]),
    );
    let now = read(&client)?;
    match response {
        // The clock is there, even if the call failed: it ticked past the target, or a busy network responded too late.
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
