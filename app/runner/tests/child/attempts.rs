//! What is recorded of attempts, and when.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use assay_runner::{
    AttemptEnd, AttemptLog, ModuleHash, NoAttemptLog, RunRequest, Runner, RunnerError,
};
use sha2::{Digest, Sha256};

use crate::programs::{command, echo};
use crate::{Setup, KEY, LIMITS, LONG};

/// What a log was told: begun, or how it ended.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Option<AttemptEnd>>>>);

impl Told {
    fn take(&self) -> Vec<Option<AttemptEnd>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl AttemptLog for Told {
    fn begin(&self, _module: &ModuleHash) -> Result<(), RunnerError> {
        self.0.lock().unwrap().push(None);
        Ok(())
    }

    fn end(&self, _module: &ModuleHash, end: AttemptEnd) {
        self.0.lock().unwrap().push(Some(end));
    }
}

#[test]
fn each_compilation_and_each_run_is_recorded_before_and_after() {
    let told = Told::default();
    let setup = Setup::with(|_| {}, Box::new(told.clone()));
    let success = [None, Some(AttemptEnd::Succeeded)];
    let module = wat::parse_str(echo()).unwrap();
    setup.runner.prepare(&module, LONG).unwrap();
    assert_eq!(told.take(), success);
    setup.runner.prepare(&module, LONG).unwrap();
    assert!(told.take().is_empty(), "nothing is compiled again");
    setup.assert_works();
    assert_eq!(told.take(), success);
    // A program that fails has a result. An invalid module is compiled, and not run.
    setup.run(&command("unreachable"), b"", LIMITS).unwrap();
    assert_eq!(told.take(), [success, success].concat());
    setup.run("(module)", b"", LIMITS).unwrap();
    assert_eq!(told.take(), success);
}

#[test]
fn a_deadline_says_nothing_of_the_module_and_a_limit_of_compiling_does() {
    let told = Told::default();
    let setup = Setup::with(
        |config| config.compile_time = Duration::from_millis(1),
        Box::new(told.clone()),
    );
    assert!(setup.run(&echo(), b"", LIMITS).is_err());
    assert_eq!(told.take(), [None, Some(AttemptEnd::Failed)]);
    let setup = Setup::with(|_| {}, Box::new(told.clone()));
    let module = wat::parse_str(command("(loop $again (br $again))")).unwrap();
    setup.runner.prepare(&module, LONG).unwrap();
    told.take();
    let stopped = setup.runner.run(&RunRequest {
        module: &module,
        input: b"",
        limits: assay_runner::Limits {
            fuel: u64::MAX,
            ..LIMITS
        },
        memory_key: KEY,
        deadline: Some(Instant::now() + Duration::from_millis(100)),
    });
    assert!(matches!(stopped, Err(RunnerError::DeadlineExceeded { .. })));
    assert_eq!(told.take(), [None, Some(AttemptEnd::Undecided)]);
}

/// Refuses every module.
struct Refuses;

impl AttemptLog for Refuses {
    fn begin(&self, _module: &ModuleHash) -> Result<(), RunnerError> {
        Err(RunnerError::ModuleStruck {
            failures: 2,
            retry_after: Duration::from_secs(86_400),
        })
    }

    fn end(&self, _module: &ModuleHash, _end: AttemptEnd) {}
}

#[test]
fn a_module_that_is_not_to_be_tried_is_neither_compiled_nor_run() {
    let setup = Setup::with(|_| {}, Box::new(Refuses));
    let refused = setup.run(&echo(), b"", LIMITS);
    let Err(error @ RunnerError::ModuleStruck { .. }) = refused else {
        panic!("{refused:?}");
    };
    assert!(error.to_string().ends_with("for a day"), "{error}");
    let module = wat::parse_str(echo()).unwrap();
    let hash: ModuleHash = Sha256::digest(&module).into();
    assert!(!setup.runner.is_prepared(&hash));
    // Compiled by another, it is not run either.
    let other = Setup::new();
    other.runner.prepare(&module, LONG).unwrap();
    assert!(other.runner.is_prepared(&hash));
    let folder = |setup: &Setup| -> std::path::PathBuf {
        let code = std::fs::read_dir(setup.dir.path().join("code")).unwrap();
        code.map(|entry| entry.unwrap().path()).next().unwrap()
    };
    copy_all(&folder(&other), &folder(&setup));
    assert!(setup.runner.is_prepared(&hash));
    assert!(setup.run(&echo(), b"", LIMITS).is_err());
}

fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn code_that_is_kept_stays_when_others_come() {
    // Room for one module.
    let setup = Setup::with(|config| config.code_bytes = 1, Box::new(NoAttemptLog));
    let hash = |module: &[u8]| -> ModuleHash { Sha256::digest(module).into() };
    let modules: Vec<Vec<u8>> = (1..=3)
        .map(|number| wat::parse_str(command(&format!("(call $proc_exit (i32.const {number}))"))))
        .map(Result::unwrap)
        .collect();
    setup.runner.prepare(&modules[0], LONG).unwrap();
    setup.runner.keep_prepared(&[hash(&modules[0])].into());
    for module in &modules[1..] {
        setup.runner.prepare(module, LONG).unwrap();
        assert!(setup.runner.is_prepared(&hash(module)));
        assert!(setup.runner.is_prepared(&hash(&modules[0])));
    }
    assert!(!setup.runner.is_prepared(&hash(&modules[1])));
    setup.runner.keep_prepared(&[].into());
    setup.runner.prepare(&modules[1], LONG).unwrap();
    assert!(!setup.runner.is_prepared(&hash(&modules[0])));
}
