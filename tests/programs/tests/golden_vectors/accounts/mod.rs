//! Bytes of every account type.

use crate::{check, json::hex};
use anchor_lang::{
    bytemuck::{bytes_of, Pod},
    AccountDeserialize, Discriminator,
};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;

#[derive(Serialize)]
struct Vector {
    program: &'static str,
    account: &'static str,
    fields: Value,
    /// Discriminator and fields.
    data: String,
}

/// Builds the vector of an account with these fields. The account must read back from its bytes.
fn vector<T: Pod + Discriminator + AccountDeserialize>(
    program: &'static str,
    account: &'static str,
    fields: Value,
    value: &T,
) -> Vector {
    let data = [T::DISCRIMINATOR, bytes_of(value)].concat();
    let read = T::try_deserialize(&mut data.as_slice());
    let read = read.unwrap_or_else(|error| panic!("{program} {account}: {error}"));
    assert_eq!(bytes_of(&read), bytes_of(value), "{program} {account}");
    Vector {
        program,
        account,
        fields,
        data: hex(data),
    }
}

/// Writes the fields of an account once: for its value and for the fixture.
macro_rules! account {
    ($module:ident :: $type:ident { $($field:ident: $value:expr),+ $(,)? }) => {{
        #[allow(clippy::useless_conversion, reason = "some values have the field's type already")]
        let value = $module::$type { $($field: ($value).into()),+ };
        let fields = object(&[$((stringify!($field), &value.$field as &dyn ToJson)),+]);
        vector(stringify!($module), stringify!($type), fields, &value)
    }};
}

mod governance;
mod market;
mod rewards;
mod staking;

/// Returns the bytes of a vector's account.
fn data_of(vector: &Vector) -> Vec<u8> {
    hex::decode(&vector.data).expect("hexadecimal digits")
}

fn vectors() -> Vec<Vector> {
    let mut vectors = staking::accounts();
    vectors.extend(market::accounts());
    vectors.extend(rewards::accounts());
    vectors.extend(governance::accounts());
    vectors
}

#[test]
fn accounts_are_those_of_the_fixture() {
    let description = "Data of one account of each type with these fields: 8 bytes of discriminator, then the fields in the \
        order of the IDL, integers little-endian, without padding. Behind the header of a Job and of a Round lie the number \
        of its seats (4 bytes) and the seats.";
    check("accounts", description, vectors());
}

#[test]
fn no_two_account_types_share_a_discriminator_in_a_program() {
    let vectors = vectors();
    let of = |vector: &Vector| (vector.program, vector.data[..16].to_owned());
    let distinct: HashSet<_> = vectors.iter().map(of).collect();
    assert_eq!(distinct.len(), vectors.len());
}
