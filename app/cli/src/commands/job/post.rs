//! `assay job post`: uploads a module and its inputs, and posts a job.

use super::{
    terms::{explain_rejection, payment_mint, PostRent},
    upload::{input_files, JobFiles, TempStore},
};
use crate::{
    amount::{Amount, MintInfo, TokenAmount, U64String},
    endpoint::{parse_blob_store_url, resolve_blob_store},
    keypair::parse_address,
    CliError, Report, Result, Session,
};
use assay_client::{
    format::parse_duration,
    instruction::market::{post_job, PostJobParams},
    pda::market,
    Address, Signer as _, LAMPORTS_PER_SIGNATURE,
};
use assay_content::ContentHash;
use assay_market::state::{JobTerms, Quote};
use serde::Serialize;
use std::{
    fmt,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Program to run: a WASI module that reads stdin and writes stdout.
    #[arg(long, value_name = "FILE")]
    module: PathBuf,
    /// Input of one task; several files make several tasks.
    #[arg(long, num_args = 1.., value_name = "FILE", required_unless_present = "inputs", conflicts_with = "inputs")]
    input: Vec<PathBuf>,
    /// Directory with one input file for each task, in the order of their names.
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
    /// Pay of each worker whose result is accepted, for one task, in whole tokens like 0.5.
    #[arg(long, value_name = "AMOUNT")]
    price: Amount,
    /// Mint of the token to pay with. Default: the only one that the network allows.
    #[arg(long, value_parser = parse_address, value_name = "ADDRESS")]
    mint: Option<Address>,
    /// Workers that run each task.
    #[arg(long, default_value_t = 3, value_name = "N")]
    replicas: u8,
    /// Equal results that accept a task. Default: the smallest majority.
    #[arg(long, value_name = "N")]
    quorum: Option<u8>,
    /// Further workers that can take part when one fails.
    #[arg(long, default_value_t = 2, value_name = "N")]
    spares: u8,
    /// Wasmtime fuel limit of a task, about one unit an instruction. A node claims only tasks that it can finish in the run
    /// window, so a higher limit attracts fewer nodes.
    #[arg(long, default_value_t = 20_000_000_000, value_name = "N")]
    fuel: u64,
    /// Memory limit of a task, MiB. By default nodes skip jobs with more than 1024.
    #[arg(long, default_value_t = 256, value_name = "MIB")]
    memory: u32,
    /// Output limit of a task, KiB. Nodes skip jobs with more than 65536.
    #[arg(long, default_value_t = 1024, value_name = "KIB")]
    max_output: u32,
    /// Time in which tasks can be claimed.
    #[arg(long, default_value = "1d", value_parser = parse_duration, value_name = "DURATION")]
    claim_window: u64,
    /// Time from a worker's claim to its result.
    #[arg(long, default_value = "1h", value_parser = parse_duration, value_name = "DURATION")]
    run_window: u64,
    /// Blob store to upload the module and the inputs to; workers download them from there. Default: the network's own, on a
    /// local network.
    #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
    store: Option<String>,
    /// Number that tells your jobs apart. The same nonce cannot be posted twice. Default: the time.
    #[arg(long, value_name = "N")]
    nonce: Option<u64>,
}

const EXAMPLES: &str = "\
Examples:
  assay job post --module trend.wasm --inputs data/ --price 0.5
  assay job post --module trend.wasm --input a.txt b.txt --price 1 --replicas 5 --quorum 4 --run-window 10m";

#[derive(Serialize)]
struct PostReport {
    job: String,
    tasks: u32,
    replicas: u8,
    quorum: u8,
    /// Amount in escrow. The part that is not paid to workers or as fees returns when the job is closed.
    escrow: TokenAmount,
    /// Fee of an accepted task.
    fee_per_task: TokenAmount,
    /// Collateral that a worker risks for each replica.
    bond: TokenAmount,
    nonce: U64String,
    signature: String,
}

