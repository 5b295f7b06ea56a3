//! Attacks, file contributing; to be written.
