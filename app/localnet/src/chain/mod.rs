//! The cluster: Surfpool's SVM, RPC and WebSocket servers, driven by our own pulse of blocks.

mod pulse;
mod surfpool;

pub(crate) use surfpool::Chain;
