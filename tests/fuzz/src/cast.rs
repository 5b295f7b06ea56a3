//! Who takes part, and every address that a number names.
//!
//! A step of a sequence names everything by numbers that mean the same in every sequence, so that it stays what it is when
//! the steps before it are removed.

use assay_client::{
    instruction::market::{JobAddresses, PaymentMintInfo},
    pda, Address,
};
use assay_governance::{addresses, state::Target};
use assay_harness::{keypairs, Keypair, Signer as _, TestContext};
use assay_market::state::Source;
use std::sync::OnceLock;

/// Owners of providers and workers: the actors `0..OWNERS`.
pub const OWNERS: u64 = 8;
/// Wallets that order jobs: the actors `OWNERS..OWNERS + REQUESTERS`.
pub const REQUESTERS: u64 = 3;
/// Jobs that a requester has at a time.
pub const NONCES: u64 = 3;
/// Places of jobs: requester and nonce in one number.
pub const SLOTS: u64 = REQUESTERS * NONCES;
/// Most tasks of a job.
pub const TASKS: u64 = 8;
/// Locks of one owner at a time.
pub const LOCKS: u64 = 3;
/// Payment mints: a classic one and one of Token-2022.
pub const MINTS: u64 = 2;

/// Wallets beside owners and requesters.
const OTHERS: [&str; 10] = [
    "vera", "viktor", "anyone", "mallory", "admin", "issuer", "founder", "treasury", "lab",
    "guardian",
];
const OWNER_NAMES: [&str; OWNERS as usize] = [
    "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan",
];
const REQUESTER_NAMES: [&str; REQUESTERS as usize] = ["alice", "rita", "rob"];
/// Wallets that only delegate or vote.
const HOLDER_NAMES: [&str; HOLDERS as usize] = ["hanna", "hugo", "ida", "jonas", "karla", "lena"];

/// The first wallet that votes and orders nothing; two of them.
pub const VOTER: u64 = OWNERS + REQUESTERS;
/// A wallet that sends what anyone may send.
pub const ANYONE: u64 = VOTER + 2;
/// A wallet that owns nothing and tries everything.
pub const MALLORY: u64 = ANYONE + 1;
/// Has the market's authority until governance takes it.
pub const ADMIN: u64 = ANYONE + 2;
/// May mint the payment tokens.
pub const ISSUER: u64 = ANYONE + 3;
/// Holds the genesis supply.
pub const FOUNDER: u64 = ANYONE + 4;
/// Receives fees and forfeited deposits.
pub const TREASURY: u64 = ANYONE + 5;
/// Opens attester sets and vouches for providers.
pub const LAB: u64 = ANYONE + 6;
/// The guardian, until a vote names another.
pub const GUARDIAN: u64 = ANYONE + 7;
/// The upgrade authority of the programs.
pub const DEPLOYER: u64 = ANYONE + 8;
/// The first wallet that holds tokens and does nothing but delegate and vote.
pub const HOLDER: u64 = DEPLOYER + 1;
/// How many of them there are.
pub const HOLDERS: u64 = 6;
/// Wallets in all.
pub const ACTORS: u64 = HOLDER + HOLDERS;

/// Addresses that are derived once.
pub struct Cast {
    /// Every wallet.
    pub actors: Vec<Address>,
    /// The node keys of the owners.
    pub nodes: Vec<Address>,
    /// The providers of the owners.
    pub providers: Vec<Address>,
    /// The workers of the owners.
    pub workers: Vec<Address>,
    /// The payment mints.
    pub mints: Vec<Address>,
}

