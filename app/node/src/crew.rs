//! Threads that work on orders, so that slow downloads and long runs never make the node miss a deadline.

use std::{
    sync::{
        mpsc::{channel, Receiver, RecvTimeoutError, Sender},
        Arc, Mutex, PoisonError,
    },
    thread,
    time::Duration,
};

use crate::error::NodeError;

/// Threads of one kind. They end when this is dropped, after what they are working on.
pub struct Crew<Order, Delivery> {
    orders: Sender<Order>,
    deliveries: Receiver<Delivery>,
    busy: usize,
    size: usize,
}

impl<Order: Send + 'static, Delivery: Send + 'static> Crew<Order, Delivery> {
    /// Starts `size` threads that do `work`, which must not panic.
    pub fn start(size: usize, work: impl Fn(Order) -> Delivery + Send + Sync + 'static) -> Self {
        let (orders, inbox) = channel::<Order>();
        let (outbox, deliveries) = channel();
        let inbox = Arc::new(Mutex::new(inbox));
        let work = Arc::new(work);
        for _ in 0..size {
            let (inbox, outbox, work) = (inbox.clone(), outbox.clone(), work.clone());
            thread::spawn(move || loop {
                let order = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(order) = order else { break };
                if outbox.send(work(order)).is_err() {
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
    pub fn give(&mut self, order: Order) -> Result<(), NodeError> {
        self.orders.send(order).map_err(|_| NodeError::CrewGone)?;
        self.busy = self.busy.saturating_add(1);
        Ok(())
    }

    /// What is done by now, or within `patience`.
    ///
    /// Errors: `CrewGone`.
    pub fn take(&mut self, patience: Duration) -> Result<Option<Delivery>, NodeError> {
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

    #[test]
    fn every_order_is_delivered() {
        let mut crew = Crew::start(2, |n: u64| n * n);
        for n in 1..=3 {
            crew.give(n).unwrap();
        }
        assert_eq!(crew.idle(), 0);
        let mut sum = 0;
        for _ in 0..3 {
            sum += crew.take(Duration::from_secs(10)).unwrap().unwrap();
        }
        assert_eq!((sum, crew.idle()), (14, 2));
        assert!(crew.take(Duration::ZERO).unwrap().is_none());
    }
}
