//! Data and account lists of every instruction.

use crate::{
    check,
    json::{hex, object, ToJson},
    key,
};
use anchor_lang::bytemuck::Zeroable;
use assay_governance::{
    instructions::{FloorsConfig, GovernanceConfig},
    state::{Action, Grant, ProposalDraft, ProposedAction, Side, Target},
};
use assay_harness::{
    instruction::{
        governance::{self, Decision, LockTerms, Treasury},
        market::{
            self, AttesterSignature, ExtendJobParams, JobAddresses, OpenRoundParams,
            PaymentMintInfo, PenaltyParams, PostJobParams, SeatPlace, TaskSeat,
        },
        rewards,
        staking::{self, MaturedRecord, SlashAccounts, SlashAmounts, TicketAccounts},
    },
    Instruction,
};
use assay_market::{
    game::{contribution::Contribution, round::RoundKind},
    instructions::{AttestedResult, ChallengeArgs, MarketConfig, Opening, WorkerSettings},
    state::{Attestation, JobTerms, MintChange, Param as MarketParam, Source},
};
use assay_rewards::{
    instructions::RewardsConfig,
    state::{Param as RewardsParam, ReceiptArgs},
};
use assay_shared::token::TOKEN;
use assay_staking::{
    instructions::StakingConfig,
    state::{Param as StakingParam, ProviderProfile},
};
use serde::Serialize;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

#[derive(Serialize)]
struct Vector {
    program: &'static str,
    instruction: &'static str,
    arguments: Value,
    #[serde(flatten)]
    bytes: Bytes,
    /// Instructions of other programs that must come before it in its transaction.
    preceded_by: Vec<Bytes>,
}

#[derive(Serialize)]
struct Bytes {
    program_id: String,
    data: String,
    accounts: Vec<Meta>,
}

#[derive(Serialize)]
struct Meta {
    address: String,
    signer: bool,
    writable: bool,
}

fn bytes(instruction: &Instruction) -> Bytes {
    let accounts = instruction.accounts.iter().map(|meta| Meta {
        address: hex(meta.pubkey),
        signer: meta.is_signer,
        writable: meta.is_writable,
    });
    Bytes {
        program_id: hex(instruction.program_id),
        data: hex(&instruction.data),
        accounts: accounts.collect(),
    }
}

/// Builds a vector from a transaction whose last instruction is the one of this name.
fn last(
    program: &'static str,
    instruction: &'static str,
    arguments: &[(&str, &dyn ToJson)],
    transaction: &[Instruction],
) -> Vector {
    let (own, before) = transaction.split_last().expect("an instruction");
    Vector {
        program,
        instruction,
        arguments: object(arguments),
        bytes: bytes(own),
        preceded_by: before.iter().map(bytes).collect(),
    }
}

fn one(
    program: &'static str,
    instruction: &'static str,
    arguments: &[(&str, &dyn ToJson)],
    built: Instruction,
) -> Vector {
    last(program, instruction, arguments, &[built])
}

const AMOUNT: u64 = 0x0123_4567_89ab_cdef;
const NONCE: u64 = 2;
const EPOCH: u64 = 3;
const VALUE: u64 = 4;
/// The number of the first votable parameter of each program.
const FIRST_PARAM: u8 = 0;

