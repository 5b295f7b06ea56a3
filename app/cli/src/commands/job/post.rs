//! `assay job post`: uploads a module and its inputs, and posts a job.

use super::{
    check_pause,
    checks::Checks,
    proof::Proof,
    quote::JobQuote,
    requirements::{RequirementArgs, Requirements},
    royalty::{royalty_text, Royalty},
    terms::{explain_rejection, parse_runtime, payment_mint, seconds, PostRent},
    upload::{input_files, JobFiles, TempStore},
};
use crate::{
    amount::{Amount, MintInfo, U64String},
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
use assay_market::state::{pause, JobTerms, Totals, GATE_EVERY_SEAT, LIE_PRICES, POLICY_CHECKED};
use clap::builder::RangedI64ValueParser;
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
    /// Pay of each seat, that is of each worker that runs a task, in whole tokens like 0.5.
    #[arg(long, value_name = "AMOUNT")]
    price: Amount,
    /// Mint of the token to pay with. Default: the only one that the network allows.
    #[arg(long, value_parser = parse_address, value_name = "ADDRESS")]
    mint: Option<Address>,
    /// Workers that run a task again to check the first result, on average: 15% is one with a chance of 15%, 1 is always one,
    /// 1.15 is one and with 15% a second. They are drawn after the result is committed to, and do not see it. 0 is no check:
    /// enough where a single node runs, or where you check the results yourself.
    #[arg(
        long,
        default_value = "15%",
        value_name = "N",
        conflicts_with = "attesters"
    )]
    checks: Checks,
    /// What a lie costs beside the bond, in prices. A worker must have it free to claim a task: a higher penalty protects
    /// better and attracts fewer workers.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = lie_prices(), conflicts_with = "attesters")]
    lie_prices: u16,
    /// Attester set whose signatures verify a result, instead of checks: it is final as soon as --signatures of them signed
    /// it, nobody runs it again and nobody is penalized for a lie. For attesters that you trust.
    #[arg(long, value_parser = parse_address, value_name = "SET", requires = "signatures")]
    attesters: Option<Address>,
    /// Signatures that an attested result needs.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(1..), requires = "attesters")]
    signatures: Option<u8>,
    /// Pay no royalty to the module's author. Default: if the module is registered, the job names its author and agrees to
    /// the royalty that `assay module show` tells.
    #[arg(long)]
    no_royalty: bool,
    #[command(flatten)]
    requirements: RequirementArgs,
    /// Runtime that must run the module, 16 hexadecimal digits. Default: zeros, the network's present one.
    #[arg(long, default_value = "0000000000000000", value_parser = parse_runtime, value_name = "ID")]
    runtime: [u8; 8],
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
    /// Time in which tasks can be claimed. What nobody claims is refunded.
    #[arg(long, default_value = "1d", value_parser = parse_duration, value_name = "DURATION")]
    claim_window: u64,
    /// Time from a worker's claim to its result. A public result can be contradicted for at least twice as long; then it is
    /// final.
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
  assay job post --module trend.wasm --input a.txt b.txt --price 1 --checks 1 --run-window 10m
  assay job post --module trend.wasm --input a.txt --price 1 --checks 0 --run-window 10s     a network with one node
  assay job post --module trend.wasm --input a.txt --price 1 --region CH --least-collateral 500 --gate first
  assay job post --module trend.wasm --input a.txt --price 1 --attesters SET --signatures 2";

#[derive(Serialize)]
struct PostReport {
    job: String,
    tasks: u32,
    /// How results are verified.
    #[serde(flatten)]
    proof: Proof,
    requirements: Option<Requirements>,
    /// Author of the module, who is paid the royalty.
    author: Option<String>,
    #[serde(flatten)]
    quote: JobQuote,
    nonce: U64String,
    signature: String,
}

impl fmt::Display for PostReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "job {}", self.job)?;
        writeln!(f, "  {} tasks, {}", self.tasks, self.proof)?;
        if let Some(requirements) = &self.requirements {
            writeln!(f, "  {requirements}")?;
        }
        let JobQuote {
            escrow,
            bond,
            fee_per_task,
            royalty_per_task,
            ..
        } = &self.quote;
        writeln!(f, "  fee {fee_per_task} per verified task")?;
        if let Some(author) = &self.author {
            writeln!(
                f,
                "  royalty {royalty_per_task} per verified task, for {author}"
            )?;
        }
        writeln!(
            f,
            "  {escrow} in escrow; what is not paid returns when the job is closed"
        )?;
        write!(f, "  each worker binds {bond} per seat")
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

    let mut terms = terms(args, &files, &mint, &store)?;
    let proof = match args.attesters.zip(args.signatures) {
        Some((set, signatures)) => Proof::by_attesters(session, set, signatures)?,
        None => Proof::Checked {
            checks: args.checks,
        },
    };
    proof.apply(&mut terms, args.lie_prices);
    args.requirements.apply(session, &mut terms)?;
    let royalty = Royalty::of_module(session, &terms.module)?.filter(|_| !args.no_royalty);
    Royalty::apply(royalty, &mut terms);
    let explain = |error| explain_rejection(&error, &params);
    check_pause(session, &params, pause::POST, "posting jobs")?;
    let totals: Totals = session.client.fetch(&market::totals())?;
    let rules = terms
        .rules(&params, totals.collateral.get())
        .map_err(explain)?;
    terms.validate(&params, &rules).map_err(explain)?;
    let too_much = || {
        CliError::usage(
            "--price, --checks and the number of inputs multiply to more than any balance can hold",
        )
    };
    let quote = JobQuote::new(&terms, &rules, &params, &payment, &mint).ok_or_else(too_much)?;
    let escrow = quote.escrow.units;
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
        attesters: proof.attesters(),
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
    session.printer.status(quote.explanation(tasks, &proof));
    if let Some(Royalty { author, bps }) = royalty {
        session.printer.status(format!(
            "{} of the price goes to {author}, who registered the module; --no-royalty posts without",
            royalty_text(bps)
        ));
    }
    files.upload(&TempStore::for_upload(store)?)?;
    // Printed before the transaction is sent: if its confirmation is not seen, the user can look the job up.
    session
        .printer
        .status(format!("posting job {job} with the nonce {nonce}"));
    let signature = session.send(&instructions, &[&wallet], rent.total())?;
    Report::new(&PostReport {
        job: job.to_string(),
        tasks,
        proof,
        requirements: Requirements::new(
            terms.region,
            terms.least_collateral,
            &terms.credential_set,
            terms.gate,
        ),
        author: royalty.map(|royalty| royalty.author.to_string()),
        quote,
        nonce: U64String(nonce),
        signature: signature.to_string(),
    })
}

