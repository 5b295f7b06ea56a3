//! What the build installs, each file by its version and SHA-256: `toolchain/packages.toml`.

use anyhow::{ensure, Context, Result};
use sha2::{Digest, Sha256};
use std::{fs, path::Path};

/// The path of the table from the root of the repository.
pub const FILE: &str = "toolchain/packages.toml";
const TEXT: &str = include_str!("../../toolchain/packages.toml");

/// Where a file comes from, with the heading of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A Debian package that is installed on the machine.
    Installed,
    /// A Debian package that is unpacked into a folder.
    Unpacked,
    /// A crate whose binary is built.
    Crate,
    /// A Python package that carries a binary.
    Wheel,
}

/// Every source, in the order of the file.
const SOURCES: [Source; 4] = [
    Source::Installed,
    Source::Unpacked,
    Source::Crate,
    Source::Wheel,
];

impl Source {
    fn table(self) -> &'static str {
        match self {
            Source::Installed => "installed",
            Source::Unpacked => "unpacked",
            Source::Crate => "crate",
            Source::Wheel => "wheel",
        }
    }

    fn comment(self) -> &'static str {
        match self {
            Source::Installed => "Installed on the machine, from its own suites.",
            Source::Unpacked => {
                "Unpacked into a folder and never installed: LLVM with all that it depends on."
            }
            Source::Crate => {
                "Built from the crate registry. The lockfile inside each crate pins what it depends on."
            }
            Source::Wheel => {
                "Python packages that carry a ready binary for Linux on amd64, and nothing else."
            }
        }
    }

    /// Returns whether it is a package of a Debian suite, so that its row says which, and what for.
    fn is_debian(self) -> bool {
        matches!(self, Source::Installed | Source::Unpacked)
    }
}

/// One file, exactly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    pub source: Source,
    /// The Debian suite; empty for the registries.
    pub suite: String,
    /// What a Debian package is needed for; empty for the registries.
    pub purpose: String,
    pub name: String,
    pub version: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

impl Pin {
    /// Checks a downloaded file.
    ///
    /// # Errors
    /// When it is another file than the one that was pinned.
    pub fn verify(&self, file: &Path) -> Result<()> {
        let hash = sha256(file)?;
        ensure!(
            hash == self.sha256,
            "{} {} is not the file that {FILE} pins: its SHA-256 is {hash}, not {}; do not use it",
            self.name,
            self.version,
            self.sha256
        );
        Ok(())
    }
}

/// The whole table.
pub struct Pins(Vec<Pin>);

impl Pins {
    /// Returns the table that this program was built with.
    ///
    /// # Errors
    /// When a row lacks a field.
    pub fn load() -> Result<Self> {
        Self::parse(TEXT).with_context(|| format!("cannot read {FILE}"))
    }

    fn parse(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse()?;
        let mut pins = Vec::new();
        for source in SOURCES {
            let rows = table.get(source.table()).and_then(toml::Value::as_array);
            for row in rows.into_iter().flatten() {
                pins.push(pin(source, row)?);
            }
        }
        Ok(Self(pins))
    }

    /// Returns a table of other rows, sorted.
    pub fn of(mut pins: Vec<Pin>) -> Self {
        pins.sort();
        Self(pins)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Pin> {
        self.0.iter()
    }

    /// Returns the Debian packages of one suite that serve a purpose.
    ///
    /// # Errors
    /// When there is none.
    pub fn debian(&self, source: Source, suite: &str, purpose: &str) -> Result<Vec<&Pin>> {
        let serves =
            |pin: &&Pin| pin.source == source && pin.suite == suite && pin.purpose == purpose;
        let found: Vec<&Pin> = self.iter().filter(serves).collect();
        ensure!(
            !found.is_empty(),
            "{FILE} pins no packages for {purpose} of Debian {suite}; `cargo xtask toolchain --update` on such a machine adds them"
        );
        Ok(found)
    }

    /// Returns the file of a name in a registry.
    ///
    /// # Errors
    /// When it is not in the table.
    pub fn registry(&self, source: Source, name: &str) -> Result<&Pin> {
        let mut of_source = self.iter().filter(|pin| pin.source == source);
        of_source
            .find(|pin| pin.name == name)
            .with_context(|| format!("{FILE} does not pin {name}"))
    }

    /// Returns the table as the text of its file.
    pub fn render(&self) -> String {
        let lines: Vec<&str> = TEXT
            .lines()
            .take_while(|line| line.starts_with('#'))
            .collect();
        let mut text = lines.join("\n") + "\n";
        for source in SOURCES {
            text += &format!("\n# {}\n", source.comment());
            for pin in self.iter().filter(|pin| pin.source == source) {
                text += &format!("\n[[{}]]\n", source.table());
                if source.is_debian() {
                    text += &format!("suite = \"{}\"\npurpose = \"{}\"\n", pin.suite, pin.purpose);
                }
                text += &format!(
                    "name = \"{}\"\nversion = \"{}\"\nsha256 = \"{}\"\n",
                    pin.name, pin.version, pin.sha256
                );
            }
        }
        text
    }
}

fn pin(source: Source, row: &toml::Value) -> Result<Pin> {
    let field = |name: &str| {
        let text = row.get(name).and_then(toml::Value::as_str);
        text.map(str::to_owned)
            .with_context(|| format!("a row of [[{}]] needs `{name}`", source.table()))
    };
    let of_debian = |name: &str| match source.is_debian() {
        true => field(name),
        false => Ok(String::new()),
    };
    Ok(Pin {
        source,
        suite: of_debian("suite")?,
        purpose: of_debian("purpose")?,
        name: field("name")?,
        version: field("version")?,
        sha256: field("sha256")?,
    })
}

/// Returns the SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn sha256(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(sha256_of(&bytes))
}

/// Returns the SHA-256 of bytes, in hexadecimal.
pub fn sha256_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_table_is_whole_and_in_its_own_form() {
        let pins = Pins::load().expect("a table");
        for pin in pins.iter() {
            let is_hex = |letter: char| matches!(letter, '0'..='9' | 'a'..='f');
            assert!(
                pin.sha256.len() == 64 && pin.sha256.chars().all(is_hex),
                "{pin:?}"
            );
            assert!(!pin.version.is_empty(), "{pin:?}");
        }
        let rendered = Pins::of(pins.iter().cloned().collect()).render();
        assert_eq!(rendered, TEXT);
    }

    #[test]
    fn what_is_not_pinned_is_refused() {
        let pins = Pins::load().expect("a table");
        let other_suite = pins.debian(Source::Installed, "buzz", "rust").unwrap_err();
        assert!(other_suite.to_string().contains("toolchain --update"));
        assert!(pins.registry(Source::Crate, "left-pad").is_err());
        assert!(Pins::parse("[[crate]]\nname = \"x\"\nversion = \"1\"").is_err());
    }

    #[test]
    fn another_file_is_refused() {
        let pins = Pins::load().expect("a table");
        let mut pin = pins.iter().next().expect("a row").clone();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let error = pin.verify(&file).unwrap_err().to_string();
        assert!(error.contains("do not use it"), "{error}");
        pin.sha256 = sha256(&file).expect("a hash");
        pin.verify(&file).expect("the same file");
    }

    #[test]
    fn hashes_are_those_of_sha256() {
        assert_eq!(
            sha256_of(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
