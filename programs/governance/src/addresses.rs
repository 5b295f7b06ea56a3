//! Addresses of accounts of the other programs and of the loader, as constants: whoever executes a proposal chooses none that a signature of
//! governance reaches. A test derives them.

use crate::state::Target;
use anchor_lang::{find_program_address, prelude::Address};
use assay_shared::hash::sha256v;

/// Staking's parameters.
pub const STAKING_PARAMS: Address = Address::new_from_array([
    150, 85, 237, 70, 11, 196, 220, 248, 3, 9, 121, 254, 46, 194, 229, 2, 215, 94, 108, 169, 108,
    244, 173, 50, 56, 39, 6, 105, 209, 77, 71, 148,
]);
/// The market's parameters.
pub const MARKET_PARAMS: Address = Address::new_from_array([
    167, 113, 1, 33, 0, 66, 112, 159, 109, 39, 9, 103, 34, 240, 142, 142, 85, 31, 172, 187, 87,
    168, 191, 22, 167, 103, 123, 20, 119, 226, 48, 115,
]);
/// The market's authority, which signs the market's calls of staking.
pub const MARKET_AUTHORITY: Address = Address::new_from_array([
    118, 93, 174, 175, 17, 21, 222, 205, 185, 226, 241, 175, 10, 152, 12, 229, 104, 3, 91, 173,
    208, 155, 136, 162, 112, 70, 137, 112, 65, 148, 213, 219,
]);
/// Governance's treasury (seeds: `treasury`), which signs token transfers.
pub const TREASURY: Address = Address::new_from_array([
    185, 223, 4, 116, 161, 188, 178, 147, 228, 223, 151, 153, 158, 112, 244, 7, 246, 113, 80, 46,
    138, 167, 81, 131, 111, 119, 248, 180, 213, 212, 94, 249,
]);
/// The emission account, which holds the parameters of rewards.
pub const EMISSION: Address = Address::new_from_array([
    105, 120, 169, 25, 211, 170, 20, 39, 115, 143, 75, 213, 7, 244, 32, 95, 2, 37, 212, 183, 75,
    212, 143, 49, 2, 216, 255, 40, 80, 211, 17, 1,
]);

/// The ProgramData accounts, which hold bytecode and upgrade authority, in the order of [`Target`].
const PROGRAM_DATA: [Address; 4] = [
    // Governance.
    Address::new_from_array([
        99, 123, 108, 83, 2, 13, 30, 112, 161, 124, 41, 40, 125, 90, 55, 113, 120, 55, 11, 81, 2,
        241, 251, 120, 228, 194, 79, 50, 87, 229, 228, 211,
    ]),
    // Staking.
    Address::new_from_array([
        145, 156, 5, 216, 115, 140, 248, 41, 2, 0, 172, 208, 229, 253, 195, 112, 146, 48, 20, 153,
        163, 31, 25, 172, 44, 221, 57, 150, 11, 29, 118, 221,
    ]),
    // Market.
    Address::new_from_array([
        137, 232, 34, 134, 30, 248, 134, 36, 104, 253, 52, 91, 134, 105, 98, 125, 123, 173, 3, 69,
        80, 98, 24, 71, 22, 148, 173, 50, 190, 133, 179, 3,
    ]),
    // Rewards.
    Address::new_from_array([
        164, 188, 211, 4, 231, 236, 116, 94, 98, 86, 90, 14, 145, 220, 166, 130, 131, 86, 133, 248,
        34, 224, 192, 41, 98, 169, 198, 29, 45, 223, 186, 135,
    ]),
];

/// The account of the sysvar `Clock`.
pub const CLOCK: Address = Address::new_from_array([
    6, 167, 213, 23, 24, 199, 116, 201, 40, 86, 99, 152, 105, 29, 94, 182, 139, 94, 184, 163, 155,
    75, 109, 92, 115, 85, 91, 33, 0, 0, 0, 0,
]);
/// The account of the sysvar `Rent`.
pub const RENT: Address = Address::new_from_array([
    6, 167, 213, 23, 25, 44, 92, 81, 33, 140, 201, 76, 61, 74, 241, 127, 88, 218, 238, 8, 155, 161,
    253, 68, 227, 219, 217, 138, 0, 0, 0, 0,
]);

/// Returns the program.
pub fn program(target: Target) -> Address {
    match target {
        Target::Governance => crate::ID,
        Target::Staking => assay_staking::ID,
        Target::Market => assay_market::ID,
        Target::Rewards => assay_rewards::ID,
    }
}

/// Returns the program's ProgramData account.
pub fn program_data(target: Target) -> Address {
    PROGRAM_DATA
        .get(target as usize)
        .copied()
        .unwrap_or_default()
}

/// Returns the program whose ProgramData account this is.
pub fn target_of(program_data: &Address) -> Option<Target> {
    let place = PROGRAM_DATA.iter().position(|data| data == program_data)?;
    Target::ALL.get(place).copied()
}

/// Returns the address of `program` with these seeds, and its bump.
#[inline(never)]
pub fn derive(seeds: &[&[u8]], program: &Address) -> (Address, u8) {
    find_program_address(seeds, program)
}

/// Returns the address of the vault of `account`. `bump` is the one on record in the account, whose creation searched it.
#[inline(never)]
pub fn vault(seed: &[u8], account: &Address, bump: u8) -> Address {
    Address::new_from_array(sha256v(&[
        seed,
        account.as_ref(),
        &[bump],
        crate::ID.as_ref(),
        b"ProgramDerivedAddress",
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_shared::deployer::UPGRADEABLE_LOADER;

    #[test]
    fn the_constants_are_the_derived_addresses() {
        let derive = |seed: &[u8], program| derive(&[seed], program).0;
        assert_eq!(STAKING_PARAMS, derive(b"params", &assay_staking::ID));
        assert_eq!(MARKET_PARAMS, derive(b"params", &assay_market::ID));
        assert_eq!(MARKET_AUTHORITY, derive(b"authority", &assay_market::ID));
        assert_eq!(TREASURY, derive(b"treasury", &crate::ID));
        assert_eq!(EMISSION, derive(b"emission", &assay_rewards::ID));
        for target in Target::ALL {
            let id = program(*target);
            let data = derive(id.as_ref(), &UPGRADEABLE_LOADER);
            assert_eq!(program_data(*target), data);
            assert_eq!(target_of(&data), Some(*target));
        }
        assert_eq!(target_of(&CLOCK), None);
    }

    #[test]
    fn the_sysvars_have_their_addresses() {
        let clock = "SysvarC1ock11111111111111111111111111111111";
        let rent = "SysvarRent111111111111111111111111111111111";
        assert_eq!(CLOCK.to_string(), clock);
        assert_eq!(RENT.to_string(), rent);
    }
}
