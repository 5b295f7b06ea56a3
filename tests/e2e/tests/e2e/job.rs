//! Posting jobs and looking at what became of them.

use assay_client::{Address, JobView};
use assay_tests_e2e::{Assay, Network};
use serde_json::Value;
use std::path::Path;

/// Posts a job of one replica and one spare per task, unless `more` says otherwise, at half a dollar; answers its address.
/// `more` are further options.
#[track_caller]
pub fn post(
    requester: &Assay,
    module: &Path,
    input: &[&str],
    store: &str,
    more: &[&str],
) -> String {
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
    let posted = requester.ok(&arguments);
    posted["job"].as_str().expect("a job address").to_owned()
}

/// The job's account.
pub fn view(network: &Network, job: &str) -> JobView {
    let address: Address = job.parse().expect("an address");
    network.client().fetch_job(&address).expect("an open job")
}

/// Follows a job to its end, when all is decided and paid.
#[track_caller]
pub fn finished(requester: &Assay, job: &str) -> Value {
    requester.ok(&["job", "watch", job, "--timeout", "100s"])
}

/// Fetches the results of a job; answers the exit code and the output of each task.
#[track_caller]
pub fn results(requester: &Assay, job: &str) -> Vec<(u64, Vec<u8>)> {
    let fetched = requester.ok(&["job", "fetch", job, "--out", &format!("out-{job}")]);
    let results = fetched["results"].as_array().expect("a list of results");
    let read = |result: &Value| {
        let file = result["file"].as_str().expect("a file");
        let output = std::fs::read(requester.home.join(file)).expect("the fetched file");
        (result["exit_code"].as_u64().expect("an exit code"), output)
    };
    results.iter().map(read).collect()
}

/// A provider's record: so many accepted seats, and none rejected or missed.
#[track_caller]
pub fn unblemished(owner: &Assay, accepted: u32) {
    let record = owner.ok(&["provider", "show"]);
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
