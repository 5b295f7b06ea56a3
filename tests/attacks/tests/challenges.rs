//! Attacks, file challenges; to be written.
