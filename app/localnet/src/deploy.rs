//! Deploys programs to a local network.

use litesvm::LiteSVM;
use serde_json::json;
use solana_pubkey::Pubkey;
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::request::RpcRequest;

use crate::{Error, Result};

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
    RpcClient::new(rpc_url.to_owned())
        .send::<serde_json::Value>(
            RpcRequest::Custom {
                method: "surfnet_writeProgram",
            },
            json!([
                program_id.to_string(),
                hex::encode(elf),
                0,
                upgrade_authority.to_string()
            ]),
        )
        .map_err(|error| failed(error.to_string()))?;
    Ok(())
}
