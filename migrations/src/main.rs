//! `assay-migrate`: sets up a cluster from the command line.

use anyhow::{anyhow, Context as _, Result};
use assay_client::Client;
use assay_migrations::{migrate, ClusterConfig};
use clap::Parser;
use std::{fs, path::PathBuf, process::ExitCode};

/// Set up a cluster on which the programs are deployed; safe to run twice.
#[derive(Parser)]
#[command(
    version,
    after_help = "Example:\n  assay-migrate --cluster devnet --url https://api.devnet.solana.com --keypair deployer.json"
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

fn run(args: &Args) -> Result<()> {
    let cluster = match ClusterConfig::named(&args.cluster) {
        Some(cluster) => cluster?,
        None => {
            let text = fs::read_to_string(&args.cluster)
                .with_context(|| format!("cannot read the cluster file {}", args.cluster))?;
            ClusterConfig::parse(&text)?
        }
    };
    let deployer = solana_keypair::read_keypair_file(&args.keypair).map_err(|error| {
        anyhow!(
            "cannot read the keypair {}: {error}",
            args.keypair.display()
        )
    })?;
    let client = Client::new(&args.url);
    let mut sent_any = false;
    let report = migrate(&client, &deployer, &cluster, &mut |step| {
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
