//! What must hold in every state.

use assay_market::game::{
    money::most_seats,
    task::{flag, Phase, Task},
    Seat, SeatState,
};
use serde::Serialize;

use crate::action::{Action, Chance};
use crate::answer::{Answer, Digest, Worker};
use crate::world::{Contest, World};

/// A rule of the game that the model checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// From every state time and cranks alone lead to an end.
    Stuck,
    /// No seat can be settled before its task has ended, and afterwards only once.
    PaidEarly,
    /// A final result is what the deciding round, or else every seat, has contributed.
    FinalAgainstMajority,
    /// Contributions that differ never become final without a round.
    FinalWithoutRound,
    /// A result is final only if a check that was due was done by a worker that ran the task, or a round decided.
    FinalUnchecked,
    /// A seat of a final task is accepted if it has contributed the final result, and only then.
    WronglyJudged,
    /// At the end no seat is left claimed or undecided.
    Undecided,
    /// Who runs the task, delivers and opens in time is rejected only by the majority of a round.
    HonestRejected,
    /// Whoever has agreed can open in time.
    CannotOpen,
    /// A seal that is not the worker's own is never accepted for a public result.
    WrongSealAccepted,
    /// A task never pays more seats than its escrow holds.
    EscrowExceeded,
    /// Phases only move forward.
    WentBack,
    /// A verdict always has a loser that pays for the round.
    NobodyPays,
    /// A result can be contradicted for the whole hold before it is final.
    HoldCutShort,
    /// A worker never gets a second seat of a task.
    SeatedTwice,
    /// The last verdict comes within the exposure that unbonding waits for.
    ExposureExceeded,
}

impl Property {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Stuck,
        Self::PaidEarly,
        Self::FinalAgainstMajority,
        Self::FinalWithoutRound,
        Self::FinalUnchecked,
        Self::WronglyJudged,
        Self::Undecided,
        Self::HonestRejected,
        Self::CannotOpen,
        Self::WrongSealAccepted,
        Self::EscrowExceeded,
        Self::WentBack,
        Self::NobodyPays,
        Self::HoldCutShort,
        Self::SeatedTwice,
        Self::ExposureExceeded,
    ];

    /// Returns a short sentence that says what was violated.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::PaidEarly => "paid before the end, or twice",
            Self::FinalAgainstMajority => "final against a majority that ran the task",
            Self::FinalWithoutRound => "final although contributions differ, without a round",
            Self::FinalUnchecked => "final although a check that was due was not done",
            Self::WronglyJudged => "accepted for another result than the final one, or not for it",
            Self::Undecided => "seats undecided at the end",
            Self::HonestRejected => "honest worker rejected without a majority against it",
            Self::CannotOpen => "agreed, but nobody can open or ask for the check that is due",
            Self::WrongSealAccepted => "wrong seal accepted",
            Self::EscrowExceeded => "more seats paid than the escrow holds",
            Self::WentBack => "phase went back",
            Self::NobodyPays => "a verdict without a loser that pays for the round",
            Self::HoldCutShort => {
                "final before the result could be contradicted for the whole hold"
            }
            Self::SeatedTwice => "a worker could take two seats of a task",
            Self::ExposureExceeded => "a verdict later than unbonding waits for",
        }
    }
}

/// One seat with what it contributed.
struct Placed<'a> {
    seat: &'a Seat,
    answer: Answer,
}

