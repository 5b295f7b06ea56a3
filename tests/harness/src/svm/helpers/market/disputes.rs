//! Tasks about which rounds are opened, and members that no round has to wait for.

use super::WORKERS;
use crate::{
    instruction::market::{self, JobAddresses, SeatPlace},
    keypairs::{provider_of, worker_of},
    pda::market as at,
    protocol::market::{checked_terms, terms},
    Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{
    game::{round::RoundKind, Seat, SeatState},
    state::{Source, Totals, CHALLENGER},
};
use assay_staking::state::Provider;

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

/// The owners of the workers that sit in rounds.
pub const MEMBERS: [&str; 5] = ["dave", "erin", "frank", "grace", "heidi"];

/// Collateral that makes a worker admitted to every seat of a round at once, because the round ranks it by the market's
/// collateral at the posting. Base units of the stake mint.
const PLENTY: u64 = 1_000_000_000;

/// Returns a seat of task 0.
pub fn seat_of(source: Source, seat: u8) -> SeatPlace {
    SeatPlace {
        task: 0,
        source,
        seat,
    }
}

/// Returns forty-five answers of the [`MEMBERS`], nine of each.
pub fn forty_five(answer: &str) -> Vec<(&str, &str)> {
    let members = MEMBERS.iter().cycle().take(RoundKind::Appeal.seats());
    members.map(|name| (*name, answer)).collect()
}

/// Returns five answers of the [`MEMBERS`], one of each.
pub fn five(answers: [&str; 5]) -> Vec<(&str, &str)> {
    MEMBERS.into_iter().zip(answers).collect()
}

impl TestContext {
    /// Returns a job of alice with one task, in which bob's `answer` stands. The [`MEMBERS`] have plenty of collateral.
    pub fn with_standing(answer: &str) -> (Self, JobAddresses) {
        let mut context = Self::with_workers();
        let job = context.post("alice", terms());
        context.complete_task(&job, 0, &["bob"], answer);
        context.enrich(&MEMBERS);
        (context, job)
    }

    /// Returns a job as [`TestContext::with_standing`] does, after carol has challenged with another answer.
    pub fn with_dispute(answer: &str, challenge: &str) -> (Self, JobAddresses) {
        let (mut context, job) = Self::with_standing(answer);
        context
            .challenge("carol", &job, 0, RoundKind::Dispute, challenge)
            .expect("a challenge");
        (context, job)
    }

    /// Returns a job of alice with one task, to whose seats bob contributed "lie" and carol "42". The [`MEMBERS`] have plenty
    /// of collateral.
    pub fn with_split() -> (Self, JobAddresses) {
        let mut context = Self::with_workers();
        let job = context.post("alice", checked_terms(10_000));
        context.fill_seats(&job, 0, &[("bob", "lie"), ("carol", "42")]);
        context.enrich(&MEMBERS);
        (context, job)
    }

    /// Stakes `amount` base units more for the actor and adds them to its worker's collateral at once.
    pub fn fund(&mut self, name: &str, amount: u64) {
        let owner = self.actor(name);
        self.stake(&owner, amount);
        let add = market::add_collateral(owner.pubkey(), amount);
        self.send(&[add], &[&owner]).expect("collateral is added");
    }

    /// Gives the workers of these actors so much collateral that rounds about jobs that are posted already admit them at once.
    pub fn enrich(&mut self, names: &[&str]) {
        for name in names {
            self.fund(name, PLENTY);
        }
        // Collateral is drawn only for rounds that are opened later.
        self.advance(1);
    }

    /// Lets these workers claim the first seats of a round of task 0 and contribute their answers.
    pub fn fill_round(&mut self, job: &JobAddresses, source: Source, answers: &[(&str, &str)]) {
        for (seat, (name, answer)) in (0u8..).zip(answers) {
            let place = seat_of(source, seat);
            self.claim_round(name, job, place).expect("a round claim");
            self.contribute_round(name, job, place, answer)
                .expect("a round contribution");
        }
    }

    /// Decides a round of task 0 by opening `answer`.
    pub fn decide_for(&mut self, job: &JobAddresses, source: Source, answer: &str) -> Sent {
        let opening = self.opening_of(job, 0, source, answer);
        self.decide(job, 0, source, Some(opening))
    }

    /// Collects, penalizes and awards every seat of task 0, closes its rounds and the job, and checks that no collateral
    /// stays bound or lost. The task must have ended.
    ///
    /// # Panics
    /// If something cannot be closed.
    #[track_caller]
    pub fn close_everything(&mut self, job: &JobAddresses) {
        let sources = [Source::Check, Source::Dispute, Source::Appeal];
        let exists = |context: &Self, source| context.exists(&at::round(&job.address, 0, source));
        let disputed = exists(self, Source::Dispute);
        if disputed && self.round_view(job, 0, Source::Dispute).header.counted == 0 {
            self.count_dispute(job, 0).expect("the dispute is counted");
        }
        let mut places: Vec<(SeatPlace, Seat)> = Vec::new();
        let first = self.job_view(job).task(0).to_vec();
        places.extend(
            (0u8..)
                .zip(first)
                .map(|(i, seat)| (seat_of(Source::Job, i), seat)),
        );
        for source in sources {
            if !exists(self, source) {
                continue;
            }
            let round = self.round_view(job, 0, source);
            places.push((seat_of(source, CHALLENGER), round.header.round.challenger));
            places.extend(
                (0u8..)
                    .zip(round.seats)
                    .map(|(i, seat)| (seat_of(source, i), seat)),
            );
        }
        let unsettled = |seat: &Seat| !seat.is_settled();
        for (place, seat) in places.iter().filter(|(_, seat)| unsettled(seat)) {
            if matches!(seat.state(), SeatState::Rejected | SeatState::Missed) {
                let name = holder(seat);
                self.penalize(name, job, *place).expect("a penalty");
            }
        }
        for (place, seat) in &places {
            let state = seat.state();
            if !matches!(state, SeatState::Accepted | SeatState::Void) {
                continue;
            }
            let name = holder(seat);
            match place.source {
                Source::Job if unsettled(seat) => {
                    let paid = self.collect(name, job, &[u32::from(place.seat)]);
                    paid.expect("pay");
                }
                Source::Check if unsettled(seat) => {
                    self.collect_check(name, job, 0).expect("pay of a check");
                }
                Source::Dispute | Source::Appeal if unsettled(seat) => {
                    self.award(name, job, *place).expect("an award");
                }
                _ => {}
            }
            let of_task = matches!(place.source, Source::Job | Source::Check);
            if disputed && of_task && seat.awaits_award() {
                self.award(name, job, *place).expect("a bounty");
            }
        }
        for source in [Source::Check, Source::Appeal, Source::Dispute] {
            if exists(self, source) {
                self.close_round(job, 0, source).expect("a round is closed");
            }
        }
        self.close("alice", job).expect("the job is closed");
        let mut collateral = 0;
        for name in WORKERS {
            let worker = self.worker_account(name);
            assert_eq!(
                (worker.locked.get(), worker.accused.get()),
                (0, 0),
                "{name}"
            );
            let provider: Provider = self.account(&provider_of(name));
            assert_eq!(provider.allocated, worker.free, "{name}");
            collateral += worker.free.get();
        }
        let totals: Totals = self.account(&at::totals());
        assert_eq!(totals.collateral.get(), collateral);
    }
}

/// Returns the owner of the worker that holds a seat.
fn holder(seat: &Seat) -> &'static str {
    let holds = |name: &&str| worker_of(name) == seat.worker;
    WORKERS
        .into_iter()
        .find(holds)
        .expect("a worker of `WORKERS`")
}
