//! Content from several URLs of strangers, and whether one serves it.

use assay_content::{ContentError, ContentHash, JobUrls};

use crate::blob_server::{BlobServer, Response};
use crate::{fixture, from_blob_store, from_job_urls, MAX_BYTES};

fn directory(server: &BlobServer) -> String {
    format!("{}/blobs/", server.base)
}

#[test]
fn what_one_source_took_back_comes_from_the_next() {
    let f = from_job_urls();
    let [empty, liar] = [BlobServer::start(), BlobServer::start()];
    let name = f.server.keep(b"input");
    liar.set_response(
        &format!("/blobs/{name}"),
        Response::Content(b"other".to_vec()),
    );
    let urls = [&empty, &liar, &f.server].map(directory);
    let found = f.store.fetch_from(name, MAX_BYTES, || urls.to_vec());
    assert_eq!(found.unwrap(), b"input");
    let second = f.server.keep(b"second");
    let found = f.store.fetch_from(second, MAX_BYTES, || urls.to_vec());
    assert_eq!(found.unwrap(), b"second");
    // The two that failed were not asked again, because the third serves.
    assert_eq!((empty.requests(), liar.requests()), (1, 1));
}

#[test]
fn nobody_is_looked_up_for_what_the_cache_or_the_blob_store_has() {
    let f = from_blob_store();
    let name = f.server.keep(b"input");
    for _ in 0..2 {
        let found = f.store.fetch_from(name, MAX_BYTES, || panic!("looked up"));
        assert_eq!(found.unwrap(), b"input");
    }
}

#[test]
fn a_url_is_checked_without_the_cache() {
    let f = from_job_urls();
    let (server, name) = (BlobServer::start(), ContentHash::of(b"input"));
    f.server.keep(b"input");
    f.store
        .fetch(&directory(&f.server), name, MAX_BYTES)
        .unwrap();
    let check = |server| f.store.check_served(&directory(server), name, MAX_BYTES);
    assert!(matches!(
        check(&server),
        Err(ContentError::Unreachable { .. })
    ));
    server.set_response(&format!("/blobs/{name}"), Response::Content(b"x".to_vec()));
    assert!(matches!(
        check(&server),
        Err(ContentError::HashMismatch { .. })
    ));
    assert!(check(&f.server).is_ok());
    let denying = fixture(|config, _| config.job_urls = JobUrls::Deny);
    let denied = denying
        .store
        .check_served(&directory(&f.server), name, MAX_BYTES);
    assert!(matches!(denied, Err(ContentError::UrlNotAllowed { .. })));
}

#[test]
fn a_blob_store_says_what_it_has() {
    let f = from_blob_store();
    let name = f.server.keep(b"input");
    assert!(f.store.is_stored(name));
    assert!(!f.store.is_stored(ContentHash::of(b"other")));
    assert!(!from_job_urls().store.is_stored(name), "there is no store");
}
