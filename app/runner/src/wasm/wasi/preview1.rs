//! The functions that do something.

use wasmtime::{Caller, Linker, Result};

use super::guest_memory::{buffer_list_bytes, memory_and_state, GuestMemory, GuestSlice};
use super::{consume_fuel, Errno, GuestExit, HostState, CALL_FUEL, MODULE};

/// The time that every clock shows: 2000-01-01 00:00:00 UTC, in nanoseconds since 1970. It is not 0, because some runtimes
/// take 0 for "no clock".
const FROZEN_CLOCK: u64 = 946_684_800_000_000_000;
/// The resolution that clocks report, in nanoseconds.
const CLOCK_RESOLUTION: u64 = 1_000_000;

/// Bytes of a subscription of `poll_oneoff`.
const SUBSCRIPTION_BYTES: u32 = 48;
/// Bytes of an event of `poll_oneoff`.
const EVENT_BYTES: u32 = 32;

const STDIN: u32 = 0;
const STDOUT: u32 = 1;
const STDERR: u32 = 2;

/// The number that the program gets, or an error that ends the program.
type WasiResult = Result<i32>;

/// Returns the number that the program gets: 0 for success, else the error number.
fn errno_result(result: Result<(), Errno>) -> WasiResult {
    Ok(result.err().map_or(0, |errno| errno as i32))
}

/// Defines these functions.
pub(super) fn add_to(linker: &mut Linker<HostState>) -> Result<()> {
    linker.func_wrap(MODULE, "fd_read", fd_read)?;
    linker.func_wrap(MODULE, "fd_write", fd_write)?;
    linker.func_wrap(MODULE, "fd_fdstat_get", fd_fdstat_get)?;
    linker.func_wrap(MODULE, "fd_filestat_get", fd_filestat_get)?;
    linker.func_wrap(MODULE, "random_get", random_get)?;
    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |caller: Caller<'_, HostState>, clock: u32, _precision: u64, at: u32| {
            write_clock(caller, clock, at, FROZEN_CLOCK)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "clock_res_get",
        |caller: Caller<'_, HostState>, clock: u32, at: u32| {
            write_clock(caller, clock, at, CLOCK_RESOLUTION)
        },
    )?;
    linker.func_wrap(MODULE, "args_sizes_get", write_empty_list)?;
    linker.func_wrap(MODULE, "environ_sizes_get", write_empty_list)?;
    linker.func_wrap(MODULE, "poll_oneoff", poll_oneoff)?;
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

/// Writes what the clock number `clock` shows or how exact it is.
fn write_clock(mut caller: Caller<'_, HostState>, clock: u32, at: u32, value: u64) -> WasiResult {
    const CLOCKS: u32 = 4;
    consume_fuel(&mut caller, CALL_FUEL)?;
    if clock >= CLOCKS {
        return errno_result(Err(Errno::Invalid));
    }
    let (mut memory, _) = memory_and_state(&mut caller)?;
    errno_result(memory.write(at, value.to_le_bytes()))
}

/// Writes the number and the bytes of the arguments or the environment: there are none.
fn write_empty_list(mut caller: Caller<'_, HostState>, count_at: u32, bytes_at: u32) -> WasiResult {
    consume_fuel(&mut caller, CALL_FUEL)?;
    let (mut memory, _) = memory_and_state(&mut caller)?;
    errno_result(
        memory
            .write(count_at, [0; 4])
            .and_then(|()| memory.write(bytes_at, [0; 4])),
    )
}

/// Reports that every event has happened: clocks stand still, so sleeping takes no time.
fn poll_oneoff(
    mut caller: Caller<'_, HostState>,
    list: u32,
    events: u32,
    count: u32,
    done_at: u32,
) -> WasiResult {
    let list_bytes = u64::from(count) * u64::from(SUBSCRIPTION_BYTES);
    consume_fuel(&mut caller, CALL_FUEL + list_bytes)?;
    if count == 0 {
        return errno_result(Err(Errno::Invalid));
    }
    let (mut memory, _) = memory_and_state(&mut caller)?;
    errno_result(
        (0..count)
            .try_for_each(|index| write_event(&mut memory, list, events, index))
            .and_then(|()| memory.write(done_at, count.to_le_bytes())),
    )
}

/// Writes the event for one subscription: the same user data and type, no error, no bytes.
fn write_event(
    memory: &mut GuestMemory<'_>,
    list: u32,
    events: u32,
    index: u32,
) -> Result<(), Errno> {
    let address = |base: u32, size: u32| index.checked_mul(size)?.checked_add(base);
    let from = address(list, SUBSCRIPTION_BYTES).ok_or(Errno::Fault)?;
    let to = address(events, EVENT_BYTES).ok_or(Errno::Fault)?;
    let subscription: [u8; 9] = memory.read(from)?;
    let mut event = [0; EVENT_BYTES as usize];
    event[..8].copy_from_slice(&subscription[..8]);
    event[10] = subscription[8];
    memory.write(to, event)
}
