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
        output: b"7\n".to_vec(),
    };
    publish_result(&f.store, &result).unwrap();
    let digest = assay_market::bytes::result_digest(3, b"7\n");
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
        output: vec![7; 100],
    };
    publish_result(&f.store, &result).unwrap();
    let digest = assay_market::bytes::result_digest(0, &[7; 100]);
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
fn a_digest_of_something_else_is_no_result() {
    let f = from_blob_store();
    let name = f.server.keep(b"no record");
    let refused = fetch_result(&f.store, "", name.bytes(), MAX_BYTES);
    assert!(
        matches!(&refused, Err(ResultError::NotARecord(digest)) if *digest == name),
        "{refused:?}"
    );
    let missing = ContentHash::of(b"missing");
    let refused = fetch_result(&f.store, "", missing.bytes(), MAX_BYTES);
    assert!(
        matches!(&refused, Err(ResultError::Fetch { digest, .. }) if *digest == missing),
        "{refused:?}"
    );
}
