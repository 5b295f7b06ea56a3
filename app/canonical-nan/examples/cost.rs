//! What canonical NaNs cost: the time and the fuel of three kernels, without them, by Cranelift's setting, and by this crate.
//!
//! `cargo run -p assay-canonical-nan --example cost`. The fastest of runs that take turns, because what else the
//! machine does only adds time. Fuel is metered throughout.

use std::time::{Duration, Instant};

use assay_canonical_nan::canonicalize;
use wasmtime::{Config, Engine, Instance, Module, Result, Store, TypedFunc};

const RUNS: usize = 41;

/// Five bodies of seven f64 each (place, speed, mass) attract each other. As compilers write it: values used twice in locals.
const N_BODY: &str = r#"(module (memory (export "memory") 1)
    (func (export "fill") (local $i i32)
        (loop $next
            (f64.store (local.get $i)
                (f64.div (f64.convert_i32_u (i32.rem_u (i32.mul (local.get $i) (i32.const 7919)) (i32.const 1009)))
                    (f64.const 100)))
            (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 280)))))
    (func (export "run") (param $steps i32) (local $i i32) (local $j i32)
        (local $dx f64) (local $dy f64) (local $dz f64) (local $d f64) (local $mag f64) (local $m f64)
        (loop $step
            (local.set $i (i32.const 0))
            (loop $outer
                (local.set $j (i32.add (local.get $i) (i32.const 56)))
                (if (i32.lt_u (local.get $j) (i32.const 280)) (then (loop $inner
                    (local.set $dx (f64.sub (f64.load offset=0 (local.get $i)) (f64.load offset=0 (local.get $j))))
                    (local.set $dy (f64.sub (f64.load offset=8 (local.get $i)) (f64.load offset=8 (local.get $j))))
                    (local.set $dz (f64.sub (f64.load offset=16 (local.get $i)) (f64.load offset=16 (local.get $j))))
                    (local.set $d (f64.add (f64.add (f64.mul (local.get $dx) (local.get $dx))
                        (f64.mul (local.get $dy) (local.get $dy))) (f64.mul (local.get $dz) (local.get $dz))))
                    (local.set $mag (f64.div (f64.const 0.01) (f64.mul (local.get $d) (f64.sqrt (local.get $d)))))
                    (local.set $m (f64.mul (f64.load offset=48 (local.get $j)) (local.get $mag)))
                    (f64.store offset=24 (local.get $i) (f64.sub (f64.load offset=24 (local.get $i)) (f64.mul (local.get $dx) (local.get $m))))
                    (f64.store offset=32 (local.get $i) (f64.sub (f64.load offset=32 (local.get $i)) (f64.mul (local.get $dy) (local.get $m))))
                    (f64.store offset=40 (local.get $i) (f64.sub (f64.load offset=40 (local.get $i)) (f64.mul (local.get $dz) (local.get $m))))
                    (local.set $m (f64.mul (f64.load offset=48 (local.get $i)) (local.get $mag)))
                    (f64.store offset=24 (local.get $j) (f64.add (f64.load offset=24 (local.get $j)) (f64.mul (local.get $dx) (local.get $m))))
                    (f64.store offset=32 (local.get $j) (f64.add (f64.load offset=32 (local.get $j)) (f64.mul (local.get $dy) (local.get $m))))
                    (f64.store offset=40 (local.get $j) (f64.add (f64.load offset=40 (local.get $j)) (f64.mul (local.get $dz) (local.get $m))))
                    (br_if $inner (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 56))) (i32.const 280))))))
                (f64.store offset=0 (local.get $i) (f64.add (f64.load offset=0 (local.get $i)) (f64.mul (f64.const 0.01) (f64.load offset=24 (local.get $i)))))
                (f64.store offset=8 (local.get $i) (f64.add (f64.load offset=8 (local.get $i)) (f64.mul (f64.const 0.01) (f64.load offset=32 (local.get $i)))))
                (f64.store offset=16 (local.get $i) (f64.add (f64.load offset=16 (local.get $i)) (f64.mul (f64.const 0.01) (f64.load offset=40 (local.get $i)))))
                (br_if $outer (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 56))) (i32.const 280))))
            (br_if $step (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))))"#;

