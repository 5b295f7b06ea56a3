//! `assay job receipt`: what proves on chain that a result was verified, for other programs and for auditors.

use super::{
    find, proof::count, requirements::Requirements, task_state::TaskState, terms::runtime_text,
    upload::TempStore,
};
use crate::{
    amount::{MintInfo, TokenAmount, U64String},
    endpoint::{parse_blob_store_url, StrangerUrls},
    keypair::parse_address,
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{
    format::{format_duration, parse_duration},
    instruction::rewards::{close_receipt, write_receipt},
    pda::rewards,
    transaction_size, Address, JobView, ReceiptView, Signer as _, MAX_TRANSACTION_SIZE,
};
use assay_content::{blobs_url, fetch_record, ContentError, Manifest};
use assay_market::state::POLICY_ATTESTED;
use assay_node::ExitStatus;
use assay_rewards::state::{ReceiptArgs, MAX_INLINE_OUTPUT, MAX_LIFETIME, MIN_LIFETIME};
use clap::Subcommand;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the receipt of a final task.
    ///
    /// It says what ran on which input, what came out, how that was verified and what was at stake, and stays when the job is
    /// closed. Anybody may write one; the wallet pays the rent and gets it back when the receipt is closed.
    #[command(
        after_help = "Fetches the result's record and the manifest, and proves by them what the chain does not know: exit code, fuel and input.

Examples:
  assay job receipt write JOB 0
  assay job receipt write JOB 0 --keep-output --lifetime 365d      programs can read the output"
    )]
    Write {
        /// The job's address.
        #[arg(value_parser = parse_address)]
        job: Address,
        /// Index of the task.
        task: u32,
        /// Keep the output in the receipt, at most 512 bytes.
        #[arg(long)]
        keep_output: bool,
        /// Time that the receipt stays for sure: 7 days to 10 years.
        #[arg(long, default_value = "30d", value_parser = parse_lifetime, value_name = "DURATION")]
        lifetime: u32,
        /// Blob store to try before the job's own; may be repeated.
        #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
        store: Vec<String>,
        #[command(flatten)]
        strangers: StrangerUrls,
    },
    /// Show a receipt by its address, or every receipt of a task.
    #[command(after_help = "With --output json, one object a line for each receipt.

Examples:
  assay job receipt show RECEIPT
  assay job receipt show JOB 0      the job may be closed")]
    Show {
        /// Address of the receipt, or of the job.
        #[arg(value_parser = parse_address, value_name = "RECEIPT|JOB")]
        address: Address,
        /// Index of the task, if the address is that of a job.
        task: Option<u32>,
    },
    /// Close a receipt whose lifetime is over; its rent returns to whoever paid it.
    Close {
        /// Address of the receipt.
        #[arg(value_parser = parse_address)]
        receipt: Address,
    },
}

fn parse_lifetime(text: &str) -> core::result::Result<u32, String> {
    let lifetime = parse_duration(text)?;
    match u32::try_from(lifetime) {
        Ok(lifetime) if (MIN_LIFETIME..=MAX_LIFETIME).contains(&lifetime) => Ok(lifetime),
        _ => Err(format!(
            "`{text}` is not a lifetime of {} to {}",
            format_duration(MIN_LIFETIME.into()),
            format_duration(MAX_LIFETIME.into())
        )),
    }
}

pub fn run(command: Command, session: &Session) -> Result<Option<Report>> {
    match command {
        Command::Write {
            job,
            task,
            keep_output,
            lifetime,
            store,
            strangers,
        } => {
            let job = find(session, &job)?;
            let content = TempStore::open(store, strangers.rule(&session.client)?)?;
            let args = receipt_args(session, &job, task, keep_output, lifetime, &content)?;
            write(session, &job, task, args).map(Some)
        }
        Command::Show { address, task } => show(&address, task, session),
        Command::Close { receipt } => close(&receipt, session).map(Some),
    }
}

