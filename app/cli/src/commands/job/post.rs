use super::{
    content::{files_of, Batch, Contents},
    order::{payment_mint, refused, Rent},
};
use crate::{
    amount::{Amount, Exact, Tokens},
    endpoint::{parse_blob_store_url, resolve_blob_store},
    key::parse_address,
    token::Token,
    Failure, Outcome, Result, Session,
};
use assay_client::{
    format::parse_duration,
    instruction::market::{post_job, PostJobParams},
    pda::market,
    Address, Signer as _, LAMPORTS_PER_SIGNATURE,
};
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
    /// The program to run: a WASI module (input on stdin, output on stdout).
    #[arg(long, value_name = "FILE")]
    module: PathBuf,
    /// One task's input; several files make several tasks.
    #[arg(long, num_args = 1.., value_name = "FILE", required_unless_present = "inputs", conflicts_with = "inputs")]
    input: Vec<PathBuf>,
    /// A directory with one input file per task, in the order of their names.
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
    /// Paid to each worker of the winning group of a task, in whole tokens like 0.5.
    #[arg(long, value_name = "AMOUNT")]
    price: Amount,
    /// Token to pay with; may be left out when the network allows only one.
    #[arg(long, value_parser = parse_address, value_name = "ADDRESS")]
    mint: Option<Address>,
    /// Workers that run each task.
    #[arg(long, default_value_t = 3, value_name = "N")]
    replicas: u8,
    /// Equal results that accept a task; default: the smallest majority.
    #[arg(long, value_name = "N")]
    quorum: Option<u8>,
    /// Further workers that may be called when one fails.
    #[arg(long, default_value_t = 2, value_name = "N")]
    spares: u8,
    /// Wasmtime fuel that a task may burn, about one per instruction. A node claims only what it can burn within the run
    /// window for sure, so the more, the fewer claim.
    #[arg(long, default_value_t = 20_000_000_000, value_name = "N")]
    fuel: u64,
    /// Memory that a task may use, MiB. Nodes leave jobs with more than 1024 alone, unless told otherwise.
    #[arg(long, default_value_t = 256, value_name = "MIB")]
    memory: u32,
    /// Output that a task may write, KiB. Nodes leave jobs with more than 65536 alone.
    #[arg(long, default_value_t = 1024, value_name = "KIB")]
    max_output: u32,
    /// How long tasks can be claimed.
    #[arg(long, default_value = "1d", value_parser = parse_duration, value_name = "DURATION")]
    claim_window: u64,
    /// How long a worker may take from claim to result.
    #[arg(long, default_value = "1h", value_parser = parse_duration, value_name = "DURATION")]
    run_window: u64,
    /// Blob store that the module and inputs are uploaded to, and workers read them from. Default: the local network's, on a
    /// local network.
    #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
    store: Option<String>,
    /// Tells your jobs apart; a repeated post with the same nonce is refused. Default: the time.
    #[arg(long, value_name = "N")]
    nonce: Option<u64>,
}

const EXAMPLES: &str = "\
Examples:
  assay job post --module trend.wasm --inputs data/ --price 0.5
  assay job post --module trend.wasm --input a.txt b.txt --price 1 --replicas 5 --quorum 4 --run-window 10m";

/// A posted job and what it can cost at most.
#[derive(Serialize)]
struct Posted {
    job: String,
    tasks: u32,
    replicas: u8,
    quorum: u8,
    /// In escrow now; what is not paid to workers or as fees comes back when the job is closed.
    escrow: Tokens,
    /// Of an accepted task.
    fee_per_task: Tokens,
    /// What each worker risks per replica.
    bond: Tokens,
    nonce: Exact,
    signature: String,
}

impl fmt::Display for Posted {
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

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let store = resolve_blob_store(args.store.clone(), session.client.url())?;
    let inputs = match &args.inputs {
        Some(dir) => files_of(dir)?,
        None => args.input.clone(),
    };
    let batch = Batch::read(&args.module, &inputs)?;
    let wallet = session.wallet()?;
    let requester = wallet.pubkey();
    let params = session.market()?;
    let allowed = payment_mint(session, args.mint)?;
    let token = session.token(&allowed.mint)?;

    let terms = terms(args, &batch, &token, &store)?;
    terms
        .validate(&params)
        .map_err(|error| refused(&error, &params))?;
    let too_much =
        || Failure::usage("price, replicas and tasks multiply to more than any balance can hold");
    let quote = Quote::new(terms.price, terms.replicas, &params, &allowed).ok_or_else(too_much)?;
    let escrow = quote.escrow.checked_mul(u64::from(terms.task_count));
    let escrow = escrow.ok_or_else(too_much)?;
    let source = session.require(&token, &requester, escrow)?;
    let job = market::job(&requester, terms.nonce);
    if session.client.account(&job)?.is_some() {
        let nonce = terms.nonce;
        return Err(Failure::usage(format!(
            "you have posted job {job} with the nonce {nonce} already; choose another"
        )));
    }
    let order = PostJobParams {
        requester,
        payment: (&allowed).into(),
        source,
        escrow,
        terms,
    };
    let rent = Rent::of(session, &terms)?;
    let instructions = post_job(order, |bytes| rent.of_account(bytes)).ok_or_else(too_much)?;

    session.require_sol(
        &requester,
        rent.total().saturating_add(LAMPORTS_PER_SIGNATURE),
    )?;
    let tasks = terms.task_count;
    let note = |prose: String| session.printer.note(prose);
    note(format!(
        "uploading the module and {tasks} inputs to {store}"
    ));
    batch.upload(&Contents::open(vec![store])?)?;
    // Whatever happens from here on, this is how the job is found.
    let nonce = terms.nonce;
    note(format!("posting job {job} with the nonce {nonce}"));
    let signature = session.send(&instructions, &[&wallet], rent.total())?;
    Outcome::ok(&Posted {
        job: job.to_string(),
        tasks,
        replicas: terms.replicas,
        quorum: terms.quorum,
        escrow: token.tokens(escrow),
        fee_per_task: token.tokens(quote.fee),
        bond: Token::assay().tokens(quote.bond),
        nonce: Exact(nonce),
        signature: signature.to_string(),
    })
}

fn terms(args: &Args, batch: &Batch, token: &Token, uri: &str) -> Result<JobTerms> {
    let mut store = [0u8; 64];
    let hint = uri.as_bytes();
    let room = store.get_mut(..hint.len());
    room.ok_or_else(|| {
        Failure::usage("the store's URL is longer than the 64 bytes that a job has for it")
    })?
    .copy_from_slice(hint);
    let task_count = u32::try_from(batch.inputs.len());
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let time = u64::try_from(since_1970.as_nanos()).unwrap_or_default();
    Ok(JobTerms {
        nonce: args.nonce.unwrap_or(time),
        module: assay_content::ContentHash::of(&batch.module).bytes(),
        manifest: batch.manifest.hash().bytes(),
        store,
        task_count: task_count.map_err(|_| Failure::usage("too many inputs for one job"))?,
        replicas: args.replicas,
        quorum: args.quorum.unwrap_or(args.replicas / 2 + 1),
        spares: args.spares,
        escrow_bump: 0,
        price: args.price.units(token.decimals)?,
        fuel: args.fuel,
        memory_bytes: u64::from(args.memory) << 20,
        output_bytes: u64::from(args.max_output) << 10,
        claim_window: args.claim_window,
        run_window: args.run_window,
    })
}
