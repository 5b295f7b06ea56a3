//! Everything that anybody may try.

use assay_market::game::{task::Phase, SeatState};

use crate::answer::{Answer, Digest};
use crate::world::{Place, World, MOST_MEMBERS};

/// What the slot after the last contribution says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    /// It is still to come.
    TooEarly,
    /// No check.
    NotDue,
    /// A check.
    Due,
    /// The chain has forgotten it.
    Lapsed,
}

impl Chance {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TooEarly, Self::NotDue, Self::Due, Self::Lapsed];
}

/// One thing that somebody does. `bare` calls leave the account of the check out although there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Action {
    /// Time goes on.
    Wait { until: u32 },
    /// A worker takes a seat in the account of the job.
    Claim { seat: usize },
    /// A late seat gets its seed.
    Draw { seat: usize },
    /// The chain has forgotten the slot of a late seat.
    DrawLater { seat: usize },
    /// The worker of a seat contributes.
    Contribute { seat: usize, answer: Answer },
    /// The requester takes the task back.
    Cancel,
    /// Something overdue in the account of the job is moved on.
    Expire { bare: bool },
    /// Somebody opens the agreed result.
    Open {
        digest: Digest,
        chance: Chance,
        bare: bool,
    },
    /// A result is ended after its hold.
    Finish,
    /// The drawn check is opened.
    OpenCheck { chance: Chance },
    /// The requester asks for the unspent check.
    RequestCheck,
    /// A worker takes the check.
    ClaimCheck,
    /// The check gets its seed.
    DrawCheck,
    /// The chain has forgotten the slot of the check.
    DrawCheckLater,
    /// The worker of the check contributes.
    ContributeCheck { answer: Answer },
    /// The contribution to a requested check is opened.
    ShowCheck { digest: Digest, fake: bool },
    /// An overdue check is moved on.
    ExpireCheck,
    /// A round is opened on a disagreement.
    OpenRound,
    /// A standing result is contradicted.
    Challenge { answer: Answer },
    /// The seats of the running round are taken and delivered.
    Fill { places: [Place; MOST_MEMBERS] },
    /// The majority of a round opens its result.
    Decide {
        digest: Digest,
        fake: bool,
        bare: bool,
    },
    /// A round that nobody can decide ends.
    GiveUp { bare: bool },
    /// The verdict of the dispute is applied again.
    Replay,
}

impl Action {
    /// Returns whether anybody may do it without holding a seat, a result or money in the job, and whether it only moves
    /// on what is overdue. The model lets a task end by these and by time alone.
    pub fn is_crank(&self) -> bool {
        matches!(
            self,
            Self::Expire { bare: false }
                | Self::ExpireCheck
                | Self::Finish
                | Self::GiveUp { bare: false }
        )
    }
}

impl World {
    /// Lists what may be tried now, allowed or not.
    pub fn attempts(&self, finely: bool) -> Vec<Action> {
        let mut list = Vec::with_capacity(128);
        self.cranks(&mut list);
        self.waits(finely, &mut list);
        if self.phase().is_end() {
            return list;
        }
        list.push(Action::Cancel);
        self.seat_attempts(&mut list);
        self.check_attempts(&mut list);
        self.round_attempts(&mut list);
        list
    }