#[rustfmt::skip]
fn staking_instructions() -> Vec<Vector> {
    let one = |name, arguments: &[(&str, &dyn ToJson)], built| one("staking", name, arguments, built);
    let (deployer, owner, authority, market_authority) = (key(1), key(2), key(3), key(4));
    let (mint, source, provider) = (key(5), key(6), key(8));
    let config = StakingConfig {
        authority,
        market_authority,
        rewards_authority: key(28),
        min_self_stake: 9,
        unbonding_period: 10,
        min_delegation: 29,
        leverage: 30,
        claim_span: 31,
    };
    let profile = ProviderProfile { node: key(11), cpu_cores: 12, memory_gib: 13, gpus: 14, region: 15 };
    let (shares, award, infraction_time, exposure, release) = (16u64, 17u64, -18i64, 19u64, 21u64);
    let (id, keys, set, region, expires_at) = (22u32, vec![[23u8; 32], [24; 32]], key(25), 26u16, 27i64);
    let accounts = SlashAccounts { market_authority, provider, stake_mint: mint, award_account: key(20) };
    let (free, bits, until, commission_bps, matures_at) = (32u64, 5u64, 33i64, 34u16, 35i64);
    let (beneficiary, delegator, payer) = (key(36), key(37), key(38));
    let amounts = SlashAmounts { amount: AMOUNT, award, release, free, infraction_time };
    let bump_of = |payee| assay_harness::pda::ata_and_bump(payee, &mint, &TOKEN).1;
    let record = MaturedRecord { address: assay_harness::pda::staking::matured(&provider, matures_at), payer };
    let ticket = TicketAccounts { owner: delegator, provider, matures_at, payer, record: Some(record) };
    vec![
        one("initialize", &[("config", &config)], staking::initialize(deployer, mint, config)),
        one("set_params", &[("param", &FIRST_PARAM), ("value", &VALUE)],
            staking::set_params(authority, StakingParam::MinSelfStake, VALUE)),
        one("set_pause", &[("bits", &bits), ("until", &until)], staking::set_pause(authority, bits, until)),
        one("register_provider", &[("profile", &profile), ("commission_bps", &commission_bps)],
            staking::register_provider(owner, mint, profile, commission_bps)),
        one("update_provider", &[("profile", &profile)], staking::update_provider(owner, profile)),
        one("set_beneficiary", &[("beneficiary", &beneficiary)], staking::set_beneficiary(owner, beneficiary)),
        one("set_commission", &[("bps", &commission_bps)], staking::set_commission(owner, commission_bps)),
        one("deposit_stake", &[("amount", &AMOUNT)], staking::deposit_stake(owner, source, AMOUNT)),
        one("begin_unbond", &[("amount", &AMOUNT)], staking::begin_unbond(owner, AMOUNT)),
        one("cancel_unbond", &[("amount", &AMOUNT)], staking::cancel_unbond(owner, AMOUNT)),
        one("withdraw_stake", &[("bump", &bump_of(&owner))], staking::withdraw_stake(owner, &mint)),
        one("delegate", &[("amount", &AMOUNT)], staking::delegate(delegator, &provider, source, AMOUNT)),
        one("activate_delegation", &[], staking::activate_delegation(&delegator, &provider)),
        one("withdraw_pending", &[("bump", &bump_of(&delegator))],
            staking::withdraw_pending(delegator, &provider, &mint)),
        one("request_undelegation", &[("shares", &shares)],
            staking::request_undelegation(delegator, &provider, shares)),
        one("undelegate", &[("shares", &shares), ("matures_at", &matures_at)],
            staking::undelegate(payer, &delegator, &provider, shares, matures_at)),
        one("mature_bucket", &[("matures_at", &matures_at)], staking::mature_bucket(payer, &provider, matures_at)),
        one("withdraw_ticket", &[("bump", &bump_of(&delegator))], staking::withdraw_ticket(ticket, &mint)),
        one("claim_rewards", &[("bump", &bump_of(&delegator))],
            staking::claim_rewards(&delegator, &provider, &mint)),
        one("claim_owner_rewards", &[("bump", &bump_of(&beneficiary))],
            staking::claim_owner_rewards(&owner, &beneficiary, &mint)),
        one("close_delegation", &[], staking::close_delegation(delegator, &provider)),
        one("fund_rewards", &[("direct", &AMOUNT), ("streamed", &VALUE)],
            staking::fund_rewards(key(28), &provider, AMOUNT, VALUE)),
        one("allocate_stake", &[("amount", &AMOUNT)], staking::allocate_stake(market_authority, owner, AMOUNT)),
        one("deallocate_stake", &[("amount", &AMOUNT)],
            staking::deallocate_stake(market_authority, provider, AMOUNT)),
        one("yield_stake", &[("free", &free)], staking::yield_stake(market_authority, provider, free)),
        one("slash_stake",
            &[("amount", &AMOUNT), ("award", &award), ("release", &release), ("free", &free),
                ("infraction_time", &infraction_time)],
            staking::slash_stake(accounts, amounts)),
        one("begin_retirement", &[], staking::begin_retirement(owner)),
        one("retire_provider", &[], staking::retire_provider(owner, mint)),
        one("version", &[], staking::version()),
        one("set_exposure", &[("exposure", &exposure)], staking::set_exposure(market_authority, exposure)),
        one("open_attester_set", &[("id", &id), ("keys", &keys)],
            staking::open_attester_set(authority, owner, id, keys.clone())),
        one("close_attester_set", &[], staking::close_attester_set(authority, owner, set)),
        one("issue_credential", &[("region", &region), ("expires_at", &expires_at)],
            staking::issue_credential(authority, owner, set, provider, region, expires_at)),
        one("revoke_credential", &[], staking::revoke_credential(authority, owner, set)),
    ]
}

