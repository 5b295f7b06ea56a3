//! What attacks on stake, votes and treasury bring, and what ten years mint.
//!
//! Nothing here calls a program. Every rule is written down once more, in days and shares of the supply, so that a mistake in a
//! program's formula is not repeated here. A test holds the parameters to those of mainnet.

pub mod bars;
pub mod bribery;
pub mod capture;
pub mod parameters;
pub mod print;
pub mod selffine;
pub mod streaming;
pub mod supply;

use bribery::Raid;
use capture::Capture;
use selffine::SelfFine;
use streaming::Timing;
use supply::{Decade, Work};

/// Everything that is measured.
#[derive(Clone, Debug)]
pub struct Report {
    /// The cheapest way to pass a proposal alone.
    pub capture: Capture,
    /// The cheapest way to do so with borrowed tokens.
    pub flash: Capture,
    /// The best time to join a provider.
    pub jit: Timing,
    /// The best way to take stake out by fines.
    pub selffine: SelfFine,
    /// The best bribed raid on the treasury in ten years.
    pub bribe: Raid,
    /// Ten years under each course of work, in the order of [`Work::ALL`].
    pub decades: [Decade; 4],
}

/// Measures everything.
pub fn report() -> Report {
    Report {
        capture: capture::cheapest(),
        flash: capture::cheapest_loan(),
        jit: streaming::best(),
        selffine: selffine::best(),
        bribe: bribery::best(),
        decades: Work::ALL.map(Decade::of),
    }
}
