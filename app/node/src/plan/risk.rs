//! How much of the collateral one seat may put at stake.

/// Whether a seat's `bond` is at most `percent` of the `whole` collateral, free and locked.
///
/// A requester names the price, which decides the bond, and is given part of it when the deadline is missed: without a bound,
/// a module that runs slower than anything measured here could be made to cost everything at once.
pub fn is_bearable(bond: u64, whole: u64, percent: u8) -> bool {
    u128::from(bond).saturating_mul(100) <= u128::from(whole).saturating_mul(percent.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bond_is_bearable_up_to_its_share_of_the_collateral() {
        assert!(is_bearable(25, 100, 25));
        assert!(!is_bearable(26, 100, 25));
        assert!(!is_bearable(1, 3, 33));
        assert!(is_bearable(u64::MAX, u64::MAX, 100));
    }
}
