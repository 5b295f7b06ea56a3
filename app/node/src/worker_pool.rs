//! Threads that work on orders, so that the node's loop waits for no download, run or upload.

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

/// Threads of one kind, whose orders have names. They end when this is dropped, after what they are working on.
pub struct Crew<Name, Order, Delivery> {
    orders: Sender<(Name, Order)>,
    deliveries: Receiver<(Name, Option<Delivery>)>,
    busy: usize,
    size: usize,
}

impl<Name, Order, Delivery> Crew<Name, Order, Delivery>
where
    Name: Send + 'static,
    Order: Send + 'static,
    Delivery: Send + 'static,
{
    /// Starts `size` threads that do `work`.
    pub fn start(size: usize, work: impl Fn(Order) -> Delivery + Send + Sync + 'static) -> Self {
        let (orders, inbox) = channel::<(Name, Order)>();
        let (outbox, deliveries) = channel();
        let inbox = Arc::new(Mutex::new(inbox));
        let work = Arc::new(work);
        for _ in 0..size {
            let (inbox, outbox, work) = (inbox.clone(), outbox.clone(), work.clone());
            thread::spawn(move || loop {
                let order = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((name, order)) = order else { break };
                // A panic must cost one order, not the thread, and nobody may wait for that order for ever.
                let done = catch_unwind(AssertUnwindSafe(|| work(order))).ok();
                if outbox.send((name, done)).is_err() {
                    break;
                }
            });
        }
        Self {
            orders,
            deliveries,
            busy: 0,
            size,
        }
    }

    /// How many orders can be given that will be worked on at once.
    pub fn idle(&self) -> usize {
        self.size.saturating_sub(self.busy)
    }

    /// Hands over an order.
    ///
    /// Errors: `CrewGone`.
    pub fn give(&mut self, name: Name, order: Order) -> Result<(), NodeError> {
        self.orders
            .send((name, order))
            .map_err(|_| NodeError::CrewGone)?;
        self.busy = self.busy.saturating_add(1);
        Ok(())
    }

    /// What is done by now, or within `patience`; without a delivery when the work panicked.
    ///
    /// Errors: `CrewGone`.
    pub fn take(
        &mut self,
        patience: Duration,
    ) -> Result<Option<(Name, Option<Delivery>)>, NodeError> {
        match self.deliveries.recv_timeout(patience) {
            Ok(delivery) => {
                self.busy = self.busy.saturating_sub(1);
                Ok(Some(delivery))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(NodeError::CrewGone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(10);

    #[test]
    fn every_order_is_delivered() {
        let mut crew = Crew::start(2, |n: u64| n * n);
        for n in 1..=3 {
            crew.give(n, n).unwrap();
        }
        assert_eq!(crew.idle(), 0);
        let mut sum = 0;
        for _ in 0..3 {
            let (name, square) = crew.take(LONG).unwrap().unwrap();
            assert_eq!(square, Some(name * name));
            sum += name;
        }
        assert_eq!((sum, crew.idle()), (6, 2));
        assert!(crew.take(Duration::ZERO).unwrap().is_none());
    }

    #[test]
    fn a_panic_is_reported_and_the_thread_works_on() {
        let mut crew = Crew::start(1, |n: u64| match n {
            0 => panic!("as the test wants"),
            n => n,
        });
        for n in [0, 1] {
            crew.give(n, n).unwrap();
        }
        assert_eq!(crew.take(LONG).unwrap(), Some((0, None)));
        assert_eq!(crew.take(LONG).unwrap(), Some((1, Some(1))));
    }
}
