//! Delegations: stake of others behind a provider.

use super::{staking::stake_ata, Entry, Scene, Topic};
use crate::{
    cast::{self, ANYONE, DELEGATORS},
    random::Random,
    raw::Program,
    step::Unsent,
    world::World,
};
use assay_client::{
    instruction::staking::{self, MaturedRecord, TicketAccounts},
    pda, Address,
};
use assay_staking::state::{
    span_end, Delegation, Matured, Params, Provider, Ticket, DELEGATED_PARTS, JOIN_WINDOW,
};

/// Returns an owner and a wallet that may delegate to its provider.
fn pair(random: &mut Random) -> (u64, u64) {
    // Few providers, so that several delegators meet.
    (random.below(3), random.of(&DELEGATORS))
}

/// Returns a delegation that is there: the owner of its provider, the delegator, and what it says.
fn any(scene: &Scene<'_>, random: &mut Random) -> Option<(u64, u64, Delegation)> {
    let mut all: Vec<Address> = scene
        .world
        .mirror
        .records(Program::Staking, "Delegation")
        .map(|(address, _)| *address)
        .collect();
    random.shuffle(&mut all);
    let address = all.first()?;
    let delegation: Delegation = scene.world.decoded(address)?;
    let owner = cast::owner_of_provider(&delegation.provider)?;
    Some((owner, cast::number_of(&delegation.owner)?, delegation))
}

/// Returns the Unix time at which what leaves now matures.
fn maturity(world: &World, now: i64) -> Option<i64> {
    let params: Params = world.decoded(&pda::staking::params())?;
    let (_, matures_at) = span_end(now, params.unbonding_period.get(), DELEGATED_PARTS).ok()?;
    Some(matures_at)
}

/// Returns a ticket that matures soon enough: the number that names it, and the seconds until then.
fn matured(scene: &Scene<'_>, random: &mut Random) -> Option<(u64, u64)> {
    let mut tickets: Vec<(u64, i64)> = scene
        .world
        .mirror
        .records(Program::Staking, "Ticket")
        .map(|(at, ticket)| (super::name_of(at), ticket.i64("matures_at")))
        .collect();
    random.shuffle(&mut tickets);
    let mut tickets = tickets.into_iter();
    tickets.find_map(|(name, matures_at)| Some((name, scene.until(matures_at)?)))
}

/// Returns the tickets of a provider that mature soon enough: the number that names each, and the seconds until then.
pub fn tickets_of(scene: &Scene<'_>, provider: &Address) -> Vec<(u64, u64)> {
    let tickets = scene.world.mirror.records(Program::Staking, "Ticket");
    let own = tickets.filter(|(_, ticket)| ticket.address("provider") == *provider);
    own.filter_map(|(at, ticket)| {
        let wait = scene.until(ticket.i64("matures_at"))?;
        Some((super::name_of(at), wait))
    })
    .collect()
}

