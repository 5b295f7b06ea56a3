//! The bytecode of this crate in the SVM, compared with the host. `cargo xtask conformance` builds it and runs this.

mod failures;
mod machine;
mod numbers;
mod results;
mod runtime;
