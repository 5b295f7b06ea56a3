//! The compiler's run-time library for programs that the upstream SBF route builds (`cargo xtask build`).
//!
//! Every program links it with `#[cfg(target_arch = "bpf")] use assay_sbf_builtins as _;`. The official `cargo build-sbf`
//! has `target_arch = "sbf"` and a library of its own. There, and on the host, this crate is empty.
//!
//! Upstream rustc returns 128-bit integers through a hidden pointer. LLVM's BPF back end calls `__multi3` and its four
//! siblings with values in registers. A library compiled in the ordinary way therefore crashes or corrupts memory.
//! The linker keeps every symbol of this crate, called or not. So signed division comes with a feature; a program that needs
//! it and does not ask for it fails to link.
//!
//! `extern "unadjusted"` passes the values to LLVM unchanged, so that both sides agree.
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
