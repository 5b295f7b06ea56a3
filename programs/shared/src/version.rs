//! The number of a program's version, which its bytecode carries as text.
//!
//! An upgrade can be seen from outside: the instruction `version` answers with the number. A test patches the two digits in the
//! ELF file and so has a program of the next version without a second build.

/// Bytes of the text.
pub const TEXT_LEN: usize = 16;

/// Returns the number that the last two bytes of `text` are, two decimal digits.
pub fn parse(text: &[u8; TEXT_LEN]) -> u16 {
    let digit = |index: usize| {
        let byte = text.get(index).copied().unwrap_or_default();
        u16::from(byte.saturating_sub(b'0'))
    };
    digit(14).saturating_mul(10).saturating_add(digit(15))
}

/// Declares the text `assay-version:01` and a function `number` that returns the two digits as they stand in the bytecode.
#[macro_export]
macro_rules! version_answer {
    () => {
        #[used]
        static TEXT: [u8; $crate::version::TEXT_LEN] = *b"assay-version:01";

        /// Returns the number of the program's version.
        pub fn number() -> u16 {
            // SAFETY: the text is a static. The read is volatile so that the compiler does not put the number it knows in its
            // place: what counts are the bytes of the deployed file.
            let text = unsafe { core::ptr::read_volatile(&raw const TEXT) };
            $crate::version::parse(&text)
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    mod answer {
        crate::version_answer!();
    }

    #[test]
    fn the_number_is_the_last_two_digits() {
        assert_eq!(answer::number(), 1);
        assert_eq!(parse(b"assay-version:02"), 2);
        assert_eq!(parse(b"assay-version:47"), 47);
    }
}
