//! Directories that only their user may read: results are in them before they are public.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

/// Creates a directory, and those above it, for this user alone. One that exists keeps its permissions.
///
/// # Errors
/// Those of the disk.
pub fn create_private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Returns true if other users of this machine may list or enter a directory.
///
/// # Errors
/// Those of the disk.
pub fn is_open_to_others(dir: &Path) -> io::Result<bool> {
    Ok(fs::metadata(dir)?.permissions().mode() & 0o077 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_directory_is_for_its_user_alone_and_an_old_one_is_reported() {
        let dir = tempfile::tempdir().unwrap();
        let private = dir.path().join("a/b");
        create_private_dir(&private).unwrap();
        assert!(!is_open_to_others(&private).unwrap());
        assert!(!is_open_to_others(&dir.path().join("a")).unwrap());
        for mode in [0o755, 0o710, 0o701] {
            fs::set_permissions(&private, fs::Permissions::from_mode(mode)).unwrap();
            create_private_dir(&private).unwrap();
            assert!(is_open_to_others(&private).unwrap(), "{mode:o}");
        }
    }
}
