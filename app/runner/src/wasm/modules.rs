//! Compiled modules: the tasks of a batch share one.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use wasmtime::{Engine, ExternType, InstancePre, Linker, Module};

use super::guest::Guest;
use super::stop::is_host_failure;
use crate::ContentHash;

/// Modules kept; the least recently used goes first.
const KEPT: usize = 16;

/// What compiling a module came to.
#[derive(Clone)]
pub(super) enum Verdict {
    Ready(InstancePre<Guest>),
    /// The module is wrong, and why; every machine finds the same.
    Invalid(String),
    /// This machine could not compile it, and why.
    Host(String),
}

/// A module that is compiled or being compiled.
#[derive(Default)]
struct Slot {
    verdict: Mutex<Option<Verdict>>,
    decided: Condvar,
}

/// The modules in use, by hash, the most recently used last.
#[derive(Default)]
pub(super) struct Modules(Mutex<VecDeque<(ContentHash, Arc<Slot>)>>);

impl Modules {
    /// The verdict on a module, or `None` when there is none at `deadline`.
    ///
    /// Compiling cannot be interrupted, so it has a thread of its own: a module made to take for ever costs that thread,
    /// not the node. Those who ask for the same module meanwhile wait for the same thread.
    pub(super) fn get(
        &self,
        linker: &Arc<Linker<Guest>>,
        engine: &Engine,
        name: ContentHash,
        module: &[u8],
        deadline: Instant,
    ) -> Option<Verdict> {
        let (slot, is_new) = self.slot(name);
        if is_new {
            let (slot, linker, engine, module) = (
                slot.clone(),
                linker.clone(),
                engine.clone(),
                module.to_vec(),
            );
            let started = thread::Builder::new()
                .name("compile".into())
                .spawn(move || {
                    slot.decide(compile(&linker, &engine, &module));
                });
            if let Err(error) = started {
                self.forget(name);
                return Some(Verdict::Host(error.to_string()));
            }
        }
        let verdict = slot.wait(deadline);
        if let Some(Verdict::Host(_)) = verdict {
            self.forget(name);
        }
        verdict
    }

    fn slot(&self, name: ContentHash) -> (Arc<Slot>, bool) {
        let mut slots = lock(&self.0);
        let known = slots
            .iter()
            .position(|(other, _)| *other == name)
            .and_then(|index| slots.remove(index));
        let is_new = known.is_none();
        let (_, slot) = known.unwrap_or_else(|| (name, Arc::default()));
        slots.push_back((name, slot.clone()));
        if slots.len() > KEPT {
            slots.pop_front();
        }
        (slot, is_new)
    }

    fn forget(&self, name: ContentHash) {
        lock(&self.0).retain(|(other, _)| *other != name);
    }
}

impl Slot {
    fn decide(&self, verdict: Verdict) {
        *lock(&self.verdict) = Some(verdict);
        self.decided.notify_all();
    }

    fn wait(&self, deadline: Instant) -> Option<Verdict> {
        let left = deadline.saturating_duration_since(Instant::now());
        let waited = self
            .decided
            .wait_timeout_while(lock(&self.verdict), left, |verdict| verdict.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}

/// A panic elsewhere leaves these lists whole: each is changed in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn compile(linker: &Linker<Guest>, engine: &Engine, module: &[u8]) -> Verdict {
    // `from_binary`, because `new` would also take text where that feature is on, and then machines could disagree.
    let module = match Module::from_binary(engine, module) {
        Ok(module) => module,
        Err(error) if is_host_failure(&error) => return Verdict::Host(format!("{error:#}")),
        Err(error) => return Verdict::Invalid(format!("{error:#}")),
    };
    let is_command = match module.get_export("_start") {
        Some(ExternType::Func(start)) => start.params().len() == 0 && start.results().len() == 0,
        _ => false,
    };
    if !is_command {
        return Verdict::Invalid(
            "the module exports no function `_start` without parameters and results".into(),
        );
    }
    if !matches!(module.get_export("memory"), Some(ExternType::Memory(_))) {
        return Verdict::Invalid("the module exports no memory named `memory`".into());
    }
    match linker.instantiate_pre(&module) {
        Ok(program) => Verdict::Ready(program),
        Err(error) => Verdict::Invalid(format!("{error:#}")),
    }
}
