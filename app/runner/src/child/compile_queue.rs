//! Decides which modules are compiled at the same time. The tasks of a batch share one module.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ModuleHash;

/// Modules compiled at the same time. Others wait, so that a flood of large modules does not take the whole machine.
const COMPILERS: usize = 2;

/// The modules that are being compiled.
#[derive(Default)]
pub(super) struct CompileQueue {
    compiling: Mutex<HashSet<ModuleHash>>,
    /// Notified when one is done.
    done: Condvar,
}

/// What became of waiting.
pub(super) enum Turn<'a> {
    /// The caller is to compile the module, until this is dropped.
    Mine(MyTurn<'a>),
    /// Another caller has ended compiling it, with or without success.
    Elsewhere,
    /// The time was up.
    TimedOut {
        /// Whether the module was being compiled meanwhile.
        compiling: bool,
    },
}

/// A caller's turn to compile a module.
pub(super) struct MyTurn<'a> {
    queue: &'a CompileQueue,
    module: ModuleHash,
}

impl CompileQueue {
    /// Waits up to `timeout` until the module can be compiled, or was compiled by somebody else.
    pub(super) fn wait(&self, module: &ModuleHash, timeout: Duration) -> Turn<'_> {
        let compiling = self.lock();
        let was_elsewhere = compiling.contains(module);
        let is_blocked = |compiling: &mut HashSet<ModuleHash>| {
            if was_elsewhere {
                compiling.contains(module)
            } else {
                compiling.len() >= COMPILERS && !compiling.contains(module)
            }
        };
        let (mut compiling, waited) = self
            .done
            .wait_timeout_while(compiling, timeout, is_blocked)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Turn::TimedOut {
                compiling: compiling.contains(module),
            };
        }
        if was_elsewhere || compiling.contains(module) {
            return Turn::Elsewhere;
        }
        compiling.insert(*module);
        Turn::Mine(MyTurn {
            queue: self,
            module: *module,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<ModuleHash>> {
        // A panic in another thread does not matter, because every change is one step.
        self.compiling
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for MyTurn<'_> {
    fn drop(&mut self) {
        self.queue.lock().remove(&self.module);
        self.queue.done.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    const LONG: Duration = Duration::from_secs(10);

    #[test]
    fn two_are_compiled_at_a_time_and_the_next_when_one_is_done() {
        let queue = CompileQueue::default();
        let (first, second) = (queue.wait(&[1; 32], LONG), queue.wait(&[2; 32], LONG));
        assert!(matches!((&first, &second), (Turn::Mine(_), Turn::Mine(_))));
        let third = queue.wait(&[3; 32], Duration::ZERO);
        assert!(matches!(third, Turn::TimedOut { compiling: false }));
        drop(first);
        assert!(matches!(queue.wait(&[3; 32], LONG), Turn::Mine(_)));
    }

    #[test]
    fn no_module_is_compiled_twice_at_the_same_time() {
        let queue = CompileQueue::default();
        let mine = queue.wait(&[1; 32], LONG);
        let other = queue.wait(&[1; 32], Duration::from_millis(10));
        assert!(matches!(other, Turn::TimedOut { compiling: true }));
        thread::scope(|scope| {
            let other = scope.spawn(|| matches!(queue.wait(&[1; 32], LONG), Turn::Elsewhere));
            thread::sleep(Duration::from_millis(50));
            drop(mine);
            assert!(other.join().unwrap());
        });
    }
}
