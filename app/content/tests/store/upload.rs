//! Giving content to a blob store.

use assay_content::{ContentHash, ContentStore, FetchError, StoreConfig};
use tempfile::TempDir;

use crate::blob_server::Answer;
use crate::{from_blob_store, from_hints, MAX_BYTES};

#[test]
fn uploaded_content_can_be_fetched_by_its_name() {
    let f = from_blob_store();
    let name = f.store.put(b"output").unwrap();
    assert_eq!(name, ContentHash::of(b"output"));
    assert_eq!(f.store.fetch("", name, MAX_BYTES).unwrap(), b"output");
}

#[test]
fn an_upload_that_gets_the_wrong_name_fails() {
    let f = from_blob_store();
    f.server.answer(
        "/blobs",
        Answer::Content(ContentHash::of(b"other").to_string().into_bytes()),
    );
    assert!(matches!(
        f.store.put(b"output"),
        Err(FetchError::HashMismatch { .. })
    ));
    f.server
        .answer("/blobs", Answer::Content(b"thank you".to_vec()));
    assert!(matches!(
        f.store.put(b"output"),
        Err(FetchError::Unreachable { .. })
    ));
    assert!(matches!(
        from_hints().store.put(b"output"),
        Err(FetchError::NoBlobStore)
    ));
}

#[test]
fn a_blob_store_that_is_no_url_is_refused() {
    let directory = TempDir::new().unwrap();
    let mut config = StoreConfig::new(directory.path());
    config.blob_stores = vec!["localhost:8902".into()];
    assert!(matches!(
        ContentStore::open(config),
        Err(FetchError::RefusedHint { .. })
    ));
}
