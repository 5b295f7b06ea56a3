//! The four programs: where they are deployed, and who may initialize them.

use crate::{Error, Result};
use anchor_lang::wincode;
use assay_client::{pda, Address, Client};
use solana_loader_v3_interface::state::UpgradeableLoaderState;

/// One of the four programs.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Name in messages.
    pub name: &'static str,
    /// Name of the bytecode's file in `target/deploy`.
    pub file: &'static str,
    pub id: Address,
}

/// The four programs, in the order in which they are initialized.
pub const PROGRAMS: [Program; 4] = [
    Program {
        name: "rewards",
        file: "assay_rewards.so",
        id: assay_rewards::ID,
    },
    Program {
        name: "staking",
        file: "assay_staking.so",
        id: assay_staking::ID,
    },
    Program {
        name: "market",
        file: "assay_market.so",
        id: assay_market::ID,
    },
    Program {
        name: "governance",
        file: "assay_governance.so",
        id: assay_governance::ID,
    },
];

impl Program {
    /// Checks that the program is deployed and that `deployer` may initialize it.
    ///
    /// # Errors
    /// [`Error::NotDeployed`] or [`Error::NotUpgradeAuthority`].
    pub(crate) fn check(&self, client: &Client, deployer: &Address) -> Result<()> {
        let data = client.account(&pda::program_data(&self.id))?;
        let program = client
            .account(&self.id)?
            .filter(|program| program.executable);
        let (Some(_), Some(data)) = (program, data) else {
            return Err(Error::NotDeployed {
                program: self.name,
                address: self.id,
            });
        };
        let authority = upgrade_authority(&data.data);
        if authority == Some(*deployer) {
            return Ok(());
        }
        Err(Error::NotUpgradeAuthority {
            program: self.name,
            authority: authority.map_or("nobody".into(), |key| key.to_string()),
            deployer: *deployer,
        })
    }
}

/// Reads the upgrade authority from the data account of a program. Returns `None` if there is none any more.
fn upgrade_authority(program_data: &[u8]) -> Option<Address> {
    let header = program_data.get(..UpgradeableLoaderState::size_of_programdata_metadata())?;
    match wincode::deserialize(header).ok()? {
        UpgradeableLoaderState::ProgramData {
            upgrade_authority_address,
            ..
        } => upgrade_authority_address,
        _ => None,
    }
}
