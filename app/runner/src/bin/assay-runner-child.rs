//! The child of a `ChildRunner` as a program of its own, for the tests of this crate. The command line brings its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(unix)]
    return assay_runner::serve_child(std::env::args_os().skip(1));
    #[cfg(not(unix))]
    return ExitCode::FAILURE;
}
