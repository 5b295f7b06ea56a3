use serde_json::json;
use solana_pubkey::Pubkey;
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::request::RpcRequest;

use crate::{Error, Result};

const ELF_MAGIC: &[u8] = b"\x7fELF";

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
    if !elf.starts_with(ELF_MAGIC) {
        return Err(failed("these bytes are not an ELF file".into()));
    }
    let client = RpcClient::new(rpc_url.to_owned());
    let call = |method, params| {
        client
            .send::<serde_json::Value>(RpcRequest::Custom { method }, params)
            .map_err(|error| failed(error.to_string()))
    };
    let id = program_id.to_string();
    call(
        "surfnet_writeProgram",
        json!([id, hex::encode(elf), 0, upgrade_authority.to_string()]),
    )?;
    // Writing only logs what the loader says of the bytes. Setting the program account again loads them and reports it.
    call("surfnet_setAccount", json!([id, { "executable": true }]))?;
    Ok(())
}
