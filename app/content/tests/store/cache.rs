//! What is cached, and for how long.

use std::fs;
use std::time::{Duration, SystemTime};

use assay_content::{ContentError, ContentHash, ContentStore, StoreConfig};

use crate::{fixture, from_blob_store, MAX_BYTES};

#[test]
fn content_is_fetched_once() {
    let f = from_blob_store();
    let name = f.server.keep(b"input");
    for _ in 0..3 {
        assert_eq!(f.store.fetch("", name, MAX_BYTES).unwrap(), b"input");
    }
    assert_eq!(f.server.requests(), 1);
}

#[test]
fn content_survives_a_restart_without_the_place_it_came_from() {
    let f = from_blob_store();
    let name = f.server.keep(b"input");
    f.store.fetch("", name, MAX_BYTES).unwrap();
    let restarted = ContentStore::open(StoreConfig::new(f.directory.path().join("cache"))).unwrap();
    assert_eq!(restarted.fetch("", name, MAX_BYTES).unwrap(), b"input");
}

#[test]
fn a_damaged_file_is_fetched_again() {
    let f = from_blob_store();
    let name = f.server.keep(b"input");
    f.store.fetch("", name, MAX_BYTES).unwrap();
    let cached = f.directory.path().join("cache").join(name.to_string());
    fs::write(&cached, b"inpux").unwrap();
    assert_eq!(f.store.fetch("", name, MAX_BYTES).unwrap(), b"input");
    assert_eq!(fs::read(&cached).unwrap(), b"input");
    assert_eq!(f.server.requests(), 2);
}

#[test]
fn the_size_limit_holds_for_cached_content() {
    let f = from_blob_store();
    let name = f.server.keep(b"input");
    f.store.fetch("", name, MAX_BYTES).unwrap();
    assert!(matches!(
        f.store.fetch("", name, 4),
        Err(ContentError::TooLarge { max_bytes: 4, .. })
    ));
}

#[test]
fn the_oldest_content_makes_room() {
    let f = fixture(|config, base| {
        config.blob_stores = vec![base.to_string()];
        config.cache_bytes = 250;
    });
    let cache = f.directory.path().join("cache");
    let is_cached = |name: ContentHash| cache.join(name.to_string()).exists();
    let names: Vec<ContentHash> = (0..3).map(|byte| f.server.keep(&[byte; 100])).collect();
    for (age, name) in names.iter().enumerate() {
        f.store.fetch("", *name, MAX_BYTES).unwrap();
        // File times can be too coarse to tell these writes apart.
        let file = fs::File::options()
            .write(true)
            .open(cache.join(name.to_string()))
            .unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(100 - age as u64))
            .unwrap();
    }
    assert_eq!(
        names
            .iter()
            .map(|name| is_cached(*name))
            .collect::<Vec<_>>(),
        [false, true, true]
    );
    // Larger than the whole cache: served, not kept.
    let large = f.server.keep(&[9; 300]);
    assert_eq!(f.store.fetch("", large, MAX_BYTES).unwrap().len(), 300);
    assert!(!is_cached(large) && is_cached(names[1]));
}

#[test]
fn content_that_was_read_lately_stays() {
    let f = fixture(|config, base| {
        config.blob_stores = vec![base.to_string()];
        config.cache_bytes = 250;
    });
    let cache = f.directory.path().join("cache");
    let names: Vec<ContentHash> = (0..3).map(|byte| f.server.keep(&[byte; 100])).collect();
    for (age, name) in names[..2].iter().enumerate() {
        f.store.fetch("", *name, MAX_BYTES).unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(100 - age as u64);
        make_old(&cache.join(name.to_string()), long_ago);
    }
    f.store.fetch("", names[0], MAX_BYTES).unwrap();
    f.store.fetch("", names[2], MAX_BYTES).unwrap();
    let is_cached = |name: &ContentHash| cache.join(name.to_string()).exists();
    let kept: Vec<_> = names.iter().map(is_cached).collect();
    assert_eq!(kept, [true, false, true]);
}

#[test]
fn what_a_killed_node_left_half_written_is_removed_and_nothing_else() {
    let directory = tempfile::TempDir::new().unwrap();
    let (old, young) = (
        directory.path().join(".unfinished-old"),
        directory.path().join(".unfinished-young"),
    );
    let foreign = directory.path().join("notes.txt");
    for file in [&old, &young, &foreign] {
        fs::write(file, b"text").unwrap();
    }
    let long_ago = SystemTime::now() - Duration::from_secs(7200);
    make_old(&old, long_ago);
    make_old(&foreign, long_ago);
    ContentStore::open(StoreConfig::new(directory.path())).unwrap();
    assert_eq!(
        (old.exists(), young.exists(), foreign.exists()),
        (false, true, true)
    );
}

fn make_old(file: &std::path::Path, modified: SystemTime) {
    let file = fs::File::options().write(true).open(file).unwrap();
    file.set_modified(modified).unwrap();
}

#[test]
fn a_cache_that_cannot_be_made_is_named() {
    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, b"").unwrap();
    let failed = ContentStore::open(StoreConfig::new(file.join("cache"))).unwrap_err();
    assert!(
        matches!(&failed, ContentError::Cache { path, .. } if *path == file.join("cache")),
        "{failed}"
    );
}
