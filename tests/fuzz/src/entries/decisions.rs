//! How a decision comes about, step by step: locks, a proposal, its votes, and what follows from them.
//!
//! By chance alone few proposals would pass, and hardly any in the order that matters.

use super::{ballots, governance, guardian, upgrades, Proposal as Numbered, Scene};
use crate::{
    cast::{self, DEPLOYER, GUARDIAN},
    random::Random,
};
use assay_client::pda::{self, governance as at};
use assay_governance::state::{Action, Kind, Lock, Params, Proposal, Status, Target};
use assay_market::state::Params as MarketParams;

/// The name of an entry, and the wait and the numbers of a step.
pub type Named = (&'static str, Numbered);

/// Time that a treasury rests between two payments, with what a vote takes, seconds.
const REST: i64 = 9 * 86_400;
/// Least tokens worth locking, base units.
const LEAST: u64 = 100_000;
/// Weight with which something can be decided: beyond the floor of any deployment.
const ENOUGH: u64 = 1_200_000;

/// Returns the step that brings the proposals on, or begins another.
pub fn next(scene: &Scene<'_>, random: &mut Random) -> Option<Named> {
    let params: Params = scene.world.decoded(&at::params())?;
    let offered = cast::number_of(&params.offered_guardian);
    if let Some(offered) = offered.filter(|_| random.percent(40)) {
        return Some(("governance.accept_guardian", (0, vec![offered])));
    }
    let mut proposals = governance::proposals(scene.world);
    // Of two that can be executed at the same time the newer one comes first: it supersedes the other.
    proposals.sort_by_key(|proposal| std::cmp::Reverse(proposal.index.get()));
    let live = proposals.iter().filter(|p| !p.is_finished(scene.now));
    let live: Vec<&Proposal> = live.collect();
    let mut best: Option<Named> = None;
    for proposal in &proposals {
        let step = towards_end(scene, random, proposal);
        let is_earlier = |step: &Named| best.as_ref().is_none_or(|best| step.1 .0 < best.1 .0);
        if let Some(step) = step.filter(is_earlier) {
            best = Some(step);
        }
    }
    let waits = best.as_ref().is_none_or(|best| best.1 .0 > 0);
    if waits && live.len() < 3 && (live.is_empty() || random.percent(30)) {
        return begin(scene, random, &live).or(best);
    }
    best
}

/// Returns the next step of a proposal: to its execution if it can pass, else to its end.
fn towards_end(scene: &Scene<'_>, random: &mut Random, proposal: &Proposal) -> Option<Named> {
    let index = proposal.index.get();
    let until = |time: i64| scene.until(time);
    let passes = proposal.passes();
    match proposal.status(scene.now) {
        Status::Notice => {
            let wait = until(proposal.opens_at.get())?;
            return Some(("governance.open_vote", (wait, vec![index])));
        }
        Status::Voting if !(passes && random.percent(30)) => {
            if let Some(vote) = vote(scene, random, proposal) {
                return Some(vote);
            }
        }
        Status::Voting | Status::Revealing => {
            if let Some(reveal) = governance::reveal_in(scene, proposal) {
                return Some(("governance.reveal_vote", reveal));
            }
            if let Some(lie) = ballots::reveal_in(scene, proposal).filter(|_| random.percent(20)) {
                return Some(("governance.reveal_vote that lies", lie));
            }
        }
        Status::HoldUp | Status::Executable => {}
        _ => {
            if let Some(with) = upgrades::return_of(scene, proposal) {
                return Some(("governance.return_buffer", (0, with)));
            }
            return Some(("governance.close_proposal", (0, vec![index])));
        }
    }
    if !passes {
        let wait = until(proposal.reveal_ends_at.get())?;
        return Some(("governance.close_proposal", (wait, vec![index])));
    }
    let is_executable = proposal.status(scene.now) == Status::Executable;
    if !is_executable && random.percent(20) {
        let wait = until(proposal.reveal_ends_at.get())?;
        let with = vec![guardian::guardian(scene), index];
        return Some(("governance.veto_proposal", (wait, with)));
    }
    let wait = until(proposal.executable_at.get())?;
    if !random.percent(if can_succeed(scene, proposal) { 95 } else { 20 }) {
        let end = until(proposal.expires_at.get())?;
        return Some(("governance.close_proposal", (end, vec![index])));
    }
    if upgrades::is_upgrade(proposal) {
        let with = upgrades::execution(scene.world, random, proposal)?;
        return Some(("governance.execute_upgrade", (wait, with)));
    }
    Some(("governance.execute_proposal", (wait, vec![index])))
}

/// Returns whether nothing that is known stands against the execution of a proposal that passed.
fn can_succeed(scene: &Scene<'_>, proposal: &Proposal) -> bool {
    if upgrades::is_upgrade(proposal) {
        return upgrades::can_succeed(scene.world, proposal);
    }
    let actions = proposal.actions();
    let needs_market = actions.iter().any(|action| match action.kind() {
        Ok(Kind::SetParam | Kind::Unpause) => action.target().is_ok_and(|t| t == Target::Market),
        Ok(Kind::AllowMint | Kind::SetRate | Kind::SetAdmits) => true,
        _ => false,
    });
    can_pay(scene, actions) && (has_market(scene) || !needs_market)
}

/// Returns whether governance has the market's authority.
fn has_market(scene: &Scene<'_>) -> bool {
    let params: Option<MarketParams> = scene.world.decoded(&pda::market::params());
    params.is_some_and(|params| params.authority == at::authority())
}

/// Returns whether the treasury can pay what actions take now.
fn can_pay(scene: &Scene<'_>, actions: &[Action]) -> bool {
    let spends = |action: &&Action| action.kind().is_ok_and(Kind::spends);
    let payments = actions.iter().filter(spends);
    let sum: u64 = payments.map(|action| action.value.get()).sum();
    let held = scene.world.balance(&pda::rewards::treasury());
    let params: Option<Params> = scene.world.decoded(&at::params());
    let share = params.map_or(0, |params| params.spend_bps.get());
    sum == 0 || !has_spent(scene) && sum <= held.saturating_mul(share) / 10_000
}

/// Returns a vote of a lock that has none in this proposal.
fn vote(scene: &Scene<'_>, random: &mut Random, proposal: &Proposal) -> Option<Named> {
    let index = proposal.index.get();
    let address = at::proposal(index);
    let mut locks: Vec<(u64, u64)> = cast::VOTERS
        .into_iter()
        .flat_map(|owner| (0..cast::LOCKS).map(move |nonce| (owner, nonce)))
        .collect();
    random.shuffle(&mut locks);
    let (owner, nonce) = locks.into_iter().find(|(owner, nonce)| {
        let at_lock = at::lock(&cast::actor(*owner), *nonce);
        let lock: Option<Lock> = scene.world.decoded(&at_lock);
        let votes = lock.is_some_and(|lock| lock.check_votes_in(proposal.opening.get()).is_ok());
        votes && !scene.world.exists(&at::vote(&address, &at_lock))
    })?;
    let side = random.of(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    if proposal.secret != 0 && random.percent(5) {
        let lie = ballots::lie_in(scene, random, proposal)?;
        return Some(("governance.cast_secret_vote that lies", lie));
    }
    let name = if proposal.secret != 0 && random.percent(40) {
        "governance.cast_secret_vote"
    } else {
        "governance.cast_vote"
    };
    Some((name, (0, vec![owner, nonce, index, side])))
}

/// Returns a step that makes votes possible, or proposes something.
fn begin(scene: &Scene<'_>, random: &mut Random, live: &[&Proposal]) -> Option<Named> {
    let params: Params = scene.world.decoded(&at::params())?;
    let lock = lock(scene, random, &params);
    let enough = params.total_weight.get() >= ENOUGH;
    if let Some(lock) = lock.filter(|_| !enough || random.percent(10)) {
        return Some(lock);
    }
    let actions = match random.below(100) {
        _ if random.percent(40) && twin(scene, live).is_some() => vec![twin(scene, live)?],
        0..25 if !has_spent(scene) => vec![grant(scene, random)],
        25..45 => {
            let target = random.below(4);
            if !upgrades::is_handed_over(scene.world, target) {
                let with = vec![DEPLOYER, target];
                return Some(("governance.accept_program", (0, with)));
            }
            vec![[10, target, u64::from(random.percent(10))]]
        }
        45..64 => vec![parameter(random)],
        64..70 => vec![[8, random.of(&[GUARDIAN, cast::VOTER]), 0]],
        _ => {
            let mut all = vec![governance::change(random)];
            if !matches!(all[0][0], 8 | 10) && random.percent(40) {
                all.push(governance::change(random));
            }
            all
        }
    };
    let deposit = params.proposal_deposit.get();
    let proposer = |owner: &u64| scene.world.balance(&super::staking::stake_ata(*owner)) >= deposit;
    let owner = cast::VOTERS.into_iter().find(proposer)?;
    let mut with = vec![owner, params.proposal_count.get()];
    with.extend(actions.into_iter().flatten());
    Some(("governance.propose", (0, with)))
}

/// Returns a grant of the treasury, now and then of more than the share that a vote may take.
fn grant(scene: &Scene<'_>, random: &mut Random) -> [u64; 3] {
    let [code, wallet, amount] = governance::grant(random);
    let held = scene.world.balance(&pda::rewards::treasury());
    let beyond = random.percent(25) && held > 1;
    let amount = if beyond {
        random.between(held / 2, held)
    } else {
        amount
    };
    [code, wallet, amount]
}

/// Returns a change of a parameter of rewards or staking, as [`governance::change`] writes it.
fn parameter(random: &mut Random) -> [u64; 3] {
    if random.percent(60) {
        let param = random.below(3);
        let (low, high) = match param {
            0 => (3_000, 6_500),
            1 => (500, 5_000),
            _ => (0, 3_000),
        };
        return [3, param, random.between(low, high)];
    }
    random.of(&[
        [1, 0, 1],
        [1, 0, 1_000],
        [1, 1, 2 * 86_400],
        [1, 2, 1],
        [1, 2, 100],
        [1, 3, 10],
    ])
}

/// Returns a lock of whoever has the tokens for one.
fn lock(scene: &Scene<'_>, random: &mut Random, params: &Params) -> Option<Named> {
    let mut owners = cast::VOTERS;
    random.shuffle(&mut owners);
    owners.into_iter().find_map(|owner| {
        let wallet = cast::actor(owner);
        let held = scene.world.balance(&super::staking::stake_ata(owner));
        let nonce = (0..cast::LOCKS).find(|n| !scene.world.exists(&at::lock(&wallet, *n)))?;
        let duration = random.of(&[params.min_lock.get(), params.max_lock.get()]);
        let with = vec![owner, nonce, held / 2, duration];
        (held / 2 >= LEAST).then_some(("governance.lock_tokens", (0, with)))
    })
}

/// Returns whether the treasury has paid so lately that it does not pay again at the end of a vote that begins now.
fn has_spent(scene: &Scene<'_>) -> bool {
    let last = scene.world.ledger.spent_at;
    last.is_some_and(|last| scene.now < last.saturating_add(REST))
}

/// Returns the numbers of an action that changes what the newest proposal changes, if both votes can open together: then the newer
/// one can be executed first.
fn twin(scene: &Scene<'_>, live: &[&Proposal]) -> Option<[u64; 3]> {
    let newest = live.first()?;
    let is_new = newest.published_at.get() == scene.now;
    let action = newest.actions().first().filter(|_| is_new)?;
    let target = u64::from(action.target);
    match Kind::from_number(action.kind)? {
        Kind::SetParam => Some([target, u64::from(action.param), action.value.get()]),
        Kind::Upgrade => Some([10, target, 0]),
        _ => None,
    }
}
