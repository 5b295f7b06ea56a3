//! The shortest sequence that still breaks the invariant, by delta debugging (Zeller and Hildebrandt 2002).
//!
//! A step that is taken out leaves its wait, because the hashes of slots, and by them draws and ranks, follow from how the
//! clock was moved.

use crate::{episode, step::Step};

/// Returns a shorter sequence that breaks the same invariant. Plays at most `most` sequences.
pub fn shrink(steps: &[Step], number: u8, most: usize) -> Vec<Step> {
    let mut plays = most;
    let mut breaks = |steps: &[Step]| {
        plays = plays.saturating_sub(1);
        let found = episode::replay(steps, &mut |_, _| {});
        (
            found.is_some_and(|(violation, _)| violation.number == number),
            plays > 0,
        )
    };
    let mut kept = steps.to_vec();
    let mut size = kept.len().div_ceil(2);
    'sizes: while size > 0 {
        let mut start = 0;
        while start < kept.len() {
            let end = (start + size).min(kept.len());
            let mut shorter = kept.clone();
            for step in &mut shorter[start..end] {
                *step = Step::pause(step.wait);
            }
            if shorter != kept {
                let (still, more) = breaks(&shorter);
                if still {
                    kept = shorter;
                }
                if !more {
                    break 'sizes;
                }
            }
            start = end;
        }
        size /= 2;
    }
    kept.retain(|step| !step.is_pause() || step.wait > 0);
    // Pauses side by side become one, where that changes nothing.
    let mut joined: Vec<Step> = Vec::new();
    for step in &kept {
        match joined.last_mut() {
            Some(last) if last.is_pause() && step.is_pause() => last.wait += step.wait,
            _ => joined.push(step.clone()),
        }
    }
    let again = episode::replay(&joined, &mut |_, _| {});
    if again.is_some_and(|(violation, _)| violation.number == number) {
        return joined;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_nothing_is_not_shortened_to_nothing() {
        let steps = [Step::pause(1), Step::pause(2)];
        assert_eq!(
            shrink(&steps, 1, 10)
                .iter()
                .map(|step| step.wait)
                .sum::<u64>(),
            3
        );
    }
}