/// Terms of a job of two tasks. The client fills in `escrow_bump`.
fn terms() -> JobTerms {
    JobTerms {
        nonce: NONCE,
        module: [1; 32],
        manifest: [2; 32],
        store: [3; 64],
        task_count: 2,
        checks_bps: 11_500,
        lie_prices: 100,
        runtime_id: [10; 8],
        escrow_bump: 0,
        price: 4,
        fuel: 5,
        memory_bytes: 6,
        output_bytes: 7,
        claim_window: 8,
        run_window: 9,
        least_collateral: 11,
        credential_set: key(12),
        author: key(13),
        inputs: [14; 32],
        royalty_bps: 15,
        region: 16,
        gate: 1,
        policy: 0,
        attestations: 0,
    }
}

/// Rent of an account in the vectors, lamports: as many as it has bytes. Real rent depends on the cluster.
fn rent(space: usize) -> u64 {
    space as u64
}

#[rustfmt::skip]
fn job_instructions() -> Vec<Vector> {
    let one = |name, arguments: &[(&str, &dyn ToJson)], built| one("market", name, arguments, built);
    let last = |name, arguments: &[(&str, &dyn ToJson)], built: &[Instruction]| last("market", name, arguments, built);
    let (deployer, authority, payer, owner) = (key(1), key(2), key(3), key(4));
    let (provider, worker, requester) = (key(5), key(6), key(8));
    let (mint, fee_vault, source) = (key(9), key(10), key(11));
    let config = MarketConfig {
        authority,
        genesis_hash: [44; 32],
        genesis_time: -13,
        epoch_length: 14,
        fee_bps: 15,
        bond_bps: 16,
        missed_bps: 17,
        reserve: 18,
        step: 19,
        min_hold: 20,
        open_window: 21,
        max_claim_window: 22,
        max_run_window: 23,
        tally_window: 24,
    };
    let payment = PaymentMintInfo { mint, token_program: TOKEN, fee_vault };
    let job = JobAddresses::new(requester, NONCE, payment);
    let order = PostJobParams { requester, payment, source, escrow: AMOUNT, attesters: None, terms: terms() };
    let posting = market::post_job(order, rent).expect("the job fits an account");
    let escrow_bump = assay_harness::pda::market::escrow_authority(&job.address).1;
    let posted = JobTerms { escrow_bump, ..terms() };
    let with_author = JobAddresses { author: owner, ..job };
    let refund_bump = assay_harness::pda::ata_and_bump(&requester, &mint, &TOKEN).1;
    let vault_bump = assay_harness::pda::ata_and_bump(&owner, &mint, &TOKEN).1;
    let fee_authority = MintChange::FeeAuthority as u8;
    let (tasks, manifest, stake_rate, first_task, count) = (3u32, [25u8; 32], 26u64, 27u32, 28u32);
    let (inputs, until) = ([43u8; 32], 44i64);
    let extension = ExtendJobParams { tasks, manifest, inputs, source, escrow: AMOUNT, rent: 29 };
    let settings = WorkerSettings {
        seat_bond: 38,
        locked: 39,
        daily_misses: 40,
        encryption_key: [41; 32],
        read_url: [42; 96],
    };
    vec![
        one("initialize", &[("config", &config)], market::initialize(deployer, config)),
        one("offer_authority", &[("to", &payer)], market::offer_authority(authority, payer)),
        one("accept_authority", &[], market::accept_authority(authority)),
        one("set_params", &[("param", &FIRST_PARAM), ("value", &VALUE)],
            market::set_params(authority, MarketParam::FeeBps, VALUE)),
        one("set_pause", &[("bits", &VALUE), ("until", &until)], market::set_pause(authority, VALUE, until)),
        one("allow_mint", &[("stake_rate", &stake_rate), ("vault_bump", &vault_bump)],
            market::allow_mint(authority, payer, mint, &TOKEN, &owner, stake_rate)),
        one("set_mint", &[("change", &fee_authority), ("value", &u64::from(vault_bump))],
            market::set_mint_fee_authority(authority, &mint, &TOKEN, &owner)),
        one("open_worker", &[], market::open_worker(owner)),
        one("sync_worker", &[], market::sync_worker(provider)),
        one("add_collateral", &[("amount", &AMOUNT)], market::add_collateral(owner, AMOUNT)),
        one("remove_collateral", &[("amount", &AMOUNT)], market::remove_collateral(owner, AMOUNT)),
        one("yield_collateral", &[], market::yield_collateral(provider)),
        last("post_job", &[("terms", &posted)], &posting),
        last("extend_job", &[("tasks", &tasks), ("manifest", &manifest), ("inputs", &inputs)], &market::extend_job(&job, extension)),
        one("cancel_job", &[("first_task", &first_task), ("count", &count)],
            market::cancel_job(requester, job.address, first_task, count)),
        one("close_job", &[("bump", &refund_bump), ("author_bump", &vault_bump)], market::close_job(&with_author)),
        one("update_worker", &[("settings", &settings)], market::update_worker(owner, settings)),
        one("tally_work", &[("epoch", &EPOCH)], market::tally_work(payer, worker, EPOCH)),
        one("close_work", &[], market::close_work(payer, EPOCH, 15)),
    ]
}

