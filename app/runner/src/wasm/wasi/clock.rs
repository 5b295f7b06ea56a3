//! Clocks and sleeping. There is one time, which every clock shows. It moves only when the program sleeps, by as much as it
//! sleeps, and sleeping takes no time of the machine.

use wasmtime::{Caller, Linker};

use super::guest_memory::{memory_and_state, GuestMemory};
use super::{
    consume_fuel, errno_result, Errno, HostState, WasiResult, CALL_FUEL, MODULE, STDERR, STDIN,
    STDOUT,
};

/// The time at which every program starts: 2000-01-01 00:00:00 UTC, in nanoseconds since 1970. It is not 0, because some runtimes
/// take 0 for "no clock". Part of the protocol.
pub(in crate::wasm) const START: u64 = 946_684_800_000_000_000;
/// The resolution that clocks report, in nanoseconds.
const RESOLUTION: u64 = 1;
/// Clocks of the specification.
const CLOCKS: u32 = 4;

/// Bytes of a subscription of `poll_oneoff`.
const SUBSCRIPTION_BYTES: u32 = 48;
/// Bytes of an event of `poll_oneoff`.
const EVENT_BYTES: u32 = 32;
/// Bytes that a stream is said to take at once.
const WRITABLE: u64 = 64 << 10;

/// Defines the functions with a time.
pub(super) fn add_to(linker: &mut Linker<HostState>) -> wasmtime::Result<()> {
    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |caller: Caller<'_, HostState>, clock: u32, _precision: u64, at: u32| {
            let now = caller.data().now;
            write_clock(caller, clock, at, now)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "clock_res_get",
        |caller: Caller<'_, HostState>, clock: u32, at: u32| {
            write_clock(caller, clock, at, RESOLUTION)
        },
    )?;
    linker.func_wrap(MODULE, "poll_oneoff", poll_oneoff)?;
    Ok(())
}

/// Writes what the clock number `clock` shows or how exact it is.
fn write_clock(mut caller: Caller<'_, HostState>, clock: u32, at: u32, value: u64) -> WasiResult {
    consume_fuel(&mut caller, CALL_FUEL)?;
    if clock >= CLOCKS {
        return errno_result(Err(Errno::Invalid));
    }
    let (mut memory, _) = memory_and_state(&mut caller)?;
    errno_result(memory.write(at, value.to_le_bytes()))
}

/// What a program waits for.
#[derive(Clone, Copy)]
enum Awaited {
    /// A time.
    Clock { due: u64 },
    /// Something that is as it is: this event is reported at once.
    Now(Event),
}

/// What is reported of a subscription.
#[derive(Clone, Copy, Default)]
struct Event {
    error: u16,
    /// Bytes that can be read or written.
    bytes: u64,
    /// 1 at the end of the input.
    flags: u16,
}

/// Waits until one of the subscriptions at `list` has happened: for a stream no time at all, else until the earliest time. Writes
/// one event for each that has, in the order of the subscriptions.
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
    let (mut memory, state) = memory_and_state(&mut caller)?;
    errno_result(wait(&mut memory, state, list, events, count, done_at))
}

fn wait(
    memory: &mut GuestMemory<'_>,
    state: &mut HostState,
    list: u32,
    events: u32,
    count: u32,
    done_at: u32,
) -> Result<(), Errno> {
    let mut earliest = u64::MAX;
    for index in 0..count {
        earliest = match awaited(memory, state, list, index)? {
            Awaited::Clock { due } => earliest.min(due),
            Awaited::Now(_) => 0,
        };
        if earliest <= state.now {
            break;
        }
    }
    let now = state.now.max(earliest);
    // Events may be written over subscriptions, which the specification does not forbid: each is read before.
    let mut happened = Vec::new();
    for index in 0..count {
        let event = match awaited(memory, state, list, index)? {
            Awaited::Clock { due } if due > now => continue,
            Awaited::Clock { .. } => Event::default(),
            Awaited::Now(event) => event,
        };
        happened.push(event_bytes(memory, list, index, event)?);
    }
    let done = u32::try_from(happened.len()).map_err(|_| Errno::Invalid)?;
    for (event, index) in happened.into_iter().zip(0..) {
        memory.write(address(events, index, EVENT_BYTES)?, event)?;
    }
    memory.write(done_at, done.to_le_bytes())?;
    state.now = now;
    Ok(())
}

/// Reads what a subscription waits for.
fn awaited(
    memory: &GuestMemory<'_>,
    state: &HostState,
    list: u32,
    index: u32,
) -> Result<Awaited, Errno> {
    const CLOCK: u8 = 0;
    const FD_READ: u8 = 1;
    const FD_WRITE: u8 = 2;
    const ABSOLUTE: u16 = 1;
    let from = address(list, index, SUBSCRIPTION_BYTES)?;
    let at = |offset: u32| from.checked_add(offset).ok_or(Errno::Fault);
    let [tag] = memory.read(at(8)?)?;
    let which = u32::from_le_bytes(memory.read(at(16)?)?);
    let bad_file = Awaited::Now(Event {
        error: Errno::BadFile as u16,
        ..Event::default()
    });
    Ok(match tag {
        CLOCK if which >= CLOCKS => Awaited::Now(Event {
            error: Errno::Invalid as u16,
            ..Event::default()
        }),
        CLOCK => {
            let time = u64::from_le_bytes(memory.read(at(24)?)?);
            let flags = u16::from_le_bytes(memory.read(at(40)?)?);
            let start = if flags & ABSOLUTE == 0 { state.now } else { 0 };
            Awaited::Clock {
                due: start.saturating_add(time),
            }
        }
        FD_READ if which == STDIN => Awaited::Now(Event {
            bytes: state.input_left() as u64,
            flags: u16::from(state.input_left() == 0),
            ..Event::default()
        }),
        FD_WRITE if which == STDOUT || which == STDERR => Awaited::Now(Event {
            bytes: WRITABLE,
            ..Event::default()
        }),
        FD_READ | FD_WRITE => bad_file,
        _ => return Err(Errno::Invalid),
    })
}

/// Returns the event of a subscription, with its user data and type.
fn event_bytes(
    memory: &GuestMemory<'_>,
    list: u32,
    index: u32,
    event: Event,
) -> Result<[u8; EVENT_BYTES as usize], Errno> {
    let subscription: [u8; 9] = memory.read(address(list, index, SUBSCRIPTION_BYTES)?)?;
    let mut bytes = [0; EVENT_BYTES as usize];
    bytes[..8].copy_from_slice(&subscription[..8]);
    bytes[8..10].copy_from_slice(&event.error.to_le_bytes());
    bytes[10] = subscription[8];
    bytes[16..24].copy_from_slice(&event.bytes.to_le_bytes());
    bytes[24..26].copy_from_slice(&event.flags.to_le_bytes());
    Ok(bytes)
}

/// Returns the address of entry `index` of a list.
fn address(list: u32, index: u32, size: u32) -> Result<u32, Errno> {
    let offset = index.checked_mul(size).ok_or(Errno::Fault)?;
    list.checked_add(offset).ok_or(Errno::Fault)
}
