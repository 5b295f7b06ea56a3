use crate::{
    error::{MarketError, RuleResult},
    game::{draw::Purpose, money::Payouts, round::RoundKind, Round, Seat, SeatState},
};
use anchor_lang::{accounts::Slab, prelude::*};
use pinocchio::cpi::Seed;

/// First seed of the account of a check or a round, before job, task (u32 LE) and kind (u8).
pub const ROUND_SEED: &[u8] = b"round";

/// The account of a check or a round: the header, then its seats.
pub type RoundAccount = Slab<RoundHeader, Seat>;

/// Header of the account of a check or a round. Seeds: `round`, job, task, kind. Whoever opens it pays the rent and gets it
/// back.
///
/// The account of a dispute also divides the penalties of its task, because it outlives those of check and appeal.
#[account]
pub struct RoundHeader {
    /// Version of this layout: 1.
    pub version: u8,
    /// A [`Purpose`]: 0 check, 1 dispute, 2 appeal.
    pub kind: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Of a dispute: bump of the pot's address.
    pub pot_bump: u8,
    /// Of a dispute: 1 once the penalties and their receivers were counted.
    pub counted: u8,
    /// Of a counted dispute: accounts of the task's check and appeal that are not closed.
    pub siblings: u8,
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: PodU32,
    /// Paid the rent and gets it back.
    pub payer: Address,
    /// What the round decides by; of a check nothing but the draw is used.
    pub round: Round,
    /// Claimed seats of this account, the challenger's included, that were not yet paid, released or penalized.
    pub unsettled: PodU32,
    /// Of a dispute: penalties for lies that are still to be collected.
    pub to_penalize: PodU32,
    /// Of a dispute: payouts that are still to be made.
    pub to_award: PodU32,
    /// Of a dispute: accepted seats of rounds.
    pub members: PodU32,
    /// Of a dispute: accepted seats of the task and its check, and challengers that were right.
    pub right: PodU32,
    /// Of a dispute: penalties collected so far, base units of the stake mint.
    pub collected: PodU64,
    /// Of a dispute: pay of each member, base units of the stake mint.
    pub member_pay: PodU64,
    /// Of a dispute: share of the bounty, base units of the stake mint.
    pub bounty: PodU64,
    /// For later versions; zero.
    pub reserved: [u8; 32],
}

/// What the account of a new check or round is filled with.
pub struct NewRound {
    /// What it is for.
    pub purpose: Purpose,
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: u32,
    /// Pays the rent.
    pub payer: Address,
    /// Bump of the account's address.
    pub bump: u8,
    /// Bump of the pot's address, zero without a pot.
    pub pot_bump: u8,
}

impl NewRound {
    /// Fills a zeroed account and gives it its `seats`, all zero.
    ///
    /// # Errors
    /// An error of the account's capacity, which its creation rules out.
    pub fn fill(&self, account: &mut RoundAccount, seats: usize) -> Result<()> {
        account.version = 1;
        account.kind = self.purpose as u8;
        account.bump = self.bump;
        account.pot_bump = self.pot_bump;
        account.job = self.job;
        account.task = self.task.into();
        account.payer = self.payer;
        for _ in 0..seats {
            account.try_push(Seat::default())?;
        }
        Ok(())
    }
}

/// Which account a seat lies in, as instructions name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Source {
    /// The account of the job.
    Job = 0,
    /// The task's check.
    Check = 1,
    /// The task's round of five.
    Dispute = 2,
    /// The task's round of forty-five.
    Appeal = 3,
}

impl Source {
    /// Returns the source with this number.
    ///
    /// # Errors
    /// `NoSuchSeat`.
    pub fn parse(number: u8) -> RuleResult<Self> {
        match number {
            0 => Ok(Self::Job),
            1 => Ok(Self::Check),
            2 => Ok(Self::Dispute),
            3 => Ok(Self::Appeal),
            _ => Err(MarketError::NoSuchSeat),
        }
    }

    /// Returns what the account of a check or round is for; `None` for the job's own.
    pub fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Job => None,
            Self::Check => Some(Purpose::LateSeat),
            Self::Dispute => Some(Purpose::Dispute),
            Self::Appeal => Some(Purpose::Appeal),
        }
    }
}

/// A seat index that means the challenger of a round.
pub const CHALLENGER: u8 = u8::MAX;

impl RoundHeader {
    /// Returns what the account is for.
    pub fn purpose(&self) -> Purpose {
        match self.kind {
            1 => Purpose::Dispute,
            2 => Purpose::Appeal,
            _ => Purpose::LateSeat,
        }
    }

    /// Returns which round this is; `None` for a check.
    pub fn round_kind(&self) -> Option<RoundKind> {
        match self.purpose() {
            Purpose::Dispute => Some(RoundKind::Dispute),
            Purpose::Appeal => Some(RoundKind::Appeal),
            Purpose::LateSeat => None,
        }
    }

