//! Compiled modules: the tasks of a batch share one.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use wasmtime::{Engine, Linker};

use super::compile::{compile, Verdict};
use super::host_state::Guest;
use super::ModuleHash;

/// Decided modules kept; the least recently used goes first.
const KEPT: usize = 16;
/// Modules compiled at the same time; others wait, so that a flood of large modules does not take the whole machine.
const COMPILERS: usize = 2;

/// How far a module is. A slot is queued once, so no module is ever compiled twice at the same time.
enum State {
    Waiting(Vec<u8>),
    Compiling,
    Decided(Verdict),
}

struct Slot {
    name: ModuleHash,
    state: Mutex<State>,
    decided: Condvar,
}

#[derive(Default)]
struct Shelf {
    /// The modules known, the most recently used last.
    slots: VecDeque<Arc<Slot>>,
    /// Those that no compiler has taken up yet, the first to come first.
    queue: VecDeque<Arc<Slot>>,
    compilers: usize,
}

/// What a module came to in the time there was.
pub(super) enum Answer {
    Verdict(Verdict),
    /// It is still being compiled.
    Slow,
    /// Other modules are compiled first.
    Queued,
}

/// The modules in use and the threads that compile them.
#[derive(Clone)]
pub(super) struct Modules {
    shelf: Arc<Mutex<Shelf>>,
    engine: Engine,
    linker: Arc<Linker<Guest>>,
}

impl Modules {
    pub(super) fn new(engine: Engine, linker: Linker<Guest>) -> Self {
        Self {
            shelf: Arc::default(),
            engine,
            linker: Arc::new(linker),
        }
    }

    /// The verdict on a module, waiting for it up to `patience`.
    ///
    /// Compiling cannot be interrupted, so threads of its own do it: a module made to take for ever costs one of them, not
    /// the node. Those who ask for the same module meanwhile wait for the same thread.
    pub(super) fn get(&self, name: ModuleHash, module: &[u8], patience: Duration) -> Answer {
        let slot = self.slot(name, module);
        if let Err(error) = self.hire() {
            self.withdraw(&slot);
            return Answer::Verdict(Verdict::Host(error.to_string()));
        }
        let waits = |state: &mut State| !matches!(state, State::Decided(_));
        let waited = slot
            .decided
            .wait_timeout_while(lock(&slot.state), patience, waits);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Decided(verdict) => Answer::Verdict(verdict.clone()),
            State::Compiling => Answer::Slow,
            State::Waiting(_) => {
                // Nobody holds the shelf while waiting for a slot, but the other way round happens.
                drop(state);
                self.withdraw(&slot);
                Answer::Queued
            }
        }
    }

    /// The slot of a module, queued if it is new.
    fn slot(&self, name: ModuleHash, module: &[u8]) -> Arc<Slot> {
        let mut shelf = lock(&self.shelf);
        let at = shelf.slots.iter().position(|slot| slot.name == name);
        if let Some(slot) = at.and_then(|at| shelf.slots.remove(at)) {
            shelf.slots.push_back(slot.clone());
            return slot;
        }
        let slot = Arc::new(Slot {
            name,
            state: Mutex::new(State::Waiting(module.to_vec())),
            decided: Condvar::new(),
        });
        shelf.slots.push_back(slot.clone());
        shelf.queue.push_back(slot.clone());
        slot
    }

    /// Sees to it that somebody compiles what is queued.
    fn hire(&self) -> std::io::Result<()> {
        let mut shelf = lock(&self.shelf);
        if shelf.queue.is_empty() || shelf.compilers >= COMPILERS {
            return Ok(());
        }
        let modules = self.clone();
        let compiler = thread::Builder::new().name("compile".into());
        compiler.spawn(move || while modules.compile_next() {})?;
        shelf.compilers += 1;
        Ok(())
    }

    /// Compiles the first of the queue; answers whether there was one. The last answer of a thread counts it out.
    fn compile_next(&self) -> bool {
        let mut shelf = lock(&self.shelf);
        let Some(slot) = shelf.queue.pop_front() else {
            shelf.compilers -= 1;
            return false;
        };
        drop(shelf);
        let begun = std::mem::replace(&mut *lock(&slot.state), State::Compiling);
        let State::Waiting(module) = begun else {
            return true;
        };
        let verdict = compile(&self.linker, &self.engine, &module);
        let lasts = !matches!(verdict, Verdict::Host(_));
        self.settle(&slot, lasts);
        *lock(&slot.state) = State::Decided(verdict);
        slot.decided.notify_all();
        true
    }

    /// Keeps a slot whose verdict `lasts`, beside the others most recently used; what failed here is tried anew next time.
    fn settle(&self, slot: &Arc<Slot>, lasts: bool) {
        let mut shelf = lock(&self.shelf);
        if !lasts {
            shelf.slots.retain(|other| !Arc::ptr_eq(other, slot));
        }
        while shelf.slots.len() > KEPT {
            let decided = |slot: &Arc<Slot>| matches!(*lock(&slot.state), State::Decided(_));
            match shelf.slots.iter().position(decided) {
                Some(oldest) => shelf.slots.remove(oldest),
                None => break,
            };
        }
    }

    /// Forgets a module that no compiler has taken up, with its bytes. Others who wait for it find it queued too.
    fn withdraw(&self, slot: &Arc<Slot>) {
        let mut shelf = lock(&self.shelf);
        let before = shelf.queue.len();
        shelf.queue.retain(|other| !Arc::ptr_eq(other, slot));
        if shelf.queue.len() < before {
            shelf.slots.retain(|other| !Arc::ptr_eq(other, slot));
        }
    }
}

/// A panic elsewhere leaves these lists whole: each is changed in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
