//! Which addresses are followed.

use assay_runner::{ContentHash, FetchError, Hints};

use crate::blob_server::Answer;
use crate::{fixture, from_hints, MAX_BYTES};

#[test]
fn files_are_read_only_where_that_is_allowed() {
    let f = fixture(|config, _| config.hints = Hints::WebAndFiles);
    let path = f.directory.path().join("input");
    std::fs::write(&path, b"input").unwrap();
    let (uri, name) = (
        format!("file://{}", path.display()),
        ContentHash::of(b"input"),
    );
    assert_eq!(f.store.fetch(&uri, name, MAX_BYTES).unwrap(), b"input");
    let refused = from_hints().store.fetch(&uri, name, MAX_BYTES);
    assert!(
        matches!(refused, Err(FetchError::RefusedHint { .. })),
        "{refused:?}"
    );
}

#[test]
fn only_regular_files_are_read() {
    let f = fixture(|config, _| config.hints = Hints::WebAndFiles);
    for odd in [
        "/dev/zero".to_string(),
        f.directory.path().display().to_string(),
        "/no/such/file".to_string(),
    ] {
        let refused = f
            .store
            .fetch(&format!("file://{odd}"), ContentHash::of(b""), MAX_BYTES);
        assert!(
            matches!(refused, Err(FetchError::Unreachable { .. })),
            "{refused:?}"
        );
    }
}

#[test]
fn addresses_that_are_not_understood_are_refused() {
    let f = fixture(|config, _| config.hints = Hints::WebAndFiles);
    for uri in [
        "ftp://example.org/a",
        "trend.wasm",
        "file://relative/path",
        "http://",
        "HTTP//x",
    ] {
        let refused = f.store.fetch(uri, ContentHash::of(b""), MAX_BYTES);
        assert!(
            matches!(refused, Err(FetchError::RefusedHint { .. })),
            "{uri}: {refused:?}"
        );
    }
    let ignoring = fixture(|config, _| config.hints = Hints::Ignore);
    let uri = ignoring.server.answer("/a", Answer::Content(vec![]));
    let refused = ignoring.store.fetch(&uri, ContentHash::of(b""), MAX_BYTES);
    assert!(
        matches!(refused, Err(FetchError::RefusedHint { .. })),
        "{refused:?}"
    );
    assert_eq!(ignoring.server.requests(), 0);
}