    fn bares(&self) -> &'static [bool] {
        if self.check.is_some() {
            &[false, true]
        } else {
            &[false]
        }
    }

    fn cranks(&self, list: &mut Vec<Action>) {
        for bare in self.bares() {
            list.push(Action::Expire { bare: *bare });
            list.push(Action::GiveUp { bare: *bare });
        }
        list.extend([Action::ExpireCheck, Action::Finish]);
    }

    fn seat_attempts(&self, list: &mut Vec<Action>) {
        for seat in 0..self.width {
            list.extend([
                Action::Claim { seat },
                Action::Draw { seat },
                Action::DrawLater { seat },
            ]);
            if self.seats[seat].state() == SeatState::Claimed {
                list.extend(Answer::PLAIN.map(|answer| Action::Contribute { seat, answer }));
            }
        }
        for digest in Digest::ALL {
            for chance in Chance::ALL {
                for bare in self.bares() {
                    list.push(Action::Open {
                        digest,
                        chance,
                        bare: *bare,
                    });
                }
            }
        }
    }

    fn check_attempts(&self, list: &mut Vec<Action>) {
        list.extend(Chance::ALL.map(|chance| Action::OpenCheck { chance }));
        list.push(Action::RequestCheck);
        let Some(check) = &self.check else {
            return;
        };
        list.extend([
            Action::ClaimCheck,
            Action::DrawCheck,
            Action::DrawCheckLater,
        ]);
        if check.seat.state() == SeatState::Claimed {
            let answers: &[Answer] = match check.public {
                Some(_) => &Answer::BLIND,
                None => &Answer::PLAIN,
            };
            list.extend(
                answers
                    .iter()
                    .map(|answer| Action::ContributeCheck { answer: *answer }),
            );
        }
        for digest in Digest::ALL {
            for fake in [false, true] {
                list.push(Action::ShowCheck { digest, fake });
            }
        }
    }

    fn round_attempts(&self, list: &mut Vec<Action>) {
        list.push(Action::OpenRound);
        list.push(Action::Replay);
        list.extend(Answer::PLAIN.map(|answer| Action::Challenge { answer }));
        for digest in Digest::ALL {
            for fake in [false, true] {
                for bare in self.bares() {
                    list.push(Action::Decide {
                        digest,
                        fake,
                        bare: *bare,
                    });
                }
            }
        }
        let Some(Some(contest)) = self.running_round().map(|index| &self.rounds[index]) else {
            return;
        };
        if !contest.filled {
            for places in fillings(contest.width, contest.public.is_some()) {
                list.push(Action::Fill { places });
            }
        }
    }

    fn waits(&self, finely: bool, list: &mut Vec<Action>) {
        let Some(next) = self.next_boundary() else {
            return;
        };
        let finely = finely || self.phase() != Phase::Disputed;
        if finely && next - 1 > self.time {
            list.push(Action::Wait { until: next - 1 });
        }
        list.push(Action::Wait { until: next });
    }

    /// Returns the next second at which a rule decides differently.
    pub fn next_boundary(&self) -> Option<u32> {
        let rules = &self.rules;
        let first = &self.seats[0];
        let mut boundaries = Vec::with_capacity(8);
        match self.phase() {
            Phase::Running => {
                match first.state() {
                    SeatState::Free => boundaries.push(rules.claim_until),
                    SeatState::Claimed => {
                        boundaries.extend([rules.claim_until, first.deadline(rules.run_window)]);
                    }
                    _ => boundaries.push(first.until.get()),
                }
                for seat in &self.seats[1..self.width] {
                    late_boundaries(seat, rules, &mut boundaries);
                }
            }
            Phase::Checking | Phase::Rechecking => {
                if self.phase() == Phase::Checking {
                    boundaries.push(first.until.get());
                }
                if let Some(check) = &self.check {
                    late_boundaries(&check.seat, rules, &mut boundaries);
                    boundaries.push(check.seat.until.get());
                }
            }
            Phase::Split | Phase::Standing => boundaries.push(first.until.get()),
            Phase::Disputed => {
                let index = self.running_round().unwrap_or(0);
                if let Some(contest) = self.rounds[index].filter(|contest| contest.filled) {
                    let ends = contest.round.ends_at(rules);
                    boundaries.push(ends + rules.open_window);
                }
            }
            _ => {}
        }
        let later = boundaries.into_iter().filter(|at| *at > self.time);
        later.min()
    }
}

fn late_boundaries(
    seat: &assay_market::game::Seat,
    rules: &assay_market::game::Rules,
    boundaries: &mut Vec<u32>,
) {
    match seat.state() {
        SeatState::Free if seat.until.get() != 0 => {
            boundaries.push(seat.until.get());
            boundaries.push(seat.free_since.get() + rules.late_idle());
        }
        SeatState::Claimed => {
            boundaries.push(seat.until.get());
            boundaries.push(seat.deadline(rules.run_window));
        }
        _ => {}
    }
}

/// Lists what can become of `width` seats whose order does not matter.
fn fillings(width: usize, blind: bool) -> Vec<[Place; MOST_MEMBERS]> {
    let mut kinds = vec![Place::Empty, Place::NoShow];
    let answers: &[Answer] = if blind {
        &Answer::BLIND
    } else {
        &Answer::PLAIN
    };
    kinds.extend(answers.iter().map(|answer| Place::Gave(*answer)));
    let mut all = Vec::new();
    extend_filling(
        &kinds,
        width,
        0,
        0,
        &mut [Place::Empty; MOST_MEMBERS],
        &mut all,
    );
    all
}

fn extend_filling(
    kinds: &[Place],
    width: usize,
    at: usize,
    least: usize,
    places: &mut [Place; MOST_MEMBERS],
    all: &mut Vec<[Place; MOST_MEMBERS]>,
) {
    if at == width {
        all.push(*places);
        return;
    }
    for (kind, place) in kinds.iter().enumerate().skip(least) {
        places[at] = *place;
        extend_filling(kinds, width, at + 1, kind, places, all);
    }
}
