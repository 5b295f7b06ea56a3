//! Drawn checks, disputes and appeals: accounts of their own beside the job's.

mod claim_round;
mod close_round;
mod collect_award;
mod collect_check;
mod contribute_round;
mod count_dispute;
mod decide_round;
mod open_check;
mod open_round;

pub use claim_round::*;
pub use close_round::*;
pub use collect_award::*;
pub use collect_check::*;
pub use contribute_round::*;
pub use count_dispute::*;
pub use decide_round::*;
pub use open_check::*;
pub use open_round::*;
