//! `assay-migrate`: sets up a cluster from the command line.

use anyhow::{anyhow, Context as _, Result};
use assay_client::{Client, Keypair};
use assay_migrations::{migrate, ClusterConfig, Keys};
use clap::Parser;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Set up a cluster on which the programs are deployed; safe to run twice.
#[derive(Parser)]
#[command(
    version,
    after_help = "Example:\n  assay-migrate --cluster devnet --url https://api.devnet.solana.com --keypair deployer.json

Every key that signs is a file on this machine. Afterwards move what the genesis holder has not locked to a key that never was."
)]
struct Args {
    /// Cluster file: localnet, devnet, mainnet, or a path.
    #[arg(long)]
    cluster: String,
    /// RPC URL of the cluster.
    #[arg(long)]
    url: String,
    /// Keypair file of the programs' upgrade authority, which also pays.
    #[arg(long)]
    keypair: PathBuf,
    /// Keypair file of somebody else who must sign: the genesis holder, a founder, or a multisig that gets the upgrade authority.
    /// May be given several times. Nothing is sent before all are there.
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn read_key(file: &Path) -> Result<Keypair> {
    solana_keypair::read_keypair_file(file)
        .map_err(|error| anyhow!("cannot read the keypair {}: {error}", file.display()))
}

fn run(args: &Args) -> Result<()> {
    let cluster = match ClusterConfig::named(&args.cluster) {
        Some(cluster) => cluster?,
        None => {
            let text = fs::read_to_string(&args.cluster)
                .with_context(|| format!("cannot read the cluster file {}", args.cluster))?;
            ClusterConfig::parse(&text)?
        }
    };
    let deployer = read_key(&args.keypair)?;
    let others = args.keys.iter().map(|file| read_key(file));
    let others = others.collect::<Result<Vec<Keypair>>>()?;
    let keys = Keys {
        deployer: &deployer,
        others: &others,
    };
    let client = Client::new(&args.url);
    let mut sent_any = false;
    let report = migrate(&client, keys, &cluster, &mut |step| {
        sent_any |= step.done;
        eprintln!(
            "{} {}",
            if step.done { "done   " } else { "skipped" },
            step.name
        );
    })?;
    if !sent_any {
        eprintln!("nothing was missing; the cluster is as its file says");
    }
    println!("ASSAY mint {}", report.assay_mint);
    for mint in report.payment_mints {
        println!("payment mint {mint}");
    }
    Ok(())
}
