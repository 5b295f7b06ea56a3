//! Hashes, and the bytes that they are taken of.

use crate::{
    check,
    json::{hex, object, ToJson},
    key,
};
use assay_market::{
    bytes::{commitment, escrow_seed, job_seed, result_digest, result_record},
    state::{draw, shard_of},
};
use assay_shared::hash::sha256v;
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
struct Vector {
    function: &'static str,
    inputs: Value,
    output: Value,
}

fn vector(function: &'static str, inputs: &[(&str, &dyn ToJson)], output: &dyn ToJson) -> Vector {
    Vector {
        function,
        inputs: object(inputs),
        output: output.to_json(),
    }
}

fn vectors() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (first, second) in [("", ""), ("assay", ""), ("as", "say")] {
        let parts = (first.as_bytes(), second.as_bytes());
        vectors.push(vector(
            "sha256_of_concatenation",
            &[("first", &parts.0.to_vec()), ("second", &parts.1.to_vec())],
            &sha256v(&[parts.0, parts.1]),
        ));
    }
    for (exit_code, output) in [(0u32, &b""[..]), (0, b"42\n"), (u32::MAX, b"\x00\xff")] {
        let output_hash = sha256v(&[output]);
        vectors.push(vector(
            "result_record",
            &[("exit_code", &exit_code), ("output_hash", &output_hash)],
            &result_record(exit_code, &output_hash).to_vec(),
        ));
        vectors.push(vector(
            "result_digest",
            &[("exit_code", &exit_code), ("output", &output.to_vec())],
            &result_digest(exit_code, output),
        ));
    }
    for (job, task, worker) in [(1, 0u32, 2), (1, 7, 2), (3, u32::MAX, 4)] {
        let (job, worker, digest, salt) = (key(job), key(worker), [5; 32], [6; 32]);
        vectors.push(vector(
            "commitment",
            &[
                ("job", &job),
                ("task", &task),
                ("worker", &worker),
                ("digest", &digest),
                ("salt", &salt),
            ],
            &commitment(&job, task, &worker, &digest, &salt),
        ));
    }
    for nonce in [0u64, 0x0123_4567_89ab_cdef, u64::MAX] {
        let inputs: [(&str, &dyn ToJson); 1] = [("nonce", &nonce)];
        vectors.push(vector("job_seed", &inputs, &job_seed(nonce)));
        vectors.push(vector("escrow_seed", &inputs, &escrow_seed(nonce)));
    }
    for seat in [0u32, 31, u32::MAX] {
        let (seed, worker) = ([1; 32], key(2));
        vectors.push(vector(
            "draw",
            &[("seed", &seed), ("worker", &worker), ("seat", &seat)],
            &draw(&seed, &worker, seat),
        ));
    }
    for byte in [0, 0x0f, 0x10, 0xff] {
        let worker = key(byte);
        vectors.push(vector(
            "shard_of",
            &[("worker", &worker)],
            &shard_of(&worker),
        ));
    }
    vectors
}

#[test]
fn digests_are_those_of_the_fixture() {
    let description = "Byte formats and digests of the market: what each function returns for these inputs. Seeds are the \
        ASCII text of a letter and 16 hexadecimal digits, as bytes.";
    check("digests", description, vectors());
}

/// The formats once more, by hand, so that the vectors do not only repeat the code that they come from.
#[test]
fn digests_are_sha256_of_the_documented_bytes() {
    let found = |function: &str| {
        let all = vectors().into_iter();
        let of_function = all.filter(|vector| vector.function == function);
        of_function
            .map(|vector| vector.output)
            .next()
            .expect("a vector")
    };
    let empty = sha256v(&[b""]);
    let record = [&b"ASSAY-RESULT-1\0\0\0\0"[..], &empty].concat();
    assert_eq!(found("result_record"), hex(&record));
    assert_eq!(found("result_digest"), hex(sha256v(&[&record])));
    let bytes = [
        &b"ASSAY-COMMIT-1"[..],
        &[1; 32],
        &[0; 4],
        &[2; 32],
        &[5; 32],
        &[6; 32],
    ]
    .concat();
    assert_eq!(found("commitment"), hex(sha256v(&[&bytes])));
    assert_eq!(found("job_seed"), hex(b"j0000000000000000"));
    let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(found("sha256_of_concatenation"), of_nothing);
}
