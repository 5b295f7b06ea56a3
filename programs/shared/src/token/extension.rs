//! The extensions of Token-2022, a list of type (u16 LE), length (u16 LE) and value behind the kind of an account.

/// Returns whether a list of extensions is well formed and each satisfies `admits`, called with its type and its value.
///
/// The list ends as Token-2022 ends it: with the type 0, or where no further type fits.
#[inline(never)]
pub(super) fn all(mut list: &[u8], admits: fn(u16, &[u8]) -> bool) -> bool {
    while let Some((kind, rest)) = list.split_first_chunk::<2>() {
        let kind = u16::from_le_bytes(*kind);
        if kind == 0 {
            return true;
        }
        let Some((length, rest)) = rest.split_first_chunk::<2>() else {
            return false;
        };
        let length = usize::from(u16::from_le_bytes(*length));
        let Some((value, rest)) = rest.split_at_checked(length) else {
            return false;
        };
        if !admits(kind, value) {
            return false;
        }
        list = rest;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only_seven(kind: u16, _: &[u8]) -> bool {
        kind == 7
    }

    #[test]
    fn every_extension_is_asked_about() {
        assert!(all(&[], only_seven));
        assert!(all(&[7, 0, 0, 0], only_seven));
        assert!(all(&[7, 0, 1, 0, 9, 7, 0, 0, 0], only_seven));
        assert!(!all(&[7, 0, 1, 0, 9, 8, 0, 0, 0], only_seven));
        // The high byte of the type counts.
        assert!(!all(&[7, 1, 0, 0], only_seven));
    }

    #[test]
    fn a_list_ends_with_type_zero_or_with_the_bytes() {
        assert!(all(&[7, 0, 0, 0, 0, 0, 8, 0, 0, 0], only_seven));
        assert!(all(&[7, 0, 0, 0, 8], only_seven));
    }

    #[test]
    fn a_list_that_is_cut_off_is_malformed() {
        assert!(!all(&[7, 0], only_seven));
        assert!(!all(&[7, 0, 0], only_seven));
        assert!(!all(&[7, 0, 2, 0, 1], only_seven));
        assert!(!all(&[7, 0, 255, 255], only_seven));
    }
}