#[rustfmt::skip]
fn seat_instructions() -> Vec<Vector> {
    let one = |name, arguments: &[(&str, &dyn ToJson)], built| one("market", name, arguments, built);
    let last = |name, arguments: &[(&str, &dyn ToJson)], built: &[Instruction]| last("market", name, arguments, built);
    let (payer, owner, provider, worker) = (key(3), key(4), key(5), key(6));
    let (node, requester, mint, fee_vault) = (key(7), key(8), key(9), key(10));
    let payment = PaymentMintInfo { mint, token_program: TOKEN, fee_vault };
    let job = JobAddresses::new(requester, NONCE, payment);
    let (task, seat, seed, hash, seal) = (30u32, 1u8, [31u8; 32], [32u8; 32], [36u8; 32]);
    let (digest, seats, round) = ([33u8; 32], vec![0u32, 35], key(37));
    let (place, contribution) = (TaskSeat { task, seat }, Contribution { hash, seal });
    let stake_mint = key(43);
    let challenge = ChallengeArgs { seed, hash, seal };
    let of_challenger = OpenRoundParams {
        payer: node,
        job: job.address,
        task,
        kind: RoundKind::Dispute,
        first_worker: key(44),
        stake_mint,
        challenge: Some((worker, seed, contribution)),
    };
    let dispute = assay_harness::pda::market::round(&job.address, task, Source::Dispute);
    let pot_bump = assay_harness::pda::ata_and_bump(&dispute, &stake_mint, &TOKEN).1;
    let pay_bump = assay_harness::pda::ata_and_bump(&owner, &mint, &TOKEN).1;
    let own_worker = assay_harness::pda::market::worker(&assay_harness::pda::staking::provider(&owner));
    let held_bump = assay_harness::pda::ata_and_bump(&own_worker, &mint, &TOKEN).1;
    let award_bump = assay_harness::pda::ata_and_bump(&owner, &stake_mint, &TOKEN).1;
    let opening = Opening { digest, memory: [45; 32] };
    let lied = PenaltyParams {
        job: job.address,
        provider,
        place: SeatPlace { task, source: Source::Appeal, seat },
        disputed: true,
        stake_mint,
    };
    let (kind, appeal) = (RoundKind::Dispute as u8, Source::Appeal as u8);
    let result = AttestedResult { digest, fuel_used: 46, energy_mj: 47, expires_at: 48 };
    let attestation = Attestation {
        genesis_hash: [49; 32],
        job: job.address,
        job_seed: seed,
        task,
        worker,
        set: key(50),
        digest,
        fuel_used: result.fuel_used,
        energy_mj: result.energy_mj,
        expires_at: result.expires_at,
    };
    let signature = AttesterSignature { key: [51; 32], signature: [52; 64] };
    vec![
        one("claim_task", &[("task", &task), ("seat", &seat), ("seed", &seed)],
            market::claim_task(node, worker, job.address, seed, place, None)),
        one("contribute", &[("task", &task), ("seat", &seat), ("hash", &hash), ("seal", &seal)],
            market::contribute(node, worker, job.address, place, &contribution)),
        one("draw_seat", &[("task", &task), ("seat", &seat)], market::draw_seat(job.address, place, Some(round))),
        one("open_task", &[("task", &task), ("digest", &digest)],
            market::open_task(job.address, task, digest, Some(round))),
        one("expire_task", &[("task", &task)], market::expire_task(job.address, task, None)),
        one("penalize_worker", &[("task", &task), ("source", &appeal), ("seat", &seat)],
            market::penalize_worker(&lied)),
        one("collect_pay", &[("seats", &seats), ("bump", &pay_bump)],
            market::collect_pay(&job, &owner, seats.clone())),
        one("hold_pay", &[("seats", &seats), ("bump", &pay_bump), ("held_bump", &held_bump)],
            market::hold_pay(&job, &owner, seats.clone(), None)),
        one("collect_held", &[("bump", &pay_bump)], market::collect_held(&owner, &mint, &TOKEN)),
        one("open_check", &[("task", &task)], market::open_check(payer, job.address, task)),
        last("open_round",
            &[("task", &task), ("kind", &kind), ("pot_bump", &pot_bump), ("challenge", &Some(challenge))],
            &market::open_round(&of_challenger)),
        one("claim_round", &[("seat", &seat)], market::claim_round(node, worker, job.address, round, seat)),
        one("contribute_round", &[("seat", &seat), ("hash", &hash), ("seal", &seal)],
            market::contribute_round(node, worker, job.address, round, seat, &contribution)),
        one("decide_round", &[("opening", &Some(opening))],
            market::decide_round(job.address, round, None, Some(opening))),
        one("collect_check", &[("bump", &pay_bump)], market::collect_check(&job, &owner, task)),
        one("count_dispute", &[], market::count_dispute(job.address, task, true, false)),
        one("collect_award", &[("source", &appeal), ("seat", &seat), ("bump", &award_bump)],
            market::collect_award(job.address, &owner, SeatPlace { task, source: Source::Appeal, seat }, &stake_mint)),
        one("close_round", &[],
            market::close_round(payer, job.address, task, Source::Appeal, true, &stake_mint)),
        last("submit_attested", &[("task", &task), ("seed", &seed), ("result", &result)],
            &market::submit_attested(node, &attestation, &[signature], None)),
    ]
}

