//! The four programs: where they are deployed, and who may initialize them.

use crate::{Error, Result};
use anchor_lang::wincode;
use assay_client::{pda, Address, Client};
use assay_governance::state::Target;
use solana_loader_v3_interface::state::UpgradeableLoaderState;

/// One of the four programs.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Name in messages.
    pub name: &'static str,
    /// Name of the bytecode's file in `target/deploy`.
    pub file: &'static str,
    pub id: Address,
    /// Number of the program in proposals.
    pub target: Target,
    /// Returns the account that `initialize` creates.
    result: fn() -> Address,
}

/// The four programs, in the order in which they are initialized.
pub const PROGRAMS: [Program; 4] = [
    Program {
        name: "rewards",
        file: "assay_rewards.so",
        id: assay_rewards::ID,
        target: Target::Rewards,
        result: pda::rewards::emission,
    },
    Program {
        name: "staking",
        file: "assay_staking.so",
        id: assay_staking::ID,
        target: Target::Staking,
        result: pda::staking::params,
    },
    Program {
        name: "market",
        file: "assay_market.so",
        id: assay_market::ID,
        target: Target::Market,
        result: pda::market::params,
    },
    Program {
        name: "governance",
        file: "assay_governance.so",
        id: assay_governance::ID,
        target: Target::Governance,
        result: pda::governance::params,
    },
];

impl Program {
    /// Checks that the program is deployed, and that `deployer` may initialize it or it was handed over to `heir` already.
    ///
    /// # Errors
    /// [`Error::NotDeployed`] or [`Error::NotUpgradeAuthority`].
    pub(crate) fn check(&self, client: &Client, deployer: &Address, heir: &Address) -> Result<()> {
        let program = client
            .account(&self.id)?
            .filter(|program| program.executable);
        let authority = self.upgrade_authority(client)?;
        if program.is_none() {
            return Err(self.not_deployed());
        }
        let is_initialized = client.account(&(self.result)())?.is_some();
        match authority {
            Some(key) if key == *deployer => Ok(()),
            Some(key) if key == *heir && is_initialized => Ok(()),
            other => Err(Error::NotUpgradeAuthority {
                program: self.name,
                authority: text(other),
                deployer: *deployer,
            }),
        }
    }

    /// Returns who can replace the program's bytecode; `None` if nobody can.
    ///
    /// # Errors
    /// [`Error::NotDeployed`].
    pub(crate) fn upgrade_authority(&self, client: &Client) -> Result<Option<Address>> {
        let data = client.account(&pda::program_data(&self.id))?;
        let data = data.ok_or_else(|| self.not_deployed())?;
        Ok(upgrade_authority(&data.data))
    }

    fn not_deployed(&self) -> Error {
        Error::NotDeployed {
            program: self.name,
            address: self.id,
        }
    }
}

/// Returns the authority as messages name it.
pub(crate) fn text(authority: Option<Address>) -> String {
    authority.map_or("nobody".into(), |key| key.to_string())
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
