//! Accounts of the market.

use super::{data_of, vector, Vector};
use crate::{
    json::{hex, object, with_field, ToJson},
    key,
};
use anchor_lang::bytemuck::cast_slice;
use assay_harness::RoundView;
use assay_market::{
    game::{Round, Seat, SeatState},
    state::{self as market, Job, Limits, Segment, Work, SEGMENTS},
};

pub fn accounts() -> Vec<Vector> {
    let mut some_ring = [Work::default(); market::RING];
    some_ring[2] = Work {
        epoch: 101.into(),
        weight: 102.into(),
        tallied: 1,
    };
    let some_limits = Limits {
        seat_bond: 10.into(),
        locked: 11.into(),
        daily_misses: 12.into(),
    };
    vec![
        account!(market::Params {
            version: 1,
            authority: key(1),
            offered: key(15),
            genesis_hash: [16; 32],
            genesis_time: -2i64,
            epoch_length: 3u64,
            fee_bps: 4u64,
            bond_bps: 5u64,
            missed_bps: 6u64,
            reserve: 7u64,
            step: 8u64,
            min_hold: 9u64,
            open_window: 10u64,
            max_claim_window: 11u64,
            max_run_window: 12u64,
            tally_window: 13u64,
            paused: 14u64,
            paused_until: 17i64,
            reserved: [0; 32],
        }),
        account!(market::Totals {
            version: 1,
            collateral: 2u64,
            bump: 3u8,
            reserved: [0; 32],
        }),
        account!(market::PaymentMint {
            version: 1,
            admits: 1u8,
            mint: key(2),
            token_program: key(3),
            fee_authority: key(4),
            fee_vault: key(5),
            stake_rate: 6u64,
            rate_changed_at: 7i64,
            bump: 8u8,
            reserved: [0; 32],
        }),
        account!(market::Worker {
            version: 1,
            bump: 2u8,
            provider: key(3),
            owner: key(4),
            node: key(5),
            region: 20u16,
            free: 6u64,
            locked: 7u64,
            accused: 8u64,
            funded_at: 9i64,
            limits: some_limits,
            miss_day: 13u32,
            missed_today: 14u32,
            accepted: 15u64,
            rejected: 16u64,
            missed: 17u64,
            ring: some_ring,
            encryption_key: [18; 32],
            read_url: [19; 96],
            beneficiary: key(21),
            owed: 22u64,
            reserved: [0; 32],
        }),
        account!(market::EpochWork {
            version: 1,
            epoch: 1u64,
            weight: 2u64,
            payer: key(3),
            shard: 4u8,
            bump: 5u8,
            reserved: [0; 32],
        }),
        round_with_seats(),
        job_with_seats(),
    ]
}

/// Returns a seat that has contributed.
fn contributed_seat() -> Seat {
    Seat {
        worker: key(111),
        hash: [112; 32],
        seal: [113; 32],
        claimed_at: 114.into(),
        free_since: 115.into(),
        slot: 116.into(),
        until: 117.into(),
        state: SeatState::Contributed as u8,
        misses: 118,
        drawn: 1,
        settled: 0,
        phase: 0,
        rounds: 0,
        flags: 0,
        winners: 0,
    }
}

/// Adds seats to the vector of a header: behind it lie their number (u32, little-endian) and the seats.
fn with_seats(header: Vector, seats: &Vec<Seat>) -> Vector {
    let count = u32::try_from(seats.len()).expect("two seats");
    let tail = [&count.to_le_bytes(), cast_slice(seats)].concat();
    Vector {
        fields: with_field(header.fields, "seats", seats),
        data: header.data + &hex(tail),
        ..header
    }
}

fn job_with_seats() -> Vector {
    let mut some_segments = [Segment::default(); SEGMENTS];
    some_segments[1] = Segment {
        first_task: 101.into(),
        added_at: 102.into(),
        manifest: [103; 32],
        inputs: [104; 32],
    };
    let header = account!(market::Job {
        version: 1,
        policy: 0u8,
        escrow_bump: 2u8,
        late_seats: 1u8,
        attestations: 40u8,
        has_requirements: 1u8,
        gate: 1u8,
        region: 41u16,
        requester: key(3),
        mint: key(4),
        escrow: key(5),
        module: [6; 32],
        seed: [7; 32],
        attesters: [42; 32],
        credential_set: key(43),
        author: key(44),
        store: [8; 64],
        runtime_id: [9; 8],
        least_collateral: 45u64,
        segments: some_segments,
        funds: 10u64,
        fees_due: 11u64,
        royalties_due: 46u64,
        price: 12u64,
        fee: 13u64,
        royalty: 47u64,
        task_escrow: 14u64,
        weight: 15u64,
        value: 16u64,
        bond: 17u64,
        lie: 18u64,
        missed: 19u64,
        fuel: 20u64,
        memory_bytes: 21u64,
        output_bytes: 22u64,
        nonce: 23u64,
        total_collateral: 24u64,
        posted_at: 25i64,
        posted_slot: 26u64,
        claim_window: 27u32,
        run_window: 28u32,
        hold: 29u32,
        open_window: 30u32,
        step: 31u32,
        reserve: 32u32,
        task_count: 33u32,
        open_tasks: 34u32,
        proven_tasks: 35u32,
        unproven_tasks: 36u32,
        unsettled: 37u32,
        open_rounds: 38u32,
        check_bps: 39u16,
        reserved: [0; 32],
    });
    let seats = vec![Seat::default(), contributed_seat()];
    let vector = with_seats(header, &seats);
    let bytes = data_of(&vector);
    let (_, read) = Job::read(&bytes).expect("the account is a job");
    assert_eq!(read, seats);
    vector
}

fn round_with_seats() -> Vector {
    let some_round = Round {
        seed: [101; 32],
        first_hash: [102; 32],
        challenger: contributed_seat(),
        digest: [103; 32],
        opened_at: 104.into(),
        slot: 105.into(),
        drawn: 1,
        blind: 1,
        verdict: 0,
    };
    let header = account!(market::RoundHeader {
        version: 1,
        kind: 1u8,
        bump: 2u8,
        pot_bump: 3u8,
        counted: 0u8,
        siblings: 4u8,
        job: key(5),
        task: 6u32,
        payer: key(7),
        round: some_round,
        unsettled: 8u32,
        to_penalize: 9u32,
        to_award: 10u32,
        members: 11u32,
        right: 12u32,
        collected: 13u64,
        member_pay: 14u64,
        bounty: 15u64,
        reserved: [0; 32],
    });
    let seats = vec![Seat::default(), contributed_seat()];
    let vector = with_seats(header, &seats);
    let read = RoundView::read(key(0), &data_of(&vector)).expect("the account is a round");
    assert_eq!(read.seats, seats);
    vector
}