impl World {
    fn task_seats(&self) -> impl Iterator<Item = Placed<'_>> {
        let seats = self.seats[..self.width].iter();
        let own = seats
            .zip(self.answers)
            .map(|(seat, answer)| Placed { seat, answer });
        own.chain(self.check.as_ref().map(|check| Placed {
            seat: &check.seat,
            answer: check.answer,
        }))
    }

    /// Returns the properties that this state violates.
    pub fn violations(&self) -> Vec<Property> {
        let mut list = Vec::new();
        let mut require = |holds: bool, property: Property| {
            if !holds {
                list.push(property);
            }
        };
        let ended = self.phase().is_end();
        require(self.settles_only_at_the_end(ended), Property::PaidEarly);
        require(self.honest_are_safe(), Property::HonestRejected);
        require(self.seals_count(), Property::WrongSealAccepted);
        require(ended || self.can_open(), Property::CannotOpen);
        require(ended || self.seats_are_exclusive(), Property::SeatedTwice);
        if ended {
            require(self.is_resolved(), Property::Undecided);
            require(self.is_affordable(), Property::EscrowExceeded);
            require(self.rounds_are_paid(), Property::NobodyPays);
        }
        if self.phase() == Phase::Final {
            require(self.majority_holds(), Property::FinalAgainstMajority);
            require(self.differences_were_decided(), Property::FinalWithoutRound);
            require(self.is_checked(), Property::FinalUnchecked);
            require(self.seats_are_judged(), Property::WronglyJudged);
            let appealable = self.seats[0].rounds < 2;
            require(
                !appealable || self.stood >= self.rules.hold,
                Property::HoldCutShort,
            );
        }
        list
    }

    fn settles_only_at_the_end(&self, ended: bool) -> bool {
        let mut seats = self.seats;
        let mut task = Task {
            seats: &mut seats[..self.width],
        };
        let in_task = (0..self.width).all(|at| {
            let worker = self.seats[at].worker;
            task.settle(at, &worker).is_ok() == ended && task.settle(at, &worker).is_err()
        });
        let beside = self.rounds.iter().flatten().flat_map(|contest| {
            let seats = contest.seats[..contest.width].iter();
            seats.chain([&contest.round.challenger])
        });
        let mut beside = beside.chain(self.check.as_ref().map(|check| &check.seat));
        in_task
            && beside.all(|seat| {
                let (mut seat, worker) = (*seat, seat.worker);
                let once = task.settle_outside(&mut seat, &worker).is_ok();
                once == ended && task.settle_outside(&mut seat, &worker).is_err()
            })
    }

    /// A worker whose answer is right and sealed is rejected only by the majority of a round, or for an opening that all
    /// who could have made it let pass ([`Self::can_open`]).
    fn honest_are_safe(&self) -> bool {
        let decided = self.rounds.iter().flatten().rev();
        let verdict = decided
            .filter(|contest| contest.round.verdict == 1)
            .find_map(|contest| Digest::from_bytes(&contest.round.digest));
        let overruled = verdict.is_some_and(|digest| digest != Digest::Right);
        let unopened = self.phase() == Phase::Refunded && self.public().is_none();
        let task = self.seats[..self.width]
            .iter()
            .zip(self.answers)
            .all(|(seat, answer)| !is_wronged(seat, answer) || overruled || unopened);
        let check = self.check.as_ref().is_none_or(|check| {
            let withheld = check.public.is_some() && !check.shown;
            !is_wronged(&check.seat, check.answer) || overruled || unopened || withheld
        });
        let rounds = self.rounds.iter().flatten().all(|contest| {
            // A majority that shares an invented memory hash also decides against who has run.
            let against = contest.round.verdict == 1
                && !members(contest).any(|member| {
                    member.answer == Answer::Right && member.seat.state() == SeatState::Accepted
                });
            members(contest).all(|member| {
                !is_wronged(member.seat, member.answer) || against || overruled || contest.withheld
            }) && (!is_wronged(&contest.round.challenger, contest.challenger) || overruled)
        });
        task && check && rounds
    }

    /// Nobody can know the seal of a result that was never public, so a copy may pass where nothing was opened.
    fn seals_count(&self) -> bool {
        let copied = |placed: &Placed| {
            placed.seat.state() == SeatState::Accepted && !placed.answer.is_sealed()
        };
        let blind = self.phase() == Phase::Unproven && self.public().is_none();
        let task = blind || !self.task_seats().any(|placed| copied(&placed));
        let rounds = self.rounds.iter().flatten();
        task && rounds.clone().all(|contest| {
            !members(contest).any(|member| copied(&member))
                && (contest.challenger.is_sealed()
                    || contest.round.challenger.state() != SeatState::Accepted)
        })
    }

    /// Where all seats that are due agree on the right result, and where a majority of a round does, an honest member can
    /// go on, whatever the draw says.
    fn can_open(&self) -> bool {
        let open = |digest, chance| {
            let bare = false;
            self.allows(&Action::Open {
                digest,
                chance,
                bare,
            })
        };
        let in_time = self.time < self.seats[0].until.get();
        let honest =
            |seat: &Seat, answer| seat.state() == SeatState::Contributed && answer == Answer::Right;
        let in_task = (0..self.width).any(|at| honest(&self.seats[at], self.answers[at]))
            || self.check.is_some_and(|c| honest(&c.seat, c.answer));
        match self.phase() {
            Phase::Running if self.read(|task| task.is_complete()) && in_time && in_task => {
                let check = self.rules.check_bps > 0;
                Chance::ALL.into_iter().all(|chance| {
                    let opens = open(Digest::Right, chance);
                    let checks = self.allows(&Action::OpenCheck { chance });
                    match (check, chance) {
                        (false, _) | (true, Chance::NotDue) => opens && !checks,
                        (true, Chance::TooEarly) => !opens && !checks,
                        (true, Chance::Due | Chance::Lapsed) => !opens && checks,
                    }
                })
            }
            Phase::Checking if in_time && in_task => {
                let pending = self.check.is_some_and(|check| check.seat.is_pending());
                pending || open(Digest::Right, Chance::NotDue)
            }
            Phase::Rechecking => {
                let Some(check) = &self.check else {
                    return false;
                };
                let waits = honest(&check.seat, check.answer) && self.time < check.seat.until.get();
                let show = Action::ShowCheck {
                    digest: Digest::Right,
                    fake: false,
                };
                !waits || self.allows(&show)
            }
            Phase::Split => !in_time || self.allows(&Action::OpenRound),
            Phase::Disputed => self.majority_can_open(),
            _ => true,
        }
    }

    fn majority_can_open(&self) -> bool {
        let running = self.running_round().and_then(|index| self.rounds[index]);
        let Some(contest) = running.filter(|contest| contest.filled) else {
            return true;
        };
        let right = members(&contest)
            .filter(|member| matches!(member.answer, Answer::Right | Answer::CopyRight));
        let can_show = members(&contest).any(|member| member.answer == Answer::Right);
        let until = contest.round.ends_at(&self.rules) + self.rules.open_window;
        if right.count() * 2 <= contest.width || !can_show || self.time >= until {
            return true;
        }
        self.allows(&Action::Decide {
            digest: Digest::Right,
            fake: false,
            bare: false,
        }) && !self.allows(&Action::GiveUp { bare: false })
    }

    fn allows(&self, action: &Action) -> bool {
        self.clone().apply(action).is_ok()
    }

    fn seats_are_exclusive(&self) -> bool {
        let holders = (0..self.width).filter(|seat| {
            !matches!(
                self.seats[*seat].state(),
                SeatState::Free | SeatState::Closed
            )
        });
        holders.into_iter().all(|holder| {
            let worker = Worker::Seat(holder).address();
            let elsewhere = (0..self.width)
                .filter(|seat| *seat != holder)
                .any(|seat| self.clone().claim(seat, &worker).is_ok());
            !elsewhere && self.clone().claim_check(&worker).is_err()
        })
    }

    fn is_resolved(&self) -> bool {
        let task = self.task_seats().all(|placed| {
            let state = placed.seat.state();
            match placed.answer {
                Answer::None => matches!(state, SeatState::Free | SeatState::Closed),
                _ => matches!(state, SeatState::Accepted | SeatState::Rejected),
            }
        });
        let rounds = self.rounds.iter().flatten().all(|contest| {
            let decided = |placed: Placed| {
                let state = placed.seat.state();
                match placed.answer {
                    Answer::None => matches!(state, SeatState::Free | SeatState::Missed),
                    _ => matches!(
                        state,
                        SeatState::Accepted | SeatState::Rejected | SeatState::Void
                    ),
                }
            };
            members(contest).all(decided)
                && (contest.challenger == Answer::None
                    || matches!(
                        contest.round.challenger.state(),
                        SeatState::Accepted | SeatState::Rejected | SeatState::Missed
                    ))
        });
        task && rounds
    }

    fn is_affordable(&self) -> bool {
        let checks = u32::from(self.rules.late_seats) * 10_000 + u32::from(self.rules.check_bps);
        let paid = self
            .task_seats()
            .filter(|placed| placed.seat.state() == SeatState::Accepted);
        let paid = paid.count();
        let right = usize::from(self.seats[0].winners);
        paid as u64 <= most_seats(checks) && (self.phase() != Phase::Final || right == paid)
    }

    fn rounds_are_paid(&self) -> bool {
        let rejected = |seat: &Seat| seat.state() == SeatState::Rejected;
        let rounds = || self.rounds.iter().flatten();
        let loses = self.task_seats().any(|placed| rejected(placed.seat))
            || rounds().any(|contest| {
                // Who lost a dispute that was overturned since did not lose.
                let upheld = Digest::from_bytes(&contest.round.digest) == self.public();
                (contest.loser && upheld)
                    || members(contest).any(|member| rejected(member.seat))
                    || rejected(&contest.round.challenger)
            });
        loses || !rounds().any(|contest| contest.round.verdict == 1)
    }

    fn majority_holds(&self) -> bool {
        let Some(result) = self.public() else {
            return false;
        };
        let decided = self.rounds.iter().flatten().rev();
        let Some(last) = decided.into_iter().find(|c| c.round.verdict == 1) else {
            let mut accepted = self
                .task_seats()
                .filter(|placed| placed.seat.state() == SeatState::Accepted)
                .peekable();
            return accepted.peek().is_some()
                && accepted.all(|placed| names(placed.answer, result, Some(result)));
        };
        // Decided rounds keep one seat of each kind: whoever was accepted has what the majority sealed.
        let accepted = |member: &Placed| member.seat.state() == SeatState::Accepted;
        Digest::from_bytes(&last.round.digest) == Some(result)
            && members(last)
                .filter(accepted)
                .all(|member| names(member.answer, result, last.public))
            && members(last).any(|member| accepted(&member))
    }

    fn differences_were_decided(&self) -> bool {
        let decided = self.rounds.iter().flatten().any(|c| c.round.verdict == 1);
        let public = self.public();
        // A requested check that was never opened has said nothing.
        let said = match self.check {
            Some(check) if check.public.is_some() && !check.shown => self.width,
            _ => usize::MAX,
        };
        let mut given = self
            .task_seats()
            .take(said)
            .filter(|placed| placed.answer != Answer::None)
            .map(|placed| placed.answer.digest(public));
        decided || given.all(|digest| digest == public)
    }

    fn seats_are_judged(&self) -> bool {
        let result = self.public();
        let mut task = self.seats[..self.width].iter().zip(self.answers);
        let check = self.check.as_ref().is_none_or(|check| {
            let silent = check.public.is_some() && !check.shown;
            silent || is_judged(&check.seat, check.answer, check.public, result)
        });
        check && task.all(|(seat, answer)| is_judged(seat, answer, None, result))
    }

    /// A lazy seat has looked at the public digest only, so it does not count as a check. Who copied a hash has not run
    /// the task, so its seat counts as a disagreement.
    fn is_checked(&self) -> bool {
        let copied = |answer: &Answer| !matches!(answer, Answer::None) && !answer.is_sealed();
        let drawn = self.check.filter(|check| check.public.is_none());
        let mut early = self.answers.iter().chain(drawn.as_ref().map(|c| &c.answer));
        let unmanned = self.seats[0].flags & flag::UNMANNED != 0;
        let late = self
            .task_seats()
            .skip(1)
            .any(|placed| !matches!(placed.answer, Answer::None | Answer::Lazy));
        let round = self.rounds.iter().flatten().any(|c| c.round.verdict == 1);
        round || (!unmanned || late) && !early.any(copied)
    }

    /// Returns how far the task has come; no action may lower it.
    pub fn progress(&self) -> u8 {
        let spent = u8::from(self.seats[0].flags & flag::CHECK_SPENT != 0);
        let rounds = self.seats[0].rounds;
        match self.phase() {
            Phase::Running => 0,
            Phase::Checking => 1,
            Phase::Standing if rounds == 0 => 2 + 2 * spent,
            Phase::Rechecking => 3,
            Phase::Split => 5 + 2 * rounds,
            Phase::Disputed => 4 + 2 * rounds,
            Phase::Standing => 5 + 2 * rounds,
            _ => u8::MAX,
        }
    }
}

fn names(answer: Answer, result: Digest, public: Option<Digest>) -> bool {
    answer.digest(public) == Some(result)
}

fn is_judged(seat: &Seat, answer: Answer, public: Option<Digest>, result: Option<Digest>) -> bool {
    let right = answer.is_sealed() && answer.digest(public) == result;
    right == (seat.state() == SeatState::Accepted)
}

fn is_wronged(seat: &Seat, answer: Answer) -> bool {
    answer == Answer::Right && seat.state() == SeatState::Rejected
}

fn members(contest: &Contest) -> impl Iterator<Item = Placed<'_>> {
    let seats = contest.seats[..contest.width].iter();
    seats
        .zip(contest.answers)
        .map(|(seat, answer)| Placed { seat, answer })
}
