//! The local network as other processes see it: over RPC and HTTP, on real ports. The tests are one binary, because every
//! binary links an SVM.

mod actors;
mod blobs;
mod chain;
mod clock;
mod deploy;
mod ports;
mod signals;
mod tokens;
