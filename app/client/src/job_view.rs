//! Jobs, checks and rounds as they were at one moment, and what their state means.

use anchor_lang::{bytemuck, Address, Discriminator as _};
use assay_market::{
    game::{round::Outcome, task::flag, Moment, Phase, Seat, Task},
    state::{Job, JobAccount, RoundHeader, Source},
};

/// A job's account at one moment: its header and its seats.
#[derive(Clone)]
pub struct JobView {
    /// The job's account.
    pub address: Address,
    /// Terms, money and counters of the job.
    pub header: Job,
    /// The seats of all tasks: the seats of task 0, then those of task 1, and so on.
    pub seats: Vec<Seat>,
}

impl JobView {
    /// What messages call a job's account.
    pub const NAME: &'static str = "job";

    /// Reads the data of a job's account. Returns `None` for an account of any other type.
    pub fn read(address: Address, data: &[u8]) -> Option<Self> {
        let (header, seats) = Job::read(data)?;
        Some(Self {
            address,
            header: *header,
            seats: seats.to_vec(),
        })
    }

    /// Returns the size in bytes of the account of a job with `seats` seats, or `None` if no account can hold so many.
    pub fn space(seats: u32) -> Option<usize> {
        JobAccount::try_space_for(seats).ok()
    }

    /// Returns the seats of one task; none if there is no such task.
    pub fn task(&self, task: u32) -> &[Seat] {
        let width = usize::from(self.header.width());
        let first = (task as usize).saturating_mul(width);
        self.seats
            .get(first..first.saturating_add(width))
            .unwrap_or(&[])
    }

    /// Returns the index in the job of a task's seat.
    pub fn seat_index(&self, task: u32, seat: u8) -> u32 {
        task.saturating_mul(u32::from(self.header.width()))
            .saturating_add(u32::from(seat))
    }

    /// Returns the moment of the Unix time `now` as the job counts time; at the posting if that lies ahead. The slot is that of
    /// the posting: decisions off chain do not count slots.
    pub fn moment(&self, now: i64) -> Moment {
        let slot = self.header.posted_slot.get();
        self.header.moment(now, slot).unwrap_or_default()
    }

    /// Calls `ask` with a copy of a task whose hold has ended if it is over at `now` (Unix time), so that the program's own
    /// transitions can be tried on it.
    pub fn with_task<T>(&self, task: u32, now: i64, ask: impl FnOnce(&mut Task, Moment) -> T) -> T {
        let mut seats = self.task(task).to_vec();
        let mut task = Task { seats: &mut seats };
        let now = self.moment(now);
        // A task without seats has no hold.
        let _ = task.finish(now);
        ask(&mut task, now)
    }

    /// Returns where a task stands at `now` (Unix time): a hold that is over has ended.
    pub fn phase(&self, task: u32, now: i64) -> Phase {
        self.with_task(task, now, |task, _| task.phase())
    }

    /// Returns the digest of a task's open result, which may still be contradicted; `None` before the opening.
    pub fn digest(&self, task: u32) -> Option<[u8; 32]> {
        let first = self.task(task).first()?;
        (first.flags & flag::OPEN != 0).then_some(first.hash)
    }

    /// Returns the digest of a task that ended with a result at `now` (Unix time).
    pub fn final_digest(&self, task: u32, now: i64) -> Option<[u8; 32]> {
        let ended = matches!(self.phase(task, now), Phase::Final | Phase::Unproven);
        self.digest(task).filter(|_| ended)
    }

    /// Returns whether a task has, or had, a check in an account of its own.
    pub fn has_check(&self, task: u32) -> bool {
        self.has(task, flag::CHECK_SPENT)
    }

    fn has(&self, task: u32, flag: u8) -> bool {
        let first = self.task(task).first();
        first.is_some_and(|first| first.flags & flag != 0)
    }

    /// Returns how many rounds were opened about a task.
    pub fn rounds(&self, task: u32) -> u8 {
        self.task(task).first().map_or(0, |first| first.rounds)
    }

    /// Returns the URL of the blob store that the requester put module, manifest and inputs into; empty if none is named.
    pub fn store(&self) -> String {
        let end = self.header.store.iter().position(|byte| *byte == 0);
        let end = end.unwrap_or(self.header.store.len());
        String::from_utf8_lossy(&self.header.store[..end]).into_owned()
    }
}

/// The account of a check or a round at one moment: its header and its seats.
#[derive(Clone)]
pub struct RoundView {
    /// The account.
    pub address: Address,
    /// What it is for, and what it has decided and divided.
    pub header: RoundHeader,
    /// Its seats: one, five or forty-five.
    pub seats: Vec<Seat>,
}

/// Bytes of a round's account before its seats: the discriminator, the header and the number of seats.
const SEATS_OFFSET: usize = 8 + core::mem::size_of::<RoundHeader>() + 4;

impl RoundView {
    /// What messages call such an account.
    pub const NAME: &'static str = "round";

    /// Reads the data of the account of a check or round. Returns `None` for an account of any other type.
    pub fn read(address: Address, data: &[u8]) -> Option<Self> {
        let body = data.strip_prefix(RoundHeader::DISCRIMINATOR)?;
        let header = body.get(..core::mem::size_of::<RoundHeader>())?;
        let seats = bytemuck::try_cast_slice(data.get(SEATS_OFFSET..)?).ok()?;
        Some(Self {
            address,
            header: bytemuck::pod_read_unaligned(header),
            seats: seats.to_vec(),
        })
    }

    /// Returns which account of its task this is.
    pub fn source(&self) -> Source {
        match self.header.kind {
            1 => Source::Dispute,
            2 => Source::Appeal,
            _ => Source::Check,
        }
    }

    /// Returns the index of its task in the job.
    pub fn task(&self) -> u32 {
        self.header.task.get()
    }

    /// Returns whether the round can only be given up at `now` (Unix time).
    pub fn is_hopeless(&self, job: &JobView, now: i64) -> bool {
        let (mut round, mut seats) = (self.header.round, self.seats.clone());
        let (rules, seed) = (job.header.rules(), job.header.seed);
        let moment = job.moment(now);
        let given_up = round.give_up(&mut seats, &seed, self.task(), moment, &rules);
        self.source() != Source::Check && matches!(given_up, Ok(Outcome::NoMajority))
    }
}
