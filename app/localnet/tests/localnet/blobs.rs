//! The blob store, over HTTP.

use std::{fs, net::TcpListener};

use assay_localnet::blobs::{BlobDirectory, BlobServer};
use ureq::{http::Response, Body};

const LIMIT: usize = 1_000;

/// Starts a blob store that accepts up to `LIMIT` bytes a blob.
fn server() -> BlobServer {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    BlobServer::start(listener, BlobDirectory::open(None).unwrap(), LIMIT as u64).unwrap()
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into()
}

fn put(server: &BlobServer, bytes: &[u8]) -> (u16, String) {
    let url = format!("http://{}/blobs", server.address());
    read(agent().put(url).send(bytes).unwrap())
}

fn get(server: &BlobServer, path: &str) -> (u16, String) {
    let url = format!("http://{}{path}", server.address());
    read(agent().get(url).call().unwrap())
}

fn read(mut response: Response<Body>) -> (u16, String) {
    let status = response.status().as_u16();
    (status, response.body_mut().read_to_string().unwrap())
}

#[test]
fn what_is_put_is_named_by_its_sha256_and_comes_back() {
    let server = server();
    // sha256("abc"), from FIPS 180-2.
    let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    assert_eq!(put(&server, b"abc"), (201, name.into()));
    assert_eq!(put(&server, b"abc"), (201, name.into()));
    assert_eq!(get(&server, &format!("/blobs/{name}")), (200, "abc".into()));
}

#[test]
fn head_tells_the_length_without_the_bytes() {
    let server = server();
    let (_, name) = put(&server, b"abc");

    let url = format!("http://{}/blobs/{name}", server.address());
    let response = agent().head(url).call().unwrap();

    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.headers()["content-length"], "3");
}

#[test]
fn an_empty_blob_is_a_blob() {
    let server = server();
    let (status, name) = put(&server, b"");
    assert_eq!(status, 201);
    assert_eq!(
        get(&server, &format!("/blobs/{name}")),
        (200, String::new())
    );
}

#[test]
fn an_unknown_blob_is_404_with_one_sentence() {
    let server = server();
    let name = "0".repeat(64);
    let (status, text) = get(&server, &format!("/blobs/{name}"));
    assert_eq!(status, 404);
    assert!(
        text.starts_with(&format!("there is no blob {name} here")),
        "{text}"
    );
}

#[test]
fn a_name_that_is_no_hash_is_400_and_reaches_no_file() {
    let server = server();
    let (_, name) = put(&server, b"abc");
    for wrong in ["abc", "..%2F..%2Fetc%2Fpasswd", &name.to_uppercase()] {
        let (status, text) = get(&server, &format!("/blobs/{wrong}"));
        assert_eq!(status, 400);
        assert!(text.contains("64 lowercase hex digits"), "{text}");
    }
}

#[test]
fn a_blob_over_the_limit_is_413_and_one_at_the_limit_is_kept() {
    let server = server();
    assert_eq!(put(&server, &[7; LIMIT]).0, 201);
    assert_eq!(
        put(&server, &[7; LIMIT + 1]),
        (413, "a blob may have at most 1000 bytes\n".into())
    );
}

#[test]
fn a_damaged_file_is_never_served_and_is_repaired_by_putting_it_again() {
    let server = server();
    let (_, name) = put(&server, b"abc");
    fs::write(server.dir().join(&name), b"abd").unwrap();

    let (status, text) = get(&server, &format!("/blobs/{name}"));
    assert_eq!(status, 500);
    assert!(text.contains("no longer match its hash"), "{text}");

    put(&server, b"abc");
    assert_eq!(get(&server, &format!("/blobs/{name}")).0, 200);
}

#[test]
fn blobs_in_a_named_directory_outlive_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let open = || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        BlobServer::start(
            listener,
            BlobDirectory::open(Some(dir.path())).unwrap(),
            LIMIT as u64,
        )
        .unwrap()
    };
    let (_, name) = put(&open(), b"abc");
    assert_eq!(get(&open(), &format!("/blobs/{name}")), (200, "abc".into()));
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = BlobDirectory::open(Some(file.path()))
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains(&file.path().display().to_string()),
        "{error}"
    );
}

#[test]
fn a_running_server_says_so() {
    assert_eq!(get(&server(), "/health"), (200, "ok".into()));
}
