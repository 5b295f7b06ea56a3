//! Attacks, file money; to be written.
