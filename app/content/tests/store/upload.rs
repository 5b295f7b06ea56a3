//! Giving content to a blob store.

use assay_content::{ContentError, ContentHash, ContentStore, StoreConfig};
use tempfile::TempDir;

use crate::blob_server::Response;
use crate::{from_blob_store, from_job_urls, MAX_BYTES};

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
    f.server.set_response(
        "/blobs",
        Response::Content(ContentHash::of(b"other").to_string().into_bytes()),
    );
    assert!(matches!(
        f.store.put(b"output"),
        Err(ContentError::HashMismatch { .. })
    ));
    f.server
        .set_response("/blobs", Response::Content(b"thank you".to_vec()));
    assert!(matches!(
        f.store.put(b"output"),
        Err(ContentError::Unreachable { .. })
    ));
    assert!(matches!(
        from_job_urls().store.put(b"output"),
        Err(ContentError::NoBlobStore)
    ));
}

#[test]
fn a_blob_store_that_is_no_url_is_refused() {
    let directory = TempDir::new().unwrap();
    let mut config = StoreConfig::new(directory.path());
    config.blob_stores = vec!["localhost:8902".into()];
    assert!(matches!(
        ContentStore::open(config),
        Err(ContentError::UrlNotAllowed { .. })
    ));
}
