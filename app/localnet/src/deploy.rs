//! Puts programs and accounts on a local network.

use litesvm::LiteSVM;
use serde_json::json;
use solana_pubkey::Pubkey;
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::{client_error, request::RpcRequest};

use crate::{Error, Result};

/// Balance of an account that [`write_account`] writes, in lamports. Accounts of up to 100 KB are exempt from rent with it.
const ACCOUNT_LAMPORTS: u64 = 1_000_000_000;

/// Deploys the SBF program `elf` at `program_id` of a local network, under the upgradeable loader with `upgrade_authority`,
/// or replaces the program there. Any address is possible: this needs no keypair of the program and no payment.
///
/// # Errors
/// [`Error::NotDeployed`] if the SVM cannot load the program, or the network is not a local one.
pub fn deploy(
    rpc_url: &str,
    program_id: &Pubkey,
    elf: &[u8],
    upgrade_authority: &Pubkey,
) -> Result<()> {
    let failed = |reason: String| Error::NotDeployed {
        program: *program_id,
        reason,
    };
    // For a program that does not load, Surfpool reports success and runs an empty one in its place. So the same SVM loads
    // it here first.
    LiteSVM::new()
        .add_program(*program_id, elf)
        .map_err(|_| failed("these bytes are not an SBF program that the SVM can load".into()))?;
    let parameters = json!([
        program_id.to_string(),
        hex::encode(elf),
        0,
        upgrade_authority.to_string()
    ]);
    call(rpc_url, "surfnet_writeProgram", parameters).map_err(|error| failed(error.to_string()))
}

/// Writes `data` into the account at `address` of a local network, or replaces the account there. The account belongs to the
/// system program. Any address is possible: this needs no keypair and no payment.
///
/// # Errors
/// [`Error::NotWritten`] if the network is not a local one.
pub fn write_account(rpc_url: &str, address: &Pubkey, data: &[u8]) -> Result<()> {
    let account = json!({ "lamports": ACCOUNT_LAMPORTS, "data": hex::encode(data) });
    let parameters = json!([address.to_string(), account]);
    call(rpc_url, "surfnet_setAccount", parameters).map_err(|error| Error::NotWritten {
        address: *address,
        reason: error.to_string(),
    })
}

/// Calls a method that only Surfpool has.
fn call(
    rpc_url: &str,
    method: &'static str,
    parameters: serde_json::Value,
) -> std::result::Result<(), client_error::Error> {
    RpcClient::new(rpc_url.to_owned())
        .send::<serde_json::Value>(RpcRequest::Custom { method }, parameters)
        .map(drop)
}
