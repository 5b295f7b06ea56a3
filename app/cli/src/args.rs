//! The arguments of the command line.

#[cfg(feature = "localnet")]
use crate::commands::localnet;
use crate::{
    commands::{attester, delegate, gov, job, module, node, params, provider, rewards, wallet},
    endpoint::parse_cluster_url,
    output::Format,
};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Assay: a compute market on Solana in which nobody is paid for a result that was not verified.
#[derive(Debug, Parser)]
#[command(name = "assay", version, after_help = after_help())]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Examples of the command that a provider's build does not have.
const LOCALNET_EXAMPLES: &str = if cfg!(feature = "localnet") {
    "
  assay localnet                                   start a network on this machine
  assay localnet fund ada.json                     give a wallet SOL, test dollars and ASSAY"
} else {
    ""
};

fn after_help() -> String {
    format!(
        "\
Examples:{LOCALNET_EXAMPLES}
  assay wallet new ada.json                        make a wallet
  assay --keypair ada.json job post --module trend.wasm --inputs data/ --price 0.5
  assay job watch JOB && assay job fetch JOB --out results/

Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not found, 4 unreachable, 5 rejected by the network, 6 balance too low,
7 not finished, 8 sent but not confirmed: look the signature up before you repeat the command."
    )
}

/// Options of every command.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// RPC URL, or localhost (l), devnet (d), testnet (t), mainnet-beta (m). Default: the Solana CLI's configuration, else
    /// localhost.
    #[arg(long, short, global = true, value_name = "URL", value_parser = parse_cluster_url)]
    pub url: Option<String>,
    /// Keypair file of the wallet that signs and pays. Default: the Solana CLI's configuration, else
    /// ~/.config/solana/id.json.
    #[arg(long, short, global = true, value_name = "FILE")]
    pub keypair: Option<PathBuf>,
    /// Format of the data on stdout; prose goes to stderr.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub output: Format,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a network on this machine, fund wallets on it, move its clock.
    #[cfg(feature = "localnet")]
    Localnet(localnet::Args),
    /// Create a wallet, or show what one holds.
    #[command(subcommand)]
    Wallet(wallet::Command),
    /// Post jobs, follow them and fetch their verified results.
    #[command(subcommand)]
    Job(job::Command),
    /// Offer a machine: register it, deposit stake, add collateral.
    #[command(subcommand)]
    Provider(provider::Command),
    /// Put ASSAY behind a provider, whose work then earns for both.
    #[command(subcommand)]
    Delegate(delegate::Command),
    /// Run a provider's node.
    #[command(subcommand)]
    Node(node::Command),
    /// Register modules in the directory, with a royalty for their author.
    #[command(subcommand)]
    Module(module::Command),
    /// Run an attester, which signs results of attested jobs; manage attester sets and credentials.
    #[command(subcommand)]
    Attester(attester::Command),
    /// Show and claim the rewards of verified work.
    #[command(subcommand)]
    Rewards(rewards::Command),
    /// Lock ASSAY, propose and vote.
    #[command(subcommand)]
    Gov(gov::Command),
    /// Show the parameters of the programs.
    #[command(subcommand)]
    Params(params::Command),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