#[rustfmt::skip]
fn rewards_instructions() -> Vec<Vector> {
    let one = |name, arguments: &[(&str, &dyn ToJson)], built| one("rewards", name, arguments, built);
    let (deployer, authority, payer, provider, owner) = (key(1), key(2), key(3), key(4), key(5));
    let config = RewardsConfig {
        authority,
        treasury_holder: key(27),
        genesis_holder: key(6),
        cap: 7,
        genesis_supply: 8,
        initial_emission: 9,
        halving_epochs: 10,
        workers_bps: 11,
        stakers_bps: 28,
        kappa_bps: 12,
    };
    let (hash, royalty_bps, uri, task) = ([13u8; 32], 14u16, [15u8; 96], 16u32);
    let args = ReceiptArgs {
        exit_code: 17,
        fuel_used: 18,
        output_hash: [19; 32],
        memory: [20; 32],
        input: [21; 32],
        proof: vec![[22; 32], [23; 32]],
        output: Some(vec![24, 25]),
        lifetime: 26,
    };
    vec![
        one("initialize", &[("config", &config)], rewards::initialize(deployer, config)),
        one("set_params", &[("param", &FIRST_PARAM), ("value", &VALUE)],
            rewards::set_params(authority, RewardsParam::WorkersBps, VALUE)),
        one("finalize_epoch", &[("epoch", &EPOCH)], rewards::finalize_epoch(payer, EPOCH)),
        one("skip_epoch", &[("epoch", &EPOCH)], rewards::skip_epoch(EPOCH)),
        one("open_claim_record", &[], rewards::open_claim_record(payer, &provider)),
        one("claim_epochs", &[], rewards::claim_epochs(&provider, &[EPOCH, EPOCH + 1])),
        one("close_epoch", &[], rewards::close_epoch(payer, EPOCH)),
        one("close_claim_record", &[], rewards::close_claim_record(payer, &provider)),
        one("register_module", &[("hash", &hash), ("royalty_bps", &royalty_bps), ("uri", &uri)],
            rewards::register_module(payer, hash, royalty_bps, uri)),
        one("offer_module", &[("to", &owner)], rewards::offer_module(payer, &hash, owner)),
        one("accept_module", &[], rewards::accept_module(owner, &hash)),
        one("retire_module", &[], rewards::retire_module(owner, payer, &hash)),
        last("rewards", "write_receipt", &[("task", &task), ("args", &args)],
            &rewards::write_receipt(payer, owner, &hash, task, args.clone(), rent)),
        one("close_receipt", &[], rewards::close_receipt(payer, owner)),
        one("version", &[], rewards::version()),
    ]
}