/// Returns the addresses of everybody.
pub fn cast() -> &'static Cast {
    static CAST: OnceLock<Cast> = OnceLock::new();
    CAST.get_or_init(|| {
        let names = OWNER_NAMES.iter().chain(&REQUESTER_NAMES).chain(&OTHERS);
        let mut actors: Vec<Address> = names.map(|name| keypairs::address_of(name)).collect();
        actors.push(keypairs::address_of(assay_harness::DEPLOYER));
        actors.extend(HOLDER_NAMES.map(keypairs::address_of));
        let nodes = OWNER_NAMES.map(|name| keypairs::address_of(&keypairs::node_of(name)));
        Cast {
            actors,
            nodes: nodes.to_vec(),
            providers: OWNER_NAMES.map(keypairs::provider_of).to_vec(),
            workers: OWNER_NAMES.map(keypairs::worker_of).to_vec(),
            mints: ["USD", "EUR"]
                .map(|name| keypairs::keypair(&format!("mint {name}")).pubkey())
                .to_vec(),
        }
    })
}

/// Returns an item of a list by any number.
fn at(list: &[Address], index: u64) -> Address {
    let place = usize::try_from(index % list.len() as u64).unwrap_or(0);
    list[place]
}

/// Returns a wallet.
pub fn actor(index: u64) -> Address {
    at(&cast().actors, index)
}

/// Returns the node key of an owner.
pub fn node(owner: u64) -> Address {
    at(&cast().nodes, owner)
}

/// Returns the provider of an owner.
pub fn provider(owner: u64) -> Address {
    at(&cast().providers, owner)
}

/// Returns the worker of an owner.
pub fn worker(owner: u64) -> Address {
    at(&cast().workers, owner)
}

/// Returns the number of the owner of a worker.
pub fn owner_of(worker: &Address) -> Option<u64> {
    let place = cast().workers.iter().position(|own| own == worker)?;
    Some(place as u64)
}

/// Returns the number of a wallet.
pub fn number_of(wallet: &Address) -> Option<u64> {
    let place = cast().actors.iter().position(|own| own == wallet)?;
    Some(place as u64)
}

/// Returns a payment mint.
pub fn mint(index: u64) -> Address {
    at(&cast().mints, index)
}

/// Returns the token program of a payment mint, or of the staked token.
pub fn token_program(mint: &Address) -> Address {
    if *mint == self::mint(1) {
        crate::raw::TOKEN_2022
    } else {
        crate::raw::TOKEN
    }
}

/// Returns the token that is staked, votes and is emitted.
pub fn stake_mint() -> Address {
    pda::rewards::mint()
}

/// Returns the ATA of a wallet for a payment mint or the staked token.
pub fn ata(owner: &Address, mint: &Address) -> Address {
    pda::ata_with_program(owner, mint, &token_program(mint))
}

/// Returns the requester and the nonce of a place for jobs.
pub fn requester_of(slot: u64) -> (Address, u64) {
    let slot = slot % SLOTS;
    (actor(OWNERS + slot / NONCES), slot % NONCES)
}

/// Returns a payment mint as the client names it. Fees go to the ATA of the treasury.
pub fn payment(mint: &Address) -> PaymentMintInfo {
    PaymentMintInfo {
        mint: *mint,
        token_program: token_program(mint),
        fee_vault: ata(&actor(TREASURY), mint),
    }
}

/// Returns the addresses of the job in a place, paid in this mint.
pub fn job(slot: u64, mint: &Address) -> JobAddresses {
    let (requester, nonce) = requester_of(slot);
    JobAddresses::new(requester, nonce, payment(mint))
}

/// Returns the addresses of the job in a place, as its account says.
pub fn job_of(slot: u64, header: &assay_market::state::Job) -> JobAddresses {
    JobAddresses {
        author: header.author,
        ..job(slot, &header.mint)
    }
}

/// Returns the address of the job in a place.
pub fn job_address(slot: u64) -> Address {
    let (requester, nonce) = requester_of(slot);
    pda::market::job(&requester, nonce)
}

/// Returns whether somebody holds the key of this address, so that it can sign.
pub fn has_key(address: &Address) -> bool {
    cast().actors.contains(address) || cast().nodes.contains(address)
}

/// Returns which account of a task a number names.
pub fn source(number: u64) -> Source {
    match number % 4 {
        1 => Source::Check,
        2 => Source::Dispute,
        3 => Source::Appeal,
        _ => Source::Job,
    }
}

