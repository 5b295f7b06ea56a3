//! Compiled modules in memory. The tasks of a batch share one module.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::compile::CompiledModule;
use crate::ModuleHash;

/// Compiled modules kept; the least recently used is removed first.
const CAPACITY: usize = 16;

/// The modules that were used last, the latest at the end.
#[derive(Default)]
pub(super) struct ModuleCache {
    modules: Mutex<VecDeque<(ModuleHash, CompiledModule)>>,
}

impl ModuleCache {
    /// Returns the compiled module, from `compile` if it is not here. What this machine could not compile is not kept.
    pub(super) fn get(
        &self,
        hash: ModuleHash,
        compile: impl FnOnce() -> CompiledModule,
    ) -> CompiledModule {
        if let Some(module) = self.take(&hash) {
            return self.put(hash, module);
        }
        // Two threads that ask for the same new module both compile it, which harms nobody.
        match compile() {
            failed @ CompiledModule::HostError(_) => failed,
            module => self.put(hash, module),
        }
    }

    fn take(&self, hash: &ModuleHash) -> Option<CompiledModule> {
        let mut modules = self.lock();
        let index = modules.iter().position(|(other, _)| other == hash)?;
        modules.remove(index).map(|(_, module)| module)
    }

    fn put(&self, hash: ModuleHash, module: CompiledModule) -> CompiledModule {
        let mut modules = self.lock();
        modules.retain(|(other, _)| *other != hash);
        modules.push_back((hash, module.clone()));
        if modules.len() > CAPACITY {
            modules.pop_front();
        }
        module
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(ModuleHash, CompiledModule)>> {
        // A panic in another thread does not matter, because every change to the data is one step.
        self.modules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
