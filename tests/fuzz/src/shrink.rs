//! The shortest sequence that still breaks the invariant, by delta debugging (Zeller and Hildebrandt 2002).
//!
//! A step that is taken out leaves its wait, because the hashes of slots, and by them draws and ranks, follow from how the
//! clock was moved.

use crate::{episode, step::Step};

/// Returns a shorter sequence that breaks the same invariant. Plays at most `most` sequences.
pub fn shrink(steps: &[Step], number: u8, most: usize) -> Vec<Step> {
    shortest(steps, most, &mut |steps| {
        let found = episode::replay(steps, &mut |_, _| {});
        found.is_some_and(|(violation, _)| violation.number == number)
    })
}

/// Returns a shorter sequence that `breaks` something too. Tries at most `most` sequences.
fn shortest(steps: &[Step], most: usize, breaks: &mut dyn FnMut(&[Step]) -> bool) -> Vec<Step> {
    let mut tries = most;
    let mut kept = steps.to_vec();
    let mut size = kept.len().div_ceil(2);
    while size > 0 && tries > 0 {
        let mut start = 0;
        while start < kept.len() && tries > 0 {
            let end = (start + size).min(kept.len());
            let mut shorter = kept.clone();
            for step in &mut shorter[start..end] {
                *step = Step::pause(step.wait);
            }
            if shorter != kept {
                tries -= 1;
                if breaks(&shorter) {
                    kept = shorter;
                }
            }
            start = end;
        }
        size /= 2;
    }
    kept.retain(|step| !step.is_pause() || step.wait > 0);
    let joined = joined(&kept);
    if breaks(&joined) {
        joined
    } else {
        kept
    }
}

/// Returns the sequence with one pause for those side by side.
fn joined(steps: &[Step]) -> Vec<Step> {
    let mut joined: Vec<Step> = Vec::new();
    for step in steps {
        match joined.last_mut() {
            Some(last) if last.is_pause() && step.is_pause() => last.wait += step.wait,
            _ => joined.push(step.clone()),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence() -> Vec<Step> {
        let call = |number: u64| {
            let mut step = Step::call("market.claim_task", vec![number]);
            step.wait = number % 3;
            step
        };
        (0..100).map(call).collect()
    }

    fn has(steps: &[Step], number: u64) -> bool {
        steps.iter().any(|step| step.with == [number])
    }

    #[test]
    fn only_what_is_needed_is_left_and_no_time_is_lost() {
        let short = shortest(&sequence(), 1_000, &mut |steps| {
            has(steps, 17) && has(steps, 71)
        });
        let calls = short.iter().filter(|step| !step.is_pause()).count();
        assert_eq!(calls, 2);
        let time = |steps: &[Step]| steps.iter().map(|step| step.wait).sum::<u64>();
        assert_eq!(time(&short), time(&sequence()));
    }

    #[test]
    fn the_number_of_tries_is_bounded() {
        let mut tries = 0;
        shortest(&sequence(), 10, &mut |_| {
            tries += 1;
            false
        });
        assert_eq!(tries, 11);
    }
}
