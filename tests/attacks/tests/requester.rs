//! Attacks, file requester; to be written.
