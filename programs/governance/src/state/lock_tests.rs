use super::*;
use bytemuck::Zeroable;
use proptest::prelude::*;

const MIN: u64 = 3_600;
const MAX: u64 = 126_144_000;

fn params() -> Params {
    Params {
        min_lock: MIN.into(),
        max_lock: MAX.into(),
        ..Params::zeroed()
    }
}

fn locked(params: &mut Params, amount: u64, duration: u64) -> Lock {
    let mut lock = Lock::zeroed();
    lock.begin(params, amount, duration, 1_000).unwrap();
    lock
}

/// A proposal whose vote runs from 10,000 to 12,000, is revealed until 14,000, and can be executed until 20,000.
fn proposal() -> Proposal {
    Proposal {
        opened_at: 10_000.into(),
        ends_at: 12_000.into(),
        reveal_ends_at: 14_000.into(),
        executable_at: 16_000.into(),
        expires_at: 20_000.into(),
        ..Proposal::zeroed()
    }
}

#[derive(Clone, Debug)]
enum Step {
    Lock(u64, u64),
    Unlock(usize),
    Renew(usize),
    Lapse(usize, i64),
    Open,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1u64..1 << 50, MIN..=MAX).prop_map(|(a, d)| Step::Lock(a, d)),
        (0usize..8).prop_map(Step::Unlock),
        (0usize..8).prop_map(Step::Renew),
        (0usize..8, 0i64..1 << 34).prop_map(|(i, t)| Step::Lapse(i, t)),
        Just(Step::Open),
    ]
}

proptest! {
    #[test]
    fn the_total_is_the_exact_sum_of_the_locks_that_are_not_unlocking(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut params = params();
        let mut locks: Vec<Lock> = Vec::new();
        let mut now = 1_000;
        for step in steps {
            now += 1;
            match step {
                Step::Lock(amount, duration) => locks.push(locked(&mut params, amount, duration)),
                Step::Open => { params.next_opening().unwrap(); }
                Step::Unlock(i) => if let Some(lock) = locks.get_mut(i) {
                    let _ = lock.begin_unlock(&mut params, now);
                },
                Step::Renew(i) => if let Some(lock) = locks.get_mut(i) {
                    let before = (lock.first_opening, lock.weight);
                    let was_unlocking = lock.is_unlocking();
                    lock.renew(&mut params, now).unwrap();
                    if was_unlocking {
                        prop_assert_eq!(lock.first_opening, params.opening_count);
                    } else {
                        prop_assert_eq!((lock.first_opening, lock.weight), before);
                    }
                    prop_assert!(!lock.is_unlocking());
                },
                Step::Lapse(i, later) => if let Some(lock) = locks.get_mut(i) {
                    let was = lock.is_unlocking();
                    let lapsed = lock.lapse(&mut params, now + later).is_ok();
                    let idle = now + later - lock.touched_at.get();
                    let longest = lock.duration.get().max(LAPSE_MIN);
                    prop_assert_eq!(lapsed, !was && idle >= longest as i64);
                },
            }
            let sum: u64 = locks.iter().map(|lock| lock.weight.get()).sum();
            prop_assert_eq!(params.total_weight.get(), sum);
            prop_assert!(locks.iter().all(|l| l.is_unlocking() == (l.weight.get() == 0)));
        }
    }
}

#[test]
fn a_duration_outside_the_range_is_refused() {
    let mut lock = Lock::zeroed();
    assert_eq!(
        lock.begin(&mut params(), 1, MIN - 1, 0),
        Err(GovernanceError::LockTooShort)
    );
    assert_eq!(
        lock.begin(&mut params(), 1, MAX + 1, 0),
        Err(GovernanceError::LockTooLong)
    );
}

#[test]
fn a_yes_stays_until_the_proposal_expires_and_the_others_until_the_reveal_ends() {
    for (side, until) in [
        (Side::Yes, 20_000),
        (Side::No, 14_000),
        (Side::Abstain, 14_000),
    ] {
        let mut params = params();
        let mut lock = locked(&mut params, 10, MIN);
        lock.bind(&proposal(), side);
        let early = lock.begin_unlock(&mut params, until - 1);
        assert_eq!(early, Err(GovernanceError::LockVoting));
        assert_eq!(lock.begin_unlock(&mut params, until), Ok(10));
        assert_eq!(lock.unlocks_at.get(), until + 3_600);
        assert_eq!(
            lock.check_withdrawable(until + 3_599),
            Err(GovernanceError::CooldownRunning)
        );
        assert_eq!(lock.check_withdrawable(until + 3_600), Ok(()));
    }
}

