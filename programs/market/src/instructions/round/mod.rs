//! Drawn checks, disputes and appeals: accounts of their own beside the job's.

mod appeal;
mod challenge;
mod claim_round;
mod close_round;
mod collect_award;
mod collect_check;
mod contribute_round;
mod count_dispute;
mod decide_round;
mod draw_round;
mod give_up_round;
mod open_check;
mod open_recheck;
mod open_round;
mod request_check;

pub use appeal::*;
pub use challenge::*;
pub use claim_round::*;
pub use close_round::*;
pub use collect_award::*;
pub use collect_check::*;
pub use contribute_round::*;
pub use count_dispute::*;
pub use decide_round::*;
pub use draw_round::*;
pub use give_up_round::*;
pub use open_check::*;
pub use open_recheck::*;
pub use open_round::*;
pub use request_check::*;
