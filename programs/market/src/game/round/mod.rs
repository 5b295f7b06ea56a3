//! A round: five or forty-five seats that decide between results.

#[cfg(test)]
mod claims_tests;
mod verdict;
#[cfg(test)]
mod verdict_tests;

use super::{contribution::Contribution, draw::Purpose, Moment, Rules, Seat, SeatState};
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
    /// Returns the kind with this number.
    pub fn parse(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Dispute),
            2 => Some(Self::Appeal),
            _ => None,
        }
    }

    /// Returns how many seats a round of the kind with this number has; none if there is no such kind.
    pub fn seats_of(number: u8) -> u32 {
        match Self::parse(number) {
            Some(Self::Dispute) => 5,
            Some(Self::Appeal) => 45,
            None => 0,
        }
    }

    /// Returns what the round's seed is drawn for.
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Dispute => Purpose::Dispute,
            Self::Appeal => Purpose::Appeal,
        }
    }

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
    /// 0 before the verdict, 1 for a majority, 2 for none, 3 for a majority that the appeal overturned.
    pub verdict: u8,
}

type Rule<T> = core::result::Result<T, MarketError>;

impl Round {
    /// Returns a round that waits for its draw.
    pub fn open(first_hash: [u8; 32], blind: bool, now: Moment) -> Self {
        let mut round = Self::default();
        round.begin(&first_hash, blind, now);
        round
    }

    /// Lets a zeroed round wait for its draw.
    pub fn begin(&mut self, first_hash: &[u8; 32], blind: bool, now: Moment) {
        self.first_hash = *first_hash;
        self.opened_at = now.time.into();
        self.slot = now.slot.into();
        self.blind = u8::from(blind);
    }

    /// Takes the contribution of the worker that contradicts the standing result.
    pub fn set_challenger(&mut self, worker: &Address, contribution: &Contribution, now: Moment) {
        self.challenger.claim(worker, now);
        self.challenger.hash = contribution.hash;
        self.challenger.seal = contribution.seal;
        self.challenger.set_state(SeatState::Contributed);
    }

    /// Returns whether somebody contradicted a standing result.
    pub fn has_challenger(&self) -> bool {
        self.challenger.worker != Address::default()
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
}
