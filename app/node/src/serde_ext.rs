//! Serde formats for addresses, hashes, amounts and bytes in events, in journals and between nodes and attesters.

/// An address, in base 58.
pub mod address {
    use assay_client::Address;
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(address: &Address, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(address)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Address, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map_err(|_| D::Error::custom(format!("`{text}` is not an address")))
    }
}

/// 32 bytes, in hexadecimal.
pub mod hash {
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        let mut bytes = [0; 32];
        match hex::decode_to_slice(&text, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(_) => Err(D::Error::custom(format!("`{text}` is not 64 hex digits"))),
        }
    }
}

/// A 64-bit number, as a string of decimal digits. Readers that keep numbers as floats, as JavaScript does, would round
/// a large one.
pub mod amount {
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(amount: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map_err(|_| D::Error::custom(format!("`{text}` is not a whole number of 64 bits")))
    }
}

/// Bytes, in base 64, or nothing.
pub mod optional_base64 {
    use base64::{engine::general_purpose::STANDARD, Engine as _};
    use serde::{de::Error, Deserialize, Deserializer, Serialize as _, Serializer};

    pub fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
        let text = bytes.as_ref().map(|bytes| STANDARD.encode(bytes));
        text.serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<u8>>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let decode = |text| STANDARD.decode(text);
        let bytes = text.map(decode).transpose();
        bytes.map_err(|_| D::Error::custom("not base 64"))
    }
}

/// An [`amount`] that may be missing.
pub mod optional_amount {
    use serde::{Serialize as _, Serializer};

    pub fn serialize<S: Serializer>(amount: &Option<u64>, to: S) -> Result<S::Ok, S::Error> {
        amount.map(|amount| amount.to_string()).serialize(to)
    }
}

/// A [`hash`] that may be missing.
pub mod optional_hash {
    use serde::{Serialize as _, Serializer};

    pub fn serialize<S: Serializer>(hash: &Option<[u8; 32]>, to: S) -> Result<S::Ok, S::Error> {
        hash.map(hex::encode).serialize(to)
    }
}
