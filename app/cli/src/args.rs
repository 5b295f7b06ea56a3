//! What can be typed.

use crate::{
    commands::{gov, job, localnet, node, params, provider, rewards, wallet},
    endpoint::parse_cluster_url,
    output::Format,
};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Assay: a compute market on Solana in which nobody is paid for a result that was not verified.
#[derive(Debug, Parser)]
#[command(name = "assay", version, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  assay localnet                                   start a network on this machine
  assay wallet new ada.json                        make a wallet
  assay localnet fund ada.json                     give it SOL, test dollars and ASSAY
  assay --keypair ada.json job post --module trend.wasm --inputs data/ --price 0.5
  assay job watch JOB && assay job fetch JOB --out results/

Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not found, 4 unreachable, 5 refused by the network,
6 balance too low, 7 not finished, 8 sent but not seen confirmed: look the signature up before repeating the command.";

/// Options of every command.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// RPC URL, or localhost (l), devnet (d), testnet (t), mainnet-beta (m). Default: the Solana CLI's configuration, else
    /// localhost.
    #[arg(long, short, global = true, value_name = "URL", value_parser = parse_cluster_url)]
    pub url: Option<String>,
    /// Wallet that signs and pays: a keypair file. Default: the Solana CLI's configuration, else ~/.config/solana/id.json.
    #[arg(long, short, global = true, value_name = "FILE")]
    pub keypair: Option<PathBuf>,
    /// What stdout looks like; prose goes to stderr.
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
    /// Run a whole network on this machine, fund wallets on it, travel in its time.
    Localnet(localnet::Args),
    /// Make a wallet, or show what one holds.
    #[command(subcommand)]
    Wallet(wallet::Command),
    /// Post jobs, follow them and fetch their verified results.
    #[command(subcommand)]
    Job(job::Command),
    /// Offer a machine: register, stake, put collateral behind its work.
    #[command(subcommand)]
    Provider(provider::Command),
    /// Run a provider's node.
    #[command(subcommand)]
    Node(node::Command),
    /// See and claim what verified work earned.
    #[command(subcommand)]
    Rewards(rewards::Command),
    /// Lock ASSAY, propose and vote.
    #[command(subcommand)]
    Gov(gov::Command),
    /// Look at the parameters of the programs.
    #[command(subcommand)]
    Params(params::Command),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn what_can_be_typed_is_consistent() {
        Cli::command().debug_assert();
    }
}