#[test]
fn a_changed_yes_stays_bound() {
    let mut lock = locked(&mut params(), 10, MIN);
    lock.bind(&proposal(), Side::Yes);
    lock.bind(&proposal(), Side::No);
    assert!(lock.is_bound(19_999));
    assert!(!lock.is_bound(20_000));
}

#[test]
fn a_vote_that_is_never_revealed_binds_for_one_more_voting_time() {
    let mut lock = locked(&mut params(), 10, MIN);
    lock.bind_secret(&proposal(), 10_000).unwrap();
    assert!(lock.is_bound(21_999));
    assert!(!lock.is_bound(22_000));
    lock.forget_secret();
    assert!(!lock.is_bound(14_000));
}

#[test]
fn two_secret_votes_bind_until_both_are_revealed() {
    let mut lock = locked(&mut params(), 10, MIN);
    lock.bind_secret(&proposal(), 10_000).unwrap();
    lock.bind_secret(&proposal(), 10_001).unwrap();
    lock.forget_secret();
    assert!(lock.is_bound(21_999));
    lock.forget_secret();
    assert!(!lock.is_bound(15_000));
}

#[test]
fn a_later_secret_vote_that_ends_sooner_does_not_shorten_the_earlier_one() {
    let mut lock = locked(&mut params(), 10, MIN);
    lock.bind_secret(&proposal(), 10_000).unwrap();
    let soon = Proposal {
        opened_at: 10_000.into(),
        ends_at: 10_500.into(),
        expires_at: 12_000.into(),
        ..proposal()
    };
    lock.bind_secret(&soon, 10_001).unwrap();
    assert_eq!(lock.unrevealed_until.get(), 22_000);
    lock.forget_secret();
    assert!(lock.is_bound(21_999) && !lock.is_bound(22_000));
}

#[test]
fn votes_that_can_no_longer_be_revealed_are_forgotten() {
    let mut lock = locked(&mut params(), 10, MIN);
    lock.bind_secret(&proposal(), 10_000).unwrap();
    lock.bind_secret(&proposal(), 22_000).unwrap();
    assert_eq!(lock.unrevealed.get(), 1);
    lock.forget_secret();
    assert!(!lock.is_bound(22_000));
}

#[test]
fn a_lock_has_no_weight_in_a_vote_opened_before_it() {
    let mut params = params();
    let early = params.next_opening().unwrap();
    let lock = locked(&mut params, 10, MIN);
    let late = params.next_opening().unwrap();
    assert_eq!(lock.check_votes_in(early), Err(GovernanceError::LockTooNew));
    assert_eq!(lock.check_votes_in(late), Ok(()));
}

#[test]
fn weight_that_was_given_up_comes_back_for_later_votes_only() {
    let mut params = params();
    let mut lock = locked(&mut params, 10, MIN);
    lock.begin_unlock(&mut params, 2_000).unwrap();
    let open = params.next_opening().unwrap();
    assert_eq!(
        lock.check_votes_in(open),
        Err(GovernanceError::LockUnlocking)
    );
    lock.renew(&mut params, 3_000).unwrap();
    assert_eq!(lock.check_votes_in(open), Err(GovernanceError::LockTooNew));
    assert_eq!(params.total_weight.get(), 10);
    let next = params.next_opening().unwrap();
    assert_eq!(lock.check_votes_in(next), Ok(()));
}

#[test]
fn a_lock_comes_back_only_with_a_duration_that_is_still_allowed() {
    let mut params = params();
    let mut lock = locked(&mut params, 10, MIN);
    lock.begin_unlock(&mut params, 2_000).unwrap();
    params.min_lock = (MIN + 1).into();
    let refused = lock.renew(&mut params, 3_000);
    assert_eq!(refused, Err(GovernanceError::LockTooShort));
}

#[test]
fn a_lock_lapses_after_its_duration_and_never_before_180_days() {
    let long = LAPSE_MIN + 5;
    for (duration, idle) in [(MIN, LAPSE_MIN), (long, long)] {
        let mut params = params();
        let mut lock = locked(&mut params, 10, duration);
        lock.renew(&mut params, 2_000).unwrap();
        let at = 2_000 + idle as i64;
        let early = lock.lapse(&mut params, at - 1);
        assert_eq!(early, Err(GovernanceError::NotLapsed));
        assert!(lock.lapse(&mut params, at).is_ok());
        assert_eq!(params.total_weight.get(), 0);
    }
}

#[test]
fn a_bound_lock_does_not_lapse() {
    let mut params = params();
    let mut lock = locked(&mut params, 10, MIN);
    let at = lock.lapses_at();
    lock.bound_until = (at + 10).into();
    let bound = lock.lapse(&mut params, at);
    assert_eq!(bound, Err(GovernanceError::LockVoting));
}
