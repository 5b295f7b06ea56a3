//! Jobs as requesters see them: posted, extended, cancelled, closed.

use super::{tokens, Entry, Topic};
use crate::{
    cast::{self, ANYONE},
    step::Unsent,
    world::World,
};
use assay_client::{
    instruction::market::{self, ExtendJobParams, PostJobParams},
    pda, JobView,
};
use assay_market::{
    game::{money::Quote, Phase, SeatState},
    state::{JobTerms, Params, PaymentMint, POLICY_ATTESTED},
};
use assay_shared::merkle;

/// Returns what a task of these terms costs now.
fn quote(world: &World, terms: &JobTerms, mint: u64) -> Option<Quote> {
    let params: Params = world.decoded(&pda::market::params())?;
    let allowed: PaymentMint = world.decoded(&pda::market::payment_mint(&cast::mint(mint)))?;
    let tariff = terms.tariff(&params, allowed.stake_rate.get());
    Quote::new(&terms.order(), &tariff)
}

/// Returns the hash of the input of a task.
pub fn input_of(task: u32) -> [u8; 32] {
    let mut input = [5; 32];
    input[..4].copy_from_slice(&task.to_le_bytes());
    input
}

/// Returns the inputs of a segment of tasks.
pub fn inputs(first: u32, tasks: u32) -> Vec<[u8; 32]> {
    (first..first.saturating_add(tasks)).map(input_of).collect()
}

/// Returns the root of the inputs of a segment of tasks.
fn root(first: u32, tasks: u32) -> [u8; 32] {
    merkle::root(&inputs(first, tasks)).unwrap_or_default()
}

fn terms(with: &super::Numbers<'_>) -> JobTerms {
    let tasks = with.u32(2).min(64);
    let policy = with.u8(10);
    JobTerms {
        nonce: cast::requester_of(with.at(0)).1,
        module: cast::module(with.at(9)),
        manifest: [2; 32],
        store: [0; 64],
        runtime_id: [3; 8],
        price: with.at(4),
        fuel: 1_000_000,
        memory_bytes: 1 << 20,
        output_bytes: 1 << 10,
        task_count: tasks,
        policy,
        attestations: with.u8(11),
        gate: with.u8(12),
        region: with.u16(13),
        royalty_bps: with.u16(14),
        author: if with.at(14) == 0 {
            Default::default()
        } else {
            cast::actor(with.at(17))
        },
        least_collateral: with.at(15),
        credential_set: if with.at(16) == 0 {
            Default::default()
        } else {
            cast::set(with.at(16))
        },
        inputs: root(0, tasks),
        checks_bps: with.u32(3),
        claim_window: with.u32(6),
        run_window: with.u32(7),
        lie_prices: with.u16(5),
        escrow_bump: 0,
    }
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "market.post_job",
        topic: Topic::Job,
        weight: 14,
        propose: |scene, random| {
            let free: Vec<u64> = (0..cast::SLOTS)
                .filter(|slot| !scene.world.exists(&cast::job_address(*slot)))
                .collect();
            let slot = *random.pick(&free)?;
            let params: Params = scene.world.decoded(&pda::market::params())?;
            let (claim, run) = (params.max_claim_window.get(), params.max_run_window.get());
            let checks = random.of(&[
                0, 1_500, 5_000, 5_000, 9_000, 10_000, 10_000, 15_000, 20_000,
            ]);
            let attested = random.percent(22);
            let seldom = |random: &mut crate::random::Random, value: u64| {
                if random.percent(12) {
                    value
                } else {
                    0
                }
            };
            let (module, set) = (random.below(cast::MODULES), random.between(1, 2));
            let royalty = if random.percent(30) {
                random.of(&[1, 500, 2_000])
            } else {
                0
            };
            Some((
                0,
                vec![
                    slot,
                    random.below(cast::MINTS),
                    random.between(1, 4),
                    if attested { 0 } else { checks },
                    // No collateral bounds what attested work costs; its fees make the emission worth claiming.
                    if attested {
                        random.of(&[10, 100_000, 1_000_000])
                    } else {
                        random.of(&[10, 100, 1_000, 1_000, 3_333])
                    },
                    if attested {
                        0
                    } else {
                        random.of(&[20, 20, 100, 500])
                    },
                    random.between(claim / 4, claim),
                    random.between(run.min(10), run),
                    0,
                    module,
                    u64::from(attested),
                    if attested { random.between(1, 3) } else { 0 },
                    random.below(2),
                    seldom(random, 756),
                    royalty,
                    seldom(random, 100_000),
                    seldom(random, set),
                    random.below(cast::VOTER),
                ],
            ))
        },
        build: |world, with| {
            let (requester, _) = cast::requester_of(with.at(0));
            let terms = terms(with);
            let needed = quote(world, &terms, with.at(1)).map_or(0, |quote| {
                quote.escrow.saturating_mul(u64::from(terms.task_count))
            });
            let payment = cast::payment(&cast::mint(with.at(1)));
            let params = PostJobParams {
                requester,
                payment,
                source: cast::ata(&requester, &payment.mint),
                // A number beyond 0 leaves so much out.
                escrow: needed.saturating_sub(with.at(8)),
                attesters: (terms.policy == POLICY_ATTESTED).then(|| cast::set(with.at(11))),
                terms,
            };
            let instructions = market::post_job(params, |space| world.context.rent(space))?;
            Some(Unsent {
                payer: requester,
                instructions,
            })
        },
    },
    Entry {
        name: "market.extend_job",
        topic: Topic::Job,
        weight: 3,
        propose: |scene, random| {
            let live = random.pick(&scene.jobs)?;
            let header = &live.view.header;
            let at = pda::market::payment_mint(&header.mint);
            let allowed: PaymentMint = scene.world.decoded(&at)?;
            let open =
                scene.now < header.unix_time(header.claim_window.get()) && allowed.is_admitted();
            let room = u64::from(header.task_count.get()) + 2 <= cast::TASKS;
            (open && room).then(|| (0, vec![live.slot, random.between(1, 2)]))
        },
        build: |world, with| {
            let header = world.header(with.at(0))?;
            let tasks = with.u32(1).min(64);
            let job = cast::job_of(with.at(0), &header);
            let seats = header
                .task_count
                .get()
                .checked_add(tasks)?
                .checked_mul(u32::from(header.width()))?;
            let needed = world.context.rent(JobView::space(seats)?);
            let params = ExtendJobParams {
                tasks,
                manifest: [9; 32],
                inputs: root(header.task_count.get(), tasks),
                source: cast::ata(&job.requester, &header.mint),
                escrow: header.escrow_for(tasks).ok()?,
                rent: needed.saturating_sub(world.context.lamports(&job.address)),
            };
            Some(Unsent {
                payer: job.requester,
                instructions: market::extend_job(&job, params),
            })
        },
    },
    Entry {
        name: "market.cancel_job",
        topic: Topic::Job,
        weight: 1,
        propose: |scene, random| {
            let tasks = scene.tasks(random);
            let free = |state| state == SeatState::Free;
            let (live, task) = tasks.into_iter().find(|(live, task)| {
                live.phase(*task, scene.now) == Phase::Running && free(live.first(*task).state())
            })?;
            Some((0, vec![live.slot, u64::from(task), 1]))
        },
        build: |_, with| {
            let (requester, _) = cast::requester_of(with.at(0));
            let job = cast::job_address(with.at(0));
            let cancel = market::cancel_job(requester, job, with.u32(1), with.u32(2));
            Some(Unsent::one(requester, cancel))
        },
    },
    Entry {
        name: "market.close_job",
        topic: Topic::Pay,
        weight: 12,
        propose: |scene, random| {
            let live = scene
                .jobs
                .iter()
                .find(|live| live.view.header.is_finished())?;
            let requester = cast::OWNERS + live.slot / cast::NONCES;
            if random.percent(60) {
                return Some((0, vec![live.slot, requester]));
            }
            let wait = scene.until(live.view.header.anyone_closes_from())?;
            Some((wait, vec![live.slot, ANYONE]))
        },
        build: |world, with| close(world, with.at(0), with.at(1), None),
    },
    Entry {
        name: "market.close_job to",
        topic: Topic::Pay,
        weight: 1,
        propose: |scene, random| {
            let live = scene
                .jobs
                .iter()
                .find(|live| live.view.header.is_finished())?;
            let requester = cast::OWNERS + live.slot / cast::NONCES;
            Some((0, vec![live.slot, requester, random.below(cast::VOTER)]))
        },
        build: |world, with| close(world, with.at(0), with.at(1), Some(with.at(2))),
    },
];

