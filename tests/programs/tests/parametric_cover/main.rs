//! Tests of the example program `parametric-cover` on its built bytecode, with receipts that the protocol's built
//! bytecode wrote.

mod attacks;
mod expire_cover;
mod fixtures;
mod open_cover;
mod settle_cover;
