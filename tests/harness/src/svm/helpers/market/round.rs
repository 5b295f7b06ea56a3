//! Checks, challenges and rounds. A worker is named by its owner.

use crate::{
    instruction::market::{self, JobAddresses, OpenRoundParams, SeatPlace, TaskSeat},
    keypairs::{node_of, worker_of},
    pda::market as at,
    protocol::work::{contribution, digest_of, round_seat_opens_at, stopped_memory},
    Address, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_client::RoundView;
use assay_market::{
    game::{
        contribution::{blinded, Contribution},
        round::RoundKind,
    },
    instructions::Opening,
    state::Source,
};

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

impl TestContext {
    /// Opens the check of a task as this actor: the drawn one as anyone, one of a standing result as its requester.
    pub fn open_check(&mut self, payer: &str, job: &JobAddresses, task: u32) -> Sent {
        let payer = self.actor(payer);
        let open = market::open_check(payer.pubkey(), job.address, task);
        self.send(&[open], &[&payer])
    }

    /// Opens a round about a task whose seats disagree.
    pub fn open_split(&mut self, payer: &str, job: &JobAddresses, task: u32) -> Sent {
        let params = self.round_params(payer, job, task, RoundKind::Dispute, None);
        let payer = self.actor(payer);
        self.send(&market::open_round(&params), &[&payer])
    }

    /// Challenges a standing result, or appeals against a verdict, with the actor's worker and its answer.
    pub fn challenge(
        &mut self,
        name: &str,
        job: &JobAddresses,
        task: u32,
        kind: RoundKind,
        answer: &str,
    ) -> Sent {
        let params = self.challenge_params(name, job, task, kind, answer);
        let node = self.node(name);
        self.send(&market::open_round(&params), &[&node])
    }

    /// Returns what the actor's node challenges with.
    pub fn challenge_params(
        &mut self,
        name: &str,
        job: &JobAddresses,
        task: u32,
        kind: RoundKind,
        answer: &str,
    ) -> OpenRoundParams {
        let seed = self.job(job).0.seed;
        let digest = digest_of(&seed, answer);
        let contribution = contribution(name, &seed, task, &digest);
        let challenge = (worker_of(name), seed, contribution);
        let node = node_of(name);
        self.round_params(&node, job, task, kind, Some(challenge))
    }

    fn round_params(
        &mut self,
        payer: &str,
        job: &JobAddresses,
        task: u32,
        kind: RoundKind,
        challenge: Option<(Address, [u8; 32], Contribution)>,
    ) -> OpenRoundParams {
        let first = self.job_view(job).task(task).first().copied();
        OpenRoundParams {
            payer: self.address_of(payer),
            job: job.address,
            task,
            kind,
            first_worker: first.expect("the task exists").worker,
            stake_mint: self.stake_mint(),
            challenge,
        }
    }

    /// Draws the seed of a check or round in the next slot.
    pub fn draw_round(&mut self, job: &JobAddresses, task: u32, source: Source) -> Sent {
        self.advance(1);
        let round = at::round(&job.address, task, source);
        let any = TaskSeat { task, seat: 0 };
        self.crank(market::draw_seat(job.address, any, Some(round)))
    }

    /// Claims a seat of a check or round for the actor's worker at once, whatever its rank.
    pub fn claim_round_now(&mut self, name: &str, job: &JobAddresses, place: SeatPlace) -> Sent {
        let node = self.node(name);
        let round = at::round(&job.address, place.task, place.source);
        let worker = worker_of(name);
        let claim = market::claim_round(node.pubkey(), worker, job.address, round, place.seat);
        self.send(&[claim], &[&node])
    }

    /// Claims a seat of a check or round for the actor's worker as soon as its rank admits it. The seed is drawn first.
    pub fn claim_round(&mut self, name: &str, job: &JobAddresses, place: SeatPlace) -> Sent {
        if !is_drawn(&self.round_view(job, place.task, place.source)) {
            self.draw_round(job, place.task, place.source)
                .expect("a round is drawn");
        }
        let round = self.round_view(job, place.task, place.source);
        let (view, worker) = (self.job_view(job), self.worker_account(name));
        let opens_at = round_seat_opens_at(&view, &round, place.seat, &worker_of(name), &worker);
        self.wait_until(opens_at);
        self.claim_round_now(name, job, place)
    }

    /// Contributes an answer of the actor's worker to a check or round: blinded where the result is public.
    pub fn contribute_round(
        &mut self,
        name: &str,
        job: &JobAddresses,
        place: SeatPlace,
        answer: &str,
    ) -> Sent {
        let opening = self.opening_of(job, place.task, place.source, answer);
        self.contribute_round_digest(name, job, place, &contributed(&opening))
    }

    /// Contributes any digest of the actor's worker to a check or round.
    pub fn contribute_round_digest(
        &mut self,
        name: &str,
        job: &JobAddresses,
        place: SeatPlace,
        digest: &[u8; 32],
    ) -> Sent {
        let seed = self.job(job).0.seed;
        let contribution = contribution(name, &seed, place.task, digest);
        let (node, worker) = (self.node(name), worker_of(name));
        let round = at::round(&job.address, place.task, place.source);
        let key = node.pubkey();
        let contribute =
            market::contribute_round(key, worker, job.address, round, place.seat, &contribution);
        self.send(&[contribute], &[&node])
    }

    /// Returns what opens an answer in a check or round: with the memory of the stopped run where contributions are blinded.
    pub fn opening_of(
        &self,
        job: &JobAddresses,
        task: u32,
        source: Source,
        answer: &str,
    ) -> Opening {
        let (view, round) = (self.job_view(job), self.round_view(job, task, source));
        let is_blind = match source {
            Source::Check => view.digest(task).is_some(),
            _ => round.header.round.blind != 0,
        };
        let seed = view.header.seed;
        Opening {
            digest: digest_of(&seed, answer),
            memory: if is_blind {
                stopped_memory(&seed, answer)
            } else {
                [0; 32]
            },
        }
    }

    /// Decides a round, or opens the check that a requester asked for, as the actor "anyone".
    pub fn decide(
        &mut self,
        job: &JobAddresses,
        task: u32,
        source: Source,
        opening: Option<Opening>,
    ) -> Sent {
        let round = at::round(&job.address, task, source);
        let check = self.check_of(job, task).filter(|_| source != Source::Check);
        self.crank(market::decide_round(job.address, round, check, opening))
    }

    /// Lets these workers claim the first seats of a round, contribute their answers, and opens `answer`. The round must be
    /// over by then: every seat contributed.
    pub fn play_round(
        &mut self,
        job: &JobAddresses,
        task: u32,
        source: Source,
        answers: &[(&str, &str)],
        answer: &str,
    ) -> Sent {
        for (seat, (name, given)) in (0u8..).zip(answers) {
            let place = SeatPlace { task, source, seat };
            self.claim_round(name, job, place).expect("a round claim");
            self.contribute_round(name, job, place, given)
                .expect("a round contribution");
        }
        let opening = self.opening_of(job, task, source, answer);
        self.decide(job, task, source, Some(opening))
    }

    /// Lets the workers of [`WORKERS`](super::WORKERS) that are admitted first, except these, claim the first seats of a round,
    /// one for each answer, and contribute these answers. Returns their names; a worker may have several seats.
    pub fn convene(
        &mut self,
        job: &JobAddresses,
        task: u32,
        source: Source,
        answers: &[&str],
        except: &[&str],
    ) -> Vec<&'static str> {
        if !is_drawn(&self.round_view(job, task, source)) {
            self.draw_round(job, task, source)
                .expect("a round is drawn");
        }
        let mut members = Vec::new();
        for (seat, answer) in (0u8..).zip(answers) {
            let place = SeatPlace { task, source, seat };
            let (view, round) = (self.job_view(job), self.round_view(job, task, source));
            let candidates = super::WORKERS.iter().filter(|name| !except.contains(name));
            let first = candidates.min_by_key(|name| {
                let worker = self.worker_account(name);
                round_seat_opens_at(&view, &round, seat, &worker_of(name), &worker)
            });
            let name = *first.expect("a worker");
            self.claim_round(name, job, place).expect("a round claim");
            self.contribute_round(name, job, place, answer)
                .expect("a round contribution");
            members.push(name);
        }
        members
    }

    /// Moves the clock to the end of a round that was opened.
    pub fn end_round(&mut self, job: &JobAddresses, task: u32, source: Source) {
        let (view, round) = (self.job_view(job), self.round_view(job, task, source));
        let end = round.header.round.ends_at(&view.header.rules());
        self.wait_until(Some(view.header.unix_time(end)));
    }

    /// Pays the check of a task to the actor's ATA.
    pub fn collect_check(&mut self, name: &str, job: &JobAddresses, task: u32) -> Sent {
        let owner = self.address_of(name);
        self.ata(&job.payment.mint, &owner);
        self.crank(market::collect_check(job, &owner, task))
    }

    /// Counts the dispute of a task.
    pub fn count_dispute(&mut self, job: &JobAddresses, task: u32) -> Sent {
        let appeal = at::round(&job.address, task, Source::Appeal);
        let appealed = self.exists(&appeal);
        let checked = self.check_of(job, task).is_some();
        self.crank(market::count_dispute(job.address, task, appealed, checked))
    }

    /// Pays a seat of a disputed task to the actor's ATA of the stake mint.
    pub fn award(&mut self, name: &str, job: &JobAddresses, place: SeatPlace) -> Sent {
        let (owner, mint) = (self.address_of(name), self.stake_mint());
        self.ata(&mint, &owner);
        self.crank(market::collect_award(job.address, &owner, place, &mint))
    }

    /// Closes the account of a check or round and returns its rent to who paid it.
    pub fn close_round(&mut self, job: &JobAddresses, task: u32, source: Source) -> Sent {
        let payer = self.round_view(job, task, source).header.payer;
        let mint = self.stake_mint();
        let disputed = self.job_view(job).rounds(task) > 0;
        let close = market::close_round(payer, job.address, task, source, disputed, &mint);
        self.crank(close)
    }
}

/// Returns what a seat contributes for what opens it.
pub fn contributed(opening: &Opening) -> [u8; 32] {
    if opening.memory == [0; 32] {
        opening.digest
    } else {
        blinded(&opening.digest, &opening.memory)
    }
}

/// Returns whether a check or round has its seed.
fn is_drawn(round: &RoundView) -> bool {
    match round.source() {
        Source::Check => round.seats.first().is_some_and(|seat| seat.drawn != 0),
        _ => round.header.round.is_drawn(),
    }
}
