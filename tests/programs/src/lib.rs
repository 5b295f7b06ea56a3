//! Tests of the programs on their built bytecode: `tests/<program>/<instruction>.rs`.
