//! A round: five or forty-five seats that decide between results.

use super::{
    contribution::{agreement_hash, blinded, seal, Contribution},
    Moment, Rules, Seat, SeatState,
};
use crate::error::MarketError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Which round it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum RoundKind {
    /// The first: five seats. Its verdict can be challenged once.
    Dispute = 1,
    /// The second and last: forty-five seats.
    Appeal = 2,
}

impl RoundKind {
    /// Returns how many seats the round has.
    pub fn seats(self) -> usize {
        match self {
            Self::Dispute => 5,
            Self::Appeal => 45,
        }
    }
}

/// What a round decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// More than half of **all** seats contributed and sealed this digest.
    Majority {
        /// The digest `D` of the result's record.
        digest: [u8; 32],
    },
    /// No digest has more than half of all seats.
    NoMajority,
}

/// The state of a round beside its seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Round {
    /// Decides who is admitted to which seat, once drawn.
    pub seed: [u8; 32],
    /// The agreement hash of the task's first seat, which the task forgets when its result is opened.
    pub first_hash: [u8; 32],
    /// Who contradicts a standing result: a contribution without rank. Its worker is zero when a disagreement showed by
    /// itself.
    pub challenger: Seat,
    /// The digest that a majority decided for.
    pub digest: [u8; 32],
    /// Time of the opening.
    pub opened_at: PodU32,
    /// The slot whose successor draws the seed.
    pub slot: PodU32,
    /// 1 once the seed is drawn.
    pub drawn: u8,
    /// 1 when the result was public at the opening, so that contributions are blinded.
    pub blind: u8,
    /// 0 before the verdict, 1 for a majority, 2 for none.
    pub verdict: u8,
}

type Rule<T> = core::result::Result<T, MarketError>;

impl Round {
    /// Returns a round that waits for its draw.
    pub fn open(first_hash: [u8; 32], blind: bool, now: Moment) -> Self {
        Self {
            first_hash,
            opened_at: now.time.into(),
            slot: now.slot.into(),
            blind: u8::from(blind),
            ..Self::default()
        }
    }

    /// Takes the contribution of the worker that contradicts the standing result.
    pub fn set_challenger(&mut self, worker: &Address, contribution: &Contribution, now: Moment) {
        self.challenger.claim(worker, now);
        self.challenger.hash = contribution.hash;
        self.challenger.seal = contribution.seal;
        self.challenger.set_state(SeatState::Contributed);
    }

    /// Returns the second from which nothing can be contributed any more.
    pub fn ends_at(&self, rules: &Rules) -> u32 {
        self.opened_at.get().saturating_add(rules.round_length())
    }

    /// Returns whether the round has its seed.
    pub fn is_drawn(&self) -> bool {
        self.drawn != 0
    }

    /// Gives the round its seed.
    ///
    /// # Errors
    /// `NothingToDraw`.
    pub fn draw(&mut self, seed: [u8; 32]) -> Rule<()> {
        if self.is_drawn() || self.is_decided() {
            return Err(MarketError::NothingToDraw);
        }
        self.seed = seed;
        self.drawn = 1;
        Ok(())
    }

    /// Names another slot for the draw when the chain has forgotten the first. The end of the round stays.
    ///
    /// # Errors
    /// `NothingToDraw`.
    pub fn draw_later(&mut self, now: Moment) -> Rule<()> {
        if self.is_drawn() || self.is_decided() {
            return Err(MarketError::NothingToDraw);
        }
        self.slot = now.slot.into();
        Ok(())
    }

    /// Returns whether there is a verdict.
    pub fn is_decided(&self) -> bool {
        self.verdict != 0
    }

