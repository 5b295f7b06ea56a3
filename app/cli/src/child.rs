//! `assay run-child`: the child process in which a node runs what strangers send. People do not start it, so no help names it.

use assay_node::{serve_child, ChildProgram};
use std::{ffi::OsString, path::PathBuf, process::ExitCode};

/// First argument of a child.
const RUN_CHILD: &str = "run-child";

/// Returns true if these arguments, the first of which is the program's name, start a child.
pub fn is_child(arguments: &[OsString]) -> bool {
    arguments.get(1).is_some_and(|first| first == RUN_CHILD)
}

/// Serves as a child. Nothing else of the command line is touched: no configuration and no key is read.
pub fn serve(arguments: Vec<OsString>) -> ExitCode {
    serve_child(arguments.into_iter().skip(1))
}

/// Returns how this program is started as a child.
pub fn child_program() -> ChildProgram {
    // The program that runs, also where its file was replaced since: an update must not serve an older parent.
    let own = PathBuf::from("/proc/self/exe");
    let path = if own.exists() {
        own
    } else {
        std::env::current_exe().unwrap_or_else(|_| "assay".into())
    };
    ChildProgram {
        path,
        arguments: vec![RUN_CHILD.into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_argument_makes_a_child() {
        let is = |arguments: &[&str]| {
            let arguments: Vec<_> = arguments.iter().map(OsString::from).collect();
            is_child(&arguments)
        };
        assert!(is(&["assay", "run-child"]) && is(&["assay", "run-child", "--inside=0"]));
        assert!(!is(&["run-child"]) && !is(&["assay", "node", "run-child"]));
    }
}
