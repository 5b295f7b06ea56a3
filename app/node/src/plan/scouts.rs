use crate::seat_id::JobId;

/// Jobs that failed last get no more scouts than this together: dead stores can keep a scout waiting for minutes.
const FOR_FAILING: usize = 2;

/// A job with tasks whose content is not here.
#[derive(Clone, Debug)]
pub struct Prospect {
    pub job: JobId,
    pub tasks: Vec<u32>,
    /// When a scout was last sent, as a number that grows; 0 for never.
    pub last: u64,
    /// Whether the last scout came back without the content.
    pub failed: bool,
    /// Scouts under way.
    pub scouts: usize,
}

/// Where to send `idle` scouts: one to each job in turn, those first that waited longest; one at most to a job that
/// failed last.
pub fn plan_scouts(mut prospects: Vec<Prospect>, mut idle: usize) -> Vec<(JobId, u32)> {
    prospects.sort_by_key(|prospect| prospect.last);
    let failing = prospects.iter().filter(|prospect| prospect.failed);
    let under_way: usize = failing.map(|prospect| prospect.scouts).sum();
    let mut room = FOR_FAILING.saturating_sub(under_way);
    for prospect in prospects.iter_mut().filter(|prospect| prospect.failed) {
        let most = usize::from(prospect.scouts == 0 && room > 0);
        prospect.tasks.truncate(most);
        room = room.saturating_sub(prospect.tasks.len());
    }
    let mut planned = Vec::new();
    for turn in 0.. {
        let before = planned.len();
        for prospect in &prospects {
            if let Some(task) = prospect.tasks.get(turn).filter(|_| idle > 0) {
                planned.push((prospect.job, *task));
                idle = idle.saturating_sub(1);
            }
        }
        if planned.len() == before {
            break;
        }
    }
    planned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::someone;

    fn prospect(byte: u8, last: u64, failed: bool) -> Prospect {
        Prospect {
            job: named(byte),
            tasks: vec![0, 1, 2, 3, 4],
            last,
            failed,
            scouts: 0,
        }
    }

    fn named(byte: u8) -> JobId {
        JobId {
            address: someone(byte),
            seed: [0; 32],
        }
    }

    #[test]
    fn jobs_take_turns_and_who_waited_longest_begins() {
        let planned = plan_scouts(vec![prospect(1, 7, false), prospect(2, 3, false)], 3);
        let expected = [(named(2), 0), (named(1), 0), (named(2), 1)];
        assert_eq!(planned, expected);
    }

    #[test]
    fn a_job_that_failed_gets_one_scout_and_none_while_it_is_away() {
        let planned = plan_scouts(vec![prospect(1, 1, true)], 8);
        assert_eq!(planned, [(named(1), 0)]);
        let away = Prospect {
            scouts: 1,
            ..prospect(1, 1, true)
        };
        assert!(plan_scouts(vec![away], 8).is_empty());
    }

    #[test]
    fn many_jobs_that_failed_leave_scouts_for_others() {
        let mut all: Vec<_> = (1..9).map(|byte| prospect(byte, 0, true)).collect();
        all.push(prospect(9, 5, false));
        let planned = plan_scouts(all, 4);
        let honest = planned.iter().filter(|(job, _)| *job == named(9));
        assert_eq!((planned.len(), honest.count()), (4, 2));
    }
}