impl fmt::Display for PostReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            job,
            tasks,
            replicas,
            quorum,
            escrow,
            fee_per_task,
            ..
        } = self;
        writeln!(f, "job {job}")?;
        writeln!(
            f,
            "  {tasks} tasks, {replicas} replicas each, accepted by {quorum} equal results"
        )?;
        writeln!(
            f,
            "  {escrow} in escrow, of which fees {fee_per_task} per task"
        )?;
        write!(f, "  each worker risks {} per replica", self.bond)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let store = resolve_blob_store(args.store.clone(), &session.client)?;
    let inputs = match &args.inputs {
        Some(dir) => input_files(dir)?,
        None => args.input.clone(),
    };
    let files = JobFiles::read(&args.module, &inputs)?;
    let wallet = session.wallet()?;
    let requester = wallet.pubkey();
    let params = session.market()?;
    let payment = payment_mint(session, args.mint)?;
    let mint = session.mint_info(&payment.mint)?;

    let terms = terms(args, &files, &mint, &store)?;
    terms
        .validate(&params)
        .map_err(|error| explain_rejection(&error, &params))?;
    let too_much =
        || CliError::usage("price, replicas and tasks multiply to more than any balance can hold");
    let quote = Quote::new(terms.price, terms.replicas, &params, &payment).ok_or_else(too_much)?;
    let escrow = quote.escrow.checked_mul(u64::from(terms.task_count));
    let escrow = escrow.ok_or_else(too_much)?;
    let source = session.ensure_balance(&mint, &requester, escrow)?;
    let job = market::job(&requester, terms.nonce);
    if session.client.account(&job)?.is_some() {
        let nonce = terms.nonce;
        return Err(CliError::usage(format!(
            "you have posted job {job} with the nonce {nonce} already; choose another"
        )));
    }
    let rent = PostRent::of(session, &terms)?;
    let post = PostJobParams {
        requester,
        payment: (&payment).into(),
        source,
        escrow,
        terms,
    };
    let instructions = post_job(post, |bytes| rent.of_account(bytes)).ok_or_else(too_much)?;

    session.ensure_sol(
        &requester,
        rent.total().saturating_add(LAMPORTS_PER_SIGNATURE),
    )?;
    let (tasks, nonce) = (terms.task_count, terms.nonce);
    session.printer.status(format!(
        "uploading the module and {tasks} inputs to {store}"
    ));
    files.upload(&TempStore::open(vec![store])?)?;
    // Printed before the transaction is sent: if its confirmation is not seen, the user can look the job up.
    session
        .printer
        .status(format!("posting job {job} with the nonce {nonce}"));
    let signature = session.send(&instructions, &[&wallet], rent.total())?;
    Report::new(&PostReport {
        job: job.to_string(),
        tasks,
        replicas: terms.replicas,
        quorum: terms.quorum,
        escrow: mint.amount(escrow),
        fee_per_task: mint.amount(quote.fee),
        bond: MintInfo::assay().amount(quote.bond),
        nonce: U64String(nonce),
        signature: signature.to_string(),
    })
}

/// Returns the terms that the arguments ask for.
fn terms(args: &Args, files: &JobFiles, mint: &MintInfo, store: &str) -> Result<JobTerms> {
    let task_count = u32::try_from(files.inputs.len());
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let time = u64::try_from(since_1970.as_nanos()).unwrap_or_default();
    Ok(JobTerms {
        nonce: args.nonce.unwrap_or(time),
        module: ContentHash::of(&files.module).bytes(),
        manifest: files.manifest.hash().bytes(),
        store: store_field(store)?,
        task_count: task_count.map_err(|_| CliError::usage("too many inputs for one job"))?,
        replicas: args.replicas,
        quorum: args.quorum.unwrap_or(args.replicas / 2 + 1),
        spares: args.spares,
        escrow_bump: 0,
        price: args.price.units(mint.decimals)?,
        fuel: args.fuel,
        memory_bytes: u64::from(args.memory) << 20,
        output_bytes: u64::from(args.max_output) << 10,
        claim_window: args.claim_window,
        run_window: args.run_window,
    })
}

/// Returns the URL as a job's account has it: padded with zeros to 64 bytes.
fn store_field(url: &str) -> Result<[u8; 64]> {
    let mut field = [0; 64];
    let start = field.get_mut(..url.len()).ok_or_else(|| {
        CliError::usage(
            "the URL of the blob store is longer than the 64 bytes that a job has for it",
        )
    })?;
    start.copy_from_slice(url.as_bytes());
    Ok(field)
}
