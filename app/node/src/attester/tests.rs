use super::{
    server::{Server, MAX_REQUEST},
    verify::record_of,
    *,
};
use crate::{
    attested::{Refusal, ATTEST_PATH, HEALTH_PATH, LIFETIME, MAX_LIFETIME},
    posting::Posting,
    task_spec::TaskSpec,
    test_support::{address, job, keep, stores},
};
use assay_client::{Address, JobView, Signature};
use assay_content::{ContentHash, JobUrls, Manifest};
use assay_market::{
    bytes::ResultRecord,
    game::Phase,
    state::{Attestation, POLICY_ATTESTED},
};
use assay_runner::{ChildProgram, ExitStatus, RunOutput, Runner, WasmRunner};
use std::{
    path::Path,
    sync::mpsc::Receiver,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Chain time of the tests. The time for results ends at 1,000.
const NOW: i64 = 100;
const WALL_LIMIT: Duration = Duration::from_secs(10);
const WORKERS: [u8; 2] = [5, 6];
/// A program that prints nothing.
const MODULE: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

/// A chain with one job.
struct FixedChain(Mutex<JobView>);

impl Chain for Arc<FixedChain> {
    fn job(&self, address: &Address) -> Result<Option<JobView>, Error> {
        let job = self.0.lock().unwrap().clone();
        Ok(Some(job).filter(|job| job.address == *address))
    }

    fn is_worker(&self, worker: &Address) -> Result<bool, Error> {
        Ok(WORKERS.iter().any(|byte| address(*byte) == *worker))
    }

    fn now(&self) -> Result<i64, Error> {
        Ok(NOW)
    }
}

struct Setup {
    service: Arc<Service>,
    chain: Arc<FixedChain>,
    events: Receiver<AttesterEvent>,
    record: ResultRecord,
    /// Deleted when dropped.
    _dir: TempDir,
}

fn config(dir: &Path, verification: Verification) -> AttesterConfig {
    AttesterConfig {
        url: String::new(),
        keypair: Keypair::new(),
        set: address(6),
        listen: ([127, 0, 0, 1], 0).into(),
        journal_dir: dir.join("journal"),
        cache_dir: dir.to_owned(),
        blob_stores: Vec::new(),
        job_urls: JobUrls::Public,
        verification,
        // Runs are in this process. As the guard of a command it waits for the end of its parent, as a guard does.
        child: ChildProgram {
            path: "/bin/sh".into(),
            arguments: vec!["-c".into(), "cat".into()],
        },
        rate: "3/h".parse().unwrap(),
        max_waiting: 4,
        modules: Vec::new(),
        fuel_per_second: Some(1_000),
        wall_limit: WALL_LIMIT,
        max_memory_bytes: 1 << 20,
        max_output_bytes: 64,
    }
}

impl Setup {
    fn new(verification: Verification) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let job = attested_job(dir.path());
        let stores = stores(dir.path(), Vec::new());
        let record = right_record(&job, &stores);
        let config = config(dir.path(), verification);
        let start_runner = || Ok(Box::new(WasmRunner::new(WALL_LIMIT)?) as Box<dyn Runner>);
        let verifier = Verifier::start(&config, start_runner, stores).unwrap();
        let key = config.keypair.pubkey();
        let signed = SignedDigests::open(&config.journal_dir, key).unwrap();
        let chain = Arc::new(FixedChain(Mutex::new(job)));
        let (events, incoming) = channel();
        let scope = Scope {
            genesis_hash: [1; 32],
            set: address(6),
            identity: [9; 32],
        };
        let service = Arc::new(Service {
            keypair: config.keypair,
            scope,
            chain: Box::new(chain.clone()),
            verifier,
            signed: Mutex::new(signed),
            events,
            failure: Mutex::default(),
        });
        Self {
            service,
            chain,
            events: incoming,
            record,
            _dir: dir,
        }
    }

    fn request(&self) -> AttestRequest {
        let job = self.chain.0.lock().unwrap();
        AttestRequest {
            job: job.address,
            job_seed: job.header.seed,
            task: 0,
            worker: address(WORKERS[0]),
            record: self.record,
            energy_mj: 0,
            expires_at: NOW + LIFETIME,
            output: None,
        }
    }

    fn code(&self, request: &AttestRequest) -> RefusalCode {
        self.service.attest(request).unwrap_err().code
    }

    /// Returns the code for the right request after a change of the job.
    fn code_with(&self, change: impl FnOnce(&mut JobView)) -> RefusalCode {
        let request = self.request();
        let before = self.chain.0.lock().unwrap().clone();
        change(&mut self.chain.0.lock().unwrap());
        let code = self.code(&request);
        *self.chain.0.lock().unwrap() = before;
        code
    }

    /// Returns how often the attester has run a task or a check.
    fn verifications(&self) -> usize {
        let took_time = |event: &AttesterEvent| matches!(event, AttesterEvent::Verified { .. });
        self.events.try_iter().filter(took_time).count()
    }

    /// Returns whether a reply is a signature over the message of `request`.
    fn is_signed(&self, request: &AttestRequest, reply: &AttestReply) -> bool {
        let attestation = Attestation {
            genesis_hash: [1; 32],
            job: request.job,
            job_seed: request.job_seed,
            task: request.task,
            worker: request.worker,
            set: address(6),
            digest: request.record.digest(),
            fuel_used: request.record.fuel_used,
            energy_mj: request.energy_mj,
            expires_at: request.expires_at,
        };
        let signature: Signature = reply.signature.parse().unwrap();
        let key = self.service.keypair.pubkey();
        reply.key == key && signature.verify(key.as_ref(), &attestation.message())
    }
}

