//! Which seats the requirements of a job bind.

use assay_client::instruction::market::SeatPlace;
use assay_market::state::{Job, Source, GATE_FIRST_SEAT};

/// Returns whether the holder of a seat must meet the requirements of its job. Checks and rounds are open to all.
pub fn is_bound(job: &Job, place: &SeatPlace) -> bool {
    place.source == Source::Job && (place.seat == 0 || job.gate != GATE_FIRST_SEAT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::job;

    #[test]
    fn the_gate_says_which_seats_are_bound() {
        let mut job = job(1).header;
        let bound = |job: &Job, source, seat| {
            let place = SeatPlace {
                task: 0,
                source,
                seat,
            };
            is_bound(job, &place)
        };
        assert!(bound(&job, Source::Job, 0) && bound(&job, Source::Job, 1));
        assert!(!bound(&job, Source::Check, 0) && !bound(&job, Source::Dispute, 0));
        job.gate = GATE_FIRST_SEAT;
        assert!(bound(&job, Source::Job, 0) && !bound(&job, Source::Job, 1));
    }
}
