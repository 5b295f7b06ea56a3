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
use serde_json::Value;
use std::{fs, path::Path};

/// tUSD paid for each seat: one base unit more than a round figure, so that every rounding shows.
const PRICE: &str = "1.000001";
/// What a lie costs beside the bond, in prices.
const LIE_PRICES: u64 = 100;
/// Minutes in which a claimed seat is delivered.
const RUN_MINUTES: u64 = 10;

/// How the results of a job are verified.
#[derive(Clone, Copy)]
pub enum Verified {
    /// By so many late seats of every task.
    Checked(u64),
    /// By so many signatures of the attesters of a set.
    Attested(Address, u8),
}

/// What a job is posted with.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// What the demonstration calls the job.
    pub name: &'static str,
    /// The file of the module.
    pub module: &'a Path,
    /// The input of every task.
    pub inputs: &'a [Vec<u8>],
    pub verified: Verified,
    /// What the record of the module asks for, basis points; 0 if no author has registered it.
    pub royalty_bps: u64,
    /// The protocol fee at the time, basis points.
    pub fee_bps: u64,
}

impl<'a> Plan<'a> {
    /// Returns a job whose tasks have one late seat each, over a module that no author has registered.
    pub fn checked(
        name: &'static str,
        (module, inputs): (&'a Path, &'a [Vec<u8>]),
        fee_bps: u64,
    ) -> Self {
        Self {
            name,
            module,
            inputs,
            verified: Verified::Checked(1),
            royalty_bps: 0,
            fee_bps,
        }
    }

    fn asked(&self, price: u64) -> Asked {
        let (checks, lie_prices) = match self.verified {
            Verified::Checked(checks) => (checks, Some(LIE_PRICES)),
            Verified::Attested(..) => (0, None),
        };
        Asked {
            price,
            checks,
            lie_prices,
            royalty_bps: self.royalty_bps,
        }
    }

    /// Posts the job through the command line. Returns what that prints.
    fn post(&self, env: &Environment, participants: &Participants) -> Result<Value> {
        let directory = env.path(&format!("inputs of the {}", self.name));
        fs::create_dir_all(&directory)?;
        for (index, input) in self.inputs.iter().enumerate() {
            fs::write(directory.join(format!("{index:03}.txt")), input)?;
        }
        let verified = match self.verified {
            Verified::Checked(checks) => [
                format!("--checks={checks}"),
                format!("--lie-prices={LIE_PRICES}"),
            ],
            Verified::Attested(set, signatures) => [
                format!("--attesters={set}"),
                format!("--signatures={signatures}"),
            ],
        };
        let run_window = format!("{RUN_MINUTES}m");
        let mut arguments = vec![
            "job",
            "post",
            "--module",
            text(self.module)?,
            "--inputs",
            text(&directory)?,
            "--price",
            PRICE,
            "--fuel=5000000000",
            "--memory=16",
            "--run-window",
            &run_window,
            "--store",
            &env.localnet.blob_url,
        ];
        arguments.extend(verified.iter().map(String::as_str));
        participants.requester.cli.try_json(&arguments)
    }
}

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
    /// Posts one task per input.
    pub fn post(env: &Environment, participants: &Participants, plan: &Plan<'_>) -> Result<Self> {
        let (name, count) = (plan.name, plan.inputs.len());
        let how = match plan.verified {
            Verified::Checked(checks) => format!("late seats of each: {checks}"),
            Verified::Attested(_, signatures) => format!("signatures of each: {signatures}"),
        };
        log_step(&format!("posting the {name}; tasks: {count}, {how}"));
        let formulas = &env.formulas;
        let task = formulas.task(&plan.asked(formulas.tusd(PRICE)?), plan.fee_bps)?;
        let ata = pda::ata(&participants.requester.address, &env.tusd());
        let before = env.client.token_balance(&ata)?;
        let posted = plan.post(env, participants)?;
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
        let names = ["fee_per_task", "royalty_per_task", "bond", "lie_penalty"];
        let printed: Result<Vec<_>> = names.iter().map(|of| json_units(&posted, of)).collect();
        let figures = [task.fee, task.royalty, task.bond, task.penalty()];
        let what = "fee, royalty, bond and penalty, as printed";
        check::equal(what, &printed?[..], &figures)?;
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
            ("royalty of a task", header.royalty.get(), task.royalty),
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