/// Returns what a receipt of a task must say that the chain does not know.
///
/// # Errors
/// `Usage` if there is no such task, or its output is too long to keep. `Unfinished` if its result is not final.
fn receipt_args(
    session: &Session,
    job: &JobView,
    task: u32,
    keep_output: bool,
    lifetime: u32,
    content: &TempStore,
) -> Result<ReceiptArgs> {
    let header = &job.header;
    let (manifest, line) = header.manifest_of(task).ok_or_else(|| {
        CliError::usage(format!(
            "the job has {} tasks, from 0 on, and no task {task}",
            header.task_count.get()
        ))
    })?;
    let digest = verified_digest(job, task, session.client.now()?)?;
    let (store, url) = (&content.store, blobs_url(&job.store()));
    let record = fetch_record(store, &url, digest)
        .map_err(|error| CliError::failed(format!("{error}; pass another store with --store")))?;
    let get = |name: [u8; 32], max_bytes| store.fetch(&url, name.into(), max_bytes);
    let wrong = |error: &dyn fmt::Display| {
        let name = hex::encode(manifest);
        CliError::failed(format!("the manifest {name} is of no use: {error}"))
    };
    let max_bytes = Manifest::encoded_bytes(header.segment_tasks(task));
    let bytes = get(manifest, max_bytes).map_err(|error: ContentError| wrong(&error))?;
    let manifest = Manifest::parse(&bytes).map_err(|error| wrong(&error))?;
    let (input, proof) = manifest
        .input(line)
        .zip(manifest.proof(line))
        .filter(|_| manifest.root() == header.segment_of(task).inputs)
        .ok_or_else(|| wrong(&"the job names other inputs"))?;
    let output = if keep_output {
        let output = get(record.output, header.output_bytes.get())?;
        if output.len() > MAX_INLINE_OUTPUT {
            return Err(CliError::usage(format!(
                "the output has {} bytes and a receipt keeps at most {MAX_INLINE_OUTPUT}; leave --keep-output out, the receipt has its hash",
                output.len()
            )));
        }
        Some(output)
    } else {
        None
    };
    Ok(ReceiptArgs {
        exit_code: record.exit_code,
        fuel_used: record.fuel_used,
        output_hash: record.output,
        memory: record.memory,
        input: input.bytes(),
        proof,
        output,
        lifetime,
    })
}

/// Returns the digest of a verified result at `now` (Unix time).
///
/// # Errors
/// `Unfinished` if the task has none.
fn verified_digest(job: &JobView, task: u32, now: i64) -> Result<[u8; 32]> {
    let state = TaskState::of(job, task, now);
    if let (TaskState::Final, Some(digest)) = (state, job.digest(task)) {
        return Ok(digest);
    }
    Err(CliError::unfinished(match state {
        TaskState::Standing | TaskState::Rechecking => {
            let until = job.task(task).first().map_or(0, |first| first.until.get());
            let until = format_time(job.header.unix_time(until));
            format!("the result of task {task} is {state} and may be contradicted until {until}; write the receipt then")
        }
        state if state.is_end() => {
            format!(
                "task {task} is {state}: it has no verified result, so there is no receipt of it"
            )
        }
        state => format!("task {task} is {state}; write the receipt when it is final"),
    }))
}

