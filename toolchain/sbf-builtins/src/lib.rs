//! The compiler's run-time library for programs built by the upstream SBF route (`cargo xtask build`).
//!
//! Every program links it with `#[cfg(target_arch = "bpf")] use assay_sbf_builtins as _;`. The official
//! `cargo build-sbf` has `target_arch = "sbf"` and brings its own, so there, as on the host, this crate is empty.
//!
//! Upstream rustc returns 128-bit integers through a hidden pointer, while LLVM's BPF back end calls `__multi3` and its
//! four siblings with values in registers. A library compiled the ordinary way therefore crashes or corrupts memory;
//! `extern "unadjusted"` passes the values to LLVM as they are, which makes both sides agree.
#![no_std]
#![cfg_attr(
    target_arch = "bpf",
    feature(abi_unadjusted),
    allow(internal_features, improper_ctypes_definitions)
)]

#[cfg(any(target_arch = "bpf", test))]
mod wide;

#[cfg(target_arch = "bpf")]
mod symbols;

#[cfg(target_arch = "bpf")]
use solana_compiler_builtins as _;