    /// Checks that a seat can be claimed now. A worker may hold several.
    ///
    /// # Errors
    /// `SeatNotDrawn`, `SeatNotFree`, `ClaimingOver`.
    pub fn check_claim(&self, seat: &Seat, now: Moment, rules: &Rules) -> Rule<()> {
        if !self.is_drawn() {
            return Err(MarketError::SeatNotDrawn);
        }
        let claims_end = self.opened_at.get().saturating_add(rules.round_claims());
        if self.is_decided() || now.time >= claims_end {
            return Err(MarketError::ClaimingOver);
        }
        if seat.state() != SeatState::Free {
            return Err(MarketError::SeatNotFree);
        }
        Ok(())
    }

    /// Takes a contribution until the round ends.
    ///
    /// # Errors
    /// Those of [`Seat::contribute`].
    pub fn contribute(
        &self,
        seat: &mut Seat,
        worker: &Address,
        contribution: &Contribution,
        now: Moment,
        rules: &Rules,
    ) -> Rule<()> {
        seat.contribute(worker, contribution, now, self.ends_at(rules))
    }

    /// Returns whether nothing can be contributed any more: the end has come, or every seat has contributed.
    pub fn is_over(&self, seats: &[Seat], now: Moment, rules: &Rules) -> bool {
        let all = || seats.iter().all(|s| s.state() == SeatState::Contributed);
        now.time >= self.ends_at(rules) || all()
    }

    /// Returns the agreement hash that more than half of all seats contributed.
    pub fn majority_hash(seats: &[Seat]) -> Option<[u8; 32]> {
        // Boyer and Moore 1981: whatever has a majority survives the pairing off.
        let contributed = || {
            let delivered = seats.iter().filter(|s| s.state() == SeatState::Contributed);
            delivered.map(|seat| &seat.hash)
        };
        let (mut candidate, mut lead) = (None, 0u32);
        for hash in contributed() {
            if lead == 0 {
                candidate = Some(hash);
                lead = 1;
            } else if candidate == Some(hash) {
                lead = lead.saturating_add(1);
            } else {
                lead = lead.saturating_sub(1);
            }
        }
        let candidate = candidate?;
        let votes = contributed().filter(|hash| *hash == candidate).count();
        is_majority(votes, seats.len()).then_some(*candidate)
    }

    /// Decides the round by opening what its majority contributed: `digest`, and `memory` = `Q` when it was blinded.
    ///
    /// Seats with another hash or a wrong seal are rejected. When wrong seals cost the group its majority there is none,
    /// and seats that did not seal wrongly get their bonds back.
    ///
    /// # Errors
    /// `RoundDecided`, `RoundNotOver`, `NoMajority`, `DeadlinePassed`, `WrongOpening`.
    #[allow(clippy::too_many_arguments)]
    pub fn decide(
        &mut self,
        seats: &mut [Seat],
        digest: &[u8; 32],
        memory: &[u8; 32],
        seed: &[u8; 32],
        number: u32,
        now: Moment,
        rules: &Rules,
    ) -> Rule<Outcome> {
        self.check_over(seats, now, rules)?;
        let majority = Self::majority_hash(seats).ok_or(MarketError::NoMajority)?;
        if now.time >= self.ends_at(rules).saturating_add(rules.open_window) {
            return Err(MarketError::DeadlinePassed);
        }
        let value = if self.blind != 0 {
            blinded(digest, memory)
        } else {
            *digest
        };
        let hash = agreement_hash(seed, number, &value);
        if hash != majority {
            return Err(MarketError::WrongOpening);
        }
        let total = seats.len();
        let mut sealed_right = 0usize;
        for seat in seats.iter_mut() {
            match seat.state() {
                SeatState::Claimed => seat.set_state(SeatState::Missed),
                SeatState::Contributed => {
                    let sealed = seal(seed, number, &seat.worker, &value);
                    if seat.judge(&hash, &sealed) {
                        sealed_right = sealed_right.saturating_add(1);
                    }
                }
                _ => {}
            }
        }
        if !is_majority(sealed_right, total) {
            for seat in seats.iter_mut() {
                let sealed_wrongly = seat.state() == SeatState::Rejected && seat.hash == hash;
                if seat.has_contributed() && !sealed_wrongly {
                    seat.set_state(SeatState::Void);
                }
            }
            return self.end(Outcome::NoMajority, seed, number);
        }
        self.end(Outcome::Majority { digest: *digest }, seed, number)
    }

