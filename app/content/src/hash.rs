//! The name of a module, an input or an output.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use thiserror::Error;

/// A text that is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{}` is not a sha256: give 64 lowercase hex digits", .0.escape_debug())]
pub struct HashTextError(pub String);

/// The sha256 of some bytes, which is their name everywhere in Assay. Its text form is 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The name of `content`.
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// The 32 bytes, as accounts and transactions hold them.
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
    type Err = HashTextError;

    /// Only lowercase is accepted: a hash has one text form, so that texts made of hashes can be hashed themselves.
    fn from_str(text: &str) -> Result<Self, HashTextError> {
        let mut bytes = [0; 32];
        let uppercase = text.bytes().any(|byte| byte.is_ascii_uppercase());
        if uppercase || hex::decode_to_slice(text, &mut bytes).is_err() {
            return Err(HashTextError(text.chars().take(80).collect()));
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
                Err(HashTextError(wrong.clone()))
            );
        }
    }
}