/// Returns the terms that the arguments ask for, without proof, requirements and royalty.
fn terms(args: &Args, files: &JobFiles, mint: &MintInfo, store: &str) -> Result<JobTerms> {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let time = u64::try_from(since_1970.as_nanos()).unwrap_or_default();
    Ok(JobTerms {
        nonce: args.nonce.unwrap_or(time),
        module: ContentHash::of(&files.module).bytes(),
        manifest: files.inputs.manifest.hash().bytes(),
        store: store_field(store)?,
        runtime_id: args.runtime,
        task_count: files.inputs.task_count()?,
        checks_bps: 0,
        lie_prices: 0,
        escrow_bump: 0,
        policy: POLICY_CHECKED,
        attestations: 0,
        gate: GATE_EVERY_SEAT,
        region: 0,
        royalty_bps: 0,
        author: Address::default(),
        least_collateral: 0,
        credential_set: Address::default(),
        inputs: files.inputs.manifest.root(),
        price: args.price.units(mint.decimals)?,
        fuel: args.fuel,
        memory_bytes: u64::from(args.memory) << 20,
        output_bytes: u64::from(args.max_output) << 10,
        claim_window: seconds("--claim-window", args.claim_window)?,
        run_window: seconds("--run-window", args.run_window)?,
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

/// Reads a penalty within the market's limits.
fn lie_prices() -> RangedI64ValueParser<u16> {
    let (least, most) = LIE_PRICES.into_inner();
    clap::value_parser!(u16).range(i64::from(least)..=i64::from(most))
}

#[cfg(test)]
mod tests {
    use crate::{Cli, Command};
    use clap::Parser as _;

    fn parse(options: &[&str]) -> Result<super::Args, String> {
        let post = [
            "assay", "job", "post", "--module", "m.wasm", "--input", "a", "--price", "1",
        ];
        let cli = Cli::try_parse_from(post.iter().chain(options)).map_err(|e| e.to_string())?;
        match cli.command {
            Command::Job(super::super::Command::Post(args)) => Ok(*args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_seat_with_a_chance_of_15_percent_is_the_default() {
        let args = parse(&[]).unwrap();
        assert_eq!((args.checks.bps(), args.lie_prices), (1_500, 100));
        assert_eq!(args.runtime, [0; 8]);
    }

    /// The address of an attester set.
    const SET: &str = "11111111111111111111111111111111";

    #[test]
    fn attesters_take_the_place_of_checks() {
        let attested = ["--attesters", SET, "--signatures", "2"];
        let args = parse(&attested).unwrap();
        assert_eq!(args.signatures, Some(2));
        for (option, value) in [("--checks", "1"), ("--lie-prices", "50")] {
            let both = [&attested[..], &[option, value]].concat();
            let error = parse(&both).unwrap_err();
            assert!(
                error.contains(option) && error.contains("--attesters"),
                "{error}"
            );
        }
        assert!(parse(&["--attesters", SET, "--signatures", "0"]).is_err());
    }

    #[test]
    fn a_wrong_option_is_named_with_its_bound() {
        for (options, parts) in [
            (["--lie-prices", "19"], ["--lie-prices", "20..=500"]),
            (["--lie-prices", "501"], ["--lie-prices", "20..=500"]),
            (["--checks", "16"], ["--checks", "15 checks"]),
            (["--checks", "some"], ["--checks", "15%, 1, 2 or 1.15"]),
            (["--runtime", "12"], ["--runtime", "16 hexadecimal digits"]),
            (["--region", "XX"], ["--region", "ISO 3166-1"]),
            (["--gate", "last"], ["--gate", "every, first"]),
            (["--signatures", "2"], ["--attesters", "required"]),
            (["--attesters", SET], ["--signatures", "required"]),
            (["--credential", "lab"], ["--credential", "not an address"]),
        ] {
            let error = parse(&options).unwrap_err();
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }
}
