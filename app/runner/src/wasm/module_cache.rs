//! A cache of compiled modules, with a queue and threads that compile. The tasks of a batch share one module.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use wasmtime::{Engine, Linker};

use super::compile::{compile, CompiledModule};
use super::host_state::HostState;
use super::ModuleHash;

/// Compiled modules kept; the least recently used is removed first.
const CAPACITY: usize = 16;
/// Modules compiled at the same time. Others wait, so that a flood of large modules does not take the whole machine.
const COMPILE_THREADS: usize = 2;

/// How far a module is. It is queued once, so no module is compiled twice at the same time.
enum Progress {
    /// Waiting for a thread; holds the module's bytes.
    Queued(Vec<u8>),
    Compiling,
    Done(CompiledModule),
}

/// A module of the cache.
struct Entry {
    hash: ModuleHash,
    progress: Mutex<Progress>,
    /// Notified when `progress` becomes [`Progress::Done`].
    done: Condvar,
}

#[derive(Default)]
struct CacheState {
    /// All modules, the most recently used last.
    entries: VecDeque<Arc<Entry>>,
    /// Modules that wait for a thread, the first to come first.
    queue: VecDeque<Arc<Entry>>,
    /// Threads that compile now.
    threads: usize,
}

/// The result of asking for a module.
pub(super) enum Lookup {
    Done(CompiledModule),
    /// The time was up before the module was compiled. Compiling goes on.
    Compiling,
    /// The time was up before compiling began. The module was removed from the queue.
    Queued,
}

/// A cache of compiled modules. Its copies share their content.
#[derive(Clone)]
pub(super) struct ModuleCache {
    state: Arc<Mutex<CacheState>>,
    engine: Engine,
    linker: Arc<Linker<HostState>>,
}

impl ModuleCache {
    /// Creates an empty cache of modules compiled by `engine`, with the imports in `linker`.
    pub(super) fn new(engine: Engine, linker: Linker<HostState>) -> Self {
        Self {
            state: Arc::default(),
            engine,
            linker: Arc::new(linker),
        }
    }

    /// Returns the compiled module, for which it waits up to `timeout`.
    ///
    /// Compiling cannot be interrupted, so it has threads of its own: a module made to compile for ever costs one of them,
    /// not the node. Callers that ask for the same module wait for the same thread.
    pub(super) fn get(&self, hash: ModuleHash, module: &[u8], timeout: Duration) -> Lookup {
        let entry = self.entry(hash, module);
        if let Err(error) = self.spawn_compiler() {
            self.cancel(&entry);
            return Lookup::Done(CompiledModule::HostError(error.to_string()));
        }
        let is_pending = |progress: &mut Progress| !matches!(progress, Progress::Done(_));
        let (progress, _) = entry
            .done
            .wait_timeout_while(lock(&entry.progress), timeout, is_pending)
            .unwrap_or_else(PoisonError::into_inner);
        match &*progress {
            Progress::Done(module) => Lookup::Done(module.clone()),
            Progress::Compiling => Lookup::Compiling,
            Progress::Queued(_) => {
                // `finish` locks an entry while it holds the state; the other order here could deadlock.
                drop(progress);
                self.cancel(&entry);
                Lookup::Queued
            }
        }
    }

    /// Returns the entry of a module, which is created and queued if missing.
    fn entry(&self, hash: ModuleHash, module: &[u8]) -> Arc<Entry> {
        let mut state = lock(&self.state);
        let index = state.entries.iter().position(|entry| entry.hash == hash);
        if let Some(entry) = index.and_then(|index| state.entries.remove(index)) {
            state.entries.push_back(entry.clone());
            return entry;
        }
        let entry = Arc::new(Entry {
            hash,
            progress: Mutex::new(Progress::Queued(module.to_vec())),
            done: Condvar::new(),
        });
        state.entries.push_back(entry.clone());
        state.queue.push_back(entry.clone());
        entry
    }

    /// Starts a thread that compiles, if the queue needs one and the limit allows one.
    fn spawn_compiler(&self) -> std::io::Result<()> {
        let mut state = lock(&self.state);
        if state.queue.is_empty() || state.threads >= COMPILE_THREADS {
            return Ok(());
        }
        let cache = self.clone();
        let thread = thread::Builder::new().name("compile".into());
        thread.spawn(move || while cache.compile_next() {})?;
        state.threads += 1;
        Ok(())
    }

    /// Compiles the first module of the queue. Returns false if there was none; the calling thread then no longer counts.
    fn compile_next(&self) -> bool {
        let mut state = lock(&self.state);
        let Some(entry) = state.queue.pop_front() else {
            state.threads -= 1;
            return false;
        };
        drop(state);
        let queued = std::mem::replace(&mut *lock(&entry.progress), Progress::Compiling);
        let Progress::Queued(module) = queued else {
            return true;
        };
        let compiled = compile(&self.linker, &self.engine, &module);
        let is_final = !matches!(compiled, CompiledModule::HostError(_));
        self.finish(&entry, is_final);
        *lock(&entry.progress) = Progress::Done(compiled);
        entry.done.notify_all();
        true
    }

    /// Makes room for a compiled module. One whose result is not final is removed, so that the next caller tries again.
    fn finish(&self, entry: &Arc<Entry>, is_final: bool) {
        let mut state = lock(&self.state);
        if !is_final {
            state.entries.retain(|other| !Arc::ptr_eq(other, entry));
        }
        while state.entries.len() > CAPACITY {
            let is_done = |entry: &Arc<Entry>| matches!(*lock(&entry.progress), Progress::Done(_));
            match state.entries.iter().position(is_done) {
                Some(oldest) => state.entries.remove(oldest),
                None => break,
            };
        }
    }

    /// Removes a module that no thread has begun to compile, and its bytes. Other callers that wait for it get
    /// [`Lookup::Queued`], too.
    fn cancel(&self, entry: &Arc<Entry>) {
        let mut state = lock(&self.state);
        let before = state.queue.len();
        state.queue.retain(|other| !Arc::ptr_eq(other, entry));
        if state.queue.len() < before {
            state.entries.retain(|other| !Arc::ptr_eq(other, entry));
        }
    }
}

/// Locks a mutex. A panic in another thread does not matter, because every change to the data is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
