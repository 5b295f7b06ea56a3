//! Threads for downloads, runs and uploads, so that the node's loop never waits for one.

use crate::error::NodeError;
use std::{
    panic::{catch_unwind, AssertUnwindSafe},
    sync::{
        mpsc::{channel, Receiver, RecvTimeoutError, Sender},
        Arc, Mutex, PoisonError,
    },
    thread,
    time::Duration,
};

/// A fixed number of threads that all do the same kind of work on a queue of inputs. A key tells the inputs apart.
///
/// Dropping the pool ends each thread after the input that it works on.
pub struct WorkerPool<Key, Input, Output> {
    inputs: Sender<(Key, Input)>,
    /// An output is `None` if the work panicked.
    outputs: Receiver<(Key, Option<Output>)>,
    /// Inputs submitted whose outputs were not taken yet.
    pending: usize,
    threads: usize,
}

impl<Key, Input, Output> WorkerPool<Key, Input, Output>
where
    Key: Send + 'static,
    Input: Send + 'static,
    Output: Send + 'static,
{
    /// Starts `threads` threads that call `work` for each input.
    pub fn start(threads: usize, work: impl Fn(Input) -> Output + Send + Sync + 'static) -> Self {
        let (inputs, queue) = channel::<(Key, Input)>();
        let (finished, outputs) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let work = Arc::new(work);
        for _ in 0..threads {
            let (queue, finished, work) = (queue.clone(), finished.clone(), work.clone());
            thread::spawn(move || loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((key, input)) = next else { break };
                // A panic costs one input, not the thread, and is reported, so that nobody waits for the output.
                let output = catch_unwind(AssertUnwindSafe(|| work(input))).ok();
                if finished.send((key, output)).is_err() {
                    break;
                }
            });
        }
        Self {
            inputs,
            outputs,
            pending: 0,
            threads,
        }
    }

    /// Returns how many more inputs a thread would begin at once.
    pub fn idle_threads(&self) -> usize {
        self.threads.saturating_sub(self.pending)
    }

    /// Adds an input to the queue.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn submit(&mut self, key: Key, input: Input) -> Result<(), NodeError> {
        self.inputs
            .send((key, input))
            .map_err(|_| NodeError::PoolShutDown)?;
        self.pending = self.pending.saturating_add(1);
        Ok(())
    }

    /// Takes the next output, waiting up to `timeout` for one. The output is `None` if the work panicked.
    ///
    /// # Errors
    /// [`NodeError::PoolShutDown`].
    pub fn poll(&mut self, timeout: Duration) -> Result<Option<(Key, Option<Output>)>, NodeError> {
        match self.outputs.recv_timeout(timeout) {
            Ok(finished) => {
                self.pending = self.pending.saturating_sub(1);
                Ok(Some(finished))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(NodeError::PoolShutDown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(10);

    #[test]
    fn every_input_gets_its_output() {
        let mut pool = WorkerPool::start(2, |n: u64| n * n);
        for n in 1..=3 {
            pool.submit(n, n).unwrap();
        }
        assert_eq!(pool.idle_threads(), 0);
        let mut sum = 0;
        for _ in 0..3 {
            let (key, square) = pool.poll(LONG).unwrap().unwrap();
            assert_eq!(square, Some(key * key));
            sum += key;
        }
        assert_eq!((sum, pool.idle_threads()), (6, 2));
        assert!(pool.poll(Duration::ZERO).unwrap().is_none());
    }

    #[test]
    fn a_panic_is_reported_and_the_thread_works_on() {
        let mut pool = WorkerPool::start(1, |n: u64| match n {
            0 => panic!("as the test wants"),
            n => n,
        });
        for n in [0, 1] {
            pool.submit(n, n).unwrap();
        }
        assert_eq!(pool.poll(LONG).unwrap(), Some((0, None)));
        assert_eq!(pool.poll(LONG).unwrap(), Some((1, Some(1))));
    }
}