/// Returns the accounts of the ticket that a number names.
fn ticket(world: &World, name: u64) -> Option<TicketAccounts> {
    let mut tickets = world.mirror.records(Program::Staking, "Ticket");
    let (address, _) = tickets.find(|(at, _)| super::name_of(at) == name)?;
    let ticket: Ticket = world.decoded(address)?;
    let matures_at = ticket.matures_at.get();
    let record = pda::staking::matured(&ticket.provider, matures_at);
    let kept: Option<Matured> = world.decoded(&record);
    Some(TicketAccounts {
        owner: ticket.owner,
        provider: ticket.provider,
        matures_at,
        payer: ticket.payer,
        record: kept.map(|kept| MaturedRecord {
            address: record,
            payer: kept.payer,
        }),
    })
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "staking.delegate",
        topic: Topic::Stake,
        weight: 4,
        propose: |scene, random| {
            let (owner, delegator) = pair(random);
            let held = scene.world.balance(&stake_ata(delegator));
            let amount = random.of(&[1, 100, held / 4, held / 2]);
            (amount > 0).then(|| (0, vec![owner, delegator, amount]))
        },
        build: |_, with| {
            let (provider, owner) = (cast::provider(with.at(0)), cast::actor(with.at(1)));
            let delegate = staking::delegate(owner, &provider, stake_ata(with.at(1)), with.at(2));
            Some(Unsent::one(owner, delegate))
        },
    },
    Entry {
        name: "staking.activate_delegation",
        topic: Topic::Stake,
        weight: 8,
        propose: |scene, random| {
            let all = scene.world.mirror.records(Program::Staking, "Delegation");
            let mut waiting: Vec<(i64, Address, Address)> = all
                .filter(|(_, record)| record.u64("pending") > 0)
                .map(|(_, record)| {
                    let (provider, owner) = (record.address("provider"), record.address("owner"));
                    (record.i64("pending_from"), provider, owner)
                })
                .collect();
            random.shuffle(&mut waiting);
            let (from, provider, owner) = waiting.first()?;
            let wait = scene.until(*from)?;
            // In the first day anyone sends it; afterwards only the delegator, who signs.
            let is_open = scene.now < from.saturating_add_unsigned(JOIN_WINDOW);
            let is_own = (wait == 0 && !is_open) || random.percent(20);
            let (provider, owner) = (cast::owner_of_provider(provider)?, cast::number_of(owner)?);
            Some((wait, vec![provider, owner, u64::from(is_own)]))
        },
        build: |_, with| {
            let (provider, owner) = (cast::provider(with.at(0)), cast::actor(with.at(1)));
            if with.at(2) == 1 {
                let activate = staking::activate_own_delegation(&owner, &provider);
                return Some(Unsent::one(owner, activate));
            }
            let activate = staking::activate_delegation(&owner, &provider);
            Some(Unsent::one(cast::actor(ANYONE), activate))
        },
    },
    Entry {
        name: "staking.withdraw_pending",
        topic: Topic::Stake,
        weight: 2,
        propose: |scene, random| {
            let (owner, delegator, delegation) = any(scene, random)?;
            let provider: Provider = scene.world.decoded(&delegation.provider)?;
            // The delegator signs, or anyone sends it once the provider retires.
            let sender = if provider.is_retiring() {
                ANYONE
            } else {
                delegator
            };
            (delegation.pending.get() > 0).then(|| (0, vec![owner, delegator, sender]))
        },
        build: |_, with| {
            let (provider, owner) = (cast::provider(with.at(0)), cast::actor(with.at(1)));
            let sender = cast::actor(with.at(2));
            let back = if sender == owner {
                staking::withdraw_pending_to(owner, &provider, stake_ata(with.at(1)))
            } else {
                staking::withdraw_pending(owner, &provider, &cast::stake_mint())
            };
            Some(Unsent::one(sender, back))
        },
    },
    Entry {
        name: "staking.request_undelegation",
        topic: Topic::Stake,
        weight: 3,
        propose: |scene, random| {
            let (owner, delegator, delegation) = any(scene, random)?;
            let left = delegation.shares.get() - delegation.requested.get();
            let shares = random.of(&[1, left / 3, left, left, left + 1]);
            (left > 0 && shares > 0).then(|| (0, vec![owner, delegator, shares]))
        },
        build: |_, with| {
            let (provider, owner) = (cast::provider(with.at(0)), cast::actor(with.at(1)));
            let request = staking::request_undelegation(owner, &provider, with.at(2));
            Some(Unsent::one(owner, request))
        },
    },
    Entry {
        name: "staking.undelegate",
        topic: Topic::Stake,
        weight: 5,
        propose: |scene, random| {
            let (owner, delegator, delegation) = any(scene, random)?;
            let (held, requested) = (delegation.shares.get(), delegation.requested.get());
            let provider: Provider = scene.world.decoded(&delegation.provider)?;
            let is_over = scene.now >= provider.stream.finish.get();
            let is_open = requested > 0 || is_over && provider.is_retired(scene.now);
            let (sender, shares) = if is_open && random.percent(50) {
                (ANYONE, random.of(&[requested, held]))
            } else {
                (delegator, random.of(&[1, requested, held / 3, held, held]))
            };
            (shares > 0).then(|| (0, vec![owner, delegator, shares, sender]))
        },
        build: |world, with| {
            let (provider, owner) = (cast::provider(with.at(0)), cast::actor(with.at(1)));
            let (sender, matures_at) = (cast::actor(with.at(3)), maturity(world, world.now)?);
            let leave = staking::undelegate(sender, &owner, &provider, with.at(2), matures_at);
            Some(Unsent::one(sender, leave))
        },
    },
    Entry {
        name: "staking.mature_bucket",
        topic: Topic::Stake,
        weight: 8,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
            let buckets = provider.buckets.iter().enumerate();
            let mut taken = buckets.filter(|(_, bucket)| !bucket.is_free());
            taken.find_map(|(place, bucket)| {
                let wait = scene.until(bucket.matures_at.get())?;
                Some((wait, vec![owner, place as u64]))
            })
        },
        build: |world, with| {
            let provider: Provider = world.decoded(&cast::provider(with.at(0)))?;
            let bucket = provider.buckets[usize::from(with.u8(1) % 16)];
            let (payer, matures_at) = (cast::actor(ANYONE), bucket.matures_at.get());
            let mature = staking::mature_bucket(payer, &cast::provider(with.at(0)), matures_at);
            Some(Unsent::one(payer, mature))
        },
    },
    Entry {
        name: "staking.withdraw_ticket",
        topic: Topic::Stake,
        weight: 6,
        propose: |scene, random| {
            let (name, wait) = matured(scene, random)?;
            Some((wait, vec![name, random.below(cast::ACTORS)]))
        },
        build: |world, with| {
            let sender = cast::actor(with.at(1));
            let withdraw =
                staking::withdraw_ticket(ticket(world, with.at(0))?, &cast::stake_mint());
            Some(Unsent::one(sender, withdraw))
        },
    },
    Entry {
        name: "staking.withdraw_ticket to",
        topic: Topic::Stake,
        weight: 1,
        propose: |scene, random| {
            let (name, wait) = matured(scene, random)?;
            Some((wait, vec![name, random.below(cast::ACTORS)]))
        },
        build: |world, with| {
            let ticket = ticket(world, with.at(0))?;
            let withdraw = staking::withdraw_ticket_to(ticket, stake_ata(with.at(1)));
            Some(Unsent::one(ticket.owner, withdraw))
        },
    },
    Entry {
        name: "staking.claim_rewards",
        topic: Topic::Stake,
        weight: 5,
        propose: |scene, random| {
            let (owner, delegator, _) = any(scene, random)?;
            Some((0, vec![owner, delegator, random.below(2)]))
        },
        build: |_, with| {
            let (provider, owner) = (cast::provider(with.at(0)), cast::actor(with.at(1)));
            let claim = if with.at(2) == 0 {
                staking::settle_rewards(&owner, &provider)
            } else {
                staking::claim_rewards(&owner, &provider, &cast::stake_mint())
            };
            Some(Unsent::one(cast::actor(ANYONE), claim))
        },
    },
    Entry {
        name: "staking.claim_rewards to",
        topic: Topic::Stake,
        weight: 1,
        propose: |scene, random| {
            let (owner, delegator, _) = any(scene, random)?;
            Some((0, vec![owner, delegator, random.below(cast::ACTORS)]))
        },
        build: |_, with| {
            let (provider, owner) = (cast::provider(with.at(0)), cast::actor(with.at(1)));
            let claim = staking::claim_rewards_to(owner, &provider, stake_ata(with.at(2)));
            Some(Unsent::one(owner, claim))
        },
    },
    Entry {
        name: "staking.close_delegation",
        topic: Topic::Stake,
        weight: 3,
        propose: |scene, random| {
            let (owner, delegator, delegation) = any(scene, random)?;
            delegation.is_empty().then(|| (0, vec![owner, delegator]))
        },
        build: |_, with| {
            let close =
                staking::close_delegation(cast::actor(with.at(1)), &cast::provider(with.at(0)));
            Some(Unsent::one(cast::actor(ANYONE), close))
        },
    },
];
