//! The end of an episode: a stranger does what anybody may do until nothing is left.
//!
//! No result is opened, no key of a worker or requester signs. Whatever the episode left, everything must end.

use crate::{
    cast::ANYONE,
    entries::{self, Scene},
    invariants::{self, Violation},
    random::Random,
    raw::{Holding, Program, Record},
    step::Step,
    world::{Outcome, World},
};
use solana_account::ReadableAccount;
use std::{borrow::Cow, collections::BTreeSet};

/// Entries that a stranger can send, in the order in which they are tried.
const CRANKS: &[&str] = &[
    "market.draw_seat",
    "market.draw_seat of a round",
    "market.expire_task",
    "market.decide_round without an opening",
    "market.penalize_worker",
    "market.count_dispute",
    "market.collect_pay",
    "market.collect_check",
    "market.collect_award",
    "market.hold_pay",
    "market.close_round",
    "market.close_job",
    "market.collect_held",
    "rewards.close_receipt",
    "market.tally_work",
    "rewards.finalize_epoch",
    "rewards.skip_epoch",
    "rewards.open_claim_record",
    "rewards.claim_epochs",
    "rewards.close_epoch",
    "rewards.close_claim_record",
    "market.close_work",
    "staking.withdraw_stake",
    "staking.withdraw_ticket",
    "staking.revoke_credential",
    "governance.lapse_lock",
    "governance.withdraw_lock",
    "governance.close_vote",
    "governance.claim_grant",
    "governance.close_grant",
    "governance.return_buffer",
    "governance.close_proposal",
];

/// Pauses in a row after which nothing more is expected: the last ones are longer than any window.
const PATIENCE: u32 = 16;
/// A time in seconds after which nobody waits for a frozen account any more.
const DECADE: u64 = 10 * 365 * 86_400;
/// Most transactions of a wind-up.
const MOST: usize = 10_000;

/// Returns whether something is left that a stranger can end.
fn is_unfinished(world: &World) -> bool {
    world.mirror.all().any(|(_, account)| {
        let record = Record::read(account.owner(), account.data());
        record.is_some_and(|record| {
            let bound = record.is("Worker") && record.u64("locked") > 0;
            invariants::must_end(&record, world.now) || bound
        })
    })
}

/// Does what anybody may do, as early as possible, until nothing is left. `count` is told of each outcome.
///
/// # Errors
/// The first invariant that does not hold; the last one says that everything has ended.
pub fn wind_up(world: &mut World, count: &mut dyn FnMut(&Step, &Outcome)) -> Result<(), Violation> {
    let mut random = Random::new(0, u64::MAX);
    let mut refused: BTreeSet<(Cow<'static, str>, Vec<u64>)> = BTreeSet::new();
    // Jobs that are finished and owe what a frozen account refuses.
    let mut owing: BTreeSet<u64> = BTreeSet::new();
    // Pauses in a row, each longer than the one before.
    let mut idle = 0;
    for _ in 0..MOST {
        if !is_unfinished(world) || idle > PATIENCE {
            break;
        }
        let scene = Scene::new(world, None, 1 << 33);
        // Epochs without work go on for ever, and nothing waits for them.
        let worked = world
            .mirror
            .records(Program::Market, "EpochWork")
            .next()
            .is_some();
        let mut best: Option<Step> = None;
        for name in CRANKS {
            let counts = matches!(*name, "rewards.finalize_epoch" | "rewards.skip_epoch");
            if counts && !worked {
                continue;
            }
            let Some(entry) = entries::all().iter().find(|entry| entry.name == *name) else {
                continue;
            };
            // A proposal is one of several.
            for _ in 0..4 {
                let Some((wait, mut with)) = (entry.propose)(&scene, &mut random) else {
                    break;
                };
                if *name == "market.close_job" {
                    with[1] = ANYONE;
                    let due = entries::closing_wait(&scene, with[0]);
                    let Some(due) = due.filter(|_| !owing.contains(&with[0])) else {
                        continue;
                    };
                    consider(&mut best, &refused, entry.name, due, with);
                    continue;
                }
                if *name == "rewards.open_claim_record" {
                    with[1] = ANYONE;
                }
                consider(&mut best, &refused, entry.name, wait, with);
            }
            if best.as_ref().is_some_and(|step| step.wait == 0) {
                break;
            }
        }
        // What a frozen account refuses is owed for as long as a job can count, 2³² slots, which is 54 years.
        if best.as_ref().is_none_or(|step| step.wait > DECADE) {
            owing.clear();
            best = thaw(world).or(best);
        }
        let step = best.unwrap_or_else(|| Step::pause(3_600 << idle));
        if step.wait > 0 {
            refused.clear();
        }
        let outcome = world.take(&step)?;
        count(&step, &outcome);
        match outcome {
            Outcome::Accepted(_) => {
                refused.clear();
                idle = 0;
                let slot = step.with.first().copied().unwrap_or(0);
                if step.call == "market.close_job" && world.header(slot).is_some() {
                    owing.insert(slot);
                }
            }
            Outcome::Refused(_) => {
                refused.insert((step.call.clone(), step.with.clone()));
            }
            Outcome::Nothing => idle += 1,
        }
    }
    world.check_whole()?;
    invariants::check_end(&world.mirror, &world.ledger, world.now)
}

fn consider(
    best: &mut Option<Step>,
    refused: &BTreeSet<(Cow<'static, str>, Vec<u64>)>,
    name: &'static str,
    wait: u64,
    with: Vec<u64>,
) {
    let is_earlier = best.as_ref().is_none_or(|best| wait < best.wait);
    let key = (Cow::Borrowed(name), with);
    if is_earlier && !(wait == 0 && refused.contains(&key)) {
        let mut step = Step::call(name, key.1);
        step.wait = wait;
        *best = Some(step);
    }
}

/// Returns the step that thaws a frozen account. A stranger cannot, so it comes last: what then is left is only owed.
fn thaw(world: &World) -> Option<Step> {
    let frozen = |account| Holding::read(account).is_some_and(|holding| holding.frozen);
    let is_any = world.mirror.all().any(|(_, account)| frozen(account));
    let entry = entries::all()
        .iter()
        .find(|entry| entry.name == "token.thaw")?;
    let scene = Scene::new(world, None, 0);
    let proposal = (entry.propose)(&scene, &mut Random::new(0, 1));
    let (_, with) = proposal.filter(|_| is_any)?;
    Some(Step::call(entry.name, with))
}