/// Returns which check or round of a task a number names.
pub fn round_source(number: u64) -> Source {
    match number % 3 {
        1 => Source::Check,
        2 => Source::Dispute,
        _ => Source::Appeal,
    }
}

/// How many addresses of one family a number can name.
const FAMILY: u64 = 4096;
/// Families of addresses.
pub const FAMILIES: u64 = 33;

/// Returns the address that a number names: of any account that there may be.
pub fn address(code: u64) -> Address {
    let (family, index) = (code / FAMILY % FAMILIES, code % FAMILY);
    let owner = index % OWNERS;
    let slot = index % SLOTS;
    let task = u32::try_from(index / SLOTS % TASKS).unwrap_or(0);
    let wallet = actor(index);
    let kind = round_source(index / (SLOTS * TASKS));
    match family {
        0 => wallet,
        1 => node(owner),
        2 => provider(owner),
        3 => worker(owner),
        4 => pda::staking::stake_vault(&provider(owner)),
        5 => delegation(owner, index / OWNERS),
        6 => pda::staking::reward_vault(&provider(owner)),
        7 => job_address(slot),
        8 => job(slot, &mint(index / SLOTS)).escrow,
        9 => pda::market::escrow_authority(&job_address(slot)).0,
        10 => pda::market::round(&job_address(slot), task, kind),
        11 => pot(slot, task),
        12 => fixed(index),
        13 => ata(&wallet, &any_mint(index / ACTORS)),
        14 => {
            let shard = u8::try_from(index % 16).unwrap_or(0);
            pda::market::epoch_work(index / 16, shard)
        }
        15 => pda::rewards::epoch(index),
        16 => [pda::rewards::pot(), pda::rewards::funder()][usize::from(index % 2 == 1)],
        17 => pda::rewards::claim_record(&provider(owner)),
        18 => pda::governance::lock(&wallet, index / ACTORS % LOCKS),
        19 => pda::governance::lock_vault(&pda::governance::lock(&wallet, index / ACTORS % LOCKS)),
        20 => pda::governance::proposal(index),
        21 => pda::governance::deposit_vault(&pda::governance::proposal(index)),
        22 => fake(index % FAKES),
        23 => set(index),
        24 => credential(index, index / SETS),
        25 => pda::rewards::module(&module(index)),
        26 => held(owner, &mint(index / OWNERS)),
        27 => {
            let seed = [u8::try_from(index % 256).unwrap_or(0); 32];
            pda::rewards::receipt(&seed, 0, &wallet)
        }
        28 => pda::market::payment_mint(&mint(index)),
        29 => buffer(index),
        30 => grant(index),
        31 => pda::governance::grant_vault(&grant(index)),
        _ => pda::program_data(&addresses::program(target(index))),
    }
}

/// Returns a random number of an address of a family.
pub fn code(family: u64, index: u64) -> u64 {
    family * FAMILY + index % FAMILY
}

/// The wallets that delegate: voters, owners, and some that own nothing else.
pub const DELEGATORS: [u64; 8] = [
    VOTER,
    VOTER + 1,
    HOLDER,
    HOLDER + 1,
    HOLDER + 2,
    0,
    1,
    MALLORY,
];
/// The wallets that lock tokens and vote.
pub const VOTERS: [u64; 7] = [VOTER, VOTER + 1, HOLDER + 3, HOLDER + 4, HOLDER + 5, 0, 1];

/// Buffers of the loader: five for each program.
pub const BUFFERS: u64 = 20;

/// Returns a buffer of the loader.
pub fn buffer(index: u64) -> Address {
    keypairs::address_of(&buffer_name(index))
}

/// Returns the name that the address of a buffer follows from.
pub fn buffer_name(index: u64) -> String {
    format!("buffer {}", index % BUFFERS)
}

/// Actions of a proposal, at most.
const ACTIONS: u64 = 8;

/// Returns what an action of a proposal granted.
fn grant(index: u64) -> Address {
    let action = u8::try_from(index % ACTIONS).unwrap_or(0);
    pda::governance::grant(index / ACTIONS, action)
}