/// Returns the closing of a job by a wallet, to the requester's ATA or to that of another wallet.
fn close(world: &World, slot: u64, sender: u64, to: Option<u64>) -> Option<Unsent> {
    let header = world.header(slot)?;
    let (mut job, sender) = (cast::job_of(slot, &header), cast::actor(sender));
    let at = pda::market::payment_mint(&header.mint);
    if let Some(allowed) = world.decoded::<PaymentMint>(&at) {
        job.payment.fee_vault = allowed.fee_vault;
    }
    let close = match to {
        None => market::close_job(&job),
        Some(other) => {
            let refund = cast::ata(&cast::actor(other), &header.mint);
            market::close_job_to(&job, refund)
        }
    };
    let mut unsent = Unsent {
        payer: sender,
        instructions: vec![tokens::open(&sender, &job.requester, &header.mint)],
    };
    if header.author != Default::default() {
        unsent
            .instructions
            .push(tokens::open(&sender, &header.author, &header.mint));
    }
    let mut close = close;
    for meta in &mut close.accounts {
        // Only the sender signs.
        meta.is_signer |= meta.pubkey == sender && sender == job.requester;
        meta.is_signer &= meta.pubkey == sender;
    }
    unsent.instructions.push(close);
    Some(unsent)
}

/// Returns the seconds until anybody may close the job in a place; `None` if it is not finished.
pub fn closing_wait(scene: &super::Scene<'_>, slot: u64) -> Option<u64> {
    let live = scene.jobs.iter().find(|live| live.slot == slot)?;
    let header = &live.view.header;
    if header.is_cut() {
        return Some(0);
    }
    header
        .is_finished()
        .then(|| scene.until(header.anyone_closes_from()))?
}
