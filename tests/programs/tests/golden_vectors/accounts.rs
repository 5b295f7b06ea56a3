//! Bytes of every account type.

use crate::{
    check,
    json::{hex, object, with_field, ToJson},
    key,
};
use anchor_lang::{
    bytemuck::{bytes_of, cast_slice, Pod},
    prelude::PodU32,
    AccountDeserialize, Discriminator,
};
use assay_governance::state::{
    self as governance, Action, Ballot, Floors, Tally, MAX_ACTIONS, SLOTS,
};
use assay_harness::RoundView;
use assay_market::{
    game::{Round, Seat, SeatState},
    state::{self as market, Job, Limits, Segment, Work, SEGMENTS},
};
use assay_rewards::state as rewards;
use assay_shared::token::TOKEN;
use assay_staking::state::{
    self as staking, Accumulator, Bucket, Commission, OwnBucket, OwnStake, Stream, BUCKETS,
    MAX_ATTESTERS,
};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;

#[derive(Serialize)]
struct Vector {
    program: &'static str,
    account: &'static str,
    fields: Value,
    /// Discriminator and fields.
    data: String,
}

/// Builds the vector of an account with these fields. The account must read back from its bytes.
fn vector<T: Pod + Discriminator + AccountDeserialize>(
    program: &'static str,
    account: &'static str,
    fields: Value,
    value: &T,
) -> Vector {
    let data = [T::DISCRIMINATOR, bytes_of(value)].concat();
    let read = T::try_deserialize(&mut data.as_slice());
    let read = read.unwrap_or_else(|error| panic!("{program} {account}: {error}"));
    assert_eq!(bytes_of(&read), bytes_of(value), "{program} {account}");
    Vector {
        program,
        account,
        fields,
        data: hex(data),
    }
}

/// Writes the fields of an account once: for its value and for the fixture.
macro_rules! account {
    ($module:ident :: $type:ident { $($field:ident: $value:expr),+ $(,)? }) => {{
        #[allow(clippy::useless_conversion, reason = "some values have the field's type already")]
        let value = $module::$type { $($field: ($value).into()),+ };
        let fields = object(&[$((stringify!($field), &value.$field as &dyn ToJson)),+]);
        vector(stringify!($module), stringify!($type), fields, &value)
    }};
}

fn staking_accounts() -> Vec<Vector> {
    let mut some_buckets = [Bucket::default(); BUCKETS];
    some_buckets[1] = Bucket {
        closes_at: 102.into(),
        matures_at: 103.into(),
        tokens: 104.into(),
        shares: 105.into(),
    };
    let mut some_own = OwnStake {
        active: 111.into(),
        matured: 112.into(),
        ..OwnStake::default()
    };
    some_own.buckets[1] = OwnBucket {
        closes_at: 113.into(),
        matures_at: 114.into(),
        tokens: 115.into(),
    };
    let some_commission = Commission {
        bps: 121.into(),
        next_bps: 122.into(),
        next_from: 123.into(),
    };
    let some_stream = Stream {
        left: 131.into(),
        updated_at: 132.into(),
        finish: 133.into(),
    };
    let some_accumulator = Accumulator {
        acc: (141 << 64).into(),
        carry: 142.into(),
    };
    let mut some_keys = [[0; 32]; MAX_ATTESTERS];
    some_keys[0] = [106; 32];
    some_keys[1] = [107; 32];
    vec![
        account!(staking::Params {
            version: 1u8,
            bump: 2u8,
            authority: key(3),
            stake_mint: key(4),
            market_authority: key(5),
            rewards_authority: key(6),
            min_self_stake: 7u64,
            unbonding_period: 8u64,
            min_delegation: 9u64,
            leverage: 10u64,
            exposure: 11u64,
            claim_span: 12u64,
            paused: 13u64,
            paused_until: 14i64,
            reserved: [0; 32],
        }),
        account!(staking::Provider {
            version: 1u8,
            bump: 2u8,
            cpu_cores: 3u16,
            memory_gib: 4u16,
            gpus: 5u16,
            region: 6u16,
            commission: some_commission,
            owner: key(7),
            node: key(8),
            beneficiary: key(9),
            stake_vault: key(10),
            reward_vault: key(11),
            own: some_own,
            active_tokens: 12u64,
            active_shares: 13u64,
            requested_shares: 14u64,
            buckets: some_buckets,
            matured_tokens: 15u64,
            pending_tokens: 16u64,
            generation: 17u32,
            holders: 18u32,
            unsettled: 19u32,
            delegations: 20u32,
            records: 21u32,
            allocated: 22u64,
            retires_at: 23i64,
            owner_rewards: 24u64,
            rewards_held: 25u64,
            stream: some_stream,
            accumulator: some_accumulator,
            reserved: [0; 32],
        }),
        account!(staking::Delegation {
            version: 1u8,
            bump: 2u8,
            provider: key(3),
            owner: key(4),
            shares: 5u64,
            requested: 6u64,
            pending: 7u64,
            pending_from: 8i64,
            generation: 9u32,
            paid: 10u128 << 64,
            fraction: 11u64,
            rewards: 12u64,
            reserved: [0; 32],
        }),
        account!(staking::Ticket {
            version: 1u8,
            bump: 2u8,
            provider: key(3),
            delegation: key(4),
            owner: key(5),
            payer: key(6),
            matures_at: 7i64,
            shares: 8u64,
            reserved: [0; 32],
        }),
        account!(staking::Matured {
            version: 1u8,
            bump: 2u8,
            provider: key(3),
            payer: key(4),
            matures_at: 5i64,
            tokens: 6u64,
            shares: 7u64,
            reserved: [0; 32],
        }),
        account!(staking::AttesterSet {
            version: 1,
            bump: 2u8,
            count: 2u8,
            id: 3u32,
            authority: key(4),
            payer: key(5),
            identity: [6; 32],
            keys: some_keys,
            reserved: [0; 32],
        }),
        account!(staking::Credential {
            version: 1,
            bump: 2u8,
            region: 3u16,
            set: key(4),
            authority: key(5),
            provider: key(6),
            payer: key(7),
            expires_at: 8i64,
            reserved: [0; 32],
        }),
    ]
}

