//! Fetching by hash, over HTTP and from the cache.

mod blob_server;
mod cache;
mod job_urls;
mod results;
mod strangers;
mod upload;

use assay_content::{ContentError, ContentHash, ContentStore, JobUrls, StoreConfig};
use blob_server::{BlobServer, Response};
use tempfile::TempDir;

const MAX_BYTES: u64 = 1 << 20;

struct Fixture {
    server: BlobServer,
    directory: TempDir,
    store: ContentStore,
}

/// A store with an empty cache; `configure` is given the server's base URL.
fn fixture(configure: impl FnOnce(&mut StoreConfig, &str)) -> Fixture {
    let server = BlobServer::start();
    let directory = TempDir::new().unwrap();
    let mut config = StoreConfig::new(directory.path().join("cache"));
    // The server is on this machine.
    config.job_urls = JobUrls::AnyAddress;
    configure(&mut config, &server.base);
    Fixture {
        server,
        store: ContentStore::open(config).unwrap(),
        directory,
    }
}

fn from_job_urls() -> Fixture {
    fixture(|_, _| {})
}

fn from_blob_store() -> Fixture {
    fixture(|config, base| config.blob_stores = vec![format!("{base}/")])
}

#[test]
fn content_comes_from_its_address() {
    let f = from_job_urls();
    let uri = f
        .server
        .set_response("/trend.wasm", Response::Content(b"module".to_vec()));
    assert_eq!(
        f.store
            .fetch(&uri, ContentHash::of(b"module"), MAX_BYTES)
            .unwrap(),
        b"module"
    );
}

#[test]
fn content_comes_from_a_directory_of_content_named_by_hash() {
    let f = from_job_urls();
    let name = f.server.keep(b"input");
    assert_eq!(
        f.store
            .fetch(&format!("{}/blobs/", f.server.base), name, MAX_BYTES)
            .unwrap(),
        b"input"
    );
}

#[test]
fn content_comes_from_the_blob_store_without_any_address() {
    let f = from_blob_store();
    let name = f.server.keep(b"input");
    assert_eq!(f.store.fetch("", name, MAX_BYTES).unwrap(), b"input");
}

#[test]
fn an_address_helps_when_the_blob_store_does_not_have_the_content() {
    let f = from_blob_store();
    let uri = f
        .server
        .set_response("/elsewhere", Response::Content(b"input".to_vec()));
    assert_eq!(
        f.store
            .fetch(&uri, ContentHash::of(b"input"), MAX_BYTES)
            .unwrap(),
        b"input"
    );
}

#[test]
fn redirects_are_followed_but_not_for_ever() {
    let f = from_job_urls();
    let target = f
        .server
        .set_response("/target", Response::Content(b"input".to_vec()));
    let uri = f.server.set_response("/moved", Response::Redirect(target));
    assert_eq!(
        f.store
            .fetch(&uri, ContentHash::of(b"input"), MAX_BYTES)
            .unwrap(),
        b"input"
    );
    let circle = f.server.set_response(
        "/circle",
        Response::Redirect(format!("{}/circle", f.server.base)),
    );
    let failed = f.store.fetch(&circle, ContentHash::of(b"other"), MAX_BYTES);
    assert!(
        matches!(failed, Err(ContentError::Unreachable { .. })),
        "{failed:?}"
    );
}

#[test]
fn content_with_another_hash_never_gets_in() {
    let f = from_job_urls();
    let uri = f
        .server
        .set_response("/trend.wasm", Response::Content(b"malware".to_vec()));
    let wanted = ContentHash::of(b"module");
    for _ in 0..2 {
        match f.store.fetch(&uri, wanted, MAX_BYTES) {
            Err(ContentError::HashMismatch {
                from,
                expected,
                found,
            }) => {
                assert_eq!(
                    (from, expected, found),
                    (uri.clone(), wanted, ContentHash::of(b"malware"))
                );
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        std::fs::read_dir(f.directory.path().join("cache"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_lying_blob_store_does_not_hide_the_right_content_elsewhere() {
    let f = from_blob_store();
    let wanted = ContentHash::of(b"module");
    f.server.set_response(
        &format!("/blobs/{wanted}"),
        Response::Content(b"malware".to_vec()),
    );
    let uri = f
        .server
        .set_response("/trend.wasm", Response::Content(b"module".to_vec()));
    assert_eq!(f.store.fetch(&uri, wanted, MAX_BYTES).unwrap(), b"module");
    // With nothing right anywhere, the lie is what is reported, not the missing page.
    let other = ContentHash::of(b"other");
    f.server.set_response(
        &format!("/blobs/{other}"),
        Response::Content(b"malware".to_vec()),
    );
    let failed = f
        .store
        .fetch(&format!("{}/missing", f.server.base), other, MAX_BYTES);
    assert!(
        matches!(failed, Err(ContentError::HashMismatch { .. })),
        "{failed:?}"
    );
}

#[test]
fn content_of_the_largest_size_is_taken_and_one_byte_more_is_not() {
    let f = from_blob_store();
    let name = f.server.keep(&[7; 1000]);
    let refused = f.store.fetch("", name, 999);
    assert!(
        matches!(refused, Err(ContentError::TooLarge { max_bytes: 999, .. })),
        "{refused:?}"
    );
    assert_eq!(f.store.fetch("", name, 1000).unwrap().len(), 1000);
}

#[test]
fn a_download_without_end_is_cut_off() {
    let f = from_job_urls();
    let uri = f.server.set_response("/endless", Response::Endless);
    let refused = f.store.fetch(&uri, ContentHash::of(b""), 100_000);
    assert!(
        matches!(
            refused,
            Err(ContentError::TooLarge {
                max_bytes: 100_000,
                ..
            })
        ),
        "{refused:?}"
    );
    // What the kernel buffers between the two sockets, not more.
    assert!(f.server.sent.load(std::sync::atomic::Ordering::SeqCst) < 50_000_000);
}

#[test]
fn a_place_that_does_not_answer_is_named() {
    let f = from_job_urls();
    let missing = f
        .store
        .fetch(
            &format!("{}/missing", f.server.base),
            ContentHash::of(b"x"),
            MAX_BYTES,
        )
        .unwrap_err();
    assert!(matches!(missing, ContentError::Unreachable { .. }));
    assert!(
        missing.to_string().contains("/missing") && missing.to_string().contains("404"),
        "{missing}"
    );
    // Port 1 is reserved and closed.
    let refused = f
        .store
        .fetch("http://127.0.0.1:1/a", ContentHash::of(b"x"), MAX_BYTES)
        .unwrap_err();
    assert!(
        refused.to_string().contains("http://127.0.0.1:1/a"),
        "{refused}"
    );
}

#[test]
fn without_an_address_or_a_blob_store_there_is_nowhere_to_look() {
    let wanted = ContentHash::of(b"x");
    let failed = from_job_urls().store.fetch("", wanted, MAX_BYTES);
    assert!(matches!(failed, Err(ContentError::NoSource { expected }) if expected == wanted));
}