    /// Ends a round that nobody can decide any more: no hash has a majority, or the majority did not open its digest in
    /// time, which is rejected for it.
    ///
    /// # Errors
    /// `RoundDecided`, `RoundNotOver`, `MajorityMustOpen`.
    pub fn give_up(
        &mut self,
        seats: &mut [Seat],
        seed: &[u8; 32],
        number: u32,
        now: Moment,
        rules: &Rules,
    ) -> Rule<Outcome> {
        self.check_over(seats, now, rules)?;
        let majority = Self::majority_hash(seats);
        let open_until = self.ends_at(rules).saturating_add(rules.open_window);
        if majority.is_some() && now.time < open_until {
            return Err(MarketError::MajorityMustOpen);
        }
        for seat in seats.iter_mut() {
            match seat.state() {
                SeatState::Claimed => seat.set_state(SeatState::Missed),
                SeatState::Contributed if majority == Some(seat.hash) => {
                    seat.set_state(SeatState::Rejected);
                }
                SeatState::Contributed => seat.set_state(SeatState::Void),
                _ => {}
            }
        }
        self.end(Outcome::NoMajority, seed, number)
    }

    fn check_over(&self, seats: &[Seat], now: Moment, rules: &Rules) -> Rule<()> {
        if self.is_decided() {
            return Err(MarketError::RoundDecided);
        }
        if !self.is_over(seats, now, rules) {
            return Err(MarketError::RoundNotOver);
        }
        Ok(())
    }

    fn end(&mut self, outcome: Outcome, seed: &[u8; 32], number: u32) -> Rule<Outcome> {
        match outcome {
            Outcome::Majority { digest } => {
                self.verdict = 1;
                self.digest = digest;
                self.judge_challenger(&digest, seed, number);
            }
            Outcome::NoMajority => {
                self.verdict = 2;
                if self.challenger.has_contributed() {
                    // The burden of proof is on who contradicts; it costs what a missed deadline costs.
                    self.challenger.set_state(SeatState::Missed);
                }
            }
        }
        Ok(outcome)
    }

    /// Judges the challenger by a digest: right only if it had committed to this one.
    pub fn judge_challenger(&mut self, digest: &[u8; 32], seed: &[u8; 32], number: u32) {
        if self.challenger.has_contributed() {
            let expected = Contribution::new(seed, number, &self.challenger.worker, digest);
            self.challenger.judge(&expected.hash, &expected.seal);
        }
    }

    /// Corrects the seats of a dispute that the appeal decided otherwise.
    ///
    /// When the dispute had a majority, that was wrong, and of the others nothing is known, because their blinding is not.
    /// When it had none and was not blinded, its seats are judged by the appeal's digest: who voted apart so that the
    /// dispute ends without a majority has lied.
    pub fn overturn(
        &mut self,
        seats: &mut [Seat],
        digest: &[u8; 32],
        seed: &[u8; 32],
        number: u32,
    ) {
        match self.verdict {
            1 if self.digest != *digest => {
                for seat in seats.iter_mut() {
                    match seat.state() {
                        SeatState::Accepted => seat.set_state(SeatState::Rejected),
                        SeatState::Rejected => seat.set_state(SeatState::Void),
                        _ => {}
                    }
                }
                self.judge_challenger(digest, seed, number);
            }
            2 if self.blind == 0 => {
                for seat in seats.iter_mut().filter(|s| s.state() == SeatState::Void) {
                    let right = Contribution::new(seed, number, &seat.worker, digest);
                    seat.judge(&right.hash, &right.seal);
                }
            }
            _ => {}
        }
    }
}

fn is_majority(votes: usize, seats: usize) -> bool {
    votes.saturating_mul(2) > seats
}
