//! One job from posting to closing.

use crate::{
    cast::Cast,
    check,
    stage::{act, field, text, Stage},
};
use anyhow::{bail, Context, Result};
use assay_client::{address::market, Address, JobView};
use assay_market::state::{PaymentMint, SlotState};
use std::{
    fs, thread,
    time::{Duration, Instant},
};

const PRICE: &str = "1";
/// Far longer than a batch takes; a stuck demonstration must end.
const FINISH_WITHIN: Duration = Duration::from_secs(300);

pub struct Batch {
    pub job: Address,
    tasks: usize,
}

impl Batch {
    pub fn post(stage: &Stage, cast: &Cast, inputs: &[Vec<u8>]) -> Result<Self> {
        act(&format!(
            "posting a batch of {} tasks × 3 replicas over a real data set",
            inputs.len()
        ));
        let module = stage.root.join("target/modules/co2-trend.wasm");
        let directory = stage.path(&format!("inputs-{}", inputs.len()));
        fs::create_dir_all(&directory)?;
        for (index, input) in inputs.iter().enumerate() {
            fs::write(directory.join(format!("{index:03}.txt")), input)?;
        }
        let arguments = [
            "job",
            "post",
            "--module",
            text(&module)?,
            "--inputs",
            text(&directory)?,
            "--price",
            PRICE,
            "--replicas=3",
            "--quorum=2",
            "--spares=2",
            "--fuel=5000000000",
            "--memory=16",
            "--run-window=10m",
            "--store",
            &stage.blob_url,
        ];
        let posted = stage.assay.call(Some(&cast.requester.file), &arguments)?;
        let job = field(&posted, "job")?.parse()?;
        eprintln!("  job {job}");
        Ok(Self {
            job,
            tasks: inputs.len(),
        })
    }

    /// Shows progress until every task has its verdict and every worker was paid or penalised.
    pub fn watch(&self, stage: &Stage) -> Result<JobView> {
        act("waiting for the verdicts; the nodes settle, collect and penalise by themselves");
        let started = Instant::now();
        let mut shown = String::new();
        loop {
            let job = stage.client.job(&self.job)?;
            let line = progress(&job);
            if line != shown {
                eprintln!("  {line}");
                shown = line;
            }
            if job.header.is_finished() {
                return Ok(job);
            }
            if started.elapsed() > FINISH_WITHIN {
                bail!(
                    "the batch did not finish within {} s: {shown}",
                    FINISH_WITHIN.as_secs()
                );
            }
            thread::sleep(Duration::from_millis(300));
        }
    }

    /// Fetches every output through the CLI, which checks each against its digest on chain.
    pub fn fetch(&self, stage: &Stage, cast: &Cast) -> Result<Vec<Vec<u8>>> {
        act("fetching the outputs and checking them against the digests on chain");
        let out = stage.path("results");
        let job = self.job.to_string();
        let arguments = ["job", "fetch", &job, "--out", text(&out)?];
        let fetched = stage.assay.call(Some(&cast.requester.file), &arguments)?;
        let results = fetched["results"].as_array().context("no results")?;
        check::equal("outputs fetched and checked", results.len(), self.tasks)?;
        results
            .iter()
            .map(|result| Ok(fs::read(field(result, "file")?)?))
            .collect()
    }

    /// Closes the job and checks that fees and leftovers went where they belong. Answers the fee per task.
    pub fn close(&self, stage: &Stage, cast: &Cast, job: &JobView) -> Result<u64> {
        act("closing the job: fees to the protocol, leftovers and rent to the requester");
        let client = &stage.client;
        let allowed: PaymentMint =
            client.get("payment mint", &market::payment_mint(&stage.tusd))?;
        let wallet = assay_client::address::wallet(&cast.requester.address, &stage.tusd);
        let vault_before = client.token_balance(&allowed.fee_vault)?;
        let wallet_before = client.token_balance(&wallet)?;
        let address = self.job.to_string();
        stage
            .assay
            .call(Some(&cast.requester.file), &["job", "close", &address])?;
        let fee = job.header.fee.get();
        let due = fee.saturating_mul(u64::from(job.header.accepted_tasks.get()));
        let vault = client.token_balance(&allowed.fee_vault)?;
        check::equal(
            "fees paid to the vault",
            vault.saturating_sub(vault_before),
            due,
        )?;
        let returned = client.token_balance(&wallet)?.saturating_sub(wallet_before);
        let left = job.header.funds.get().saturating_sub(due);
        check::equal("returned to the requester", returned, left)?;
        check::holds(
            "the job and its escrow are gone",
            client.raw(&self.job)?.is_none() && client.raw(&job.header.escrow)?.is_none(),
        )?;
        Ok(fee)
    }
}

fn progress(job: &JobView) -> String {
    let count = |wanted: fn(SlotState) -> bool| {
        (0..job.header.task_count.get())
            .flat_map(|task| job.states(task))
            .filter(|state| wanted(*state))
            .count()
    };
    let (claimed, committed) = (
        count(|s| s == SlotState::Claimed),
        count(|s| s == SlotState::Committed),
    );
    let revealed = count(|s| s == SlotState::Revealed);
    let (accepted, rejected) = (
        count(|s| s == SlotState::Accepted),
        count(|s| s == SlotState::Rejected),
    );
    let (done, total) = (job.header.accepted_tasks.get(), job.header.task_count.get());
    format!("{done}/{total} tasks accepted; replicas: {claimed} running, {committed} committed, {revealed} revealed, {accepted} accepted, {rejected} rejected")
}
