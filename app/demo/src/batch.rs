//! One job from posting to its results.

use crate::{
    check,
    environment::{log_step, text, Environment},
    formulas::Task,
    participants::Participants,
};
use anyhow::{bail, Context, Result};
use assay_client::{pda, Address, JobView};
use assay_harness::processes::{json_text, json_units, json_whole};
use assay_market::{bytes::result_digest, state::SeatState};
use std::{
    fs, thread,
    time::{Duration, Instant},
};

/// The module that every task runs.
pub const MODULE: &str = "co2-trend";
/// tUSD paid for each accepted replica: one base unit more than a round figure, so that every rounding shows.
const PRICE: &str = "1.000001";
const REPLICAS: u8 = 3;
/// Number of equal digests that accept a task.
pub const QUORUM: usize = 2;
/// Far longer than a batch takes. A demonstration that hangs must end.
const FINISH_WITHIN: Duration = Duration::from_secs(300);
const POLL: Duration = Duration::from_millis(300);

pub struct Batch {
    pub job: Address,
    pub tasks: u32,
    /// What each task costs and puts at stake by the formulas.
    pub task: Task,
}

impl Batch {
    /// Posts one task per input, under a protocol fee of `fee_bps`.
    pub fn post(
        env: &Environment,
        participants: &Participants,
        inputs: &[Vec<u8>],
        fee_bps: u64,
    ) -> Result<Self> {
        let count = inputs.len();
        log_step(&format!(
            "posting a batch of {count} tasks × {REPLICAS} replicas over a real data set"
        ));
        let formulas = &env.formulas;
        let task = formulas.task(formulas.tusd(PRICE)?, REPLICAS, fee_bps)?;
        let module = env.localnet.workspace().module(MODULE);
        let directory = env.path(&format!("inputs-{count}"));
        fs::create_dir_all(&directory)?;
        for (index, input) in inputs.iter().enumerate() {
            fs::write(directory.join(format!("{index:03}.txt")), input)?;
        }
        let (replicas, quorum) = (REPLICAS.to_string(), QUORUM.to_string());
        let arguments = [
            "job",
            "post",
            "--module",
            text(&module)?,
            "--inputs",
            text(&directory)?,
            "--price",
            PRICE,
            "--replicas",
            &replicas,
            "--quorum",
            &quorum,
            "--spares=2",
            "--fuel=5000000000",
            "--memory=16",
            "--run-window=10m",
            "--store",
            &env.localnet.blob_url,
        ];
        let ata = pda::ata(&participants.requester.address, &env.tusd());
        let before = env.client.token_balance(&ata)?;
        let posted = participants.requester.cli.try_json(&arguments)?;
        let after = env.client.token_balance(&ata)?;
        let batch = Self {
            job: json_text(&posted, "job")?.parse()?,
            tasks: u32::try_from(count)?,
            task,
        };
        eprintln!("  job {}", batch.job);
        let due = task.escrow * u64::from(batch.tasks);
        check::equal("paid into escrow", before.saturating_sub(after), due)?;
        check::equal("escrow, as printed", json_units(&posted, "escrow")?, due)?;
        let printed = (
            json_units(&posted, "fee_per_task")?,
            json_units(&posted, "bond")?,
        );
        check::equal("fee and bond, as printed", printed, (task.fee, task.bond))?;
        Ok(batch)
    }

    /// Prints the progress until every task is decided and every worker paid or penalized.
    pub fn watch(&self, env: &Environment) -> Result<JobView> {
        log_step("waiting for the payouts; the nodes settle, collect and penalize by themselves");
        let started = Instant::now();
        let mut shown = String::new();
        loop {
            let job = env.client.fetch_job(&self.job)?;
            let line = progress(&job);
            if line != shown {
                eprintln!("  {line}");
                shown = line;
            }
            if job.header.is_finished() {
                return Ok(job);
            }
            env.check_running()?;
            if started.elapsed() > FINISH_WITHIN {
                let seconds = FINISH_WITHIN.as_secs();
                bail!("the batch did not finish within {seconds} s: {shown}");
            }
            thread::sleep(POLL);
        }
    }

    /// Fetches every output through the command line and compares each with the digest that the quorum agreed on.
    pub fn fetch(
        &self,
        env: &Environment,
        participants: &Participants,
        job: &JobView,
    ) -> Result<Vec<Vec<u8>>> {
        log_step("fetching the outputs and checking them against the digests on chain");
        let out = env.path(&format!("results-{}", self.tasks));
        let address = self.job.to_string();
        let arguments = ["job", "fetch", &address, "--out", text(&out)?];
        let fetched = participants.requester.cli.try_json(&arguments)?;
        let results = fetched["results"].as_array().context("no results")?;
        let mut outputs = Vec::new();
        let mut matching = 0;
        for (task, result) in (0..self.tasks).zip(results) {
            let output = fs::read(json_text(result, "file")?)?;
            let exit_code = u32::try_from(json_whole(&result["exit_code"])?)?;
            let digest = result_digest(exit_code, &output);
            let own_task = json_whole(&result["task"])? == u64::from(task);
            if own_task && exit_code == 0 && job.accepted(task) == Some(digest) {
                matching += 1;
            }
            outputs.push(output);
        }
        check::equal("outputs fetched", results.len(), self.tasks as usize)?;
        check::equal("outputs with the digest on chain", matching, self.tasks)?;
        Ok(outputs)
    }
}

fn progress(job: &JobView) -> String {
    let count = |wanted: SeatState| {
        (0..job.header.task_count.get())
            .flat_map(|task| job.states(task))
            .filter(|state| *state == wanted)
            .count()
    };
    let (done, total) = (job.header.accepted_tasks.get(), job.header.task_count.get());
    format!(
        "{done}/{total} tasks accepted; replicas: {} running, {} committed, {} revealed, {} accepted, {} rejected",
        count(SeatState::Claimed),
        count(SeatState::Committed),
        count(SeatState::Revealed),
        count(SeatState::Accepted),
        count(SeatState::Rejected)
    )
}
