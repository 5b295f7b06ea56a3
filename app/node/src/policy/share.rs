//! Which results a watcher runs again.

use crate::seat_id::TaskId;
use assay_shared::hash::sha256v;

/// Whole share, basis points.
const WHOLE: u128 = 10_000;

/// Returns whether the open result `digest` of a task belongs to the share of `share_bps` basis points that is run again.
///
/// The secret `key` decides, so that who lies does not know who will look, and a restart does not draw again.
pub fn is_in_share(key: &[u8; 32], task: &TaskId, digest: &[u8; 32], share_bps: u16) -> bool {
    let hash = sha256v(&[key, &task.job.seed, &task.task.to_le_bytes(), digest]);
    let mut first = [0; 8];
    first.copy_from_slice(hash.split_at(8).0);
    let scaled = u128::from(u64::from_le_bytes(first)).saturating_mul(WHOLE) >> 64;
    scaled < u128::from(share_bps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::task;

    #[test]
    fn about_the_share_is_chosen_and_each_key_chooses_otherwise() {
        let chosen = |key: u8, share| {
            let tasks = 0..2_000u32;
            let is_chosen = |n: &u32| is_in_share(&[key; 32], &task(*n), &[1; 32], share);
            tasks.filter(is_chosen).collect::<Vec<_>>()
        };
        let tenth = chosen(1, 1_000);
        assert!((140..260).contains(&tenth.len()), "{}", tenth.len());
        assert_ne!(tenth, chosen(2, 1_000));
        assert_eq!(chosen(1, 10_000).len(), 2_000);
        assert!(chosen(1, 0).is_empty());
    }
}
