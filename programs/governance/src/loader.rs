//! Calls of the upgradeable loader, signed by the upgrader, which signs nothing else.
//!
//! Numbers and accounts are those of `UpgradeableLoaderInstruction` and `UpgradeableLoaderState` in Agave.

use crate::{
    cpi::{invoke, reads, signs, writes},
    error::{GovernanceError, RuleResult},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer::UPGRADEABLE_LOADER, hash::sha256v};
use pinocchio::cpi::Seed;

/// Seed of the upgrader's address.
pub const UPGRADE_SEED: &[u8] = b"upgrade";
/// Bytes of a buffer before the program's: tag, flag and authority.
pub const BUFFER_HEAD: usize = 37;

const UPGRADE: u32 = 3;
const SET_AUTHORITY: u32 = 4;
const SET_AUTHORITY_CHECKED: u32 = 7;

/// The accounts of an upgrade.
pub struct UpgradeAccounts<'a> {
    /// Holds the program's bytes.
    pub program_data: &'a AccountView,
    /// The program.
    pub program: &'a AccountView,
    /// Holds the new bytes.
    pub buffer: &'a AccountView,
    /// Receives the rent of the buffer.
    pub spill: &'a AccountView,
    /// The sysvar `Rent`.
    pub rent: &'a AccountView,
    /// The sysvar `Clock`.
    pub clock: &'a AccountView,
    /// The upgrader.
    pub upgrade_authority: &'a AccountView,
}

/// Replaces the bytes of a program by those of a buffer.
pub fn upgrade(accounts: &UpgradeAccounts<'_>, bump: u8) {
    let named = [
        writes(accounts.program_data),
        writes(accounts.program),
        writes(accounts.buffer),
        writes(accounts.spill),
        reads(accounts.rent),
        reads(accounts.clock),
        signs(accounts.upgrade_authority),
    ];
    let bump = [bump];
    let seeds = seeds(&bump);
    invoke(&UPGRADEABLE_LOADER, &named, &UPGRADE.to_le_bytes(), &seeds);
}

/// Passes the authority over a buffer to `wallet`, which need not sign.
pub fn return_buffer(
    buffer: &AccountView,
    upgrade_authority: &AccountView,
    wallet: &AccountView,
    bump: u8,
) {
    let named = [writes(buffer), signs(upgrade_authority), reads(wallet)];
    let (bump, data) = ([bump], SET_AUTHORITY.to_le_bytes());
    invoke(&UPGRADEABLE_LOADER, &named, &data, &seeds(&bump));
}

/// Takes the authority over a program from `holder`, who signs.
pub fn accept_program(
    program_data: &AccountView,
    holder: &AccountView,
    upgrade_authority: &AccountView,
    bump: u8,
) {
    let named = [
        writes(program_data),
        signs(holder),
        signs(upgrade_authority),
    ];
    let (bump, data) = ([bump], SET_AUTHORITY_CHECKED.to_le_bytes());
    invoke(&UPGRADEABLE_LOADER, &named, &data, &seeds(&bump));
}

fn seeds(bump: &[u8; 1]) -> [Seed<'_>; 2] {
    [Seed::from(UPGRADE_SEED), Seed::from(bump)]
}

/// Checks that `buffer` is a buffer of the loader that only `authority` can write, and that the program's bytes in it have the
/// SHA-256 `hash`. So nobody can swap them between the vote and the upgrade.
///
/// # Errors
/// `WrongBuffer`.
pub fn check_buffer(buffer: &AccountView, authority: &Address, hash: &Address) -> RuleResult<()> {
    let data = buffer.try_borrow();
    let data = data.map_err(|_| GovernanceError::WrongBuffer)?;
    let is_bound = buffer.owned_by(&UPGRADEABLE_LOADER) && holds(&data, authority, hash);
    is_bound.then_some(()).ok_or(GovernanceError::WrongBuffer)
}

fn holds(data: &[u8], authority: &Address, hash: &Address) -> bool {
    let Some((head, bytes)) = data.split_first_chunk::<BUFFER_HEAD>() else {
        return false;
    };
    // The tag of `Buffer`, then the flag that an authority follows.
    let is_buffer = head.starts_with(&[1, 0, 0, 0, 1]) && head.ends_with(authority.as_ref());
    is_buffer && sha256v(&[bytes]) == hash.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(authority: u8, bytes: &[u8]) -> Vec<u8> {
        [&[1, 0, 0, 0, 1][..], &[authority; 32], bytes].concat()
    }

    #[test]
    fn a_buffer_holds_the_bytes_that_were_voted_on_and_nobody_else_can_write_it() {
        let (authority, hash) = (
            Address::new_from_array([7; 32]),
            Address::new_from_array(sha256v(&[b"program"])),
        );
        assert!(holds(&buffer(7, b"program"), &authority, &hash));
        assert!(!holds(&buffer(8, b"program"), &authority, &hash));
        assert!(!holds(&buffer(7, b"Program"), &authority, &hash));
        assert!(!holds(&buffer(7, b"program\0"), &authority, &hash));
        let mut other = buffer(7, b"program");
        other[0] = 3;
        assert!(!holds(&other, &authority, &hash));
        let mut none = buffer(7, b"program");
        none[4] = 0;
        assert!(!holds(&none, &authority, &hash));
        assert!(!holds(&none[..36], &authority, &hash));
    }
}