fn write(session: &Session, job: &JobView, task: u32, args: ReceiptArgs) -> Result<Report> {
    let wallet = session.wallet()?;
    let payer = wallet.pubkey();
    let seed = &job.header.seed;
    let address = rewards::receipt(seed, task, &payer);
    if session.client.account(&address)?.is_some() {
        return Err(CliError::usage(format!(
            "the wallet has written the receipt {address} of this task already; see `assay job receipt show`"
        )));
    }
    let rent = session
        .client
        .minimum_balance(ReceiptView::space(args.inline_len()))?;
    let keeps_output = args.output.is_some();
    let steps = write_receipt(payer, job.address, seed, task, args, |_| rent);
    if transaction_size(&steps, &payer) > MAX_TRANSACTION_SIZE {
        let advice = if keeps_output {
            "leave --keep-output out, the receipt has the output's hash"
        } else {
            "the job has too many tasks"
        };
        return Err(CliError::usage(format!(
            "the receipt fits into no transaction; {advice}"
        )));
    }
    let signature = session.send(&steps, &[&wallet], rent)?;
    let report = || {
        let found = session.client.try_fetch_receipt(&address)?;
        let found = found.ok_or_else(|| no_receipt(&address))?;
        let report = ReceiptReport::of(session, &found)?;
        Report::new(&report)
    };
    session.report_or_signature(signature, report())
}

fn no_receipt(address: &Address) -> CliError {
    CliError::not_found(format!(
        "there is no receipt at {address}; it was never written on this network, or was closed"
    ))
}

/// A receipt with everything that stood behind the result.
#[derive(Serialize)]
struct ReceiptReport {
    receipt: String,
    job: String,
    /// Names the posting of the job, 64 hexadecimal digits.
    job_seed: String,
    task: u32,
    requester: String,
    /// SHA-256 of the module.
    module: String,
    /// SHA-256 of the input.
    input: String,
    /// Digest of the result's record.
    digest: String,
    /// SHA-256 of the output.
    output_hash: String,
    /// The output in hexadecimal digits, if the receipt keeps it.
    output: Option<String>,
    exit_code: u32,
    fuel_used: U64String,
    /// `checked` or `attested`.
    policy: &'static str,
    /// Identity of the attester set whose keys signed.
    attesters: Option<String>,
    /// Results that agree, or signatures.
    agreed: u8,
    /// Whether somebody who did not know the result ran the task again, or a round decided.
    checked: bool,
    /// Rounds that were opened about the result.
    rounds: u8,
    requirements: Option<Requirements>,
    /// Runtime that workers had to have.
    runtime: String,
    /// Largest amount of fuel that the task might use.
    fuel: U64String,
    /// Largest linear memory of the task, bytes.
    memory_bytes: U64String,
    /// Largest output of the task, bytes.
    output_bytes: U64String,
    /// Time from a claim to its contribution, seconds.
    run_window: u32,
    /// Author of the module, whom the requester paid a royalty.
    author: Option<String>,
    mint: String,
    /// Pay of a seat.
    price: TokenAmount,
    /// Collateral that a seat bound.
    bond: TokenAmount,
    /// What a lie would have cost, the bond included.
    lie_penalty: TokenAmount,
    /// Unix time at which the result became final, seconds.
    finalized_at: i64,
    /// Unix time from which anyone may close the receipt, seconds.
    closes_at: i64,
    /// Wallet that paid the rent.
    payer: String,
}

impl ReceiptReport {
    fn of(session: &Session, receipt: &ReceiptView) -> Result<Self> {
        let mint = session.mint_info(&receipt.header.mint)?;
        Ok(Self::with_mint(receipt, &mint))
    }

