//! Which addresses are followed.

use assay_content::{ContentHash, FetchError, Hints};

use crate::blob_server::Answer;
use crate::{fixture, from_hints, MAX_BYTES};

#[test]
fn files_of_this_machine_are_never_read() {
    let f = from_hints();
    let path = f.directory.path().join("input");
    std::fs::write(&path, b"input").unwrap();
    let uri = format!("file://{}", path.display());
    let refused = f.store.fetch(&uri, ContentHash::of(b"input"), MAX_BYTES);
    assert!(
        matches!(&refused, Err(FetchError::RefusedHint { reason, .. }) if reason.contains("only http://")),
        "{refused:?}"
    );
}

#[test]
fn a_redirect_to_another_host_is_not_followed() {
    let f = from_hints();
    let elsewhere = f.server.base.replace("127.0.0.1", "localhost");
    let name = f.server.keep(b"input");
    let target = format!("{elsewhere}/blobs/{name}");
    let uri = f.server.answer("/moved", Answer::Redirect(target));
    let refused = f.store.fetch(&uri, name, MAX_BYTES).unwrap_err();
    assert!(refused.to_string().contains("another host"), "{refused}");
    assert_eq!(f.server.requests(), 1);
}

#[test]
fn addresses_that_are_not_understood_are_refused() {
    let f = from_hints();
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
            matches!(refused, Err(FetchError::RefusedHint { .. })),
            "{uri}: {refused:?}"
        );
    }
    let refused = f
        .store
        .fetch("a\u{1b}[2J\n", ContentHash::of(b""), MAX_BYTES);
    let sentence = refused.unwrap_err().to_string();
    assert!(sentence.contains(r"`a\u{1b}[2J\n`"), "{sentence}");
    let ignoring = fixture(|config, _| config.hints = Hints::Ignore);
    let uri = ignoring.server.answer("/a", Answer::Content(vec![]));
    let refused = ignoring.store.fetch(&uri, ContentHash::of(b""), MAX_BYTES);
    assert!(
        matches!(refused, Err(FetchError::RefusedHint { .. })),
        "{refused:?}"
    );
    assert_eq!(ignoring.server.requests(), 0);
}