/// Actions that need all accounts that there are for them.
fn some_actions() -> Vec<ProposedAction> {
    vec![
        ProposedAction::set_param(Target::Market, FIRST_PARAM, 19),
        ProposedAction::transfer(key(20), 21, 22, key(23), 24),
        ProposedAction::grant(key(25), 26, 27, key(28), 0),
        ProposedAction::allow_mint(key(29), 30, 31),
        ProposedAction::set_rate(key(32), 33),
    ]
}

#[rustfmt::skip]
fn governance_instructions() -> Vec<Vector> {
    let one = |name, arguments: &[(&str, &dyn ToJson)], built| one("governance", name, arguments, built);
    let (deployer, owner, mint, account) = (key(1), key(2), key(3), key(4));
    let (source, destination, proposal, vote) = (key(5), key(6), key(7), key(8));
    let (lock, guardian, buffer, wallet, grant) = (key(9), key(10), key(11), key(12), key(13));
    let ata_bump = assay_harness::pda::ata_and_bump(&owner, &mint, &TOKEN).1;
    let config = GovernanceConfig {
        quorum_bps: 9,
        threshold: 10,
        voting_time: 11,
        hold_up: 12,
        execution_window: 13,
        proposal_deposit: 14,
        min_lock: 15,
        max_lock: 16,
        notice: 17,
        spend_bps: 18,
        floors: FloorsConfig { notice: 19, voting_time: 20, hold_up: 21, execution_window: 22, threshold: 23 },
        floor_bps: 24,
        guardian,
    };
    let terms = LockTerms { nonce: NONCE, amount: AMOUNT, duration: 17 };
    let index = 18u64;
    let actions = some_actions();
    let kept: Vec<Action> = actions.iter().map(|action| action.checked().expect("a sound action")).collect();
    let draft = ProposalDraft { title: [20; 64], description: [21; 32], secret: 1, actions };
    let (side, commitment, salt) = (Side::Abstain, [34u8; 32], [35u8; 32]);
    let (target, bits, seconds) = (Target::Market, 5u64, 36u64);
    let number = target as u8;
    let treasury = Treasury { vote_mint: mint, account };
    let execute = governance::execute_proposal(owner, Decision { index, actions: &kept }, &treasury, |_| TOKEN);
    let terms_of_grant = Grant {
        recipient: owner, mint, token_program: TOKEN, payer: deployer, ..Grant::zeroed()
    };
    vec![
        one("initialize", &[("config", &config)], governance::initialize(deployer, mint, account, config)),
        one("lock_tokens", &[("nonce", &terms.nonce), ("amount", &terms.amount), ("duration", &terms.duration)],
            governance::lock_tokens(owner, mint, source, terms)),
        one("renew_lock", &[], governance::renew_lock(owner, NONCE)),
        one("begin_unlock", &[], governance::begin_unlock(owner, NONCE)),
        one("lapse_lock", &[], governance::lapse_lock(lock)),
        one("withdraw_lock", &[("bump", &0u8)], governance::withdraw_lock_to(owner, NONCE, destination)),
        one("propose", &[("index", &index), ("draft", &draft)],
            governance::propose(owner, index, mint, source, draft.clone())),
        one("open_vote", &[], governance::open_vote(proposal, mint)),
        one("cast_vote", &[("side", &side)], governance::cast_vote(owner, NONCE, proposal, side)),
        one("cast_secret_vote", &[("commitment", &commitment)],
            governance::cast_secret_vote(owner, NONCE, proposal, commitment)),
        one("reveal_vote", &[("side", &side), ("salt", &salt)], governance::reveal_vote(proposal, lock, side, salt)),
        one("close_vote", &[], governance::close_vote(owner, vote)),
        one("execute_proposal", &[], execute),
        one("execute_upgrade", &[], governance::execute_upgrade(proposal, target, buffer, wallet)),
        one("return_buffer", &[], governance::return_buffer(proposal, buffer, wallet)),
        one("close_proposal", &[("bump", &0u8)], governance::close_proposal_to(owner, proposal, &mint, destination)),
        one("claim_grant", &[("bump", &ata_bump)], governance::claim_grant(grant, &terms_of_grant)),
        one("close_grant", &[("bump", &0u8)], governance::close_grant(grant, &terms_of_grant, &treasury)),
        one("veto_proposal", &[], governance::veto_proposal(guardian, proposal)),
        one("pause_operation", &[("target", &number), ("bits", &bits), ("seconds", &seconds)],
            governance::pause_operation(guardian, target, bits, seconds)),
        one("lift_pause", &[("target", &number)], governance::lift_pause(guardian, target)),
        one("close_mint", &[], governance::close_mint(guardian, &mint)),
        one("accept_guardian", &[], governance::accept_guardian(guardian)),
        one("accept_market", &[], governance::accept_market()),
        one("accept_program", &[], governance::accept_program(owner, target)),
        one("version", &[], governance::version()),
    ]
}