fn market_accounts() -> Vec<Vector> {
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

/// Returns the bytes of a vector's account.
fn data_of(vector: &Vector) -> Vec<u8> {
    hex::decode(&vector.data).expect("hexadecimal digits")
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

fn rewards_accounts() -> Vec<Vector> {
    vec![
        account!(rewards::Emission {
            version: 1,
            bump: 2u8,
            authority_bump: 3u8,
            funder_bump: 4u8,
            authority: key(5),
            mint: key(6),
            treasury: key(7),
            pot: key(8),
            cap: 9u64,
            genesis_supply: 10u64,
            initial_emission: 11u64,
            halving_epochs: 12u64,
            minted: 13u64,
            next_epoch: 14u64,
            workers_bps: 15u64,
            stakers_bps: 16u64,
            kappa_bps: 17u64,
            reserved: [0; 32],
        }),
        account!(rewards::EpochRewards {
            version: 1,
            bump: 2u8,
            epoch: 3u64,
            amount: 4u64,
            stakers: 5u64,
            claimed: 6u64,
            total_weight: 7u64,
            claimed_weight: 8u64,
            payer: key(9),
            reserved: [0; 32],
        }),
        account!(rewards::ClaimRecord {
            version: 1,
            bump: 2u8,
            provider: key(3),
            payer: key(4),
            newest: 5u64,
            bitmap: 6u64,
            reserved: [0; 32],
        }),
        account!(rewards::Module {
            version: 1,
            bump: 2u8,
            royalty_bps: 3u16,
            hash: [4; 32],
            author: key(5),
            offered_to: key(6),
            payer: key(7),
            uri: [8; 96],
            reserved: [0; 32],
        }),
        receipt_with_output(),
    ]
}

/// Behind the header of a receipt lie the number of bytes of the output (u32, little-endian) and the output.
fn receipt_with_output() -> Vector {
    let header = account!(rewards::Receipt {
        version: 1,
        policy: 0u8,
        gate: 1u8,
        agreed: 2u8,
        rounds: 1u8,
        checked: 1u8,
        has_output: 1u8,
        region: 3u16,
        task: 4u32,
        exit_code: 5u32,
        job: key(6),
        job_seed: [7; 32],
        requester: key(8),
        module: [9; 32],
        input: [10; 32],
        digest: [11; 32],
        output: [12; 32],
        mint: key(13),
        credential_set: key(14),
        attesters: [15; 32],
        author: key(16),
        fuel_used: 17u64,
        price: 18u64,
        bond: 19u64,
        lie: 20u64,
        least_collateral: 21u64,
        runtime_id: [22; 8],
        fuel: 23u64,
        memory_bytes: 24u64,
        output_bytes: 25u64,
        run_window: 26u32,
        finalized_at: 27i64,
        closes_at: 28i64,
        payer: key(29),
        reserved: [0; 32],
    });
    let output: Vec<u8> = vec![30, 31, 32];
    let count = u32::try_from(output.len()).expect("three bytes");
    let vector = Vector {
        fields: with_field(header.fields, "kept_output", &output),
        data: header.data + &hex([&count.to_le_bytes()[..], &output].concat()),
        ..header
    };
    let bytes = data_of(&vector);
    let (_, kept) = rewards::Receipt::read(&bytes).expect("the account is a receipt");
    assert_eq!(kept, Some(&output[..]));
    vector
}

fn governance_accounts() -> Vec<Vector> {
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

fn vectors() -> Vec<Vector> {
    let mut vectors = staking_accounts();
    vectors.extend(market_accounts());
    vectors.extend(rewards_accounts());
    vectors.extend(governance_accounts());
    vectors
}

#[test]
fn accounts_are_those_of_the_fixture() {
    let description = "Data of one account of each type with these fields: 8 bytes of discriminator, then the fields in the \
        order of the IDL, integers little-endian, without padding. Behind the header of a Job and of a Round lie the number \
        of its seats (4 bytes) and the seats.";
    check("accounts", description, vectors());
}

#[test]
fn no_two_account_types_share_a_discriminator_in_a_program() {
    let vectors = vectors();
    let of = |vector: &Vector| (vector.program, vector.data[..16].to_owned());
    let distinct: HashSet<_> = vectors.iter().map(of).collect();
    assert_eq!(distinct.len(), vectors.len());
}