/// Returns an attested job whose content is in the cache at `dir`.
fn attested_job(dir: &Path) -> JobView {
    let keep = |content: &[u8]| keep(dir, content);
    let mut job = job(2);
    let manifest = Manifest::new(vec![keep(b"input"); 2]).unwrap();
    let header = &mut job.header;
    header.module = keep(&wat::parse_str(MODULE).unwrap()).bytes();
    header.segments[0].manifest = keep(&manifest.encode()).bytes();
    header.segments[0].inputs = manifest.root();
    header.fuel = 1_000.into();
    header.memory_bytes = (1 << 20).into();
    header.output_bytes = 64.into();
    header.policy = POLICY_ATTESTED;
    header.attestations = 2;
    header.attesters = [9; 32];
    header.late_seats = 0;
    job.seats.truncate(2);
    job
}

fn right_record(job: &JobView, stores: &ContentStores) -> ResultRecord {
    let runner = WasmRunner::new(WALL_LIMIT).unwrap();
    let (job, rounds) = (job.clone(), Vec::new());
    let spec = TaskSpec::of(&Posting { job, rounds }, 0, &address(5)).unwrap();
    let run = spec.run(stores, &runner, Instant::now() + WALL_LIMIT);
    record_of(&run.unwrap())
}

fn command(script: &str) -> Verification {
    Verification::Command(["sh", "-c", script].map(str::to_owned).to_vec())
}

#[test]
fn a_right_result_is_signed_for_every_worker_after_one_run() {
    let setup = Setup::new(Verification::Rerun);
    for byte in WORKERS {
        let request = AttestRequest {
            worker: address(byte),
            ..setup.request()
        };
        let reply = setup.service.attest(&request).unwrap();
        assert!(setup.is_signed(&request, &reply));
        let another = AttestRequest {
            expires_at: request.expires_at - 1,
            ..request
        };
        assert!(!setup.is_signed(&another, &reply));
    }
    assert_eq!(setup.verifications(), 1);
}

#[test]
fn a_wrong_result_is_refused_without_telling_the_right_one_and_does_not_bar_it() {
    let setup = Setup::new(Verification::Rerun);
    let (right, fuel) = (setup.record, setup.record.fuel_used + 1);
    let wrong = [
        ResultRecord {
            output: [4; 32],
            ..right
        },
        ResultRecord {
            fuel_used: fuel,
            ..right
        },
        ResultRecord {
            memory: [4; 32],
            ..right
        },
        ResultRecord {
            exit_code: 1,
            ..right
        },
    ];
    for record in wrong {
        let request = AttestRequest {
            record,
            ..setup.request()
        };
        let refused = setup.service.attest(&request).unwrap_err();
        assert_eq!(refused.code, RefusalCode::WrongResult);
        assert!(!refused.reason.contains(&hex::encode(right.digest())));
    }
    assert_eq!(setup.service.signed(|signed| signed.count()), 0);
    assert!(setup.service.attest(&setup.request()).is_ok());
}

