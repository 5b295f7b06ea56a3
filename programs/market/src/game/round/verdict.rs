//! How a round ends: who has the majority, who is right, and what an appeal changes.

use super::{Outcome, Round, Rule};
use crate::{
    error::MarketError,
    game::{
        contribution::{agreement_hash, blinded, seal, Contribution},
        Moment, Rules, Seat, SeatState,
    },
};

impl Round {
    /// Returns whether nothing can be contributed any more: the end has come, or every seat has contributed.
    pub fn is_over(&self, seats: &[Seat], now: Moment, rules: &Rules) -> bool {
        let all = || seats.iter().all(|s| s.state() == SeatState::Contributed);
        now.time >= self.ends_at(rules) || all()
    }

    /// Returns the agreement hash that more than half of all seats contributed.
    #[inline(never)]
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
    #[allow(
        clippy::too_many_arguments,
        reason = "a transition names all it depends on"
    )]
    #[inline(never)]
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
    #[inline(never)]
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

    #[inline(never)]
    fn check_over(&self, seats: &[Seat], now: Moment, rules: &Rules) -> Rule<()> {
        if self.is_decided() {
            return Err(MarketError::RoundDecided);
        }
        if !self.is_over(seats, now, rules) {
            return Err(MarketError::RoundNotOver);
        }
        Ok(())
    }

    #[inline(never)]
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
    #[inline(never)]
    pub fn judge_challenger(&mut self, digest: &[u8; 32], seed: &[u8; 32], number: u32) {
        if self.challenger.has_contributed() {
            let expected = Contribution::new(seed, number, &self.challenger.worker, digest);
            self.challenger.judge(&expected.hash, &expected.seal);
        }
    }

    /// Corrects the seats of a dispute that the appeal decided otherwise. Does so once: a second time would free the majority.
    ///
    /// Seats that were not blinded are judged by the appeal's digest: also who voted apart so that the dispute ends without a
    /// majority has lied. When the dispute was blinded and had a majority, that was wrong, and of the others nothing is
    /// known, because their blinding is not.
    pub fn overturn(
        &mut self,
        seats: &mut [Seat],
        digest: &[u8; 32],
        seed: &[u8; 32],
        number: u32,
    ) {
        let is_blind = self.blind != 0;
        match self.verdict {
            1 if self.digest != *digest => self.judge_challenger(digest, seed, number),
            2 if !is_blind => {}
            _ => return,
        }
        for seat in seats.iter_mut() {
            match (self.verdict, seat.state()) {
                (1, SeatState::Accepted) if is_blind => seat.set_state(SeatState::Rejected),
                (1, SeatState::Rejected) if is_blind => seat.set_state(SeatState::Void),
                (1, SeatState::Accepted | SeatState::Rejected) | (2, SeatState::Void) => {
                    let right = Contribution::new(seed, number, &seat.worker, digest);
                    seat.judge(&right.hash, &right.seal);
                }
                _ => {}
            }
        }
        self.verdict = 3;
    }
}

fn is_majority(votes: usize, seats: usize) -> bool {
    votes.saturating_mul(2) > seats
}
