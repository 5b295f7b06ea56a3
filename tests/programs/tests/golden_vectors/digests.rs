//! Hashes, and the bytes that they are taken of.

use crate::{
    check,
    json::{hex, object, ToJson},
    key,
};
use assay_governance::state::{commitment, Side};
use assay_harness::ballot::Ballot;
use assay_market::{
    bytes::{escrow_seed, job_seed, ResultRecord},
    game::{
        contribution::{agreement_hash, blinded, seal},
        draw::{draw_seed, is_due, stop_fuel, Purpose},
        rank::{admitted_after, ticket},
    },
    state::shard_of,
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

/// The seed of a posting.
const SEED: [u8; 32] = [1; 32];

/// Returns the vectors of hashes, records and seeds of addresses.
fn formats() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for (first, second) in [("", ""), ("assay", ""), ("as", "say")] {
        let parts = (first.as_bytes(), second.as_bytes());
        vectors.push(vector(
            "sha256_of_concatenation",
            &[("first", &parts.0.to_vec()), ("second", &parts.1.to_vec())],
            &sha256v(&[parts.0, parts.1]),
        ));
    }
    let results = [
        (0u32, 0u64, &b""[..], 1),
        (0, 12_345, b"42\n", 2),
        (u32::MAX, u64::MAX, b"\x00\xff", 3),
    ];
    for (exit_code, fuel_used, output, memory) in results {
        let record = ResultRecord {
            exit_code,
            fuel_used,
            output: sha256v(&[output]),
            memory: [memory; 32],
        };
        let inputs: [(&str, &dyn ToJson); 4] = [
            ("exit_code", &exit_code),
            ("fuel_used", &fuel_used),
            ("output_hash", &record.output),
            ("memory_hash", &record.memory),
        ];
        vectors.push(vector("result_record", &inputs, &record.encode().to_vec()));
        vectors.push(vector("result_digest", &inputs, &record.digest()));
    }
    for nonce in [0u64, 0x0123_4567_89ab_cdef, u64::MAX] {
        let inputs: [(&str, &dyn ToJson); 1] = [("nonce", &nonce)];
        vectors.push(vector("job_seed", &inputs, &job_seed(nonce)));
        vectors.push(vector("escrow_seed", &inputs, &escrow_seed(nonce)));
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

/// Returns the vectors of contributions.
fn contributions() -> Vec<Vector> {
    let mut vectors = Vec::new();
    let (seed, digest, memory) = (SEED, [5u8; 32], [6u8; 32]);
    for (task, worker) in [(0u32, 2), (7, 2), (u32::MAX, 4)] {
        let worker = key(worker);
        let shared: [(&str, &dyn ToJson); 3] =
            [("seed", &seed), ("task", &task), ("digest", &digest)];
        vectors.push(vector(
            "agreement_hash",
            &shared,
            &agreement_hash(&seed, task, &digest),
        ));
        let [a, b, c] = shared;
        vectors.push(vector(
            "seal",
            &[a, b, ("worker", &worker), c],
            &seal(&seed, task, &worker, &digest),
        ));
    }
    vectors.push(vector(
        "blinded",
        &[("digest", &digest), ("memory_hash", &memory)],
        &blinded(&digest, &memory),
    ));
    vectors
}

/// Returns the vectors of draws and of ranks.
fn draws() -> Vec<Vector> {
    let mut vectors = Vec::new();
    let (seed, slot_hash) = (SEED, [7u8; 32]);
    for purpose in [Purpose::LateSeat, Purpose::Dispute, Purpose::Appeal] {
        let (task, seat) = (7u32, 1u8);
        let drawn = draw_seed(&slot_hash, &seed, task, purpose, seat);
        vectors.push(vector(
            "draw_seed",
            &[
                ("slot_hash", &slot_hash),
                ("seed", &seed),
                ("task", &task),
                ("purpose", &(purpose as u8)),
                ("seat", &seat),
            ],
            &drawn,
        ));
        for check_bps in [0u16, 5_000, 9_999] {
            vectors.push(vector(
                "is_due",
                &[("seed", &drawn), ("check_bps", &check_bps)],
                &u8::from(is_due(&drawn, check_bps)),
            ));
        }
        let fuel_used = 1_000_003u64;
        vectors.push(vector(
            "stop_fuel",
            &[("seed", &drawn), ("fuel_used", &fuel_used)],
            &stop_fuel(&drawn, fuel_used),
        ));
    }
    for (seat, misses) in [(0u32, 0u8), (0, 1), (31, 0), (u32::MAX, u8::MAX)] {
        let worker = key(2);
        vectors.push(vector(
            "ticket",
            &[
                ("seed", &seed),
                ("worker", &worker),
                ("seat", &seat),
                ("misses", &misses),
            ],
            &ticket(&seed, &worker, seat, misses),
        ));
    }
    for (ticket, collateral, total, step) in [
        (65_536u32, 1_000u64, 1_000u64, 8u32),
        (65_536, 1_000, 9_000, 8),
        (4_194_304, 1, u64::MAX, 1),
    ] {
        let after = admitted_after(ticket, collateral, total, step);
        vectors.push(vector(
            "admitted_after",
            &[
                ("ticket", &ticket),
                ("collateral", &collateral),
                ("total", &total),
                ("step", &step),
            ],
            &after.expect("a worker with collateral is admitted once"),
        ));
    }
    vectors
}

/// Returns the vectors of secret votes.
fn ballots() -> Vec<Vector> {
    let ballot = Ballot {
        genesis: [8; 32],
        proposal: key(9),
        lock: key(10),
        owner: key(11),
    };
    let (signature, text) = ([12u8; 64], ballot.text());
    let salt = Ballot::salt(&signature);
    let mut vectors = vec![
        vector(
            "ballot_text",
            &[
                ("genesis_hash", &ballot.genesis),
                ("proposal", &ballot.proposal),
                ("lock", &ballot.lock),
            ],
            &text.as_str(),
        ),
        vector("ballot_salt", &[("signature", &signature)], &salt),
    ];
    for side in [Side::Yes, Side::No, Side::Abstain] {
        vectors.push(vector(
            "vote_commitment",
            &[
                ("proposal", &ballot.proposal),
                ("lock", &ballot.lock),
                ("owner", &ballot.owner),
                ("side", &side),
                ("salt", &salt),
            ],
            &commitment(&ballot.proposal, &ballot.lock, &ballot.owner, side, &salt),
        ));
    }
    vectors
}

fn vectors() -> Vec<Vector> {
    let mut vectors = formats();
    vectors.extend(contributions());
    vectors.extend(draws());
    vectors.extend(ballots());
    vectors
}

#[test]
fn digests_are_those_of_the_fixture() {
    let description = "Byte formats and digests of the market and of secret votes: what each function returns for these inputs. Seeds are the \
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
    let record = [&b"ASSAY-RESULT-2"[..], &[0; 4], &[0; 8], &empty, &[1; 32]].concat();
    assert_eq!(found("result_record"), hex(&record));
    assert_eq!(found("result_digest"), hex(sha256v(&[&record])));
    let hashed = [&b"H"[..], &[1; 32], &[0; 4], &[5; 32]].concat();
    assert_eq!(found("agreement_hash"), hex(sha256v(&[&hashed])));
    let sealed = [&b"S"[..], &[1; 32], &[0; 4], &[2; 32], &[5; 32]].concat();
    assert_eq!(found("seal"), hex(sha256v(&[&sealed])));
    let both = [[5; 32], [6; 32]].concat();
    assert_eq!(found("blinded"), hex(sha256v(&[&both])));
    let drawn = [&b"D"[..], &[7; 32], &[1; 32], &[7, 0, 0, 0], &[0, 1]].concat();
    assert_eq!(found("draw_seed"), hex(sha256v(&[&drawn])));
    assert_eq!(found("job_seed"), hex(b"j0000000000000000"));
    let committed = [
        &b"assay-secret-vote"[..],
        &[9; 32],
        &[10; 32],
        &[11; 32],
        &[0],
        &sha256v(&[&[12; 64]]),
    ];
    assert_eq!(found("vote_commitment"), hex(sha256v(&committed)));
    let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(found("sha256_of_concatenation"), of_nothing);
}
