//! Jobs: posted, watched and fetched.

use assay_client::{Address, Client, JobView};
use assay_harness::processes::{wait_until, Cli, Localnet};
use assay_market::game::SeatState;
use serde_json::Value;
use std::path::Path;

/// Options of every job that a test does not choose otherwise. Without checks one node is enough. The hold is twice the run
/// window.
const USUAL: [(&str, &str); 3] = [
    ("--price", "0.5"),
    ("--checks", "0"),
    ("--run-window", "10m"),
];

/// The usual run window, seconds.
const RUN_WINDOW: i64 = 600;

/// Posts a job at half a dollar without checks, and returns its address. The options in `more` are added; they can replace
/// price, checks and run window.
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
    for (option, usual) in USUAL {
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

/// Returns the states of the seats of a job's first task.
pub fn seats(localnet: &Localnet, job: &str) -> Vec<SeatState> {
    let view = view(localnet, job);
    view.task(0).iter().map(|seat| seat.state()).collect()
}

/// Returns what `assay job show` says of a task.
#[track_caller]
pub fn task(requester: &Cli, job: &str, task: usize) -> Value {
    let shown = requester.json(&["job", "show", job]);
    shown["tasks"][task].clone()
}

/// Waits until a task of a job is in this state.
#[track_caller]
pub fn wait_for(requester: &Cli, job: &str, number: usize, state: &str) -> Value {
    wait_until(&format!("task {number} of {job} to be {state}"), || {
        let task = task(requester, job, number);
        (task["state"] == state).then_some(task)
    })
}

/// Waits until every task of a job has a public result.
#[track_caller]
pub fn delivered(requester: &Cli, job: &str) -> Value {
    let watch = ["job", "watch", job, "--until-standing", "--timeout", "100s"];
    requester.json(&watch)
}

/// Waits until every task of a job has a public result, passes the holds, and waits until every worker is paid. Nothing else
/// must run meanwhile: the clock jumps.
#[track_caller]
pub fn finished(requester: &Cli, job: &str) -> Value {
    delivered(requester, job);
    pass_holds(requester, job);
    paid(requester, job)
}

/// Moves the clock past the hold of every public result of a job.
#[track_caller]
pub fn pass_holds(requester: &Cli, job: &str) {
    let shown = requester.json(&["job", "show", job]);
    let tasks = shown["tasks"].as_array().expect("a list of tasks");
    let ends = tasks.iter().filter_map(|task| task["until"].as_i64());
    if let Some(end) = ends.max() {
        pass(requester, end);
    }
}

/// Moves the clock to `time` (Unix seconds), unless it is there.
fn pass(requester: &Cli, time: i64) {
    let left = time - now(requester);
    if left > 0 {
        requester.json(&["localnet", "advance", &format!("{left}s")]);
    }
}

/// Returns the network's time, Unix seconds.
fn now(requester: &Cli) -> i64 {
    let url = requester.url.as_deref().expect("a network");
    Client::new(url).now().expect("a time")
}

/// Waits until the round about the first task of a job has decided, and returns the task. Whoever ranks well takes its seats
/// in 20 seconds. If one stays free, the round lasts to its end, a run window later; then this passes the time.
#[track_caller]
pub fn wait_for_verdict(requester: &Cli, job: &str) -> Value {
    wait_until("the verdict", || {
        let task = task(requester, job, 0);
        if task["state"] != "disputed" {
            return Some(task);
        }
        let round = task["rounds"].as_array().and_then(|rounds| rounds.last());
        let round = round.expect("a round");
        let end = round["ends_at"].as_i64().expect("a time");
        let seats = round["seats"].as_array().expect("a list of seats");
        let is_waiting = seats.iter().any(|seat| seat["state"] == "claimed");
        if now(requester) > end - RUN_WINDOW && !is_waiting {
            pass(requester, end);
        }
        None
    })
}

/// Waits until every task of a job has ended and every worker is paid.
#[track_caller]
pub fn paid(requester: &Cli, job: &str) -> Value {
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

pub fn unhex(text: &str) -> [u8; 32] {
    let byte = |at: usize| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).expect("hex digits");
    std::array::from_fn(byte)
}
