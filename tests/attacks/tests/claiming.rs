//! Attacks, file claiming; to be written.
