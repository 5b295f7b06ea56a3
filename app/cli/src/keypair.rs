//! Keypair files, and addresses in arguments.

use crate::{CliError, Result};
use assay_client::{Address, Keypair, Signer as _};
use solana_keypair::{read_keypair_file, write_keypair};
use std::{fs, io, os::unix::fs::OpenOptionsExt as _, path::Path, str::FromStr};

/// Reads a keypair file: a JSON array of 64 numbers, as `solana-keygen` writes it.
pub fn read(path: &Path) -> Result<Keypair> {
    if let Err(error) = fs::metadata(path) {
        return Err(CliError::file("the keypair file", path, &error));
    }
    read_keypair_file(path).map_err(|_| {
        let path = path.display();
        CliError::usage(format!(
            "{path} is not a keypair file (a JSON array of 64 numbers)"
        ))
    })
}

/// Creates a keypair file that only its owner may read. Never replaces a file, not even one that appears at that moment.
pub fn create(path: &Path) -> Result<Keypair> {
    let keypair = Keypair::new();
    write(&keypair, path).map_err(|error| {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::AlreadyExists => CliError::usage(format!(
                "{path} exists already, and a keypair is never overwritten; choose another name"
            )),
            _ => CliError::failed(format!("cannot write {path}: {error}")),
        }
    })?;
    Ok(keypair)
}

fn write(keypair: &Keypair, path: &Path) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    let mut new = fs::OpenOptions::new();
    let mut file = new.write(true).create_new(true).mode(0o600).open(path)?;
    if let Err(error) = write_keypair(keypair, &mut file) {
        // Half a keypair is of no use, and would be in the way of the next attempt.
        let _ = fs::remove_file(path);
        return Err(io::Error::other(error.to_string()));
    }
    Ok(())
}

/// Parses an address in base58.
///
/// # Errors
/// A sentence for the user.
pub fn parse_address(text: &str) -> core::result::Result<Address, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not an address (32 bytes in base58)"))
}

/// An address in an argument: base58, or the path of the keypair file that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressArg(pub Address);

impl FromStr for AddressArg {
    type Err = String;

    fn from_str(text: &str) -> core::result::Result<Self, String> {
        if let Ok(address) = text.parse() {
            return Ok(Self(address));
        }
        if !Path::new(text).exists() {
            return Err(format!("`{text}` is neither an address nor a keypair file"));
        }
        let keypair = read(Path::new(text)).map_err(|error| error.message)?;
        Ok(Self(keypair.pubkey()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_keypair_is_written_once_and_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.json");
        let keypair = create(&path).unwrap();
        assert_eq!(read(&path).unwrap().pubkey(), keypair.pubkey());
        assert_eq!(create(&path).unwrap_err().exit_code, ExitCode::Usage);
        assert_eq!(read(&path).unwrap().pubkey(), keypair.pubkey());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let by_file: AddressArg = path.to_str().unwrap().parse().unwrap();
        let by_address: AddressArg = keypair.pubkey().to_string().parse().unwrap();
        assert_eq!(by_file, by_address);
    }

    #[test]
    fn what_is_no_keypair_is_rejected() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.json");
        assert_eq!(read(&path).unwrap_err().exit_code, ExitCode::NotFound);
        fs::write(&path, "[1,2,3]").unwrap();
        assert_eq!(read(&path).unwrap_err().exit_code, ExitCode::Usage);
        assert!("not an address".parse::<AddressArg>().is_err());
    }
}
