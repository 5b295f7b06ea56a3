use super::*;

fn refusal(action: ProposedAction) -> GovernanceError {
    action.checked().unwrap_err()
}

fn takes_the_bounds_of<P: Votable>(target: Target) {
    for param in P::ALL {
        let (low, high) = param.bounds();
        let set = |value| ProposedAction::set_param(target, param.number(), value);
        assert!(set(low).checked().is_ok());
        assert!(set(high).checked().is_ok());
        assert_eq!(refusal(set(high + 1)), GovernanceError::ParamOutOfBounds);
    }
}

#[test]
fn bounds_are_those_of_the_program_that_is_named() {
    takes_the_bounds_of::<Param>(Target::Governance);
    takes_the_bounds_of::<assay_staking::state::Param>(Target::Staking);
    takes_the_bounds_of::<assay_market::state::Param>(Target::Market);
    takes_the_bounds_of::<assay_rewards::state::Param>(Target::Rewards);
}

fn one(byte: u8) -> Address {
    Address::new_from_array([byte; 32])
}

/// One sound action of each kind, in the order of the kinds.
fn samples() -> [ProposedAction; 9] {
    [
        ProposedAction::set_param(Target::Governance, 1, 1),
        ProposedAction::transfer(one(1), 254, 5, one(2), 253),
        ProposedAction::grant(one(1), 5, MAX_VESTING, one(2), 253),
        ProposedAction::allow_mint(one(1), 1, 254),
        ProposedAction::set_rate(one(1), 1),
        ProposedAction::set_admits(one(1), true),
        ProposedAction::set_guardian(one(1)),
        ProposedAction::upgrade(Target::Rewards, [1; 32], one(2)),
        ProposedAction::unpause(Target::Market),
    ]
}

#[test]
fn an_action_of_each_kind_is_kept_as_it_was_written() {
    for (sample, kind) in samples().iter().zip(Kind::ALL) {
        let kept = sample.checked().unwrap();
        assert_eq!(kept.kind(), Ok(*kind));
        assert!(kept.is(*kind));
        assert_eq!(kept.value.get(), sample.value);
        assert_eq!(kept.address, sample.address.unwrap_or_default());
    }
    assert_eq!(core::mem::size_of::<Action>(), 104);
}

#[test]
fn a_field_that_the_kind_does_not_use_must_be_zero() {
    type Spoil = fn(&mut ProposedAction);
    let spoil: [(u8, Spoil); 8] = [
        (field::VALUE, |a| a.value = 1),
        (field::EXTRA, |a| a.extra = Some(1)),
        (field::ADDRESS, |a| a.address = Some(one(9))),
        (field::OTHER, |a| a.other = Some(one(9))),
        (field::TARGET, |a| a.target = 1),
        (field::PARAM, |a| a.param = 1),
        (field::BUMP, |a| a.bump = 1),
        (field::SOURCE_BUMP, |a| a.source_bump = 1),
    ];
    for (sample, kind) in samples().iter().zip(Kind::ALL) {
        for (bit, set) in &spoil {
            let mut action = *sample;
            set(&mut action);
            let refused = action.checked() == Err(GovernanceError::UnusedField);
            assert_eq!(refused, kind.fields() & bit == 0, "{kind:?} {bit}");
        }
    }
}

#[test]
fn a_field_that_was_left_out_is_the_same_as_zero() {
    let short = ProposedAction::unpause(Target::Market);
    let long = ProposedAction {
        extra: Some(0),
        address: Some(one(0)),
        other: Some(one(0)),
        ..short
    };
    assert_eq!(short.checked(), long.checked());
}

#[test]
fn unknown_numbers_are_refused_by_name() {
    let good = ProposedAction::set_param(Target::Governance, 0, 1);
    assert!(good.checked().is_ok());
    let with = |change: fn(&mut ProposedAction)| {
        let mut action = good;
        change(&mut action);
        refusal(action)
    };
    assert_eq!(with(|a| a.kind = 9), GovernanceError::UnknownAction);
    assert_eq!(with(|a| a.target = 4), GovernanceError::UnknownProgram);
    assert_eq!(with(|a| a.param = 200), GovernanceError::UnknownParam);
    assert_eq!(with(|a| a.value = 0), GovernanceError::ParamOutOfBounds);
}

#[test]
fn an_action_that_means_nothing_is_refused() {
    let zero = one(0);
    let cases = [
        ProposedAction::transfer(zero, 1, 5, one(2), 1),
        ProposedAction::transfer(one(1), 1, 0, one(2), 1),
        ProposedAction::transfer(one(1), 1, 5, zero, 1),
        ProposedAction::grant(zero, 5, 0, one(2), 1),
        ProposedAction::grant(one(1), 0, 0, one(2), 1),
        ProposedAction::grant(one(1), 5, 0, zero, 1),
        ProposedAction::grant(one(1), 5, MAX_VESTING + 1, one(2), 1),
        ProposedAction::allow_mint(one(1), 0, 1),
        ProposedAction::allow_mint(zero, 1, 1),
        ProposedAction::set_rate(one(1), 0),
        ProposedAction::set_rate(zero, 1),
        ProposedAction::set_admits(zero, true),
        ProposedAction {
            value: 2,
            ..ProposedAction::set_admits(one(1), true)
        },
        ProposedAction::upgrade(Target::Market, [0; 32], one(2)),
        ProposedAction::upgrade(Target::Market, [1; 32], zero),
    ];
    for case in cases {
        assert_eq!(refusal(case), GovernanceError::BadAction, "{case:?}");
    }
}

#[test]
fn a_pause_of_rewards_does_not_exist() {
    let action = ProposedAction::unpause(Target::Rewards);
    assert_eq!(refusal(action), GovernanceError::UnknownProgram);
}

#[test]
fn a_grant_may_be_free_at_once_and_a_guardian_may_be_nobody() {
    assert!(ProposedAction::grant(one(1), 5, 0, one(2), 0)
        .checked()
        .is_ok());
    assert!(ProposedAction::set_guardian(one(0)).checked().is_ok());
}

#[test]
fn what_spends_names_or_rules_is_heavy() {
    let heavy = |action: ProposedAction| action.checked().unwrap().is_heavy();
    let expected = [true, true, true, true, false, false, true, true, false];
    assert_eq!(samples().map(heavy), expected);
    assert!(!heavy(ProposedAction::set_param(
        Target::Staking,
        0,
        1_000_000
    )));
}
