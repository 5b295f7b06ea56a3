//! Golden vectors: byte formats that clients in other languages must reproduce, in `fixtures/*.json`.
//!
//! Each test builds its vectors with the Rust code of today and compares them with the file. `UPDATE_FIXTURES=1` writes the
//! files anew. A changed vector is a changed format: say in the commit why it changed.

mod accounts;
mod addresses;
mod digests;
mod instructions;
mod json;

use assay_harness::Address;
use serde::Serialize;
use serde_json::Value;
use std::{fs, path::PathBuf};

/// A file of vectors.
#[derive(Serialize)]
struct Fixture<V> {
    /// What the vectors are and how values are written, for readers in any language.
    description: String,
    vectors: Vec<V>,
}

/// How values are written in every file.
const NOTATION: &str = "Bytes and addresses are hexadecimal strings, integers of 64 bits and \
    more are decimal strings, smaller integers are numbers.";

/// Compares the vectors with the file `fixtures/<name>.json`, or writes them there if `UPDATE_FIXTURES` is set.
#[track_caller]
fn check(name: &str, description: &str, vectors: Vec<impl Serialize>) {
    let fixture = Fixture {
        description: format!("{description} {NOTATION}"),
        vectors,
    };
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(name)
        .with_extension("json");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        let text = serde_json::to_string_pretty(&fixture).expect("vectors are JSON");
        fs::write(&file, text + "\n").expect("fixtures/ is writable");
        return;
    }
    let file = file.display();
    let text = fs::read_to_string(file.to_string()).unwrap_or_else(|e| panic!("{file}: {e}"));
    let stored: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{file}: {e}"));
    let fresh = serde_json::to_value(&fixture).expect("vectors are JSON");
    let list = |value: &Value| value["vectors"].as_array().cloned().unwrap_or_default();
    for (stored, fresh) in list(&stored).iter().zip(list(&fresh)) {
        assert_eq!(*stored, fresh, "{file} differs from what the code builds");
    }
    assert_eq!(stored, fresh, "{file} differs from what the code builds");
}

/// Returns the address whose 32 bytes all are `byte`.
fn key(byte: u8) -> Address {
    Address::new_from_array([byte; 32])
}