#[test]
fn every_rule_of_the_chain_has_its_own_refusal() {
    let setup = Setup::new(Verification::Rerun);
    let good = setup.request();
    let with = |change: fn(&mut AttestRequest)| {
        let mut request = good.clone();
        change(&mut request);
        setup.code(&request)
    };
    assert_eq!(with(|r| r.job = address(1)), RefusalCode::UnknownJob);
    assert_eq!(with(|r| r.job_seed = [0; 32]), RefusalCode::OtherPosting);
    assert_eq!(with(|r| r.task = 2), RefusalCode::UnknownTask);
    assert_eq!(with(|r| r.worker = address(1)), RefusalCode::UnknownWorker);
    let expiries = [NOW, NOW - 1, NOW + MAX_LIFETIME + 1, i64::MAX, i64::MIN];
    for expires_at in expiries {
        let request = AttestRequest {
            expires_at,
            ..good.clone()
        };
        assert_eq!(setup.code(&request), RefusalCode::BadExpiry, "{expires_at}");
    }
    let code = setup.code_with(|job| job.header.policy = 0);
    assert_eq!(code, RefusalCode::NotAttested);
    let code = setup.code_with(|job| job.header.attesters = [8; 32]);
    assert_eq!(code, RefusalCode::OtherSet);
    let code = setup.code_with(|job| job.seats[0].phase = Phase::Final as u8);
    assert_eq!(code, RefusalCode::TaskDecided);
    let code = setup.code_with(|job| job.header.claim_window = (NOW as u32).into());
    assert_eq!(code, RefusalCode::TooLate);
    // The expiry must not lie behind the end of the time for results.
    let code = setup.code_with(|job| job.header.claim_window = 699.into());
    assert_eq!(code, RefusalCode::BadExpiry);
    assert_eq!(setup.verifications(), 0, "nothing was run for them");
}

#[test]
fn a_job_beyond_the_limits_is_never_run() {
    let setup = Setup::new(Verification::Rerun);
    let codes = [
        setup.code_with(|job| job.header.memory_bytes = ((1 << 20) + 1).into()),
        setup.code_with(|job| job.header.output_bytes = 65.into()),
        // A thousand a second for ten seconds.
        setup.code_with(|job| job.header.fuel = 10_001.into()),
        setup.code_with(|job| job.header.runtime_id = [1; 8]),
    ];
    assert_eq!(codes, [RefusalCode::BeyondLimits; 4]);
    let measured = AttestRequest {
        energy_mj: 1,
        ..setup.request()
    };
    assert_eq!(setup.code(&measured), RefusalCode::EnergyNotMeasured);
    assert_eq!(setup.verifications(), 0);
}

#[test]
fn content_that_cannot_be_fetched_can_come_later() {
    let setup = Setup::new(Verification::Rerun);
    let code = setup.code_with(|job| job.header.module = [1; 32]);
    assert_eq!(code, RefusalCode::Unavailable);
    assert!(setup.service.attest(&setup.request()).is_ok());
}

#[test]
fn a_command_says_yes_by_exit_code_0_and_sees_everything() {
    let script = "test \"$(cat {output})\" = out && test \"$(cat)\" = input && test -s {module} && test {energy_mj} = 7";
    let setup = Setup::new(command(script));
    let out = b"out".to_vec();
    let record = ResultRecord {
        output: ContentHash::of(&out).bytes(),
        ..setup.record
    };
    let request = AttestRequest {
        record,
        energy_mj: 7,
        ..setup.request()
    };
    assert_eq!(setup.code(&request), RefusalCode::OutputNeeded);
    let other = AttestRequest {
        output: Some(b"other".to_vec()),
        ..request.clone()
    };
    assert_eq!(setup.code(&other), RefusalCode::BadRequest);
    let request = AttestRequest {
        output: Some(out),
        ..request
    };
    let reply = setup.service.attest(&request).unwrap();
    assert!(setup.is_signed(&request, &reply));
    let energy = AttestRequest {
        energy_mj: 8,
        ..request
    };
    assert_eq!(setup.code(&energy), RefusalCode::CheckRefused);
}

