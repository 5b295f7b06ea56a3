//! The WASI preview 1 functions that do something. Names, numbers and layouts are those of the preview 1 specification
//! (`wasi_snapshot_preview1.witx`). Nothing here looks at the host: no clock, no files, no environment.

use wasmtime::{Caller, Linker, Result};

use super::guest_memory::{charge, list_bytes, spans, split, Span, View};
use super::Errno;
use crate::wasm::host_state::Guest;
use crate::wasm::termination::Stop;

pub(super) const MODULE: &str = "wasi_snapshot_preview1";

/// What every clock shows, always: 2000-01-01 00:00:00 UTC, in nanoseconds since 1970. Not 0, which some runtimes take
/// for "no clock".
const NOW: u64 = 946_684_800_000_000_000;
/// The resolution that clocks claim, in nanoseconds.
const RESOLUTION: u64 = 1_000_000;
/// Fuel for a call into the host; a byte moved costs one more.
pub(super) const CALL_FUEL: u64 = 64;

const STDIN: u32 = 0;
const STDOUT: u32 = 1;
const STDERR: u32 = 2;

type Answer = Result<i32>;

/// What the program is told: 0 or an error number.
fn tell(result: Result<(), Errno>) -> Answer {
    Ok(result.err().map_or(0, |errno| errno as i32))
}

pub(super) fn add_to(linker: &mut Linker<Guest>) -> Result<()> {
    linker.func_wrap(MODULE, "fd_read", fd_read)?;
    linker.func_wrap(MODULE, "fd_write", fd_write)?;
    linker.func_wrap(MODULE, "fd_fdstat_get", fd_fdstat_get)?;
    linker.func_wrap(MODULE, "fd_filestat_get", fd_filestat_get)?;
    linker.func_wrap(MODULE, "random_get", random_get)?;
    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |caller: Caller<'_, Guest>, clock: u32, _precision: u64, at: u32| {
            put_clock(caller, clock, at, NOW)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "clock_res_get",
        |caller: Caller<'_, Guest>, clock: u32, at: u32| put_clock(caller, clock, at, RESOLUTION),
    )?;
    linker.func_wrap(MODULE, "args_sizes_get", put_empty_list)?;
    linker.func_wrap(MODULE, "environ_sizes_get", put_empty_list)?;
    linker.func_wrap(MODULE, "poll_oneoff", poll_oneoff)?;
    linker.func_wrap(MODULE, "proc_exit", |status: u32| -> Result<()> {
        Err(Stop::Exited(status).into())
    })?;
    Ok(())
}

fn fd_read(mut caller: Caller<'_, Guest>, fd: u32, list: u32, count: u32, done_at: u32) -> Answer {
    charge(&mut caller, CALL_FUEL + list_bytes(count))?;
    if fd != STDIN {
        return tell(Err(Errno::BadFile));
    }
    let (view, guest) = split(&mut caller)?;
    let targets = match spans(&view, list, count) {
        Ok(targets) => targets,
        Err(errno) => return tell(Err(errno)),
    };
    let room: u64 = targets.iter().map(|span| u64::from(span.len)).sum();
    let cost = room.min(guest.input_left() as u64);
    charge(&mut caller, cost)?;
    let (mut view, guest) = split(&mut caller)?;
    tell(read_into(&mut view, guest, &targets, done_at))
}

fn read_into(
    view: &mut View<'_>,
    guest: &mut Guest,
    targets: &[Span],
    done_at: u32,
) -> Result<(), Errno> {
    // First, so that a bad address loses no input.
    view.put(done_at, [0; 4])?;
    let mut done = 0;
    for target in targets {
        done += guest.read(view.get_mut(*target)?);
    }
    view.put(
        done_at,
        u32::try_from(done)
            .map_err(|_| Errno::Invalid)?
            .to_le_bytes(),
    )
}

fn fd_write(mut caller: Caller<'_, Guest>, fd: u32, list: u32, count: u32, done_at: u32) -> Answer {
    charge(&mut caller, CALL_FUEL + list_bytes(count))?;
    if fd != STDOUT && fd != STDERR {
        return tell(Err(Errno::BadFile));
    }
    let (view, guest) = split(&mut caller)?;
    let sources = match spans(&view, list, count) {
        Ok(sources) => sources,
        Err(errno) => return tell(Err(errno)),
    };
    let total: u64 = sources.iter().map(|span| u64::from(span.len)).sum();
    if fd == STDOUT {
        guest.allow_output(total)?;
    }
    charge(&mut caller, total)?;
    let (mut view, guest) = split(&mut caller)?;
    tell(write_from(&mut view, guest, fd, &sources, total, done_at))
}

