//! What the posting of a job freezes for the whole life of its tasks.

/// A point of the job's life, counted from its posting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Seconds since the posting.
    pub time: u32,
    /// Slots since the posting.
    pub slot: u32,
}

/// The rules that a job was posted under. Times are seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Late seats that every task has.
    pub late_seats: u8,
    /// Chance of one more late seat, basis points below 10,000.
    pub check_bps: u16,
    /// From a claim to its contribution.
    pub run_window: u32,
    /// From the opening of a result, or from a verdict, to its end.
    pub hold: u32,
    /// In which agreed results must be opened, and in which a disagreement must get its round.
    pub open_window: u32,
    /// In which the admission to a seat doubles.
    pub step: u32,
    /// From the posting; then no first seat can be claimed.
    pub claim_until: u32,
    /// The market's whole collateral at the posting, stake base units.
    pub total_collateral: u64,
}

/// Steps after which a late seat is open to practically everybody: a worker with 2⁻²⁴ of the market's collateral and the
/// worst of a million draws is admitted by then.
pub const STEPS_TO_ALL: u32 = 32;
/// How many times a late seat can be offered for a whole run window: once more than a single miss can use up.
pub const LATE_OFFERS: u32 = 2;
/// Rounds admit more slowly, so that the order of rank also decides between machines that are busy.
pub const ROUND_STEP: u32 = 4;
/// Round steps after which a round takes nobody any more: `¼·2⁸`, 64 times the market's mean rank, so that a round finds
/// its members even when one node in ten is awake. Empty seats count for nobody, so they let a wrong result stand.
pub const ROUND_STEPS: u32 = 8;

impl Rules {
    /// How long a late seat stays free before it may be closed without a worker: until it has been open to all for a whole
    /// run window.
    pub fn late_idle(&self) -> u32 {
        self.steps_to_all().saturating_add(self.run_window)
    }

    /// Seconds after which a seat is open to practically everybody.
    pub fn steps_to_all(&self) -> u32 {
        self.step.saturating_mul(STEPS_TO_ALL)
    }

    /// From the moment a late seat waits for its draw to the moment nobody can claim it any more, however often it was
    /// missed.
    pub fn late_claims(&self) -> u32 {
        self.late_idle().saturating_mul(LATE_OFFERS)
    }

    /// The admission step of a round.
    pub fn round_step(&self) -> u32 {
        self.step.saturating_mul(ROUND_STEP)
    }

    /// From the opening of a round to the last claim in it.
    pub fn round_claims(&self) -> u32 {
        self.round_step().saturating_mul(ROUND_STEPS)
    }

    /// From the opening of a round to its end.
    pub fn round_length(&self) -> u32 {
        self.round_claims().saturating_add(self.run_window)
    }

    /// Longest time from a claim to the verdict that can penalize it, with `late` late seats.
    ///
    /// One run; each late seat's claims and its run; the opening; a hold; a round and its opening; a hold; the appeal
    /// and its opening. Two openings more, because one late seat may be a check: over a public result it is opened by
    /// itself, and the disagreement that it shows waits for its round. The model checker measures this.
    pub fn exposure(&self, late: u32) -> u64 {
        let run = u64::from(self.run_window);
        let open = u64::from(self.open_window);
        let late_seat = u64::from(self.late_claims()).saturating_add(run);
        let round = u64::from(self.round_length()).saturating_add(open);
        run.saturating_add(late_seat.saturating_mul(u64::from(late)))
            .saturating_add(open.saturating_mul(3))
            .saturating_add(u64::from(self.hold).saturating_mul(2))
            .saturating_add(round.saturating_mul(2))
    }
}
