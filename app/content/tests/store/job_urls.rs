//! Which job URLs are followed.

use assay_content::{ContentError, ContentHash, JobUrls};

use crate::blob_server::Response;
use crate::{fixture, from_job_urls, MAX_BYTES};

#[test]
fn files_of_this_machine_are_never_read() {
    let f = from_job_urls();
    let path = f.directory.path().join("input");
    std::fs::write(&path, b"input").unwrap();
    let uri = format!("file://{}", path.display());
    let refused = f.store.fetch(&uri, ContentHash::of(b"input"), MAX_BYTES);
    assert!(
        matches!(&refused, Err(ContentError::UrlNotAllowed { reason, .. }) if reason.contains("only http://")),
        "{refused:?}"
    );
}

#[test]
fn a_redirect_to_another_host_is_not_followed() {
    let f = from_job_urls();
    let elsewhere = f.server.base.replace("127.0.0.1", "localhost");
    let name = f.server.keep(b"input");
    let target = format!("{elsewhere}/blobs/{name}");
    let uri = f.server.set_response("/moved", Response::Redirect(target));
    let refused = f.store.fetch(&uri, name, MAX_BYTES).unwrap_err();
    assert!(refused.to_string().contains("another host"), "{refused}");
    assert_eq!(f.server.requests(), 1);
}

#[test]
fn addresses_that_are_not_understood_are_refused() {
    let f = from_job_urls();
    for uri in [
        "ftp://example.org/a",
        "trend.wasm",
        "file://relative/path",
        "http://",
        "HTTP//x",
        "http://me:secret@127.0.0.1/a",
        "http://127.0.0.1/a?b",
        "http://127.0.0.1/a#b",
    ] {
        let refused = f.store.fetch(uri, ContentHash::of(b""), MAX_BYTES);
        assert!(
            matches!(refused, Err(ContentError::UrlNotAllowed { .. })),
            "{uri}: {refused:?}"
        );
    }
    let refused = f
        .store
        .fetch("a\u{1b}[2J\n", ContentHash::of(b""), MAX_BYTES);
    let sentence = refused.unwrap_err().to_string();
    assert!(sentence.contains(r"`a\u{1b}[2J\n`"), "{sentence}");
    let denying = fixture(|config, _| config.job_urls = JobUrls::Deny);
    let uri = denying.server.set_response("/a", Response::Content(vec![]));
    let refused = denying.store.fetch(&uri, ContentHash::of(b""), MAX_BYTES);
    assert!(
        matches!(refused, Err(ContentError::UrlNotAllowed { .. })),
        "{refused:?}"
    );
    assert_eq!(denying.server.requests(), 0);
}

#[test]
fn nobody_is_sent_to_this_machine_or_its_networks() {
    let f = fixture(|config, _| config.job_urls = JobUrls::Public);
    let name = f.server.keep(b"input");
    let port = f.server.base.rsplit(':').next().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
    ] {
        let refused = f
            .store
            .fetch(&format!("http://{host}:{port}/blobs/"), name, MAX_BYTES);
        let reason = refused.unwrap_err().to_string();
        // Where this machine has no such address, there is nothing to refuse.
        let is_unknown = reason.contains("host not found") || reason.contains("failed to lookup");
        assert!(
            is_unknown || reason.contains("not an address of the public internet"),
            "{host}: {reason}"
        );
    }
    assert_eq!(f.server.requests(), 0);
}

#[test]
fn a_blob_store_of_our_own_may_be_private() {
    let f = fixture(|config, base| {
        config.job_urls = JobUrls::Public;
        config.blob_stores = vec![base.to_owned()];
    });
    let name = f.server.keep(b"input");
    assert_eq!(f.store.fetch("", name, MAX_BYTES).unwrap(), b"input");
}
