use assay_client::Address;

pub type Result<T> = core::result::Result<T, Error>;

/// Why a cluster was not set up. Each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Reading the chain or sending a transaction failed.
    #[error(transparent)]
    Client(#[from] assay_client::Error),
    /// The cluster file cannot be read, or a program would reject its values.
    #[error("the cluster file is not valid: {0}")]
    ClusterFile(String),
    /// The cluster file is for another network.
    #[error("the network at {url} has the genesis hash {found}, but the cluster file is for {expected}: check --url and --cluster")]
    WrongNetwork {
        url: String,
        found: String,
        expected: String,
    },
    /// A program is missing on the network.
    #[error("the {program} program is not deployed at {address}; deploy it first (`cargo xtask build` makes target/deploy)")]
    NotDeployed {
        program: &'static str,
        address: Address,
    },
    /// A program accepts `initialize` from its upgrade authority only.
    #[error("only the upgrade authority of the {program} program may migrate; that is {authority}, not {deployer}: pass its keypair")]
    NotUpgradeAuthority {
        program: &'static str,
        authority: String,
        deployer: Address,
    },
    /// A field of an account on chain has another value than the cluster file.
    #[error("{account}.{field} is {found} on chain, but the cluster file says {expected}: somebody else initialized this deployment or the file has changed; correct the file, or deploy anew")]
    Differs {
        account: &'static str,
        field: String,
        found: String,
        expected: String,
    },
    /// A payment mint is not allowed yet, and the deployer can no longer allow it.
    #[error("the authority of the market is {authority}, not the deployer, so this migration cannot allow payments in {mint}: remove that mint from the cluster file")]
    NotMarketAuthority { authority: Address, mint: Address },
    /// Jobs can be paid in a mint that the cluster file does not list.
    #[error("jobs can be paid in {0}, which the cluster file does not list: if that is intended, add it to payment_mints, otherwise deploy anew")]
    UnlistedMint(Address),
    /// A payment mint of the cluster file does not exist.
    #[error("there is no mint at {0}: correct payment_mints in the cluster file")]
    NoMint(Address),
    /// A payment mint of the cluster file cannot be used.
    #[error("jobs cannot be paid in {0}: it is not a mint of a token program, or has extensions; correct payment_mints in the cluster file")]
    UnusableMint(Address),
    /// A key must sign a step and was not given.
    #[error("{purpose} needs the signature of {address}: pass its keypair with --key")]
    NoKey {
        purpose: &'static str,
        address: Address,
    },
    /// A lock of a founder exists, but it is not the one of the cluster file.
    #[error("the founders' lock {lock} is {found}, but the cluster file says {expected}: correct the file")]
    FounderLock {
        lock: Address,
        found: String,
        expected: String,
    },
}
