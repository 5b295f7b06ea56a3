//! The check that only a program's upgrade authority initializes it: without it, anyone could after the deployment.

use pinocchio::{account::AccountView, address::address_eq, Address};

/// The upgradeable loader, `BPFLoaderUpgradeab1e11111111111111111111111`.
pub const UPGRADEABLE_LOADER: Address = Address::new_from_array([
    2, 168, 246, 145, 78, 136, 161, 176, 226, 16, 21, 62, 247, 99, 174, 43, 0, 194, 185, 61, 22,
    193, 36, 210, 192, 83, 122, 16, 4, 128, 0, 0,
]);

/// Tag of `UpgradeableLoaderState::ProgramData`, as bincode writes it.
const PROGRAM_DATA_TAG: [u8; 4] = [3, 0, 0, 0];
/// Offset of the byte that is 1 if the program has an upgrade authority.
const AUTHORITY_FLAG: usize = 12;
/// Where the upgrade authority's address lies.
const AUTHORITY: core::ops::Range<usize> = 13..45;

/// Returns whether `signer` is the upgrade authority of `program_id`, as the program's ProgramData account says.
///
/// Derives the address of `program_data` and checks its owner. The caller has checked that `signer` signed.
pub fn is_upgrade_authority(
    program_data: &AccountView,
    program_id: &Address,
    signer: &Address,
) -> bool {
    let (expected, _) =
        anchor_lang::find_program_address(&[program_id.as_ref()], &UPGRADEABLE_LOADER);
    if !address_eq(program_data.address(), &expected) || !program_data.owned_by(&UPGRADEABLE_LOADER)
    {
        return false;
    }
    let Ok(data) = program_data.try_borrow() else {
        return false;
    };
    data.get(..4) == Some(PROGRAM_DATA_TAG.as_slice())
        && data.get(AUTHORITY_FLAG) == Some(&1)
        && data.get(AUTHORITY) == Some(signer.as_ref())
}
