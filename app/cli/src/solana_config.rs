//! The configuration of the Solana tools: `assay` uses the same cluster and the same wallet unless told otherwise.

use crate::{endpoint::parse_cluster_url, CliError, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
};
use yaml_rust2::YamlLoader;

/// The settings that `assay` uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SolanaConfig {
    pub url: Option<String>,
    pub keypair: Option<PathBuf>,
}

impl SolanaConfig {
    /// Reads `~/.config/solana/cli/config.yml`. Returns empty settings if there is no such file.
    ///
    /// # Errors
    /// If the file exists but cannot be read or is not valid.
    pub fn load() -> Result<Self> {
        let Some(path) = config_file("cli/config.yml") else {
            return Ok(Self::default());
        };
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(CliError::file("the Solana configuration", &path, &error)),
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Self> {
        let broken = |reason: String| {
            let path = path.display();
            CliError::usage(format!(
                "the Solana configuration {path} is not valid: {reason}"
            ))
        };
        let documents = YamlLoader::load_from_str(text).map_err(|e| broken(e.to_string()))?;
        let value = |key: &str| {
            let found = documents
                .first()
                .and_then(|document| document[key].as_str());
            found.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let url = value("json_rpc_url")
            .map(|url| parse_cluster_url(&url))
            .transpose();
        Ok(Self {
            url: url.map_err(broken)?,
            keypair: value("keypair_path").map(PathBuf::from),
        })
    }
}

/// Returns the keypair file that the Solana tools use if none is configured.
pub fn default_keypair() -> Option<PathBuf> {
    config_file("id.json")
}

/// Returns the path of a file in the Solana tools' configuration folder.
fn config_file(file: &str) -> Option<PathBuf> {
    let home = env::var_os("HOME").filter(|home| !home.is_empty())?;
    Some(PathBuf::from(home).join(".config/solana").join(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<SolanaConfig> {
        SolanaConfig::parse(text, Path::new("config.yml"))
    }

    #[test]
    fn a_file_of_the_solana_tools_is_read() {
        let text = "---\njson_rpc_url: \"https://api.devnet.solana.com\"\nwebsocket_url: \"\"\n\
                    keypair_path: /home/ada/id.json\naddress_labels:\n  \"111\": System Program\ncommitment: confirmed\n";
        let config = parse(text).unwrap();
        assert_eq!(config.url.unwrap(), "https://api.devnet.solana.com");
        assert_eq!(config.keypair.unwrap(), Path::new("/home/ada/id.json"));
    }

    #[test]
    fn missing_keys_and_an_empty_file_leave_the_defaults() {
        assert_eq!(parse("").unwrap(), SolanaConfig::default());
        assert_eq!(
            parse("commitment: confirmed").unwrap(),
            SolanaConfig::default()
        );
    }

    #[test]
    fn a_broken_file_is_named() {
        for text in ["json_rpc_url: [", "json_rpc_url: nonsense"] {
            let error = parse(text).unwrap_err();
            assert!(error.message.contains("config.yml"), "{error}");
        }
    }
}
