//! Attacks, file checks; to be written.
