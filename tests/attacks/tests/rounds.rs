//! Attacks, file rounds; to be written.
