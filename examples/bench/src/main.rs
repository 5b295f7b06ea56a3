//! Kernels to measure an engine with. The input is the name of one and its size; the output is a number that depends on all of
//! its work.

mod float;
mod integer;
mod memory;

use std::io::stdin;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut line = String::new();
    let read = stdin().read_line(&mut line);
    let mut words = line.split_whitespace();
    let size = |word: Option<&str>| word.and_then(|word| word.parse().ok());
    let result = match (read, words.next(), size(words.next())) {
        (Ok(_), Some("sha256"), Some(size)) => integer::sha256(size),
        (Ok(_), Some("sort"), Some(size)) => integer::sort(size),
        (Ok(_), Some("n-body"), Some(size)) => float::n_body(size),
        (Ok(_), Some("axpy"), Some(size)) => float::axpy(size),
        (Ok(_), Some("chase"), Some(size)) => memory::chase(size),
        (Ok(_), Some("fib"), Some(size)) => u64::from(fib(size as u32)),
        _ => {
            eprintln!("bench-kernels: say sha256, sort, n-body, axpy, chase or fib, and a size");
            return ExitCode::FAILURE;
        }
    };
    println!("{result}");
    ExitCode::SUCCESS
}

/// The Fibonacci number `n`, by calls alone.
fn fib(n: u32) -> u32 {
    if n < 2 {
        n
    } else {
        fib(n - 1).wrapping_add(fib(n - 2))
    }
}

/// A xorshift generator (Marsaglia 2003, *J. Stat. Softw.* 8:14).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