    fn with_mint(receipt: &ReceiptView, mint: &MintInfo) -> Self {
        let header = &receipt.header;
        let assay = MintInfo::assay();
        let is_attested = header.policy == POLICY_ATTESTED;
        let penalty = header.bond.get().saturating_add(header.lie.get());
        Self {
            receipt: receipt.address.to_string(),
            job: header.job.to_string(),
            job_seed: hex::encode(header.job_seed),
            task: header.task.get(),
            requester: header.requester.to_string(),
            module: hex::encode(header.module),
            input: hex::encode(header.input),
            digest: hex::encode(header.digest),
            output_hash: hex::encode(header.output),
            output: receipt.output.as_ref().map(hex::encode),
            exit_code: header.exit_code.get(),
            fuel_used: U64String(header.fuel_used.get()),
            policy: if is_attested { "attested" } else { "checked" },
            attesters: is_attested.then(|| hex::encode(header.attesters)),
            agreed: header.agreed,
            checked: header.checked == 1,
            rounds: header.rounds,
            requirements: Requirements::new(
                header.region.get(),
                header.least_collateral.get(),
                &header.credential_set,
                header.gate,
            ),
            runtime: runtime_text(&header.runtime_id),
            fuel: U64String(header.fuel.get()),
            memory_bytes: U64String(header.memory_bytes.get()),
            output_bytes: U64String(header.output_bytes.get()),
            run_window: header.run_window.get(),
            author: (header.author != Address::default()).then(|| header.author.to_string()),
            mint: header.mint.to_string(),
            price: mint.amount(header.price.get()),
            bond: assay.amount(header.bond.get()),
            lie_penalty: assay.amount(penalty),
            finalized_at: header.finalized_at.get(),
            closes_at: header.closes_at.get(),
            payer: header.payer.to_string(),
        }
    }
}

impl fmt::Display for ReceiptReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "receipt    {}", self.receipt)?;
        writeln!(f, "job        {}, task {}", self.job, self.task)?;
        writeln!(f, "requester  {}", self.requester)?;
        writeln!(f, "module     {}", self.module)?;
        writeln!(f, "input      {}", self.input)?;
        let exit = ExitStatus::describe(self.exit_code);
        writeln!(
            f,
            "output     {}, {exit}, {} fuel",
            self.output_hash, self.fuel_used
        )?;
        if let Some(output) = &self.output {
            writeln!(f, "kept       {} bytes: {output}", output.len() / 2)?;
        }
        writeln!(f, "digest     {}", self.digest)?;
        let agreed = self.agreed;
        match &self.attesters {
            Some(set) => writeln!(
                f,
                "attested   {} of the set with the identity {set}",
                count(agreed, "signature")
            )?,
            None => {
                let checked = if self.checked {
                    "checked by somebody who did not know the result"
                } else {
                    "NOT checked by others"
                };
                writeln!(
                    f,
                    "verified   by {}, {checked}, {}",
                    count(agreed, "result"),
                    count(self.rounds, "round")
                )?;
                writeln!(
                    f,
                    "at stake   {} per seat; a lie cost {}",
                    self.bond, self.lie_penalty
                )?;
            }
        }
        if let Some(requirements) = &self.requirements {
            writeln!(f, "workers    {requirements}")?;
        }
        writeln!(
            f,
            "machines   runtime {}; at most {} fuel, {} bytes of memory, {} bytes of output; {} s",
            self.runtime, self.fuel, self.memory_bytes, self.output_bytes, self.run_window
        )?;
        if let Some(author) = &self.author {
            writeln!(f, "author     {author}")?;
        }
        writeln!(f, "price      {} per seat", self.price)?;
        write!(
            f,
            "times      final since {}, stays until {}",
            format_time(self.finalized_at),
            format_time(self.closes_at)
        )
    }
}

fn show(address: &Address, task: Option<u32>, session: &Session) -> Result<Option<Report>> {
    session.market()?;
    let Some(task) = task else {
        let found = session.client.try_fetch_receipt(address)?;
        let found = found.ok_or_else(|| no_receipt(address))?;
        return Report::new(&ReceiptReport::of(session, &found)?).map(Some);
    };
    let receipts = session.client.fetch_receipts_of(address)?;
    let of_task = receipts.iter().filter(|one| one.header.task.get() == task);
    let reports: Vec<_> = of_task
        .map(|receipt| ReceiptReport::of(session, receipt))
        .collect::<Result<_>>()?;
    if reports.is_empty() {
        return Err(CliError::not_found(format!(
            "task {task} of job {address} has no receipt; `assay job receipt write` writes one while the job is open"
        )));
    }
    for report in &reports {
        session.printer.show(report)?;
    }
    Ok(None)
}

