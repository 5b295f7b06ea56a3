//! Jobs: posted, watched and fetched.

use assay_client::{Address, JobView};
use assay_harness::processes::{Cli, Localnet};
use serde_json::Value;
use std::path::Path;

/// Posts a job at half a dollar with one replica and one spare per task, and returns its address. The options in `more` are
/// added; they can replace price, replicas and spares.
#[track_caller]
pub fn post(requester: &Cli, module: &Path, input: &[&str], store: &str, more: &[&str]) -> String {
    let mut files = Vec::new();
    for (index, content) in input.iter().enumerate() {
        let file = format!("input-{index}");
        std::fs::write(requester.home.join(&file), content).expect("a writable directory");
        files.push(file);
    }
    let module = module.to_str().expect("a UTF-8 path");
    let mut arguments = vec!["job", "post", "--module", module];
    arguments.extend(["--store", store]);
    for (option, usual) in [("--price", "0.5"), ("--replicas", "1"), ("--spares", "1")] {
        if !more.contains(&option) {
            arguments.extend([option, usual]);
        }
    }
    arguments.extend(more);
    arguments.push("--input");
    arguments.extend(files.iter().map(String::as_str));
    let posted = requester.json(&arguments);
    posted["job"].as_str().expect("a job address").to_owned()
}

/// Returns the job's account.
pub fn view(localnet: &Localnet, job: &str) -> JobView {
    let address: Address = job.parse().expect("an address");
    localnet.client().fetch_job(&address).expect("an open job")
}

/// Waits until every task of a job is decided and every worker paid.
#[track_caller]
pub fn finished(requester: &Cli, job: &str) -> Value {
    requester.json(&["job", "watch", job, "--timeout", "100s"])
}

/// Fetches the results of a job. Returns the exit code and the output of each task.
#[track_caller]
pub fn results(requester: &Cli, job: &str) -> Vec<(u64, Vec<u8>)> {
    let fetched = requester.json(&["job", "fetch", job, "--out", &format!("out-{job}")]);
    let results = fetched["results"].as_array().expect("a list of results");
    let read = |result: &Value| {
        let file = result["file"].as_str().expect("a file");
        let output = std::fs::read(requester.home.join(file)).expect("the fetched file");
        (result["exit_code"].as_u64().expect("an exit code"), output)
    };
    results.iter().map(read).collect()
}

/// Asserts that a provider has this number of accepted seats, and none rejected or missed.
#[track_caller]
pub fn assert_no_penalties(owner: &Cli, accepted: u32) {
    let record = owner.json(&["provider", "show"]);
    assert_eq!(
        (&record["accepted"], &record["missed"], &record["rejected"]),
        (&accepted.into(), &0.into(), &0.into()),
        "{record}"
    );
}

pub fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unhex(text: &str) -> [u8; 32] {
    let byte = |at: usize| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).expect("hex digits");
    std::array::from_fn(byte)
}
