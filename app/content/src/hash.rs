//! The name of content.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use thiserror::Error;

/// A text that is not a hash; holds its first 80 characters.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{}` is not a sha256: give 64 lowercase hex digits", .0.escape_debug())]
pub struct ParseHashError(pub String);

/// The SHA-256 of some bytes, which is their name everywhere in Assay. Its text form is 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Returns the name of `content`.
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// Returns the 32 bytes, as accounts and transactions hold them.
    pub const fn bytes(&self) -> [u8; 32] {
        self.0
    }
}

impl From<[u8; 32]> for ContentHash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ContentHash {
    type Err = ParseHashError;

    /// Parses 64 lowercase hex digits. Other forms are errors: a hash has one text form, so that a text made of hashes,
    /// such as a manifest, has one hash itself.
    fn from_str(text: &str) -> Result<Self, ParseHashError> {
        let mut bytes = [0; 32];
        let uppercase = text.bytes().any(|byte| byte.is_ascii_uppercase());
        if uppercase || hex::decode_to_slice(text, &mut bytes).is_err() {
            return Err(ParseHashError(text.chars().take(80).collect()));
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_sha256_of_its_content() {
        // The first example of FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(ContentHash::of(b"abc").to_string(), abc);
        assert_eq!(abc.parse(), Ok(ContentHash::of(b"abc")));
    }

    #[test]
    fn a_hash_has_one_text_form() {
        let text = ContentHash::of(b"abc").to_string();
        for wrong in [
            text.to_uppercase(),
            format!("{text} "),
            text[2..].to_string(),
            format!("0x{}", &text[2..]),
        ] {
            assert_eq!(
                wrong.parse::<ContentHash>(),
                Err(ParseHashError(wrong.clone()))
            );
        }
    }
}
