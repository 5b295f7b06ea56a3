//! Wasmtime as it comes, with as much of WASI as the kernels need, and parts of a node's engine one by one.

use std::time::{Duration, Instant};
use wasmtime::{
    Caller, Config, Engine, Error, Extern, InstancePre, Linker, Memory, Module, Result, Store,
};

const WASI: &str = "wasi_snapshot_preview1";

/// A part of a node's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// None of them.
    Nothing,
    /// Fuel is counted.
    Fuel,
    /// The module is rewritten for canonical NaNs.
    NanPass,
}

/// What a program reads and writes.
#[derive(Default)]
struct Streams {
    input: Vec<u8>,
    read: usize,
    output: Vec<u8>,
}

/// A compiled module.
pub struct Plain {
    engine: Engine,
    program: InstancePre<Streams>,
    counts_fuel: bool,
}

impl Plain {
    /// Compiles a module with one part of a node's engine, or none.
    pub fn compile(module: &[u8], part: Part) -> Result<Self> {
        let mut config = Config::new();
        config.consume_fuel(part == Part::Fuel);
        config.wasm_branch_hinting(part == Part::NanPass);
        let engine = Engine::new(&config)?;
        let rewritten;
        let module = match part {
            Part::NanPass => {
                rewritten = assay_canonical_nan::canonicalize(module).map_err(Error::new)?;
                &rewritten
            }
            Part::Nothing | Part::Fuel => module,
        };
        let module = Module::from_binary(&engine, module)?;
        let program = linker(&engine)?.instantiate_pre(&module)?;
        Ok(Self {
            engine,
            program,
            counts_fuel: part == Part::Fuel,
        })
    }

    /// Runs the program and returns what it printed, and how long it took from its start to its end.
    pub fn run(&self, input: &[u8]) -> Result<(Vec<u8>, Duration)> {
        let streams = Streams {
            input: input.to_vec(),
            ..Streams::default()
        };
        let started = Instant::now();
        let mut store = Store::new(&self.engine, streams);
        if self.counts_fuel {
            store.set_fuel(u64::MAX)?;
        }
        let instance = self.program.instantiate(&mut store)?;
        let start = instance.get_typed_func::<(), ()>(&mut store, "_start")?;
        // Rust's `main` calls `proc_exit` only for another status than 0.
        start.call(&mut store, ())?;
        let took = started.elapsed();
        Ok((store.into_data().output, took))
    }
}

/// Returns the functions that Rust's standard library calls.
fn linker(engine: &Engine) -> Result<Linker<Streams>> {
    let mut linker = Linker::new(engine);
    linker.func_wrap(
        WASI,
        "fd_read",
        |caller: Caller<'_, Streams>, _: i32, list: i32, count: i32, done: i32| {
            move_bytes(caller, list, count, done, |streams, target| {
                let rest = streams.input.get(streams.read..).unwrap_or_default();
                let count = rest.len().min(target.len());
                target[..count].copy_from_slice(&rest[..count]);
                streams.read += count;
                count
            })
        },
    )?;
    linker.func_wrap(
        WASI,
        "fd_write",
        |caller: Caller<'_, Streams>, _: i32, list: i32, count: i32, done: i32| {
            move_bytes(caller, list, count, done, |streams, source| {
                streams.output.extend_from_slice(source);
                source.len()
            })
        },
    )?;
    linker.func_wrap(
        WASI,
        "environ_sizes_get",
        |caller: Caller<'_, Streams>, count: i32, bytes: i32| zeros(caller, [count, bytes]),
    )?;
    linker.func_wrap(WASI, "environ_get", |_: i32, _: i32| 0)?;
    linker.func_wrap(WASI, "random_get", |_: i32, _: i32| 0)?;
    linker.func_wrap(WASI, "proc_exit", |status: i32| -> Result<()> {
        Err(Error::msg(format!("it ended with status {status}")))
    })?;
    Ok(linker)
}

/// Calls `step` with each buffer of a list until one is not used whole, and writes how many bytes it used.
fn move_bytes(
    mut caller: Caller<'_, Streams>,
    list: i32,
    count: i32,
    done: i32,
    mut step: impl FnMut(&mut Streams, &mut [u8]) -> usize,
) -> Result<i32> {
    let memory = memory(&mut caller)?;
    let (memory, streams) = memory.data_and_store_mut(&mut caller);
    let mut sum = 0;
    for index in 0..count {
        let at = (list + index * 8) as usize;
        let (start, length) = (word(memory, at)?, word(memory, at + 4)?);
        let buffer = memory.get_mut(start..start + length).ok_or_else(fault)?;
        let used = step(streams, buffer);
        sum += used;
        if used < length {
            break;
        }
    }
    let target = memory.get_mut(done as usize..done as usize + 4);
    target
        .ok_or_else(fault)?
        .copy_from_slice(&(sum as u32).to_le_bytes());
    Ok(0)
}

fn zeros(mut caller: Caller<'_, Streams>, places: [i32; 2]) -> Result<i32> {
    let memory = memory(&mut caller)?;
    for place in places {
        memory.write(&mut caller, place as usize, &[0; 4])?;
    }
    Ok(0)
}

fn memory(caller: &mut Caller<'_, Streams>) -> Result<Memory> {
    match caller.get_export("memory") {
        Some(Extern::Memory(memory)) => Ok(memory),
        _ => Err(Error::msg("the module has no memory")),
    }
}

fn word(memory: &[u8], at: usize) -> Result<usize> {
    let bytes = memory.get(at..at + 4).and_then(<[u8]>::first_chunk);
    bytes
        .map(|bytes| u32::from_le_bytes(*bytes) as usize)
        .ok_or_else(fault)
}

fn fault() -> Error {
    Error::msg("outside of the memory")
}
