//! The functions that always return the same number, because there are no files, sockets or signals. They exist because
//! compilers link them into programs that never call them.

use wasmtime::{Engine, FuncType, Linker, Result, Val, ValType};

use super::{consume_fuel, Errno, HostState, CALL_FUEL, MODULE};

/// Name, parameters (`i` for i32, `I` for i64) and the error that the function returns; `None` for success.
const FUNCTIONS: &[(&str, &str, Option<Errno>)] = &[
    // Valid for a stream, without effect.
    ("fd_close", "i", None),
    ("fd_datasync", "i", None),
    ("fd_sync", "i", None),
    ("fd_fdstat_set_flags", "ii", None),
    ("fd_fdstat_set_rights", "iII", None),
    // There are no environment and no other threads.
    ("environ_get", "ii", None),
    ("sched_yield", "", None),
    // Streams have no positions.
    ("fd_seek", "iIii", Some(Errno::NotSeekable)),
    ("fd_tell", "ii", Some(Errno::NotSeekable)),
    ("fd_pread", "iiiIi", Some(Errno::NotSeekable)),
    ("fd_pwrite", "iiiIi", Some(Errno::NotSeekable)),
    // There are no files and no directories. A program asks for one directory after another until it gets this error.
    ("fd_prestat_get", "ii", Some(Errno::BadFile)),
    ("fd_prestat_dir_name", "iii", Some(Errno::BadFile)),
    ("fd_advise", "iIIi", Some(Errno::BadFile)),
    ("fd_allocate", "iII", Some(Errno::BadFile)),
    ("fd_filestat_set_size", "iI", Some(Errno::BadFile)),
    ("fd_filestat_set_times", "iIIi", Some(Errno::BadFile)),
    ("fd_readdir", "iiiIi", Some(Errno::BadFile)),
    ("fd_renumber", "ii", Some(Errno::BadFile)),
    ("path_create_directory", "iii", Some(Errno::BadFile)),
    ("path_filestat_get", "iiiii", Some(Errno::BadFile)),
    ("path_filestat_set_times", "iiiiIIi", Some(Errno::BadFile)),
    ("path_link", "iiiiiii", Some(Errno::BadFile)),
    ("path_open", "iiiiiIIii", Some(Errno::BadFile)),
    ("path_readlink", "iiiiii", Some(Errno::BadFile)),
    ("path_remove_directory", "iii", Some(Errno::BadFile)),
    ("path_rename", "iiiiii", Some(Errno::BadFile)),
    ("path_symlink", "iiiii", Some(Errno::BadFile)),
    ("path_unlink_file", "iii", Some(Errno::BadFile)),
    // There are no sockets and no signals.
    ("sock_accept", "iii", Some(Errno::BadFile)),
    ("sock_recv", "iiiiii", Some(Errno::BadFile)),
    ("sock_send", "iiiii", Some(Errno::BadFile)),
    ("sock_shutdown", "ii", Some(Errno::BadFile)),
    ("proc_raise", "i", Some(Errno::NotSupported)),
];

/// Defines these functions.
pub(super) fn add_to(linker: &mut Linker<HostState>, engine: &Engine) -> Result<()> {
    for (name, params, errno) in FUNCTIONS {
        let params = params.chars().map(|kind| {
            if kind == 'I' {
                ValType::I64
            } else {
                ValType::I32
            }
        });
        let result = errno.map_or(0, |errno| errno as i32);
        let signature = FuncType::new(engine, params, [ValType::I32]);
        linker.func_new(MODULE, name, signature, move |mut caller, _, results| {
            consume_fuel(&mut caller, CALL_FUEL)?;
            results[0] = Val::I32(result);
            Ok(())
        })?;
    }
    Ok(())
}
