use assay_client::Address;

pub type Result<T> = core::result::Result<T, Error>;

/// Why a cluster could not be brought to its working state; each message says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Client(#[from] assay_client::Error),
    #[error("the cluster file is not valid: {0}")]
    ClusterFile(String),
    #[error("the network at {url} has the genesis hash {found}, but the cluster file is for {expected}: check --url and --cluster")]
    WrongNetwork {
        url: String,
        found: String,
        expected: String,
    },
    #[error("the {program} program is not deployed at {address}; deploy it first (`cargo xtask build` makes target/deploy)")]
    NotDeployed {
        program: &'static str,
        address: Address,
    },
    #[error("only the upgrade authority of the {program} program may migrate; that is {authority}, not {deployer}: pass its keypair")]
    NotUpgradeAuthority {
        program: &'static str,
        authority: String,
        deployer: Address,
    },
    #[error("{account}.{field} is {found} on chain, but the cluster file says {expected}: somebody else initialised this deployment or the file has changed; correct the file, or deploy anew")]
    Differs {
        account: &'static str,
        field: String,
        found: String,
        expected: String,
    },
    #[error("the market's authority is {0}, which is neither the deployer nor governance: {1} cannot be allowed by this migration")]
    AuthorityGone(Address, Address),
    #[error("there is no mint at {0}: correct payment_mints in the cluster file")]
    NoMint(Address),
    #[error("jobs cannot be paid in {0}: it is no mint of a token program, or has extensions; correct payment_mints in the cluster file")]
    UnusableMint(Address),
}
