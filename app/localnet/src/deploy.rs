use litesvm::LiteSVM;
use serde_json::json;
use solana_pubkey::Pubkey;
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::request::RpcRequest;

use crate::{Error, Result};

/// Puts the SBF program `elf` at `program_id` of a local network, under the upgradeable loader with `upgrade_authority`,
/// or replaces the one that is there. Any address will do: no keypair of the program is needed and nothing is paid.
///
/// # Errors
/// [`Error::NotDeployed`] if the bytes are no program that the SVM can load, or the network is not a local one.
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
    // Surfpool answers a program that does not load with success and runs an empty one in its place, so it is loaded here
    // first, by the same SVM.
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
