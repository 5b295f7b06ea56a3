//! One job: how it is posted, and what the requester gets from it.

use crate::{
    check,
    environment::{log_step, text, Environment},
    formulas::{Asked, Task},
    participants::Participants,
};
use anyhow::{Context, Result};
use assay_client::{pda, Address, JobView};
use assay_content::{blobs_url, fetch_result};
use assay_harness::processes::{json_text, json_units, json_whole};
use std::{fs, path::Path};

/// tUSD paid for each seat: one base unit more than a round figure, so that every rounding shows.
const PRICE: &str = "1.000001";
/// Late seats of every task.
const CHECKS: u64 = 1;
/// What a lie costs beside the bond, in prices.
const LIE_PRICES: u64 = 100;
/// Minutes in which a claimed seat is delivered.
const RUN_MINUTES: u64 = 10;

pub struct Order {
    /// What the demonstration calls it.
    pub name: &'static str,
    pub job: Address,
    pub tasks: u32,
    /// What each task costs and puts at stake by the formulas.
    pub task: Task,
    /// True if somebody cheats in every task, so that no result is to be believed before a round has decided.
    pub is_doubtful: bool,
}

impl Order {
    /// Posts one task per input, under a protocol fee of `fee_bps`.
    pub fn post(
        env: &Environment,
        participants: &Participants,
        name: &'static str,
        (module, inputs): (&Path, &[Vec<u8>]),
        fee_bps: u64,
    ) -> Result<Self> {
        let count = inputs.len();
        log_step(&format!(
            "posting the {name}; tasks: {count}, late seats of each: {CHECKS}"
        ));
        let formulas = &env.formulas;
        let asked = Asked {
            price: formulas.tusd(PRICE)?,
            checks: CHECKS,
            lie_prices: LIE_PRICES,
        };
        let task = formulas.task(&asked, fee_bps)?;
        let directory = env.path(&format!("inputs of the {name}"));
        fs::create_dir_all(&directory)?;
        for (index, input) in inputs.iter().enumerate() {
            fs::write(directory.join(format!("{index:03}.txt")), input)?;
        }
        let (checks, lie_prices) = (CHECKS.to_string(), LIE_PRICES.to_string());
        let run_window = format!("{RUN_MINUTES}m");
        let arguments = [
            "job",
            "post",
            "--module",
            text(module)?,
            "--inputs",
            text(&directory)?,
            "--price",
            PRICE,
            "--checks",
            &checks,
            "--lie-prices",
            &lie_prices,
            "--fuel=5000000000",
            "--memory=16",
            "--run-window",
            &run_window,
            "--store",
            &env.localnet.blob_url,
        ];
        let ata = pda::ata(&participants.requester.address, &env.tusd());
        let before = env.client.token_balance(&ata)?;
        let posted = participants.requester.cli.try_json(&arguments)?;
        let after = env.client.token_balance(&ata)?;
        let order = Self {
            name,
            job: json_text(&posted, "job")?.parse()?,
            tasks: u32::try_from(count)?,
            task,
            is_doubtful: false,
        };
        eprintln!("  job {}", order.job);
        let due = task.escrow * u64::from(order.tasks);
        check::equal("paid into escrow", before.saturating_sub(after), due)?;
        check::equal("escrow, as printed", json_units(&posted, "escrow")?, due)?;
        let printed = ["fee_per_task", "bond", "lie_penalty"].map(|of| json_units(&posted, of));
        let printed: Result<Vec<_>> = printed.into_iter().collect();
        let figures = [task.fee, task.bond, task.penalty()];
        check::equal("fee, bond and penalty, as printed", &printed?[..], &figures)?;
        order.check_terms(env)?;
        Ok(order)
    }

    /// Checks what was frozen when the job was posted.
    fn check_terms(&self, env: &Environment) -> Result<()> {
        let header = env.client.fetch_job(&self.job)?.header;
        let task = &self.task;
        let hold = env.formulas.devnet_hold(RUN_MINUTES * 60)?;
        for (what, found, expected) in [
            ("price of a seat", header.price.get(), task.price),
            ("fee of a task", header.fee.get(), task.fee),
            (
                "emission weight of a task",
                header.weight.get(),
                task.weight,
            ),
            ("worth of a price", header.value.get(), task.value),
            ("bond of a seat", header.bond.get(), task.bond),
            ("cost of a lie beside it", header.lie.get(), task.lie),
            (
                "seconds of hold, as on devnet",
                header.hold.get().into(),
                hold,
            ),
        ] {
            check::equal(what, found, expected)?;
        }
        check::equal("seats of a task", header.width(), task.seats)
    }

    /// Fetches every output through the command line and compares each with the digest on chain.
    pub fn fetch(
        &self,
        env: &Environment,
        participants: &Participants,
        job: &JobView,
    ) -> Result<Vec<Vec<u8>>> {
        let name = self.name;
        log_step(&format!(
            "fetching the results of the {name} and checking them against the digests on chain"
        ));
        let out = env.path(&format!("results of the {name}"));
        let address = self.job.to_string();
        let arguments = ["job", "fetch", &address, "--out", text(&out)?];
        let fetched = participants.requester.cli.try_json(&arguments)?;
        let results = fetched["results"].as_array().context("no results")?;
        let store = env.content()?;
        let (now, mut outputs, mut matching) = (env.client.now()?, Vec::new(), 0);
        for (task, result) in (0..self.tasks).zip(results) {
            let output = fs::read(json_text(result, "file")?)?;
            let digest = job.final_digest(task, now);
            let digest = digest.with_context(|| format!("task {task} is not final"))?;
            let most = job.header.output_bytes.get();
            let stored = fetch_result(&store, &blobs_url(&job.store()), digest, most)?;
            let is_own = json_whole(&result["task"])? == u64::from(task);
            let is_final = json_text(result, "state")? == "final";
            let is_stored = stored.output == output && stored.record().digest() == digest;
            matching += u32::from(is_own && is_final && is_stored && stored.exit_code == 0);
            outputs.push(output);
        }
        check::equal("outputs fetched", results.len(), self.tasks as usize)?;
        check::equal("outputs with the digest on chain", matching, self.tasks)?;
        Ok(outputs)
    }
}
