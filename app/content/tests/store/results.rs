//! Results of tasks, by the digest on chain.

use assay_content::{
    fetch_result, publish_result, ContentError, ContentHash, ResultError, TaskResult,
};

use crate::{from_blob_store, MAX_BYTES};

#[test]
fn a_published_result_is_found_by_its_digest() {
    let f = from_blob_store();
    let result = TaskResult {
        exit_code: 3,
        fuel_used: 1 << 40,
        output: b"7\n".to_vec(),
        memory_hash: [9; 32],
    };
    publish_result(&f.store, &result).unwrap();
    let digest = result.record().digest();
    assert_eq!(
        fetch_result(&f.store, "", digest, MAX_BYTES).unwrap(),
        result
    );
}

#[test]
fn an_output_over_the_limit_is_refused() {
    let f = from_blob_store();
    let result = TaskResult {
        exit_code: 0,
        fuel_used: 0,
        output: vec![7; 100],
        memory_hash: [0; 32],
    };
    publish_result(&f.store, &result).unwrap();
    let digest = result.record().digest();
    let refused = fetch_result(&f.store, "", digest, 99);
    assert!(
        matches!(
            refused,
            Err(ResultError::Fetch {
                reason: ContentError::TooLarge { max_bytes: 99, .. },
                ..
            })
        ),
        "{refused:?}"
    );
}

#[test]
fn the_record_is_named_by_the_digest_and_names_the_output() {
    let f = from_blob_store();
    let result = TaskResult {
        exit_code: 0,
        fuel_used: 77,
        output: b"7\n".to_vec(),
        memory_hash: [9; 32],
    };
    publish_result(&f.store, &result).unwrap();
    let record = result.record();
    let published = f.store.fetch("", record.digest().into(), MAX_BYTES);
    assert_eq!(published.unwrap(), record.encode());
    assert_eq!(record.output, ContentHash::of(b"7\n").bytes());
}

#[test]
fn a_digest_of_something_else_is_no_result() {
    let f = from_blob_store();
    // The second is a record of the first format, which had no fuel and no memory.
    for content in [
        &b"no record"[..],
        &[&b"ASSAY-RESULT-1"[..], &[0; 36]].concat(),
    ] {
        let name = f.server.keep(content);
        let refused = fetch_result(&f.store, "", name.bytes(), MAX_BYTES);
        assert!(
            matches!(&refused, Err(ResultError::NotARecord(digest)) if *digest == name),
            "{refused:?}"
        );
    }
    let missing = ContentHash::of(b"missing");
    let refused = fetch_result(&f.store, "", missing.bytes(), MAX_BYTES);
    assert!(
        matches!(&refused, Err(ResultError::Fetch { digest, .. }) if *digest == missing),
        "{refused:?}"
    );
}
