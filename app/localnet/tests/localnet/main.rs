//! The local network as other processes see it: over RPC and HTTP, on real ports. One binary, because each links an SVM.

mod actors;
mod blobs;
mod chain;
mod clock;
mod deploy;
mod ports;
mod signals;
mod tokens;