    /// Returns the seeds with which the account signs for its pot. `task` is `self.task` in bytes, `ends` kind and bump.
    pub fn signer_seeds<'a>(&'a self, task: &'a [u8; 4], ends: &'a [[u8; 1]; 2]) -> [Seed<'a>; 5] {
        let [kind, bump] = ends;
        [
            Seed::from(ROUND_SEED),
            Seed::from(self.job.as_ref()),
            Seed::from(task),
            Seed::from(kind),
            Seed::from(bump),
        ]
    }

    /// Returns whether the account belongs to this task and is of this kind.
    #[inline(never)]
    pub fn is_of(&self, job: &Address, task: u32, kind: Purpose) -> bool {
        self.job == *job && self.task.get() == task && self.kind == kind as u8
    }

    /// Books that a seat of this account was claimed.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn book_claim(&mut self) -> RuleResult<()> {
        let sum = self.unsettled.get().checked_add(1);
        self.unsettled = sum.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Books that a seat of this account was settled, or reopened.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn book_settled(&mut self) -> RuleResult<()> {
        let rest = self.unsettled.get().checked_sub(1);
        self.unsettled = rest.ok_or(MarketError::Overflow)?.into();
        Ok(())
    }

    /// Records who pays for the dispute and who is paid, once the task has ended.
    pub fn count(&mut self, census: &Census, value: u64, penalty: u64) {
        self.counted = 1;
        self.to_penalize = census.rejected.into();
        self.members = census.members.into();
        self.right = census.right.into();
        if census.rejected == 0 {
            self.divide(value, penalty);
        }
    }

    /// Books one penalty of `taken` base units. The last one divides what was collected.
    ///
    /// # Errors
    /// `NothingToPenalize`, `Overflow`.
    #[inline(never)]
    pub fn book_penalty(&mut self, taken: u64, value: u64, penalty: u64) -> RuleResult<()> {
        let left = self.to_penalize.get().checked_sub(1);
        self.to_penalize = left.ok_or(MarketError::NothingToPenalize)?.into();
        let sum = self.collected.get().checked_add(taken);
        self.collected = sum.ok_or(MarketError::Overflow)?.into();
        if self.to_penalize.get() == 0 {
            self.divide(value, penalty);
        }
        Ok(())
    }

    #[inline(never)]
    fn divide(&mut self, value: u64, penalty: u64) {
        let (members, right) = (self.members.get(), self.right.get());
        let payouts = Payouts::new(self.collected.get(), members, right, value, penalty);
        self.member_pay = payouts.member.into();
        self.bounty = payouts.bounty.into();
        self.to_award = members.saturating_add(right).into();
    }

    /// Returns whether the penalties are divided, so that awards can be paid.
    pub fn is_divided(&self) -> bool {
        self.counted != 0 && self.to_penalize.get() == 0
    }

    /// Books one award.
    ///
    /// # Errors
    /// `NothingToCollect`.
    pub fn book_award(&mut self) -> RuleResult<()> {
        let left = self.to_award.get().checked_sub(1);
        self.to_award = left.ok_or(MarketError::NothingToCollect)?.into();
        Ok(())
    }

    /// Returns whether the account can be closed: every seat is settled, and a dispute has paid everything out and is
    /// the last account of its task.
    pub fn is_done(&self) -> bool {
        let dispute = self.purpose() == Purpose::Dispute;
        let paid_out = self.is_divided() && self.to_award.get() == 0;
        self.unsettled.get() == 0 && (!dispute || (paid_out && self.siblings == 0))
    }
}

/// How many seats of a disputed task pay, and how many are paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Rejected anywhere: they pay for a lie.
    pub rejected: u32,
    /// Accepted in a round.
    pub members: u32,
    /// Accepted in the task or its check, or right as a challenger.
    pub right: u32,
}

impl Census {
    /// Counts seats of the task, its check, or challengers.
    #[inline(never)]
    pub fn count_parties<'a>(&mut self, seats: impl IntoIterator<Item = &'a Seat>) {
        for seat in seats {
            match seat.state() {
                SeatState::Accepted => self.right = self.right.saturating_add(1),
                // A check that was never opened may have paid before the dispute.
                SeatState::Rejected if !seat.is_settled() => {
                    self.rejected = self.rejected.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    /// Counts seats of a round.
    #[inline(never)]
    pub fn count_members<'a>(&mut self, seats: impl IntoIterator<Item = &'a Seat>) {
        for seat in seats {
            match seat.state() {
                SeatState::Accepted => self.members = self.members.saturating_add(1),
                SeatState::Rejected => self.rejected = self.rejected.saturating_add(1),
                _ => {}
            }
        }
    }
}
