//! The functions that do something.

use wasmtime::{Caller, Linker, Result};

use super::guest_memory::{buffer_list_bytes, memory_and_state, GuestMemory, GuestSlice};
use super::{
    consume_fuel, errno_result, Errno, GuestExit, HostState, WasiResult, CALL_FUEL, MODULE, STDERR,
    STDIN, STDOUT,
};

/// The program's only argument, its name, which some runtimes cannot start without. The same for every module. Part of the
/// protocol.
const NAME: [u8; 8] = *b"program\0";

/// Defines these functions.
pub(super) fn add_to(linker: &mut Linker<HostState>) -> Result<()> {
    linker.func_wrap(MODULE, "fd_read", fd_read)?;
    linker.func_wrap(MODULE, "fd_write", fd_write)?;
    linker.func_wrap(MODULE, "fd_fdstat_get", fd_fdstat_get)?;
    linker.func_wrap(MODULE, "fd_filestat_get", fd_filestat_get)?;
    linker.func_wrap(MODULE, "random_get", random_get)?;
    linker.func_wrap(MODULE, "args_sizes_get", args_sizes_get)?;
    linker.func_wrap(MODULE, "args_get", args_get)?;
    linker.func_wrap(MODULE, "environ_sizes_get", environ_sizes_get)?;
    linker.func_wrap(MODULE, "proc_exit", |status: u32| -> Result<()> {
        Err(GuestExit::Status(status).into())
    })?;
    Ok(())
}

/// Reads the input into a list of buffers.
fn fd_read(
    mut caller: Caller<'_, HostState>,
    fd: u32,
    list: u32,
    count: u32,
    done_at: u32,
) -> WasiResult {
    consume_fuel(&mut caller, CALL_FUEL + buffer_list_bytes(count))?;
    if fd != STDIN {
        return errno_result(Err(Errno::BadFile));
    }
    let (memory, state) = memory_and_state(&mut caller)?;
    let targets = match memory.buffers(list, count) {
        Ok(targets) => targets,
        Err(errno) => return errno_result(Err(errno)),
    };
    let room: u64 = targets.iter().map(|buffer| u64::from(buffer.len)).sum();
    let cost = room.min(state.input_left() as u64);
    consume_fuel(&mut caller, cost)?;
    let (mut memory, state) = memory_and_state(&mut caller)?;
    errno_result(read_into(&mut memory, state, &targets, done_at))
}

fn read_into(
    memory: &mut GuestMemory<'_>,
    state: &mut HostState,
    targets: &[GuestSlice],
    done_at: u32,
) -> Result<(), Errno> {
    // Written first, so that a bad address loses no input.
    memory.write(done_at, [0; 4])?;
    let mut done = 0;
    for target in targets {
        done += state.read(memory.slice_mut(*target)?);
    }
    memory.write(
        done_at,
        u32::try_from(done)
            .map_err(|_| Errno::Invalid)?
            .to_le_bytes(),
    )
}

/// Appends a list of buffers to the output or the log.
fn fd_write(
    mut caller: Caller<'_, HostState>,
    fd: u32,
    list: u32,
    count: u32,
    done_at: u32,
) -> WasiResult {
    consume_fuel(&mut caller, CALL_FUEL + buffer_list_bytes(count))?;
    if fd != STDOUT && fd != STDERR {
        return errno_result(Err(Errno::BadFile));
    }
    let (memory, state) = memory_and_state(&mut caller)?;
    let sources = match memory.buffers(list, count) {
        Ok(sources) => sources,
        Err(errno) => return errno_result(Err(errno)),
    };
    let total: u64 = sources.iter().map(|buffer| u64::from(buffer.len)).sum();
    if fd == STDOUT {
        state.allow_output(total)?;
    }
    consume_fuel(&mut caller, total)?;
    let (mut memory, state) = memory_and_state(&mut caller)?;
    errno_result(write_from(&mut memory, state, fd, &sources, total, done_at))
}

fn write_from(
    memory: &mut GuestMemory<'_>,
    state: &mut HostState,
    fd: u32,
    sources: &[GuestSlice],
    total: u64,
    done_at: u32,
) -> Result<(), Errno> {
    memory.write(
        done_at,
        u32::try_from(total)
            .map_err(|_| Errno::Invalid)?
            .to_le_bytes(),
    )?;
    for source in sources {
        match fd {
            STDOUT => state.print(memory.slice(*source)?),
            _ => state.log(memory.slice(*source)?),
        }
    }
    Ok(())
}

/// Describes a stream: of unknown type, without flags, with the right to read or to write.
fn fd_fdstat_get(mut caller: Caller<'_, HostState>, fd: u32, at: u32) -> WasiResult {
    const READ: u64 = 1 << 1;
    const WRITE: u64 = 1 << 6;
    consume_fuel(&mut caller, CALL_FUEL)?;
    let rights = match fd {
        STDIN => READ,
        STDOUT | STDERR => WRITE,
        _ => return errno_result(Err(Errno::BadFile)),
    };
    let (mut memory, _) = memory_and_state(&mut caller)?;
    let mut stat = [0; 24];
    stat[8..16].copy_from_slice(&rights.to_le_bytes());
    errno_result(memory.write(at, stat))
}

/// Describes a stream as a file: all zero, which is a file of unknown type and without size or times.
fn fd_filestat_get(mut caller: Caller<'_, HostState>, fd: u32, at: u32) -> WasiResult {
    consume_fuel(&mut caller, CALL_FUEL)?;
    if fd > STDERR {
        return errno_result(Err(Errno::BadFile));
    }
    let (mut memory, _) = memory_and_state(&mut caller)?;
    errno_result(memory.write(at, [0; 64]))
}

/// Fills a buffer with random bytes.
fn random_get(mut caller: Caller<'_, HostState>, at: u32, len: u32) -> WasiResult {
    consume_fuel(&mut caller, CALL_FUEL + u64::from(len))?;
    let (mut memory, state) = memory_and_state(&mut caller)?;
    errno_result(
        memory
            .slice_mut(GuestSlice { at, len })
            .map(|target| state.fill_random(target)),
    )
}

/// Writes the number of arguments and their bytes.
fn args_sizes_get(caller: Caller<'_, HostState>, count_at: u32, bytes_at: u32) -> WasiResult {
    write_sizes(caller, (count_at, 1), (bytes_at, NAME.len() as u32))
}

/// Writes the number of environment variables and their bytes: there are none.
fn environ_sizes_get(caller: Caller<'_, HostState>, count_at: u32, bytes_at: u32) -> WasiResult {
    write_sizes(caller, (count_at, 0), (bytes_at, 0))
}

fn write_sizes(
    mut caller: Caller<'_, HostState>,
    count: (u32, u32),
    bytes: (u32, u32),
) -> WasiResult {
    consume_fuel(&mut caller, CALL_FUEL)?;
    let (mut memory, _) = memory_and_state(&mut caller)?;
    let mut written = [count, bytes].into_iter();
    errno_result(written.try_for_each(|(at, value)| memory.write(at, value.to_le_bytes())))
}

/// Writes the program's name, and its address to the list of arguments.
fn args_get(mut caller: Caller<'_, HostState>, list: u32, bytes: u32) -> WasiResult {
    consume_fuel(&mut caller, CALL_FUEL)?;
    let (mut memory, _) = memory_and_state(&mut caller)?;
    let name = memory.write(bytes, NAME);
    errno_result(name.and_then(|()| memory.write(list, bytes.to_le_bytes())))
}
