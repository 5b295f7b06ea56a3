//! The state directory of a local network: the faucet's keypair, which is kept between runs, the blobs, and the URLs of the
//! network while it runs.

use crate::{keypair, CliError, Result};
use assay_client::Keypair;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The default state directory.
pub const DEFAULT_DIR: &str = ".assay/localnet";

/// URLs of a running network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    pub rpc_url: String,
    pub ws_url: String,
    pub blob_url: String,
    /// Mint of the test dollars.
    pub tusd_mint: String,
}

/// The state directory of one local network.
#[derive(Clone, Debug)]
pub struct State(PathBuf);

impl State {
    pub fn new(dir: PathBuf) -> Self {
        Self(dir)
    }

    pub fn dir(&self) -> &Path {
        &self.0
    }

    /// Creates the directory and deletes the files of an earlier network, except the faucet's keypair.
    ///
    /// # Errors
    /// `Usage` if the directory contains anything else; nothing is deleted then.
    pub fn reset(&self) -> Result<()> {
        let is_empty = fs::read_dir(&self.0).map_or(true, |mut entries| entries.next().is_none());
        if !is_empty && !self.faucet_path().exists() {
            let dir = self.0.display();
            return Err(CliError::usage(format!(
                "{dir} contains something other than a local network; choose another directory with --state"
            )));
        }
        let failed = |error| CliError::file("the state directory", &self.0, &error);
        fs::create_dir_all(&self.0).map_err(failed)?;
        ignore_missing(fs::remove_dir_all(self.blobs())).map_err(failed)?;
        self.remove_endpoints();
        Ok(())
    }

    pub fn blobs(&self) -> PathBuf {
        self.0.join("blobs")
    }

    /// Returns the keypair that deploys, holds the genesis supply and mints test dollars. Creates it at the first start.
    pub fn create_faucet(&self) -> Result<Keypair> {
        let path = self.faucet_path();
        if path.exists() {
            keypair::read(&path)
        } else {
            keypair::create(&path)
        }
    }

    /// Returns the faucet of the network that was started with this directory.
    ///
    /// # Errors
    /// `NotFound` if none was.
    pub fn faucet(&self) -> Result<Keypair> {
        keypair::read(&self.faucet_path()).map_err(|_| self.not_running())
    }

    pub fn write_endpoints(&self, endpoints: &Endpoints) -> Result<()> {
        let text = serde_json::to_string_pretty(endpoints)
            .map_err(|error| CliError::failed(error.to_string()))?;
        let path = self.endpoints_path();
        fs::write(&path, text).map_err(|error| CliError::file("the state file", &path, &error))
    }

    /// Returns the URLs of the network that runs with this directory.
    ///
    /// # Errors
    /// `NotFound` if none runs.
    pub fn endpoints(&self) -> Result<Endpoints> {
        let text = fs::read_to_string(self.endpoints_path()).map_err(|_| self.not_running())?;
        serde_json::from_str(&text).map_err(|_| self.not_running())
    }

    /// Removes the URLs of a network that has ended.
    pub fn remove_endpoints(&self) {
        let _ = fs::remove_file(self.endpoints_path());
    }

    fn not_running(&self) -> CliError {
        let dir = self.0.display();
        CliError::not_found(format!(
            "no local network runs with the state directory {dir}; start one with `assay localnet`, or pass its --state"
        ))
    }

    fn faucet_path(&self) -> PathBuf {
        self.0.join("faucet.json")
    }

    fn endpoints_path(&self) -> PathBuf {
        self.0.join("network.json")
    }
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;
    use assay_client::Signer as _;

    #[test]
    fn a_directory_with_something_else_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("blobs")).unwrap();
        let state = State::new(dir.path().to_owned());
        assert_eq!(state.reset().unwrap_err().exit_code, ExitCode::Usage);
        assert!(dir.path().join("blobs").exists());
    }

    #[test]
    fn a_restart_keeps_the_keypair_and_deletes_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(dir.path().join("net"));
        assert_eq!(state.faucet().unwrap_err().exit_code, ExitCode::NotFound);
        state.reset().unwrap();
        let faucet = state.create_faucet().unwrap().pubkey();
        let endpoints = Endpoints {
            rpc_url: "http://127.0.0.1:1".into(),
            ws_url: "ws://127.0.0.1:2".into(),
            blob_url: "http://127.0.0.1:3".into(),
            tusd_mint: "mint".into(),
        };
        state.write_endpoints(&endpoints).unwrap();
        assert_eq!(state.endpoints().unwrap(), endpoints);

        state.reset().unwrap();

        assert_eq!(state.create_faucet().unwrap().pubkey(), faucet);
        assert_eq!(state.endpoints().unwrap_err().exit_code, ExitCode::NotFound);
    }
}