/// A step of `y += a x`: `y` lies 32 KiB behind `x`, and two places are done at once.
const AXPY: &str =
    "(f64.store offset=32768 (local.get $i) (f64.add (f64.load offset=32768 (local.get $i))
        (f64.mul (f64.load (local.get $i)) (f64.const 0.5))))
    (f64.store offset=32776 (local.get $i) (f64.add (f64.load offset=32776 (local.get $i))
        (f64.mul (f64.load offset=8 (local.get $i)) (f64.const 0.5))))";

/// The same with vectors.
const AXPY_VECTOR: &str =
    "(v128.store offset=32768 (local.get $i) (f64x2.add (v128.load offset=32768 (local.get $i))
        (f64x2.mul (v128.load (local.get $i)) (v128.const f64x2 0.5 0.5))))";

/// Returns a module that does a step over two arrays of 32 KiB, again and again.
fn axpy(step: &str) -> String {
    format!(
        r#"(module (memory (export "memory") 1)
    (func (export "fill") (local $i i32)
        (loop $next
            (f64.store (local.get $i) (f64.convert_i32_u (local.get $i)))
            (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 65536)))))
    (func (export "run") (param $rounds i32) (local $i i32)
        (loop $round
            (local.set $i (i32.const 0))
            (loop $next
                {step}
                (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (i32.const 32768))))
            (br_if $round (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))))"#
    )
}

/// A kernel compiled in one way.
struct Kernel {
    store: Store<()>,
    run: TypedFunc<i32, ()>,
    fuel: u64,
    times: Vec<Duration>,
}

impl Kernel {
    fn new(module: &[u8], canonical_by_flag: bool, heeds_hints: bool) -> Result<Self> {
        let mut config = Config::new();
        config
            .consume_fuel(true)
            .cranelift_nan_canonicalization(canonical_by_flag)
            .wasm_branch_hinting(heeds_hints);
        let engine = Engine::new(&config)?;
        let module = Module::from_binary(&engine, module)?;
        let mut store = Store::new(&engine, ());
        store.set_fuel(u64::MAX)?;
        let instance = Instance::new(&mut store, &module, &[])?;
        instance
            .get_typed_func::<(), ()>(&mut store, "fill")?
            .call(&mut store, ())?;
        Ok(Self {
            run: instance.get_typed_func(&mut store, "run")?,
            store,
            fuel: 0,
            times: Vec::new(),
        })
    }

    fn time(&mut self, argument: i32) -> Result<()> {
        self.store.set_fuel(u64::MAX)?;
        let started = Instant::now();
        self.run.call(&mut self.store, argument)?;
        self.times.push(started.elapsed());
        self.fuel = u64::MAX - self.store.get_fuel()?;
        Ok(())
    }

    /// Returns the seconds of the fastest run.
    fn fastest(&self) -> f64 {
        self.times.iter().min().map_or(0.0, Duration::as_secs_f64)
    }
}

fn main() -> Result<()> {
    println!("kernel      canonical by       ms  times   gigafuel  times");
    let kernels = [
        ("n-body", N_BODY.to_owned(), 6_000),
        ("axpy", axpy(AXPY), 400),
        ("axpy f64x2", axpy(AXPY_VECTOR), 800),
    ];
    for (name, text, argument) in kernels {
        let original = wat::parse_str(text)?;
        let rewritten = canonicalize(&original).map_err(wasmtime::Error::new)?;
        let mut kernels = [
            ("nobody", Kernel::new(&original, false, false)?),
            ("Cranelift", Kernel::new(&original, true, false)?),
            ("pass, no hints", Kernel::new(&rewritten, false, false)?),
            ("pass", Kernel::new(&rewritten, false, true)?),
        ];
        for _ in 0..RUNS {
            for (_, kernel) in &mut kernels {
                kernel.time(argument)?;
            }
        }
        let mut first = None;
        for (canonical, kernel) in &kernels {
            let (time, fuel) = (kernel.fastest(), kernel.fuel as f64);
            let (time_0, fuel_0) = *first.get_or_insert((time, fuel));
            println!(
                "{name:<11} {canonical:<14} {:>6.1} {:>6.2} {:>10.4} {:>6.2}",
                time * 1e3,
                time / time_0,
                fuel / 1e9,
                fuel / fuel_0
            );
        }
    }
    Ok(())
}
