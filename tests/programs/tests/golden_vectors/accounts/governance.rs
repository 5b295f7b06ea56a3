//! Accounts of governance.

use super::{vector, Vector};
use crate::{
    json::{object, ToJson},
    key,
};
use anchor_lang::prelude::PodU32;
use assay_governance::state::{
    self as governance, Action, Ballot, Floors, Tally, MAX_ACTIONS, SLOTS,
};
use assay_shared::token::TOKEN;

#[allow(clippy::too_many_lines, reason = "one literal for each account type")]
pub fn accounts() -> Vec<Vector> {
    let mut some_actions = [Action::default(); MAX_ACTIONS];
    some_actions[0] = Action {
        value: 101.into(),
        extra: 102.into(),
        address: key(103),
        other: key(104),
        kind: 0,
        target: 2,
        param: 3,
        bump: 105,
        source_bump: 106,
        ..Action::default()
    };
    let some_tally = Tally {
        yes: 111.into(),
        no: 112.into(),
        abstain: 113.into(),
    };
    let some_floors = Floors {
        notice: 121.into(),
        voting_time: 122.into(),
        hold_up: 123.into(),
        execution_window: 124.into(),
        threshold: 125.into(),
    };
    let mut some_marks = [PodU32::default(); SLOTS];
    some_marks[1] = 131.into();
    vec![
        account!(governance::Params {
            version: 1u8,
            bump: 2u8,
            authority_bump: 3u8,
            treasury_bump: 4u8,
            upgrade_bump: 5u8,
            vote_mint: key(6),
            treasury: key(7),
            guardian: key(8),
            offered_guardian: key(9),
            total_weight: 10u64,
            proposal_count: 11u64,
            opening_count: 12u64,
            quorum_bps: 13u64,
            threshold: 14u64,
            voting_time: 15u64,
            hold_up: 16u64,
            execution_window: 17u64,
            proposal_deposit: 18u64,
            min_lock: 19u64,
            max_lock: 20u64,
            notice: 21u64,
            spend_bps: 22u64,
            floors: some_floors,
            floor_bps: 23u64,
            paused: 24u64,
            paused_until: 25i64,
            rest_from: [26.into(), 27.into(), 28.into()],
            spent_day: 29u32,
            marks: some_marks,
            reserved: [0; 32],
        }),
        account!(governance::Lock {
            version: 1u8,
            bump: 2u8,
            vault_bump: 3u8,
            owner: key(4),
            nonce: 5u64,
            amount: 6u64,
            weight: 7u64,
            duration: 8u64,
            first_opening: 9u64,
            locked_at: 10i64,
            touched_at: 11i64,
            bound_until: 12i64,
            unrevealed: 13u32,
            unrevealed_until: 14i64,
            unlocks_at: 15i64,
            reserved: [0; 32],
        }),
        account!(governance::Proposal {
            version: 1u8,
            bump: 2u8,
            vault_bump: 3u8,
            action_count: 1u8,
            secret: 1u8,
            heavy: 1u8,
            vetoed: 1u8,
            proposer: key(4),
            title: [5; 64],
            description: [6; 32],
            index: 7u64,
            opening: 8u64,
            total_weight: 9u64,
            quorum: 10u64,
            threshold: 11u64,
            published_at: 12i64,
            opens_at: 13i64,
            open_until: 14i64,
            opened_at: 15i64,
            ends_at: 16i64,
            reveal_ends_at: 17i64,
            executable_at: 18i64,
            expires_at: 19i64,
            executed_at: 20i64,
            deposit: 21u64,
            tally: some_tally,
            actions: some_actions,
            reserved: [0; 32],
        }),
        account!(governance::Vote {
            version: 1u8,
            bump: 2u8,
            side: Ballot::Secret,
            proposal: key(3),
            lock: key(4),
            owner: key(5),
            weight: 6u64,
            closes_at: 7i64,
            commitment: [8; 32],
            reserved: [0; 32],
        }),
        account!(governance::Grant {
            version: 1u8,
            bump: 2u8,
            vault_bump: 3u8,
            action: 4u8,
            proposal: 5u64,
            recipient: key(6),
            mint: key(7),
            token_program: TOKEN,
            payer: key(8),
            amount: 9u64,
            paid: 10u64,
            starts_at: 11i64,
            ends_at: 12i64,
            reserved: [0; 32],
        }),
    ]
}