/// Returns the program that a vote names by a number.
pub fn target(number: u64) -> Target {
    match number % 4 {
        0 => Target::Governance,
        1 => Target::Staking,
        2 => Target::Market,
        _ => Target::Rewards,
    }
}

/// Returns the number of the owner of a provider.
pub fn owner_of_provider(provider: &Address) -> Option<u64> {
    let place = cast().providers.iter().position(|own| own == provider)?;
    Some(place as u64)
}

/// Returns what a wallet has delegated to the provider of an owner.
pub fn delegation(owner: u64, delegator: u64) -> Address {
    pda::staking::delegation(&provider(owner), &actor(delegator))
}

/// Returns the pot of a task's dispute.
pub fn pot(slot: u64, task: u32) -> Address {
    let dispute = pda::market::round(&job_address(slot), task, Source::Dispute);
    pda::ata(&dispute, &stake_mint())
}

/// Returns one of the payment mints or the staked token.
pub fn any_mint(index: u64) -> Address {
    if index % (MINTS + 1) == MINTS {
        stake_mint()
    } else {
        mint(index % (MINTS + 1))
    }
}

/// Attester sets of the lab.
pub const SETS: u64 = 2;
/// Keys of attesters.
pub const ATTESTERS: u64 = 4;
/// Modules that somebody registers.
pub const MODULES: u64 = 3;

/// Returns an attester set of the lab.
pub fn set(id: u64) -> Address {
    let id = u32::try_from(id % SETS).unwrap_or(0);
    pda::staking::attester_set(&actor(LAB), id)
}

/// Returns the credential of an owner's provider from an attester set of the lab.
pub fn credential(owner: u64, set: u64) -> Address {
    pda::staking::credential(&self::set(set), &provider(owner))
}

/// Returns the keys of the attesters, in the order of their public keys.
pub fn attesters() -> &'static [Keypair] {
    static KEYS: OnceLock<Vec<Keypair>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let key = |number| keypairs::keypair(&format!("attester {number}"));
        let mut keys: Vec<Keypair> = (0..ATTESTERS).map(key).collect();
        keys.sort_by_key(|key| key.pubkey().to_bytes());
        keys
    })
}

/// Returns the hash of a module.
pub fn module(number: u64) -> [u8; 32] {
    [u8::try_from(number % MODULES).unwrap_or(0) + 1; 32]
}

/// Returns the token account in which a worker's own account holds a payment mint.
pub fn held(owner: u64, mint: &Address) -> Address {
    ata(&worker(owner), mint)
}

/// Accounts that an attacker makes: copies of real ones under a program of its own.
const FAKES: u64 = 8;

/// Returns the attacker's program.
pub fn attacker() -> Address {
    keypairs::address_of("attacker's program")
}

/// Returns the address of an attacker's account.
pub fn fake(index: u64) -> Address {
    keypairs::address_of(&format!("fake {}", index % FAKES))
}

/// Returns an account of which there is one. The seventh is the treasury.
fn fixed(index: u64) -> Address {
    let accounts = [
        pda::staking::params(),
        pda::market::params(),
        pda::market::totals(),
        pda::market::authority(),
        pda::rewards::emission(),
        pda::rewards::mint(),
        pda::rewards::treasury(),
        pda::rewards::genesis_vault(),
        pda::governance::params(),
        pda::governance::authority(),
        pda::governance::treasury_authority(),
        assay_staking::ID,
        assay_market::ID,
        assay_rewards::ID,
        assay_governance::ID,
        crate::raw::TOKEN,
        crate::raw::TOKEN_2022,
        mint(0),
        mint(1),
        Address::default(),
    ];
    at(&accounts, index)
}

/// Gives every wallet lamports.
pub fn fund(context: &mut TestContext) {
    for address in cast().actors.iter().chain(&cast().nodes) {
        if !context.exists(address) {
            context.send_lamports(address, 1_000_000_000_000);
        }
    }
}
