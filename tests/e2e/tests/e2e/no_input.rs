//! A job that names one input by its manifest and another one by its root of inputs, by which receipts prove them. Its task has
//! no input, and only one result.

use crate::{
    by_hand, job,
    liars::{LiarSetup, HONEST},
};
use assay_content::{ContentHash, Manifest};
use assay_harness::processes::{log, Node, ECHO};
use assay_market::{bytes::ResultRecord, state::JobTerms};
use assay_runner::{ExitStatus, RunOutput};

/// Returns the digest of the only result of a task without input, of the posting with this seed.
fn only_digest(seed: &[u8; 32]) -> [u8; 32] {
    let result = RunOutput::not_run(ExitStatus::NoInput, seed);
    let record = ResultRecord {
        exit_code: result.exit.code(),
        fuel_used: result.fuel_used,
        output: ContentHash::of(&result.output).bytes(),
        memory: result.memory_hash,
    };
    record.digest()
}

#[test]
fn a_made_up_result_of_a_job_that_names_no_input_is_challenged_and_overturned() {
    let setup = LiarSetup::new(ECHO, &HONEST);
    let LiarSetup { localnet, rita, .. } = &setup;

    log("rita names the root of an input that nobody runs, and a module that nobody can get");
    let shown = Manifest::new(vec![by_hand::upload(localnet, b"shown")]).expect("an input");
    let proven = Manifest::new(vec![ContentHash::of(b"proven")]).expect("an input");
    let terms = JobTerms {
        inputs: proven.root(),
        ..by_hand::terms(localnet, ContentHash::of(b"no module"), &shown)
    };
    let job = by_hand::post(localnet, "rita", None, terms);

    log("her friend bob makes up a result");
    let seed = job::view(localnet, &job).header.seed;
    by_hand::deliver(localnet, "bob", &job, [4; 32]);
    job::wait_for(rita, &job, 0, "standing");

    // They find no seat until there is a round, which takes members for 20 seconds only.
    let _honest = HONEST.map(|name| Node::start(localnet, name));

    log("a watcher knows the only result that there is, and contradicts bob");
    let mut watcher = setup.start_watcher();
    let checked = watcher.wait_for("task_checked", &job);
    assert_eq!(checked["agrees"], false);
    let digest = checked["digest"].as_str().expect("a digest");
    assert_eq!(job::unhex(digest), only_digest(&seed));
    let challenge = watcher.wait_for("challenge_sent", &job);
    assert_eq!(challenge["digest"], checked["digest"]);

    log("a round finds the same and overturns it");
    job::wait_for(rita, &job, 0, "disputed");
    let overturned = job::wait_for_verdict(rita, &job);
    assert_eq!(overturned["digest"], checked["digest"]);
    job::finished(rita, &job);
    let code = ExitStatus::NoInput.code().into();
    assert_eq!(job::results(rita, &job), [(code, Vec::new())]);
}