#[test]
fn a_second_digest_is_refused_even_if_the_command_says_yes() {
    let setup = Setup::new(command("true"));
    let signed = |output: &[u8]| {
        let record = ResultRecord {
            output: ContentHash::of(output).bytes(),
            ..setup.record
        };
        setup.service.attest(&AttestRequest {
            record,
            output: Some(output.to_vec()),
            ..setup.request()
        })
    };
    assert!(signed(b"one").is_ok());
    let second = signed(b"two").unwrap_err();
    assert_eq!(second.code, RefusalCode::SignedAnother);
    assert!(signed(b"one").is_ok());
}

#[test]
fn a_job_that_names_no_input_has_one_result_which_every_attester_signs_and_no_other() {
    for verification in [Verification::Rerun, command("true")] {
        let setup = Setup::new(verification);
        // Also where nobody can fetch the module.
        {
            let header = &mut setup.chain.0.lock().unwrap().header;
            header.segments[0].inputs = [9; 32];
            header.module = [1; 32];
        }
        let output = Some(Vec::new());
        let wrong = AttestRequest {
            record: ResultRecord {
                output: ContentHash::of(b"").bytes(),
                ..setup.record
            },
            output: output.clone(),
            ..setup.request()
        };
        assert_eq!(setup.code(&wrong), RefusalCode::WrongResult);
        let result = RunOutput::not_run(ExitStatus::NoInput, &wrong.job_seed);
        let right = AttestRequest {
            record: record_of(&result),
            output,
            ..setup.request()
        };
        let measured = AttestRequest {
            energy_mj: 1,
            ..right.clone()
        };
        assert_eq!(setup.code(&measured), RefusalCode::EnergyNotMeasured);
        let reply = setup.service.attest(&right).unwrap();
        assert!(setup.is_signed(&right, &reply));
    }
}

/// Sends a request and returns status, `Retry-After` and body.
fn send(url: &str, body: &[u8]) -> (u16, Option<u64>, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent = ureq::Agent::new_with_config(config.build());
    let mut response = agent.post(url).send(body).unwrap();
    let wait = response.headers().get("retry-after");
    let wait = wait.map(|wait| wait.to_str().unwrap().parse().unwrap());
    let status = response.status().as_u16();
    (status, wait, response.body_mut().read_to_string().unwrap())
}

#[test]
fn http_answers_with_json_and_its_own_status_for_every_error() {
    let setup = Setup::new(Verification::Rerun);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let rate = "4/h".parse().unwrap();
    let server = Server::start(listener, setup.service.clone(), rate, 0).unwrap();
    let url = format!("{base}{ATTEST_PATH}");
    let code = |body: &str| serde_json::from_str::<Refusal>(body).unwrap().code;

    let right = serde_json::to_vec(&setup.request()).unwrap();
    let (status, _, body) = send(&url, &right);
    assert_eq!(status, 200, "{body}");
    let reply: AttestReply = serde_json::from_str(&body).unwrap();
    assert!(setup.is_signed(&setup.request(), &reply));

    let (status, _, body) = send(&url, b"{}");
    assert_eq!((status, code(&body)), (400, RefusalCode::BadRequest));
    // Small enough to be sent whole before the server closes the connection.
    let (status, _, body) = send(&url, &vec![b' '; MAX_REQUEST + 1]);
    assert_eq!((status, code(&body)), (413, RefusalCode::TooLarge));
    let wrong = AttestRequest {
        job: address(1),
        ..setup.request()
    };
    let (status, _, body) = send(&url, &serde_json::to_vec(&wrong).unwrap());
    assert_eq!((status, code(&body)), (404, RefusalCode::UnknownJob));
    let (status, wait, body) = send(&url, &right);
    assert_eq!((status, code(&body)), (429, RefusalCode::TooManyRequests));
    assert!(
        wait.is_some_and(|wait| (890..=901).contains(&wait)),
        "{wait:?}"
    );
    let (status, _, body) = send(&base, b"");
    assert_eq!((status, code(&body)), (404, RefusalCode::NotFound));

    let mut health = ureq::get(&format!("{base}{HEALTH_PATH}")).call().unwrap();
    let health = health.body_mut().read_to_string().unwrap();
    assert!(health.contains("\"signed\":1"), "{health}");
    server.stop();
}
