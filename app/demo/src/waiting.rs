//! Waits for the nodes, and moves the network's clock where only time is left to pass.

use crate::{
    environment::{log_step, Environment},
    order::Order,
    pots::Pots,
    seats::JobSeats,
};
use anyhow::{bail, Result};
use assay_market::game::{Phase, SeatState};
use std::{
    thread,
    time::{Duration, Instant},
};

/// Far longer than anything takes. A demonstration that hangs must end.
const WITHIN: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(200);

/// Polls until `done` returns a value.
///
/// # Errors
/// If a process has ended, or there is no value in time.
pub fn wait<T>(
    env: &Environment,
    what: &str,
    mut done: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(value) = done()? {
            return Ok(value);
        }
        env.check_running()?;
        if started.elapsed() > WITHIN {
            bail!("waited {} s in vain for {what}", WITHIN.as_secs());
        }
        thread::sleep(POLL);
    }
}

/// Waits until every task of the jobs has a result that stands, and no round is left to open or to decide.
pub fn until_all_stand(env: &Environment, orders: &[&Order]) -> Result<Vec<JobSeats>> {
    log_step(
        "waiting until every result stands; the nodes claim, run, contribute, open and decide",
    );
    let mut shown = String::new();
    wait(env, "results that stand", || {
        let jobs = orders.iter().map(|order| JobSeats::read(env, &order.job));
        let jobs = jobs.collect::<Result<Vec<_>>>()?;
        let line = progress(&jobs);
        if line != shown {
            eprintln!("  {line}");
            shown = line;
        }
        let stands = |(job, order): (&JobSeats, &&Order)| {
            job.tasks().all(|task| {
                let is_decided = !order.is_doubtful || job.job.rounds(task) > 0;
                job.phase(task) == Phase::Standing && is_decided
            })
        };
        if jobs.iter().zip(orders).all(stands) {
            return Ok(Some(jobs));
        }
        end_rounds_that_only_wait(env, &jobs)?;
        Ok(None)
    })
}

/// Moves the clock to the end of the rounds if nothing but time is missing: a seat of a round that nobody was admitted to
/// stays empty, and the verdict waits for the end of the round.
fn end_rounds_that_only_wait(env: &Environment, jobs: &[JobSeats]) -> Result<()> {
    let is_still = |phase| matches!(phase, Phase::Standing | Phase::Disputed);
    let claimed: usize = jobs.iter().map(|job| job.count(SeatState::Claimed)).sum();
    if claimed > 0 || !tasks(jobs).all(is_still) {
        return Ok(());
    }
    let now = env.client.now()?;
    let mut end = None;
    for JobSeats { job, rounds } in jobs {
        let rules = job.header.rules();
        for round in rounds.iter().map(|round| &round.header.round) {
            let opened = round.opened_at.get();
            if round.is_decided() {
                continue;
            }
            let claims_end = job
                .header
                .unix_time(opened.saturating_add(rules.round_claims()));
            if now < claims_end.saturating_add(1) {
                return Ok(());
            }
            end = end.max(Some(job.header.unix_time(round.ends_at(&rules))));
        }
    }
    match end {
        Some(end) if now <= end => {
            eprintln!("  a seat of a round stays empty; the clock moves to the end of the round");
            env.advance_to(end.saturating_add(1))
        }
        _ => Ok(()),
    }
}

/// Moves the clock to the end of every hold and waits until every seat is paid or penalized and every round closed. Checks
/// the pots of disputes meanwhile.
pub fn until_settled(env: &Environment, orders: &[&Order]) -> Result<()> {
    log_step("the clock moves past the holds; the nodes collect, penalize and share out");
    for order in orders {
        let JobSeats { job, .. } = JobSeats::read(env, &order.job)?;
        let ends = (0..order.tasks).filter_map(|task| job.task(task).first());
        let end = ends.map(|first| first.until.get()).max().unwrap_or(0);
        env.advance_to(job.header.unix_time(end).saturating_add(1))?;
    }
    let mut pots = Pots::default();
    wait(env, "payouts", || {
        let jobs = orders.iter().map(|order| JobSeats::read(env, &order.job));
        let jobs = jobs.collect::<Result<Vec<_>>>()?;
        pots.check(env, &jobs)?;
        let is_finished = jobs.iter().all(|job| job.job.header.is_finished());
        Ok(is_finished.then_some(()))
    })?;
    if pots.seen > 0 {
        let seen = pots.seen;
        eprintln!("  ok  {seen} times a pot of penalties held exactly what was collected and not yet awarded");
    }
    Ok(())
}

fn tasks(jobs: &[JobSeats]) -> impl Iterator<Item = Phase> + '_ {
    let of = |job: &'_ JobSeats| job.tasks().map(|task| job.phase(task)).collect::<Vec<_>>();
    jobs.iter().flat_map(of)
}

fn progress(jobs: &[JobSeats]) -> String {
    let in_phase = |wanted: &[Phase]| tasks(jobs).filter(|phase| wanted.contains(phase)).count();
    let count = |state| jobs.iter().map(|job| job.count(state)).sum::<usize>();
    format!(
        "{} of {} tasks stand, {} disputed; seats: {} claimed, {} contributed, {} accepted, {} rejected",
        in_phase(&[Phase::Standing]),
        tasks(jobs).count(),
        in_phase(&[Phase::Split, Phase::Disputed]),
        count(SeatState::Claimed),
        count(SeatState::Contributed),
        count(SeatState::Accepted),
        count(SeatState::Rejected)
    )
}
