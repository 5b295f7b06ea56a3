//! Attacks, file penalties; to be written.
