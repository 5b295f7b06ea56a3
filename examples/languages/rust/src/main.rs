//! Prints its name, how long it slept, and the lines and words of stdin.

use std::env;
use std::io::{self, BufRead};
use std::thread;
use std::time::{Duration, Instant};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let before = Instant::now();
    thread::sleep(Duration::from_secs(90));
    let slept = before.elapsed().as_secs();
    let (mut lines, mut words, mut longest) = (0, 0, String::new());
    for line in io::stdin().lock().lines() {
        lines += 1;
        for word in line?.split_whitespace() {
            words += 1;
            if word.len() > longest.len() {
                word.clone_into(&mut longest);
            }
        }
    }
    let name = arguments.first().map_or("", String::as_str);
    println!("{name} {}\nslept {slept}", arguments.len());
    println!(
        "lines {lines} words {words} longest {longest}\nthird {:.6}",
        1.0 / 3.0
    );
    Ok(())
}