fn vectors() -> Vec<Vector> {
    let mut vectors = staking_instructions();
    vectors.extend(job_instructions());
    vectors.extend(seat_instructions());
    vectors.extend(rewards_instructions());
    vectors.extend(governance_instructions());
    vectors
}

#[test]
fn instructions_are_those_of_the_fixture() {
    let description = "Each instruction with these arguments: its data (8 bytes of discriminator, then the arguments in the \
        order of the IDL, integers little-endian, a list behind its length of 4 bytes) and its accounts in the order of the \
        IDL, with those of the epoch's work behind them in finalize_epoch and skip_epoch. `preceded_by` are the instructions \
        that come before it in its transaction.";
    check("instructions", description, vectors());
}

#[test]
fn every_instruction_has_one_vector() {
    let vectors = vectors();
    let mut counts = HashMap::new();
    for vector in &vectors {
        *counts.entry(vector.program).or_insert(0) += 1;
    }
    let expected = [
        ("staking", 34),
        ("market", 38),
        ("rewards", 15),
        ("governance", 26),
    ];
    assert_eq!(counts, HashMap::from(expected));
    let of = |vector: &Vector| (vector.program, vector.bytes.data[..16].to_owned());
    let distinct: HashSet<_> = vectors.iter().map(of).collect();
    assert_eq!(distinct.len(), vectors.len(), "a discriminator comes twice");
}