#[derive(Serialize)]
struct CloseReport {
    receipt: String,
    /// Wallet that the rent went to.
    rent_to: String,
    signature: String,
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            receipt, rent_to, ..
        } = self;
        write!(f, "receipt {receipt} is closed; the rent went to {rent_to}")
    }
}

fn close(address: &Address, session: &Session) -> Result<Report> {
    session.market()?;
    let receipt = session.client.try_fetch_receipt(address)?;
    let receipt = receipt.ok_or_else(|| no_receipt(address))?;
    let closes_at = receipt.header.closes_at.get();
    if session.client.now()? < closes_at {
        return Err(CliError::usage(format!(
            "others rely on the receipt until {}; close it then",
            format_time(closes_at)
        )));
    }
    let wallet = session.wallet()?;
    let payer = receipt.header.payer;
    let signature = session.send(&[close_receipt(payer, *address)], &[&wallet], 0)?;
    Report::new(&CloseReport {
        receipt: address.to_string(),
        rent_to: payer.to_string(),
        signature: signature.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::task_state::fixtures::*, *};
    use crate::Cli;
    use assay_market::game::{Phase, SeatState};
    use clap::Parser as _;

    #[test]
    fn a_lifetime_has_bounds() {
        assert_eq!(parse_lifetime("7d"), Ok(MIN_LIFETIME));
        assert_eq!(parse_lifetime("3650d"), Ok(MAX_LIFETIME));
        for text in ["6d", "3651d", "soon"] {
            assert!(parse_lifetime(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_task_is_named_by_its_job_or_the_receipt_by_itself() {
        let address = Address::default().to_string();
        for words in [vec![address.as_str()], vec![address.as_str(), "3"]] {
            let show = [&["assay", "job", "receipt", "show"], words.as_slice()].concat();
            assert!(Cli::try_parse_from(show).is_ok());
        }
        let write = ["assay", "job", "receipt", "write", &address];
        let error = Cli::try_parse_from(write).err().unwrap().to_string();
        assert!(error.contains("TASK"), "{error}");
    }

    #[test]
    fn only_a_final_result_has_a_receipt() {
        let ask = |phase, state| {
            let job = job(vec![first(phase, state, HOLD)]);
            verified_digest(&job, 0, POSTED_AT)
        };
        assert_eq!(ask(Phase::Final, SeatState::Accepted).unwrap(), [9; 32]);
        for (phase, part) in [
            (Phase::Standing, "may be contradicted until"),
            (Phase::Unproven, "no verified result"),
            (Phase::Disputed, "when it is final"),
        ] {
            let error = ask(phase, SeatState::Accepted).unwrap_err();
            assert!(error.message.contains(part), "{error}");
        }
    }

    #[test]
    fn a_receipt_says_what_stood_behind_it() {
        let mut receipt = ReceiptView {
            address: Address::default(),
            header: bytemuck::Zeroable::zeroed(),
            output: Some(b"ok".to_vec()),
        };
        receipt.header.agreed = 2;
        receipt.header.bond = 5_000_000_000.into();
        receipt.header.lie = 1_000_000_000.into();
        receipt.header.region = 756.into();
        let report = ReceiptReport::with_mint(&receipt, &MintInfo::assay());
        let text = report.to_string();
        for part in [
            "by 2 results, NOT checked by others, 0 rounds",
            "a lie cost 6 ASSAY",
            "every worker: in CH",
            "kept       2 bytes: 6f6b",
        ] {
            assert!(text.contains(part), "{text}");
        }
        receipt.header.policy = POLICY_ATTESTED;
        let report = ReceiptReport::with_mint(&receipt, &MintInfo::assay());
        assert!(report.to_string().contains("2 signatures of the set"));
        let json = serde_json::to_value(report).unwrap();
        assert_eq!(
            (&json["policy"], &json["output"]),
            (&"attested".into(), &"6f6b".into())
        );
    }
}
