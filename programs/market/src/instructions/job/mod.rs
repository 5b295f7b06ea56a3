//! A requester's job, from posting to closing.

mod cancel_job;
mod close_job;
mod extend_job;
mod post_job;

pub use cancel_job::*;
pub use close_job::*;
pub use extend_job::*;
pub use post_job::*;