fn write_from(
    view: &mut View<'_>,
    guest: &mut Guest,
    fd: u32,
    sources: &[Span],
    total: u64,
    done_at: u32,
) -> Result<(), Errno> {
    view.put(
        done_at,
        u32::try_from(total)
            .map_err(|_| Errno::Invalid)?
            .to_le_bytes(),
    )?;
    for source in sources {
        match fd {
            STDOUT => guest.print(view.get(*source)?),
            _ => guest.log(view.get(*source)?),
        }
    }
    Ok(())
}

/// Streams of no particular type, without flags, that allow what a stream allows.
fn fd_fdstat_get(mut caller: Caller<'_, Guest>, fd: u32, at: u32) -> Answer {
    const READ: u64 = 1 << 1;
    const WRITE: u64 = 1 << 6;
    charge(&mut caller, CALL_FUEL)?;
    let rights = match fd {
        STDIN => READ,
        STDOUT | STDERR => WRITE,
        _ => return tell(Err(Errno::BadFile)),
    };
    let (mut view, _) = split(&mut caller)?;
    let mut stat = [0; 24];
    stat[8..16].copy_from_slice(&rights.to_le_bytes());
    tell(view.put(at, stat))
}

/// All zero: an unknown type of file, of no size and no age.
fn fd_filestat_get(mut caller: Caller<'_, Guest>, fd: u32, at: u32) -> Answer {
    charge(&mut caller, CALL_FUEL)?;
    if fd > STDERR {
        return tell(Err(Errno::BadFile));
    }
    let (mut view, _) = split(&mut caller)?;
    tell(view.put(at, [0; 64]))
}

fn random_get(mut caller: Caller<'_, Guest>, at: u32, len: u32) -> Answer {
    charge(&mut caller, CALL_FUEL + u64::from(len))?;
    let (mut view, guest) = split(&mut caller)?;
    tell(
        view.get_mut(Span { at, len })
            .map(|target| guest.fill_random(target)),
    )
}

fn put_clock(mut caller: Caller<'_, Guest>, clock: u32, at: u32, value: u64) -> Answer {
    const CLOCKS: u32 = 4;
    charge(&mut caller, CALL_FUEL)?;
    if clock >= CLOCKS {
        return tell(Err(Errno::Invalid));
    }
    let (mut view, _) = split(&mut caller)?;
    tell(view.put(at, value.to_le_bytes()))
}

fn put_empty_list(mut caller: Caller<'_, Guest>, count_at: u32, bytes_at: u32) -> Answer {
    charge(&mut caller, CALL_FUEL)?;
    let (mut view, _) = split(&mut caller)?;
    tell(
        view.put(count_at, [0; 4])
            .and_then(|()| view.put(bytes_at, [0; 4])),
    )
}

/// Everything waited for has happened already: sleeping takes no time where clocks stand still.
fn poll_oneoff(
    mut caller: Caller<'_, Guest>,
    list: u32,
    events: u32,
    count: u32,
    done_at: u32,
) -> Answer {
    const SUBSCRIPTION_BYTES: u64 = 48;
    charge(
        &mut caller,
        CALL_FUEL + u64::from(count) * SUBSCRIPTION_BYTES,
    )?;
    if count == 0 {
        return tell(Err(Errno::Invalid));
    }
    let (mut view, _) = split(&mut caller)?;
    tell(
        (0..count)
            .try_for_each(|index| put_event(&mut view, list, events, index))
            .and_then(|()| view.put(done_at, count.to_le_bytes())),
    )
}

/// Answers one subscription: the same user data and type, no error, nothing about bytes.
fn put_event(view: &mut View<'_>, list: u32, events: u32, index: u32) -> Result<(), Errno> {
    let address = |base: u32, size: u32| index.checked_mul(size)?.checked_add(base);
    let from = address(list, 48).ok_or(Errno::Fault)?;
    let to = address(events, 32).ok_or(Errno::Fault)?;
    let subscription: [u8; 9] = view.take(from)?;
    let mut event = [0; 32];
    event[..8].copy_from_slice(&subscription[..8]);
    event[10] = subscription[8];
    view.put(to, event)
}
